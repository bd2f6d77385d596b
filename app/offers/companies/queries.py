"""What the page that follows a consignment shows; each read runs the same number of statements however much was given."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.matches.queries import HELD, known_to_sides, taken_from_items
from app.models import Committee, Consignment, Donor, Match, Need, Offer, OfferedItem
from app.models.states import COMMITTED, MatchState, OfferState, Worded, french
from app.web.pages import Page, turned_to
from matching.items import load

PAGE = 50
PIECES = sa.func.coalesce(col(Match.received_quantity), col(Match.quantity))


class ArticleStage(Worded):
    """How an article stands."""

    RECEIVED = "recus", french("Reçus")
    PROMISED = "promis", french("Promis")
    SOUGHT = "cherches", french("Nous cherchons")
    ASIDE = "de-cote", french("Pas proposés")


@dataclass(slots=True)
class Sum:
    """What was received. `cents` is the value that was stated, of `valued` of the `pieces`; `grams` weigh `weighed` of them, as was stated
    or as the catalogue says."""

    pieces: int = 0
    cents: int = 0
    valued: int = 0
    grams: int = 0
    weighed: int = 0

    @property
    def kilograms(self) -> float:
        return self.grams / 1000

    def add(self, pieces: int, item: str | None, cents: int | None, grams: int | None) -> None:
        """So many pieces, each worth and weighing this."""
        known = load().get(item) if item else None
        each = grams or (round(1000 * known.kg) if known else None)
        self.pieces += pieces
        if cents is not None:
            self.cents, self.valued = self.cents + pieces * cents, self.valued + pieces
        if each is not None:
            self.grams, self.weighed = self.grams + pieces * each, self.weighed + pieces


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site: how many articles and pieces are given from it, and what was received."""

    offer: Offer
    articles: int
    pieces: int
    received: Sum


@dataclass(frozen=True, slots=True)
class Portion:
    """Where a part of an article goes."""

    match: Match
    committee: str

    @property
    def received(self) -> int | None:
        """Pieces; None of what has not come."""
        given = self.match.received_quantity
        return (
            (self.match.quantity if given is None else given)
            if self.match.state is MatchState.COMPLETED
            else None
        )


@dataclass(frozen=True, slots=True)
class GivenArticle:
    row: OfferedItem
    offer: Offer
    places: Sequence[Portion]
    received: Sum
    gone: int = 0
    """Pieces of which a report said that the giver has them no more."""

    @property
    def left(self) -> int:
        """Pieces for which a committee is sought."""
        if self.row.aside is not None or self.offer.state is not OfferState.OPEN:
            return 0
        return self.row.quantity - self.gone - sum(place.match.held for place in self.places)


@dataclass(frozen=True, slots=True)
class Followed:
    """A consignment with what became of it."""

    consignment: Consignment
    donor: Donor
    sites: Sequence[SiteLine]
    by_committee: Sequence[tuple[str, Sum]]
    total: Sum = field(default_factory=Sum)


def by_key(session: Session, key: str) -> Consignment | None:
    return session.exec(select(Consignment).where(Consignment.key == key)).first()


def of_offer(session: Session, offer: Offer) -> Consignment | None:
    """What an offer was sent with."""
    return session.get(Consignment, offer.consignment_id) if offer.consignment_id else None


def along(session: Session, offer: Offer) -> Sequence[Offer]:
    """The other offers that were sent with this one, of the other sites."""
    if offer.consignment_id is None:
        return ()
    query = select(Offer).where(Offer.consignment_id == offer.consignment_id, Offer.id != offer.id)
    return session.exec(query.order_by(col(Offer.id))).all()


def followed(session: Session, consignment_id: int) -> Followed | None:
    """Four statements."""
    row = session.get(Consignment, consignment_id)
    donor = session.get(Donor, row.donor_id) if row is not None and row.donor_id else None
    if row is None or donor is None:
        return None
    counts = (
        select(Offer, sa.func.count(col(OfferedItem.id)), sa.func.sum(col(OfferedItem.quantity)))
        .join(OfferedItem, col(OfferedItem.offer_id) == col(Offer.id))
        .where(Offer.consignment_id == consignment_id)
        .group_by(col(Offer.id))
        .order_by(col(Offer.id))
    )
    sites = {
        offer.id: SiteLine(offer, articles, pieces, Sum()) for offer, articles, pieces in session.exec(counts)
    }
    committees: dict[str, Sum] = {}
    total = Sum()
    for offer_id, name, pieces, item, cents, grams in session.execute(_received(consignment_id)):
        for each in (sites[offer_id].received, committees.setdefault(name, Sum()), total):
            each.add(int(pieces), item, cents, grams)
    by_committee = sorted(committees.items(), key=lambda line: (-line[1].pieces, line[0]))
    return Followed(row, donor, list(sites.values()), by_committee, total)


