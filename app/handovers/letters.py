"""Letters about an approved match: answers, times, the appointment, what came of it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.days import day_of, start_of
from app.handovers.calendar import Organizer, calendar_file
from app.handovers.meeting import calendar_entry, meeting_place, whom_to_meet
from app.handovers.queries import handovers_of
from app.handovers.slots import Span
from app.matches.queries import lacking
from app.models import Decision, Handover, HandoverSlot
from app.models.states import MatchState, Reason, Side
from app.post.desk import Desk
from app.post.sending import Post
from app.post.sides import CHASING, OPENING, Reader, Sides, call_back, readers
from app.web.links import Purpose
from app.web.text import speaking
from app.web.words import word
from notifications import messages

ASKING = {Side.DONOR: (messages.DidItHappen,), Side.COMMITTEE: (messages.DidItHappenCommittee,)}
"""By which each side is asked what came of the appointment."""


def accepted(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """The donor says yes: the question needs no answer any more."""
    call_back(session, decision, [messages.ReminderDonor], OPENING[Side.DONOR])
    other_time_wanted(session, decision, desk, now)


def other_time_wanted(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To the committee, if the donor says so: none of the times suits, or the appointment is off; here is what does."""
    if not decision.data.get("other_time"):
        return
    call_back(session, decision, CHASING)
    _donor, committee = readers(session, decision, desk, now)
    handover = _handover(committee)
    off = _called_off(committee, handover, decision)
    letter = messages.OtherTimeWanted(**committee.about(), wish=handover.donor_note, **off)
    committee.send(letter)


def times_proposed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To the donor, who learns by it that a place was found: choose one of these times."""
    call_back(session, decision, CHASING, *OPENING.values())
    donor, _committee = readers(session, decision, desk, now)
    handover = _handover(donor)
    query = select(HandoverSlot).where(HandoverSlot.handover_id == handover.id)
    slots = session.exec(query.order_by(col(HandoverSlot.starts_at)))
    letter = messages.TimesProposed(
        **donor.about(),
        slots=tuple(messages.Slot(slot.starts_at, slot.ends_at) for slot in slots),
        mode=handover.transport.value,
        place=meeting_place(donor.sides, handover),
        **_called_off(donor, handover, decision),
    )
    donor.send(letter)


def scheduled(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To both: when, where, with a calendar file."""
    call_back(session, decision, CHASING)
    donor, committee = readers(session, decision, desk, now)
    handover = _handover(donor)
    for reader, kind in ((donor, messages.Appointment), (committee, messages.AppointmentCommittee)):
        reader.send(kind(**reader.about(), **_meeting(reader, handover), calendar=_file(reader, handover)))


