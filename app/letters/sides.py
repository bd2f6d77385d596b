"""Both sides of a match, read once for the letters about it."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

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
    """Two queries."""
    query = (
        select(OfferedItem, Offer, Donor, Need)
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .join(Donor, col(Offer.donor_id) == col(Donor.id))
        .join(Need, col(Need.id) == match.need_id)
        .where(OfferedItem.id == match.offered_item_id)
    )
    item, offer, donor, need = session.exec(query).one()
    committee, organisation = session.exec(
        select(Committee, Organisation)
        .join(Organisation, col(Committee.organisation_id) == col(Organisation.id))
        .where(Committee.id == need.committee_id)
    ).one()
    return Sides(match, item, offer, donor, need, committee, organisation)


def thing(item: OfferedItem, language: Language) -> str:
    """What the article is called in the reader's language."""
    return item_name(item.item, item.description, english=language is Language.ENGLISH)
