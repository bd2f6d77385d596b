"""Whole lots settled need by need: one buys anew the best it can hold, of lots at home and of lots that others hold.

An ejection chain (Yagiura, Ibaraki and Glover, "An Ejection Chain Approach for the Generalized Assignment Problem", 2004): who loses
a lot buys anew as well, and all of it stands if it gains together, else it is undone. What another's lot costs, and what is
gained elsewhere from what can be split, is told by prices (see `prices`). Work is counted, not timed: the same on every machine.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Ints
from matching.flow import Problem
from matching.knapsack import Knapsack
from matching.prices import Split

GRID = 2_048
"""Units in which a need is measured at most, lots rounded up."""
LOOKED_AT = 48
"""Lots that a need looks at, and more until they would fill it twice."""
STEPS = 2
"""Needs that take from others in one chain, at most; one more buys of what is at home."""
TURNS = 10

_Held = tuple[list[int], int]


@dataclass
class _Shelf:
    """A need, the lots that it may hold, as columns, those first that gain most `beyond` prices by the unit, and where in these stand
    those that it holds.

    `tail` is what so many units of its grid in lots leave it to gain beyond prices from what can be split.
    """

    edges: Ints
    lots: Ints
    units: Ints
    gains: Ints
    beyond: Ints
    tail: Ints
    held: list[int]

    @property
    def worth(self) -> int:
        """What it gains, in millionths."""
        return int(self.gains[self.held].sum()) + int(self.tail[int(self.units[self.held].sum())])


class Exchanges:
    """The lots of a problem, each with one need or at home. Those of `edges` are looked at; `prices` are a unit's, by offer.

    No more than so many lots are looked at in all, `limit`; `work` says how many were.
    """

    def __init__(self, problem: Problem, edges: Ints, prices: Ints, limit: int) -> None:
        self.problem, self.prices = problem, prices
        self._knapsack = Knapsack(GRID)
        self._owner = np.full(len(problem.offered), -1, dtype=np.int64)
        self.limit, self.work = limit, 0
        loose = np.flatnonzero(~problem.lot[problem.offer])
        self._split = Split.of(problem, loose, problem.gain - prices[problem.offer])
        by_need = edges[np.argsort(problem.need[edges], kind="stable")]
        first = np.searchsorted(problem.need[by_need], np.arange(1, len(problem.asked)))
        self._by_need = np.split(by_need, first)
        self._shelves: dict[int, _Shelf] = {}

    @property
    def flow(self) -> Ints:
        """Units on each edge of the problem, of lots alone."""
        flow = np.zeros(len(self.problem), dtype=np.int64)
        for shelf in self._shelves.values():
            edges = shelf.edges[shelf.held]
            flow[edges] = self.problem.offered[self.problem.offer[edges]]
        return flow

    def start(self, edges: Iterable[int]) -> None:
        """Put these lots where there is still room for them, in this order."""
        for edge in edges:
            lot, need = int(self.problem.offer[edge]), int(self.problem.need[edge])
            shelf = self._shelf(need)
            at = int(np.flatnonzero(shelf.lots == lot)[0])
            taken = int(shelf.units[shelf.held].sum()) + int(shelf.units[at])
            if self._owner[lot] < 0 and taken < len(shelf.tail):
                self._owner[lot] = need
                shelf.held.append(at)

    def improve(self, gained: Ints) -> None:
        """Better the plan until nothing gains, or so much work is done. `gained` is what each need might gain beyond prices."""
        for need in self._short_of(gained):
            self._fill(need, priced=True)
        for need in sorted({*self._short_of(gained), *self._roomy()}):
            self._fill(need, priced=False)
        for _ in range(TURNS):
            stood = [self._chain(need) for need in self._short_of(gained) if self.work < self.limit]
            if not any(stood):
                break

    def _short_of(self, gained: Ints) -> list[int]:
        """The needs that gain less beyond prices than they might, those furthest from it first."""
        problem, flow = self.problem, self.flow
        beyond = np.zeros(len(gained), dtype=np.int64)
        np.add.at(beyond, problem.need, flow * (problem.gain - self.prices[problem.offer]))
        beyond += self._split.gain(np.arange(len(gained)), problem.asked - problem.received(flow))
        missing = gained - beyond
        order = np.argsort(-missing, kind="stable")
        return [need for need in order[missing[order] > 0].tolist() if len(self._by_need[need])]

    def _roomy(self) -> list[int]:
        """The needs that have room for a lot that is at home."""
        problem = self.problem
        left = problem.asked - problem.received(self.flow)
        edges = np.concatenate(self._by_need)
        lots = problem.offer[edges]
        fits = (self._owner[lots] < 0) & (problem.offered[lots] <= left[problem.need[edges]])
        roomy: list[int] = np.unique(problem.need[edges[fits]]).tolist()
        return roomy

    def _fill(self, need: int, *, priced: bool) -> None:
        """Let a need hold the best of what it has and of what is at home: at its price, or if it gains by it."""
        if self.work >= self.limit:
            return
        shelf = self._shelf(need)
        owner = self._owner[shelf.lots]
        value = shelf.beyond if priced else shelf.gains
        before = (shelf.held, shelf.worth)
        self._set(need, self._best(shelf, value, (owner < 0) | (owner == need)), {})
        if not priced and shelf.worth <= before[1]:
            self._set(need, before[0], {})

    def _chain(self, first: int) -> bool:
        """A chain that begins with a need; whether it stands."""
        queue, done = deque([first]), {first}
        before: dict[int, _Held] = {}
        while queue and len(done) <= STEPS:
            need = queue.popleft()
            done.add(need)
            shelf = self._shelf(need)
            owner = self._owner[shelf.lots]
            others = (owner >= 0) & (owner != need)
            value = np.where(others, shelf.beyond, shelf.gains)
            within_reach = ~others if len(done) > STEPS else ~np.isin(owner, list(done - {need}))
            lost = self._set(need, self._best(shelf, value, within_reach), before)
            queue.extend(each for each in lost if each not in queue)
        if sum(self._shelf(need).worth - worth for need, (_, worth) in before.items()) > 0:
            return True
        for need in before:
            shelf = self._shelf(need)
            self._owner[shelf.lots[shelf.held]] = -1
        for need, (held, _) in before.items():
            shelf = self._shelf(need)
            shelf.held = held
            self._owner[shelf.lots[held]] = need
        return False

    def _set(self, need: int, held: list[int], before: dict[int, _Held]) -> list[int]:
        """Let a need hold these; the needs that lose lots by it. What stood before is noted, once each."""
        shelf = self._shelf(need)
        if held == shelf.held:
            return []
        before.setdefault(need, (shelf.held, shelf.worth))
        self._owner[shelf.lots[shelf.held]] = -1
        lost = []
        for lot in shelf.lots[held].tolist():
            other = int(self._owner[lot])
            if other >= 0:
                theirs = self._shelf(other)
                before.setdefault(other, (theirs.held, theirs.worth))
                theirs.held = [each for each in theirs.held if theirs.lots[each] != lot]
                lost.append(other)
            self._owner[lot] = need
        shelf.held = held
        return lost

    def _best(self, shelf: _Shelf, value: Ints, chosen: Bools) -> list[int]:
        """Of the chosen lots those that are worth most together and fit."""
        at = np.flatnonzero(chosen & (value > 0))
        units, worth = shelf.units[at], value[at]
        order = np.lexsort((-worth, units))
        units = units[order]
        turn = np.arange(len(at)) - np.searchsorted(units, units) + 1
        width = len(shelf.tail) - 1
        at = at[np.sort(order[turn * units <= width])]
        units = shelf.units[at]
        enough = np.searchsorted(np.cumsum(units), 2 * width) + 1
        at, units = (column[: max(LOOKED_AT, int(enough))] for column in (at, units))
        self.work += len(at) + 15 + len(shelf.lots) // 20
        packed = self._knapsack.packed(units.tolist(), value[at], shelf.tail)
        held: list[int] = at[packed].tolist()
        return held

    def _shelf(self, need: int) -> _Shelf:
        if need not in self._shelves:
            problem, edges = self.problem, self._by_need[need]
            asked = int(problem.asked[need])
            width = min(asked, GRID)
            room = asked + (-np.arange(width + 1) * asked) // width
            beyond = problem.gain[edges] - self.prices[problem.offer[edges]]
            keenest = np.argsort(-beyond, kind="stable")
            edges = edges[keenest]
            lots = problem.offer[edges]
            self._shelves[need] = _Shelf(
                edges=edges,
                lots=lots,
                units=-(-problem.offered[lots] * width // asked),
                gains=problem.gain[edges] * problem.offered[lots],
                beyond=beyond[keenest] * problem.offered[lots],
                tail=self._split.gain(np.full(width + 1, need), room),
                held=[],
            )
        return self._shelves[need]
