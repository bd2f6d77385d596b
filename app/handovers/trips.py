"""A trip under lock: its handover, and those of its matches that an answer is about."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.handovers.slots import Span
from app.holding import Held, hold_matches
from app.models import Handover, HandoverSlot, Match, Round, RoundStop
from app.models.states import MatchState, RoundState, Transport, Verb
from app.refusing import RefusedError
from app.transitions import Actor, move, note_decision


class HandoverRefusal(StrEnum):
    """Why an answer cannot be taken."""

    TOO_LATE = "too_late"
    """The match has moved on: answered, lapsed, declined, finished."""
    NO_SLOT = "no_slot"
    SLOT_GONE = "slot_gone"
    TOO_MANY_SLOTS = "too_many_slots"
    TOO_EARLY = "too_early"
    TOO_LATE_TO_CORRECT = "too_late_to_correct"
    PROMISED = "promised"
    """What a report gave back has been promised to others since."""
    NO_ADDRESS = "no_address"
    """Nobody could make the trip."""
    NOTHING_LEFT = "nothing_left"
    """Every article was ticked out."""
    TIME_TAKEN = "time_taken"
    """The committee is at another donor's by then."""


class HandoverError(RefusedError[HandoverRefusal]):
    """The answer is refused."""


@dataclass(slots=True)
class Trip:
    """`lines` are in the states that were asked for, by ascending id, one at least."""

    handover: Handover
    lines: list[Match]
    held: Held

    def keep(self, lines: Collection[int]) -> None:
        """Leave out what is not in `lines`, but for what the appointment is about: that moves with it."""
        self.lines = [
            match for match in self.lines if match.id in lines or match.state is MatchState.SCHEDULED
        ]
        if not self.lines:
            raise HandoverError(HandoverRefusal.TOO_LATE)

    @property
    def is_fixed(self) -> bool:
        return self.handover.starts_at is not None


def open_trip(
    session: Session, match_id: int, *states: MatchState, lines: Collection[int] | None = None
) -> Trip:
    """Lock the trip of this match, with those of its matches that are in these states, and in `lines` if given.

    Raises HandoverError where there is none.
    """
    handover_id = session.exec(select(Match.handover_id).where(Match.id == match_id)).first()
    together = session.exec(select(Match.id).where(Match.handover_id == handover_id)).all()
    held = hold_matches(session, together if handover_id else [])
    found = [
        match
        for match in held.matches.values()
        if match.state in states and (lines is None or match.id in lines)
    ]
    if not found or handover_id is None:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    # The offer's lock is the trip's, too; what was read before it was waited for may be old.
    query = select(Handover).where(Handover.id == handover_id)
    handover = session.exec(query.execution_options(populate_existing=True)).one()
    return Trip(handover, sorted(found, key=lambda match: match.id), held)


def spans(session: Session, handover: Handover) -> list[Span]:
    """The times that the committee proposed, in their order."""
    slots = session.exec(select(HandoverSlot).where(HandoverSlot.handover_id == handover.id)).all()
    return sorted(Span(slot.starts_at, slot.ends_at) for slot in slots)


def collections(session: Session, committee_id: int, offer_id: int, now: datetime) -> list[Span]:
    """When the committee is at other donors' already than that of this offer; what is over is left out, and what the same van collects on
    a round with it, one after the other."""
    query = select(Handover.starts_at, Handover.ends_at).where(
        Handover.committee_id == committee_id,
        Handover.transport == Transport.COMMITTEE_COLLECTS,
        col(Handover.ends_at) > now,
        Handover.offer_id != offer_id,
        ~_on_one_round(committee_id, offer_id),
        sa.exists().where(
            col(Match.handover_id) == col(Handover.id), col(Match.state) == MatchState.SCHEDULED
        ),
    )
    found = (Span.of(starts_at, ends_at) for starts_at, ends_at in session.exec(query))
    return sorted(span for span in found if span is not None)


def _on_one_round(committee_id: int, offer_id: int) -> sa.Exists:
    """Whether the round that collects this offer collects the trip that the query is about, too."""
    mine, trip, here = aliased(RoundStop), aliased(Handover), aliased(RoundStop)
    return sa.exists().where(
        col(here.handover_id) == col(Handover.id),
        col(here.outside).is_(None),
        col(mine.round_id) == col(here.round_id),
        col(mine.outside).is_(None),
        col(trip.id) == col(mine.handover_id),
        col(trip.offer_id) == offer_id,
        col(trip.committee_id) == committee_id,
        col(Round.id) == col(mine.round_id),
        col(Round.state) == RoundState.PROPOSED,
    )


def replace_slots(session: Session, handover: Handover, proposed: Sequence[Span]) -> None:
    for slot in session.exec(select(HandoverSlot).where(HandoverSlot.handover_id == handover.id)):
        session.delete(slot)
    session.flush()
    for span in proposed:
        session.add(HandoverSlot(handover_id=handover.id, starts_at=span.starts_at, ends_at=span.ends_at))


def take_off(handover: Handover) -> dict[str, Any]:
    """The appointment, if there is one, does not hold any more; what a decision keeps of it."""
    before = Span.of(handover.starts_at, handover.ends_at)
    if before is None:
        return {}
    handover.starts_at = handover.ends_at = None
    handover.sequence += 1
    return {"before": before.plain}


def note_acceptance(
    session: Session,
    match: Match,
    verb: Verb,
    actor: Actor,
    now: datetime,
    data: dict[str, Any] | None = None,
) -> None:
    """Approved becomes accepted once both sides have said yes; until then the answer is only noted."""
    both = match.donor_answered_at and match.committee_answered_at
    if match.state is MatchState.APPROVED and both:
        move(session, match, MatchState.ACCEPTED, verb, actor, now, data=data)
    else:
        note_decision(session, match, verb, actor, now, from_state=match.state, data=data)


def add_to_appointment(session: Session, trip: Trip, actor: Actor, now: datetime) -> None:
    """What both agreed on after a time was fixed comes along; both calendars are told."""
    agreed = [match for match in trip.lines if match.state is MatchState.ACCEPTED]
    if not trip.is_fixed or not agreed:
        return
    trip.handover.sequence += 1
    for match in agreed:
        match.answer_by = None
        move(session, match, MatchState.SCHEDULED, Verb.SCHEDULE, actor, now)
