"""The life of a trip's approved matches up to an appointment: both sides answer for some articles or all, a time is fixed.

A trip is told by any of its matches. Every verb locks all of them with both their sides first. None commits, none sends.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.handovers.meeting import has_address
from app.handovers.overlapping import is_free
from app.handovers.slots import Span
from app.handovers.trips import (
    HandoverError,
    HandoverRefusal,
    Trip,
    add_to_appointment,
    collections,
    note_acceptance,
    open_trip,
    replace_slots,
    spans,
    take_off,
)
from app.holding import hold
from app.joining import GOING_ON, UNFIXED, answer_by
from app.models import Committee, Donor, Handover, Match, Offer, OfferedItem
from app.models.states import ENDS_THE_GIFT, ENDS_THE_NEED, Aside, MatchState, Reason, Side, Transport, Verb
from app.needs import service as needs
from app.putting_aside import put_aside
from app.transitions import DONOR, Actor, move, note_decision

MOST_SLOTS = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """What the committee proposes: times, who moves the thing, where, and a word to the donor."""

    spans: Sequence[Span]
    transport: Transport
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Without:
    """The articles that an answer leaves out, and why."""

    match_ids: Collection[int]
    reason: Reason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Doorstep:
    """Where a committee that collects finds the donor: what the offer does not tell already; what is empty or None stays."""

    street: str = ""
    floor: int | None = None
    lift: bool | None = None
    phone: str = ""


def accept_with_times(
    session: Session,
    match_id: int,
    terms: Terms,
    actor: Actor,
    now: datetime,
    answer_within: timedelta,
    *,
    lines: Collection[int] | None = None,
    without: Without | None = None,
) -> Handover:
    """The committee takes the trip's articles, or `lines` of them, and proposes times, or others; the donor has `answer_within` to
    choose. `without` is declined in the same act.

    Where a time is fixed this moves the appointment, with all that it is about: the donor chooses anew.
    """
    _hold_what_is_proposed(session, match_id, Side.COMMITTEE, without.reason if without else None)
    trip = open_trip(session, match_id, *GOING_ON)
    if lines is not None:
        trip.keep(lines)
    proposed = sorted(set(terms.spans))
    if not proposed:
        raise HandoverError(HandoverRefusal.NO_SLOT)
    if len(proposed) > MOST_SLOTS:
        raise HandoverError(HandoverRefusal.TOO_MANY_SLOTS)
    handover = trip.handover
    if without is None and _same(session, trip, terms, proposed):
        return handover  # a second click
    left = _leave_out(session, trip, Side.COMMITTEE, without, actor, now)
    handover.transport, handover.place = terms.transport, terms.place
    handover.committee_note, handover.donor_note = terms.note, ""
    replace_slots(session, handover, proposed)
    data = take_off(handover) | ({"without": left} if left else {})
    until = _answer_by(session, trip, answer_within, now)
    for match in trip.lines:
        match.committee_answered_at = match.committee_answered_at or now
        _still_needed(trip, match, now)
        match.answer_by, match.reminded_at = until, None
        note_acceptance(session, match, Verb.PROPOSE_TIMES, actor, now, data)
    for match in trip.lines:
        if match.state is MatchState.SCHEDULED:
            move(session, match, MatchState.ACCEPTED, Verb.RESCHEDULE, actor, now)
    return handover


def take_along(
    session: Session,
    match_id: int,
    actor: Actor,
    now: datetime,
    *,
    lines: Collection[int] | None = None,
    without: Without | None = None,
) -> None:
    """The committee takes at the appointment that is fixed what it had not answered about when it was."""
    _hold_what_is_proposed(session, match_id, Side.COMMITTEE, without.reason if without else None)
    trip = open_trip(session, match_id, MatchState.APPROVED, lines=lines)
    if not trip.is_fixed:
        raise HandoverError(HandoverRefusal.NO_SLOT)
    _leave_out(session, trip, Side.COMMITTEE, without, actor, now, apart=True)
    for match in trip.lines:
        match.committee_answered_at = match.committee_answered_at or now
        _still_needed(trip, match, now)
        note_acceptance(session, match, Verb.ACCEPT, actor, now, {"side": Side.COMMITTEE.value})
    add_to_appointment(session, trip, actor, now)


def _still_needed(trip: Trip, match: Match, now: datetime) -> None:
    """Who accepts a gift still needs it."""
    need = trip.held.needs[match.need_id]
    need.confirmed_at, need.asked_at = now, None


def _answer_by(session: Session, trip: Trip, answer_within: timedelta, now: datetime) -> datetime:
    """The other side's turn: it has as long as after an approval."""
    return answer_by(session, trip.held.offers[trip.handover.offer_id], trip.handover, now + answer_within)


