"""Reads about offers; each page runs the same number of queries however much there is to show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalogue.queries import said_of
from app.dangers import danger
from app.finding import queries as finding
from app.matches.queries import known_to_sides, taken_from_items
from app.models import (
    Account,
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
    OutboxMessage,
    PhoneCall,
    Photo,
)
from app.models.states import COMMITTED, UNFIT, Findable, MatchState, OfferState, Verb, Worded, french
from app.offers.drafts import DonorContact
from app.photos.queries import of_items
from app.web.pages import Page, turned_to
from matching.said import Said
from matching.stated import belied
from notifications.models import State

PAGE, ARTICLES = 25, 50
"""Offers on a page of a list, articles on the page of an offer."""
MOST_AT_ONCE = 300
"""Articles that a donor pauses in one act."""
MOST_NAMED = 10
"""Articles of an offer that a list names."""
STANDING = frozenset({OfferState.UNCONFIRMED, OfferState.OPEN})
SHOWN = COMMITTED
"""Matches whose committee the donor may know."""


def endangers(row: OfferedItem, today: date) -> Said | None:
    """What its words say that makes a danger of the article."""
    return danger(row.description, row.item, today)


def told_by(row: OfferedItem, today: date) -> Said | None:
    """What its words say that makes a danger of the article, or is worse than the condition chosen."""
    return endangers(row, today) or belied(row.condition, said_of(row.description, row.item))


def of_submission(session: Session, submission_key: str) -> Offer | None:
    return session.exec(select(Offer).where(Offer.submission_key == submission_key)).first()


def is_all_of(session: Session, offer: Offer, named: Collection[tuple[str, int]]) -> bool:
    """Whether these articles, by description and number, are all among the offer's."""
    query = select(OfferedItem.description, OfferedItem.quantity).where(OfferedItem.offer_id == offer.id)
    return set(named) <= set(session.exec(query))


def address_of(session: Session, offer_id: int) -> str:
    """Where letters about an offer go."""
    query = select(Donor.email).join(Offer, col(Offer.donor_id) == col(Donor.id)).where(Offer.id == offer_id)
    return session.exec(query).one()


