"""Letters around an appointment that the clock brings: tomorrow, did it happen, and the thanks when it did."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.letters import paths
from app.letters.desk import desk
from app.letters.hours import day_of, start_of
from app.letters.post import committee_url, donor_url, to_committee, to_donor, tracking_url
from app.letters.sides import Contact, Sides, giver, meeting_place, receiver, sides_of, sides_of_all, thing
from app.models import Handover, Match
from app.models.states import Language
from app.web.links import Purpose
from notifications import messages


def _handovers(session: Session, match_ids: Collection[int]) -> dict[int, Handover]:
    query = select(Handover).where(col(Handover.match_id).in_(match_ids))
    return {row.match_id: row for row in session.exec(query)}


def tomorrow(session: Session, match_ids: Collection[int], now: datetime) -> None:
    """To both sides of each: it is tomorrow. Not worth sending once tomorrow has come."""
    handovers = _handovers(session, match_ids)
    midnight = start_of(day_of(now) + timedelta(days=1))
    for sides in sides_of_all(session, match_ids):
        handover = handovers[sides.match.id]
        event = f"match:{sides.match.id}:tomorrow:{handover.sequence}"
        donor, committee = sides.donor, sides.committee
        url = donor_url(session, sides, now)
        mine = _tomorrow(
            messages.AppointmentTomorrow, sides, handover, donor.name, url, donor.language, receiver(sides)
        )
        rendered = mine.render(donor.language)
        to_donor(session, sides, rendered, event, now, not_after=midnight)
        url = committee_url(session, sides, now)
        theirs = _tomorrow(
            messages.AppointmentTomorrowCommittee,
            sides,
            handover,
            committee.name,
            url,
            committee.language,
            giver(sides),
        )
        rendered = theirs.render(committee.language)
        to_committee(session, sides, rendered, event, now, not_after=midnight)


def _tomorrow(
    kind: type[messages.AppointmentTomorrow],
    sides: Sides,
    handover: Handover,
    name: str,
    url: str,
    language: Language,
    contact: Contact,
) -> messages.AppointmentTomorrow:
    if handover.starts_at is None or handover.ends_at is None:
        raise ValueError("the handover has no time")
    return kind(
        name=name,
        action_url=url,
        things=(messages.Thing(thing(sides.item, language), sides.match.quantity),),
        committee=sides.committee.name,
        slot=messages.Slot(handover.starts_at, handover.ends_at),
        mode=handover.transport.value,
        place=meeting_place(sides, handover),
        contact=str(contact),
    )


def did_it_happen(session: Session, match_ids: Collection[int], silent_days: int, now: datetime) -> None:
    """To each side that has not answered, the day after: yes, not yet or no? After `silent_days` the donor's word is enough."""
    links, handovers = desk(session).links, _handovers(session, match_ids)
    for sides in sides_of_all(session, match_ids):
        number, event = sides.match.id, f"match:{sides.match.id}:asked:{day_of(now)}"
        handover = handovers[number]
        donor, committee, day = sides.donor, sides.committee, day_of(handover.starts_at or now)
        if handover.donor_says is None:
            token = links.token(Purpose.DONOR_REPORT, number, f"donor:{donor.id}", now)
            mine = messages.DidItHappen(
                name=donor.name,
                action_url=links.url(paths.donor_report(token)),
                things=(messages.Thing(thing(sides.item, donor.language), sides.match.quantity),),
                committee=committee.name,
                day=day,
            )
            to_donor(session, sides, mine.render(donor.language), event, now)
        if handover.committee_says is None:
            token = links.token(Purpose.COMMITTEE_REPORT, number, f"committee:{committee.id}", now)
            theirs = messages.DidItHappenCommittee(
                name=committee.name,
                action_url=links.url(paths.committee_report(token)),
                things=(messages.Thing(thing(sides.item, committee.language), sides.match.quantity),),
                committee=committee.name,
                day=day,
                silent_days=silent_days,
            )
            to_committee(session, sides, theirs.render(committee.language), event, now)


def thank_you(session: Session, match: Match, handover: Handover, note: str, now: datetime) -> None:
    """To the donor: it arrived; here is the record of the gift."""
    sides = sides_of(session, match)
    donor = sides.donor
    letter = messages.ThankYou(
        name=donor.name,
        action_url=tracking_url(session, sides, now),
        things=(
            messages.Thing(thing(sides.item, donor.language), handover.received_quantity or match.quantity),
        ),
        committee=sides.committee.name,
        organisation=sides.organisation.name,
        day=day_of(handover.starts_at or now),
        reference=sides.offer.reference,
        note=note,
    )
    to_donor(session, sides, letter.render(donor.language), f"match:{match.id}:completed", now)
