"""Who has come to a handover's pages, by which way, and what they are told when it is too late."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from flask import Blueprint, abort, request, url_for
from sqlmodel import Session

from app.db import session
from app.handovers import queries
from app.handovers.meeting import giver, meeting_day, meeting_place, meeting_time, place_for_donor
from app.handovers.overlapping import is_free
from app.handovers.queries import Case
from app.handovers.slots import BadSpanError, Span, decode, encode
from app.handovers.trips import HandoverRefusal, collections
from app.models.states import Right, Side, Transport
from app.post.bearers import bearer_of, is_borne_by
from app.transitions import COMMITTEE, Actor
from app.web.access import signed_in
from app.web.answers import trying, turn_back
from app.web.current_committee import may, may_act_for, remember, rights
from app.web.fields import PortalForm
from app.web.links import Purpose
from app.web.opening import claim, new_link
from app.web.seen import on, told
from app.web.text import lazy

NAMING = ("shown", "along-shown", "given_up")
"""Fields that hold the numbers of the articles that a form is about."""

blueprint = Blueprint("handovers", __name__)
blueprint.add_app_template_global(giver)
blueprint.add_app_template_global(meeting_place)
blueprint.add_app_template_global(meeting_time)
blueprint.add_app_template_global(meeting_day)
blueprint.add_app_template_global(place_for_donor)

REFUSALS = {
    HandoverRefusal.TOO_LATE: lazy(
        "Vous avez déjà répondu, ou ce don a changé de situation entre-temps. Voici où il en est."
    ),
    HandoverRefusal.NO_SLOT: lazy("Proposez au moins un moment."),
    HandoverRefusal.SLOT_GONE: lazy("Ce moment n'est plus proposé. Choisissez-en un autre."),
    HandoverRefusal.TOO_MANY_SLOTS: lazy("Proposez moins de moments à la fois."),
    HandoverRefusal.TOO_EARLY: lazy("Le rendez-vous n'a pas encore eu lieu. Revenez ce jour-là."),
    HandoverRefusal.TOO_LATE_TO_CORRECT: lazy(
        "Ce compte rendu date de plus de trente jours : demandez à la coordination de le corriger."
    ),
    HandoverRefusal.PROMISED: lazy(
        "Entre-temps, cet article a été promis à un autre comité. La coordination doit d'abord mettre fin à ce rapprochement-là."
    ),
    HandoverRefusal.TIME_TAKEN: lazy(
        "Ce moment vient d'être pris : le comité va chercher un autre don à cette heure. Choisissez-en un autre."
    ),
    HandoverRefusal.NO_ADDRESS: lazy("Il manque l'adresse : sans elle, personne ne peut venir."),
    HandoverRefusal.NOTHING_LEFT: lazy("Gardez au moins un article, ou déclinez le tout plus bas."),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """From where a committee answers: by a link (`token`) or signed in, or looks without being one who answers. Any of a trip's
    matches leads to it."""

    match_id: int
    actor: Actor
    token: str | None = None
    may_answer: bool = True

    def url(self, verb: str = "") -> str:
        """The address of the page, or of one of its acts."""
        suffix = f"_{verb}" if verb else ""
        if self.token is not None:
            return url_for(f"handovers.committee_link{suffix}", token=self.token)
        return url_for(f"handovers.committee_answer{suffix}", match_id=self.match_id)


def claimed(purpose: Purpose, token: str, side: Side) -> int:
    """The match by which this side's link finds its trip."""
    found = claim(purpose, token)
    case = case_of(found.subject)
    if not is_borne_by(session(), found.party, case.donor if side is Side.DONOR else case.committee):
        abort(404)
    return found.subject


def by_link(token: str) -> Seat:
    return Seat(claimed(Purpose.COMMITTEE_ANSWER, token, Side.COMMITTEE), COMMITTEE, token)


def by_account(match_id: int) -> Seat:
    account = signed_in()
    case = case_of(match_id)
    if not may_act_for(account, case.committee.id):
        abort(404)
    if rights(account, case.committee.id):
        remember(case.committee)
    answers = may(account, case.committee.id, Right.RECEIVE)
    return Seat(match_id, Actor.account(account.id), may_answer=answers)


def case_of(match_id: int) -> Case:
    """The trip of this match. A form that names other articles of it is about these, too."""
    case = queries.case(session(), match_id) or abort(404)
    named = {value for name in NAMING for value in request.form.getlist(name)}
    on(match_id=[match_id, *(line.match.id for line in case.lines if str(line.match.id) in named)])
    return case


def donor_match(token: str) -> int:
    return claimed(Purpose.DONOR_ANSWER, token, Side.DONOR)


def answering(back: str) -> AbstractContextManager[Session]:
    """A transaction for an answer; one that cannot be taken is explained on the page `back`."""
    return trying(lambda error: str(REFUSALS[error.code]), back)


def refuse(code: HandoverRefusal, back: str) -> NoReturn:
    turn_back(str(REFUSALS[code]), back)


def valid(form: PortalForm, back: str) -> bool:
    """Whether what was sent can be taken. Where it cannot because somebody was quicker, the page `back` says who did what."""
    if form.validate_on_submit():
        return True
    why = told()
    if why is not None:
        turn_back(why, back)
    return False


def picked(moment: datetime, back: str) -> Span:
    """The time that the form picks; what is none, or has passed, is explained on the page `back`."""
    try:
        return decode(request.form.get("slot", ""), moment)
    except BadSpanError:
        refuse(HandoverRefusal.SLOT_GONE, back)


def open_times(case: Case, moment: datetime) -> list[tuple[str, Span]]:
    """The times that the donor may choose, as a form names them: proposed, not over, and nobody else's trip."""
    proposed = [Span(slot.starts_at, slot.ends_at) for slot in case.slots if slot.starts_at > moment]
    handover = case.handover
    if handover is not None and handover.transport is Transport.COMMITTEE_COLLECTS:
        taken = collections(session(), case.committee.id, case.offer.id, moment)
        proposed = [span for span in proposed if is_free(span, taken, case.committee.collects_at_once)]
    return [(encode(span), span) for span in proposed]


def is_past(case: Case, moment: datetime) -> bool:
    ends = case.handover.ends_at if case.handover else None
    return ends is not None and ends < moment


def tracking_url(case: Case) -> str:
    """Where the donor follows the whole offer."""
    return new_link(Purpose.TRACK_OFFER, case.offer.id, bearer_of(case.donor))
