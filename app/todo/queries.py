"""Reads for « À faire »: how much waits, whom to call first, and about what. A constant number of queries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.db import among
from app.models import (
    Account,
    Committee,
    Donor,
    Match,
    Need,
    Note,
    Offer,
    OfferedItem,
    OutboxMessage,
    PhoneCall,
    Receipt,
)
from app.todo.sources import AT_THE_DESK, moments, waiting
from app.todo.sources import Chore as Chore
from app.web.pages import Page, peeked
from notifications.types import UtcDateTime

PAGE = 15
SHOWN = 5
"""Lines of one chore that one group shows."""
OF_MATCHES = frozenset(
    {
        Chore.PROPOSAL, Chore.CONTRADICTION, Chore.REPORT, Chore.TIME, Chore.ANSWER_OF_DONOR, Chore.ANSWER_OF_COMMITTEE, Chore.WORDS,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Heap:
    """How much of one chore waits, and since when."""

    chore: Chore
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """One thing to do. `of` is its row as `Details` has it: an article, its words and its other side."""

    chore: Chore
    since: datetime
    ref: int
    row: Any = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whom to call, and all that one call settles. `more` counts, by chore, what is not shown."""

    party: str
    key: int
    row: Donor | Committee | Account | Offer | None
    since: datetime
    errands: Sequence[Errand]
    more: Mapping[Chore, int] = field(default_factory=dict)


def heaps(session: Session, now: datetime, chores: tuple[Chore, ...] = tuple(Chore)) -> list[Heap]:
    """One query."""
    rows = session.execute(_heaps(chores), moments(now))
    found = {Chore(chore): Heap(Chore(chore), count, since) for chore, count, since in rows}
    return [found[chore] for chore in Chore if chore in found]


@lru_cache
def _heaps(chores: tuple[Chore, ...]) -> sa.Select[Any]:
    waits = waiting(chores)
    since = sa.func.min(waits.c.since, type_=UtcDateTime())
    return sa.select(waits.c.chore, sa.func.count(waits.c.ref.distinct()), since).group_by(waits.c.chore)


def callers(session: Session, now: datetime, chore: Chore | None, asked: int) -> Page[Caller]:
    """Those to call first: whom a call settles something with, then what is decided at the desk; each the longest first."""
    page = _groups(session, now, chore, asked)
    groups = page.rows
    errands = _errands(session, now, groups)
    rows = {
        kind: _by_id(session, model, [key for party, key, _since in groups if party == kind])
        for kind, model in _PARTIES.items()
    }
    return page.holding(
        [
            Caller(party, key, rows[party].get(key), since, *errands.get((party, key), ((), {})))
            for party, key, since in groups
        ]
    )


_PARTIES: Mapping[str, Any] = {"donor": Donor, "committee": Committee, "account": Account, "person": Offer}


Group = tuple[str, int, datetime]


def _groups(session: Session, now: datetime, chore: Chore | None, asked: int) -> Page[Group]:
    found = session.execute(_grouped(chore), {**moments(now), "most": PAGE + 1, "before": (asked - 1) * PAGE})
    return peeked([(party, key, since) for party, key, since, _desk in found], asked, PAGE)


@lru_cache
def _grouped(chore: Chore | None) -> sa.Select[Any]:
    waits = waiting((chore,) if chore else tuple(Chore))
    desk = sa.func.min(sa.case((waits.c.chore.in_(AT_THE_DESK), 1), else_=0))
    since = sa.func.min(waits.c.since, type_=UtcDateTime())
    return (
        sa.select(waits.c.party, waits.c.party_id, since, desk)
        .group_by(waits.c.party, waits.c.party_id)
        .order_by(desk, since, waits.c.party, waits.c.party_id)
        .limit(sa.bindparam("most", type_=sa.Integer))
        .offset(sa.bindparam("before", type_=sa.Integer))
    )


def errands_of(session: Session, now: datetime, party: str, keys: Sequence[int]) -> Caller:
    """All that waits about one person or committee, for its own page."""
    found = _errands(session, now, [(party, key, now) for key in keys]).values()
    more: dict[Chore, int] = {}
    for _shown, left in found:
        for chore, number in left.items():
            more[chore] = more.get(chore, 0) + number
    return Caller(party, keys[0], None, now, [errand for shown, _left in found for errand in shown], more)


