"""Both sides of a match, read once for the letters about it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Committee, Donor, Handover, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import Language, Transport
from app.web.words import item_name


@dataclass(frozen=True, slots=True)
class Sides:
    """One match with all that a letter may tell of it."""

    match: Match
    item: OfferedItem
    offer: Offer
    donor: Donor
    need: Need
    committee: Committee
    organisation: Organisation


def sides_of(session: Session, match: Match) -> Sides:
    """One query."""
    return sides_of_all(session, [match.id])[0]


def sides_of_all(session: Session, match_ids: Collection[int]) -> list[Sides]:
    """The sides of these matches, by ascending id, in one query however many they are."""
    query = (
        sa.select(Match, OfferedItem, Offer, Donor, Need, Committee, Organisation)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Donor, col(Offer.donor_id) == col(Donor.id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Organisation, col(Committee.organisation_id) == col(Organisation.id))
        .where(col(Match.id).in_(match_ids))
        .order_by(col(Match.id))
    )
    return [Sides(*row) for row in session.execute(query)]


def thing(item: OfferedItem, language: Language) -> str:
    """What the article is called in the reader's language."""
    return item_name(item.item, item.description, english=language is Language.ENGLISH)


class Parties(Protocol):
    """What both `Sides` and a page's case hold."""

    @property
    def offer(self) -> Offer: ...
    @property
    def donor(self) -> Donor: ...
    @property
    def committee(self) -> Committee: ...


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to meet, and how to reach them."""

    name: str
    phone: str
    email: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.phone, self.email) if part)


def giver(parties: Parties) -> Contact:
    """Whom the committee meets: where a volunteer's address stands in, the person who has the article all the same."""
    offer, donor = parties.offer, parties.donor
    return Contact(offer.contact_name or donor.name, offer.contact_phone or donor.phone, donor.email)


def receiver(parties: Parties) -> Contact:
    """Whom the donor meets."""
    committee = parties.committee
    return Contact(committee.name, committee.phone, committee.email)


def meeting_place(parties: Parties, handover: Handover) -> str:
    """Where they meet: the place that the committee wrote; else at the donor's, or where the committee is."""
    collects = handover.transport is Transport.COMMITTEE_COLLECTS
    where: Offer | Committee = parties.offer if collects else parties.committee
    town = f"{where.postal_code} {where.commune}".strip()
    return handover.place or ", ".join(part for part in (where.street, town) if part)


def place_for_donor(parties: Parties, handover: Handover) -> str:
    """The same for what a forwarded link shows: donors know where they live, others need not."""
    at_home = handover.transport is Transport.COMMITTEE_COLLECTS and not handover.place
    return "" if at_home else meeting_place(parties, handover)
