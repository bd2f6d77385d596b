"""Reads for papers: a trip with what it brought, or is to bring."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from app.joining import meeting_zone
from app.models import (
    Committee,
    Consignment,
    Donor,
    Handover,
    Match,
    Offer,
    OfferedItem,
    Organisation,
)
from app.models.states import Condition, MatchState
from matching.items import load
from notifications.zones import local

AGREED = frozenset({MatchState.ACCEPTED, MatchState.SCHEDULED, MatchState.COMPLETED})
"""Both sides know each other, and an agreement may be signed."""


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Pieces of an article that came, or are to come. `estimated`: their weight is the catalogue's, not the giver's."""

    match: Match
    item: OfferedItem
    pieces: int
    condition: Condition

    @property
    def estimated(self) -> bool:
        return self.item.unit_grams is None

    @property
    def grams(self) -> int | None:
        """None of what nobody knows the weight of."""
        each, slug = self.item.unit_grams, self.item.item
        if each is None and slug and slug in load():
            each = round(1000 * load()[slug].kg)
        return None if not each else each * self.pieces

    @property
    def cents(self) -> int | None:
        """What the giver says that they are worth; None where it says nothing."""
        return None if self.item.unit_value is None else self.item.unit_value * self.pieces

    @property
    def holds_data(self) -> bool:
        slug = self.item.item
        return self.item.erased is not None or bool(slug and slug in load() and "erased" in load().asks(slug))


@dataclass(frozen=True, slots=True)
class GiftTrip:
    """A trip between an offer and a committee, and who gives, where it is a company or an institution."""

    handover: Handover
    offer: Offer
    donor: Donor
    committee: Committee
    organisation: Organisation
    consignment: Consignment | None
    lines: tuple[GivenLine, ...]

    @property
    def number(self) -> int:
        return self.handover.id

    @property
    def company(self) -> str:
        named = self.consignment.company if self.consignment else ""
        return named or self.offer.contact_company or self.donor.company

    @property
    def giver(self) -> str:
        return self.offer.contact_name or self.donor.name

    @property
    def came(self) -> tuple[GivenLine, ...]:
        return tuple(line for line in self.lines if line.match.state is MatchState.COMPLETED)

    def day(self, now: datetime) -> date:
        """When, where they meet."""
        zone = meeting_zone(self.handover.transport, self.offer, self.committee)
        return local(self.handover.starts_at or now, zone).date()


def trip(session: Session, handover_id: int) -> GiftTrip | None:
    """What of it came, or both sides want; None where that is nothing. Two queries, and one more of a company's."""
    query = (
        sa.select(Handover, Offer, Donor, Committee, Organisation)
        .join(Offer, col(Offer.id) == col(Handover.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(Committee, col(Committee.id) == col(Handover.committee_id))
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .where(col(Handover.id) == handover_id)
    )
    found = session.execute(query).first()
    rows = session.execute(
        sa.select(Match, OfferedItem)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .where(col(Match.handover_id) == handover_id, col(Match.state).in_(AGREED))
        .order_by(col(OfferedItem.position), col(Match.id))
    )
    lines = tuple(line for line in (_given(*row) for row in rows) if line.pieces)
    if found is None or not lines:
        return None
    handover, offer, donor, committee, organisation = found
    consignment = session.get(Consignment, offer.consignment_id) if offer.consignment_id else None
    return GiftTrip(handover, offer, donor, committee, organisation, consignment, lines)


def _given(match: Match, item: OfferedItem) -> GivenLine:
    if match.state is not MatchState.COMPLETED:
        return GivenLine(match, item, match.quantity, item.condition)
    pieces = match.quantity if match.received_quantity is None else match.received_quantity
    return GivenLine(match, item, pieces, match.received_condition or item.condition)


def grams(lines: Collection[GivenLine]) -> int:
    return sum(line.grams or 0 for line in lines)


def cents(lines: Collection[GivenLine]) -> int | None:
    """What those are worth together of which the giver says it; None where it says it of none."""
    known = [line.cents for line in lines if line.cents is not None]
    return sum(known) if known else None