def _received(consignment_id: int) -> sa.Select[Any]:
    """What came, by site, committee, item, and stated value and weight of one."""
    of_one = (col(OfferedItem.item), col(OfferedItem.unit_value), col(OfferedItem.unit_grams))
    query: Any = (
        sa.select(col(Offer.id), col(Committee.name), sa.func.sum(PIECES), *of_one)
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(col(Offer.consignment_id) == consignment_id, col(Match.state) == MatchState.COMPLETED)
        .group_by(col(Offer.id), col(Committee.name), *of_one)
    )
    found: sa.Select[Any] = query
    return found


def _standing(stage: ArticleStage, approved_before: datetime) -> sa.ColumnElement[bool]:
    """Of an article: it stands so, as far as its giver may know."""
    known = known_to_sides(approved_before)
    of_it = col(Match.offered_item_id) == col(OfferedItem.id)
    gone = (col(Match.state) == MatchState.FAILED) & (col(Match.gone_quantity) > 0)
    taken = (
        sa.select(sa.func.coalesce(sa.func.sum(HELD), 0))
        .where(of_it, (col(Match.state).in_(COMMITTED) & known) | gone)
        .correlate(OfferedItem)
        .scalar_subquery()
    )
    offered = sa.exists().where(
        col(Offer.id) == col(OfferedItem.offer_id), col(Offer.state) == OfferState.OPEN
    )
    found: dict[ArticleStage, sa.ColumnElement[bool]] = {
        ArticleStage.RECEIVED: sa.exists().where(of_it, col(Match.state) == MatchState.COMPLETED),
        ArticleStage.PROMISED: sa.exists().where(
            of_it, col(Match.state).in_(COMMITTED - {MatchState.COMPLETED}), known
        ),
        ArticleStage.SOUGHT: offered & col(OfferedItem.aside).is_(None) & (col(OfferedItem.quantity) > taken),
        ArticleStage.ASIDE: col(OfferedItem.aside).is_not(None),
    }
    return found[stage]


def articles(
    session: Session,
    found: Followed,
    asked: int,
    approved_before: datetime,
    *,
    site: int | None = None,
    standing: ArticleStage | None = None,
) -> Page[GivenArticle]:
    """A page of the articles, of one site or of all. Four statements."""
    which: list[sa.ColumnElement[bool]] = [
        col(OfferedItem.offer_id).in_([line.offer.id for line in found.sites])
    ]
    if site is not None:
        which.append(col(OfferedItem.offer_id) == site)
    if standing is not None:
        which.append(_standing(standing, approved_before))
    page = turned_to(
        asked, session.exec(select(sa.func.count(col(OfferedItem.id))).where(*which)).one(), PAGE
    )
    query = select(OfferedItem).where(*which).order_by(col(OfferedItem.offer_id), col(OfferedItem.position))
    rows = session.exec(query.offset(page.offset).limit(PAGE)).all()
    return page.holding(_given(session, found, rows, approved_before))


def all_articles(session: Session, found: Followed, approved_before: datetime) -> list[GivenArticle]:
    """Every article, for a file. Three statements."""
    mine = col(OfferedItem.offer_id).in_([line.offer.id for line in found.sites])
    query = select(OfferedItem).where(mine).order_by(col(OfferedItem.offer_id), col(OfferedItem.position))
    return _given(session, found, session.exec(query).all(), approved_before)


def _given(
    session: Session, found: Followed, rows: Collection[OfferedItem], approved_before: datetime
) -> list[GivenArticle]:
    offers = {line.offer.id: line.offer for line in found.sites}
    query = (
        select(Match, Committee.name)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(
            col(Match.offered_item_id).in_([row.id for row in rows]),
            col(Match.state).in_(COMMITTED),
            known_to_sides(approved_before),
        )
        .order_by(col(Match.id))
    )
    places: dict[int, list[Portion]] = {}
    for match, committee in session.exec(query):
        places.setdefault(match.offered_item_id, []).append(Portion(match, committee))
    gone = taken_from_items(session, [row.id for row in rows], ())
    given = []
    for row in rows:
        came = Sum()
        for place in places.get(row.id, ()):
            if place.received is not None:
                came.add(place.received, row.item, row.unit_value, row.unit_grams)
        given.append(
            GivenArticle(row, offers[row.offer_id], places.get(row.id, ()), came, gone.get(row.id, 0))
        )
    return given
