"""How good a permitted pair is, part by part, and what a unit of it adds to the plan's value.

The formulas use additions, products, quotients, minima and floors only, so that one float and a whole column of
them give the same figures to the last bit: candidates score columns, replay scores one pair.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import floor
from typing import Any

from matching.items import Catalogue
from matching.rules import Relation, relation
from matching.stated import condition_of
from matching.types import Condition, Need, Offer, Parts, PlanError, Urgency, Weights

MICRO = 1_000_000
"""Worths are whole numbers of millionths, so that sums are exact and the optimum is a proof."""

RELATION_FIT = {Relation.NONE: 0.0, Relation.SUBSTITUTE: 0.6, Relation.NARROWER: 0.9, Relation.SAME: 1.0}
CONDITION_FIT = {
    Condition.NEW: 1.0,
    Condition.VERY_GOOD: 1.0,
    Condition.GOOD: 1.0,
    Condition.FAIR: 0.85,
    Condition.FOR_PARTS: 0.5,
}
URGENCY_BASE = {Urgency.LOW: 0.2, Urgency.NORMAL: 0.4, Urgency.HIGH: 0.6, Urgency.CRITICAL: 0.8}
WAITING_BONUS = 0.2
"""What ninety days of waiting add to a need's urgency, one step of the scale: waiting alone overtakes no level."""
WAITING_DAYS = 90

TURNS = 0.95
"""The share of the score that is the fairness part alone where `turns` is 1. The rest tells equals apart, or a gift would cross the
country to one of two committees that had as little."""

# Formulas below hold for floats and for numpy columns alike, hence their loose type.
Figure = Any


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair's figures: parts and score from 0 to 1, and the worth of one unit in millionths."""

    parts: Parts
    score: float
    worth_micro: int


def fit(of_relation: Figure, of_condition: Figure, confidence: Figure) -> Figure:
    """How well the thing answers: relation, condition, and how surely both texts were recognised."""
    return of_relation * of_condition * confidence


def urgency(base: Figure, days: Figure) -> Figure:
    """How pressing: the level's base, and the days (capped by the caller at WAITING_DAYS) it has waited."""
    return base + WAITING_BONUS * days / WAITING_DAYS


def nearness(kilometres: Figure, half_km: float) -> Figure:
    """1 at the door, one half at `half_km`, towards 0 beyond."""
    return half_km / (half_km + kilometres)


def fairness(asked: Figure, received: Figure) -> Figure:
    """What a committee asks now over that and what it received lately: 1 when it received nothing."""
    return asked / (asked + received)


def wholeness(least: Figure, most: Figure) -> Figure:
    """The smaller of the two quantities over the larger: 1 when one handover empties the offer and fills the need."""
    return least / most


def combine(weights: Weights, parts: tuple[Figure, Figure, Figure, Figure, Figure]) -> Figure:
    """The score, 0 to 1: the weighted mean of fit, urgency, nearness, fairness and wholeness; the more so fairness alone the
    further `turns` is.
    """
    of_fit, of_urgency, of_nearness, of_fairness, of_wholeness = parts
    total = weights.fit + weights.urgency + weights.nearness + weights.fairness + weights.wholeness
    turns = TURNS * weights.turns
    if total == 0:
        return turns * of_fairness
    pair = weights.fit * of_fit + weights.nearness * of_nearness + weights.wholeness * of_wholeness
    need = weights.urgency * of_urgency + weights.fairness * of_fairness
    return (1 - turns) * ((pair + need) / total) + turns * of_fairness


def worth(
    weights: Weights, score: Figure, asked: Figure, least: Figure, waits: Figure, chance: Figure = 1.0
) -> Figure:
    """What one unit adds, in score: placing it, its score and its share of the need, as likely as it is; its share of the handover,
    what waiting is worth.
    """
    likely = 1.0 - weights.chance * (1.0 - chance)
    gain = weights.placing + score + weights.meeting / asked
    return likely * gain - weights.handover / least - waits


def first(weights: Weights) -> float:
    """What a unit for a committee that is due adds: more than any two others could together."""
    most = weights.placing + 1 + weights.calm + weights.meeting + weights.handover
    return 2 * (most + weights.patience)


