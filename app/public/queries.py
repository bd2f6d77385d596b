"""What anybody may know: which items are lacking, where, and how far that is. No donor appears here."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.catalogue.queries import recognise
from app.matches.queries import BROUGHT, RECEIVED
from app.models import Committee, Match, Need
from app.models.states import COMMITTED, Condition, MatchState, NeedState, Urgency
from app.places import Place, distance_km
from app.web.pages import Page, cut
from matching.items import load

PAGE = 30


def _promised() -> sa.ScalarSelect[int]:
    """Pieces of a need that approved matches bring, what was received where that is known."""
    return (
        sa.select(sa.func.coalesce(sa.func.sum(BROUGHT), 0))
        .select_from(Match)
        .where(col(Match.need_id) == col(Need.id), col(Match.state).in_(COMMITTED))
        .correlate(Need)
        .scalar_subquery()
    )


REMAINING = (col(Need.quantity) - _promised()).label("remaining")
LACKING = (col(Need.state) == NeedState.OPEN, col(Committee.active).is_(True), REMAINING > 0)


def kin(item: str) -> frozenset[str]:
    """The items that needs may name for `item` to serve them: itself and whatever is broader."""
    return frozenset({item, *load().ancestors(item)})


@dataclass(frozen=True, slots=True)
class Seekers:
    """How many committees look for an item, and how far the nearest one is; None where no place was given."""

    committees: int
    nearest_km: float | None


def seekers(session: Session, item: str | None, place: Place | None) -> Seekers | None:
    """Who looks for `item`; None if it is not known or nobody does."""
    if item is None:
        return None
    rows = session.exec(
        select(Committee.id, Committee.latitude, Committee.longitude)
        .join(Need, col(Need.committee_id) == col(Committee.id))
        .where(*LACKING, col(Need.item).in_(kin(item)))
        .distinct()
    ).all()
    if not rows:
        return None
    if place is None:
        return Seekers(len(rows), None)
    nearest = min(
        distance_km(place.latitude, place.longitude, latitude, longitude) for _id, latitude, longitude in rows
    )
    return Seekers(len(rows), nearest)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An item that committees lack: how many pieces in all, and in which communes."""

    item: str
    quantity: int
    committees: int
    communes: Sequence[str]


def _lacking_rows() -> sa.Subquery:
    return (
        sa.select(
            col(Need.id).label("id"),
            col(Need.item).label("item"),
            col(Need.committee_id).label("committee_id"),
            col(Committee.commune).label("commune"),
            REMAINING,
        )
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(*LACKING, col(Need.item).is_not(None))
        .subquery()
    )


def most_wanted(session: Session, limit: int = 6) -> Sequence[Wanted]:
    """The items that most committees lack, in two queries however many needs there are."""
    lacking = _lacking_rows().c
    committees = sa.func.count(sa.distinct(lacking.committee_id))
    quantity = sa.func.sum(lacking.remaining)
    grouped = session.execute(
        sa.select(lacking.item, quantity, committees)
        .group_by(lacking.item)
        .order_by(committees.desc(), quantity.desc(), lacking.item)
        .limit(limit)
    ).all()
    places = _lacking_rows().c
    communes: dict[str, list[str]] = {}
    for item, commune in session.execute(
        sa.select(places.item, places.commune)
        .where(places.item.in_([item for item, *_ in grouped]))
        .group_by(places.item, places.commune)
        .order_by(sa.func.count().desc(), places.commune)
    ):
        communes.setdefault(item, []).append(commune)
    return [Wanted(item, int(pieces), count, communes.get(item, [])) for item, pieces, count in grouped]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What was handed over so far: gifts, pieces in them, committees that received one."""

    gifts: int
    pieces: int
    committees: int


def figures(session: Session) -> HandedOver | None:
    """None as long as nothing was handed over."""
    pieces = sa.func.sum(RECEIVED)
    gifts, received, committees = session.execute(
        sa.select(sa.func.count(), pieces, sa.func.count(sa.distinct(col(Need.committee_id))))
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(col(Match.state) == MatchState.COMPLETED)
    ).one()
    return HandedOver(int(gifts), int(received or 0), int(committees)) if gifts else None


@dataclass(frozen=True, slots=True)
class Shortage:
    """What a committee lacks of one item, over all its needs. `distance_km` only where the reader said where they are."""

    item: str
    committee: Committee
    remaining: int
    urgency: Urgency
    minimum_condition: Condition
    distance_km: float | None


URGENCY_ORDER = sa.case({urgency: urgency.rank for urgency in Urgency}, value=col(Need.urgency), else_=0)


def lacking(session: Session, *, words: str, place: Place | None, asked: int) -> Page[Shortage]:
    """Open needs, nearest first if `place` is known, else most urgent first; those that `words` may mean.

    A committee's needs for one item are one row. Needs still in their own words are left out: nobody has read them.
    """
    query = (
        sa.select(
            col(Need.id),
            col(Need.committee_id),
            col(Need.item),
            col(Committee.latitude),
            col(Committee.longitude),
        )
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(*LACKING, col(Need.item).is_not(None))
        .order_by(URGENCY_ORDER.desc(), col(Need.declared_at), col(Need.id))
    )
    if words:
        query = query.where(_means(words))
    found: dict[tuple[int, str], list[int]] = {}
    distances: dict[tuple[int, str], float] = {}
    for need_id, committee_id, item, latitude, longitude in session.execute(query):
        found.setdefault((committee_id, item), []).append(need_id)
        if place is not None and (committee_id, item) not in distances:
            distances[committee_id, item] = distance_km(place.latitude, place.longitude, latitude, longitude)
    order = sorted(found, key=lambda row: distances[row]) if place is not None else list(found)
    page = cut(order, asked, PAGE)
    rows = _rows(session, [need_id for row in page.rows for need_id in found[row]])
    return page.holding(
        [_added_up(row[1], rows[row], distances.get(row)) for row in page.rows if row in rows]
    )


Row = tuple[Need, Committee, int]
"""A need, who asks, and how many pieces are lacking."""


def _rows(session: Session, ids: Sequence[int]) -> dict[tuple[int, str], list[Row]]:
    """The needs by committee and item. One query."""
    query = (
        sa.select(Need, Committee, REMAINING)
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(col(Need.id).in_(ids))
    )
    rows: dict[tuple[int, str], list[Row]] = {}
    for need, committee, remaining in session.execute(query):
        rows.setdefault((need.committee_id, need.item or ""), []).append((need, committee, int(remaining)))
    return rows


def _added_up(item: str, rows: Sequence[Row], distance: float | None) -> Shortage:
    """The most urgent and the least strict of the needs speaks for all."""
    return Shortage(
        item,
        rows[0][1],
        sum(remaining for _need, _committee, remaining in rows),
        max((need.urgency for need, *_ in rows), key=lambda urgency: urgency.rank),
        max((need.minimum_condition for need, *_ in rows), key=lambda condition: condition.rank),
        distance,
    )


def _means(words: str) -> sa.ColumnElement[bool]:
    """Needs whose item is what the words name, broader or narrower; where they name none, by the needs' words."""
    catalogue, item = load(), recognise(words).item
    if item is None:
        return col(Need.description).icontains(words, autoescape=True)
    return col(Need.item).in_(kin(item) | set(catalogue.descendants(item)))