def _errands(
    session: Session, now: datetime, groups: Sequence[Group]
) -> dict[tuple[str, int], tuple[list[Errand], dict[Chore, int]]]:
    if not groups:
        return {}
    waits = waiting()
    mine = sa.or_(
        *(
            (waits.c.party == party)
            & among(waits.c.party_id, [key for kind, key, _since in groups if kind == party])
            for party in {party for party, _key, _since in groups}
        )
    )
    together = (waits.c.party, waits.c.party_id, waits.c.chore)
    place = sa.func.row_number().over(partition_by=together, order_by=(waits.c.since, waits.c.ref))
    count = sa.func.count().over(partition_by=together)
    numbered = sa.select(*waits.c, place.label("place"), count.label("number")).where(mine).subquery()
    found = session.execute(
        sa.select(numbered).where(numbered.c.place <= SHOWN).order_by(numbered.c.since, numbered.c.ref),
        moments(now),
    ).all()
    rows = _details(session, found)
    errands: dict[tuple[str, int], tuple[list[Errand], dict[Chore, int]]] = {}
    for chore, party, key, since, ref, _place, number in found:
        kind = Chore(chore)
        shown, more = errands.setdefault((party, key), ([], {}))
        shown.append(Errand(kind, since, ref, rows.get((_table(kind), ref))))
        if number > SHOWN:
            more[kind] = number - SHOWN
    return errands


@dataclass(frozen=True, slots=True)
class Between:
    """Of a match: the article and its words, both sides, and until when an answer is waited for."""

    item: str | None
    description: str
    quantity: int
    committee: str
    donor: str
    phone: str
    answer_by: datetime | None
    others: int
    """Articles that go with it and wait for the same."""


def _table(chore: Chore) -> str:
    if chore in OF_MATCHES:
        return "match"
    return _TABLES[chore]


_TABLES: Mapping[Chore, str] = {
    Chore.TASK: "note",
    Chore.CALL: "call",
    Chore.LETTER: "letter",
    Chore.UNCONFIRMED: "offer",
    Chore.NAMELESS_GIFT: "article",
    Chore.HELD: "article",
    Chore.NAMELESS_NEED: "need",
    Chore.RECEIPT: "receipt",
}
_ROWS: Mapping[str, Any] = {
    "note": Note,
    "call": PhoneCall,
    "offer": Offer,
    "article": OfferedItem,
    "need": Need,
    "receipt": Receipt,
}


def _details(session: Session, found: Sequence[Any]) -> dict[tuple[str, int], Any]:
    """The rows that these lines are about: a query for each table."""
    wanted: dict[str, set[int]] = {}
    for chore, _party, _key, _since, ref, *_rest in found:
        wanted.setdefault(_table(Chore(chore)), set()).add(ref)
    rows: dict[tuple[str, int], Any] = {}
    for table, keys in wanted.items():
        if table == "match":
            rows |= {("match", key): Between(*said) for key, *said in session.execute(_pairings(keys))}
        elif table == "letter":
            query = sa.select(col(OutboxMessage.id), col(OutboxMessage.subject), col(OutboxMessage.to_email))
            rows |= {
                ("letter", row.id): row for row in session.execute(query.where(among(OutboxMessage.id, keys)))
            }
        else:
            rows |= {(table, key): row for key, row in _by_id(session, _ROWS[table], keys).items()}
    return rows


def _pairings(keys: Collection[int]) -> Any:
    name = sa.func.coalesce(sa.func.nullif(col(Offer.contact_name), ""), col(Donor.name))
    along = aliased(Match)
    others = (
        sa.select(sa.func.count())
        .where(
            col(along.handover_id) == col(Match.handover_id),
            col(along.state) == col(Match.state),
            col(along.id) != col(Match.id),
        )
        .correlate(Match)
        .scalar_subquery()
    )
    phone = sa.func.coalesce(sa.func.nullif(col(Offer.contact_phone), ""), col(Donor.phone))
    return (
        sa.select(
            *map(col, (Match.id, OfferedItem.item, OfferedItem.description, Match.quantity, Committee.name)),
            name,
            phone,
            col(Match.answer_by),
            others,
        )
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Donor, col(Donor.id) == col(Offer.donor_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Committee, col(Committee.id) == col(Need.committee_id))
        .where(among(Match.id, keys))
    )


def _by_id(session: Session, model: Any, keys: Collection[int]) -> dict[int, Any]:
    if not keys:
        return {}
    return {row.id: row for row in session.scalars(sa.select(model).where(among(model.id, keys)))}
