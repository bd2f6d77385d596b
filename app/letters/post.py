"""Handing a letter about a match to the outbox, and the links that such letters carry."""

from datetime import datetime

from sqlmodel import Session

from app.letters import paths
from app.letters.desk import desk
from app.letters.sides import Sides, giver
from app.web.links import Purpose
from notifications import outbox
from notifications.rendered import RenderedMessage


def to_donor(
    session: Session,
    sides: Sides,
    rendered: RenderedMessage,
    event: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    donor = sides.donor
    outbox.enqueue(
        session,
        rendered,
        event=event,
        party=f"donor:{donor.id}",
        to=outbox.Recipient(giver(sides).name, donor.email, donor.language),
        now=now,
        not_before=not_before,
        not_after=not_after,
        match_id=sides.match.id,
    )


def to_committee(
    session: Session,
    sides: Sides,
    rendered: RenderedMessage,
    event: str,
    now: datetime,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    committee = sides.committee
    outbox.enqueue(
        session,
        rendered,
        event=event,
        party=f"committee:{committee.id}",
        to=outbox.Recipient(committee.name, committee.email, committee.language),
        now=now,
        not_before=not_before,
        not_after=not_after,
        match_id=sides.match.id,
    )


def donor_url(session: Session, sides: Sides, now: datetime) -> str:
    """Where the donor answers."""
    links = desk(session).links
    token = links.token(Purpose.DONOR_ANSWER, sides.match.id, f"donor:{sides.donor.id}", now)
    return links.url(paths.donor_answer(token))


def committee_url(session: Session, sides: Sides, now: datetime) -> str:
    """Where the committee answers."""
    links = desk(session).links
    token = links.token(Purpose.COMMITTEE_ANSWER, sides.match.id, f"committee:{sides.committee.id}", now)
    return links.url(paths.committee_answer(token))


def tracking_url(session: Session, sides: Sides, now: datetime) -> str:
    """Where the donor follows the offer."""
    links = desk(session).links
    token = links.token(Purpose.TRACK_OFFER, sides.offer.id, f"donor:{sides.donor.id}", now)
    return links.url(paths.offer_tracking(token))


def needs_url(session: Session, committee_id: int, now: datetime) -> str:
    """Where a committee says of its needs whether they are still true."""
    links = desk(session).links
    token = links.token(Purpose.COMMITTEE_NEEDS, committee_id, f"committee:{committee_id}", now)
    return links.url(paths.committee_needs(token))
