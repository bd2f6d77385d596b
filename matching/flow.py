"""What is to be allocated, as a network, and its best flow when everything may be split: OR-Tools' min-cost flow.

Figures are whole millionths, so that the optimum is exact.
"""

from dataclasses import dataclass, replace

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matching.arrays import Bools, Ints
from matching.types import PlanError


@dataclass(frozen=True)
class Problem:
    """Candidates with what a unit of each adds (`gain`, millionths) and the most that it may carry (`capacity`).

    A pair that is kept comes twice: what is kept at its higher gain, then the rest; `kept` marks both. Edges are sorted by
    (offer, need). Quantities and lots are by offer or need, over the whole instance.
    """

    offer: Ints
    need: Ints
    gain: Ints
    capacity: Ints
    kept: Bools
    offered: Ints
    asked: Ints
    lot: Bools

    def __len__(self) -> int:
        return len(self.offer)

    def value(self, flow: Ints) -> int:
        """What so many units on each edge add up to, in millionths."""
        used = np.flatnonzero(flow)
        return int((flow[used] * self.gain[used]).sum())

    def given(self, flow: Ints) -> Ints:
        """Units that leave each offer."""
        return _added(self.offer, flow, len(self.offered))

    def received(self, flow: Ints) -> Ints:
        """Units that reach each need."""
        return _added(self.need, flow, len(self.asked))

    def limited(self, offered: Ints, asked: Ints) -> "Problem":
        """The same with no more than that offered and asked for."""
        most = np.minimum(offered[self.offer], asked[self.need])
        return replace(self, offered=offered, asked=asked, capacity=np.minimum(self.capacity, most))

    def some(self, edges: Ints) -> "Problem":
        """Some of the edges, of the same offers and needs."""
        return replace(
            self,
            offer=self.offer[edges],
            need=self.need[edges],
            gain=self.gain[edges],
            capacity=self.capacity[edges],
            kept=self.kept[edges],
        )

    def subproblem(self, edges: Ints) -> "Problem":
        """Some of the edges, in their order, with their offers and needs numbered anew."""
        if len(edges) == len(self) and all(
            np.bincount(rows, minlength=len(units)).all()
            for rows, units in ((self.offer, self.offered), (self.need, self.asked))
        ):
            return self
        offers, offer = _numbered(self.offer[edges], len(self.offered))
        needs, need = _numbered(self.need[edges], len(self.asked))
        return replace(
            self.some(edges),
            offer=offer,
            need=need,
            offered=self.offered[offers],
            asked=self.asked[needs],
            lot=self.lot[offers],
        )


def _added(rows: Ints, flow: Ints, count: int) -> Ints:
    """The units of each row of so many."""
    used = np.flatnonzero(flow)
    return np.bincount(rows[used], weights=flow[used], minlength=count).astype(np.int64)


def _numbered(rows: Ints, count: int) -> tuple[Ints, Ints]:
    """Which rows of so many there are, and of each its number among them."""
    if len(rows) < count:
        return np.unique(rows, return_inverse=True)
    there = np.zeros(count, dtype=np.bool_)
    there[rows] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[rows]


def min_cost_flow(problem: Problem) -> tuple[Ints, int]:
    """The best flow when lots may be split, and its value in millionths."""
    offers, needs = len(problem.offered), len(problem.asked)
    sink = offers + needs
    solver = SimpleMinCostFlow()
    tails = np.concatenate([problem.offer, np.arange(offers), np.arange(offers, sink)]).astype(np.int32)
    heads = np.concatenate([problem.need + offers, np.full(offers + needs, sink)]).astype(np.int32)
    capacity = np.concatenate([problem.capacity, problem.offered, problem.asked])
    cost = np.concatenate([-problem.gain, np.zeros(offers + needs, dtype=np.int64)])
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, cost)
    supply = np.concatenate([problem.offered, np.zeros(needs, dtype=np.int64), [-problem.offered.sum()]])
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise PlanError(f"the solver gave up ({status}): weights or quantities are too large")
    flow = np.asarray(solver.flows(arcs[: len(problem)]), dtype=np.int64)
    return flow, -int(solver.optimal_cost())
