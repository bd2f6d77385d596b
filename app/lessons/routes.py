"""The screen of lessons: what each does, where it comes from, and a way to be rid of it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.lessons import queries, service, wording
from app.lessons.deducing import Taught
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done
from app.web.clock import now
from app.web.pages import cut
from app.web.text import _
from matching.items import normalise

blueprint = Blueprint("lessons", __name__)

LONGEST_KEY = 200
PAGE = 20


@blueprint.get("/coordination/lecons")
@access(Who.PORTAL)
def index() -> str:
    current, moment = session(), now()
    removed = queries.removed(current, moment)
    just_removed, text = asked.words("retiree", LONGEST_KEY), asked.words()
    lessons = queries.active(current, moment)
    found = [each for each in lessons if holds_words_of(each, text)]
    return render_template(
        "lessons/index.html",
        page=cut(found, asked.page(), PAGE),
        known=len(lessons),
        text=text,
        removed=removed,
        just_removed=next((each for each in removed if each.key == just_removed), None),
        words=wording,
    )


def holds_words_of(taught: Taught, text: str) -> bool:
    """Whether the sentence of a lesson holds all the words that were typed."""
    sentence = normalise(wording.sentence(taught))
    return all(word in sentence for word in normalise(text).split())


@blueprint.post("/coordination/lecons/retirer")
@access(Who.PORTAL)
def remove() -> ResponseReturnValue:
    with transaction() as current:
        key = service.remove(current, _key(), deciding(), now()).key
    return redirect(url_for("lessons.index", retiree=key), 303)


@blueprint.post("/coordination/lecons/remettre")
@access(Who.PORTAL)
def put_back() -> ResponseReturnValue:
    with transaction() as current:
        service.put_back(current, _key(), now())
    return done(_("La leçon vaut de nouveau pour les prochains plans."), url_for("lessons.index"))


def _key() -> str:
    return request.form.get("lecon", "")[:LONGEST_KEY]


@blueprint.errorhandler(service.UnknownLessonError)
def gone(_error: service.UnknownLessonError) -> ResponseReturnValue:
    said = _("Cette leçon n'existe plus : elle a déjà changé, ou quelqu'un d'autre s'en est occupé.")
    return done(said, url_for("lessons.index"), "error")
