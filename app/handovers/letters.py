"""Letters about approved matches: answers, times, the appointment, what came of it. One to each side for a trip and an act."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from app.days import day_of, start_of
from app.handovers.calendar import Organizer, calendar_file
from app.handovers.meeting import calendar_entry, meeting_day, meeting_place, whom_to_meet
from app.handovers.queries import was_at_appointment
from app.handovers.reporting import outcome
from app.handovers.slots import Span
from app.joining import GOING_ON, meeting_zone
from app.matches.queries import lacking
from app.models import Decision, HandoverSlot, Match
from app.models.states import MatchState, Reason, Side
from app.post import opening
from app.post.desk import Desk
from app.post.sending import Post, overtaken
from app.post.sides import CHASING, Reader, Sides, TripLine, call_back, readers
from app.web.links import Purpose
from app.web.text import speaking
from app.web.words import named, word
from notifications import messages, outbox

MORE_TO_COME = timedelta(hours=2)
"""Thanks wait so long for the rest of a trip, and are one letter."""

ASKING = {Side.DONOR: (messages.DidItHappen,), Side.COMMITTEE: (messages.DidItHappenCommittee,)}
"""By which each side is asked what came of the appointment."""


def accepted(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """One side says yes: the question needs no answer of its any more."""
    donor, _committee = readers(session, decisions, desk, now)
    side = Side(decisions[0].data.get("side", Side.DONOR))
    call_back(session, donor.sides, [messages.ReminderDonor] if side is Side.DONOR else CHASING)
    opening.unask(session, donor.sides, side, desk, now)
    other_time_wanted(session, decisions, desk, now)


def other_time_wanted(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """To the committee, if the donor says so: none of the times suits, or the appointment is off; here is what does."""
    decision = decisions[0]
    if not decision.data.get("other_time"):
        return
    _donor, committee = readers(session, decisions, desk, now)
    call_back(session, committee.sides, CHASING)
    letter = messages.OtherTimeWanted(
        **committee.about(), wish=committee.sides.handover.donor_note, **_called_off(committee, decision)
    )
    committee.send(letter)


def times_proposed(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """To the donor, who learns by it that a place was found: choose one of these times."""
    donor, _committee = readers(session, decisions, desk, now)
    call_back(session, donor.sides, CHASING)
    for side in Side:
        opening.unask(session, donor.sides, side, desk, now)
    query = select(HandoverSlot).where(HandoverSlot.handover_id == donor.sides.handover.id)
    slots = session.exec(query.order_by(col(HandoverSlot.starts_at)))
    letter = messages.TimesProposed(
        **donor.about(),
        slots=tuple(donor.slot(slot.starts_at, slot.ends_at) for slot in slots),
        mode=donor.sides.handover.transport.value,
        place=_place(donor),
        without=_without(donor, decisions[0]),
        **_called_off(donor, decisions[0]),
    )
    donor.send(letter)


def _without(reader: Reader, decision: Decision) -> tuple[messages.Thing, ...]:
    """What the other side left out in the same act, of what this one had heard of."""
    found = Sides.read(reader.post.session, decision.data.get("without", []))
    heard = opening.heard(reader.post.session, [sides.handover.id for sides in found], reader.side)
    lines = [line for sides in found for line in sides.lines if line.match.id in heard]
    return reader.things(lines)


def scheduled(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """To both: when, where, with a calendar file; all that the appointment is about, whatever was added last."""
    found = readers(session, decisions, desk, now)
    call_back(session, found[0].sides, CHASING)
    both = _of_the_appointment(session, found[0].sides)
    if both is not None:
        for reader in both.readers(found[0].post):
            _send_appointment(reader, _without(reader, decisions[0]))


def _of_the_appointment(session: Session, sides: Sides) -> Sides | None:
    """The trip with all that is to change hands at its appointment."""
    query = select(Match.id).where(
        Match.handover_id == sides.handover.id, Match.state == MatchState.SCHEDULED
    )
    return next(iter(Sides.read(session, session.exec(query).all())), None)


def _send_appointment(reader: Reader, without: tuple[messages.Thing, ...], reason: str = "") -> None:
    kind = messages.Appointment if reader.side is Side.DONOR else messages.AppointmentCommittee
    letter = kind(
        **reader.about(), **_meeting(reader), without=without, reason=reason, calendar=_file(reader)
    )
    reader.send(letter)


def given_up(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """One side says no, before or after it had said yes; or that nothing of it was handed over.

    Once there is an appointment both are written to, because it is in both calendars: it is off, or holds without this. Before, the
    other side is told, unless it was never written to: then it never is.
    """
    donor, committee = readers(session, decisions, desk, now)
    sides, decision = donor.sides, decisions[0]
    overtaken(session, sides.handover.id, sides.match_ids)
    if not _goes_on(session, sides):
        call_back(session, sides, CHASING)
    unheard = {side: opening.unask(session, sides, side, desk, now) for side in Side}
    if all(each.data.get("told_with_others") for each in decisions):
        return
    if decision.data.get("reported"):
        undone = any(each.data.get("was", {}).get("received") for each in decisions)
        if not (undone and _thank_anew(donor)):
            _failed(donor, committee, decisions)
    elif any(each.from_state == MatchState.SCHEDULED for each in decisions):
        for reader in (donor, committee):
            _off_or_less(reader, decision)
    else:
        reader = donor if decision.data["side"] == Side.COMMITTEE else committee
        heard = sides.only(lambda line: line.match.id not in unheard[reader.side])
        if heard is not None:
            _declined(heard.readers(donor.post), decision)


def _goes_on(session: Session, sides: Sides) -> bool:
    query = select(Match.id).where(Match.handover_id == sides.handover.id, col(Match.state).in_(GOING_ON))
    return session.exec(query.limit(1)).first() is not None


def _declined(both: tuple[Reader, Reader], decision: Decision) -> None:
    donor, committee = both
    if decision.data["side"] == Side.DONOR:
        committee.send(messages.DonorDeclined(**_lacking(committee), reason=_reason(committee, decision)))
    else:
        donor.send(messages.CommitteeDeclined(**donor.about()))


def _off_or_less(reader: Reader, decision: Decision) -> None:
    """The side that gave it up knows the reason already."""
    reason = "" if decision.data["side"] == reader.side else _reason(reader, decision)
    rest = _of_the_appointment(reader.post.session, reader.sides)
    if rest is not None:
        staying = rest.readers(reader.post)[0 if reader.side is Side.DONOR else 1]
        _send_appointment(staying, reader.things(), reason)
        return
    kind, purpose = messages.AppointmentCancelled, Purpose.TRACK_OFFER
    if reader.side is Side.COMMITTEE:
        kind, purpose = messages.AppointmentCancelledCommittee, Purpose.COMMITTEE_ANSWER
    off = _file(reader, _span(reader), cancelled=True)
    reader.send(kind(**reader.about(purpose), slot=_slot(reader), reason=reason, calendar=off))


def _failed(donor: Reader, committee: Reader, decisions: Sequence[Decision]) -> None:
    """To the other side of one who says that nothing was handed over."""
    handover, reasons = donor.sides.handover, {decision.reason or Reason.OTHER for decision in decisions}
    what: dict[str, Any] = {
        "day": _day(donor.sides, donor.post.now),
        "mode": handover.transport.value,
        "reason": (reasons.pop() if len(reasons) == 1 else Reason.OTHER).value,
    }
    if decisions[0].data["side"] == Side.COMMITTEE:
        donor.send(messages.HandoverFailed(**donor.about(Purpose.TRACK_OFFER), **what))
    else:
        committee.send(messages.HandoverFailedCommittee(**_lacking(committee), **what))


def reported(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """This side has said what came of it, and is not asked any more."""
    donor, _committee = readers(session, decisions, desk, now)
    call_back(session, donor.sides, ASKING[Side(decisions[0].data["side"])])


def completed(session: Session, decisions: Sequence[Decision], desk: Desk, now: datetime) -> None:
    """To the donor: it arrived; here is the record of the gift. What is ticked one after the other is one letter; after a
    correction of how many came, it is of the whole trip anew."""
    donor, _committee = readers(session, decisions, desk, now)
    call_back(session, donor.sides, CHASING)
    news = [decision for decision in decisions if _counts_otherwise(session, decision)]
    if not news:
        return
    came = donor.sides.only(_came)
    if _corrects(session, donor.sides, now):
        _thank_anew(donor)
        return
    waiting = outbox.take_back(session, donor.sides.handover.id, [messages.ThankYou.message])
    if waiting:
        together = donor.sides.match_ids + [match_id for row in waiting for match_id in row.match_ids]
        came = Sides.read(session, together)[0].only(_came)
    if came is not None:
        missing = [
            line for found in Sides.read(session, news[0].data.get("without", [])) for line in found.lines
        ]
        _thank(came.readers(donor.post)[0], missing)


def _counts_otherwise(session: Session, decision: Decision) -> bool:
    """Whether another quantity came than was known before."""
    was = decision.data.get("was", {}).get("received", 0)
    return bool(was != outcome(session.get_one(Match, decision.match_id)).get("received", 0))


def _corrects(session: Session, sides: Sides, now: datetime) -> bool:
    """Whether this act corrects what was settled of any article of the trip."""
    trip = select(Match.id).where(Match.handover_id == sides.handover.id)
    act = select(Decision).where(col(Decision.match_id).in_(trip), Decision.at == now)
    return any(decision.data.get("was") for decision in session.exec(act))


def _thank_anew(donor: Reader) -> bool:
    """The record of the whole trip, in place of an earlier one, and of what was written of a failure that was none; or no
    record any more where nothing came: then false."""
    session, handover_id = donor.post.session, donor.sides.handover.id
    (trip,) = Sides.read(
        session, session.exec(select(Match.id).where(Match.handover_id == handover_id)).all()
    )
    outbox.take_back(session, handover_id, [messages.ThankYou.message])
    came = trip.only(_came)
    if came is None:
        return False
    outbox.take_back(session, handover_id, [messages.HandoverFailed.message], came.match_ids)
    missing = [
        line
        for line in trip.lines
        if line.match.state is MatchState.FAILED and was_at_appointment(line.match)
    ]
    _thank(came.readers(donor.post)[0], missing, corrected=True)
    return True


def _thank(donor: Reader, missing: Sequence[TripLine], *, corrected: bool = False) -> None:
    """Without the committee's words: the donor reads them on the gift's page, once a coordinator has looked."""
    came, now = donor.sides, donor.post.now
    letter = messages.ThankYou(
        **donor.about(Purpose.TRACK_OFFER, [_received(donor, line) for line in came.lines]),
        organisation=came.organisation.name,
        day=_day(came, now),
        reference=came.offer.reference,
        missing=donor.things(missing),
        corrected=corrected,
    )
    on_its_way = _of_the_appointment(donor.post.session, came) is not None
    donor.send(letter, not_before=now + MORE_TO_COME if on_its_way else None)


def _came(line: TripLine) -> bool:
    return line.match.state is MatchState.COMPLETED


def _received(reader: Reader, line: TripLine) -> messages.Thing:
    return messages.Thing(
        named(line.item, reader.language), line.match.received_quantity or line.match.quantity
    )


def tomorrow(session: Session, match_ids: Collection[int], desk: Desk, now: datetime) -> None:
    """To both sides of each trip: it is tomorrow. Not worth sending once tomorrow has come."""
    for sides in Sides.read(session, match_ids):
        handover = sides.handover
        post = Post(session, f"trip:{handover.id}:tomorrow:{handover.sequence}", desk, now)
        donor, committee = sides.readers(post)
        mine = messages.AppointmentTomorrow(**donor.about(), **_meeting(donor))
        theirs = messages.AppointmentTomorrowCommittee(**committee.about(), **_meeting(committee))
        zone = meeting_zone(handover.transport, sides.offer, sides.committee)
        midnight = start_of(_day(sides, now), zone=zone)
        donor.send(mine, not_after=midnight)
        committee.send(theirs, not_after=midnight)


def did_it_happen(
    session: Session, match_ids: Collection[int], silent_days: int, desk: Desk, now: datetime
) -> None:
    """To each side, of what it has not answered about, the day after: yes, not yet or no? After `silent_days` the donor's word is
    enough."""
    for sides in Sides.read(session, match_ids):
        post = Post(session, f"trip:{sides.handover.id}:asked:{day_of(now)}", desk, now)
        day = _day(sides, now)
        of_donor = sides.only(lambda line: line.match.donor_says is None)
        if of_donor is not None:
            donor = of_donor.readers(post)[0]
            donor.send(messages.DidItHappen(**donor.about(Purpose.DONOR_REPORT), day=day))
        of_committee = sides.only(lambda line: line.match.committee_says is None)
        if of_committee is not None:
            committee = of_committee.readers(post)[1]
            about = committee.about(Purpose.COMMITTEE_REPORT)
            committee.send(messages.DidItHappenCommittee(**about, day=day, silent_days=silent_days))


def _lacking(committee: Reader) -> dict[str, Any]:
    """What is said to a committee whose gift does not come."""
    remaining = committee.lacking(partial(lacking, committee.post.session))
    return committee.about(Purpose.COMMITTEE_NEEDS, remaining)


def _reason(reader: Reader, decision: Decision) -> str:
    with speaking(reader.language):
        return word(decision.reason) if decision.reason not in {None, Reason.OTHER} else ""


def _day(sides: Sides, now: datetime) -> date:
    return meeting_day(sides.handover, sides.offer, sides.committee, now)


def _span(reader: Reader) -> Span:
    span = Span.of(reader.sides.handover.starts_at, reader.sides.handover.ends_at)
    if span is None:
        raise ValueError("the handover has no time")
    return span


def _slot(reader: Reader) -> messages.Slot:
    span = _span(reader)
    return reader.slot(span.starts_at, span.ends_at)


def _meeting(reader: Reader) -> dict[str, Any]:
    """When, where, and whom this side meets."""
    return {
        "slot": _slot(reader),
        "mode": reader.sides.handover.transport.value,
        "place": _place(reader),
        "contact": str(whom_to_meet(reader.sides, reader.side)),
    }


def _place(reader: Reader) -> str:
    with speaking(reader.language):
        return meeting_place(reader.sides, reader.sides.handover)


def _called_off(reader: Reader, decision: Decision) -> dict[str, Any]:
    """The appointment that does not hold any more, and the file that takes it out of the calendar, if there was one."""
    if not decision.data.get("before"):
        return {}
    before = Span.from_plain(decision.data["before"])
    return {
        "instead_of": reader.slot(before.starts_at, before.ends_at),
        "calendar": _file(reader, before, cancelled=True),
    }


def _file(reader: Reader, span: Span | None = None, *, cancelled: bool = False) -> str:
    desk = reader.post.desk
    organizer = Organizer(desk.portal_name, desk.sender_email)
    entry = calendar_entry(organizer, reader.sides, reader.sides.handover, reader.side, reader.post.now, span)
    return calendar_file(entry, cancelled=cancelled)
