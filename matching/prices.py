"""A closer bound where lots do not fill needs: every offer gets a price, each need buys the best it can hold.

Lagrangian relaxation of what offers hold (Fisher, "The Lagrangian Relaxation Method for Solving Integer Programming
Problems", 1981): whatever the prices, what the offers are worth at them and what each need gains beyond them, bought in whole
lots, add up to no less than the best plan. What a need buys is a knapsack, solved by dynamic programming over the few sizes
that lots have (Martello and Toth, "Knapsack Problems", 1990): of each size only so many of the best as fit are looked at.
A need larger than the grid is measured in coarser units, lots rounded down, and a lot small beside its need may be split there:
either can only raise the bound. All figures are whole millionths.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.arrays import Floats, Ints, by_group, turns
from matching.flow import Problem

GRIDS = (1024, 256, 64)
"""Units in which a need is measured at most: the first for which the tables stay within CELLS, else the last."""
CELLS = 10_000_000
SPLIT = 32
"""A lot of which so many fit into a need may be split there."""
STEP, HABIT = 0.1, 0.8
"""How far prices go at first, in shares of Polyak's step; how much of a direction comes from those before."""
PATIENCE, NOTABLE = 15, 50_000
"""Steps are halved after so many rounds that did not lower the bound by one part in NOTABLE."""


@dataclass(frozen=True)
class Bought:
    """What needs buy at some prices: the bound that follows, units of each edge, and what each need gains beyond them.

    `table` tells what lots alone gain a need in so many units of its grid, `tail` what the rest of it gains.
    """

    bound: int
    units: Ints
    gained: Ints
    table: Ints
    tail: Ints


@dataclass(frozen=True)
class _Item:
    """The edges by which needs, the widest first, may have their next best lot of a size; gains are 0 where there is none."""

    size: int
    gain: Ints
    edge: Ints


