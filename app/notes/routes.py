"""Notes: what somebody heard, saw or means to do, on the page of what it is about."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.accounts import queries as accounts
from app.db import session, transaction
from app.history.topics import KINDS, Topic, topic_of
from app.models import Note
from app.models.states import CallOutcome
from app.notes import service
from app.notes.forms import NoteForm
from app.notes.service import NoteError, NoteRefusal
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.fields import new_key
from app.web.text import _

blueprint = Blueprint("notes", __name__)

ABOUT = "<any(offre, besoin, rapprochement, donateur, comite):kind>/<int:key>"

ACTS: dict[str, Callable[[Session, int, int, datetime], None]] = {
    "faite": service.do,
    "a-refaire": service.do_again,
    "retirer": service.take_back,
    "remettre": service.put_back,
}
"""What a button does, by the last word of its address."""


def _why_not(error: NoteError) -> str:
    return {
        NoteRefusal.NOT_YOURS: _(
            "Seule la personne qui a écrit cette note peut la changer. Ajoutez plutôt la vôtre."
        ),
        NoteRefusal.TAKEN_BACK: _("Cette note a été retirée entre-temps. Remettez-la d'abord."),
        NoteRefusal.NO_TASK: _("Cette note ne nomme aucun jour : il n'y a rien à faire."),
    }[error.code]


def _page_of(about: Topic) -> str:
    endpoint, arguments = about.place
    return url_for(endpoint, **arguments)


def _known(kind: str, key: int) -> Topic:
    session().get(KINDS[kind].model, key) or abort(404)
    return Topic(kind, key)


@blueprint.route(f"/coordination/notes/{ABOUT}", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def write(kind: str, key: int) -> ResponseReturnValue:
    about = _known(kind, key)
    back = asked.back(_page_of(about))
    form = NoteForm(people=accounts.coordinators(session()))
    if not form.validate_on_submit():
        return form_page("notes/form.html", form, about=about, back=back, note=None)
    draft, author, moment = form.draft(), signed_in().id, now()
    with transaction() as current:
        service.write(current, about, draft, form.submission_key.data, author, moment)
    return done(_("C'est noté.") if draft.due_at(moment) is None else _("C'est noté dans « À faire »."), back)


def _note(note_id: int) -> tuple[Note, Topic]:
    note = session().get(Note, note_id) or abort(404)
    return note, topic_of(note) or abort(404)


@blueprint.route("/coordination/notes/<int:note_id>/modifier", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def edit(note_id: int) -> ResponseReturnValue:
    note, about = _note(note_id)
    back = asked.back(_page_of(about))
    form = NoteForm.of(note, accounts.coordinators(session()))
    if not form.validate_on_submit():
        return form_page("notes/form.html", form, about=about, back=back, note=note)
    draft, author = form.draft(), signed_in().id
    with trying(_why_not, back) as current:
        service.reword(current, note_id, draft, author, now())
    return done(_("La note est modifiée."), back)


@blueprint.post("/coordination/notes/<int:note_id>/<any(faite, 'a-refaire', retirer, remettre):act>")
@access(Who.COORDINATOR)
def settle(note_id: int, act: str) -> ResponseReturnValue:
    _note_row, about = _note(note_id)
    back, who = asked.back(_page_of(about)), signed_in().id
    with trying(_why_not, back) as current:
        ACTS[act](current, note_id, who, now())
    said = {
        "faite": _("C'est fait."),
        "a-refaire": _("C'est de nouveau à faire."),
        "retirer": _("La note est retirée."),
        "remettre": _("La note est de nouveau là."),
    }
    return done(said[act], back)


@blueprint.app_template_global()
def new_note() -> NoteForm:
    """An empty form, for the pages on which notes stand. One query."""
    return NoteForm(None, people=accounts.coordinators(session()))


blueprint.add_app_template_global(CallOutcome, "CALLS")
blueprint.add_app_template_global(new_key)
