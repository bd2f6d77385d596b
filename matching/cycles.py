"""Fewer handovers at the same value: an optimum may use a cycle of pairs, of which at least one can be emptied."""

from collections import defaultdict

import numpy as np

from matching.arrays import Ints


def cancel(offer: Ints, need: Ints, gain: Ints, flow: Ints, used: Ints) -> Ints:
    """The flow with no cycle left among the `used` edges that an equal exchange could open. Same value, same totals."""
    core = _two_core(offer, need, used)
    if not len(core):
        return flow
    units = dict(zip(core.tolist(), flow[core].tolist(), strict=True))
    ends = {edge: ((0, int(offer[edge])), (1, int(need[edge]))) for edge in units}
    graph = _Graph(ends)
    while (cycle := graph.a_cycle()) is not None:
        if int(gain[cycle[::2]].sum() - gain[cycle[1::2]].sum()) != 0:
            graph.drop(cycle[0])
            continue
        losers, winners = sorted(
            (cycle[::2], cycle[1::2]), key=lambda half: (-_emptied(half, units), min(half))
        )
        moved = min(units[edge] for edge in losers)
        for edge in winners:
            units[edge] += moved
        for edge in losers:
            units[edge] -= moved
            if units[edge] == 0:
                graph.drop(edge)
    result = flow.copy()
    result[list(units)] = list(units.values())
    return result


def _emptied(half: list[int], units: dict[int, int]) -> int:
    least = min(units[edge] for edge in half)
    return sum(units[edge] == least for edge in half)


def _two_core(offer: Ints, need: Ints, used: Ints) -> Ints:
    """The edges that remain when those with a loose end are taken away again and again."""
    while len(used):
        loose = (np.bincount(offer[used])[offer[used]] == 1) | (np.bincount(need[used])[need[used]] == 1)
        if not loose.any():
            break
        used = used[~loose]
    return used


_Node = tuple[int, int]


class _Graph:
    def __init__(self, ends: dict[int, tuple[_Node, _Node]]) -> None:
        self.ends = ends
        self.around: defaultdict[_Node, dict[int, _Node]] = defaultdict(dict)
        for edge, (one, other) in ends.items():
            self.around[one][edge] = other
            self.around[other][edge] = one
        self.starts = sorted(self.around)

    def drop(self, edge: int) -> None:
        for node in self.ends[edge]:
            del self.around[node][edge]

    def a_cycle(self) -> list[int] | None:
        """The edges of some cycle, in order; None when there is none left. Loose ends are dropped on the way."""
        while self.starts:
            node = self.starts[-1]
            path: list[int] = []
            seen = {node: 0}
            while True:
                step = next((edge for edge in self.around[node] if not path or edge != path[-1]), None)
                if step is None:
                    break
                node = self.around[node][step]
                path.append(step)
                if node in seen:
                    return path[seen[node] :]
                seen[node] = len(path)
            if not path:
                self.starts.pop()
            else:
                self.drop(path[-1])
        return None
