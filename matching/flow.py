"""What is to be allocated, as a network, and its best flow when everything may be split: OR-Tools' min-cost flow.

Figures are whole millionths, so that the optimum is exact.
"""

from dataclasses import dataclass

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
        return int((flow * self.gain).sum())

    def part(self, edges: Ints) -> "Problem":
        """Some of the edges, offers and needs numbered anew: what a component is solved from."""
        offers, offer = np.unique(self.offer[edges], return_inverse=True)
        needs, need = np.unique(self.need[edges], return_inverse=True)
        return Problem(
            offer,
            need,
            self.gain[edges],
            self.capacity[edges],
            self.kept[edges],
            self.offered[offers],
            self.asked[needs],
            self.lot[offers],
        )


def min_cost_flow(part: Problem) -> tuple[Ints, int]:
    """The best flow when lots may be split, and its value in millionths."""
    offers, needs = len(part.offered), len(part.asked)
    sink = offers + needs
    solver = SimpleMinCostFlow()
    tails = np.concatenate([part.offer, np.arange(offers), np.arange(offers, sink)]).astype(np.int32)
    heads = np.concatenate([part.need + offers, np.full(offers + needs, sink)]).astype(np.int32)
    capacity = np.concatenate([part.capacity, part.offered, part.asked])
    cost = np.concatenate([-part.gain, np.zeros(offers + needs, dtype=np.int64)])
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, capacity, cost)
    supply = np.concatenate([part.offered, np.zeros(needs, dtype=np.int64), [-part.offered.sum()]])
    solver.set_nodes_supplies(np.arange(sink + 1, dtype=np.int32), supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise PlanError(f"the solver gave up ({status}): weights or quantities are too large")
    flow = np.asarray(solver.flows(arcs[: len(part)]), dtype=np.int64)
    return flow, -int(solver.optimal_cost())
