"""The rows that plans are made from, no wider than they need them, and what the engine is told of each.

A plan every few minutes reads all that is open, and little of it has changed: what was made of a row serves again while
the row stays the same.
"""

import json
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

import matching.types as engine
from app.days import day_of, start_of
from app.db import among, named
from app.matches.queries.earmarks import of_plans
from app.matches.queries.remembered import MadeOfRows, Parts, all_rows
from app.matches.queries.sides import need_of, offer_of
from app.models import Action, Committee, Match, Need, Offer, OfferedItem
from app.models.states import Aside, NeedState, OfferState
from matching.items import load

PAST_WITHIN = timedelta(weeks=52)
MOST_PAST = 3_000
"""Articles, and needs, that tell what usually comes."""
_COME = (OfferState.OPEN, OfferState.CLOSED, OfferState.EXPIRED, OfferState.WITHDRAWN)

FIGURES = ("score", "parts", "reasons", "weights_version", "distance_km", "transport")
"""The columns of a match that tell why; a plan writes them anew when one of them changes."""
_JSON = frozenset({"parts", "reasons"})


@dataclass(frozen=True, slots=True)
class StandingProposal:
    """A proposal of a plan's that is on the board."""

    match_id: int
    offered_item_id: int
    need_id: int
    quantity: int
    figures: Mapping[str, Any]
    kept: engine.Kept
    """The same as the engine is told of it."""


@dataclass(frozen=True, slots=True)
class MissSide:
    """What is told of one side of a miss, and how many pieces there are in all. No personal data."""

    told: Mapping[str, Any]
    misses: list[Any]
    quantity: int


@dataclass(frozen=True)
class Remembered:
    """What the last board was made from."""

    articles: MadeOfRows[tuple[engine.Offer, MissSide]] = field(default_factory=MadeOfRows)
    needs: MadeOfRows[tuple[engine.Need, MissSide]] = field(default_factory=MadeOfRows)
    committees: MadeOfRows[Any] = field(default_factory=MadeOfRows)
    proposals: MadeOfRows[StandingProposal] = field(default_factory=MadeOfRows)
    came: MadeOfRows[engine.Offer] = field(default_factory=MadeOfRows)
    were_asked: MadeOfRows[engine.Need] = field(default_factory=MadeOfRows)


def _stored(columns: Iterable[Any]) -> tuple[sa.ColumnElement[Any], ...]:
    """The columns as the driver gives them: their types, which cost more than reading, are for what is new (`_typed`)."""
    return tuple(sa.type_coerce(each, sa.types.NULLTYPE).label(each.key) for each in columns)


def _typed(session: Session, columns: Sequence[Any]) -> Callable[[Any], Any]:
    """Gives a row of `_stored` columns the types of these, and their names."""
    dialect = session.get_bind().dialect
    types = [
        # Drivers give numbers as they are.
        None
        if isinstance(each.type, sa.Float)
        else each.type.dialect_impl(dialect).result_processor(dialect, None)
        for each in columns
    ]
    named = namedtuple("named", [each.key for each in columns])  # type: ignore[misc]

    def typed(row: Any) -> Any:
        return named(*(value if of is None else of(value) for of, value in zip(types, row, strict=True)))

    return typed


def _text(column: Any) -> sa.ColumnElement[str]:
    """JSON as it is stored: it is read where it is new."""
    return sa.cast(column, sa.Text).label(column.key)


_ARTICLE = (
    *(col(OfferedItem.id), col(OfferedItem.item), col(OfferedItem.description), col(OfferedItem.quantity)),
    *(col(OfferedItem.condition), col(OfferedItem.divisible), col(OfferedItem.size)),
    *(col(Offer.latitude), col(Offer.longitude), col(Offer.commune), col(Offer.delivers_km)),
    *(col(Offer.available_from), col(Offer.available_until), col(Offer.donor_id)),
    *(col(Offer.floor), col(Offer.lift), col(Offer.confirmed_at), col(Offer.created_at)),
    _text(col(OfferedItem.misses)),
)
_NEED = (
    *(col(Need.id), col(Need.committee_id), col(Need.action_id), col(Need.item), col(Need.description)),
    *(col(Need.quantity), col(Need.minimum_condition), col(Need.urgency), col(Need.needed_by)),
    *(col(Need.declared_at), _text(col(Need.misses))),
)
_COMMITTEE = (
    *(col(Committee.id), col(Committee.name), col(Committee.commune)),
    *(col(Committee.latitude), col(Committee.longitude), col(Committee.collects_km)),
    *(col(Committee.largest_size), col(Committee.highest_floor), col(Committee.minimum_condition)),
    *(col(Committee.refuses), col(Committee.takes), col(Committee.minimum_conditions)),
)
_PROPOSAL = (
    *(col(Match.id), col(Match.offered_item_id), col(Match.need_id), col(Match.quantity)),
    *(_text(col(getattr(Match, name))) if name in _JSON else col(getattr(Match, name)) for name in FIGURES),
)


