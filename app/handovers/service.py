"""The life of an approved match: both sides answer, a time is fixed, it happens or not, quantities settle.

Every verb locks the match with both its sides first. None commits, none sends.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, select

from app.days import end_of_day
from app.handovers.queries import handovers_of
from app.handovers.slots import Span
from app.holding import Held, hold_matches
from app.matches import queries
from app.models import Handover, HandoverSlot, Match
from app.models.states import (
    Condition,
    MatchState,
    NeedState,
    OfferState,
    Reason,
    Side,
    Transport,
    Verb,
)
from app.refusing import RefusedError
from app.transitions import DONOR, SYSTEM, Actor, move, note_decision

MOST_SLOTS = 12

SILENT = timedelta(days=7)
"""After so long without a word from the committee, the donor's yes is enough. Said in the letters and on the page."""


class Says(StrEnum):
    """Did it happen?"""

    YES = "yes"
    NOT_YET = "not_yet"
    NO = "no"


class HandoverRefusal(StrEnum):
    """Why an answer cannot be taken."""

    TOO_LATE = "too_late"
    """The match has moved on: answered, lapsed, declined, finished."""
    NO_SLOT = "no_slot"
    SLOT_GONE = "slot_gone"
    TOO_MANY_SLOTS = "too_many_slots"
    TOO_MUCH = "too_much"


class HandoverError(RefusedError[HandoverRefusal]):
    """The answer is refused."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the committee proposes: times, who moves the thing, where, and a word to the donor."""

    spans: Sequence[Span]
    transport: Transport
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class HandoverReport:
    """What one side says the day after. Quantity and condition are the committee's to tell."""

    says: Says
    received_quantity: int | None = None
    received_condition: Condition | None = None
    reason: Reason | None = None
    note: str = ""


@dataclass(slots=True)
class _Case:
    """One match under lock, with its handover."""

    match: Match
    held: Held
    handover: Handover | None = field(default=None)


def _open_case(session: Session, match_id: int, *states: MatchState) -> _Case:
    held = hold_matches(session, [match_id])
    match = held.matches.get(match_id)
    if match is None or match.state not in states:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    return _Case(match, held, handovers_of(session, [match_id]).get(match_id))


def accept_with_times(
    session: Session, match_id: int, terms: Terms, actor: Actor, now: datetime, answer_within: timedelta
) -> Handover:
    """The committee says yes and proposes times, or proposes others; the donor has `answer_within` to choose.

    On a scheduled match this moves the appointment: the donor chooses anew.
    """
    case = _open_case(session, match_id, MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED)
    spans = sorted(set(terms.spans))
    if not spans:
        raise HandoverError(HandoverRefusal.NO_SLOT)
    if len(spans) > MOST_SLOTS:
        raise HandoverError(HandoverRefusal.TOO_MANY_SLOTS)
    match = case.match
    if (
        case.handover
        and match.state is not MatchState.SCHEDULED
        and _same(session, case.handover, terms, spans)
    ):
        return case.handover  # a second click
    match.committee_answered_at = match.committee_answered_at or now
    need = case.held.needs[match.need_id]
    need.confirmed_at, need.asked_at = now, None  # who accepts a gift still needs it
    _await_answer(match, answer_within, now)
    handover = case.handover or _new_handover(session, match, now)
    handover.transport, handover.place = terms.transport, terms.place
    handover.committee_note, handover.donor_note = terms.note, ""
    _replace_slots(session, handover, spans)
    moved = _take_off(match, handover)
    _note_acceptance(session, match, Verb.PROPOSE_TIMES, actor, now, moved)
    if match.state is MatchState.SCHEDULED:
        move(session, match, MatchState.ACCEPTED, Verb.RESCHEDULE, actor, now)
    return handover


def _await_answer(match: Match, answer_within: timedelta, now: datetime) -> None:
    """The other side's turn: it has as long as after an approval, and is reminded anew."""
    match.answer_by, match.reminded_at = end_of_day(now + answer_within), None


