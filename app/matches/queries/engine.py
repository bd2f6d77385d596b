"""Rows → what the engine plans with: open offers and needs, what is on the board, what people have ruled out.

Ids of offers in the engine are those of offered items; ids of needs those of needs; both as text.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

import matching.types as engine
from app.catalogue.queries import said_of
from app.days import day_of
from app.db import among, named
from app.lessons import queries as lessons
from app.matches import queries
from app.matches.queries import earmarks, storage
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
from app.weights.queries import current_weights
from matching.items import load
from notifications.typography import PARIS

RECEIVED_WITHIN = timedelta(days=90)
"""What a committee was promised or given for so long weighs against it."""

RULED_OUT = frozenset({MatchState.REJECTED, MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED})
"""A pair that ended so is not proposed again."""


@dataclass(frozen=True, slots=True)
class StandingProposal:
    """A proposal of a plan's that is on the board."""

    match_id: int
    offered_item_id: int
    need_id: int
    quantity: int
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MissSide:
    """What is told of one side of a miss, and how many pieces there are in all. No personal data."""

    told: Mapping[str, Any]
    misses: list[Any]
    quantity: int


@dataclass(frozen=True, slots=True)
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
    standing: tuple[StandingProposal, ...] = ()
    items: Mapping[int, MissSide] = field(default_factory=dict)
    wanted: Mapping[int, MissSide] = field(default_factory=dict)
    settled: frozenset[tuple[int, int]] = frozenset()
    """The (item, need) pairs that stand beyond plans. The rest of the two is for others: a pair stands once."""

    @property
    def kept(self) -> tuple[engine.Kept, ...]:
        """The proposals that the plan should keep unless something better comes."""
        return tuple(
            engine.Kept(str(each.offered_item_id), str(each.need_id), each.quantity)
            for each in self.standing
            if each.offered_item_id in self.items and each.need_id in self.wanted
        )


def read_board(
    session: Session,
    now: datetime,
    *,
    items: Collection[int] | None = None,
    needs: Collection[int] | None = None,
) -> Board:
    """Read everything in a constant number of queries. Takes no lock.

    With `items` and `needs`, only these articles and needs are read, and not what is on the board.
    """
    offered = list(open_items(session, now, None if items is None else named(OfferedItem.id, items)))
    wanted = list(open_needs(session, now, None if needs is None else named(Need.id, needs)))
    offers, asked = _offers(session, offered, items, now), _needs(session, wanted, needs)
    known = {each.id for each in offers}, {each.id for each in asked}
    settled = frozenset(_settled(session)) if items is None else frozenset()
    return Board(
        now=now.astimezone(PARIS),
        weights=current_weights(session),
        offers=tuple(offers),
        needs=tuple(asked),
        barred=tuple(
            engine.Barred(str(item), str(need))
            for item, need in sorted(
                {(item, need) for _match, item, need in ended(session, items, needs)} | settled
            )
            if str(item) in known[0] and str(need) in known[1]
        ),
        lessons=lessons.for_planning(
            session, now, None if needs is None else {int(each.committee or 0) for each in asked}
        ),
        received=received(session, now),
        room=storage.room_left(session),
        standing=tuple(_standing(session)) if items is None else (),
        items={item.id: _item_side(item, offer) for item, offer in offered if str(item.id) in known[0]},
        wanted={
            need.id: _need_side(need, committee)
            for need, committee, _action, _collector in wanted
            if str(need.id) in known[1]
        },
        settled=settled,
    )


def _offers(
    session: Session, offered: Iterable[tuple[OfferedItem, Offer]], ids: Collection[int] | None, now: datetime
) -> list[engine.Offer]:
    """Those of which something is left, neither promised nor kept for somebody."""
    taken = Counter(queries.taken_from_items(session, ids, queries.beyond_plans()))
    taken.update(earmarks.kept_of(session, now, ids))
    return [
        offer_of(item, offer, left)
        for item, offer in offered
        if (left := item.quantity - taken.get(item.id, 0)) > 0
    ]


def _needs(
    session: Session,
    wanted: Iterable[tuple[Need, Committee, Action | None, Committee | None]],
    ids: Collection[int] | None,
) -> list[engine.Need]:
    """Those that lack something."""
    taken = queries.taken_for_needs(session, ids, queries.beyond_plans())
    return [
        need_of(need, committee, action, collector, left)
        for need, committee, action, collector in wanted
        if (left := need.quantity - taken.get(need.id, 0)) > 0
    ]


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


FIGURES = ("score", "parts", "reasons", "weights_version", "distance_km", "transport")
"""The columns of a match that tell why; a plan writes them anew when one of them changes."""


def _standing(session: Session) -> Iterable[StandingProposal]:
    query = (
        select(Match)
        .where(Match.state == MatchState.PROPOSED, col(Match.by_hand_id).is_(None))
        .order_by(col(Match.id))
    )
    for match in session.exec(query):
        figures = {name: getattr(match, name) for name in FIGURES}
        yield StandingProposal(match.id, match.offered_item_id, match.need_id, match.quantity, figures)


def offer_of(item: OfferedItem, offer: Offer, left: int) -> engine.Offer:
    """An article as the engine sees it, of which `left` pieces are free."""
    return engine.Offer(
        id=str(item.id),
        quantity=left,
        item=item.item,
        text=item.description,
        place=engine.Place(offer.latitude, offer.longitude),
        condition=item.condition,
        available_from=offer.available_from,
        available_until=offer.available_until,
        delivers_km=float(offer.delivers_km),
        divisible=item.divisible,
        size=item.size,
        offered_at=(offer.confirmed_at or offer.created_at).astimezone(PARIS),
        donor=str(offer.donor_id),
        floor=offer.floor,
        lift=offer.lift,
        said=said_of(item.description, item.item),
    )


def need_of(
    need: Need, committee: Committee, action: Action | None, collector: Committee | None, left: int
) -> engine.Need:
    """A need as the engine sees it. The committee that collects for an action lends its place and its van."""
    van = collector or committee
    ends = [day for day in (need.needed_by, action.deadline if action else None) if day is not None]
    return engine.Need(
        id=str(need.id),
        quantity=left,
        item=need.item,
        text=need.description,
        place=engine.Place(van.latitude, van.longitude),
        committee=str(committee.id),
        minimum_condition=need.minimum_condition,
        collects_km=float(van.collects_km),
        largest_size=van.largest_size,
        urgency=need.urgency,
        declared_at=need.declared_at.astimezone(PARIS),
        needed_by=min(ends, default=None),
        refuses=tuple(sorted({*committee.refuses, *van.refuses})),
        takes=tuple(sorted(committee.takes)),
        minimum_conditions=_at_least(committee),
        highest_floor=van.highest_floor,
    )


def _at_least(committee: Committee) -> tuple[engine.AtLeast, ...]:
    general = [] if committee.minimum_condition is None else [engine.AtLeast(committee.minimum_condition)]
    named = sorted(committee.minimum_conditions.items())
    return (*general, *(engine.AtLeast(engine.Condition(least), item) for item, least in named))


def _item_side(item: OfferedItem, offer: Offer) -> MissSide:
    told = {"item": item.item, "commune": offer.commune, "condition": item.condition.value}
    return MissSide(told, item.misses, item.quantity)


def _need_side(need: Need, committee: Committee) -> MissSide:
    told = {"item": need.item, "committee": committee.name, "commune": committee.commune}
    return MissSide(told, need.misses, need.quantity)
