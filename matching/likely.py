"""The edges of lots that prices make likely: where pairs are many, lots are settled among them alone."""

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Ints, blocks, by_group, sampled, turns
from matching.flow import Problem

AN_OFFER = 12
"""Edges an offer that are likely, whatever needs gain from others."""
STEPS = 16
"""Bits of a gain that tell which lots are likely."""
MANY, FEWEST, SAMPLE = 400_000, 32, 16
"""Edges of lots beyond which only the best of each group are put in order, about so many at least, read off one edge in so many."""


@dataclass(frozen=True)
class Likely:
    """Edges of lots in several orders, in each those of a group that gain most first; so many of each group are likely."""

    edges: Ints
    orders: list[tuple[Ints, Ints, int]]

    @staticmethod
    def of(problem: Problem, prices: Ints, most: int, lots: Bools | None = None) -> "Likely":
        """By what lots (all, or some of the offers) gain beyond these prices: so many a need, as many of all sizes, and some an offer."""
        lots = problem.lot if lots is None else lots
        edges = np.flatnonzero(lots[problem.offer])
        view = _View.of(problem, edges, prices, most)
        if len(edges) > MANY:
            edges = view.best(lots)
        gain, groups = view.at(edges)
        orders = [(by_group(group, gain), group, so_many) for group, so_many, _ in groups]
        return Likely(edges, [(order, group[order], so_many) for order, group, so_many in orders])

    def chosen(self, there: Bools) -> Ints:
        """The likely ones of those edges of the problem that are there."""
        there = there[self.edges]
        likely = np.zeros(len(there), dtype=np.bool_)
        for order, group, so_many in self.orders:
            at = there[order]
            order, group = order[at], group[at]
            likely[order[turns(group) < so_many]] = True
        return self.edges[likely]


@dataclass(frozen=True)
class _View:
    """How edges of lots are compared: what they gain beyond prices, in steps, and in which groups."""

    problem: Problem
    prices: Ints
    most: int
    least: int
    shift: int
    sizes: int
    size: Ints

    @staticmethod
    def of(problem: Problem, edges: Ints, prices: Ints, most: int) -> "_View":
        some = edges[:: len(edges) // MANY + 1]
        gain = problem.gain[some] - prices[problem.offer[some]]
        least = int(gain.min(initial=0))
        shift = max(0, (int(gain.max(initial=0)) - least).bit_length() - STEPS)
        sizes, size = np.unique(problem.offered * problem.lot, return_inverse=True)
        return _View(problem, prices, most, least, shift, len(sizes), size)

    def at(self, edges: Ints | slice) -> tuple[Ints, list[tuple[Ints, int, int]]]:
        """What edges gain, and each way to group them: the group of each, how many of a group are likely, how many groups there are."""
        offer, need = self.problem.offer[edges], self.problem.need[edges]
        gain = self.problem.gain[edges] - self.prices[offer]
        # In coarse steps, which sort in one number; and lots that they do not tell apart are not the same ones for all needs.
        gain = (gain - self.least >> self.shift) * 64 + (offer * 97 + need * 61 & 63)
        needs, of_each = len(self.problem.asked), self.most // max(self.sizes, 1)
        groups = [(need, self.most, needs), (offer, AN_OFFER, len(self.problem.offered))]
        if of_each:
            groups.append((need * self.sizes + self.size[offer], of_each, needs * self.sizes))
        return gain, groups

    def best(self, lot: Bools) -> Ints:
        """Those of some lots that may be likely, with some more: what gains less than so many of its groups is left out."""
        offer = self.problem.offer
        drawn = sampled(len(self.problem), SAMPLE)
        gain, groups = self.at(drawn[lot[offer[drawn]]])
        least = []
        for group, so_many, count in groups:
            order = by_group(group, gain)
            enough = order[turns(group[order]) * SAMPLE >= max(FEWEST, so_many)]
            least.append(np.full(count, -1 << 62))
            np.maximum.at(least[-1], group[enough], gain[enough])
        found = []
        for some in blocks(len(self.problem)):
            gain, groups = self.at(some)
            above = [gain >= floor[group] for (group, _, _), floor in zip(groups, least, strict=True)]
            found.append(np.flatnonzero(np.any(above, axis=0) & lot[offer[some]]) + some.start)
        return np.concatenate(found)