def waiting_worth(offer: Offer, need: Need, weights: Weights, day: date) -> float:
    """What keeping a unit of the offer for a better place is worth; 0 for urgent needs and short availability."""
    if need.urgency.rank >= Urgency.HIGH.rank or weights.patience == 0:
        return 0.0
    return weights.patience * patience_left(offer, weights, day)


def patience_left(offer: Offer, weights: Weights, day: date) -> float:
    """The share of `patience_days` that the offer may still wait, 0 to 1; 0 when it ends before that."""
    left = days_left(offer, weights, day)
    if not left or (offer.available_until is not None and (offer.available_until - day).days < left):
        return 0.0
    return left / weights.patience_days


def days_left(offer: Offer, weights: Weights, day: date) -> int:
    """Days that the offer may still wait for a better place."""
    return max(0, weights.patience_days - days_waited(offer, day))


def ahead_left(offer: Offer, weights: Weights, day: date) -> int:
    """Days that the offer may still wait for what usually comes, where `ahead_days` limits that."""
    return max(0, weights.ahead_days - days_waited(offer, day))


def may_wait(offer: Offer, last: date | None, weights: Weights, day: date) -> bool:
    """Whether the offer may wait for what usually comes where it can be handed over until `last`, None being without end.

    After the wait there is a day left at least, or nobody could be found an appointment any more.
    """
    left = ahead_left(offer, weights, day)
    return not weights.ahead_days or 0 < left < ((last or date.max) - day).days


def days_waited(offer: Offer, day: date) -> int:
    """Whole days since the offer was made, 0 for one that is still to come."""
    since = offer.offered_at.date() if offer.offered_at else (offer.available_from or day)
    return max(0, (day - since).days)


def days_declared(need: Need, day: date) -> int:
    """Whole days since the need was declared, at most WAITING_DAYS."""
    return 0 if need.declared_at is None else min(WAITING_DAYS, max(0, (day - need.declared_at.date()).days))


def asked_by_committee(needs: Iterable[Need]) -> dict[str, int]:
    """Units that each committee asks for in these needs."""
    asked: dict[str, int] = {}
    for need in needs:
        if need.committee is not None:
            asked[need.committee] = asked.get(need.committee, 0) + need.quantity
    return asked


def need_fairness(need: Need, asked: Mapping[str, int], received: Mapping[str, float]) -> float:
    """The fairness part of every pairing of this need, to six decimals; `asked` comes from asked_by_committee."""
    if need.committee is None or not received.get(need.committee):
        return 1.0
    return round(float(fairness(asked[need.committee], received[need.committee])), 6)


def score_pair(
    offer: Offer,
    need: Need,
    *,
    weights: Weights,
    now: datetime,
    distance_km: float,
    fairness: float,
    catalogue: Catalogue,
    how: Relation | None = None,
    due: bool = False,
    chance: float | None = None,
) -> Scored:
    """Score a permitted pair from these values alone: the same values give the same figures, whenever.

    `distance_km` and `fairness` are those of the pairing (Pairing.distance_km, Pairing.parts.fairness): they are
    the only figures that depend on other rows. Quantities are those on the day of the plan. `how` is how the item answered
    then (rules.relation): None asks the catalogue, which may say otherwise by now. `due` says that the committee had been without
    anything for too long (Task.without), `chance` is that of success (Pairing.parts.chance): they change the worth, not the score.
    """
    if offer.item is None or need.item is None:
        raise PlanError("scoring needs both items")
    answers = relation(catalogue, offer.item, need.item) if how is None else how
    day = now.date()
    least, most = min(offer.quantity, need.quantity), max(offer.quantity, need.quantity)
    parts = (
        fit(
            RELATION_FIT[answers], CONDITION_FIT[condition_of(offer)], min(offer.confidence, need.confidence)
        ),
        urgency(URGENCY_BASE[need.urgency], days_declared(need, day)),
        nearness(distance_km, weights.half_km),
        fairness,
        wholeness(least, most),
    )
    score = combine(weights, parts)
    waits, likely = waiting_worth(offer, need, weights, day), 1.0 if chance is None else chance
    gain = worth(weights, score, need.quantity, least, waits, likely)
    gain += first(weights) * due
    told = Parts(*(round(part, 6) for part in parts))
    return Scored(
        told if chance is None else replace(told, chance=chance),
        round(float(score), 6),
        floor(gain * MICRO + 0.5),
    )
