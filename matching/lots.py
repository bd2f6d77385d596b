"""Whole lots: each goes to one need entirely or nowhere, which a flow cannot promise.

Small components are solved by CP-SAT. In large ones prices tell which edges are worth a look, and a closer bound; CP-SAT
searches among these edges, then, where that is not close enough, around the lots that the flow broke, a few at a time.
"""

from dataclasses import replace

import numpy as np

from matching.arrays import Bools, Ints
from matching.flow import Problem, min_cost_flow
from matching.prices import haggle

SMALL = 5_000
"""Edges up to which a component is handed to CP-SAT as it is."""
EFFORT = 8.0
LOCAL_EFFORT = 1.0
"""CP-SAT's deterministic time limits, for a whole component and for a part: the same on every machine, seconds on most."""
CLOSE = 0.998
"""A plan is close enough when it is worth this share of the bound."""
GROUP = 12
"""Needs around which broken lots are settled together."""


def usable(part: Problem) -> Problem:
    """The problem, each need asking for no more than whole lots and split offers can add up to: a tighter bound."""
    lot = part.lot[part.offer]
    loose = np.bincount(part.need, weights=part.capacity * ~lot, minlength=len(part.asked)).astype(np.int64)
    short = np.flatnonzero(loose < part.asked)
    edges = np.flatnonzero(lot & np.isin(part.need, short))
    sums = dict.fromkeys(short.tolist(), 1)
    for need, units in zip(part.need[edges].tolist(), part.offered[part.offer[edges]].tolist(), strict=True):
        # Bit n of a sum stands for n units.
        sums[need] = (sums[need] | sums[need] << units) & ((2 << int(part.asked[need])) - 1)
    asked = part.asked.copy()
    for need, reachable in sums.items():
        asked[need] = min(int(asked[need]), reachable.bit_length() - 1 + int(loose[need]))
    return replace(part, asked=asked)


def make_whole(part: Problem, relaxed: Ints, best: int) -> tuple[Ints, int]:
    """Units on each edge with every lot whole, and a bound in millionths."""
    if len(part) <= SMALL:
        fixed = np.zeros(len(part), dtype=np.bool_)
        flow, bound = _search(part, _settled(part, relaxed, fixed), effort=EFFORT)
        return flow, min(best, bound)
    lot = part.lot[part.offer]
    whole = lot & (relaxed == part.offered[part.offer])
    flow = _settled(part, relaxed, whole)
    bound, wanted = haggle(part, relaxed, part.value(flow), best)
    flow = _within(part, flow, np.flatnonzero(wanted | (flow > 0)))
    if part.value(flow) < CLOSE * bound:
        flow = _improved(part, flow, np.unique(part.offer[lot & (relaxed > 0) & ~whole]), relaxed)
    return flow, max(bound, part.value(flow))


def _within(part: Problem, flow: Ints, edges: Ints) -> Ints:
    """The flow improved with some of the edges alone, among them all that it uses."""
    local = part.part(edges)
    found, _ = _search(local, flow[edges], close=(1 - CLOSE) / 2)
    if local.value(found) <= part.value(flow):
        return flow
    result = np.zeros_like(flow)
    result[edges] = found
    return result


def _improved(part: Problem, flow: Ints, broken: Ints, relaxed: Ints) -> Ints:
    """Settle broken lots a few at a time, each time with everything that touches the needs they may go to."""
    group: list[int] = []
    for each in broken:
        group += np.unique(part.need[(part.offer == each) & (relaxed > 0)]).tolist()
        if len(group) >= GROUP:
            flow = _around(part, flow, group)
            group = []
    return _around(part, flow, group) if group else flow


def _around(part: Problem, flow: Ints, needs: list[int]) -> Ints:
    """The flow improved within some needs, all else staying as it is."""
    inside = np.zeros(len(part.asked), dtype=np.bool_)
    inside[needs] = True
    spent = np.bincount(part.offer, weights=flow * ~inside[part.need], minlength=len(part.offered)).astype(
        np.int64
    )
    left = part.offered - spent
    edges = np.flatnonzero(inside[part.need] & (left[part.offer] > 0))
    edges = edges[~part.lot[part.offer[edges]] | (spent[part.offer[edges]] == 0)]
    local = part.part(edges)
    offers = np.unique(part.offer[edges])
    local = Problem(
        local.offer,
        local.need,
        local.gain,
        np.minimum(local.capacity, left[offers][local.offer]),
        local.kept,
        left[offers],
        local.asked,
        local.lot,
    )
    found, _ = _search(local, flow[edges])
    if local.value(found) <= int((flow[edges] * local.gain).sum()):
        return flow
    result = flow.copy()
    result[edges] = found
    return result


def _settled(part: Problem, relaxed: Ints, whole: Bools) -> Ints:
    """A plan to start from: the lots marked whole stay, other lots stay at home, the rest flows again."""
    lot = part.lot[part.offer]
    flow = np.where(whole, relaxed, 0)
    free = np.flatnonzero(~lot)
    if len(free):
        taken = np.bincount(part.need, weights=flow, minlength=len(part.asked)).astype(np.int64)
        flow[free] = _divisible(part, free, part.asked - taken)
    return flow


def _divisible(part: Problem, edges: Ints, asked: Ints) -> Ints:
    """The best flow over some edges when the needs ask for that much."""
    needs = np.unique(part.need[edges])
    local = part.part(edges)
    local = Problem(
        local.offer,
        local.need,
        local.gain,
        np.minimum(local.capacity, asked[needs][local.need]),
        local.kept,
        local.offered,
        asked[needs],
        local.lot,
    )
    return min_cost_flow(local)[0]


def _search(
    part: Problem, start: Ints, *, effort: float = LOCAL_EFFORT, close: float = 0.0
) -> tuple[Ints, int]:
    # CP-SAT's module loads pandas, a second and 45 MiB: for whoever has lots that a flow breaks.
    from matching import exact

    return exact.search(part, start, effort=effort, close=close)
