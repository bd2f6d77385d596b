"""Letters from the answers to the day after: times, appointment, refusal, did it happen."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from app.handovers.calendar import Appointment, calendar_file
from app.handovers.slots import Span
from app.letters.post import committee_url, donor_url, to_committee, to_donor
from app.letters.sides import Sides, sides_of, thing
from app.matches import queries
from app.models import Handover, HandoverSlot, Match
from app.models.states import Reason
from app.web.text import _, speaking
from app.web.words import word
from notifications import messages, values

PARIS = ZoneInfo("Europe/Paris")


def times_proposed(session: Session, match: Match, handover: Handover, now: datetime) -> None:
    """To the donor: choose one of these times."""
    sides = sides_of(session, match)
    slots = session.exec(
        select(HandoverSlot)
        .where(HandoverSlot.handover_id == handover.id)
        .order_by(col(HandoverSlot.starts_at))
    ).all()
    letter = values.TimesProposed(
        name=sides.donor.name,
        action_url=donor_url(session, sides, now),
        item=thing(sides.item, sides.donor.language),
        quantity=match.quantity,
        committee=sides.committee.name,
        slots=tuple(values.Slot(slot.starts_at, slot.ends_at) for slot in slots),
        mode=handover.transport.value,
        place=handover.place,
    )
    event = f"match:{match.id}:times:{int(now.timestamp())}"
    to_donor(session, sides, messages.times_proposed(sides.donor.language, letter), event, now)


def calendar_entry(case: Any, handover: Handover, side: str, now: datetime) -> Appointment:
    """The appointment as a calendar shows it to one side. `case` has `item`, `donor`, `committee` and `match`."""
    if handover.starts_at is None or handover.ends_at is None:
        raise ValueError("the handover has no time")
    language = case.donor.language if side == "donor" else case.committee.language
    with speaking(language):
        other = case.committee if side == "donor" else case.donor
        summary = _("Don : %(thing)s", thing=thing(case.item, language))
        description = _(
            "%(transport)s. Contact : %(name)s, %(phone)s",
            transport=word(handover.transport),
            name=other.name,
            phone=other.phone,
        )
    return Appointment(
        uid=handover.uid,
        sequence=handover.sequence,
        span=Span(handover.starts_at, handover.ends_at),
        summary=summary,
        place=handover.place,
        description=description,
        now=now,
    )


def _appointment(sides: Sides, handover: Handover, side: str, url: str, now: datetime) -> values.Appointment:
    entry = calendar_entry(sides, handover, side, now)
    reader, other = (sides.donor, sides.committee) if side == "donor" else (sides.committee, sides.donor)
    return values.Appointment(
        name=reader.name,
        action_url=url,
        item=thing(sides.item, reader.language),
        quantity=sides.match.quantity,
        committee=sides.committee.name,
        slot=values.Slot(entry.span.starts_at, entry.span.ends_at),
        mode=handover.transport.value,
        place=handover.place,
        contact=", ".join(part for part in (other.name, other.phone, other.email) if part),
        calendar=calendar_file(entry),
    )


def appointment(session: Session, match: Match, handover: Handover, now: datetime) -> None:
    """To both: when, where, with a calendar file."""
    sides = sides_of(session, match)
    event = f"match:{match.id}:appointment:{handover.sequence}"
    mine = _appointment(sides, handover, "donor", donor_url(session, sides, now), now)
    to_donor(session, sides, messages.appointment(sides.donor.language, mine), event, now)
    theirs = _appointment(sides, handover, "committee", committee_url(session, sides, now), now)
    to_committee(session, sides, messages.appointment_committee(sides.committee.language, theirs), event, now)


def other_time_wanted(session: Session, match: Match, handover: Handover, now: datetime) -> None:
    """To the committee: none of the times suits; here is what does."""
    sides = sides_of(session, match)
    letter = values.OtherTimeWanted(
        name=sides.committee.name,
        action_url=committee_url(session, sides, now),
        item=thing(sides.item, sides.committee.language),
        quantity=match.quantity,
        committee=sides.committee.name,
        wish=handover.donor_note,
    )
    event = f"match:{match.id}:other_time:{int(now.timestamp())}"
    to_committee(session, sides, messages.other_time_wanted(sides.committee.language, letter), event, now)


def donor_declined(session: Session, match: Match, reason: Reason, now: datetime) -> None:
    """To the committee: this gift will not come."""
    sides = sides_of(session, match)
    taken = queries.taken_for_needs(session, [match.need_id])
    with speaking(sides.committee.language):
        words = word(reason) if reason is not Reason.OTHER else ""
    letter = values.DonorDeclined(
        name=sides.committee.name,
        action_url=committee_url(session, sides, now),
        item=thing(sides.item, sides.committee.language),
        quantity=match.quantity,
        committee=sides.committee.name,
        reason=words,
        remaining=max(sides.need.quantity - taken.get(match.need_id, 0), 1),
    )
    event = f"match:{match.id}:declined"
    to_committee(session, sides, messages.donor_declined(sides.committee.language, letter), event, now)


def committee_declined(session: Session, match: Match, now: datetime) -> None:
    """To the donor: this committee cannot take it after all; the search goes on."""
    sides = sides_of(session, match)
    letter = values.CommitteeDeclined(
        name=sides.donor.name,
        action_url=donor_url(session, sides, now),
        item=thing(sides.item, sides.donor.language),
        quantity=match.quantity,
        committee=sides.committee.name,
    )
    event = f"match:{match.id}:declined"
    to_donor(session, sides, messages.committee_declined(sides.donor.language, letter), event, now)
