"""What turns cost: 26 weeks along the dial, from what serves best (0) to each in turn (1), and with nobody without anything for long.

`worst` is the share of what it asked that the worst-served committee was handed, `worst_five` the mean of the five worst, among those that asked for
ten pieces or more and for which at least half of what they asked came by while they asked, near enough and good enough. The others no plan can
help, or a single handover decides about them; they are the same ones whatever the dial says. `overdue` is how many weeks, all committees
added up, one that asked was without anything (no handover, nothing promised, and no promise that it let lapse) for more than six weeks, counted on Mondays; `passed_over` is
on how many of the coordinator's days such a one was proposed nothing though something was there that it might receive: the rest
of `overdue` is for want of anything suitable, or until what is proposed is answered and fetched.
"""

from collections.abc import Collection, Mapping, Sequence
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


def half_year(name: str, seed: int) -> dict[str, float]:
    """The figures of this place of the dial in the territory of that seed."""
    territory, waits = draw(seed, weeks=WEEKS), _Waits()
    year = Year(territory, planned(DIAL[name]), WEEKS, waits.watch).live()
    told, served = measures(year), shares(year)
    worst = sorted(served[who] for who in within_reach(territory))
    return {
        **{of: told[of] for of in ("delivered", "whole", "km", "gini")},
        "worst": worst[0],
        "worst_five": mean(worst[:5]),
        "overdue": waits.overdue,
        "passed_over": waits.passed_over,
    }


def row(years: Sequence[Mapping[str, float]]) -> str:
    """The means of half years, as the table shows them."""
    return ", ".join(f"{of} {mean(year[of] for year in years):.3g}" for of in years[0])


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