def _same(session: Session, trip: Trip, terms: Terms, proposed: Sequence[Span]) -> bool:
    """Whether these terms are what is on the table already, for all of it, with nothing said against them."""
    handover = trip.handover
    return (
        not trip.is_fixed
        and all(match.committee_answered_at for match in trip.lines)
        and not handover.donor_note
        and spans(session, handover) == list(proposed)
        and (handover.transport, handover.place, handover.committee_note)
        == (terms.transport, terms.place, terms.note)
    )


def _leave_out(
    session: Session,
    trip: Trip,
    side: Side,
    without: Without | None,
    actor: Actor,
    now: datetime,
    *,
    apart: bool = False,
) -> list[int]:
    """Decline these articles and go on with the others. The letter about the others tells of them, unless it is told `apart`.

    Raises HandoverError where none would be left: that is a refusal of the whole.
    """
    if without is None:
        return []
    left = [match for match in trip.lines if match.id in without.match_ids]
    trip.lines = [match for match in trip.lines if match.id not in without.match_ids]
    if not trip.lines:
        raise HandoverError(HandoverRefusal.NOTHING_LEFT)
    for match in left:
        _decline(session, match, side, without.reason, without.note, actor, now, told_with_others=not apart)
    return [match.id for match in left]


def donor_says_yes(
    session: Session,
    match_id: int,
    now: datetime,
    *,
    actor: Actor = DONOR,
    lines: Collection[int] | None = None,
    without: Without | None = None,
) -> None:
    """Yes, it is still here; of all, or of `lines`, what the donor has seen. Saying it twice changes nothing."""
    trip = open_trip(session, match_id, *GOING_ON, lines=lines)
    _leave_out(session, trip, Side.DONOR, without, actor, now, apart=True)
    _donor_agrees(session, trip, actor, now)
    add_to_appointment(session, trip, actor, now)


def _donor_agrees(session: Session, trip: Trip, actor: Actor, now: datetime) -> None:
    for match in trip.lines:
        if match.donor_answered_at is None:
            match.donor_answered_at = now
            note_acceptance(session, match, Verb.ACCEPT, actor, now)


def choose_time(
    session: Session,
    match_id: int,
    span: Span,
    now: datetime,
    *,
    actor: Actor = DONOR,
    lines: Collection[int] | None = None,
    without: Without | None = None,
    doorstep: Doorstep | None = None,
) -> Handover:
    """The donor picks one of the times for all, or for `lines`; both sides get the appointment.

    The time is told by its moments, not by a row's number: a page opened before other times were proposed must not pick one of
    them. An article about which the committee has not answered yet comes along once it does. Raises HandoverError where nobody
    would know where to go.
    """
    trip = open_trip(session, match_id, *UNFIXED, lines=lines)
    handover = trip.handover
    if trip.is_fixed:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    if span.starts_at <= now or span not in spans(session, handover):
        raise HandoverError(HandoverRefusal.SLOT_GONE)
    _keep_free(session, handover, span, now)
    left = _leave_out(session, trip, Side.DONOR, without, actor, now)
    if not any(match.committee_answered_at or match.state is MatchState.ACCEPTED for match in trip.lines):
        raise HandoverError(HandoverRefusal.SLOT_GONE)
    _find_the_way(session, trip, doorstep, actor, now)
    _donor_agrees(session, trip, actor, now)
    if handover.sequence:
        handover.sequence += 1  # above the file that took the former appointment out of the calendars
    handover.starts_at, handover.ends_at = span.starts_at, span.ends_at
    handover.asked_at = handover.reminded_at = None
    handover.fixed_at = now
    for match in trip.lines:
        if match.state is MatchState.ACCEPTED:
            match.donor_says = match.committee_says = match.answer_by = None
            data = {"without": left} if left else {}
            move(session, match, MatchState.SCHEDULED, Verb.SCHEDULE, actor, now, data=data)
    return handover


def _keep_free(session: Session, handover: Handover, span: Span, now: datetime) -> None:
    """Raises HandoverError where the committee is at other donors' by then. Who chooses at the same moment waits."""
    if handover.transport is not Transport.COMMITTEE_COLLECTS:
        return
    committee = session.get_one(
        Committee, handover.committee_id, with_for_update=True, populate_existing=True
    )
    taken = collections(session, committee.id, handover.offer_id, now)
    if not is_free(span, taken, committee.collects_at_once):
        raise HandoverError(HandoverRefusal.TIME_TAKEN)


