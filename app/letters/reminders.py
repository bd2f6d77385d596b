"""Letters about an answer that is awaited: reminders, and what happens when none comes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.letters.hours import by_day, day_of
from app.letters.post import committee_url, donor_url, needs_url, to_committee, to_donor, tracking_url
from app.letters.sides import Sides, sides_of_all, thing
from app.matches import queries
from app.models import Handover, HandoverSlot
from app.models.states import COMMITTED
from notifications import messages, outbox

CHASING = (
    "reminder_donor",
    "reminder_times",
    "reminder_committee",
    "appointment_tomorrow",
    "appointment_tomorrow_committee",
    "did_it_happen",
    "did_it_happen_committee",
)
"""Messages that ask for something: pointless once it was given."""


OPENING = {"donor": ("match_found",), "committee": ("match_approved", "next_donor")}
"""Messages by which each side first hears of a match: they wait for a coordinator who may undo, and for the mail server."""


def call_off_opening(session: Session, match_id: int, side: str) -> bool:
    """Call back what would open the matter for one side; True when it had not left: that side knows of nothing."""
    return sum(outbox.cancel(session, match_id=match_id, message=message) for message in OPENING[side]) > 0


def call_back(session: Session, match_id: int, *only: str) -> None:
    """After an answer, what asks for it and has not left yet does not leave."""
    for message in only or CHASING:
        outbox.cancel(session, match_id=match_id, message=message)


def remind(session: Session, match_ids: Collection[int], now: datetime) -> int:
    """Write to whoever has not answered about these matches; how many letters that is. A few queries for all of them."""
    handovers = {
        row.match_id: row
        for row in session.exec(select(Handover).where(col(Handover.match_id).in_(match_ids)))
    }
    slots = _slots(session, [row.id for row in handovers.values()], now)
    written = 0
    for sides in sides_of_all(session, match_ids):
        handover = handovers.get(sides.match.id)
        written += _remind(session, sides, handover, slots.get(handover.id, []) if handover else [], now)
    return written


def _slots(session: Session, handover_ids: Collection[int], now: datetime) -> dict[int, list[messages.Slot]]:
    """The times on offer that have not passed."""
    found: dict[int, list[messages.Slot]] = {}
    query = select(HandoverSlot).where(
        col(HandoverSlot.handover_id).in_(handover_ids), col(HandoverSlot.starts_at) > now
    )
    for row in session.exec(query.order_by(col(HandoverSlot.starts_at))):
        found.setdefault(row.handover_id, []).append(messages.Slot(row.starts_at, row.ends_at))
    return found


def _remind(
    session: Session, sides: Sides, handover: Handover | None, slots: Sequence[messages.Slot], now: datetime
) -> int:
    match = sides.match
    if match.committee_answered_at is None:
        _committee(session, sides, now)
        if match.donor_answered_at is None:
            _donor(session, sides, now)
            return 2
    elif handover is not None and handover.donor_note:
        _other_time(session, sides, handover, now)
    elif slots:
        _times(session, sides, slots, now)
    else:
        # Every time that it proposed has passed: it is the committee's turn.
        _committee(session, sides, now)
    return 1


def _event(sides: Sides, what: str, now: datetime) -> str:
    return f"match:{sides.match.id}:{what}:{day_of(now)}"


def _donor(session: Session, sides: Sides, now: datetime) -> None:
    donor = sides.donor
    letter = messages.ReminderDonor(
        name=donor.name,
        action_url=donor_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, donor.language), sides.match.quantity),),
        committee=sides.committee.name,
        answer_before=sides.match.answer_by or now,
    )
    to_donor(session, sides, letter.render(donor.language), _event(sides, "reminder", now), now)


def _committee(session: Session, sides: Sides, now: datetime) -> None:
    committee = sides.committee
    letter = messages.ReminderCommittee(
        name=committee.name,
        action_url=committee_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, committee.language), sides.match.quantity),),
        committee=committee.name,
        answer_before=sides.match.answer_by or now,
    )
    rendered = letter.render(committee.language)
    to_committee(session, sides, rendered, _event(sides, "reminder", now), now)


def _times(session: Session, sides: Sides, slots: Sequence[messages.Slot], now: datetime) -> None:
    donor = sides.donor
    letter = messages.ReminderTimes(
        name=donor.name,
        action_url=donor_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, donor.language), sides.match.quantity),),
        committee=sides.committee.name,
        slots=tuple(slots),
        answer_before=sides.match.answer_by or now,
    )
    to_donor(session, sides, letter.render(donor.language), _event(sides, "reminder", now), now)


def _other_time(session: Session, sides: Sides, handover: Handover, now: datetime) -> None:
    committee = sides.committee
    letter = messages.OtherTimeWanted(
        name=committee.name,
        action_url=committee_url(session, sides, now),
        things=(messages.Thing(thing(sides.item, committee.language), sides.match.quantity),),
        committee=committee.name,
        wish=handover.donor_note,
    )
    rendered = letter.render(committee.language)
    to_committee(session, sides, rendered, _event(sides, "reminder", now), now)


def _lacking(sides: Sides, taken: int) -> messages.Lacking:
    """The article, with what the need still lacks of it when so many are on their way."""
    return messages.Lacking(
        thing(sides.item, sides.committee.language),
        sides.match.quantity,
        remaining=max(sides.need.quantity - taken, 1),
    )


def lapsed(session: Session, match_ids: Collection[int], now: datetime) -> None:
    """To both sides, the next morning if it is night: there was no answer in time, and nothing is lost.

    Not to one that our question has never left for: it could not answer, and waits for nothing.
    """
    found = sides_of_all(session, match_ids)
    taken = queries.taken_for_needs(session, {sides.need.id for sides in found}, COMMITTED)
    for sides in found:
        match, donor, committee = sides.match, sides.donor, sides.committee
        call_back(session, match.id)
        unheard = {side for side in OPENING if call_off_opening(session, match.id, side)}
        mine = messages.MatchLapsed(
            name=donor.name,
            action_url=tracking_url(session, sides, now),
            things=(messages.Thing(thing(sides.item, donor.language), match.quantity),),
            committee=committee.name,
        )
        theirs = messages.MatchLapsedCommittee(
            name=committee.name,
            action_url=needs_url(session, committee.id, now),
            things=(_lacking(sides, taken.get(match.need_id, 0)),),
            committee=committee.name,
        )
        event, morning = f"match:{match.id}:lapsed", by_day(now)
        if "donor" not in unheard:
            rendered = mine.render(donor.language)
            to_donor(session, sides, rendered, event, now, not_before=morning)
        if "committee" not in unheard:
            rendered = theirs.render(committee.language)
            to_committee(session, sides, rendered, event, now, not_before=morning)
