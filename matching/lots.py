"""Whole lots: each goes to one need entirely or nowhere, which a flow cannot promise.

The prices of the flow tell what each lot costs, and lots are settled need by need (`exchanges`); where that does not come close to
the flow's value, a closer bound is haggled out (`prices`), and lots are settled again at its prices. Where what a better plan may
use is little (`bundles`), CP-SAT has a last look (`exact`). Work is counted, not timed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from operator import itemgetter

import numpy as np

from matching.arrays import Bools, Ints, by_group, turns
from matching.bundles import bundles
from matching.exchanges import Exchanges
from matching.flow import Problem
from matching.prices import Market, haggle, offers_alike
from matching.shortlist import Relaxed, best_flow

LAST = 1_500
"""Edges up to which CP-SAT has a last look at those that a better plan may use."""
TINY, EFFORTS = 300, (1.5, 0.4)
"""CP-SAT's deterministic time limits, up to so many edges and beyond: the same on every machine, about as many seconds."""
MOST = 1 << 61
"""Millionths beyond which prices might not add up exactly: lots then stay at home. No weights in use come near."""
CLOSE = 0.998
"""A plan is close enough when it is worth this share of the bound."""
LARGEST_SUM = 10_000
"""Units of a need up to which it is worked out what lots can add up to."""
MANY, LIKELY, AN_OFFER = 150_000, 200, 12
"""Edges of lots beyond which lots are settled among those that prices make likely: so many a need, and an offer."""
STEPS = 16
"""Bits of a gain that tell which lots are likely."""
FEW, HAGGLED_OVER = 20_000, 60
"""Edges beyond which prices are haggled over the likely ones, and again with more until all edges agree: so many a need at first."""
ROUNDS, TIMES = 120, 3
HAGGLING = 300_000_000
"""Entries of tables, and edges times 20, gone through while haggling: less than a second."""
WORK, AT_ONCE = 300_000, 75_000
"""Lots that needs look at in all, about a second, and each time that lots are settled."""
SHAKEN, IN_VAIN = 0.05, 25
"""Lots are settled again at prices up to so much higher or lower, until so often in turn nothing is gained."""


def usable(problem: Problem) -> Problem:
    """The problem, each need asking for no more than whole lots and split offers can add up to: a tighter bound."""
    lot = problem.lot[problem.offer]
    loose = problem.received(problem.capacity * ~lot)
    short = (loose < problem.asked) & (problem.asked <= LARGEST_SUM)
    edges = np.flatnonzero(lot & short[problem.need])
    sizes = problem.offered[problem.offer[edges]]
    far = int(sizes.max(initial=0)) + 1
    pairs, counts = np.unique(problem.need[edges] * far + sizes, return_counts=True)
    needs = np.flatnonzero(short)
    starts = np.searchsorted(pairs, np.append(needs, len(short)) * far)
    asked = problem.asked.copy()
    for need, start, end in zip(needs.tolist(), starts[:-1], starts[1:], strict=True):
        of_need = zip((pairs[start:end] % far).tolist(), counts[start:end].tolist(), strict=True)
        asked[need] = min(int(asked[need]), _most(of_need, int(asked[need])) + int(loose[need]))
    return replace(problem, asked=asked)


