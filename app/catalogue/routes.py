"""Suggestions while typing; what waits for a name; the words that coordinators taught."""

from dataclasses import asdict

from flask import Blueprint, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import queries, service
from app.catalogue.forms import NamingForm, naming_sentence, sentence
from app.catalogue.queries import Nameless
from app.catalogue.service import TeachingError
from app.db import session, transaction
from app.models import Alias
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done, trying
from app.web.clock import now
from app.web.seen import on
from app.web.text import _, language

blueprint = Blueprint("catalogue", __name__)

KINDS = {"articles": "article", "besoins": "need"}


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
@access(Who.PORTAL)
def waiting() -> str:
    """Articles and needs whose words the portal did not recognise, the oldest first."""
    page = queries.waiting(session(), asked.page())
    forms = {(each.kind, each.id): _form(each) for each in page.rows}
    return render_template("catalogue/waiting.html", forms=forms, page=page, now=now())


def _form(thing: Nameless, *, sent: bool = False) -> NamingForm:
    guesses = queries.guesses(thing.text, thing.item)
    return NamingForm(f"{thing.kind}-{thing.id}", thing.text, guesses, request.form if sent else {})


@blueprint.route(
    "/coordination/a-reconnaitre/<any(articles, besoins):kinds>/<int:key>", methods=["GET", "POST"]
)
@access(Who.PORTAL)
def name(kinds: str, key: int) -> ResponseReturnValue:
    """Say what one thing is, whether it was recognised or not."""
    thing = queries.one(session(), KINDS[kinds], key) or abort(404)
    on(**({"offer_id": thing.article.offer_id} if thing.article else {"need_id": key}))
    form = _form(thing, sent=request.method == "POST")
    if not form.is_submitted():
        return render_template("catalogue/name.html", thing=thing, form=form, now=now())
    if form.validate():
        wording, actor = form.wording.data or "", deciding()
        try:
            with transaction() as current:
                naming = service.name(current, KINDS[kinds], key, form.item, wording, actor, now())
        except TeachingError as error:
            form.wording.errors = [sentence(error)]
        else:
            return done(naming_sentence(naming, form.item), url_for("catalogue.waiting"))
    return render_template("catalogue/name.html", thing=thing, form=form, now=now()), 422


@blueprint.get("/coordination/mots")
@access(Who.PORTAL)
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
@access(Who.PORTAL)
def remove_word(alias_id: int) -> ResponseReturnValue:
    return _change(alias_id, removing=True)


@blueprint.post("/coordination/mots/<int:alias_id>/remettre")
@access(Who.PORTAL)
def put_back_word(alias_id: int) -> ResponseReturnValue:
    return _change(alias_id, removing=False)


def _change(alias_id: int, *, removing: bool) -> ResponseReturnValue:
    session().get(Alias, alias_id) or abort(404)
    act = service.remove if removing else service.put_back
    with trying(sentence, url_for("catalogue.words"), "error") as current:
        wording = act(current, alias_id, deciding(), now()).wording
    if removing:
        return redirect(url_for("catalogue.words", retire=alias_id), 303)
    return done(
        _("« %(wording)s » sert de nouveau à reconnaître.", wording=wording), url_for("catalogue.words")
    )