def _find_the_way(
    session: Session, trip: Trip, doorstep: Doorstep | None, actor: Actor, now: datetime
) -> None:
    offer = session.get_one(Offer, trip.handover.offer_id)
    if doorstep is not None and trip.handover.transport is Transport.COMMITTEE_COLLECTS:
        donor = session.get_one(Donor, offer.donor_id)
        before = (offer.street, offer.floor, offer.lift, offer.contact_phone)
        offer.street = doorstep.street or offer.street
        offer.floor = offer.floor if doorstep.floor is None else doorstep.floor
        offer.lift = offer.lift if doorstep.lift is None else doorstep.lift
        if doorstep.phone and doorstep.phone != donor.phone:
            offer.contact_phone = doorstep.phone
        if before != (offer.street, offer.floor, offer.lift, offer.contact_phone):
            note_decision(session, offer, Verb.EDIT, actor, now, data={"doorstep": True})
    if not has_address(trip.handover, offer, session.get_one(Committee, trip.handover.committee_id)):
        raise HandoverError(HandoverRefusal.NO_ADDRESS)


def suggest_other_time(
    session: Session,
    match_id: int,
    words: str,
    now: datetime,
    answer_within: timedelta,
    *,
    actor: Actor = DONOR,
) -> None:
    """None of the times suits: the donor says what does; the committee is told and has `answer_within` to propose again."""
    trip = open_trip(session, match_id, *GOING_ON)
    trip.handover.donor_note = words
    before = take_off(trip.handover)
    data = {"other_time": True, **before}
    until = _answer_by(session, trip, answer_within, now)
    for match in trip.lines:
        match.donor_answered_at = match.donor_answered_at or now
        match.answer_by, match.reminded_at = until, None
        if match.state is MatchState.SCHEDULED:
            move(session, match, MatchState.ACCEPTED, Verb.RESCHEDULE, actor, now, note=words, data=data)
        else:
            # Where an appointment is off, the letter that says so asks for another time.
            note_acceptance(session, match, Verb.ACCEPT, actor, now, {} if before else data)


def decline(
    session: Session,
    match_id: int,
    side: Side,
    reason: Reason,
    note: str,
    actor: Actor,
    now: datetime,
    *,
    lines: Collection[int] | None = None,
    withdraws: bool = True,
) -> None:
    """One side says no to this article, or to `lines` of its trip, before or after it had said yes; what else the trip holds
    stands. What it declines is free again, unless its reason ends the gift or the need (`withdraws` False: somebody sees to that).
    """
    _hold_what_is_proposed(session, match_id, side, reason)
    trip = open_trip(session, match_id, *GOING_ON, lines={match_id} if lines is None else lines)
    if trip.is_fixed:
        trip.handover.sequence += 1
    for match in trip.lines:
        _decline(session, match, side, reason, note, actor, now, withdraws=withdraws)


def _decline(
    session: Session,
    match: Match,
    side: Side,
    reason: Reason,
    note: str,
    actor: Actor,
    now: datetime,
    *,
    told_with_others: bool = False,
    withdraws: bool = True,
) -> None:
    """`withdraws`: an article that is gone or kept is offered to nobody any more."""
    data = {"side": side.value, "told_with_others": told_with_others}
    end, verb = MatchState.FAILED, Verb.FAIL
    if match.state is MatchState.APPROVED:
        end, verb = MatchState.DECLINED, Verb.DECLINE
    move(session, match, end, verb, actor, now, reason=reason, note=note, data=data)
    match.closed_at = now
    if side is Side.DONOR and reason in ENDS_THE_GIFT and withdraws:
        item = session.get_one(OfferedItem, match.offered_item_id)
        offer = session.get_one(Offer, item.offer_id)
        put_aside(session, offer, item, Aside.WITHDRAWN, actor, now, reason=reason, note=note)
    if side is Side.COMMITTEE and reason in ENDS_THE_NEED:
        needs.no_longer_needed(session, match.need_id, actor, now)


def _hold_what_is_proposed(session: Session, match_id: int, side: Side, reason: Reason | None) -> None:
    """A need may be closed: what is proposed for it leaves the board, and articles are locked before needs."""
    if side is not Side.COMMITTEE or reason not in ENDS_THE_NEED:
        return
    trip = select(Match.handover_id).where(Match.id == match_id).scalar_subquery()
    need_ids = session.exec(select(Match.need_id).where(col(Match.handover_id) == trip)).all()
    standing = col(Match.state).in_([MatchState.PROPOSED, *GOING_ON])
    items = session.exec(select(Match.offered_item_id).where(col(Match.need_id).in_(need_ids), standing))
    hold(session, item_ids=items.all(), need_ids=need_ids)
