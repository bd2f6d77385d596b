"""Suggestions while typing; what waits for a name; the words that coordinators taught."""

import re
from dataclasses import asdict

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import queries, service
from app.catalogue.forms import NamingForm, naming_sentence, sentence
from app.catalogue.queries import Nameless
from app.catalogue.service import TeachingError
from app.db import session, transaction
from app.transitions import Actor
from app.web import navigation
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.text import _, language

blueprint = Blueprint("catalogue", __name__)

KINDS = {"articles": "article", "besoins": "need"}
LAST_PAGE = 10_000

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
    current = session()
    total = queries.waiting_count(current)
    pages = max(1, -(-total // queries.PAGE))
    page = min(_page(), pages)
    found = queries.waiting(current, page)
    forms = {(each.kind, each.id): _form(each) for each in found}
    return render_template(
        "catalogue/waiting.html", found=found, forms=forms, total=total, page=page, pages=pages, now=now()
    )


def _number(name: str) -> int:
    """A whole number above 0 as addresses carry it, or 0."""
    typed = request.args.get(name, "")
    return int(typed) if re.fullmatch(r"[1-9][0-9]{0,8}", typed) else 0


def _page() -> int:
    return min(_number("page") or 1, LAST_PAGE)


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
    text = "".join(sign for sign in request.args.get("texte", "") if sign.isprintable()).strip()[:100]
    page, removed = _page(), request.args.get("retires") == "oui"
    found, more = queries.words(session(), text, page, removed=removed)
    return render_template(
        "catalogue/words.html",
        found=found,
        more=more,
        page=page,
        text=text,
        removed=removed,
        just_removed=queries.removed_word(session(), _number("retire")),
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
