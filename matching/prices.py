"""A closer bound where lots do not fill needs: every offer gets a price, and each need buys the best it can hold.

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


def haggle(part: Problem, relaxed: Ints, value: int, bound: int) -> tuple[int, Bools]:
    """The least bound found, at most `bound`, and the edges that needs bought at prices near the best ones.

    `relaxed` is the optimal flow, `value` what some plan is worth, `bound` the flow's value.
    """
    market = _Market.of(part)
    if market is None:
        return bound, np.zeros(len(part), dtype=np.bool_)
    prices = _prices_of(part, relaxed)
    wanted: deque[Bools] = deque(maxlen=ROUNDS // 2)
    best, pace, before = bound, 1.0, bound
    for turn in range(1, ROUNDS + 1):
        total, bought = market.buy(prices)
        wanted.append(bought > 0)
        if turn % PATIENCE == 0:
            if before - best < WORTH_MORE * best:
                break
            before = best
        if total < best:
            best = total
        else:
            pace *= 0.95
        excess = np.bincount(part.offer, weights=bought, minlength=len(part.offered)) - part.offered
        excess[(excess < 0) & (prices == 0)] = 0
        norm = float((excess**2).sum())
        if norm == 0:
            break
        step = pace * (total - value) / norm
        prices = np.maximum(0, np.rint(prices + step * excess)).astype(np.int64)
    return max(best, value), np.logical_or.reduce(wanted)


def _prices_of(part: Problem, flow: Ints) -> Ints:
    """What a unit of each offer is worth in the optimal flow: potentials of its residual network."""
    offers, needs = len(part.offered), len(part.asked)
    given = np.bincount(part.offer, weights=flow, minlength=offers)
    got = np.bincount(part.need, weights=flow, minlength=needs)
    names, root = np.arange(offers + needs), offers + needs
    totals, limits = np.concatenate([given, got]), np.concatenate([part.offered, part.asked])
    out, back = np.flatnonzero(flow < part.capacity), np.flatnonzero(flow > 0)
    free, used = np.flatnonzero(totals < limits), np.flatnonzero(totals > 0)
    # Value flows from the root through an offer and a need to the root again.
    into = np.concatenate([free[free < offers], used[used >= offers]])
    from_ = np.concatenate([used[used < offers], free[free >= offers]])
    tail = np.concatenate([part.offer[out], part.need[back] + offers, np.full(len(into), root), names[from_]])
    head = np.concatenate([part.need[out] + offers, part.offer[back], names[into], np.full(len(from_), root)])
    cost = np.concatenate(
        [-part.gain[out], part.gain[back], np.zeros(len(into) + len(from_), dtype=np.int64)]
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
class _Market:
    """Lots by need, in slots: the k-th lot within reach of each need; and the edges of what can be split."""

    part: Problem
    slots: list[tuple[Ints, Ints]]
    loose: Ints

    @staticmethod
    def of(part: Problem) -> "_Market | None":
        """None where the tables would be too large."""
        lot = part.lot[part.offer]
        lots = np.flatnonzero(lot)
        lots = lots[np.argsort(part.need[lots], kind="stable")]
        need = part.need[lots]
        first = np.searchsorted(need, need)
        rank = np.arange(len(lots)) - first
        deepest = int(rank.max(initial=-1)) + 1
        if deepest * len(part.asked) * (int(part.asked.max(initial=0)) + 1) > _LARGEST:
            return None
        slots = [(lots[rank == at], need[rank == at]) for at in range(deepest)]
        return _Market(part, slots, np.flatnonzero(~lot))

    def buy(self, prices: Ints) -> tuple[int, Ints]:
        """The bound at these prices, and the units of each edge that needs would buy."""
        part = self.part
        room = np.arange(int(part.asked.max()) + 1)
        surplus = part.gain - prices[part.offer]
        best = np.zeros((len(part.asked), len(room)), dtype=np.int64)
        taken: list[Bools] = []
        for edges, needs in self.slots:
            units = part.offered[part.offer[edges]]
            left = room[None, :] - units[:, None]
            rows = best[needs]
            with_it = (
                np.take_along_axis(rows, np.maximum(left, 0), axis=1) + (surplus[edges] * units)[:, None]
            )
            better: Bools = (left >= 0) & (with_it > rows)
            best[needs] = np.where(better, with_it, rows)
            taken.append(better)
        split, marginal = self._split(surplus, len(room))
        after = np.maximum(part.asked[:, None] - room[None, :], 0)
        gains = best + np.take_along_axis(split, after, axis=1)
        gains[room[None, :] > part.asked[:, None]] = -1
        filled = gains.argmax(axis=1)
        total = int((prices * part.offered).sum()) + int(gains.max(axis=1).sum())
        bought = np.zeros(len(part), dtype=np.int64)
        self._bought_loose(bought, marginal, part.asked - filled)
        for (edges, needs), better in zip(reversed(self.slots), reversed(taken), strict=True):
            units = np.where(better[np.arange(len(needs)), filled[needs]], part.offered[part.offer[edges]], 0)
            bought[edges] = units
            filled[needs] -= units
        return total, bought

    def _split(self, surplus: Ints, width: int) -> tuple[Ints, tuple[Ints, Ints, Ints]]:
        """What each need gains from up to so many units that can be split, dearest first; and their order."""
        part, loose = self.part, self.loose[surplus[self.loose] > 0]
        order = loose[np.lexsort((loose, -surplus[loose], part.need[loose]))]
        need, room = part.need[order], part.capacity[order]
        before = np.cumsum(room) - room
        if len(order):
            before = before - before[np.searchsorted(need, need)]
        units = np.clip(part.asked[need] - before, 0, room)
        each = np.repeat(np.arange(len(order)), units)
        place = before[each] + np.arange(len(each)) - np.repeat(np.cumsum(units) - units, units)
        gain = np.zeros((len(part.asked), width), dtype=np.int64)
        gain[need[each], place + 1] = surplus[order][each]
        return np.cumsum(gain, axis=1), (order, before, units)

    def _bought_loose(self, bought: Ints, loose: tuple[Ints, Ints, Ints], space: Ints) -> None:
        order, before, units = loose
        bought[order] = np.clip(space[self.part.need[order]] - before, 0, units)
