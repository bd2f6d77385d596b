"""What came of an appointment: each side says so, article by article, and quantities settle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.handovers.trips import HandoverError, HandoverRefusal, Trip, open_trip
from app.matches import queries
from app.models import Match
from app.models.states import Condition, MatchState, NeedState, OfferState, Reason, Side, Verb
from app.transitions import SYSTEM, Actor, move, note_decision

SILENT = timedelta(days=7)
"""After so long without a word from the committee, the donor's yes is enough. Said in the letters and on the page."""


class Says(StrEnum):
    """Did it happen?"""

    YES = "yes"
    NOT_YET = "not_yet"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Received:
    """How many of an article came, in what state, and why not if none did."""

    quantity: int
    condition: Condition | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class HandoverReport:
    """What one side says of an appointment. `lines` tell, by match, what the committee received; all that was announced where
    it says nothing."""

    says: Says
    lines: Mapping[int, Received] = field(default_factory=dict)
    reason: Reason | None = None
    note: str = ""


def report(
    session: Session, match_id: int, side: Side, said: HandoverReport, actor: Actor, now: datetime
) -> None:
    """What one side says of a trip's appointment.

    The committee's word settles: it has the articles or not. The donor's "no" settles too unless the committee has them.
    """
    trip = open_trip(session, match_id, MatchState.SCHEDULED)
    for match in trip.lines:
        received = said.lines.get(match.id)
        if received is not None and received.quantity > match.quantity:
            raise HandoverError(HandoverRefusal.TOO_MUCH)
    for match in trip.lines:
        _note(session, match, side, said, actor, now)
    if said.says is Says.NOT_YET:
        trip.handover.asked_at = now
    elif said.says is Says.NO:
        _fail(session, trip.lines, side, said, actor, now)
    elif side is Side.COMMITTEE:
        _settle(session, trip, said, actor, now)


def _note(
    session: Session, match: Match, side: Side, said: HandoverReport, actor: Actor, now: datetime
) -> None:
    if side is Side.DONOR:
        match.donor_says = said.says
    else:
        match.committee_says = said.says
    received = said.lines.get(match.id)
    note_decision(
        session,
        match,
        Verb.REPORT,
        actor,
        now,
        from_state=match.state,
        reason=(received.reason if received else None) or said.reason,
        note=said.note,
        data={
            "side": side.value,
            "says": said.says.value,
            "received": received.quantity if received else None,
        },
    )


def _fail(
    session: Session,
    lines: Iterable[Match],
    side: Side,
    said: HandoverReport,
    actor: Actor,
    now: datetime,
    *,
    told_with_others: bool = False,
) -> None:
    data = {"side": side.value, "reported": True, "told_with_others": told_with_others}
    for match in lines:
        received = said.lines.get(match.id)
        reason = (received.reason if received else None) or said.reason or Reason.OTHER
        move(
            session, match, MatchState.FAILED, Verb.FAIL, actor, now, reason=reason, note=said.note, data=data
        )
        match.closed_at = now


def _settle(session: Session, trip: Trip, said: HandoverReport, actor: Actor, now: datetime) -> None:
    """What came is completed, what did not has failed; one letter thanks for the one and tells of the other."""
    missing = [match for match in trip.lines if _quantity(said, match) == 0]
    came = [match for match in trip.lines if match not in missing]
    _fail(session, missing, Side.COMMITTEE, said, actor, now, told_with_others=bool(came))
    _complete(session, trip, came, said, actor, now, without=[match.id for match in missing])


def _quantity(said: HandoverReport, match: Match) -> int:
    received = said.lines.get(match.id)
    return match.quantity if received is None else received.quantity


def _complete(
    session: Session,
    trip: Trip,
    lines: Iterable[Match],
    said: HandoverReport,
    actor: Actor,
    now: datetime,
    without: Iterable[int] = (),
) -> None:
    data: dict[str, Any] = {"text": said.note, "without": list(without)}
    for match in lines:
        received = said.lines.get(match.id)
        match.received_quantity = _quantity(said, match)
        match.received_condition = received.condition if received else None
        move(session, match, MatchState.COMPLETED, Verb.COMPLETE, actor, now, data=data)
        match.closed_at = now
    session.flush()
    for match in lines:
        _settle_need(session, trip, match, now)
        _settle_offer(session, trip, match, now)


def _settle_need(session: Session, trip: Trip, match: Match, now: datetime) -> None:
    need = trip.held.needs[match.need_id]
    received = queries.taken_for_needs(session, [need.id], [MatchState.COMPLETED])
    if need.state is NeedState.OPEN and received.get(need.id, 0) >= need.quantity:
        move(session, need, NeedState.MET, Verb.MEET, SYSTEM, now)


def _settle_offer(session: Session, trip: Trip, match: Match, now: datetime) -> None:
    """An offer is over when every piece of every article has been handed over."""
    offer = trip.held.offer_of(trip.held.items[match.offered_item_id])
    if offer.state is not OfferState.OPEN:
        return
    items = queries.pieces_of_offer(session, offer.id)
    given = queries.taken_from_items(session, list(items), [MatchState.COMPLETED])
    if all(given.get(item, 0) >= quantity for item, quantity in items.items()):
        move(session, offer, OfferState.CLOSED, Verb.CLOSE, SYSTEM, now)
        offer.closed_at = now


def complete_on_the_donor_s_word(session: Session, match_id: int, now: datetime) -> int:
    """The donor says that it happened and the committee says nothing of the trip: all of that was received. How many articles."""
    try:
        trip = open_trip(session, match_id, MatchState.SCHEDULED)
    except HandoverError:
        return 0
    lines = [match for match in trip.lines if (match.donor_says, match.committee_says) == (Says.YES, None)]
    _complete(session, trip, lines, HandoverReport(Says.YES), SYSTEM, now)
    return len(lines)
