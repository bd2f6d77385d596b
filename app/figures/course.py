"""The course of gifts: how far offers of a period came and how long it took; what is asked and never comes, what comes and nobody
asks, what was missed at the appointment, who is served. A constant number of statements; months are those of Paris."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from app.days import start_of
from app.db import among
from app.figures.months import later
from app.figures.queries import PIECES, RECEIVED_AT, Extent
from app.models import Committee, Decision, Handover, Match, Need, Offer, OfferedItem
from app.models.states import MatchState, NeedState, OfferState, Reason, Verb
from matching.items import load

STAGES = ("offered", "proposed", "approved", "agreed", "received")
LEGS = ("decided", "answered", "met", "whole")
"""From a confirmed offer to its approval; from there to both answers; from there to the appointment; from the offer to that."""
GOAL_HOURS = 72
OFFERED = (OfferState.OPEN, OfferState.CLOSED, OfferState.WITHDRAWN, OfferState.EXPIRED)
"""States of what was confirmed and taken. Where all offers are counted an index leads to these; where matches are, to none."""
NOT_OFFERED = tuple(state for state in OfferState if state not in OFFERED)


class Demand(NamedTuple):
    """Pieces asked for in the period, and those of them that came; `key` is an item or a committee."""

    key: Any
    asked: int
    received: int

    @property
    def missing(self) -> int:
        return max(0, self.asked - self.received)

    @property
    def share(self) -> float:
        return self.received / self.asked


class Unasked(NamedTuple):
    """Articles of an item that were offered in the period, and those among them that nobody was ever proposed."""

    item: str | None
    offered: int
    left: int


@dataclass(frozen=True, slots=True)
class Course:
    """`stages` counts articles, by STAGES; `hours` are medians, by LEGS, None where nothing went so far. `missed` are
    appointments that came to nothing, by reason; `kept` those that brought something."""

    scope: Extent
    stages: Mapping[str, int]
    hours: Mapping[str, float | None]
    unmet: Sequence[Demand]
    unasked: Sequence[Unasked]
    committees: Sequence[Demand]
    names: Mapping[int, str]
    missed: Mapping[Reason | None, int]
    kept: int

    @property
    def is_empty(self) -> bool:
        return not (any(self.stages.values()) or self.committees or self.missed or self.kept)


def course(session: Session, scope: Extent, most: int | None = None) -> Course:
    """Eight statements. At most so many committees are named: those that are served least."""
    offered, stages = _offered(session, scope), _stages(session, scope)
    received = _received(session, scope)
    by_committee = _wanted(session, scope, Need.committee_id, received, 0)
    by_committee.sort(key=lambda each: (each.share, -each.asked, each.key))
    unmet = [each for each in _wanted(session, scope, Need.item, received, 1) if each.missing]
    proposed = {item: counts["proposed"] for item, counts in stages.items()}
    unasked = [Unasked(item, count, count - proposed.get(item, 0)) for item, count in offered.items()]
    missed, kept = _appointments(session, scope)
    return Course(
        scope,
        {"offered": sum(offered.values())}
        | {stage: sum(each[stage] for each in stages.values()) for stage in STAGES[1:]},
        _hours(session, scope),
        sorted(unmet, key=lambda each: (-each.missing, str(each.key))),
        sorted((each for each in unasked if each.left > 0), key=lambda each: (-each.left, str(each.item))),
        by_committee,
        _names(session, [each.key for each in by_committee[:most]]),
        missed,
        kept,
    )


def _names(session: Session, committee_ids: Sequence[int]) -> dict[int, str]:
    query = sa.select(col(Committee.id), col(Committee.name)).where(among(Committee.id, committee_ids))
    return {row.id: row.name for row in session.execute(query)}


def _during(moment: Any, scope: Extent) -> sa.ColumnElement[bool]:
    period = scope.period
    return sa.and_(moment >= start_of(period.first), moment < start_of(later(period.last, 1)))


def _things(query: Any, column: Any, scope: Extent) -> Any:
    if scope.item is None:
        return query
    return query.where(col(column).in_([scope.item, *load().descendants(scope.item)]))


def _for(query: Any, scope: Extent) -> Any:
    """Of a query that joins needs: those of the committee, the association, the action."""
    if scope.committee_id is not None:
        query = query.where(col(Need.committee_id) == scope.committee_id)
    if scope.organisation_id is not None:
        theirs = sa.select(col(Committee.id)).where(col(Committee.organisation_id) == scope.organisation_id)
        query = query.where(col(Need.committee_id).in_(theirs))
    if scope.action_id is not None:
        query = query.where(col(Need.action_id) == scope.action_id)
    return query


def for_somebody(scope: Extent) -> bool:
    """Whether only what concerns some needs is counted: an offer is made to nobody in particular."""
    return (scope.committee_id, scope.organisation_id, scope.action_id) != (None, None, None)


def _offered(session: Session, scope: Extent) -> dict[str | None, int]:
    """Articles offered in the period, by item."""
    if for_somebody(scope):
        return {}
    query = (
        sa.select(col(OfferedItem.item), sa.func.count())
        .select_from(Offer)
        .join(OfferedItem, col(OfferedItem.offer_id) == col(Offer.id))
        .where(_during(col(Offer.created_at), scope), col(Offer.state).in_(OFFERED))
        .group_by(col(OfferedItem.item))
    )
    return dict(session.execute(_things(query, OfferedItem.item, scope)).all())


def _stages(session: Session, scope: Extent) -> dict[str | None, dict[str, int]]:
    """How far the same came: articles, by item."""
    both = col(Match.donor_answered_at).is_not(None) & col(Match.committee_answered_at).is_not(None)
    came = {
        "approved": col(Match.approved_at).is_not(None),
        "agreed": both & (col(Match.state) != MatchState.DECLINED),
        "received": (col(Match.state) == MatchState.COMPLETED) & (PIECES > 0),
    }
    article = col(OfferedItem.id)
    query = (
        sa.select(
            col(OfferedItem.item),
            sa.func.count(article.distinct()),
            *(sa.func.count(sa.case((so, article)).distinct()) for so in came.values()),
        )
        .select_from(Match)
        .join(OfferedItem, article == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(_during(col(Offer.created_at), scope), col(Offer.state).not_in(NOT_OFFERED))
        .group_by(col(OfferedItem.item))
    )
    found = session.execute(_for(_things(query, OfferedItem.item, scope), scope))
    return {item: dict(zip(STAGES[1:], counts, strict=True)) for item, *counts in found}


def _received(session: Session, scope: Extent) -> list[tuple[int, str | None, int]]:
    """(committee, item, pieces) of what came for the needs declared in the period."""
    query = (
        sa.select(col(Need.committee_id), col(Need.item), sa.func.sum(PIECES))
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .where(col(Match.state) == MatchState.COMPLETED, _during(col(Need.declared_at), scope), col(Need.state) != NeedState.WITHDRAWN)
        .group_by(col(Need.committee_id), col(Need.item))
    )  # fmt: skip
    return [
        (key, item, int(pieces))
        for key, item, pieces in session.execute(_for(_things(query, Need.item, scope), scope))
    ]


def _wanted(session: Session, scope: Extent, column: Any, received: Sequence[Any], at: int) -> list[Demand]:
    """What was asked for in the period and not withdrawn, by this column of needs; `at` is its place in `received`."""
    came: dict[Any, int] = {}
    for row in received:
        came[row[at]] = came.get(row[at], 0) + row[2]
    query = (
        sa.select(col(column), sa.func.sum(col(Need.quantity)))
        .where(_during(col(Need.declared_at), scope), col(Need.state) != NeedState.WITHDRAWN)
        .group_by(col(column))
    )
    found = session.execute(_for(_things(query, Need.item, scope), scope))
    return [Demand(key, int(asked), came.get(key, 0)) for key, asked in found]


def _hours(session: Session, scope: Extent) -> dict[str, float | None]:
    """The median hours of each leg, of what was approved in the period."""
    answered = sa.case(
        (col(Match.donor_answered_at) > col(Match.committee_answered_at), col(Match.donor_answered_at)),
        else_=col(Match.committee_answered_at),
    )
    came = sa.case((col(Match.state) == MatchState.COMPLETED, RECEIVED_AT))
    confirmed, approved = col(Offer.confirmed_at), col(Match.approved_at)
    between = ((confirmed, approved), (approved, answered), (answered, came), (confirmed, came))
    columns = [_hours_between(session, *pair).label(leg) for leg, pair in zip(LEGS, between, strict=True)]
    query = (
        sa.select(*columns)
        .select_from(Match)
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Offer, col(Offer.id) == col(OfferedItem.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(_during(approved, scope))
    )
    rows = _for(_things(query, OfferedItem.item, scope), scope).cte()
    each = sa.union_all(
        *(
            sa.select(sa.literal(leg).label("leg"), rows.c[leg].label("hours")).where(rows.c[leg] >= 0)
            for leg in LEGS
        )
    ).subquery()
    place = sa.func.row_number().over(partition_by=each.c.leg, order_by=each.c.hours)
    count = sa.func.count().over(partition_by=each.c.leg)
    placed = sa.select(each, place.label("place"), count.label("count")).subquery()
    middle = placed.c.place.in_([(placed.c.count + 1) // 2, (placed.c.count + 2) // 2])
    medians = session.execute(
        sa.select(placed.c.leg, sa.func.avg(placed.c.hours)).where(middle).group_by(placed.c.leg)
    )
    found = {leg: float(hours) for leg, hours in medians}
    return {leg: found.get(leg) for leg in LEGS}


def _hours_between(session: Session, earlier: Any, later_on: Any) -> sa.ColumnElement[float]:
    if session.get_bind().dialect.name == "sqlite":
        hours: Any = 24 * (
            sa.func.julianday(later_on, type_=sa.Float) - sa.func.julianday(earlier, type_=sa.Float)
        )
    else:
        hours = sa.func.extract("epoch", later_on - earlier) / 3600
    return sa.type_coerce(hours, sa.Float)


def _appointments(session: Session, scope: Extent) -> tuple[dict[Reason | None, int], int]:
    """Articles whose appointment came to nothing in the period, by the reason that was given; and those that came."""
    query: Any = (
        sa.select(col(Decision.reason), sa.func.count(col(Match.id).distinct()))
        .select_from(Decision)
        .join(Match, col(Match.id) == col(Decision.match_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .where(col(Decision.verb) == Verb.FAIL, _during(col(Decision.at), scope), col(Match.state) == MatchState.FAILED)
        .group_by(col(Decision.reason))
        .order_by(sa.func.count(col(Match.id).distinct()).desc())
    )  # fmt: skip
    missed = dict(session.execute(_for(_things(query, OfferedItem.item, scope), scope)).all())
    query = (
        sa.select(sa.func.count())
        .select_from(Match)
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(OfferedItem, col(OfferedItem.id) == col(Match.offered_item_id))
        .join(Handover, col(Handover.id) == col(Match.handover_id), isouter=True)
        .where(col(Match.state) == MatchState.COMPLETED, _during(RECEIVED_AT, scope))
    )
    return missed, session.scalar(_for(_things(query, OfferedItem.item, scope), scope)) or 0