def _most(lots: Iterable[tuple[int, int]], room: int) -> int:
    """The most that lots, so many units so many times, add up to within some room."""
    sums = 1  # bit n stands for n units
    for units, times in lots:
        left, together = min(times, room // units), 1
        while left:
            step = min(together, left)
            sums |= sums << units * step
            left, together = left - step, together * 2
        sums &= (2 << room) - 1
        if sums >> room:
            break
    return sums.bit_length() - 1


def make_whole(found: Relaxed) -> tuple[Ints, int]:
    """Units on each edge with every lot whole, and a bound in millionths."""
    problem, relaxed, best = found.problem, found.flow, found.value
    if float(problem.offered.sum()) * float(problem.gain.max()) > MOST:
        return _with_loose(problem, np.where(problem.lot[problem.offer], 0, relaxed), relaxed), best
    prices = found.prices
    desk = _Desk(problem, relaxed, prices)
    flow = desk.settled(prices, relaxed)
    if problem.value(flow) < CLOSE * best:
        haggled, bound = _haggled(desk, relaxed, prices, problem.value(flow), best)
        if bound < best:
            best, prices = bound, haggled
        flow = _shaken(desk, prices, relaxed, flow, best)
    if problem.value(flow) < best and len(problem) <= FEW:
        flow, best = _last_look(problem, prices, flow, best)
    return flow, max(best, problem.value(flow))


@dataclass(frozen=True)
class _Likely:
    """Edges of lots in several orders, in each those of a group that gain most first; so many of each group are likely."""

    edges: Ints
    orders: list[tuple[Ints, Ints, int]]

    @staticmethod
    def of(problem: Problem, prices: Ints, most: int) -> "_Likely":
        """By what lots gain beyond these prices: so many a need, as many of all sizes, and some an offer."""
        lots = np.flatnonzero(problem.lot[problem.offer])
        offer, need = problem.offer[lots], problem.need[lots]
        sizes, size = np.unique(problem.offered * problem.lot, return_inverse=True)
        gain = problem.gain[lots] - prices[offer]
        # In coarse steps, which sort in one number; and lots that they do not tell apart are not the same ones for all needs.
        gain -= int(gain.min(initial=0))
        gain = (gain >> max(0, int(gain.max(initial=0)).bit_length() - STEPS)) * 64
        gain += offer * 97 + need * 61 & 63
        of_each = most // max(len(sizes), 1)
        groups = [(need, most), (offer, AN_OFFER)]
        if of_each:
            groups.append((need * len(sizes) + size[offer], of_each))
        orders = [(by_group(group, gain), group, so_many) for group, so_many in groups]
        return _Likely(lots, [(order, group[order], so_many) for order, group, so_many in orders])

    def chosen(self, there: Bools) -> Ints:
        """The likely ones of those edges of the problem that are there."""
        there = there[self.edges]
        likely = np.zeros(len(there), dtype=np.bool_)
        for order, group, so_many in self.orders:
            at = there[order]
            order, group = order[at], group[at]
            likely[order[turns(group) < so_many]] = True
        return self.edges[likely]


def _likely(problem: Problem, prices: Ints, relaxed: Ints, most: int) -> Bools:
    """All edges of what can be split, and of lots those that are used, or that prices make likely."""
    chosen: Bools = (relaxed > 0) | ~problem.lot[problem.offer]
    chosen[_Likely.of(problem, prices, most).chosen(np.ones_like(chosen))] = True
    return chosen


class _Desk:
    """Where lots are settled, among the edges that some prices make likely; counts the work."""

    def __init__(self, problem: Problem, relaxed: Ints, prices: Ints) -> None:
        few = int(problem.lot[problem.offer].sum()) <= MANY
        self.edges = (
            np.arange(len(problem)) if few else np.flatnonzero(_likely(problem, prices, relaxed, LIKELY))
        )
        self.problem, self.work, self._few = problem, 0, few

    @cached_property
    def _gaining(self) -> _Likely:
        """The lots that a need would gain most from if they cost nothing, as they do at home."""
        nothing = np.zeros(len(self.problem.offered), dtype=np.int64)
        return _Likely.of(self.problem, nothing, HAGGLED_OVER)

    def settled(self, prices: Ints, start: Ints) -> Ints:
        """A plan of whole lots, settled need by need at these prices from those that another leaves whole."""
        self._widen(start)
        part, before = self.problem.some(self.edges), start[self.edges]
        size, asked = part.offered[part.offer], part.asked[part.need]
        lot = part.lot[part.offer] & (size <= asked)
        exchanges = Exchanges(part, np.flatnonzero(lot), prices, min(AT_ONCE, WORK - self.work))
        whole = np.flatnonzero(lot & (part.kept | (before == size)))
        exchanges.start(whole[np.argsort(~part.kept[whole], kind="stable")].tolist())
        exchanges.improve(Market.of(part).at(prices).gained)
        self.work += exchanges.work
        flow = np.zeros(len(self.problem), dtype=np.int64)
        flow[self.edges] = exchanges.flow
        return _with_loose(self.problem, flow, start)

    def _widen(self, flow: Ints) -> None:
        """Look at what is at home as well: of each size some that a need would gain most from."""
        if not self._few:
            chosen = flow > 0
            home = self.problem.given(flow) == 0
            chosen[self._gaining.chosen(home[self.problem.offer])] = chosen[self.edges] = True
            self.edges = np.flatnonzero(chosen)


def _haggled(desk: _Desk, relaxed: Ints, prices: Ints, aim: int, best: int) -> tuple[Ints, int]:
    """Prices haggled out over likely edges, and the bound that they give over all."""
    problem, edges = desk.problem, desk.edges
    same, part, left = offers_alike(problem), problem.some(edges), HAGGLING
    bought, bound, work = bought_beyond(problem, prices, edges)
    found = (prices, bound)
    if bound > best + best // 1_000:
        # Needs measured so coarsely hide more than is to be found.
        return found
    chosen = np.full(len(problem), len(problem) <= FEW)
    for _ in range(TIMES):
        chosen[edges[_likely(part, prices, relaxed[edges], HAGGLED_OVER)]] = chosen[bought] = True
        market = Market.of(problem.some(np.flatnonzero(chosen)))
        rounds = int(min(ROUNDS, (left // 2 - work) // market.work))
        if rounds <= 0:
            break
        haggled = haggle(market, prices, aim, rounds, same)
        prices = haggled.prices
        bought, bound, work = bought_beyond(problem, prices, edges)
        left -= rounds * market.work + work
        found = min(found, (prices, bound), key=itemgetter(1))
        if bound <= haggled.bound + haggled.bound // 2_000:
            break
    return found


def bought_beyond(problem: Problem, prices: Ints, likely: Ints) -> tuple[Ints, int, int]:
    """The edges by which needs buy at these prices, the bound that follows, and the work that it was."""
    beyond = problem.gain - prices[problem.offer]
    gaining = np.flatnonzero((beyond > 0) & (beyond >= _least(problem, beyond, likely)))
    market = Market.of(problem.some(gaining))
    bought = market.at(prices)
    return gaining[bought.units > 0], bought.bound, market.work + len(problem)


def _least(problem: Problem, beyond: Ints, likely: Ints) -> Ints:
    """For each edge what it gains beyond prices at least if it is bought: of its size, more likely ones gain more than fit."""
    sizes, size = np.unique(problem.offered * problem.lot, return_inverse=True)
    kinds = len(problem.asked) * len(sizes)
    if kinds > 4 * len(problem):
        # So many sizes that few lots have one in common.
        return np.zeros(1, dtype=np.int64)
    kind = problem.need * len(sizes) + size[problem.offer]
    likely = likely[problem.lot[problem.offer[likely]]]
    likely = likely[by_group(kind[likely], beyond[likely])]
    units = sizes[size[problem.offer[likely]]]
    too_many = likely[(turns(kind[likely]) + 1) * units > problem.asked[problem.need[likely]]]
    least = np.zeros(kinds, dtype=np.int64)
    np.maximum.at(least, kind[too_many], beyond[too_many])
    of_edges: Ints = least[kind]
    return of_edges


def _shaken(desk: _Desk, prices: Ints, relaxed: Ints, flow: Ints, best: int) -> Ints:
    """The best plan of several tries, each at prices a little other and from the best before."""
    problem, random = desk.problem, np.random.default_rng(1)
    flow = max(flow, desk.settled(prices, relaxed), key=problem.value)
    in_vain, most = 0, int(problem.gain.max())
    while problem.value(flow) < CLOSE * best and desk.work < WORK and in_vain < IN_VAIN:
        shaken = prices + SHAKEN * (prices + most / 4) * random.uniform(-1, 1, len(prices))
        other = desk.settled(np.rint(np.maximum(shaken, 0)).astype(np.int64), flow)
        in_vain = 0 if problem.value(other) > problem.value(flow) else in_vain + 1
        flow = max(flow, other, key=problem.value)
    return flow


def _with_loose(problem: Problem, flow: Ints, start: Ints) -> Ints:
    """Lots as they are, and what can be split flowing into what they leave; of very many edges only where another plan's lots were others."""
    loose = ~problem.lot[problem.offer]
    again = loose
    if int(loose.sum()) > MANY:
        others = problem.received(flow) != problem.received(np.where(loose, 0, start))
        again = loose & others[problem.need]
        flow = np.where(loose & ~again, start, flow)
    edges = np.flatnonzero(again)
    if len(edges):
        left = problem.limited(
            problem.offered - problem.given(np.where(loose, flow, 0)),
            problem.asked - problem.received(flow),
        )
        flow[edges] = best_flow(left.subproblem(edges)).flow
    return flow


def _last_look(problem: Problem, prices: Ints, flow: Ints, best: int) -> tuple[Ints, int]:
    """The plan, or a better one that CP-SAT finds among what one may use, by the bound at these prices, if that is little; and the bound."""
    market, value = Market.of(problem), problem.value(flow)
    effort = EFFORTS[len(problem) > TINY]
    if problem.lot[problem.offer].all():
        bought = market.at(prices)
        choice = bundles(problem, prices, bought.gained, bought.bound - value - 1)
        if choice is not None:
            # CP-SAT's module loads pandas, a second and 45 MiB: for whoever has lots that a flow splits.
            from matching import exact

            found, proven = exact.pack(problem, choice, flow, effort=effort)
            flow = max(flow, found, key=problem.value)
            return flow, problem.value(flow) if proven else best
    edges = np.flatnonzero((market.limits(prices) > value) | (flow > 0))
    if len(edges) > LAST:
        return flow, best
    found, bound = _search(problem.subproblem(edges), flow[edges], effort=effort)
    result = np.zeros(len(problem), dtype=np.int64)
    result[edges] = found
    result = max(flow, result, key=problem.value)
    return result, max(min(best, bound), problem.value(result))


def _search(problem: Problem, start: Ints, *, effort: float) -> tuple[Ints, int]:
    # CP-SAT's module loads pandas, a second and 45 MiB: for whoever has lots that a flow splits.
    from matching import exact

    return exact.search(problem, start, effort=effort)
