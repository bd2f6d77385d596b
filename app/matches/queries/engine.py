"""Rows → what the engine plans with: open offers and needs, what is on the board, what people have ruled out.

Ids of offers in the engine are those of offered items; ids of needs those of needs; both as text.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

import matching.types as engine
from app.db import among
from app.lessons import queries as lessons
from app.matches import queries
from app.matches.queries import earmarks, rows, storage
from app.matches.queries.rows import MissSide, Remembered, StandingProposal, given, served
from app.matches.queries.turns import nothing_since
from app.models import (
    Action,
    Committee,
    Decision,
    Match,
    Need,
    Offer,
    OfferedItem,
)
from app.models.states import COMMITTED, ENDS_THE_GIFT, MatchState, NeedState, OfferState, Verb
from app.weights.queries import asked_lately, current_chances, current_weights
from notifications.typography import PARIS

RECEIVED_WITHIN = timedelta(days=90)
"""What a committee was promised or given for so long weighs against it."""

RULED_OUT = frozenset({MatchState.REJECTED, MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED})
"""A pair that ended so is not proposed again."""


@dataclass(frozen=True)
class Board:
    """All that one plan is made from: plain values, good after the transaction that read them has ended."""

    now: datetime
    weights: engine.Weights
    offers: tuple[engine.Offer, ...] = ()
    needs: tuple[engine.Need, ...] = ()
    barred: tuple[engine.Barred, ...] = ()
    lessons: tuple[engine.Lesson, ...] = ()
    received: Mapping[str, float] = field(default_factory=dict)
    room: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[str, date] = field(default_factory=dict)
    """Since when committees have had nothing; read where somebody may be due."""
    chances: engine.Chances | None = None
    past: engine.PastRows | None = None
    """What usually comes; read where something may wait for it."""
    ahead: engine.Ahead | None = None
    """The prices that planning makes of it."""
    standing: tuple[StandingProposal, ...] = ()
    items: Mapping[int, MissSide] = field(default_factory=dict)
    wanted: Mapping[int, MissSide] = field(default_factory=dict)
    settled: frozenset[tuple[int, int]] = frozenset()
    """The (item, need) pairs that stand beyond plans. The rest of the two is for others: a pair stands once."""

    def surroundings(self) -> dict[str, Any]:
        """All but the rows, as the keyword arguments of the engine's plan and check."""
        names = (
            "weights",
            "now",
            "kept",
            "barred",
            "received",
            "lessons",
            "room",
            "since",
            "chances",
            "ahead",
        )
        return {name: getattr(self, name) for name in names}

    @cached_property
    def kept(self) -> tuple[engine.Kept, ...]:
        """The proposals that the plan should keep unless something better comes."""
        return tuple(
            each.kept
            for each in self.standing
            if each.offered_item_id in self.items and each.need_id in self.wanted
        )


def read_board(
    session: Session,
    now: datetime,
    *,
    items: Collection[int] | None = None,
    needs: Collection[int] | None = None,
    remembered: Remembered | None = None,
    turns: bool = False,
    ahead: bool = False,
) -> Board:
    """Read everything in a constant number of queries. Takes no lock.

    `turns` tells since when committees have had nothing, and `ahead` what usually comes, even where the weights in force do not ask.
    With `items` and `needs`, only these are read, and not what is on the board. What is `remembered` serves again where rows are the same:
    in a transaction that sees the rows of one moment (`app.db.at_one_moment`).
    """
    taken = Counter(queries.taken_from_items(session, items, queries.beyond_plans()))
    taken.update(earmarks.kept_of(session, now, items))
    met = queries.taken_for_needs(session, needs, queries.beyond_plans())
    offered = rows.articles(session, now, items, taken, remembered)
    chances = current_chances(session)
    often = asked_lately(session, now, needs) if chances else {}
    wanted = rows.needs(session, now, needs, met, remembered, often)
    settled = frozenset(_settled(session)) if items is None else frozenset()
    weights, asked = current_weights(session), [need for need, _side in wanted.values()]
    over = {(item, need) for _match, item, need in ended(session, items, needs)} | settled
    looking = items is None and (ahead or weights.ahead_days > 0)
    return Board(
        now=now.astimezone(PARIS),
        weights=weights,
        offers=tuple(offer for offer, _side in offered.values()),
        needs=tuple(asked),
        barred=tuple(
            engine.Barred(str(item), str(need))
            for item, need in sorted(over)
            if item in offered and need in wanted
        ),
        lessons=lessons.for_planning(
            session, now, None if needs is None else {int(need.committee or 0) for need in asked}
        ),
        received=received(session, now),
        room=storage.room_left(session),
        since=nothing_since(session, asked, now) if turns or weights.longest_weeks else {},
        chances=chances,
        past=rows.past(session, now, remembered) if looking else None,
        standing=tuple(rows.proposals(session, remembered)) if items is None else (),
        items={key: side for key, (_offer, side) in offered.items()},
        wanted={key: side for key, (_need, side) in wanted.items()},
        settled=settled,
    )


