"""What is told of each thing that was found, in a constant number of queries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Committee, Donor, Match, Need, Offer, OfferedItem
from app.models.states import Findable
from app.offers.queries import Listed, with_articles

LATEST = 3
"""Offers that are told with their donor."""


@dataclass(frozen=True, slots=True)
class Giver:
    """A donor with the latest of so many offers."""

    donor: Donor
    offers: Sequence[Listed]
    total: int


def givers(session: Session, numbers: Sequence[int]) -> dict[int, Giver]:
    """With what was offered by those who were merged into them too."""
    donors = session.execute(sa.select(Donor).where(col(Donor.id).in_(numbers))).scalars()
    whose = sa.func.coalesce(Donor.merged_into_id, Donor.id)
    ranked = (
        sa.select(
            col(Offer.id),
            whose.label("whose"),
            sa.func.row_number().over(partition_by=whose, order_by=col(Offer.id).desc()).label("place"),
            sa.func.count().over(partition_by=whose).label("total"),
        )
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(col(Donor.id).in_(numbers) | col(Donor.merged_into_id).in_(numbers))
        .subquery()
    )
    latest = (
        sa.select(Offer, Donor, ranked.c.whose, ranked.c.total)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(ranked, ranked.c.id == col(Offer.id))
        .where(ranked.c.place <= LATEST)
        .order_by(col(Offer.id).desc())
    )
    rows = session.execute(latest).all()
    lines = with_articles(session, [(offer, donor) for offer, donor, *_more in rows])
    listed: dict[int, list[Listed]] = {}
    totals: dict[int, int] = {}
    for line, (_offer, _donor, number, total) in zip(lines, rows, strict=True):
        listed.setdefault(number, []).append(line)
        totals[number] = total
    return {donor.id: Giver(donor, listed.get(donor.id, []), totals.get(donor.id, 0)) for donor in donors}


def offers(session: Session, numbers: Sequence[int]) -> dict[int, Listed]:
    query = sa.select(Offer, Donor).join(Donor, col(Donor.id) == col(Offer.donor_id))
    rows = session.execute(query.where(col(Offer.id).in_(numbers))).all()
    return {line.offer.id: line for line in with_articles(session, [(offer, donor) for offer, donor in rows])}


def needs(session: Session, numbers: Sequence[int]) -> dict[int, tuple[Need, Committee]]:
    query = sa.select(Need, Committee).join(Committee, col(Committee.id) == col(Need.committee_id))
    rows = session.execute(query.where(col(Need.id).in_(numbers))).all()
    return {need.id: (need, committee) for need, committee in rows}


def committees(session: Session, numbers: Sequence[int]) -> dict[int, Committee]:
    query = sa.select(Committee).where(col(Committee.id).in_(numbers))
    return {committee.id: committee for committee in session.execute(query).scalars()}


@dataclass(frozen=True, slots=True)
class Pair:
    match: Match
    item: OfferedItem
    offer: Offer
    need: Need
    committee: Committee


def matches(session: Session, numbers: Sequence[int]) -> dict[int, Pair]:
    query = (
        sa.select(Match, OfferedItem, Offer, Need, Committee)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(col(Match.id).in_(numbers))
    )
    return {row[0].id: Pair(*row) for row in session.execute(query)}


READS: Mapping[Findable, Callable[[Session, Sequence[int]], Mapping[int, Any]]] = {
    Findable.DONOR: givers,
    Findable.OFFER: offers,
    Findable.NEED: needs,
    Findable.COMMITTEE: committees,
    Findable.MATCH: matches,
}


def told(session: Session, kind: Findable, numbers: Sequence[int]) -> list[Any]:
    """What is shown of each of these, in their order."""
    found = READS[kind](session, numbers) if numbers else {}
    return [found[number] for number in numbers if number in found]
