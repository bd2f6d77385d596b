"""What turns cost: 26 weeks along the dial, from what serves best (0) to each in turn (1), and with nobody without anything for long.

`worst` is the share of what it asked that the worst-served committee was handed, `worst_five` the mean of the five worst, among those that asked for
ten pieces or more and for which at least half of what they asked came by while they asked, near enough and good enough. The others no plan can
help, or a single handover decides about them; they are the same ones whatever the dial says. `overdue` is how many weeks, all committees
added up, one that asked was without anything (no handover, and nothing promised) for more than six weeks, counted on Mondays; `passed_over` is
on how many of the coordinator's days such a one was proposed nothing though something was there that it might receive: the rest
of `overdue` is for want of anything suitable, or until what is proposed is answered and fetched.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import mean

from matching import Weights, candidates
from matching.columns import by_id, columns_of
from matching.rules import Situation
from matching.task import Task
from tests.benchmarks.year.life import Board, Proposal, Year
from tests.benchmarks.year.measures import measures, shares
from tests.benchmarks.year.policies import permitted, planned
from tests.benchmarks.year.territory import START, Territory, draw

WEEKS = 26
SIX_WEEKS = timedelta(weeks=6)
LEAST = 10
"""A committee that asks for less is served or not by one handover."""
DIAL = {
    "0": Weights(),
    "0.25": Weights(turns=0.25),
    "0.5": Weights(turns=0.5),
    "0.75": Weights(turns=0.75),
    "1": Weights(turns=1),
    "1.six_weeks": Weights(turns=1, longest_weeks=6),
    "0.six_weeks": Weights(longest_weeks=6),
}


def table(seeds: Sequence[int]) -> Iterator[tuple[str, str]]:
    """A row for each place of the dial: the means over the territories of these seeds."""
    territories = [draw(seed, weeks=WEEKS) for seed in seeds]
    helped = [within_reach(each) for each in territories]
    for name, weights in DIAL.items():
        waits = _Waits()
        years = [Year(each, planned(weights), WEEKS, waits.watch).live() for each in territories]
        told = [measures(year) for year in years]
        units, km, gini, whole = (
            mean(each[of] for each in told) for of in ("delivered", "km", "gini", "whole")
        )
        served = [
            sorted(shares(year)[who] for who in those) for year, those in zip(years, helped, strict=True)
        ]
        worst, five = mean(each[0] for each in served), mean(mean(each[:5]) for each in served)
        yield (
            f"fair.curve.{name}",
            f"units {units:.0f}, whole {whole:.0f}, km {km:.2f}, gini {gini:.3f}, worst {worst:.3f}, worst_five {five:.3f}, "
            f"overdue {waits.overdue / len(years):.0f}, passed_over {waits.passed_over / len(years):.0f}",
        )


def within_reach(territory: Territory) -> Collection[str]:
    """The committees that ask for enough and for which half of what they ask came by, each thing once for every need that it would do for."""
    offers, needs = by_id(territory.offers), by_id(territory.needs)
    situation = Situation(START)
    pairs = candidates.find(*columns_of(offers, needs, Task(situation, Weights())), situation)
    came = dict.fromkeys((row.id for row in needs), 0)
    for at, to in zip(pairs.offer.tolist(), pairs.need.tolist(), strict=True):
        offer, need = offers[at], needs[to]
        assert offer.offered_at is not None
        assert need.declared_at is not None
        ends = min(offer.available_until or START.date(), need.needed_by or START.date())
        if max(offer.offered_at, need.declared_at).date() <= ends:
            came[need.id] += offer.quantity
    asked = dict.fromkeys(territory.committees, 0)
    could = dict.fromkeys(territory.committees, 0)
    for row in needs:
        asked[row.committee or ""] += row.quantity
        could[row.committee or ""] += min(row.quantity, came[row.id])
    return sorted(name for name, units in asked.items() if units >= LEAST and could[name] >= units / 2)


@dataclass
class _Waits:
    """Counts as a year goes by: committees that are overdue on Mondays, and days on which one was passed over."""

    overdue: int = 0
    passed_over: int = 0

    def watch(self, board: Board, proposals: Sequence[Proposal]) -> None:
        """Look at a day."""
        waiting = {name for name, since in board.since.items() if since < board.now.date() - SIX_WEEKS}
        if board.now.isoweekday() == 1:
            self.overdue += len(waiting)
        committees = {row.id: row.committee for row in board.needs}
        could = {need.committee for _offer, ways in permitted(board) for need, _km in ways}
        self.passed_over += len(waiting & could - {committees[each.need] for each in proposals})
