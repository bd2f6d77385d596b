"""Reads for papers: a trip with what it brought, or is to bring; what was asked for of tax receipts."""

from collections.abc import Collection, Mapping
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
    Receipt,
)
from app.models.states import Condition, GiverKind, MatchState, ReceiptState
from app.papers.rules import known, rule
from app.web.pages import Page, peeked
from matching.items import load
from notifications.zones import local

AGREED = frozenset({MatchState.ACCEPTED, MatchState.SCHEDULED, MatchState.COMPLETED})
"""Both sides know each other, and an agreement may be signed."""
PAGE = 25


@dataclass(frozen=True, slots=True)
class GivenLine:
    """Pieces of an article that came, or are to come. `estimated`: their weight is the catalogue's, not the giver's. `unit_value` is in cents,
    as the giver said when asking for a tax receipt, else of the article."""

    match: Match
    item: OfferedItem
    pieces: int
    condition: Condition
    unit_value: int | None

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
        return None if self.unit_value is None else self.unit_value * self.pieces

    @property
    def holds_data(self) -> bool:
        slug = self.item.item
        asked = bool(slug and slug in load() and "erased" in load().asks(slug))
        return asked or self.item.erased is not None


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
        return named or self.offer.given_company

    @property
    def giver(self) -> str:
        return self.offer.given_name

    @property
    def may_ask(self) -> bool:
        """Whether the donor may ask its association for a tax receipt: no public body, and nothing that was forgotten."""
        of_whom = self.consignment is None or self.consignment.kind is GiverKind.COMPANY
        return bool(self.organisation.receipts and self.came and of_whom and self.offer.anonymised_at is None)

    @property
    def came(self) -> tuple[GivenLine, ...]:
        return tuple(line for line in self.lines if line.match.state is MatchState.COMPLETED)

    @property
    def arrived(self) -> list[tuple[int, int]]:
        """Matches and pieces."""
        return [(line.match.id, line.pieces) for line in self.came]

    def day(self, moment: datetime) -> date:
        """Of a moment, where they meet."""
        return local(moment, meeting_zone(self.handover.transport, self.offer, self.committee)).date()

    @property
    def days(self) -> list[date]:
        """On which something came, the first first: what was put off came later."""
        made = self.handover.created_at
        return sorted({self.day(line.match.came_at or line.match.closed_at or made) for line in self.came})


def trip(session: Session, handover_id: int) -> GiftTrip | None:
    """What of it came, or both sides want; None where that is nothing. Three queries, and one more of a company's."""
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
    receipt = receipts_of(session, [handover_id]).get(handover_id)
    said = {line[0]: line[3] for line in receipt.lines} if receipt else {}
    lines = tuple(line for line in (_given(match, item, said) for match, item in rows) if line.pieces)
    if found is None or not lines:
        return None
    handover, offer, donor, committee, organisation = found
    consignment = session.get(Consignment, offer.consignment_id) if offer.consignment_id else None
    return GiftTrip(handover, offer, donor, committee, organisation, consignment, lines)


def _given(match: Match, item: OfferedItem, said: Mapping[int, int]) -> GivenLine:
    pieces, condition = match.quantity, item.condition
    if match.state is MatchState.COMPLETED:
        pieces = match.quantity if match.received_quantity is None else match.received_quantity
        condition = match.received_condition or item.condition
    return GivenLine(match, item, pieces, condition, said.get(match.id, item.unit_value))


def grams(lines: Collection[GivenLine]) -> int:
    return sum(line.grams or 0 for line in lines)


def cents(lines: Collection[GivenLine]) -> int | None:
    """What those are worth together of which the giver says it; None where it says it of none."""
    said = [line.cents for line in lines if line.cents is not None]
    return sum(said) if said else None


def kinds() -> dict[str, str]:
    """As what an association may issue receipts: the boxes of the forms, by their code."""
    found: dict[str, str] = known()["kinds"]
    return found


def of_receipts() -> list[str]:
    """What an association has to know before it says that it may issue receipts."""
    codes = ("eligibilite-particulier", "eligibilite-entreprise", "amende", "declaration")
    return [rule(code) for code in codes]


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A line of the coordinators' list, and of their file."""

    receipt: Receipt
    organisation: Organisation
    committee: Committee
    offer: Offer


def receipts(
    session: Session,
    organisation_id: int | None,
    year: int | None,
    states: Collection[ReceiptState],
    asked: int | None,
) -> Page[ReceiptLine]:
    """By association, year and number, those without one last; a page of them, or all where none is `asked` for."""
    number = col(Receipt.number)
    query = (
        sa.select(Receipt, Organisation, Committee, Offer)
        .join(Organisation, col(Organisation.id) == col(Receipt.organisation_id))
        .join(Handover, col(Handover.id) == col(Receipt.handover_id))
        .join(Committee, col(Committee.id) == col(Handover.committee_id))
        .join(Offer, col(Offer.id) == col(Receipt.offer_id))
        .order_by(col(Organisation.name), col(Receipt.year), number.is_(None), number, col(Receipt.asked_at))
    )
    if states:
        query = query.where(col(Receipt.state).in_(states))
    if organisation_id is not None:
        query = query.where(col(Receipt.organisation_id) == organisation_id)
    if year is not None:
        query = query.where(col(Receipt.year) == year)
    if asked is not None:
        query = query.limit(PAGE + 1).offset((asked - 1) * PAGE)
    rows = [ReceiptLine(*row) for row in session.execute(query)]
    return peeked(rows, asked or 1, PAGE if asked is not None else len(rows))


def issuing(session: Session) -> list[Organisation]:
    """The associations that say they may issue receipts, or were asked for one."""
    was_asked = sa.select(col(Receipt.organisation_id))
    query = sa.select(Organisation).where(col(Organisation.receipts) | col(Organisation.id).in_(was_asked))
    return list(session.scalars(query.order_by(col(Organisation.name))))


def receipts_of(session: Session, handover_ids: Collection[int]) -> dict[int, Receipt]:
    """By trip."""
    query = sa.select(Receipt).where(col(Receipt.handover_id).in_(handover_ids))
    return {row.handover_id: row for row in session.scalars(query)}


def askable(session: Session, handover_ids: Collection[int]) -> set[int]:
    """Of these trips, those to associations that say they may issue receipts, from a private person or a company."""
    query = (
        sa.select(col(Handover.id))
        .join(Committee, col(Committee.id) == col(Handover.committee_id))
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .join(Offer, col(Offer.id) == col(Handover.offer_id))
        .join(Consignment, col(Consignment.id) == col(Offer.consignment_id), isouter=True)
        .where(
            col(Handover.id).in_(handover_ids),
            col(Organisation.receipts),
            col(Consignment.id).is_(None) | (col(Consignment.kind) == GiverKind.COMPANY),
        )
    )
    return set(session.scalars(query))
