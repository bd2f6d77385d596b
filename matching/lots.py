"""Whole lots: each goes to one need entirely or nowhere, which a flow cannot promise.

The prices of the flow tell what each lot costs, and lots are settled need by need (`exchanges`); where that does not come close to
the flow's value, a closer bound is haggled out (`prices`), and lots are settled again at its prices. Where what a better plan may
use is little (`bundles`), CP-SAT has a last look (`exact`). Work is counted, not timed.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from operator import itemgetter

import numpy as np

from matching.arrays import Bools, Ints, blocks, by_group, counted, sampled, turns
from matching.bundles import bundles
from matching.exchanges import Exchanges
from matching.flow import Problem
from matching.likely import MANY as SORTED
from matching.likely import SAMPLE, Likely
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
LARGE, ENOUGH, SHORT = 1_000_000, 0.985, 0.004
"""Edges beyond which this share is enough; by what share a flow over as many may be short of the best."""
LARGEST_SUM = 10_000
"""Units of a need up to which it is worked out what lots can add up to."""
MANY, LIKELY = 150_000, 200
"""Edges of lots beyond which lots are settled among those that prices make likely, so many a need."""
FEW, HAGGLED_OVER, AT_HOME = 20_000, 20, 60
"""Edges beyond which prices are haggled over the likely ones, and again with more until all edges agree: so many a need at first; and
so many a need that are looked at of what is at home."""
TOO_MANY = 1_000_000
"""Edges by which needs may buy beyond which there is no closer bound."""
ROUNDS, TIMES = 120, 3
HAGGLING = 300_000_000
"""Entries of tables, and edges times 20, gone through while haggling: less than a second."""
WORK, AT_ONCE = 300_000, 75_000
"""Lots that needs look at in all, about a second, and each time that lots are settled."""
SHAKEN, IN_VAIN = 0.05, 25
"""Lots are settled again at prices up to so much higher or lower, until so often in turn nothing is gained."""


def usable(problem: Problem) -> Problem:
    """The problem, each need asking for no more than whole lots and split offers can add up to: a tighter bound."""
    split = problem.some(np.flatnonzero(~problem.lot[problem.offer]))
    loose = split.received(split.capacity)
    short = (loose < problem.asked) & (problem.asked <= LARGEST_SUM)
    # Where few of the lots add up to all that is asked, all of them do.
    asked = _reached(problem, sampled(len(problem), SAMPLE), loose, short)
    short &= asked < problem.asked
    return replace(problem, asked=_reached(problem, np.flatnonzero(short[problem.need]), loose, short))


def _reached(problem: Problem, edges: Ints, loose: Ints, short: Bools) -> Ints:
    """What needs ask for, those that are short no more than lots on these edges and what is loose add up to."""
    edges = edges[short[problem.need[edges]] & problem.lot[problem.offer[edges]]]
    sizes = problem.offered[problem.offer[edges]]
    far = int(sizes.max(initial=0)) + 1
    pairs, counts = counted(problem.need[edges] * far + sizes, len(short) * far)
    needs = np.flatnonzero(short)
    starts = np.searchsorted(pairs, np.append(needs, len(short)) * far)
    asked = problem.asked.copy()
    for need, start, end in zip(needs.tolist(), starts[:-1], starts[1:], strict=True):
        of_need = zip((pairs[start:end] % far).tolist(), counts[start:end].tolist(), strict=True)
        asked[need] = min(int(asked[need]), _most(of_need, int(asked[need])) + int(loose[need]))
    return asked


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
    if len(problem) > LARGE and not desk.enough(problem.value(flow), best):
        flow = max(flow, desk.settled(prices, flow), key=problem.value)
    if problem.value(flow) < CLOSE * best and not desk.enough(problem.value(flow), best):
        haggled, bound = _haggled(desk, relaxed, prices, problem.value(flow), best)
        start = relaxed if desk.few or bound < best else flow
        if bound < best:
            best, prices = bound, haggled
        if not desk.enough(problem.value(flow), best):
            flow = _shaken(desk, prices, start, flow, best)
    if problem.value(flow) < best and len(problem) <= FEW:
        flow, best = _last_look(problem, prices, flow, best)
    return flow, max(best, problem.value(flow))


def _likely(problem: Problem, prices: Ints, relaxed: Ints, most: int) -> Bools:
    """The edges that are used, or that prices make likely; and all of what can be split, unless they are very many."""
    very_many = len(problem) > LARGE
    chosen: Bools = (relaxed > 0) | ~(problem.lot | very_many)[problem.offer]
    likely = Likely.of(problem, prices, most, problem.lot | very_many)
    chosen[likely.chosen(np.ones_like(chosen))] = True
    return chosen


class _Desk:
    """Where lots are settled, among the edges that some prices make likely; counts the work."""

    def __init__(self, problem: Problem, relaxed: Ints, prices: Ints) -> None:
        few = int(problem.lot[problem.offer].sum()) <= MANY
        self.edges = (
            np.arange(len(problem)) if few else np.flatnonzero(_likely(problem, prices, relaxed, LIKELY))
        )
        self.problem, self.work, self.few = problem, 0, few

    def enough(self, value: int, bound: int) -> bool:
        """Whether a plan of so many pairs is close enough to a bound for more work to bring little."""
        return len(self.problem) > LARGE and value >= ENOUGH * bound

    @cached_property
    def _gaining(self) -> Likely:
        """The lots that a need would gain most from if they cost nothing, as they do at home."""
        nothing = np.zeros(len(self.problem.offered), dtype=np.int64)
        return Likely.of(self.problem, nothing, AT_HOME)

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
        # What of very many lots the flow leaves at home is hardly wanted.
        if not self.few and (self.work or len(flow) <= LARGE):
            chosen = flow > 0
            home = self.problem.lot & (self.problem.given(flow) == 0)
            if len(chosen) > SORTED:
                likely = Likely.of(self.problem, np.zeros_like(self.problem.offered), AT_HOME, home)
                chosen[likely.chosen(np.ones_like(chosen))] = True
            else:
                chosen[self._gaining.chosen(home[self.problem.offer])] = True
            chosen[self.edges] = True
            self.edges = np.flatnonzero(chosen)


def _haggled(desk: _Desk, relaxed: Ints, prices: Ints, aim: int, best: int) -> tuple[Ints, int]:
    """Prices haggled out over likely edges, and the bound that they give over all."""
    problem, edges = desk.problem, desk.edges
    bought, bound, work = bought_beyond(problem, prices, edges)
    found = (prices, bound)
    if bound > best + best // 1_000 or desk.enough(aim, min(bound, best)):
        # Needs measured so coarsely hide more than is to be found; or what there is to be found is little.
        return found
    same, part, left = offers_alike(problem), problem.some(edges), HAGGLING
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
        if bound <= haggled.bound + haggled.bound // 2_000 or desk.enough(aim, bound):
            break
    return found


def bought_beyond(problem: Problem, prices: Ints, likely: Ints) -> tuple[Ints, int, int]:
    """The edges by which needs buy at these prices, the bound that follows, and the work that it was."""
    sizes, size = np.unique(problem.offered * problem.lot, return_inverse=True)
    if len(problem.asked) * len(sizes) > 4 * len(problem):
        # So many sizes that few lots have one in common.
        sizes, size = np.zeros(0, dtype=np.int64), np.zeros_like(size)
    least = _least(problem, prices, likely, sizes, size)
    there = np.zeros(len(problem), dtype=np.bool_)
    there[likely] = True
    found = []
    for some in blocks(len(problem)):
        offer = problem.offer[some]
        beyond = problem.gain[some] - prices[offer]
        # Of those that gain as much the likely ones are enough.
        enough = beyond + there[some] > least[problem.need[some] * len(sizes) + size[offer]]
        found.append(np.flatnonzero(enough & (beyond > 0)) + some.start)
    gaining = np.concatenate(found)
    if len(gaining) > TOO_MANY:
        # Needs would be measured too coarsely.
        return gaining[:0], MOST, 0
    market = Market.of(problem.some(gaining))
    bought = market.at(prices)
    return gaining[bought.units > 0], bought.bound, market.work + len(problem)


def _least(problem: Problem, prices: Ints, likely: Ints, sizes: Ints, size: Ints) -> Ints:
    """What an edge gains beyond prices at least if it is bought, by need and size: more likely ones of its size gain more than fit."""
    least = np.zeros(max(1, len(problem.asked) * len(sizes)), dtype=np.int64)
    if len(sizes):
        likely = likely[problem.lot[problem.offer[likely]]]
        beyond = problem.gain[likely] - prices[problem.offer[likely]]
        kind = problem.need[likely] * len(sizes) + size[problem.offer[likely]]
        order = by_group(kind, beyond)
        likely, beyond, kind = likely[order], beyond[order], kind[order]
        units = problem.offered[problem.offer[likely]]
        too_many = (turns(kind) + 1) * units > problem.asked[problem.need[likely]]
        np.maximum.at(least, kind[too_many], beyond[too_many])
    return least


def _shaken(desk: _Desk, prices: Ints, start: Ints, flow: Ints, best: int) -> Ints:
    """The best plan of several tries, the first at these prices, each other at prices a little other and from the best before."""
    problem, random = desk.problem, np.random.default_rng(1)
    flow = max(flow, desk.settled(prices, start), key=problem.value)
    in_vain, most = 0, int(problem.gain.max())
    while problem.value(flow) < CLOSE * best and desk.work < WORK and in_vain < IN_VAIN:
        if desk.enough(problem.value(flow), best):
            break
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
        short = SHORT if len(problem) > LARGE else 0.0
        flow[edges] = best_flow(left.subproblem(edges), short).flow
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
