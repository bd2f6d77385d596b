"""Room for large pieces: what a committee may still store of them, over all its needs. The flow knows nothing of it.

The best flow comes first. Where a committee would receive more than it has room for, what goes beyond is ruled out for this plan and
the rest is allocated again, at most TURNS times: kept are the units that lose most if they go elsewhere or nowhere. What
remains beyond is then cut off at once. The bound is that of the flow without any limit, and stays true; the plan
itself is not proven to be the best.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matching import allocation
from matching.allocation import Allocation
from matching.arrays import Ints
from matching.columns import NO_LIMIT, NeedColumns, OfferColumns
from matching.flow import Problem
from matching.types import Size

TURNS = 8


@dataclass(frozen=True)
class Room:
    """For each edge the number of the committee whose room its units take, -1 where they take none; and the room of each. Without limits
    nothing is told of edges.
    """

    owner: Ints
    left: Ints

    @classmethod
    def of(cls, problem: Problem, offers: OfferColumns, needs: NeedColumns) -> "Room":
        """The room that a problem of these rows has to keep to."""
        tight = np.flatnonzero(needs.room < NO_LIMIT)
        if not len(tight):
            return cls(tight, tight)
        names = sorted({needs.rows[need].committee or "" for need in tight.tolist()})
        numbers = {name: number for number, name in enumerate(names)}
        of_need = np.full(len(needs), -1, dtype=np.int64)
        of_need[tight] = [numbers[needs.rows[need].committee or ""] for need in tight.tolist()]
        left = np.zeros(len(names), dtype=np.int64)
        left[of_need[tight]] = needs.room[tight]
        large = offers.size[problem.offer] >= Size.LARGE.rank
        return cls(np.where(large, of_need[problem.need], -1), left)

    @cached_property
    def edges(self) -> list[Ints]:
        """The edges that take each committee's room."""
        order = np.argsort(self.owner, kind="stable")
        return np.split(order, np.searchsorted(self.owner[order], np.arange(len(self.left))))[1:]

    def over(self, flow: Ints) -> Ints:
        """The committees that would receive more than they have room for."""
        used = np.array([flow[edges].sum() for edges in self.edges], dtype=np.int64)
        return np.flatnonzero(used > self.left)

    def linked(self, label: Ints, offers: int) -> Ints:
        """Components as one where a committee's room links them, by the smallest offer."""
        takes = self.owner >= 0
        root = allocation.components(label[takes], self.owner[takes], offers, len(self.left))
        merged: Ints = root[label]
        return merged


def allocate(problem: Problem, room: Room, *, processes: int = 1) -> Allocation:
    """The best flow over the edges, cut down to the room that there is."""
    first = allocation.allocate(problem, processes=processes)
    if not len(room.left):
        return first
    label = room.linked(first.label, len(problem.offered))
    flow, capacity, short = first.flow.copy(), problem.capacity.copy(), first.short
    for turn in range(TURNS + 1):
        over = room.over(flow)
        if not len(over):
            break
        last = turn == TURNS
        again = np.isin(label, label[np.concatenate([room.edges[owner] for owner in over])])
        for owner in np.unique(room.owner[again & (room.owner >= 0)]) if last else over:
            edges = room.edges[owner]
            kept = _kept(replace(problem, capacity=capacity), flow, edges, int(room.left[owner]))
            cut = kept < (capacity[edges] if last else flow[edges])
            capacity[edges[cut]] = kept[cut]
        flow[again] = 0
        again &= capacity > 0
        rest = replace(problem, capacity=capacity).some(np.flatnonzero(again))
        found = allocation.allocate(rest, processes=processes)
        flow[again] = found.flow
        short |= found.short
    return _told(problem, flow, label, replace(first, short=short))


def _kept(problem: Problem, flow: Ints, edges: Ints, left: int) -> Ints:
    """Of the units on a committee's edges, those that it has room for: first those that lose most elsewhere."""
    kept = np.zeros(len(edges), dtype=np.int64)
    used = np.flatnonzero(flow[edges])
    gain = problem.gain[edges[used]]
    lost = gain - _elsewhere(problem, edges, edges[used])
    for at in used[np.lexsort((used, -gain, -lost))].tolist():
        units = int(flow[edges[at]])
        if units > left and problem.lot[problem.offer[edges[at]]]:
            continue
        kept[at] = min(units, left)
        left -= int(kept[at])
    return kept


def _elsewhere(problem: Problem, edges: Ints, used: Ints) -> Ints:
    """What a unit of each used edge's offer would bring at best on none of `edges`; 0 where it would stay."""
    found = np.zeros(len(used), dtype=np.int64)
    for at, edge in enumerate(used.tolist()):
        start, end = np.searchsorted(problem.offer, [problem.offer[edge], problem.offer[edge] + 1])
        others = np.setdiff1d(np.arange(start, end), edges, assume_unique=True)
        found[at] = problem.gain[others[problem.capacity[others] > 0]].max(initial=0)
    return found


def _told(problem: Problem, flow: Ints, label: Ints, first: Allocation) -> Allocation:
    names = np.unique(label)
    totals = np.zeros(len(problem.offered), dtype=np.int64)
    np.add.at(totals, label, flow * problem.gain)
    bounds = np.zeros(len(problem.offered), dtype=np.int64)
    before, where = np.unique(first.label, return_index=True)
    np.add.at(bounds, label[where], [first.bound[name] for name in before.tolist()])
    merged = np.zeros(len(problem.offered), dtype=np.int64)
    merged[problem.offer] = label
    return Allocation(
        flow,
        label,
        dict(zip(names.tolist(), totals[names].tolist(), strict=True)),
        dict(zip(names.tolist(), bounds[names].tolist(), strict=True)),
        frozenset(int(merged[name]) for name in first.short),
    )
