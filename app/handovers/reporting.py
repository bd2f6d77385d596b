"""What came of an appointment: each side says so, article by article; quantities settle, and settle anew when it is corrected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from app.handovers import unannounced
from app.handovers.queries import REPORTED, was_at_appointment, words_by_match, words_of
from app.handovers.settling import check_room, settle
from app.handovers.trips import HandoverError, HandoverRefusal, Trip, open_trip
from app.handovers.unannounced import Unannounced
from app.joining import meeting_zone
from app.models import Committee, Handover, Match, Offer
from app.models.states import Condition, MatchState, Reason, Side, Verb
from app.transitions import SYSTEM, Actor, move, note_decision
from notifications.zones import local

SILENT = timedelta(days=7)
"""After so long without a word from the committee, the donor's yes is enough. Said in the letters and on the page."""

CORRECTED_WITHIN = timedelta(days=30)
"""So long a committee may correct what it reported; a coordinator always may."""

GONE = frozenset({Reason.GIVEN_ELSEWHERE, Reason.CHANGED_MIND})
"""Reasons of a donor by which the article is not on offer any more."""


class Says(StrEnum):
    """Did it happen?"""

    YES = "yes"
    NOT_YET = "not_yet"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Received:
    """How many of an article came, in what state, and why not if none did. Of those that did not come, `gone` are not with the
    donor either. `meets_need`: what came is what the need asked for, or does."""

    quantity: int
    condition: Condition | None = None
    reason: Reason | None = None
    gone: int = 0
    meets_need: bool = True


@dataclass(frozen=True, slots=True)
class HandoverReport:
    """What one side says of an appointment. `lines` tell, by match, what the committee received; all that was announced where
    it says nothing; `extra` came beside."""

    says: Says
    lines: Mapping[int, Received] = field(default_factory=dict)
    reason: Reason | None = None
    note: str = ""
    extra: Unannounced | None = None

    def of(self, match: Match) -> Received:
        """What this says of one article."""
        if self.says is Says.NO:
            gone = match.quantity if self.reason in GONE else 0
            return Received(0, reason=self.reason or Reason.OTHER, gone=gone)
        return self.lines.get(match.id) or Received(match.quantity)


def opens(handover: Handover, offer: Offer, committee: Committee, now: datetime) -> bool:
    """Whether an appointment may be reported on: from the morning of its day, where they meet."""
    zone = meeting_zone(handover.transport, offer, committee)
    starts = handover.starts_at
    return starts is not None and local(starts, zone).date() <= local(now, zone).date()


def may_correct(match: Match, now: datetime, *, always: bool) -> bool:
    if match.state is MatchState.SCHEDULED or always:
        return True
    return match.closed_at is not None and now <= match.closed_at + CORRECTED_WITHIN


def report(
    session: Session,
    match_id: int,
    side: Side,
    said: HandoverReport,
    actor: Actor,
    now: datetime,
    *,
    always: bool = False,
    lines: Collection[int] | None = None,
) -> bool:
    """What one side says of a trip's appointment, for the first time or as a correction; of all its articles, or of `lines`.
    False where it has said just that before.

    The committee's word settles: it has the articles or not. The donor's "no" settles too unless the committee has spoken. Once it
    is settled the committee may correct it for CORRECTED_WITHIN, and `always` if a coordinator does. Raises HandoverError.
    """
    if said.extra is not None:
        unannounced.hold_needs(session, match_id, said.extra)
    trip = open_trip(session, match_id, *REPORTED, lines=lines)
    trip.lines = [match for match in trip.lines if was_at_appointment(match)]
    if not trip.lines or not trip.is_fixed:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    offer = session.get_one(Offer, trip.handover.offer_id)
    if not opens(trip.handover, offer, session.get_one(Committee, trip.handover.committee_id), now):
        raise HandoverError(HandoverRefusal.TOO_EARLY)
    if not all(may_correct(match, now, always=always) for match in trip.lines):
        raise HandoverError(HandoverRefusal.TOO_LATE_TO_CORRECT)
    open_lines = [match for match in trip.lines if match.state is MatchState.SCHEDULED]
    if said.says is Says.NOT_YET:
        _not_yet(session, trip, open_lines, side, said, actor, now)
        return True
    if side is Side.DONOR:
        return _donor_says(session, trip, open_lines, said, actor, now)
    return _committee_says(session, trip, said, actor, now)


def _not_yet(
    session: Session,
    trip: Trip,
    lines: Sequence[Match],
    side: Side,
    said: HandoverReport,
    actor: Actor,
    now: datetime,
) -> None:
    if not lines:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    trip.handover.asked_at = now
    for match in lines:
        _note(session, match, side, said.says, said, actor, now)


def _donor_says(
    session: Session,
    trip: Trip,
    open_lines: Sequence[Match],
    said: HandoverReport,
    actor: Actor,
    now: datetime,
) -> bool:
    """What the committee has settled stays so: a coordinator sees where the two contradict each other."""
    if all(match.donor_says == said.says for match in trip.lines):
        return False
    for match in trip.lines:
        _note(session, match, Side.DONOR, said.says, said, actor, now)
    if said.says is Says.NO:
        _fail(session, open_lines, Side.DONOR, said, actor, now)
        settle(session, trip, open_lines, now)
    return True


