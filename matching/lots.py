"""Whole lots: each goes to one need entirely or nowhere, which a flow cannot promise.

Small components are solved by CP-SAT. In large ones dual prices tell which edges are promising, and a closer bound; CP-SAT
searches among these edges, then, where that is not close enough, around the lots that the flow split, a few at a time.
"""

from dataclasses import replace

import numpy as np

from matching.arrays import Bools, Ints
from matching.flow import Problem, min_cost_flow
from matching.prices import lagrangian_bound

SMALL = 5_000
"""Edges up to which a component is handed to CP-SAT as it is."""
EFFORT = 8.0
LOCAL_EFFORT = 1.0
"""CP-SAT's deterministic time limits, for a whole component and for a part: the same on every machine, seconds on most."""
CLOSE = 0.998
"""A plan is close enough when it is worth this share of the bound."""
GROUP = 12
"""Needs around which split lots are settled together."""


def usable(problem: Problem) -> Problem:
    """The problem, each need asking for no more than whole lots and split offers can add up to: a tighter bound."""
    lot = problem.lot[problem.offer]
    loose = problem.received(problem.capacity * ~lot)
    short = np.flatnonzero(loose < problem.asked)
    edges = np.flatnonzero(lot & np.isin(problem.need, short))
    sums = dict.fromkeys(short.tolist(), 1)
    for need, units in zip(
        problem.need[edges].tolist(), problem.offered[problem.offer[edges]].tolist(), strict=True
    ):
        # Bit n of a sum stands for n units.
        sums[need] = (sums[need] | sums[need] << units) & ((2 << int(problem.asked[need])) - 1)
    asked = problem.asked.copy()
    for need, reachable in sums.items():
        asked[need] = min(int(asked[need]), reachable.bit_length() - 1 + int(loose[need]))
    return replace(problem, asked=asked)


def make_whole(problem: Problem, relaxed: Ints, best: int) -> tuple[Ints, int]:
    """Units on each edge with every lot whole, and a bound in millionths."""
    if len(problem) <= SMALL:
        fixed = np.zeros(len(problem), dtype=np.bool_)
        flow, bound = _search(problem, _incumbent(problem, relaxed, fixed), effort=EFFORT)
        return flow, min(best, bound)
    lot = problem.lot[problem.offer]
    whole = lot & (relaxed == problem.offered[problem.offer])
    flow = _incumbent(problem, relaxed, whole)
    bound, promising = lagrangian_bound(problem, relaxed, problem.value(flow), best)
    flow = _searched(problem, flow, np.flatnonzero(promising | (flow > 0)), close=(1 - CLOSE) / 2)
    if problem.value(flow) < CLOSE * bound:
        flow = _improved(problem, flow, np.unique(problem.offer[lot & (relaxed > 0) & ~whole]), relaxed)
    return flow, max(bound, problem.value(flow))


def _improved(problem: Problem, flow: Ints, split: Ints, relaxed: Ints) -> Ints:
    """Settle split lots a few at a time, each time with everything that touches the needs they may go to."""
    group: list[int] = []
    for each in split:
        group += np.unique(problem.need[(problem.offer == each) & (relaxed > 0)]).tolist()
        if len(group) >= GROUP:
            flow = _around(problem, flow, group)
            group = []
    return _around(problem, flow, group) if group else flow


def _around(problem: Problem, flow: Ints, needs: list[int]) -> Ints:
    """The flow improved within some needs, all else staying as it is."""
    inside = np.zeros(len(problem.asked), dtype=np.bool_)
    inside[needs] = True
    spent = problem.given(flow * ~inside[problem.need])
    left = problem.limited(problem.offered - spent, problem.asked)
    edges = np.flatnonzero(inside[problem.need] & (left.capacity > 0))
    edges = edges[~problem.lot[problem.offer[edges]] | (spent[problem.offer[edges]] == 0)]
    return _searched(left, flow, edges)


def _searched(problem: Problem, flow: Ints, edges: Ints, close: float = 0.0) -> Ints:
    """The flow improved on some edges alone, and as it was on all others."""
    local = problem.subproblem(edges)
    found, _ = _search(local, flow[edges], close=close)
    if local.value(found) <= local.value(flow[edges]):
        return flow
    result = flow.copy()
    result[edges] = found
    return result


def _incumbent(problem: Problem, relaxed: Ints, whole: Bools) -> Ints:
    """A plan to start from: the lots marked whole stay, other lots stay at home, the rest flows again."""
    flow = np.where(whole, relaxed, 0)
    free = np.flatnonzero(~problem.lot[problem.offer])
    if len(free):
        left = problem.limited(problem.offered, problem.asked - problem.received(flow))
        flow[free], _ = min_cost_flow(left.subproblem(free))
    return flow


def _search(
    problem: Problem, start: Ints, *, effort: float = LOCAL_EFFORT, close: float = 0.0
) -> tuple[Ints, int]:
    # CP-SAT's module loads pandas, a second and 45 MiB: for whoever has lots that a flow splits.
    from matching import exact

    return exact.search(problem, start, effort=effort, close=close)