def _same(session: Session, handover: Handover, terms: Terms, spans: Sequence[Span]) -> bool:
    """Whether these terms are what is on the table already, with nothing said against them."""
    return (
        not handover.donor_note
        and _spans(session, handover) == list(spans)
        and (handover.transport, handover.place, handover.committee_note)
        == (terms.transport, terms.place, terms.note)
    )


def _spans(session: Session, handover: Handover) -> list[Span]:
    slots = session.exec(select(HandoverSlot).where(HandoverSlot.handover_id == handover.id)).all()
    return sorted(Span(slot.starts_at, slot.ends_at) for slot in slots)


def _take_off(match: Match, handover: Handover) -> dict[str, Any]:
    """The appointment, if there is one, does not hold any more; what a decision keeps of it."""
    before = Span.of(handover.starts_at, handover.ends_at)
    if match.state is not MatchState.SCHEDULED or before is None:
        return {}
    handover.starts_at = handover.ends_at = None
    handover.sequence += 1
    return {"before": before.plain}


def _new_handover(session: Session, match: Match, now: datetime) -> Handover:
    handover = Handover(
        match_id=match.id,
        transport=match.transport,
        uid=f"remise-{match.id}-{now:%Y%m%d}@portail-des-dons",
        created_at=now,
    )
    session.add(handover)
    session.flush()
    return handover


def _replace_slots(session: Session, handover: Handover, spans: Sequence[Span]) -> None:
    for slot in session.exec(select(HandoverSlot).where(HandoverSlot.handover_id == handover.id)):
        session.delete(slot)
    session.flush()
    for span in spans:
        session.add(HandoverSlot(handover_id=handover.id, starts_at=span.starts_at, ends_at=span.ends_at))


