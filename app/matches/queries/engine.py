"""Rows → what the engine plans with: open offers and needs, what is on the board, what people have ruled out.

Ids of offers in the engine are those of offered items; ids of needs those of needs; both as text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

import matching.types as engine
from app.days import day_of
from app.lessons import queries as lessons
from app.matches import queries
from app.models import (
    Action,
    Committee,
    Handover,
    Match,
    Need,
    Offer,
    OfferedItem,
)
from app.models.states import COMMITTED, MatchState, NeedState, OfferState
from app.weights.queries import current_weights
from matching.items import load
from notifications.typography import PARIS

RECEIVED_WITHIN = timedelta(days=90)
"""What a committee was promised or given for so long weighs against it."""

RULED_OUT = frozenset({MatchState.REJECTED, MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED})
"""A pair that ended so is not proposed again."""


@dataclass(frozen=True, slots=True)
class StandingProposal:
    """A proposal that is on the board."""

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
    standing: tuple[StandingProposal, ...] = ()
    items: Mapping[int, MissSide] = field(default_factory=dict)
    wanted: Mapping[int, MissSide] = field(default_factory=dict)

    @property
    def kept(self) -> tuple[engine.Kept, ...]:
        """The proposals that the plan should keep unless something better comes."""
        return tuple(
            engine.Kept(str(each.offered_item_id), str(each.need_id), each.quantity)
            for each in self.standing
            if each.offered_item_id in self.items and each.need_id in self.wanted
        )


def read_board(session: Session, now: datetime, *, for_match: Match | None = None) -> Board:
    """Read everything in a constant number of queries. Takes no lock.

    With `for_match`, only the articles of its item's family are read, beside all needs, and not what is on the board.
    """
    only = _article_and_family(session, for_match) if for_match is not None else None
    offered = list(open_items(session, now, only))
    wanted = list(open_needs(session, now))
    from_items = queries.taken_from_items(session, None, COMMITTED)
    for_needs = queries.taken_for_needs(session, None, COMMITTED)
    offers = [
        offer_of(item, offer, left)
        for item, offer in offered
        if (left := item.quantity - from_items.get(item.id, 0)) > 0
    ]
    needs = [
        need_of(need, committee, action, collector, left)
        for need, committee, action, collector in wanted
        if (left := need.quantity - for_needs.get(need.id, 0)) > 0
    ]
    known = {each.id for each in offers}, {each.id for each in needs}
    return Board(
        now=now.astimezone(PARIS),
        weights=current_weights(session),
        offers=tuple(offers),
        needs=tuple(needs),
        barred=tuple(
            engine.Barred(str(item), str(need))
            for item, need in sorted({(item, need) for _match, item, need in ended(session)})
            if str(item) in known[0] and str(need) in known[1]
        ),
        lessons=lessons.for_planning(session, now),
        received=_received(session, now),
        standing=tuple(_standing(session)) if for_match is None else (),
        items={item.id: _item_side(item, offer) for item, offer in offered if str(item.id) in known[0]},
        wanted={
            need.id: _need_side(need, committee)
            for need, committee, _action, _collector in wanted
            if str(need.id) in known[1]
        },
    )


def open_items(
    session: Session, now: datetime, only: sa.ColumnElement[bool] | None = None
) -> Iterable[tuple[OfferedItem, Offer]]:
    """The articles that a plan may give today, by id, with their offers; `only` narrows them further."""
    query = (
        select(OfferedItem, Offer)
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(
            Offer.state == OfferState.OPEN,
            col(Offer.available_until) >= day_of(now),
            col(OfferedItem.item).in_(list(load())),
        )
        .order_by(col(OfferedItem.id))
    )
    return session.exec(query if only is None else query.where(only))


def _article_and_family(session: Session, match: Match) -> sa.ColumnElement[bool]:
    wanted = session.exec(select(Need.item).where(Need.id == match.need_id)).one()
    return col(OfferedItem.item).in_(_family(wanted)) | (col(OfferedItem.id) == match.offered_item_id)


def _family(slug: str | None) -> set[str]:
    """The items that may answer a need for this one: itself, narrower ones, substitutes and theirs."""
    catalogue = load()
    if slug is None or slug not in catalogue:
        return set()
    heads = (slug, *catalogue[slug].substitutes)
    return {each for head in heads for each in (head, *catalogue.descendants(head))}


def open_needs(
    session: Session, now: datetime, only: sa.ColumnElement[bool] | None = None
) -> Iterable[tuple[Need, Committee, Action | None, Committee | None]]:
    """The needs that a plan may serve today, by id, with all that says how; `only` narrows them further."""
    collector = aliased(Committee)
    today = day_of(now)
    query = (
        select(Need, Committee, Action, collector)
        .join(Committee, col(Need.committee_id) == col(Committee.id))
        .join(Action, col(Need.action_id) == col(Action.id), isouter=True)
        .join(collector, col(Action.committee_id) == col(collector.id), isouter=True)
        .where(
            Need.state == NeedState.OPEN,
            col(Committee.active),
            col(Need.needed_by).is_(None) | (col(Need.needed_by) >= today),
            col(Action.deadline).is_(None) | (col(Action.deadline) >= today),
            col(Need.item).in_(list(load())),
        )
        .order_by(col(Need.id))
    )
    return session.exec(query if only is None else query.where(only))


def ended(session: Session) -> Iterable[tuple[int, int, int]]:
    """(match, offered item, need) of matches that came to nothing, the latest last."""
    query = (
        select(Match.id, Match.offered_item_id, Match.need_id)
        .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
        .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
        .where(col(Match.state).in_(RULED_OUT), Offer.state == OfferState.OPEN)
        .order_by(col(Match.closed_at), col(Match.id))
    )
    return ((match or 0, item, need) for match, item, need in session.exec(query))


def _received(session: Session, now: datetime) -> dict[str, float]:
    """Pieces promised to each committee since RECEIVED_WITHIN; what was received counts for completed matches."""
    quantity = sa.func.coalesce(Handover.received_quantity, Match.quantity)
    query = (
        select(Need.committee_id, sa.func.sum(quantity))
        .join(Match, col(Match.need_id) == col(Need.id))
        .join(Handover, col(Handover.match_id) == col(Match.id), isouter=True)
        .where(col(Match.state).in_(COMMITTED), col(Match.approved_at) >= now - RECEIVED_WITHIN)
        .group_by(col(Need.committee_id))
    )
    return {str(committee): float(total) for committee, total in session.exec(query)}


FIGURES = ("score", "parts", "reasons", "weights_version", "distance_km", "transport")
"""The columns of a match that tell why; a plan writes them anew when one of them changes."""


def _standing(session: Session) -> Iterable[StandingProposal]:
    query = select(Match).where(Match.state == MatchState.PROPOSED).order_by(col(Match.id))
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
        offered_at=(offer.confirmed_at or offer.created_at).astimezone(PARIS),
        donor=str(offer.donor_id),
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
    )


def _item_side(item: OfferedItem, offer: Offer) -> MissSide:
    told = {"item": item.item, "commune": offer.commune, "condition": item.condition.value}
    return MissSide(told, item.misses, item.quantity)


def _need_side(need: Need, committee: Committee) -> MissSide:
    told = {"item": need.item, "committee": committee.name, "commune": committee.commune}
    return MissSide(told, need.misses, need.quantity)