@dataclass(frozen=True)
class Market:
    """The relaxation of one problem."""

    problem: Problem
    lots: Ints
    loose: Ints
    grid: int

    @classmethod
    def of(cls, problem: Problem) -> "Market":
        """On the finest grid that keeps the tables small."""
        size, asked = problem.offered[problem.offer], problem.asked[problem.need]
        whole = problem.lot[problem.offer] & (size * SPLIT > asked) & (size <= asked)
        lots, loose = np.flatnonzero(whole), np.flatnonzero(~whole)
        for grid in GRIDS:
            market = cls(problem, lots, loose, grid)
            if market.cells <= CELLS:
                break
        return market

    @cached_property
    def width(self) -> Ints:
        """Units of its grid that each need holds."""
        return np.minimum(self.problem.asked, self.grid)

    @cached_property
    def order(self) -> Ints:
        """The needs that lots may go to, the widest first."""
        needs = np.flatnonzero(np.bincount(self.problem.need[self.lots], minlength=len(self.problem.asked)))
        return needs[np.argsort(-self.width[needs], kind="stable")]

    @cached_property
    def place(self) -> Ints:
        """Of each edge of a lot, where its need stands in that order."""
        place = np.zeros(len(self.problem.asked), dtype=np.int64)
        place[self.order] = np.arange(len(self.order))
        return place[self.problem.need[self.lots]]

    @cached_property
    def size(self) -> Ints:
        """Of each edge of a lot, the units of its need's grid that it takes at least."""
        problem, need = self.problem, self.problem.need[self.lots]
        return problem.offered[problem.offer[self.lots]] * self.width[need] // problem.asked[need]

    @cached_property
    def segment(self) -> Ints:
        """One number for the need and the size of each edge of a lot."""
        return self.place * (self.grid + 1) + self.size

    @cached_property
    def layers(self) -> Ints:
        """Of each edge of a lot, how many of its size its need holds."""
        layers: Ints = self.width[self.problem.need[self.lots]] // self.size
        return layers

    @cached_property
    def cells(self) -> int:
        """Entries that the tables have at most."""
        segment = np.sort(self.segment)
        place, size = np.divmod(segment, self.grid + 1)
        layer = turns(segment) + 1
        fits = layer * size <= self.width[self.order][place]
        deepest = np.zeros(self.grid + 1, dtype=np.int64)
        np.maximum.at(deepest, size[fits], layer[fits])
        return int(deepest.sum()) * len(self.order) * int(self.width[self.order].max(initial=0))

    @property
    def work(self) -> int:
        """What it takes to find out what needs buy: entries of tables, and edges, each of which takes as long as twenty of them."""
        return self.cells + 20 * len(self.problem)

    @cached_property
    def room(self) -> Ints:
        """What is left of each need, in that order, when so many units of its grid are filled."""
        asked, width = self.problem.asked[self.order], self.width[self.order]
        filled = np.arange(int(width.max(initial=0)) + 1)
        return np.maximum(asked[:, None] - -(-filled * asked[:, None] // width[:, None]), 0)

    def at(self, prices: Ints) -> Bought:
        """What needs buy at these prices, none of which is below 0."""
        problem = self.problem
        reduced = problem.gain - prices[problem.offer]
        items = self._items(reduced[self.lots] * problem.offered[problem.offer[self.lots]])
        width = self.width[self.order]
        table: Ints = np.zeros(self.room.shape, dtype=np.int64)
        taken = []
        for item in items:
            rows = table[: len(item.gain)]
            with_it = rows[:, : -item.size] + item.gain[:, None]
            taken.append(with_it > rows[:, item.size :])
            np.maximum(rows[:, item.size :], with_it, out=rows[:, item.size :])
        split = Split.of(problem, self.loose, reduced)
        gained = split.gain(np.arange(len(problem.asked)), problem.asked)
        tail: Ints = split.gain(np.repeat(self.order, table.shape[1]), self.room.ravel()).reshape(table.shape)
        tail[np.arange(table.shape[1])[None, :] > width[:, None]] = -1 << 62
        gains = table + tail
        filled = gains.argmax(axis=1)
        gained[self.order] = gains[np.arange(len(filled)), filled]
        space = problem.asked.copy()
        space[self.order] = self.room[np.arange(len(filled)), filled]
        units = split.units(space)
        for item, better in zip(reversed(items), reversed(taken), strict=True):
            at = np.flatnonzero(filled[: len(item.gain)] >= item.size)
            at = at[better[at, filled[at] - item.size]]
            filled[at] -= item.size
            units[item.edge[at]] = problem.offered[problem.offer[item.edge[at]]]
        bound = int((prices * problem.offered).sum()) + int(gained.sum())
        return Bought(bound, units, gained, table, tail)

    def limits(self, prices: Ints) -> Ints:
        """For each edge what no plan that uses it is worth more than; lots alone, the bound for all else."""
        problem, bought = self.problem, self.at(prices)
        edge_gain = (problem.gain - prices[problem.offer])[self.lots] * problem.offered[
            problem.offer[self.lots]
        ]
        limits = np.full(len(problem), bought.bound)
        for size in np.unique(self.size).tolist():
            of_size = np.flatnonzero(self.size == size)
            rest = (bought.table[:, : bought.table.shape[1] - size] + bought.tail[:, size:]).max(axis=1)
            missed = bought.gained[self.order] - rest
            limits[self.lots[of_size]] -= missed[self.place[of_size]] - edge_gain[of_size]
        return limits

    def _items(self, gain: Ints) -> list[_Item]:
        """For each size and each turn the best lot of that size left to each need, if it gains anything."""
        chosen = np.flatnonzero(gain > 0)
        segment = self.segment[chosen]
        order = by_group(segment, gain[chosen])
        chosen, turn = chosen[order], turns(segment[order])
        fits = turn < self.layers[chosen]
        chosen, turn = chosen[fits], turn[fits]
        group = self.size[chosen] * (int(turn.max(initial=0)) + 1) + turn
        chosen = chosen[np.argsort(group, kind="stable")]
        group.sort()
        starts = np.flatnonzero(np.diff(group, prepend=-1))
        items = []
        for members in np.split(chosen, starts[1:]) if len(chosen) else []:
            at = self.place[members]
            gains, edges = np.zeros((2, int(at.max()) + 1), dtype=np.int64)
            gains[at], edges[at] = gain[members], self.lots[members]
            items.append(_Item(int(self.size[members[0]]), gains, edges))
        return items


@dataclass(frozen=True)
class Split:
    """Units that can be split, by need, those that gain most first: `before` is how many come before, `worth` what they gain."""

    edge: Ints
    gains: Ints
    room: Ints
    before: Ints
    worth: Ints
    first: Ints
    problem: Problem

    @staticmethod
    def of(problem: Problem, loose: Ints, reduced: Ints) -> "Split":
        chosen = loose[reduced[loose] > 0]
        edge = chosen[by_group(problem.need[chosen], reduced[chosen])]
        need, room, gains = problem.need[edge], problem.capacity[edge], reduced[edge]
        first = np.searchsorted(need, np.arange(len(problem.asked) + 1))
        start = first[need]
        before, worth = np.cumsum(room) - room, np.cumsum(room * gains) - room * gains
        if len(edge):
            before, worth = before - before[start], worth - worth[start]
        return Split(edge, gains, room, before, worth, first, problem)

    @cached_property
    def _far(self) -> int:
        """More units than any need has to do with."""
        return int(max(self.before.max(initial=0), self.problem.asked.max())) + 1

    @cached_property
    def _starts(self) -> Ints:
        """Need and units before in one number, in order."""
        starts: Ints = self.problem.need[self.edge] * self._far + self.before
        return starts

    def gain(self, need: Ints, space: Ints) -> Ints:
        """What each of these needs gains from so many units at most."""
        if not len(self.edge):
            return np.zeros(len(need), dtype=np.int64)
        last = np.searchsorted(self._starts, need * self._far + space, side="right") - 1
        there = last >= self.first[need]
        used = np.minimum(self.room[last], space - self.before[last])
        return np.where(there, self.worth[last] + used * self.gains[last], 0)

    def units(self, space: Ints) -> Ints:
        """Units of each edge of the problem when each need has so much space for them."""
        units = np.zeros(len(self.problem), dtype=np.int64)
        units[self.edge] = np.clip(space[self.problem.need[self.edge]] - self.before, 0, self.room)
        return units


@dataclass(frozen=True)
class Haggled:
    """The least bound found, the prices that give it, and what was bought at them."""

    bound: int
    prices: Ints
    bought: Bought


def haggle(market: Market, prices: Ints, aim: int, rounds: int, alike: Ints) -> Haggled:
    """Follow what is asked for too often, from some prices on, towards a bound of `aim` (what some plan may be worth).

    Offers that have a number of `alike` in common keep one price in common.

    Steps are Polyak's, along the mean of the last directions (Camerini, Fratta and Maffioli, "On Improving Relaxation Methods
    by Modified Gradient Techniques", 1975).
    """
    problem = market.problem
    bought = market.at(prices)
    best = Haggled(bought.bound, prices, bought)
    direction = np.zeros(len(problem.offered))
    scale, since, dearest = STEP, 0, int(problem.gain.max(initial=0))
    for _ in range(rounds):
        slack = (problem.offered - problem.given(bought.units)).astype(np.float64)
        slack[(slack > 0) & (prices == 0)] = 0
        slack = _evened(slack, alike)
        direction = HABIT * direction + (1 - HABIT) * slack
        # Not `@`: what libraries of linear algebra add up depends on the processor in the last bit.
        norm = float(np.square(direction).sum())
        if norm == 0 or best.bound <= aim:
            break
        step = scale * (bought.bound - aim) / norm
        prices = np.clip(np.rint(prices - step * direction), 0, dearest).astype(np.int64)
        bought = market.at(prices)
        since = 0 if bought.bound < best.bound - best.bound // NOTABLE else since + 1
        if bought.bound < best.bound:
            best = Haggled(bought.bound, prices, bought)
        if since and since % PATIENCE == 0:
            scale /= 2
            if since >= 4 * PATIENCE:
                break
    return best


def offers_alike(problem: Problem) -> Ints:
    """Offers that nothing tells apart have the same number (others hardly ever): they have the same price."""
    mixed = np.uint64(0x9E3779B97F4A7C15)
    key = (problem.need.astype(np.uint64) + np.uint64(1)) * mixed ^ (
        problem.gain.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
    )
    key ^= key >> np.uint64(29)
    key *= mixed
    total = np.zeros(len(problem.offered), dtype=np.uint64)
    np.add.at(total, problem.offer, key)
    total += problem.offered.astype(np.uint64) * mixed
    found: Ints = np.unique(total, return_inverse=True)[1]
    return found


def _evened(values: Floats, alike: Ints) -> Floats:
    evened: Floats = (np.bincount(alike, weights=values) / np.bincount(alike))[alike]
    return evened
