"""Reads of what was received, grouped in the database: a constant number of statements, whatever the period and the cuts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.days import day_of, start_of
from app.db import among
from app.figures.months import Period, first_of, later
from app.models import (
    Action,
    Committee,
    Equipped,
    FamilyValue,
    Handover,
    Match,
    Need,
    Offer,
    OfferedItem,
    Organisation,
)
from app.models.states import MatchState
from app.places.zones import FRANCE, OVERSEAS, PARIS, zone_at
from matching.items import load


@dataclass(frozen=True, slots=True)
class Extent:
    """What is counted. `item` of the catalogue stands for what is below it too."""

    period: Period
    committee_id: int | None = None
    organisation_id: int | None = None
    action_id: int | None = None
    item: str | None = None

    @property
    def of_some_things(self) -> bool:
        """Whether things are left out, and not only committees and months."""
        return self.action_id is not None or self.item is not None


@dataclass(frozen=True, slots=True)
class Fact:
    """So many pieces of an item that a committee received in a month, for an action or none."""

    month: date
    committee_id: int
    action_id: int | None
    item: str | None
    pieces: int


@dataclass(frozen=True, slots=True)
class Attendance:
    """Of a committee in a month: how many appointments brought something, over how many kilometres as the crow flies, one way; and
    whom it says it equipped."""

    month: date
    committee_id: int
    trips: int = 0
    kilometres: float = 0.0
    families: int = 0
    people: int = 0


Clocks = Mapping[str, Collection[int]]
A_DAY = timedelta(days=1)
MOST_LINES = 50_000
"""Of a file with a line for each thing received."""
RECEIVED_AT: sa.ColumnElement[datetime] = sa.func.coalesce(col(Handover.starts_at), col(Match.closed_at))
"""When a thing changed hands: at the appointment, whenever that was reported."""
PIECES: sa.ColumnElement[int] = sa.func.coalesce(col(Match.received_quantity), col(Match.quantity))


def received(session: Session, scope: Extent, rows: sa.Subquery) -> list[Fact]:
    """What came in the months that the period is compared with, and in itself. One statement."""
    months = scope.period.read.months
    cut = (rows.c.month, rows.c.committee_id, rows.c.action_id, rows.c.item)
    found = session.execute(sa.select(*cut, sa.func.sum(rows.c.pieces)).group_by(*cut))
    return [
        Fact(months[month], committee, action, item, int(pieces))
        for month, committee, action, item, pieces in found
        if month is not None
    ]


def attendances(session: Session, scope: Extent, rows: sa.Subquery) -> list[Attendance]:
    """The trips of the same, and what committees said of these months. Two statements."""
    months = scope.period.read.months
    trip = (
        sa.select(rows.c.committee_id, sa.func.min(rows.c.month).label("month"), sa.func.max(rows.c.km).label("km"))
        .where(rows.c.month.is_not(None))
        .group_by(rows.c.handover_id, rows.c.committee_id)
        .subquery()
    )  # fmt: skip
    query = sa.select(trip.c.month, trip.c.committee_id, sa.func.count(), sa.func.sum(trip.c.km)).group_by(
        trip.c.month, trip.c.committee_id
    )
    found = [Attendance(months[month], *rest) for month, *rest in session.execute(query)]
    if scope.of_some_things:
        return found
    said = _of_committees(
        sa.select(Equipped).join(Committee, col(Committee.id) == col(Equipped.committee_id)), scope
    ).where(col(Equipped.month).between(months[0], months[-1]))
    return found + [
        Attendance(row.month, row.committee_id, families=row.families or 0, people=row.people or 0)
        for row in session.scalars(said)
    ]


def matches_of(session: Session, scope: Extent) -> sa.Subquery:
    """A row for each match that brought something; `month` counts from the first of those that are read, None outside. One
    statement, for the clocks."""
    months, clocks = scope.period.read.months, _clocks_elsewhere(session, scope)
    around = start_of(months[0]) - A_DAY, start_of(later(months[-1], 1)) + A_DAY
    query: Any = (
        sa.select(
            col(Match.id),
            RECEIVED_AT.label("at"),
            _month(months, clocks).label("month"),
            col(Need.committee_id),
            col(Need.action_id),
            col(OfferedItem.item),
            PIECES.label("pieces"),
            col(Match.handover_id),
            col(Match.distance_km).label("km"),
        )
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(col(Match.state) == MatchState.COMPLETED, PIECES > 0, RECEIVED_AT.between(*around))
    )
    if scope.action_id is not None:
        query = query.where(col(Need.action_id) == scope.action_id)
    if scope.item is not None:
        query = query.where(col(OfferedItem.item).in_([scope.item, *load().descendants(scope.item)]))
    found: sa.Subquery = _of_committees(query, scope).subquery()
    return found


def one_by_one(session: Session, scope: Extent) -> Iterator[Any]:
    """Each match that brought something in the period, in the order of time, at most MOST_LINES: read while it is handed on."""
    rows = matches_of(session, scope)
    months = scope.period.read.months
    shown = months.index(scope.period.first)
    query: Any = (
        sa.select(
            rows.c.id, rows.c.at, rows.c.item, rows.c.pieces, col(Match.received_condition), col(OfferedItem.condition),
            col(OfferedItem.description), col(Offer.reference), Committee, col(Organisation.name).label("organisation"),
            col(Action.title).label("action"),
        )
        .join(Match, col(Match.id) == rows.c.id)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Committee, col(Committee.id) == rows.c.committee_id)
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .join(Action, col(Action.id) == rows.c.action_id, isouter=True)
        .where(rows.c.month >= shown)
        .order_by(rows.c.at, rows.c.id)
        .limit(MOST_LINES)
        .execution_options(yield_per=500)
    )  # fmt: skip
    yield from session.execute(query)


def _of_committees(query: Any, scope: Extent) -> Any:
    if scope.committee_id is not None:
        query = query.where(col(Committee.id) == scope.committee_id)
    if scope.organisation_id is not None:
        query = query.where(col(Committee.organisation_id) == scope.organisation_id)
    return query


def _month(months: Sequence[date], clocks: Clocks) -> sa.ColumnElement[int]:
    """Which of these months a thing was received in, by the clock of the committee; None outside them."""
    others = [(among(Committee.id, keys), _month_at(months, zone)) for zone, keys in clocks.items()]
    here = _month_at(months, PARIS)
    return sa.case(*others, else_=here) if others else here


def _month_at(months: Sequence[date], zone: str) -> sa.ColumnElement[int]:
    begins = [start_of(month, zone=zone) for month in (*months, later(months[-1], 1))]
    too_early, *each = [
        (begin > RECEIVED_AT, sa.null() if number == 0 else sa.literal(number - 1))
        for number, begin in enumerate(begins)
    ]
    return sa.case(too_early, *each)


def _clocks_elsewhere(session: Session, scope: Extent) -> Clocks:
    """The committees that go by another clock than Paris, by zone."""
    overseas = sa.or_(*(col(Committee.postal_code).startswith(code) for code in OVERSEAS))
    query: Any = sa.select(
        *map(col, (Committee.id, Committee.country, Committee.postal_code, Committee.latitude, Committee.longitude))
    ).where((col(Committee.country) != FRANCE) | (col(Committee.postal_code) == "") | overseas)  # fmt: skip
    found: dict[str, list[int]] = {}
    for key, *place in session.execute(_of_committees(query, scope)):
        zone = zone_at(*place)
        if zone != PARIS:
            found.setdefault(zone, []).append(key)
    return found


def pieces_of_month(session: Session, committee: Committee, now: datetime) -> int:
    """How many pieces the committee has received in this month of its."""
    month = first_of(day_of(now, committee.zone))
    scope = Extent(Period(month, month), committee.id)
    facts = received(session, scope, matches_of(session, scope))
    return sum(fact.pieces for fact in facts if fact.month == month)


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys of facts are called; `organisations` by committee."""

    committees: Mapping[int, str]
    organisations: Mapping[int, str]
    actions: Mapping[int, str]


def names(session: Session, committee_ids: Collection[int]) -> Names:
    """Two statements."""
    rows = session.execute(
        sa.select(col(Committee.id), col(Committee.name), col(Organisation.name))
        .join(Organisation, col(Organisation.id) == col(Committee.organisation_id))
        .where(among(Committee.id, committee_ids))
    ).all()
    return Names(
        {key: name for key, name, _above in rows},
        {key: above for key, _name, above in rows},
        actions(session),
    )


def actions(session: Session) -> dict[int, str]:
    """All of them, by title."""
    return dict(session.exec(select(Action.id, Action.title)).all())


def values(session: Session) -> list[FamilyValue]:
    """What an administrator says that families are worth; empty where nobody does."""
    return list(session.exec(select(FamilyValue).order_by(col(FamilyValue.family))))


def equipped(session: Session, committee_id: int, month: date) -> Equipped | None:
    return session.get(Equipped, (committee_id, month))
