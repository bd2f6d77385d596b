"""Reads for the answer pages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.models import (
    Committee,
    Decision,
    Donor,
    Handover,
    HandoverSlot,
    Match,
    Membership,
    Need,
    Offer,
    OfferedItem,
    Organisation,
    Photo,
    Preference,
)
from app.models.states import MatchState
from app.photos.queries import of_items


@dataclass(frozen=True, slots=True)
class Case:
    """One match as both sides may look at it; the template shows each only what it may see."""

    match: Match
    item: OfferedItem
    offer: Offer
    donor: Donor
    need: Need
    committee: Committee
    organisation: Organisation
    handover: Handover | None
    slots: Sequence[HandoverSlot]
    photos: Sequence[Photo]


def case(session: Session, match_id: int) -> Case | None:
    """The whole of one match in four queries, or None."""
    row = session.execute(
        sa.select(Match, OfferedItem, Offer, Donor, Need, Committee, Organisation)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .where(col(Match.id) == match_id)
    ).one_or_none()
    if row is None:
        return None
    match, item, offer, donor, need, committee, organisation = row
    handover, slots = handovers_of(session, [match_id]).get(match_id), times_of(session, match_id)
    photos = of_items(session, [item.id]).get(item.id, [])
    return Case(match, item, offer, donor, need, committee, organisation, handover, slots, photos)


def times_of(session: Session, match_id: int) -> Sequence[HandoverSlot]:
    """The times that the committee proposed, in their order."""
    query = (
        select(HandoverSlot)
        .join(Handover, col(Handover.id) == col(HandoverSlot.handover_id))
        .where(Handover.match_id == match_id)
        .order_by(col(HandoverSlot.starts_at))
    )
    return session.exec(query).all()


def handovers_of(session: Session, match_ids: Collection[int]) -> dict[int, Handover]:
    """By match, for those that have one. One query."""
    query = select(Handover).where(col(Handover.match_id).in_(match_ids))
    return {row.match_id: row for row in session.exec(query)}


def belongs(session: Session, account_id: int, committee_id: int) -> bool:
    return session.get(Membership, (account_id, committee_id)) is not None


@dataclass(frozen=True, slots=True)
class Scheduled:
    """An appointment of a committee, without the donor. `changed_at` is when anything was last decided about it."""

    match: Match
    handover: Handover
    item: OfferedItem
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime


def scheduled(session: Session, committee_id: int) -> list[Scheduled]:
    """The committee's appointments in their order. One query."""
    changed = select(func.max(Decision.at)).where(Decision.match_id == Match.id).scalar_subquery()
    query = (
        select(Match, Handover, OfferedItem, changed)
        .join(Handover, col(Handover.match_id) == col(Match.id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(Need.committee_id == committee_id, Match.state == MatchState.SCHEDULED)
        .order_by(col(Handover.starts_at), col(Match.id))
    )
    return [
        Scheduled(match, handover, item, handover.starts_at, handover.ends_at, at or handover.created_at)
        for match, handover, item, at in session.exec(query)
        if handover.starts_at is not None and handover.ends_at is not None
    ]


def last_change(session: Session, committee_id: int) -> datetime | None:
    """When the committee's calendar may last have changed: any decision about a match of its needs, or its preferences."""
    decided = session.exec(
        select(func.max(Decision.at))
        .join(Match, col(Match.id) == col(Decision.match_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(Need.committee_id == committee_id)
    ).one()
    chosen = session.exec(
        select(Preference.changed_at).where(Preference.party == f"committee:{committee_id}")
    ).first()
    return max((moment for moment in (decided, chosen) if moment is not None), default=None)