def stand_in(session: Session, account: Account, chosen: str = "") -> tuple[DonorContact, str]:
    """Who answers for a person without an e-mail address, and where: the volunteer's committee, of several the `chosen` one
    (its slug), or the volunteer where that has no address."""
    preferred = sa.case((col(Committee.slug) == chosen, 0), (col(Committee.email) != "", 1), else_=2)
    committee = session.exec(
        select(Committee)
        .join(Membership, col(Membership.committee_id) == col(Committee.id))
        .where(Membership.account_id == account.id)
        .order_by(preferred, col(Committee.id))
    ).first()
    if committee is None or not committee.email:
        return DonorContact(account.name, "", ""), account.email.lower()
    return DonorContact(committee.name, committee.phone, ""), committee.email.lower()


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a part of an article goes: known to the donor once a coordinator has approved it."""

    match: Match
    committee: Committee
    handover: Handover | None
    last_time: datetime | None = None
    """When the last of the times that the committee proposed begins."""


@dataclass(frozen=True, slots=True)
class Article:
    """An article with its photos, where its parts go, and how many pieces are still looking for a place."""

    row: OfferedItem
    photos: Sequence[Photo]
    places: Sequence[Destination]
    gone: int = 0
    """Pieces of which a report said that the donor has them no more."""

    @property
    def left(self) -> int:
        if self.row.aside is not None:
            return 0
        return self.row.quantity - self.gone - sum(place.match.held for place in self.places)


@dataclass(frozen=True, slots=True)
class Tracked:
    offer: Offer
    donor: Donor
    articles: Sequence[Article]

    @property
    def is_promised(self) -> bool:
        """Whether a committee counts on a part of it that it has not received yet."""
        return any(
            place.match.state is not MatchState.COMPLETED
            for article in self.articles
            for place in article.places
        )


def tracked(session: Session, offer_id: int, *, approved_before: datetime | None = None) -> Tracked | None:
    """An offer with its articles. `approved_before` hides from the donor what a coordinator may still undo."""
    found = session.exec(
        select(Offer, Donor).join(Donor, col(Offer.donor_id) == col(Donor.id)).where(Offer.id == offer_id)
    ).first()
    if found is None:
        return None
    rows = _rows(session, offer_id)
    ids = [row.id for row in rows]
    photos, places = of_items(session, ids), _places(session, ids, approved_before)
    gone = taken_from_items(session, ids, ())
    articles = [
        Article(row, photos.get(row.id, []), places.get(row.id, []), gone.get(row.id, 0)) for row in rows
    ]
    return Tracked(found[0], found[1], articles)


def offered_before(session: Session, offer: Offer) -> Sequence[Offer]:
    """Earlier offers of the same donor that still stand and hold an article of this one, the latest first. One query.

    Where a volunteer's address stands in, the donor is whom it stands in for.
    """
    mine, theirs = sa.orm.aliased(OfferedItem), sa.orm.aliased(OfferedItem)
    same = (
        sa.select(col(mine.id))
        .join(theirs, col(theirs.item) == col(mine.item))
        .where(col(mine.offer_id) == offer.id, col(theirs.offer_id) == col(Offer.id))
    )
    query = select(Offer).where(
        Offer.donor_id == offer.donor_id,
        Offer.id < offer.id,
        col(Offer.state).in_(STANDING),
        same.exists(),
    )
    if offer.consignment_id is not None:  # what stands at another site was not offered twice
        query = query.where(sa.func.coalesce(col(Offer.consignment_id), 0) != offer.consignment_id)
    if offer.on_behalf_of:
        query = query.where(Offer.contact_name == offer.contact_name)
    return session.exec(query.order_by(col(Offer.id).desc()).limit(PAGE)).all()


def unfit(session: Session, offer_id: int) -> frozenset[int | None]:
    """The articles that were refused last as fit for nobody; None among them stands for the whole offer. One query."""
    query = select(Decision).where(
        Decision.offer_id == offer_id, col(Decision.verb).in_((Verb.REFUSE, Verb.SET_ASIDE))
    )
    decided = session.exec(query.order_by(col(Decision.id))).all()
    last = {each.data.get("offered_item"): each.reason for each in decided}
    return frozenset(key for key, reason in last.items() if reason in UNFIT)


def _rows(session: Session, offer_id: int) -> Sequence[OfferedItem]:
    return session.exec(
        select(OfferedItem).where(OfferedItem.offer_id == offer_id).order_by(col(OfferedItem.position))
    ).all()


def _places(
    session: Session, offered_item_ids: Sequence[int], approved_before: datetime | None
) -> Mapping[int, list[Destination]]:
    found: dict[int, list[Destination]] = {}
    last_time = (
        select(sa.func.max(HandoverSlot.starts_at))
        .where(col(HandoverSlot.handover_id) == col(Handover.id))
        .correlate(Handover)
        .scalar_subquery()
    )
    query = (
        select(Match, Committee, Handover, last_time)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(col(Match.offered_item_id).in_(offered_item_ids), col(Match.state).in_(SHOWN))
        .order_by(col(Match.id))
    )
    if approved_before is not None:
        query = query.where(known_to_sides(approved_before))
    for match, committee, handover, last in session.exec(query):
        found.setdefault(match.offered_item_id, []).append(Destination(match, committee, handover, last))
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the coordinators' list."""

    offer: Offer
    donor: Donor
    articles: Sequence[OfferedItem]
    """The first ones."""
    more: int = 0
    """How many follow."""


class OfferOrder(Worded):
    OLDEST = "anciennes", french("Les plus anciennes d'abord")
    NEWEST = "recentes", french("Les plus récentes d'abord")
    ENDING = "fin", french("Celles qui finissent d'abord")


ORDERS = {
    OfferOrder.OLDEST: (col(Offer.created_at), col(Offer.id)),
    OfferOrder.NEWEST: (col(Offer.created_at).desc(), col(Offer.id).desc()),
    OfferOrder.ENDING: (col(Offer.available_until), col(Offer.id)),
}


def listed(
    session: Session,
    *,
    state: OfferState | None,
    words: str,
    unrecognised: bool,
    asked: int,
    order: OfferOrder = OfferOrder.OLDEST,
) -> Page[Listed]:
    """The offers of one state that the search finds by `words`."""
    query = select(Offer.id)
    if state is not None:
        query = query.where(Offer.state == state)
    if words:
        query = query.where(
            col(Offer.id).in_(finding.numbers(session, Findable.OFFER, finding.search(words)))
        )
    if unrecognised:
        nameless = select(OfferedItem.offer_id).where(col(OfferedItem.item).is_(None))
        query = query.where(col(Offer.id).in_(nameless))
    return _turned(session, query, ORDERS[order], asked)


def recorded_by(session: Session, committee_id: int, asked: int) -> Page[Listed]:
    """What was recorded for people without an address for whom this committee stands in, the latest first."""
    query = select(Offer.id).join(Donor, col(Donor.id) == col(Offer.donor_id))
    query = query.where(spoken_for_by(session.get_one(Committee, committee_id)))
    return _turned(session, query, (col(Offer.id).desc(),), asked)


