"""Suggestions while typing; what waits for a name; the words that coordinators taught."""

from dataclasses import asdict

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import queries, service
from app.catalogue.forms import NamingForm, naming_sentence, sentence
from app.catalogue.queries import Nameless
from app.catalogue.service import TeachingError
from app.db import session, transaction
from app.transitions import Actor
from app.web import asked, navigation
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.text import _, language

blueprint = Blueprint("catalogue", __name__)

KINDS = {"articles": "article", "besoins": "need"}

navigation.COUNTS["catalogue.waiting"] = lambda: queries.waiting_count(session())


@blueprint.get("/suggestions")
@access(Who.PUBLIC)
def suggestions() -> ResponseReturnValue:
    """[{"item": slug, "label": its name, "wording": the words that begin as typed, "handled": true}, …]."""
    found = queries.suggestions(request.args.get("q", "")[:200], english=language() == "en")
    response = jsonify([asdict(suggestion) for suggestion in found])
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response


@blueprint.get("/coordination/a-reconnaitre")
@access(Who.COORDINATOR)
def waiting() -> str:
    """Articles and needs whose words the portal did not recognise, the oldest first."""
    page = queries.waiting(session(), asked.page())
    forms = {(each.kind, each.id): _form(each) for each in page.rows}
    return render_template("catalogue/waiting.html", forms=forms, page=page, now=now())


def _form(thing: Nameless, *, sent: bool = False) -> NamingForm:
    return NamingForm(f"{thing.kind}-{thing.id}", thing.text, request.form if sent else {})


@blueprint.route(
    "/coordination/a-reconnaitre/<any(articles, besoins):kinds>/<int:key>", methods=["GET", "POST"]
)
@access(Who.COORDINATOR)
def name(kinds: str, key: int) -> ResponseReturnValue:
    """Say what one thing is, whether it was recognised or not."""
    thing = queries.one(session(), KINDS[kinds], key) or abort(404)
    sent = request.method == "POST"
    form = _form(thing, sent=sent)
    if not sent:
        return render_template("catalogue/name.html", thing=thing, form=form, now=now())
    actor = Actor.account(signed_in().id)
    if form.validate():
        try:
            with transaction() as current:
                done = service.name(
                    current, KINDS[kinds], key, form.item, form.wording.data or "", actor, now()
                )
        except TeachingError as error:
            form.wording.errors = [sentence(error)]
        else:
            flash(naming_sentence(done, form.item), "success")
            return redirect(url_for("catalogue.waiting"), 303)
    return render_template("catalogue/name.html", thing=thing, form=form, now=now()), 422


@blueprint.get("/coordination/mots")
@access(Who.COORDINATOR)
def words() -> str:
    """The words that were taught; those removed can be put back."""
    text, removed = asked.words(), request.args.get("retires") == "oui"
    return render_template(
        "catalogue/words.html",
        page=queries.words(session(), text, asked.page(), removed=removed),
        text=text,
        removed=removed,
        just_removed=queries.removed_word(session(), asked.number("retire")),
    )


@blueprint.post("/coordination/mots/<int:alias_id>/retirer")
@access(Who.COORDINATOR)
def remove_word(alias_id: int) -> ResponseReturnValue:
    return _change(alias_id, removing=True)


@blueprint.post("/coordination/mots/<int:alias_id>/remettre")
@access(Who.COORDINATOR)
def put_back_word(alias_id: int) -> ResponseReturnValue:
    return _change(alias_id, removing=False)


def _change(alias_id: int, *, removing: bool) -> ResponseReturnValue:
    actor = Actor.account(signed_in().id)
    act = service.remove if removing else service.put_back
    try:
        with transaction() as current:
            wording = act(current, alias_id, actor, now()).wording
    except TeachingError as error:
        if error.code is service.TeachingRefusal.UNKNOWN_WORD:
            abort(404)
        flash(sentence(error), "error")
    else:
        if removing:
            return redirect(url_for("catalogue.words", retire=alias_id), 303)
        flash(_("« %(wording)s » sert de nouveau à reconnaître.", wording=wording), "success")
    return redirect(url_for("catalogue.words"), 303)
