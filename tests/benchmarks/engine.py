"""The planner's figures: how good, how quick, how large, how calm, how fair. Times are seconds of processor.

The territory is a square of places drawn evenly, things drawn evenly among so many items of the catalogue, and committees
that collect within 30 km; its side is such that an offer is within reach of some fifty needs. Every offer of an item
may reach every need of it through others, so that there are about as many components as items: 40, unless said below.

- **optimal**: value over proven bound, the least over 100 small random instances with everything that a plan may hold and
  one of 50,000 × 20,000; with whole lots one of 20,000 × 8,000, three offers in ten of which are lots.
- **speed.over_raw**: the engine's candidates, solution and pairings with reasons over OR-Tools' SimpleMinCostFlow given all of
  the same arcs at once, 50,000 × 20,000 × 50; `.one_component` 20,000 × 8,000 × 50 where all things are one item, so that nothing
  can be taken apart; `.misses` with the nearest misses of every need and offer left over, which are else worked out when read.
- **speed.worn**: finding the candidates where every offer is too worn, over finding them where all suit, 50,000 × 20,000 × 50.
- **speed.growth**, **.raw_growth**: the exponents by which the two grow from 10,000 × 4,000 to 50,000 × 20,000.
- **speed.one_more_offer**: planning again with one more offer over the full plan, 50,000 × 20,000 × 50 in 360 components;
  the whole lists are given again, and compared. The median of 9 offers, each like the others.
- **memory.bytes_per_pair**: peak memory of planning 50,000 × 20,000, the rows themselves aside, over its permitted pairs.
- **calm.changed**: of 200 proposals on the board, how many change when one offer arrives, the mean of 50 arrivals, each to
  the same board; `.changed_without` where a kept unit earns nothing.
- **fair.spread**: the Gini coefficient of what committees received over what they asked, after 26 weekly plans of a scarce
  supply near half of them; `.spread_without` where fairness weighs nothing, `.spread_turns` with the dial at "each in turn".

Every plan is verified from scratch (`matching.check`) once the clock has stopped; of the 9 of speed.one_more_offer, the last.
"""

import resource
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from math import log, pi
from multiprocessing import get_context
from statistics import mean, median
from time import process_time
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np
from hypothesis import HealthCheck, given, settings

from matching import (
    Condition,
    Kept,
    Need,
    Offer,
    Place,
    Plan,
    Planner,
    Urgency,
    Weights,
    allocation,
    candidates,
    check,
    flow,
    plan,
    solving,
)
from matching.columns import by_id, columns_of
from matching.items import load
from matching.rules import Situation
from matching.task import Task
from tests.matching.instances import Instance, instances

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
REACH_KM = 30.0
ARCS = 50
COMMITTEES = 1_250
_DEGREE_KM = 111.195
_SOUTH, _WEST = 44.0, 2.0

T = TypeVar("T")
Rows = tuple[list[Offer], list[Need]]


def figures() -> Iterator[tuple[str, float | int]]:
    """Every figure, as it is measured."""
    small, large = (_apart(_measure, each, 40) for each in (10_000, 50_000))
    yield "optimal.divisible", min(_least(lots=False), large.over_bound)
    yield "optimal.whole_lots", min(_least(lots=True), _apart(_value_over_bound, 0.3))
    yield "speed.over_raw", large.engine / large.raw
    yield "speed.over_raw.misses", (large.engine + large.misses) / large.raw
    one = _apart(_measure, 20_000, 1)
    yield "speed.over_raw.one_component", one.engine / one.raw
    yield "speed.worn", _apart(_worn)
    yield "speed.growth", log(large.engine / small.engine) / log(5)
    yield "speed.raw_growth", log(large.raw / small.raw) / log(5)
    yield "speed.one_more_offer", _apart(_one_more_offer)
    yield "memory.bytes_per_pair", large.peak / large.pairs
    yield "calm.changed", _changed(Weights())
    yield "calm.changed_without", _changed(Weights(calm=0))
    yield "fair.spread", _spread(Weights())
    yield "fair.spread_without", _spread(Weights(fairness=0))
    yield "fair.spread_turns", _spread(Weights(turns=1))