def spoken_for_by(committee: Committee) -> sa.ColumnElement[bool]:
    """Of an offer and its donor: this committee's address stands in for somebody without one, or a member's own does."""
    # Of its own name: a query around this one may read accounts too.
    recorder = sa.orm.aliased(Account)
    member = sa.exists().where(
        col(Membership.committee_id) == committee.id,
        col(Membership.account_id) == col(Offer.recorded_by_id),
        col(recorder.id) == col(Membership.account_id),
        sa.func.lower(col(recorder.email)) == col(Donor.email),
    )
    ours = (col(Donor.email) == committee.email.lower()) & (col(Donor.email) != "")
    return sa.and_(
        col(Offer.contact_name) != "",
        col(Offer.confirmed_at).is_not(None),
        col(Offer.recorded_by_id).is_not(None),
        ours | member,
    )


def speaks_for(session: Session, committee: Committee, offer_id: int) -> bool:
    """Whether the committee stands in for whoever has this offer."""
    query = select(Offer.id).join(Donor, col(Donor.id) == col(Offer.donor_id))
    return session.exec(query.where(Offer.id == offer_id, spoken_for_by(committee))).first() is not None


def to_call(moment: Any) -> sa.ColumnElement[bool]:
    """Of a call and its letter: nobody has told it, and it is true: the letter was not called back, waits for no undoing, and
    is not too late. `moment` may be a parameter."""
    return sa.and_(
        col(PhoneCall.done_at).is_(None),
        col(OutboxMessage.state) != State.CANCELLED,
        (col(OutboxMessage.attempts) > 0) | (col(OutboxMessage.not_before) <= moment),
        col(OutboxMessage.not_after).is_(None) | (col(OutboxMessage.not_after) > moment),
    )


def _turned(session: Session, query: Any, order: tuple[Any, ...], asked: int) -> Page[Listed]:
    """`query` gives numbers of offers: whole rows are read of one page alone."""
    count = session.exec(select(sa.func.count()).select_from(query.subquery())).one()
    page = turned_to(asked, count, PAGE)
    shown = session.exec(query.order_by(*order).offset(page.offset).limit(PAGE)).all()
    rows = session.exec(
        select(Offer, Donor)
        .join(Donor, col(Offer.donor_id) == col(Donor.id))
        .where(col(Offer.id).in_(shown))
        .order_by(*order)
    ).all()
    return page.holding(with_articles(session, rows))


def with_articles(session: Session, rows: Sequence[tuple[Offer, Donor]]) -> list[Listed]:
    """These offers as lines of a list, with the first of their articles. One query."""
    articles: dict[int, list[OfferedItem]] = {}
    ids = [offer.id for offer, _donor in rows]
    mine = col(OfferedItem.offer_id)
    ranked = (
        sa.select(
            col(OfferedItem.id),
            sa.func.row_number().over(partition_by=mine, order_by=col(OfferedItem.position)).label("rank"),
            sa.func.count().over(partition_by=mine).label("all"),
        )
        .where(mine.in_(ids))
        .subquery()
    )
    query = select(OfferedItem, ranked.c.all).join(ranked, ranked.c.id == col(OfferedItem.id))
    total: dict[int, int] = {}
    for row, count in session.exec(
        query.where(ranked.c.rank <= MOST_NAMED).order_by(col(OfferedItem.position))
    ):
        articles.setdefault(row.offer_id, []).append(row)
        total[row.offer_id] = count
    return [
        Listed(offer, donor, some := articles.get(offer.id, []), total.get(offer.id, 0) - len(some))
        for offer, donor in rows
    ]


def beside(session: Session, offer: Offer) -> list[Listed]:
    """What else stands of the same donor, the latest first, a page of it: of whom a volunteer speaks for, that person's alone."""
    query = select(Offer, Donor).join(Donor, col(Donor.id) == col(Offer.donor_id))
    query = query.where(
        Offer.donor_id == offer.donor_id, Offer.id != offer.id, col(Offer.state).in_(STANDING)
    )
    whose = (col(Offer.recorded_by_id).is_not(None)) & (col(Offer.confirmed_at).is_not(None))
    stood_in_for = whose & (col(Offer.contact_name) != "")
    if offer.on_behalf_of:
        query = query.where(stood_in_for, Offer.contact_name == offer.contact_name)
    else:
        query = query.where(~stood_in_for)
    return with_articles(session, session.exec(query.order_by(col(Offer.id).desc()).limit(PAGE)).all())


def proposals(session: Session, offer_id: int) -> dict[int, list[tuple[int, str]]]:
    """For each article of an offer, what waits for a coordinator: the match and its committee's name. One query."""
    query = (
        select(Match.offered_item_id, Match.id, Committee.name)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(OfferedItem.offer_id == offer_id, Match.state == MatchState.PROPOSED)
        .order_by(col(Match.id))
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for item_id, match_id, name in session.exec(query):
        found.setdefault(item_id, []).append((match_id, name))
    return found
