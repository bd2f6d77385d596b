"""A closer bound where lots do not fill needs: every offer gets a dual price, each need buys the best it can hold.

Lagrangian relaxation of what offers hold (Fisher, "The Lagrangian Relaxation Method", 1981): whatever the prices, what the
offers are worth at them and what each need gains beyond them, bought in whole lots, add up to no less than the best plan.
Prices start at those of the flow and follow the units that are asked for too often. All figures are whole millionths.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Ints
from matching.flow import Problem

ROUNDS = 120
PATIENCE = 20
WORTH_MORE = 0.0005
"""Prices are left alone once so many rounds have lowered the bound by less than this share."""
_LARGEST = 20_000_000
"""Entries of the largest table: beyond, the flow's bound has to do."""


def lagrangian_bound(problem: Problem, relaxed: Ints, incumbent: int, bound: int) -> tuple[int, Bools]:
    """The least bound found, at most `bound`, and the edges that needs bought at prices near the best ones.

    `relaxed` is the optimal flow, `bound` its value, `incumbent` what some plan is worth.
    """
    relaxation = _Relaxation.of(problem)
    if relaxation is None:
        return bound, np.zeros(len(problem), dtype=np.bool_)
    prices = _dual_prices(problem, relaxed)
    promising: deque[Bools] = deque(maxlen=ROUNDS // 2)
    best, scale, before = bound, 1.0, bound
    for turn in range(1, ROUNDS + 1):
        total, bought = relaxation.solve(prices)
        promising.append(bought > 0)
        if turn % PATIENCE == 0:
            if before - best < WORTH_MORE * best:
                break
            before = best
        if total < best:
            best = total
        else:
            scale *= 0.95
        slack = problem.offered - problem.given(bought)
        slack[(slack > 0) & (prices == 0)] = 0
        norm = float(slack @ slack)
        if norm == 0:
            break
        step = scale * (total - incumbent) / norm
        prices = np.maximum(0, np.rint(prices - step * slack)).astype(np.int64)
    return max(best, incumbent), np.logical_or.reduce(promising)


def _dual_prices(problem: Problem, flow: Ints) -> Ints:
    """What a unit of each offer is worth in the optimal flow: the potentials of its residual network."""
    offers, needs = len(problem.offered), len(problem.asked)
    given, got = problem.given(flow), problem.received(flow)
    names, root = np.arange(offers + needs), offers + needs
    totals, limits = np.concatenate([given, got]), np.concatenate([problem.offered, problem.asked])
    out, back = np.flatnonzero(flow < problem.capacity), np.flatnonzero(flow > 0)
    free, used = np.flatnonzero(totals < limits), np.flatnonzero(totals > 0)
    # Value flows from the root through an offer and a need to the root again.
    into = np.concatenate([free[free < offers], used[used >= offers]])
    from_ = np.concatenate([used[used < offers], free[free >= offers]])
    tail = np.concatenate(
        [problem.offer[out], problem.need[back] + offers, np.full(len(into), root), names[from_]]
    )
    head = np.concatenate(
        [problem.need[out] + offers, problem.offer[back], names[into], np.full(len(from_), root)]
    )
    cost = np.concatenate(
        [-problem.gain[out], problem.gain[back], np.zeros(len(into) + len(from_), dtype=np.int64)]
    )
    potential = np.zeros(root + 1, dtype=np.int64)
    for _ in range(root + 1):
        nearer = potential.copy()
        np.minimum.at(nearer, head, potential[tail] + cost)
        if (nearer == potential).all():
            break
        potential = nearer
    prices: Ints = np.maximum(0, potential[:offers] - potential[root])
    return prices


@dataclass(frozen=True)
class _Relaxation:
    """Lots by need, in slots: the k-th lot within reach of each need; and the edges of what can be split."""

    problem: Problem
    slots: list[tuple[Ints, Ints]]
    loose: Ints

    @staticmethod
    def of(problem: Problem) -> "_Relaxation | None":
        """None where the tables would be too large."""
        lot = problem.lot[problem.offer]
        lots = np.flatnonzero(lot)
        lots = lots[np.argsort(problem.need[lots], kind="stable")]
        need = problem.need[lots]
        first = np.searchsorted(need, need)
        rank = np.arange(len(lots)) - first
        deepest = int(rank.max(initial=-1)) + 1
        if deepest * len(problem.asked) * (int(problem.asked.max(initial=0)) + 1) > _LARGEST:
            return None
        slots = [(lots[rank == at], need[rank == at]) for at in range(deepest)]
        return _Relaxation(problem, slots, np.flatnonzero(~lot))

    def solve(self, prices: Ints) -> tuple[int, Ints]:
        """The bound at these prices, and the units of each edge that needs would buy."""
        problem = self.problem
        room = np.arange(int(problem.asked.max()) + 1)
        reduced = problem.gain - prices[problem.offer]
        best = np.zeros((len(problem.asked), len(room)), dtype=np.int64)
        taken: list[Bools] = []
        for edges, needs in self.slots:
            units = problem.offered[problem.offer[edges]]
            left = room[None, :] - units[:, None]
            rows = best[needs]
            with_it = (
                np.take_along_axis(rows, np.maximum(left, 0), axis=1) + (reduced[edges] * units)[:, None]
            )
            better: Bools = (left >= 0) & (with_it > rows)
            best[needs] = np.where(better, with_it, rows)
            taken.append(better)
        split, marginal = self._split(reduced, len(room))
        after = np.maximum(problem.asked[:, None] - room[None, :], 0)
        gains = best + np.take_along_axis(split, after, axis=1)
        gains[room[None, :] > problem.asked[:, None]] = -1
        filled = gains.argmax(axis=1)
        total = int((prices * problem.offered).sum()) + int(gains.max(axis=1).sum())
        bought = np.zeros(len(problem), dtype=np.int64)
        self._bought_loose(bought, marginal, problem.asked - filled)
        for (edges, needs), better in zip(reversed(self.slots), reversed(taken), strict=True):
            units = np.where(
                better[np.arange(len(needs)), filled[needs]], problem.offered[problem.offer[edges]], 0
            )
            bought[edges] = units
            filled[needs] -= units
        return total, bought

    def _split(self, reduced: Ints, width: int) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
        """What each need gains from up to so many units that can be split, dearest first; and their order."""
        problem, loose = self.problem, self.loose[reduced[self.loose] > 0]
        order = loose[np.lexsort((loose, -reduced[loose], problem.need[loose]))]
        need, room = problem.need[order], problem.capacity[order]
        before = np.cumsum(room) - room
        if len(order):
            before = before - before[np.searchsorted(need, need)]
        units = np.clip(problem.asked[need] - before, 0, room)
        each = np.repeat(np.arange(len(order)), units)
        place = before[each] + np.arange(len(each)) - np.repeat(np.cumsum(units) - units, units)
        gain = np.zeros((len(problem.asked), width), dtype=np.int64)
        gain[need[each], place + 1] = reduced[order][each]
        return np.cumsum(gain, axis=1), (order, before, units)

    def _bought_loose(self, bought: Ints, loose: tuple[Ints, Ints, Ints], space: Ints) -> None:
        order, before, units = loose
        bought[order] = np.clip(space[self.problem.need[order]] - before, 0, units)
