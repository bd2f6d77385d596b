"""What a company sent at once, as its letters and the page that confirms it tell: by site, the first articles of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from app.models import Offer, OfferedItem


@dataclass(frozen=True, slots=True)
class SiteTold:
    """The first `articles` of what stands at a site, and how many `more` there are."""

    site: str
    articles: Sequence[OfferedItem]
    more: int


def sent_together(session: Session, offer: Offer, most: int) -> list[SiteTold]:
    """By site what the donor sent with this offer, itself among it: `most` articles in all, shared among the sites; nothing where it was sent
    alone. Two statements a site."""
    if offer.consignment_id is None:
        return []
    query = select(Offer).where(
        Offer.consignment_id == offer.consignment_id, Offer.donor_id == offer.donor_id
    )
    offers = session.exec(query.order_by(col(Offer.id))).all()
    share = max(1, most // len(offers))
    told = []
    for each in offers:
        mine = OfferedItem.offer_id == each.id
        count = session.exec(select(func.count()).select_from(OfferedItem).where(mine)).one()
        first = select(OfferedItem).where(mine).order_by(col(OfferedItem.position)).limit(share)
        told.append(SiteTold(each.site, session.exec(first).all(), max(0, count - share)))
    return told
