"""Verifies a plan from scratch. Shares no code with the planner: only the types, the catalogue and the contract.

Every rule, distance, score and sum is worked out again here, one pairing at a time, in the plainest way.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from matching.items import Catalogue, load
from matching.pair_checks import PairCheck, demand
from matching.recognition import recognise, said_of
from matching.types import (
    Ahead,
    Barred,
    Chances,
    Condition,
    Kept,
    Lesson,
    Need,
    Offer,
    Pairing,
    Plan,
    Row,
    Said,
    Weights,
)

_AT_MOST = {
    **dict.fromkeys(
        set(Said) - {Said.INSULTING, Said.DAMAGED, Said.WORN, Said.NEW, Said.SEALED}, Condition.FOR_PARTS
    ),
    Said.DAMAGED: Condition.FAIR,
    Said.WORN: Condition.GOOD,
}
_DEFAULT = Weights()


def check(
    plan: Plan,
    offers: Sequence[Offer],
    needs: Sequence[Need],
    *,
    weights: Weights = _DEFAULT,
    now: datetime | None = None,
    kept: Iterable[Kept] = (),
    barred: Iterable[Barred] = (),
    received: Mapping[str, float] | None = None,
    distances: Mapping[tuple[str, str], float] | None = None,
    lessons: Sequence[Lesson] = (),
    room: Mapping[str, int] | None = None,
    since: Mapping[str, date] | None = None,
    chances: Chances | None = None,
    ahead: Ahead | None = None,
    catalogue: Catalogue | None = None,
) -> None:
    """Raise PlanError, saying which promise broke, unless the plan keeps them all. Arguments as given to plan().

    Without `now`, dates and what depends on days are not verified.
    """
    known = load() if catalogue is None else catalogue
    verify = _Check(
        {row.id: _read_offer(row, known) for row in offers},
        {row.id: _read(row, known) for row in needs},
        weights,
        None if now is None else now.date(),
        {(each.offer, each.need): each.quantity for each in kept},
        {(each.offer, each.need) for each in barred},
        received or {},
        distances,
        lessons,
        room or {},
        since or {},
        known,
        chances,
        ahead,
    )
    used = verify.quantities(plan.pairings)
    for pairing in plan.pairings:
        verify.pairing(pairing)
    verify.storage(plan.pairings)
    verify.totals(plan)
    verify.remainders(plan, used)


def _read(row: Row, catalogue: Catalogue) -> Row:
    if row.item is None:
        found = recognise(row.text, catalogue=catalogue)
        row = replace(row, item=found.item, confidence=found.confidence)
    return row


def _read_offer(row: Offer, catalogue: Catalogue) -> Offer:
    """With the condition that its own words leave of it."""
    offer = _read(row, catalogue)
    said = said_of(row.text, offer.item, catalogue=catalogue) if row.said is None else row.said
    worst = max([row.condition, *(_AT_MOST[each] for each in said if each in _AT_MOST)], key=_rank)
    # Of tens of thousands, most are as they were given.
    same = offer.said == said and offer.condition is worst
    return offer if same else replace(offer, said=said, condition=worst)


def _rank(condition: Condition) -> int:
    return condition.rank


class _Check(PairCheck):
    """The whole plan, beside each of its pairings."""

    def quantities(self, pairings: Sequence[Pairing]) -> Counter[tuple[str, str]]:
        """Units that each offer gives and each need gets."""
        used: Counter[tuple[str, str]] = Counter()
        seen: set[tuple[str, str]] = set()
        for pairing in pairings:
            pair, units = (pairing.offer, pairing.need), pairing.quantity
            demand(pairing.offer in self.offers, "unknown", pairing.offer, "no such offer")
            demand(pairing.need in self.needs, "unknown", pairing.need, "no such need")
            demand(pair not in seen, "duplicate", pair, "paired twice")
            seen.add(pair)
            demand(type(units) is int and units > 0, "quantity", pair, f"{units!r} units")
            used["offer", pairing.offer] += units
            used["need", pairing.need] += units
        for side, rows in (("offer", self.offers), ("need", self.needs)):
            for row in rows.values():
                units, limit = used[side, row.id], row.quantity
                demand(units <= limit, "over-allocated", f"{side} {row.id}", f"{units} of {limit}")
        return used

    def storage(self, pairings: Sequence[Pairing]) -> None:
        """No committee receives more large pieces than it has room for."""
        stored: Counter[str] = Counter()
        for pairing in pairings:
            offer, need = self.offers[pairing.offer], self.needs[pairing.need]
            size = offer.size or self.catalogue[offer.item or ""].size
            if size in ("large", "very_large"):
                stored[need.committee or ""] += pairing.quantity
        for committee, pieces in stored.items():
            limit = self.room.get(committee, pieces)
            demand(pieces <= limit, "room", f"committee {committee}", f"{pieces} large pieces of {limit}")

    def totals(self, plan: Plan) -> None:
        calm = self.weights.calm
        value = sum(each.worth * each.quantity + calm * each.kept for each in plan.pairings)
        slack = 1e-9 * max(1.0, abs(value)) + 1e-6 * sum(each.kept for each in plan.pairings)
        demand(abs(plan.value - value) <= slack, "value", plan.value, f"the pairings add up to {value}")
        demand(
            plan.bound >= plan.value - 1e-9 * max(1.0, plan.value), "bound", plan.bound, f"below {plan.value}"
        )
        demand(
            bool(self.room or plan.stopped_short) or plan.bound <= plan.value + 1e-9 * max(1.0, plan.value),
            "stopped_short",
            plan.bound,
            f"above {plan.value}, and no component says so",
        )
        version = self.chances.version if self.chances else ""
        demand(plan.chances_version == version, "chance", plan.chances_version, "of other chances")
        demand(
            plan.weights_version == self.weights.version, "weights", plan.weights_version, "of other weights"
        )
        order = [(each.offer, each.need) for each in plan.pairings]
        demand(order == sorted(order), "order", "pairings", "not sorted by offer and need")

    def remainders(self, plan: Plan, used: Counter[tuple[str, str]]) -> None:
        unplaced = {each.offer: each.remaining for each in plan.unplaced}
        unmet = {each.need: each.remaining for each in plan.unmet}
        for side, rows, promise, told in (
            ("need", self.needs.values(), "unmet", unmet),
            ("offer", self.offers.values(), "unplaced", unplaced),
        ):
            unread = sorted(row.id for row in rows if row.item is None)
            told_unread = sorted(each.id for each in plan.unrecognised if each.side == side)
            demand(unread == told_unread, "unrecognised", told_unread[:3], "not those without an item")
            left = {row.id: row.quantity - used[side, row.id] for row in rows if row.item is not None}
            apart = told.items() ^ {(name, units) for name, units in left.items() if units}
            demand(not apart, promise, sorted(apart)[:3], "remainders are wrong")