def declined(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """One side says no, before or after it had said yes.

    Once there is an appointment both are written to, because it is in both calendars. Before, the other side is told, unless
    it was never written to: then it never is.
    """
    call_back(session, decision, CHASING)
    unheard = {side for side, opening in OPENING.items() if call_back(session, decision, opening)}
    spoke = Side(decision.data["side"])
    donor, committee = readers(session, decision, desk, now)
    if decision.from_state == MatchState.SCHEDULED:
        _cancelled(donor, messages.AppointmentCancelled, Purpose.TRACK_OFFER, decision)
        _cancelled(committee, messages.AppointmentCancelledCommittee, Purpose.COMMITTEE_ANSWER, decision)
    elif unheard - {spoke}:
        return
    elif spoke is Side.DONOR:
        committee.send(messages.DonorDeclined(**_lacking(committee), reason=_reason(committee, decision)))
    else:
        donor.send(messages.CommitteeDeclined(**donor.about()))


def _cancelled(
    reader: Reader, kind: type[messages.AppointmentCancelled], purpose: Purpose, decision: Decision
) -> None:
    """The side that cancelled knows the reason already."""
    handover = _handover(reader)
    letter = kind(
        **reader.about(purpose),
        slot=_slot(handover),
        reason="" if decision.data["side"] == reader.side else _reason(reader, decision),
        calendar=_file(reader, handover, _span(handover), cancelled=True),
    )
    reader.send(letter)


def failed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To the other side of one who says that nothing was handed over; else it was given up before."""
    if not decision.data.get("reported"):
        declined(session, decision, desk, now)
        return
    call_back(session, decision, CHASING)
    donor, committee = readers(session, decision, desk, now)
    handover = _handover(donor)
    what: dict[str, Any] = {
        "day": handover.starts_at or now,
        "mode": handover.transport.value,
        "reason": (decision.reason or Reason.OTHER).value,
    }
    if decision.data["side"] == Side.COMMITTEE:
        donor.send(messages.HandoverFailed(**donor.about(Purpose.TRACK_OFFER), **what))
    else:
        committee.send(messages.HandoverFailedCommittee(**_lacking(committee), **what))


def reported(session: Session, decision: Decision, _desk: Desk, _now: datetime) -> None:
    """This side has said what came of it, and is not asked any more."""
    call_back(session, decision, ASKING[Side(decision.data["side"])])


def completed(session: Session, decision: Decision, desk: Desk, now: datetime) -> None:
    """To the donor: it arrived; here is the record of the gift."""
    call_back(session, decision, CHASING)
    donor, _committee = readers(session, decision, desk, now)
    handover, about = _handover(donor), donor.about(Purpose.TRACK_OFFER)
    received = handover.received_quantity or donor.sides.match.quantity
    about["things"] = tuple(messages.Thing(each.item, received) for each in about["things"])
    letter = messages.ThankYou(
        **about,
        organisation=donor.sides.organisation.name,
        day=day_of(handover.starts_at or now),
        reference=donor.sides.offer.reference,
        note=decision.data.get("text", ""),
    )
    donor.send(letter)


def tomorrow(session: Session, match_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To both sides of each: it is tomorrow. Not worth sending once tomorrow has come."""
    handovers = handovers_of(session, match_ids)
    midnight = start_of(day_of(now) + timedelta(days=1))
    for sides in Sides.read(session, match_ids):
        handover = handovers[sides.match.id]
        post = Post(session, f"match:{sides.match.id}:tomorrow:{handover.sequence}", desk, now)
        donor, committee = sides.readers(post)
        mine = messages.AppointmentTomorrow(**donor.about(), **_meeting(donor, handover))
        theirs = messages.AppointmentTomorrowCommittee(**committee.about(), **_meeting(committee, handover))
        donor.send(mine, not_after=midnight)
        committee.send(theirs, not_after=midnight)


def did_it_happen(
    session: Session, match_ids: Collection[int], silent_days: int, desk: Desk, now: datetime
) -> None:
    """To each side that has not answered, the day after: yes, not yet or no? After `silent_days` the donor's word is enough."""
    handovers = handovers_of(session, match_ids)
    for sides in Sides.read(session, match_ids):
        handover = handovers[sides.match.id]
        post = Post(session, f"match:{sides.match.id}:asked:{day_of(now)}", desk, now)
        donor, committee = sides.readers(post)
        day = day_of(handover.starts_at or now)
        if handover.donor_says is None:
            donor.send(messages.DidItHappen(**donor.about(Purpose.DONOR_REPORT), day=day))
        if handover.committee_says is None:
            about = committee.about(Purpose.COMMITTEE_REPORT)
            committee.send(messages.DidItHappenCommittee(**about, day=day, silent_days=silent_days))


def _handover(reader: Reader) -> Handover:
    return handovers_of(reader.post.session, [reader.sides.match.id])[reader.sides.match.id]


def _lacking(committee: Reader) -> dict[str, Any]:
    """What is said to a committee whose gift does not come."""
    remaining = lacking(committee.post.session, committee.sides.need)
    return committee.about(Purpose.COMMITTEE_NEEDS, messages.Lacking, remaining=remaining)


def _reason(reader: Reader, decision: Decision) -> str:
    with speaking(reader.language):
        return word(decision.reason) if decision.reason not in {None, Reason.OTHER} else ""


def _span(handover: Handover) -> Span:
    span = Span.of(handover.starts_at, handover.ends_at)
    if span is None:
        raise ValueError("the handover has no time")
    return span


def _slot(handover: Handover) -> messages.Slot:
    span = _span(handover)
    return messages.Slot(span.starts_at, span.ends_at)


def _meeting(reader: Reader, handover: Handover) -> dict[str, Any]:
    """When, where, and whom this side meets."""
    return {
        "slot": _slot(handover),
        "mode": handover.transport.value,
        "place": meeting_place(reader.sides, handover),
        "contact": str(whom_to_meet(reader.sides, reader.side)),
    }


def _called_off(reader: Reader, handover: Handover, decision: Decision) -> dict[str, Any]:
    """The appointment that does not hold any more, and the file that takes it out of the calendar, if there was one."""
    if not decision.data.get("before"):
        return {}
    before = Span.from_plain(decision.data["before"])
    return {
        "instead_of": messages.Slot(before.starts_at, before.ends_at),
        "calendar": _file(reader, handover, before, cancelled=True),
    }


def _file(reader: Reader, handover: Handover, span: Span | None = None, *, cancelled: bool = False) -> str:
    desk = reader.post.desk
    organizer = Organizer(desk.portal_name, desk.sender_email)
    entry = calendar_entry(organizer, reader.sides, handover, reader.side, reader.post.now, span)
    return calendar_file(entry, cancelled=cancelled)
