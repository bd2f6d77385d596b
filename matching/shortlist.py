"""The best flow over very many edges, from a shortlist of them.

The prices that the best flow over a shortlist leaves tell which of the other edges would better it. These are added until there
are none: the flow is then the best over all (after Gottschlich and Schuhmacher, "The Shortlist Method for Fast Computation of
the Earth Mover's Distance and Finding Optimal Solutions to Transportation Problems", 2014; there it is within a simplex
method, here around OR-Tools' flow). All figures are whole millionths.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.arrays import Bools, Ints, blocks, by_group, sampled, turns
from matching.flow import Problem, min_cost_flow

MANY, DENSE = 200_000, 60
"""Edges from which on there is a shortlist: in all, and for each offer or need."""
LARGEST = 1 << 50
"""Gains beyond which twice a price might not be exact."""
FEWEST, COVER, SAMPLE = 32, 3, 16
"""About so many edges of each row of the scarcer side are on it at first, and until they would fill the row so many times; read off
one edge in so many."""
MORE, ROUNDS, MOST = 8, 8, 32
"""So many edges an offer and a need are added at most at first, each time twice as many, before all are looked at once; chosen from
a sample of about so many times the offers and needs."""


@dataclass(frozen=True)
class Relaxed:
    """The best flow when everything may be split, units on each edge, its value, and the edges that tell its prices.

    Where it is not sought to the end, `value` is what no flow is worth more than.
    """

    problem: Problem
    flow: Ints
    value: int
    shortlist: Ints

    @cached_property
    def prices(self) -> Ints:
        """What a unit of each offer is worth in it."""
        return dual_prices(self.problem.some(self.shortlist), self.flow[self.shortlist])


def best_flow(problem: Problem, short: float = 0.0) -> Relaxed:
    """The best flow when everything may be split, or over very many edges one that is worth at most such a share less."""
    rows = len(problem.offered) + len(problem.asked)
    if len(problem) < max(MANY, DENSE * rows) or int(problem.gain.max()) > LARGEST:
        return _over_all(problem)
    chosen = _likely(problem)
    flow = np.zeros(len(problem), dtype=np.int64)
    for turn in range(ROUNDS):
        edges = np.flatnonzero(chosen)
        part = problem.some(edges)
        units, value = min_cost_flow(part)
        better, by = _bettering(problem, chosen, *twice_central(part, units))
        missing = min(
            _raised(by, problem.offer[better], problem.offered),
            _raised(by, problem.need[better], problem.asked),
        )
        if missing <= short * value:
            flow[edges] = units
            return Relaxed(problem, flow, value + missing, edges)
        if len(better) > MOST * rows:
            some = sampled(len(better), len(better) // (MOST * rows))
            better, by = better[some], by[some]
        by = _mixed(by, problem.offer[better], problem.need[better])
        for group in (problem.offer[better], problem.need[better]):
            order = by_group(group, by)
            chosen[better[order[turns(group[order]) < MORE << turn]]] = True
    return _over_all(problem)


def _raised(by: Ints, row: Ints, units: Ints) -> int:
    """What all units of one side are worth more at prices raised so that no edge gains beyond them: no better flow gains more."""
    raised = np.zeros(len(units), dtype=np.int64)
    np.maximum.at(raised, row, by)
    # In real numbers, which do not overflow, and halved, for these are twice what a unit gains.
    return int((raised.astype(np.float64) * units).sum() * 0.500001) + bool(len(by))


def _over_all(problem: Problem) -> Relaxed:
    flow, value = min_cost_flow(problem)
    return Relaxed(problem, flow, value, np.arange(len(problem)))


def _likely(problem: Problem) -> Bools:
    """The edges that gain most, of each need those that would fill it; or of each offer, where less is offered than asked."""
    sides = ((problem.offer, problem.offered), (problem.need, problem.asked))
    row, units = min(sides, key=lambda side: len(side[1]) * int(side[1].sum()))
    drawn = sampled(len(problem), SAMPLE)
    gain = _mixed(problem.gain[drawn], problem.offer[drawn], problem.need[drawn])
    order = by_group(row[drawn], gain)
    drawn, gain = drawn[order], gain[order]
    turn = turns(row[drawn])
    before = np.cumsum(problem.capacity[drawn]) - problem.capacity[drawn]
    before -= before[np.arange(len(drawn)) - turn]
    enough = (turn * SAMPLE >= FEWEST) & (before * SAMPLE >= COVER * units[row[drawn]])
    least = np.full(len(units), -1)
    np.maximum.at(least, row[drawn[enough]], gain[enough])
    likely = np.empty(len(problem), dtype=np.bool_)
    for some in blocks(len(problem)):
        likely[some] = _mixed(problem.gain[some], problem.offer[some], problem.need[some]) > least[row[some]]
    return likely


def _mixed(gain: Ints, offer: Ints, need: Ints) -> Ints:
    """Gains in their order, equal ones in another for each row: else every row would have the same shortlist."""
    return gain * 256 + (offer * 97 + need * 61 & 255)


def _bettering(problem: Problem, chosen: Bools, offers: Ints, needs: Ints) -> tuple[Ints, Ints]:
    """The edges not chosen by which a unit gains beyond these prices, and by how much; all of it twice."""
    found, by = [], []
    for some in blocks(len(problem)):
        gain = 2 * problem.gain[some] - offers[problem.offer[some]] - needs[problem.need[some]]
        better = np.flatnonzero((gain > 0) & ~chosen[some])
        found.append(better + some.start)
        by.append(gain[better])
    return np.concatenate(found), np.concatenate(by)


def dual_prices(problem: Problem, flow: Ints) -> Ints:
    """What a unit of each offer is worth in an optimal flow, halfway between the least and the most."""
    return twice_central(problem, flow)[0] // 2


def twice_central(problem: Problem, flow: Ints) -> tuple[Ints, Ints]:
    """Prices of offers and of needs halfway between the least and the greatest, twice: so they are whole."""
    least, greatest = (duals(problem, flow, of_offers=each) for each in (True, False))
    return least[0] + greatest[0], least[1] + greatest[1]


def duals(problem: Problem, flow: Ints, *, of_offers: bool) -> tuple[Ints, Ints]:
    """Prices of a unit of each offer and each need in an optimal flow, the least of offers or those of needs.

    A unit gains no more on any edge than its two prices together, and no less on a used one; what is left over has no price. The least
    prices of one side are those that this asks of it and the other's greatest leave: each is raised until all hold.
    """
    sides = (
        _Side(problem.offer, problem.given(flow) == problem.offered),
        _Side(problem.need, problem.received(flow) == problem.asked),
    )
    low, high = sides if of_offers else sides[::-1]
    open_, used = np.flatnonzero(flow < problem.capacity), np.flatnonzero(flow > 0)
    raised, lowered = _Sorted.of(high, low, open_, problem.gain), _Sorted.of(low, high, used, problem.gain)
    price = np.zeros(len(low.full), dtype=np.int64)
    other = np.where(high.full, int(problem.gain.max(initial=0)), 0)
    np.minimum.at(other, high.row[used], problem.gain[used])
    changed = np.arange(len(other))
    while len(changed):
        rows, least = raised.beyond(changed, other)
        before, price = price, price.copy()
        np.maximum.at(price, rows, least)
        rows, most = lowered.beyond(np.flatnonzero(price > before), price)
        before, other = other, other.copy()
        np.minimum.at(other, rows, most)
        changed = np.flatnonzero(other < before)
    return (price, other) if of_offers else (other, price)


@dataclass(frozen=True)
class _Side:
    """Offers or needs: that of each edge, and which have nothing left."""

    row: Ints
    full: Bools


@dataclass(frozen=True)
class _Sorted:
    """Some edges, sorted by the row of one side."""

    first: Ints
    other: Ints
    gain: Ints

    @staticmethod
    def of(side: _Side, other: _Side, edges: Ints, gain: Ints) -> "_Sorted":
        edges = edges[np.argsort(side.row[edges], kind="stable")]
        first = np.searchsorted(side.row[edges], np.arange(len(side.full) + 1))
        return _Sorted(first, other.row[edges], gain[edges])

    def beyond(self, rows: Ints, price: Ints) -> tuple[Ints, Ints]:
        """For each edge of these rows that of the other side, and what a unit gains beyond the row's price."""
        counts = self.first[rows + 1] - self.first[rows]
        edges = np.arange(int(counts.sum())) + np.repeat(
            self.first[rows] - np.cumsum(counts) + counts, counts
        )
        return self.other[edges], self.gain[edges] - np.repeat(price[rows], counts)
