"""Reads about what the last plan left aside: needs that no gift serves, gifts that nobody takes, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.db import among
from app.finding import queries as finding
from app.matches.queries import taken_for_needs, taken_from_items
from app.matches.queries.pulse import Pulse
from app.models import Action, Committee, Need, Offer, OfferedItem
from app.models.states import LIVE, Findable, NeedState, OfferState, Urgency
from app.web.alphabet import short_menu
from app.web.pages import Page, turned_to


class LeftoverKind(StrEnum):
    NEEDS = "besoins"
    GIFTS = "dons"


@dataclass(frozen=True, slots=True)
class Unserved:
    """A need or an article with pieces that no match holds, and what came nearest.

    `proposed` pieces of it are in live matches. `unseen` tells that the last plan did not know it yet; `closed`, that
    no plan looks at it: its committee is closed or its action over.
    """

    key: int
    is_need: bool
    item: str | None
    description: str
    remaining: int
    proposed: int
    where: str
    since: datetime
    misses: Sequence[Any]
    page_of: int
    """The offer of an article; the need itself."""
    urgency: Urgency | None = None
    unseen: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Sought:
    """What the page is narrowed to; empty values narrow nothing. `committee_id` speaks of needs alone."""

    committee_id: int | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.committee_id or self.text)


def unmet(
    session: Session, pulse: Pulse, today: date, sought: Sought = Sought(), *, asked: int = 1, size: int
) -> Page[Unserved]:
    """A page of the open needs with pieces that no match brings, the oldest first."""
    open_ones = [col(Need.state) == NeedState.OPEN]
    if sought.committee_id is not None:
        open_ones.append(col(Need.committee_id) == sought.committee_id)
    if sought.text:
        found = finding.numbers(session, Findable.NEED, finding.search(sought.text))
        open_ones.append(col(Need.id).in_(found))
    taken = taken_for_needs(session, None, LIVE)
    query = (
        sa.select(col(Need.id), col(Need.quantity))
        .where(*open_ones)
        .order_by(col(Need.declared_at), col(Need.id))
    )
    page = _page(session, query, taken, asked, size)
    shown = (
        select(Need, Committee, Action)
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .where(col(Need.id).in_(page.rows))
        .order_by(col(Need.declared_at), col(Need.id))
    )
    rows = [
        Unserved(
            key=need.id,
            is_need=True,
            item=need.item,
            description=need.description,
            remaining=need.quantity - taken.get(need.id, 0),
            proposed=taken.get(need.id, 0),
            where=committee.name,
            since=need.declared_at,
            misses=need.misses,
            page_of=need.id,
            urgency=need.urgency,
            unseen=not pulse.has_seen(need.declared_at),
            closed=not committee.active or _over(action, today),
        )
        for need, committee, action in session.execute(shown)
    ]
    return page.holding(rows)


def _over(action: Action | None, today: date) -> bool:
    return action is not None and action.is_over(today)


def unplaced(
    session: Session, pulse: Pulse, sought: Sought = Sought(), *, asked: int = 1, size: int
) -> Page[Unserved]:
    """A page of the articles of open offers with pieces that no match takes, the oldest first."""
    taken = taken_from_items(session, None, LIVE)
    query = (
        sa.select(col(OfferedItem.id), col(OfferedItem.quantity))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Offer.state) == OfferState.OPEN, col(OfferedItem.aside).is_(None))
        .order_by(col(Offer.created_at), col(OfferedItem.id))
    )
    if sought.text:
        wanted = finding.search(sought.text)
        query = query.where(col(Offer.id).in_(finding.numbers(session, Findable.OFFER, wanted)))
        # Of an offer of several articles, the one that is named.
        items = [slug for term in wanted.terms for slug in term.items]
        if items:
            query = query.where(col(OfferedItem.item).in_(items) | col(OfferedItem.item).is_(None))
    page = _page(session, query, taken, asked, size)
    shown = (
        select(OfferedItem, Offer)
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(OfferedItem.id).in_(page.rows))
        .order_by(col(Offer.created_at), col(OfferedItem.id))
    )
    rows = [
        Unserved(
            key=item.id,
            is_need=False,
            item=item.item,
            description=item.description,
            remaining=item.quantity - taken.get(item.id, 0),
            proposed=taken.get(item.id, 0),
            where=offer.commune,
            since=offer.confirmed_at or offer.created_at,
            misses=item.misses,
            page_of=item.offer_id,
            unseen=not pulse.has_seen(offer.confirmed_at or offer.created_at),
        )
        for item, offer in session.exec(shown)
    ]
    return page.holding(rows)


def _page(session: Session, query: Any, taken: Mapping[int, int], asked: int, size: int) -> Page[int]:
    """A page of the ids of rows with pieces left. `query` gives id and quantity."""
    key, quantity = query.selected_columns
    held = session.execute(sa.select(key, quantity).where(among(key, taken)))
    whole = [row for row, pieces in held if pieces <= taken[row]]
    query = query.where(~among(key, whole))
    total = session.scalar(query.with_only_columns(sa.func.count()).order_by(None)) or 0
    page = turned_to(asked, total, size)
    rows = session.execute(query.offset(page.offset).limit(size))
    return page.holding([row for row, _pieces in rows])


def committees(session: Session, chosen: int | None) -> list[tuple[int, str]]:
    """(id, name) of the committees with an open need, as `short_menu` shows them."""
    asking = sa.exists().where(col(Need.committee_id) == col(Committee.id), col(Need.state) == NeedState.OPEN)
    return short_menu(session, Committee.id, Committee.name, asking, chosen)