def _apart(function: Callable[..., T], *arguments: Any) -> T:
    """Call in a process of its own, which starts with no memory used and gives back what it used."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _timed(function: Callable[[], T]) -> tuple[T, float]:
    started = process_time()
    result = function()
    return result, process_time() - started


def territory(offers: int, items: int, *, lots: float = 0.0, seed: int = 1) -> Rows:
    """So many offers, and two needs for five of them; `lots` is the share of offers that cannot be split."""
    random, needs = np.random.default_rng(seed), offers * 2 // 5
    catalogue = load()
    slugs = [slug for slug, item in catalogue.items() if item.handled and not catalogue.children(slug)][
        :items
    ]
    side = REACH_KM / _DEGREE_KM / _share_of_side(ARCS * items / needs)

    def places(count: int) -> Iterator[Place]:
        north, east = random.random(count) * side, random.random(count) * side
        widened = np.cos(np.radians(_SOUTH + north))
        for latitude, longitude in zip(
            (_SOUTH + north).tolist(), (_WEST + east / widened).tolist(), strict=True
        ):
            yield Place(latitude, longitude)

    offered = zip(
        _drawn(random, range(1, 11), offers),
        _drawn(random, slugs, offers),
        places(offers),
        _drawn(random, (Condition.VERY_GOOD, Condition.GOOD, Condition.FAIR), offers),
        random.random(offers).tolist(),
        strict=True,
    )
    given = [
        Offer(f"o{at:06}", quantity, item=item, place=place, condition=condition, divisible=share >= lots)
        for at, (quantity, item, place, condition, share) in enumerate(offered)
    ]
    asked = zip(
        _drawn(random, range(1, 21), needs),
        _drawn(random, slugs, needs),
        places(needs),
        _drawn(random, list(Urgency), needs),
        _drawn(random, range(90), needs),
        strict=True,
    )
    return given, [
        Need(
            f"n{at:06}",
            quantity,
            item=item,
            place=place,
            urgency=urgency,
            committee=f"c{at % COMMITTEES}",
            declared_at=NOW - timedelta(days=days),
            collects_km=REACH_KM,
        )
        for at, (quantity, item, place, urgency, days) in enumerate(asked)
    ]


def _drawn(random: np.random.Generator, values: Sequence[T], count: int) -> Iterator[T]:
    return (values[at] for at in random.integers(0, len(values), count).tolist())


def _share_of_side(chance: float) -> float:
    """The reach, in sides of a square, within which two points drawn in the square are with that chance."""
    low, high = 0.0, 1.0
    while high - low > 1e-9:
        x = (low + high) / 2
        low, high = (x, high) if pi * x**2 - 8 / 3 * x**3 + x**4 / 2 < chance else (low, x)
    return high


@dataclass(frozen=True)
class _Measured:
    """Seconds of the engine, of the raw solver and of telling every nearest miss; peak memory in bytes."""

    engine: float
    raw: float
    misses: float
    pairs: int
    peak: int
    over_bound: float


def _measure(offers: int, items: int) -> _Measured:
    rows = territory(offers, items)
    _warm()
    before = _peak()
    found, engine = _timed(lambda: plan(*rows, now=NOW))
    peak = _peak() - before
    problem = _problem(rows)
    (_, best), raw = _timed(lambda: flow.min_cost_flow(problem))
    assert best == round(found.bound * 1e6)
    _, misses = _timed(
        lambda: [len(each.nearest_misses) for side in (found.unmet, found.unplaced) for each in side]
    )
    check(found, *rows, now=NOW)
    return _Measured(engine, raw, misses, found.pairs, peak, _ratio(found))


def _warm() -> None:
    """Import the solver, which is the price of the first plan of a process."""
    flow.min_cost_flow(_problem(territory(100, 1)))


def _problem(rows: Rows) -> flow.Problem:
    """All arcs of a plan, as the engine weighs them, before they are taken apart."""
    caught: list[flow.Problem] = []

    def catch(problem: flow.Problem, *_: Any, **__: Any) -> allocation.Allocation:
        caught.append(problem)
        nothing = np.zeros(len(problem), dtype=np.int64)
        return allocation.Allocation(nothing, nothing, {}, {})

    with patch.object(solving, "allocate", catch):
        plan(*rows, now=NOW)
    return caught[0]


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _value_over_bound(lots: float) -> float:
    rows = territory(20_000, 40, lots=lots)
    return _ratio(_verified(plan(*rows, now=NOW), rows, now=NOW))


def _verified(found: Plan, rows: Rows, **arguments: Any) -> Plan:
    check(found, *rows, **arguments)
    return found


def _ratio(found: Plan) -> float:
    return found.value / found.bound if found.bound else 1.0


def _least(*, lots: bool) -> float:
    """The least value over bound of 100 small instances."""
    ratios: list[float] = []

    @given(instances(most=12, lots=lots))
    @settings(
        max_examples=100,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def plan_one(instance: Instance) -> None:
        rows = list(instance.offers), list(instance.needs)
        ratios.append(_ratio(_verified(plan(*rows, **instance.arguments), rows, **instance.arguments)))

    plan_one()
    return min(ratios)


def _worn() -> float:
    """Finding no candidate among pairs too worn, over finding every pair."""
    (offers, needs), catalogue = territory(50_000, 40), load()
    task = Task(Situation(NOW, catalogue), Weights())
    spent = []
    for condition in (Condition.GOOD, Condition.FOR_PARTS):
        rows = [replace(row, condition=condition) for row in offers]
        columns = columns_of(by_id(rows), by_id(needs), task)
        arcs, seconds = _timed(partial(candidates.find, *columns, task.situation))
        assert (len(arcs) > 0) == (condition is Condition.GOOD)
        spent.append(seconds)
    return spent[1] / spent[0]


def _one_more_offer() -> float:
    """Planning again over planning all."""
    (offers, needs), planner = territory(50_000, 360), Planner()
    _warm()
    _, full = _timed(lambda: planner.plan(offers, needs, now=NOW))
    late = [replace(row, id=f"late-{row.id}") for row in territory(50_000, 360, seed=2)[0][:9]]
    spent = []
    for row in late:
        offers.append(row)
        found, seconds = _timed(lambda: planner.plan(offers, needs, now=NOW))
        spent.append(seconds)
    check(found, offers, needs, now=NOW)
    return median(spent) / full


def _changed(weights: Weights) -> float:
    """Proposals of 200 that one more offer changes, on average."""
    offers, needs = territory(600, 4, seed=3)
    board = plan(offers, needs, now=NOW, weights=weights).pairings[:200]
    assert len(board) == 200
    given, asked = {each.offer for each in board}, {each.need for each in board}
    offers = [row for row in offers if row.id in given]
    needs = [row for row in needs if row.id in asked]
    kept = [Kept(each.offer, each.need, each.quantity) for each in board]
    # The board as it stands once nothing moves any more: what is left over was proposed before.
    known: dict[str, Any] = {"now": NOW, "weights": weights, "kept": kept}
    board = _verified(plan(offers, needs, **known), (offers, needs), **known).pairings
    kept = known["kept"] = [Kept(each.offer, each.need, each.quantity) for each in board]
    before = {(each.offer, each.need, each.quantity) for each in board}
    changes = []
    for late in territory(600, 4, seed=4)[0][:50]:
        more = [*offers, replace(late, id="late")]
        after = _verified(plan(more, needs, **known), (more, needs), **known)
        changes.append(len(before - {(each.offer, each.need, each.quantity) for each in after.pairings}))
    return mean(changes) * 200 / len(before)


def _spread(weights: Weights) -> float:
    """Gini coefficient of committees' shares after 26 weeks; half of them live near the donors, half 15 km away."""
    random = np.random.default_rng(5)
    near, far = Place(45.59, 4.77), Place(45.725, 4.77)
    committees = [f"c{at:02}" for at in range(20)]
    asked: dict[str, int] = dict.fromkeys(committees, 0)
    got: dict[str, list[int]] = {name: [] for name in committees}
    open_needs: list[Need] = []
    for week in range(26):
        now = NOW + timedelta(weeks=week)
        for at, name in enumerate(committees):
            quantity = int(random.integers(1, 6))
            asked[name] += quantity
            place = near if at % 2 else far
            open_needs.append(
                Need(
                    f"{week:02}-{name}", quantity, item="chaise", place=place, committee=name, declared_at=now
                )
            )
        offers = [
            Offer(f"{week:02}-{at:02}", int(random.integers(1, 4)), item="chaise", place=near)
            for at in range(10)
        ]
        received = {name: float(sum(units[-13:])) for name, units in got.items()}
        known: dict[str, Any] = {"now": now, "weights": weights, "received": received}
        found = _verified(plan(offers, open_needs, **known), (offers, open_needs), **known)
        given: dict[str, int] = {}
        for pairing in found.pairings:
            given[pairing.need] = given.get(pairing.need, 0) + pairing.quantity
        for name in committees:
            got[name].append(sum(given.get(row.id, 0) for row in open_needs if row.committee == name))
        open_needs = [
            replace(row, quantity=left) for row in open_needs if (left := row.quantity - given.get(row.id, 0))
        ]
    return gini([sum(got[name]) / asked[name] for name in committees])


def gini(shares: Sequence[float]) -> float:
    """0 where all shares are equal, towards 1 where one has all."""
    values = np.sort(np.asarray(shares, dtype=np.float64))
    ranks = np.arange(1, len(values) + 1)
    return float(((2 * ranks - len(values) - 1) * values).sum() / (len(values) * values.sum()))
