"""Letters from the answers to the day after: times, appointment, refusal, did it happen."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from app.handovers.calendar import Appointment, Organizer, calendar_file
from app.handovers.slots import Span
from app.letters.desk import Desk, desk
from app.letters.post import committee_url, donor_url, needs_url, to_committee, to_donor, tracking_url
from app.letters.sides import Sides, giver, meeting_place, place_for_donor, receiver, sides_of, thing
from app.matches import queries
from app.models import Handover, HandoverSlot, Match
from app.models.states import Language, Reason
from app.web.text import _, speaking
from app.web.words import word
from notifications import messages

PARIS = ZoneInfo("Europe/Paris")


def times_proposed(
    session: Session, match: Match, handover: Handover, now: datetime, *, instead_of: Span | None = None
) -> None:
    """To the donor: choose one of these times. `instead_of` is the appointment that does not hold any more."""
    sides = sides_of(session, match)
    slots = session.exec(
        select(HandoverSlot)
        .where(HandoverSlot.handover_id == handover.id)
        .order_by(col(HandoverSlot.starts_at))
    ).all()
    letter = messages.TimesProposed(
        name=sides.donor.name,
        action_url=donor_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, sides.donor.language), match.quantity),),
        committee=sides.committee.name,
        slots=tuple(messages.Slot(slot.starts_at, slot.ends_at) for slot in slots),
        mode=handover.transport.value,
        place=meeting_place(sides, handover),
        instead_of=_slot(instead_of),
        calendar=_cancellation(session, sides, handover, instead_of, "donor", now),
    )
    event = f"match:{match.id}:times:{int(now.timestamp())}"
    to_donor(session, sides, letter.render(sides.donor.language), event, now)


def _slot(span: Span | None) -> messages.Slot | None:
    return None if span is None else messages.Slot(span.starts_at, span.ends_at)


def _cancellation(
    session: Session, sides: Sides, handover: Handover, span: Span | None, side: str, now: datetime
) -> str:
    """The file that takes an appointment out of a calendar; nothing when there was none."""
    if span is None:
        return ""
    return calendar_file(calendar_entry(desk(session), sides, handover, side, now, span), cancelled=True)


def organizer(desk: Desk) -> Organizer:
    """The portal itself, as it signs its letters."""
    return Organizer(desk.portal_name, desk.sender_email)


def span_of(handover: Handover) -> Span | None:
    if handover.starts_at is None or handover.ends_at is None:
        return None
    return Span(handover.starts_at, handover.ends_at)


def calendar_entry(
    desk: Desk, case: Any, handover: Handover, side: str, now: datetime, span: Span | None = None
) -> Appointment:
    """The appointment as a calendar shows it to one side. `case` has `item`, `offer`, `donor`, `committee` and `match`.

    At `span` if given: an appointment that was taken off the handover already. Without any, only to cancel it by its UID.
    """
    span = span or span_of(handover)
    language = case.donor.language if side == "donor" else case.committee.language
    with speaking(language):
        other = receiver(case) if side == "donor" else giver(case)
        name = thing(case.item, language)
        name = f"{case.match.quantity} × {name}" if case.match.quantity > 1 else name
        summary = _("Don : %(thing)s", thing=name)
        description = _(
            "%(transport)s. Contact : %(who)s",
            transport=word(handover.transport),
            who=", ".join(part for part in (other.name, other.phone) if part),
        )
    return Appointment(
        uid=handover.uid,
        sequence=handover.sequence,
        span=span,
        summary=summary,
        place=place_for_donor(case, handover) if side == "donor" else meeting_place(case, handover),
        description=description,
        now=now,
        organizer=organizer(desk),
    )


def _appointment(
    session: Session, sides: Sides, handover: Handover, side: str, url: str, now: datetime
) -> messages.Appointment:
    entry, span = calendar_entry(desk(session), sides, handover, side, now), span_of(handover)
    if span is None:
        raise ValueError("the handover has no time")
    reader = sides.donor if side == "donor" else sides.committee
    other = receiver(sides) if side == "donor" else giver(sides)
    kind = messages.Appointment if side == "donor" else messages.AppointmentCommittee
    return kind(
        name=reader.name,
        action_url=url,
        things=(messages.Thing(thing(sides.item, reader.language), sides.match.quantity),),
        committee=sides.committee.name,
        slot=messages.Slot(span.starts_at, span.ends_at),
        mode=handover.transport.value,
        place=meeting_place(sides, handover),
        contact=str(other),
        calendar=calendar_file(entry),
    )


def appointment(session: Session, match: Match, handover: Handover, now: datetime) -> None:
    """To both: when, where, with a calendar file."""
    sides = sides_of(session, match)
    event = f"match:{match.id}:appointment:{handover.sequence}"
    mine = _appointment(session, sides, handover, "donor", donor_url(session, sides, now), now)
    to_donor(session, sides, mine.render(sides.donor.language), event, now)
    theirs = _appointment(session, sides, handover, "committee", committee_url(session, sides, now), now)
    to_committee(session, sides, theirs.render(sides.committee.language), event, now)


def appointment_cancelled(
    session: Session, match: Match, handover: Handover, by: str, reason: Reason, now: datetime
) -> None:
    """To both, so that it leaves both calendars; the side that cancelled (`by`) knows the reason already."""
    sides, span = sides_of(session, match), span_of(handover)
    if span is None:
        raise ValueError("the handover has no time")
    donor, committee = sides.donor, sides.committee

    def letter(side: str, name: str, url: str, language: Language) -> messages.AppointmentCancelled:
        with speaking(language):
            words = word(reason) if side != by and reason is not Reason.OTHER else ""
        kinds = {"donor": messages.AppointmentCancelled, "committee": messages.AppointmentCancelledCommittee}
        return kinds[side](
            name=name,
            action_url=url,
            things=(messages.Thing(thing(sides.item, language), match.quantity),),
            committee=committee.name,
            slot=messages.Slot(span.starts_at, span.ends_at),
            reason=words,
            calendar=_cancellation(session, sides, handover, span, side, now),
        )

    event = f"match:{match.id}:cancelled"
    mine = letter("donor", donor.name, tracking_url(session, sides, now), donor.language)
    to_donor(session, sides, mine.render(donor.language), event, now)
    theirs = letter("committee", committee.name, committee_url(session, sides, now), committee.language)
    to_committee(session, sides, theirs.render(committee.language), event, now)


def other_time_wanted(
    session: Session, match: Match, handover: Handover, now: datetime, *, instead_of: Span | None = None
) -> None:
    """To the committee: none of the times suits; here is what does. `instead_of`: the appointment that is off."""
    sides = sides_of(session, match)
    letter = messages.OtherTimeWanted(
        name=sides.committee.name,
        action_url=committee_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, sides.committee.language), match.quantity),),
        committee=sides.committee.name,
        wish=handover.donor_note,
        instead_of=_slot(instead_of),
        calendar=_cancellation(session, sides, handover, instead_of, "committee", now),
    )
    event = f"match:{match.id}:other_time:{int(now.timestamp())}"
    to_committee(session, sides, letter.render(sides.committee.language), event, now)


def donor_declined(session: Session, match: Match, reason: Reason, now: datetime) -> None:
    """To the committee: this gift will not come."""
    sides = sides_of(session, match)
    with speaking(sides.committee.language):
        words = word(reason) if reason is not Reason.OTHER else ""
    letter = messages.DonorDeclined(
        name=sides.committee.name,
        action_url=needs_url(session, sides.committee.id, now),
        things=(_lacking(session, sides),),
        committee=sides.committee.name,
        reason=words,
    )
    event = f"match:{match.id}:declined"
    to_committee(session, sides, letter.render(sides.committee.language), event, now)


def committee_declined(session: Session, match: Match, now: datetime) -> None:
    """To the donor: this committee cannot take it after all; the search goes on."""
    sides = sides_of(session, match)
    letter = messages.CommitteeDeclined(
        name=sides.donor.name,
        action_url=donor_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, sides.donor.language), match.quantity),),
        committee=sides.committee.name,
    )
    event = f"match:{match.id}:declined"
    to_donor(session, sides, letter.render(sides.donor.language), event, now)


def handover_failed(
    session: Session, match: Match, handover: Handover, reason: Reason, now: datetime
) -> None:
    """To the donor: the committee says that it did not get it."""
    sides = sides_of(session, match)
    letter = messages.HandoverFailed(
        name=giver(sides).name,
        action_url=tracking_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, sides.donor.language), match.quantity),),
        committee=sides.committee.name,
        day=handover.starts_at or now,
        mode=handover.transport.value,
        reason=reason.value,
    )
    event = f"match:{match.id}:failed"
    to_donor(session, sides, letter.render(sides.donor.language), event, now)


def handover_failed_committee(
    session: Session, match: Match, handover: Handover, reason: Reason, now: datetime
) -> None:
    """To the committee: the donor says that it was not handed over."""
    sides = sides_of(session, match)
    letter = messages.HandoverFailedCommittee(
        name=sides.committee.name,
        action_url=needs_url(session, sides.committee.id, now),
        things=(_lacking(session, sides),),
        committee=sides.committee.name,
        day=handover.starts_at or now,
        mode=handover.transport.value,
        reason=reason.value,
    )
    event = f"match:{match.id}:failed"
    rendered = letter.render(sides.committee.language)
    to_committee(session, sides, rendered, event, now)


def _lacking(session: Session, sides: Sides) -> messages.Lacking:
    """The article, with what the need still lacks of it."""
    taken = queries.taken_for_needs(session, [sides.match.need_id])
    return messages.Lacking(
        thing(sides.item, sides.committee.language),
        sides.match.quantity,
        remaining=max(sides.need.quantity - taken.get(sides.match.need_id, 0), 1),
    )