def exceeds(session: Session, now: datetime, most: int) -> bool:
    """Whether a board read now holds more than `most` articles and needs for certain: a count that stops beyond."""
    # Of what is promised in part or whole nothing is counted: how much is left takes longer to tell.
    promised = sa.select(col(Match.id)).where(col(Match.state).in_(COMMITTED))
    articles = (
        sa.select(col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(*given(now), ~promised.where(col(Match.offered_item_id) == col(OfferedItem.id)).exists())
    )
    needs = (
        sa.select(col(Need.id))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .where(*served(now), ~promised.where(col(Match.need_id) == col(Need.id)).exists())
    )
    rows = needs.union_all(articles).limit(most + 1).subquery()
    return int(session.scalar(sa.select(sa.func.count()).select_from(rows)) or 0) > most


def open_items(
    session: Session, now: datetime, only: sa.ColumnElement[bool] | None = None
) -> Iterable[tuple[OfferedItem, Offer]]:
    """The articles that a plan may give today, by id, with their offers; `only` narrows them further."""
    query = (
        select(OfferedItem, Offer)
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(*given(now))
        .order_by(col(OfferedItem.id))
    )
    return session.exec(query if only is None else query.where(only))


def open_needs(
    session: Session, now: datetime, only: sa.ColumnElement[bool] | None = None
) -> Iterable[tuple[Need, Committee, Action | None, Committee | None]]:
    """The needs that a plan may serve today, by id, with all that says how; `only` narrows them further."""
    collector = aliased(Committee)
    query = (
        select(Need, Committee, Action, collector)
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .join(collector, col(Action.committee_id) == col(collector.id), isouter=True)
        .where(*served(now))
        .order_by(col(Need.id))
    )
    return session.exec(query if only is None else query.where(only))


def ended(
    session: Session, items: Collection[int] | None = None, needs: Collection[int] | None = None
) -> Iterable[tuple[int, int, int]]:
    """(match, offered item, need) of matches that came to nothing, the latest last; between these rows alone if given."""
    query = (
        select(Match.id, Match.offered_item_id, Match.need_id)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Match.state).in_(RULED_OUT), Offer.state == OfferState.OPEN, ~_gone())
        .order_by(col(Match.closed_at), col(Match.id))
    )
    if items is not None:
        query = query.where(among(Match.offered_item_id, items))
    if needs is not None:
        query = query.where(among(Match.need_id, needs))
    return ((match or 0, item, need) for match, item, need in session.exec(query))


def _gone() -> sa.ColumnElement[bool]:
    """Whether a match came to nothing because the article was gone or kept: put back, it may go to the same committee."""
    said = sa.select(col(Decision.id)).where(
        col(Decision.match_id) == col(Match.id),
        col(Decision.verb).in_([Verb.DECLINE, Verb.FAIL]),
        col(Decision.reason).in_(ENDS_THE_GIFT),
    )
    return said.correlate(Match).exists()


def _settled(session: Session) -> Iterable[tuple[int, int]]:
    """The pairs of unfinished matches that no plan changes, of articles and needs that plans still know."""
    query = (
        select(Match.offered_item_id, Match.need_id)
        .join(Need, col(Match.need_id) == col(Need.id))
        .where(queries.beyond_plans(), col(Match.state) != MatchState.COMPLETED, Need.state == NeedState.OPEN)
    )
    return session.exec(query)


def received(session: Session, now: datetime) -> dict[str, float]:
    """Pieces promised to each committee since RECEIVED_WITHIN; what was received counts for completed matches."""
    quantity = sa.func.coalesce(Match.received_quantity, Match.quantity)
    query = (
        select(Need.committee_id, sa.func.sum(quantity))
        .join(Match, col(Match.need_id) == col(Need.id))
        .where(col(Match.state).in_(COMMITTED), col(Match.approved_at) >= now - RECEIVED_WITHIN)
        .group_by(col(Need.committee_id))
    )
    return {str(committee): float(total) for committee, total in session.exec(query)}


def asked_for(session: Session, now: datetime, committees: Collection[str]) -> dict[str, int]:
    """Pieces that each of these committees asks for in all its needs that a plan may serve today."""
    asking = among(Need.committee_id, map(int, committees))
    taken = (
        sa.select(col(Match.need_id), sa.func.sum(queries.BROUGHT).label("pieces"))
        .where(queries.beyond_plans(), col(Match.need_id).in_(sa.select(col(Need.id)).where(asking)))
        .group_by(col(Match.need_id))
        .subquery()
    )
    left = col(Need.quantity) - sa.func.coalesce(taken.c.pieces, 0)
    query = (
        sa.select(col(Need.committee_id), sa.func.sum(sa.case((left > 0, left), else_=0)))
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .join(taken, taken.c.need_id == col(Need.id), isouter=True)
        .where(*served(now), asking)
        .group_by(col(Need.committee_id))
    )
    rows = session.execute(query).all() if committees else []
    return {str(committee): int(pieces) for committee, pieces in rows}
