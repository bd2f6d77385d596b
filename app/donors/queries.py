"""Reads about donors."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.models import Donor, Offer
from app.offers.queries import Listed, with_articles

SHOWN = 30


def offers_of(session: Session, donor_ids: Sequence[int]) -> list[Listed]:
    """What this person offered, under each of its addresses, the latest first, at most SHOWN. Two queries."""
    query = (
        select(Offer, Donor)
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .where(col(Offer.donor_id).in_(donor_ids))
        .order_by(col(Offer.created_at).desc(), col(Offer.id).desc())
        .limit(SHOWN)
    )
    return with_articles(session, session.exec(query).all())
