"""Bundles: the lots that one need may hold together in a plan worth more than some other, by the prices of a relaxation."""

import numpy as np

from matching.arrays import Ints
from matching.flow import Problem

MOST = 20_000
"""Bundles in all beyond which there are too many."""
NODES = 150_000
"""Bundles gone through in all, those that are cut off as well."""

_State = tuple[int, int, int, tuple[int, ...]]


def bundles(problem: Problem, prices: Ints, gained: Ints, gap: int) -> list[list[int]] | None:
    """The edges of each bundle by which a need gains beyond prices no more than `gap` less than it might (`gained`); None: too many.

    Of a problem of whole lots alone.
    """
    found: list[list[int]] = []
    nodes = 0
    worth = (problem.gain - prices[problem.offer]) * problem.offered[problem.offer]
    order = np.argsort(problem.need, kind="stable")
    first = np.searchsorted(problem.need[order], np.arange(1, len(problem.asked)))
    for need, edges in enumerate(np.split(order, first)):
        units = problem.offered[problem.offer[edges]]
        keen = np.argsort(-(worth[edges] / units), kind="stable")
        rows = list(zip(edges[keen].tolist(), units[keen].tolist(), worth[edges][keen].tolist(), strict=True))
        stack: list[_State] = [(0, int(problem.asked[need]), int(gained[need]) - gap, ())]
        while stack:
            at, room, missing, chosen = stack.pop()
            nodes += 1
            if missing <= 0 and chosen:
                found.append(list(chosen))
            if nodes > NODES or len(found) > MOST:
                return None
            for turn in range(at, len(rows)):
                edge, size, value = rows[turn]
                if missing > 0 and value * room < missing * size:
                    # None of those that follow gains more a unit.
                    break
                if size <= room and (missing > 0 or value >= missing):
                    stack.append((turn + 1, room - size, missing - value, (*chosen, edge)))
    return found