def _committee_says(session: Session, trip: Trip, said: HandoverReport, actor: Actor, now: datetime) -> bool:
    changed = [match for match in trip.lines if _differs(match, said)]
    reworded = _reworded(session, trip, said, changed)
    others = [match for match in trip.lines if match not in (*changed, *reworded)]
    unheard = [match for match in others if match.committee_says is None]
    if not (changed or reworded or unheard or said.extra):
        return False
    missing = [match for match in changed if said.of(match).quantity == 0]
    came = [match for match in changed if match not in missing]
    was = {match.id: outcome(match) for match in (*changed, *reworded)}
    wrote = words_of(session, trip.handover.id)
    for match in (*changed, *reworded, *unheard):
        word = Says.YES if said.of(match).quantity else Says.NO
        _note(session, match, Side.COMMITTEE, word, said, actor, now)
    thanked = said.extra is not None or any(
        was[match.id].get("received") != said.of(match).quantity for match in came
    )
    _fail(session, missing, Side.COMMITTEE, said, actor, now, told_with_others=thanked, was=was)
    _complete(
        session,
        trip.handover.starts_at,
        [*came, *reworded],
        said,
        actor,
        now,
        without=[match.id for match in missing],
        was=was,
    )
    _look_again(session, trip.handover, wrote, now)
    unannounced.correct(session, trip, changed, actor, now)
    check_room(session, trip, changed, now)
    if said.extra is not None:
        changed.append(unannounced.record(session, trip, said.extra, actor, now))
    settle(session, trip, changed, now, again=any(was.values()))
    return True


def _reworded(session: Session, trip: Trip, said: HandoverReport, changed: Collection[Match]) -> list[Match]:
    """What came as it was said, with other words than stand, or with none any more."""
    if said.note == words_of(session, trip.handover.id):
        return []
    wrote = words_by_match(session, trip.handover.id)
    came = [match for match in trip.lines if match.state is MatchState.COMPLETED and match not in changed]
    return [match for match in came if wrote.get(match.id, "") != said.note]


def _look_again(session: Session, handover: Handover, wrote: str, now: datetime) -> None:
    """A coordinator looks at other words than the committee `wrote` before; what it took back the donor does not read any more."""
    session.flush()
    words = words_of(session, handover.id)
    if words == wrote:
        return
    handover.words_at = now if words else None
    if not words:
        handover.served = ""


def outcome(match: Match) -> dict[str, Any]:
    """What is settled of a match, as a decision keeps it; nothing while it is not."""
    if match.state is MatchState.SCHEDULED:
        return {}
    return {
        "received": match.received_quantity if match.state is MatchState.COMPLETED else 0,
        "condition": match.received_condition,
        "gone": match.gone_quantity,
        "meets_need": match.meets_need,
    }


def _differs(match: Match, said: HandoverReport) -> bool:
    """Whether this says something else than what is settled, or settles it; the same again is no correction."""
    told = said.of(match)
    after = {
        "received": told.quantity,
        "condition": told.condition if told.quantity else match.received_condition,
        "gone": told.gone,
        "meets_need": told.meets_need if told.quantity else match.meets_need,
    }
    return outcome(match) != after


def _note(
    session: Session,
    match: Match,
    side: Side,
    says: Says,
    said: HandoverReport,
    actor: Actor,
    now: datetime,
) -> None:
    if side is Side.DONOR:
        match.donor_says = says
    else:
        match.committee_says = says
    told = said.lines.get(match.id)
    note_decision(
        session,
        match,
        Verb.REPORT,
        actor,
        now,
        from_state=match.state,
        reason=(told.reason if told else None) or said.reason,
        note=said.note,
        data={"side": side.value, "says": says.value, "received": told.quantity if told else None},
    )


def _fail(
    session: Session,
    lines: Sequence[Match],
    side: Side,
    said: HandoverReport,
    actor: Actor,
    now: datetime,
    *,
    told_with_others: bool = False,
    was: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    for match in lines:
        told = said.of(match)
        before = (was or {}).get(match.id)
        data = {"side": side.value, "reported": True, "told_with_others": told_with_others}
        data |= {"was": before} if before else {}
        match.received_quantity = match.received_condition = None
        match.gone_quantity, match.meets_need = min(told.gone, match.quantity), True
        reason = told.reason or Reason.OTHER
        if match.state is MatchState.FAILED:
            note_decision(
                session, match, Verb.CORRECT, actor, now, from_state=match.state, reason=reason, data=data
            )
            continue
        move(
            session, match, MatchState.FAILED, Verb.FAIL, actor, now, reason=reason, note=said.note, data=data
        )
        match.closed_at = match.closed_at or now


def _complete(
    session: Session,
    starts_at: datetime | None,
    lines: Sequence[Match],
    said: HandoverReport,
    actor: Actor,
    now: datetime,
    *,
    without: Sequence[int] = (),
    was: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    for match in lines:
        told, before = said.of(match), (was or {}).get(match.id)
        data: dict[str, Any] = {"text": said.note, "without": list(without)} | (
            {"was": before} if before else {}
        )
        match.received_quantity, match.received_condition = told.quantity, told.condition
        match.gone_quantity = min(told.gone, max(match.quantity - told.quantity, 0))
        match.meets_need = told.meets_need
        match.came_at = match.came_at or starts_at
        if match.state is MatchState.COMPLETED:
            note_decision(session, match, Verb.CORRECT, actor, now, from_state=match.state, data=data)
            continue
        move(session, match, MatchState.COMPLETED, Verb.COMPLETE, actor, now, data=data)
        match.closed_at = match.closed_at or now


def complete_on_the_donor_s_word(session: Session, match_id: int, now: datetime) -> int:
    """The donor says that it happened and the committee says nothing of the trip: all of that was received. How many articles."""
    try:
        trip = open_trip(session, match_id, MatchState.SCHEDULED)
    except HandoverError:
        return 0
    lines = [match for match in trip.lines if (match.donor_says, match.committee_says) == (Says.YES, None)]
    _complete(session, trip.handover.starts_at, lines, HandoverReport(Says.YES), SYSTEM, now)
    settle(session, trip, lines, now)
    return len(lines)
