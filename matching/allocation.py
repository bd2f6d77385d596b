"""The optimal plan over the candidates: a min-cost flow for each independent component, exact in whole millionths.

A component is a set of offers and needs that no candidate links to others. One with a single offer or a single need
is filled best first. Others are min-cost flows; where whole lots do not come out whole, `lots` searches further and the
flow's value stays as the bound.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np

from matching import lots
from matching.arrays import Ints, blocks
from matching.cycles import cancel
from matching.flow import Problem
from matching.shortlist import best_flow


@dataclass(frozen=True)
class Allocation:
    """Units on each edge, and for each component its label, value and proven bound, in millionths; and where lots leave a gap."""

    flow: Ints
    label: Ints
    value: dict[int, int]
    bound: dict[int, int]
    short: frozenset[int] = frozenset()


def allocate(problem: Problem, *, processes: int = 1) -> Allocation:
    """The best flow over the edges. Components are labelled by the place of their first offer."""
    root = components(problem.offer, problem.need, len(problem.offered), len(problem.asked))
    flow = np.zeros(len(problem), dtype=np.int64)
    label = root[problem.offer]
    stars, rest = _split(problem, root)
    flow[stars] = _fill_stars(problem, label, stars)
    bounds: dict[int, int] = {}
    parts = [problem.subproblem(edges) for edges in rest]
    for edges, (units, limit) in zip(rest, _solve_all(parts, processes), strict=True):
        flow[edges] = units
        bounds[int(label[edges[0]])] = limit
    totals, used = np.zeros(len(problem.offered), dtype=np.int64), np.flatnonzero(flow)
    np.add.at(totals, label[used], flow[used] * problem.gain[used])
    names = np.unique(label[_firsts(problem.offer)])
    value = dict(zip(names.tolist(), totals[names].tolist(), strict=True))
    short = frozenset(name for name, limit in bounds.items() if value[name] < limit)
    return Allocation(flow, label, value, value | bounds, short)


def components(offer: Ints, need: Ints, offers: int, needs: int) -> Ints:
    """For each offer, then each need, the smallest offer of its component; without any edge itself."""
    last = np.full(needs, -1)
    last[need] = np.arange(len(need))
    # An edge of each offer and each need links most of what all of them do.
    few = np.concatenate([_firsts(offer), last[last >= 0]])
    root = _linked(np.arange(offers + needs), offer[few], need[few] + offers)
    apart = [
        np.flatnonzero(root[offer[some]] != root[need[some] + offers]) + some.start
        for some in blocks(len(offer))
    ]
    edges = np.concatenate(apart)
    return _linked(root, offer[edges], need[edges] + offers)


def _linked(root: Ints, one: Ints, other: Ints) -> Ints:
    """What stands under each once these links are followed as well: the smallest, all the way."""
    while True:
        here, there = root[one], root[other]
        apart = here != there
        if not apart.any():
            return root
        one, other, here, there = (column[apart] for column in (one, other, here, there))
        root = root.copy()
        np.minimum.at(root, np.maximum(here, there), np.minimum(here, there))
        while not ((above := root[root]) == root).all():
            root = above


def _split(problem: Problem, root: Ints) -> tuple[Ints, list[Ints]]:
    """Edges of components with one offer or one need and no lot; and the edges of each other component."""
    size = len(problem.offered)
    offers, needs = np.bincount(root[:size], minlength=size), np.bincount(root[size:], minlength=size)[:size]
    lots = np.bincount(root[:size], weights=problem.lot, minlength=size) > 0
    # One offer that is a lot takes the best need, which filling best first does as well.
    star = ((needs == 1) & ~lots) | ((needs > 0) & (offers == 1))
    if not star.any() and np.count_nonzero(needs) == 1:
        return np.empty(0, dtype=np.int64), [np.arange(len(problem))]
    star = star[root[problem.offer]]
    stars, others = np.flatnonzero(star), np.flatnonzero(~star)
    label = root[problem.offer[others]]
    order = np.argsort(label, kind="stable")
    return stars, np.split(others[order], _firsts(label[order])[1:]) if len(others) else []


def _firsts(values: Ints) -> Ints:
    """Where each run of equal values starts."""
    if not len(values):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))


def _fill_stars(problem: Problem, label: Ints, stars: Ints) -> Ints:
    """Units of each edge when the only offer (or the only need) of a component is emptied best first."""
    names = label[stars]
    order = np.lexsort((stars, -problem.gain[stars], names))
    edges, names = stars[order], names[order]
    capacity = problem.capacity[edges]
    used = np.cumsum(capacity) - capacity
    first = _firsts(names)
    used -= np.repeat(used[first], np.diff(np.append(first, len(names))))
    many_offers = np.zeros(len(problem.offered), dtype=np.bool_)
    many_offers[names[problem.offer[edges] != names]] = True
    hub = np.where(many_offers[names], problem.asked[problem.need[edges]], problem.offered[names])
    flow = np.empty(len(stars), dtype=np.int64)
    flow[order] = np.clip(hub - used, 0, capacity)
    return flow


def _solve_all(parts: list[Problem], processes: int) -> Iterable[tuple[Ints, int]]:
    if processes <= 1 or len(parts) < 2:
        return map(solve, parts)
    return _in_parallel(parts, processes)


def _in_parallel(parts: list[Problem], processes: int) -> Iterator[tuple[Ints, int]]:
    """Spawned, not forked: the caller may hold threads and connections."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from pool.map(solve, parts, chunksize=max(1, len(parts) // (processes * 8)))


def solve(problem: Problem) -> tuple[Ints, int]:
    """Units on each edge of one component, and the bound in millionths."""
    if problem.lot.any():
        problem = lots.usable(problem)
        found = best_flow(problem, lots.SHORT if len(problem) > lots.LARGE else 0.0)
        if not _whole(problem, found.flow):
            return lots.make_whole(found)
    found = best_flow(problem)
    return _without_cycles(problem, found.flow), found.value


def _whole(problem: Problem, flow: Ints) -> bool:
    """Whether each lot goes to one need, all of it, or nowhere."""
    used = np.flatnonzero(flow)
    used = used[problem.lot[problem.offer[used]]]
    return bool((flow[used] == problem.offered[problem.offer[used]]).all())


def _without_cycles(problem: Problem, flow: Ints) -> Ints:
    """The same value with fewer handovers: units move around each cycle of used edges until one is unused."""
    used = np.flatnonzero((flow > 0) & ~problem.kept)
    if len(used) < 4 or int(flow[used].max()) == 1:
        return flow
    return cancel(problem.offer, problem.need, problem.gain, flow, used)