def _note_acceptance(
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


def donor_says_yes(session: Session, match_id: int, now: datetime, *, actor: Actor = DONOR) -> None:
    """Yes, it is still here. Saying it twice changes nothing."""
    case = _open_case(session, match_id, MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED)
    if case.match.donor_answered_at is None:
        case.match.donor_answered_at = now
        _note_acceptance(session, case.match, Verb.ACCEPT, actor, now)


def choose_time(
    session: Session, match_id: int, span: Span, now: datetime, *, actor: Actor = DONOR
) -> Handover:
    """The donor picks one of the times; both sides get the appointment.

    Told by its moments, not by a row's number: a page opened before other times were proposed must not pick one of them.
    """
    case = _open_case(session, match_id, MatchState.APPROVED, MatchState.ACCEPTED)
    if case.handover is None or span.starts_at <= now or span not in _spans(session, case.handover):
        raise HandoverError(HandoverRefusal.SLOT_GONE)
    match, handover = case.match, case.handover
    if match.donor_answered_at is None:
        match.donor_answered_at = now
        _note_acceptance(session, match, Verb.ACCEPT, actor, now)
    if handover.sequence:
        handover.sequence += 1  # above the file that took the former appointment out of the calendars
    handover.starts_at, handover.ends_at = span.starts_at, span.ends_at
    handover.donor_says = handover.committee_says = handover.asked_at = handover.reminded_at = None
    handover.fixed_at, match.answer_by = now, None
    move(session, match, MatchState.SCHEDULED, Verb.SCHEDULE, actor, now)
    return handover


def suggest_other_time(
    session: Session, match_id: int, words: str, now: datetime, answer_within: timedelta
) -> None:
    """None of the times suits: the donor says what does; the committee is told and has `answer_within` to propose again."""
    case = _open_case(session, match_id, MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED)
    match, handover = case.match, case.handover or _new_handover(session, case.match, now)
    match.donor_answered_at = match.donor_answered_at or now
    handover.donor_note = words
    _await_answer(match, answer_within, now)
    data = {"other_time": True, **_take_off(match, handover)}
    if match.state is MatchState.SCHEDULED:
        move(session, match, MatchState.ACCEPTED, Verb.RESCHEDULE, DONOR, now, note=words, data=data)
    else:
        _note_acceptance(session, match, Verb.ACCEPT, DONOR, now, data)


def decline(
    session: Session,
    match_id: int,
    side: Side,
    reason: Reason,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """One side says no, before or after it had said yes; the article is free again."""
    case = _open_case(session, match_id, MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED)
    match, handover, data = case.match, case.handover, {"side": side.value}
    if handover is not None and match.state is MatchState.SCHEDULED:
        handover.sequence += 1
    end, verb = MatchState.FAILED, Verb.FAIL
    if match.state is MatchState.APPROVED:
        end, verb = MatchState.DECLINED, Verb.DECLINE
    move(session, match, end, verb, actor, now, reason=reason, note=note, data=data)
    match.closed_at = now


def report(
    session: Session, match_id: int, side: Side, said: HandoverReport, actor: Actor, now: datetime
) -> MatchState:
    """What one side says of the appointment; returns where the match stands then.

    The committee's word settles: it has the article or not. The donor's "no" settles too unless the committee has it.
    """
    case = _open_case(session, match_id, MatchState.SCHEDULED)
    match, handover = case.match, case.handover
    if handover is None:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    if said.received_quantity is not None and said.received_quantity > match.quantity:
        raise HandoverError(HandoverRefusal.TOO_MUCH)
    if side is Side.DONOR:
        handover.donor_says = said.says
    else:
        handover.committee_says = said.says
    note_decision(
        session,
        match,
        Verb.REPORT,
        actor,
        now,
        from_state=match.state,
        reason=said.reason,
        note=said.note,
        data={"side": side.value, "says": said.says.value, "received": said.received_quantity},
    )
    if said.says is Says.NOT_YET:
        handover.asked_at = now
    elif said.says is Says.NO or said.received_quantity == 0:
        _fail(session, match, side, said, actor, now)
    elif side is Side.COMMITTEE:
        _complete(session, case, said, actor, now)
    return match.state


def _fail(
    session: Session, match: Match, side: Side, said: HandoverReport, actor: Actor, now: datetime
) -> None:
    reason, data = said.reason or Reason.OTHER, {"side": side.value, "reported": True}
    move(session, match, MatchState.FAILED, Verb.FAIL, actor, now, reason=reason, note=said.note, data=data)
    match.closed_at = now


def _complete(session: Session, case: _Case, said: HandoverReport, actor: Actor, now: datetime) -> None:
    match, handover = case.match, case.handover
    if handover is None:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    handover.received_quantity = match.quantity if said.received_quantity is None else said.received_quantity
    handover.received_condition = said.received_condition
    move(session, match, MatchState.COMPLETED, Verb.COMPLETE, actor, now, data={"text": said.note})
    match.closed_at = now
    session.flush()
    _settle_need(session, case, now)
    _settle_offer(session, case, now)


def _settle_need(session: Session, case: _Case, now: datetime) -> None:
    need = case.held.needs[case.match.need_id]
    received = queries.taken_for_needs(session, [case.match.need_id], [MatchState.COMPLETED])
    if need.state is NeedState.OPEN and received.get(case.match.need_id, 0) >= need.quantity:
        move(session, need, NeedState.MET, Verb.MEET, SYSTEM, now)


def _settle_offer(session: Session, case: _Case, now: datetime) -> None:
    """An offer is over when every piece of every article has been handed over."""
    offer = case.held.offer_of(case.held.items[case.match.offered_item_id])
    if offer.state is not OfferState.OPEN:
        return
    items = queries.pieces_of_offer(session, offer.id)
    given = queries.taken_from_items(session, list(items), [MatchState.COMPLETED])
    if all(given.get(item, 0) >= quantity for item, quantity in items.items()):
        move(session, offer, OfferState.CLOSED, Verb.CLOSE, SYSTEM, now)
        offer.closed_at = now


def complete_on_the_donor_s_word(session: Session, match_id: int, now: datetime) -> bool:
    """The donor says that it happened and the committee says nothing: all of it was received. False if that has changed."""
    try:
        case = _open_case(session, match_id, MatchState.SCHEDULED)
    except HandoverError:
        return False
    if case.handover is None or (case.handover.donor_says, case.handover.committee_says) != (Says.YES, None):
        return False
    _complete(session, case, HandoverReport(Says.YES), SYSTEM, now)
    return True
