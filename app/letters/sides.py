"""Both sides of a match, read once for the letters about it."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from app.models import Committee, Donor, Match, Need, Offer, OfferedItem, Organisation
from app.models.states import Language
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
    return sides_of_all(session, [match.id or 0])[0]


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