def articles(
    session: Session,
    now: datetime,
    only: Collection[int] | None,
    taken: Mapping[int, int] = MappingProxyType({}),
    remembered: Remembered | None = None,
) -> dict[int, tuple[engine.Offer, MissSide]]:
    """The articles that a plan may give today, those of which something is left beside what is `taken`, by id in its order."""
    query = (
        sa.select(*_stored(_ARTICLE))
        .join_from(OfferedItem, Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(*given(now))
        .order_by(col(OfferedItem.id))
    )
    if only is not None:
        query = query.where(named(OfferedItem.id, only))
    typed = _typed(session, _ARTICLE)

    def left(row: Any) -> tuple[int] | None:
        key, _item, _description, quantity, *_more = row
        some = quantity - taken.get(key, 0)
        return (some,) if some > 0 else None

    rows = remembered.articles.again(session, query) if remembered else all_rows(session, query)
    made = (remembered or Remembered()).articles
    return made.of(rows, lambda row, some: _article(typed(row), some), left, under=taken)


def _article(row: Any, left: int) -> tuple[engine.Offer, MissSide]:
    told = {"item": row.item, "commune": row.commune, "condition": row.condition.value}
    return offer_of(row, row, left), MissSide(told, json.loads(row.misses), row.quantity)


def needs(
    session: Session,
    now: datetime,
    only: Collection[int] | None,
    met: Mapping[int, int] = MappingProxyType({}),
    remembered: Remembered | None = None,
    often: Mapping[int, int] = MappingProxyType({}),
) -> dict[int, tuple[engine.Need, MissSide]]:
    """The needs that a plan may serve today, those that lack something beside what they were promised, by id in its order; `often` is how
    often each committee was asked lately."""
    query = (
        sa.select(*_stored(_NEED))
        .join_from(Need, Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .where(*served(now))
        .order_by(col(Need.id))
    )
    if only is not None:
        query = query.where(named(Need.id, only))
    rows = remembered.needs.again(session, query) if remembered else all_rows(session, query)
    asking, typed = _Asking.read(session, rows, met, often, remembered), _typed(session, _NEED)
    made = (remembered or Remembered()).needs
    return made.of(rows, lambda row, *more: _need(typed(row), *more), asking.of, under=asking)


@dataclass(frozen=True)
class _Asking:
    """Who asks for needs and collects for them, and what those were promised; by their ids."""

    committees: Mapping[int, Any]
    actions: Mapping[int, Any]
    met: Mapping[int, int]
    often: Mapping[int, int]

    @classmethod
    def read(
        cls,
        session: Session,
        needs: Parts,
        met: Mapping[int, int] = MappingProxyType({}),
        often: Mapping[int, int] = MappingProxyType({}),
        remembered: Remembered | None = None,
    ) -> "_Asking":
        known = {row[1:3] for rows in needs.values() for row in rows}
        actions = {row.id: row for row in _few(session, Action, {action for _by, action in known}, _ACTION)}
        asking = {committee for committee, _for in known} | {row.committee_id for row in actions.values()}
        committees = (remembered or Remembered()).committees.of(
            {0: list(_few(session, Committee, asking, _COMMITTEE))}, lambda row: row
        )
        return cls(committees, actions, met, often)

    def of(self, need: Any) -> tuple[Any, ...] | None:
        """Who asks, for which action, who collects for that, what the need lacks, how often they were asked; None where it lacks nothing."""
        key, committee, for_action, _item, _description, quantity, *_more = need
        left, action = quantity - self.met.get(key, 0), self.actions.get(for_action)
        if left <= 0:
            return None
        collector = self.committees[action.committee_id] if action else None
        return self.committees[committee], action, collector, left, self.often.get(committee, 0)


_ACTION = (col(Action.id), col(Action.committee_id), col(Action.deadline))


def _few(session: Session, model: Any, ids: Collection[int | None], columns: Iterable[Any]) -> Iterable[Any]:
    known = {each for each in ids if each is not None}
    return session.execute(sa.select(*columns).where(among(model.id, known))).all() if known else ()


def _need(
    row: Any, committee: Any, action: Any, collector: Any, left: int, asked: int
) -> tuple[engine.Need, MissSide]:
    told = {"item": row.item, "committee": committee.name, "commune": committee.commune}
    need = need_of(row, committee, action, collector, left, asked)
    return need, MissSide(told, json.loads(row.misses), row.quantity)


def past_since(session: Session, now: datetime, most: int = MOST_PAST) -> datetime:
    """The beginning of what is known of what comes: of the last year, until yesterday, no more than `most` articles and needs each."""
    until = start_of(day_of(now))
    moments = []
    for column, query in ((col(Offer.created_at), _came(until)), (col(Need.declared_at), _asked(until))):
        latest: Any = query.with_only_columns(column.label("at")).order_by(column.desc()).limit(most)
        some = latest.subquery()
        first, found = session.execute(sa.select(sa.func.min(some.c.at), sa.func.count())).one()
        moments.append((first or until, found))
    full = [first for first, found in moments if found == most]
    return max(full) if full else min(first for first, _found in moments)


def past_weeks(session: Session, now: datetime) -> int:
    """For how many whole weeks it is known what comes."""
    return (day_of(now) - day_of(past_since(session, now))).days // 7


def _came(until: datetime) -> sa.Select[Any]:
    """What was offered in the year before, what descriptions said left out: it may be forgotten by now."""
    return (
        sa.select(*_ARTICLE[:2], sa.literal("").label("description"), *_ARTICLE[3:-1])
        .join_from(OfferedItem, Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(
            col(Offer.created_at).between(until - PAST_WITHIN, until),
            # Of many states, SQLite would read all that is in each: from the latest on it ends at the limit.
            sa.func.coalesce(col(Offer.state), "").in_(_COME),
            col(OfferedItem.aside).is_(None) | col(OfferedItem.aside).in_([Aside.WITHDRAWN, Aside.PAUSED]),
            col(OfferedItem.item).in_(list(load())),
        )
    )


def _asked(until: datetime) -> sa.Select[Any]:
    """What was asked for in the year before."""
    return (
        sa.select(*_NEED[:-1])
        .join_from(Need, Committee, col(Need.committee_id) == col(Committee.id))
        .where(
            col(Need.declared_at).between(until - PAST_WITHIN, until),
            col(Committee.active).is_(True),
            col(Need.item).in_(list(load())),
        )
    )


def past(
    session: Session, now: datetime, remembered: Remembered | None = None, most: int = MOST_PAST
) -> engine.PastRows:
    """What came and was asked for, as far back as it is known, each row as it is told now, in a constant number of statements."""
    since, until = past_since(session, now, most), start_of(day_of(now))
    latest = (col(Offer.created_at).desc(), col(OfferedItem.id))
    came = _came(until).where(col(Offer.created_at) >= since).order_by(*latest).limit(most)
    latest = (col(Need.declared_at).desc(), col(Need.id))
    asked = _asked(until).where(col(Need.declared_at) >= since).order_by(*latest).limit(most)
    remembered = remembered or Remembered()
    offers = remembered.came.of(
        {0: session.execute(came).all()}, lambda row: offer_of(row, row, row.quantity)
    )
    rows = {0: session.execute(asked).all()}
    needs = remembered.were_asked.of(rows, need_of, _Asking.read(session, rows).of)
    return engine.PastRows(tuple(offers.values()), tuple(needs.values()))


def proposals(session: Session, remembered: Remembered | None = None) -> Iterable[StandingProposal]:
    """What plans have put on the board, by id."""
    query = sa.select(*_stored(_PROPOSAL)).where(of_plans()).order_by(col(Match.id))
    rows = remembered.proposals.again(session, query) if remembered else all_rows(session, query)
    made, typed = (remembered or Remembered()).proposals, _typed(session, _PROPOSAL)
    return made.of(rows, lambda row: _proposal(typed(row))).values()


def _proposal(row: Any) -> StandingProposal:
    key, item, need, quantity, *told = row
    figures = {
        name: json.loads(value) if name in _JSON else value for name, value in zip(FIGURES, told, strict=True)
    }
    return StandingProposal(key, item, need, quantity, figures, engine.Kept(str(item), str(need), quantity))


def given(now: datetime, items: Iterable[str] | None = None) -> tuple[sa.ColumnElement[bool], ...]:
    """What holds for an article, joined to its offer, that a plan may give today; of these items alone if given.

    A plan has one day for all places, that of Paris: where it is another one, an offer or a need in its last hours is left out, or
    still in. Nothing could be made of those: the earliest appointment is further away (`app.handovers.slots.NOTICE`).
    """
    # Of some items alone, the articles lead to their offers: SQLite would read all that are open for them. Of all items, offers lead to
    # their articles, and it would look each item of the catalogue up for each offer.
    state = col(Offer.state) if items is None else sa.func.coalesce(col(Offer.state), "")
    until = col(Offer.available_until)
    return (
        state == OfferState.OPEN,
        (until if items is None else sa.func.coalesce(until, until)) >= day_of(now),
        col(OfferedItem.aside).is_(None),
        sa.func.coalesce(col(OfferedItem.item), "").in_(list(load()))
        if items is None
        else col(OfferedItem.item).in_(list(items)),
    )


def served(now: datetime, items: Iterable[str] | None = None) -> tuple[sa.ColumnElement[bool], ...]:
    """What holds for a need, joined to its committee and its action, that a plan may serve today; of these items alone if given."""
    today = day_of(now)
    return (
        col(Need.state) == NeedState.OPEN,
        col(Committee.active).is_(True),
        col(Need.needed_by).is_(None) | (col(Need.needed_by) >= today),
        col(Action.deadline).is_(None) | (col(Action.deadline) >= today),
        col(Need.item).in_(list(load() if items is None else items)),
    )
