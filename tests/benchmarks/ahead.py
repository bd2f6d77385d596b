"""Looking ahead: what prices of what usually comes (`matching.ahead`) gain over placing at once, in the years of territory.toml.

Three looks a week at the second half of a year; what a plan proposes is handed over at once, so that nothing but the choice differs. Before
each look prices are learnt from all that came before that day. What is looked ahead, the draws and the margin were chosen on the years
`tuning` and on two more (3, 4); the figures are the means of the years `reporting` and of two more.

- **ahead.share_of_hindsight**: the worth of what was handed over, over that of the one best plan that knew all rows of the half-year, each
  pair on a look on which both are there; **.without**: the same without prices;
- **ahead.within_48h**, **.within_48h_units**, **.within_48h_days**: where nothing waits for longer than two days, as the portal offers it at most;
- **ahead.days**, **.without_days**: from the offer to the handover, of a unit; **ahead.units**, **.without_units**, **.hindsight_units**.

On the mean of the four years 0.939 of hindsight with prices and 0.929 without, for 0.7 day more until the handover. That closes
a seventh of the gap. Where nothing waits for longer than two days it is 0.933, in 0.08 day less. That an offer counts with what comes while it may
wait, and with nothing later, was chosen on the years 1 to 4. What is left cannot be priced: things come one by one, and the best plan knows which committee will ask for which of
them. On years for trying things out, without lots: where needs of high urgency never wait either, two thirds of the gain were left; prices
by item and square of 20 km, instead of by row, gained nothing; of prices a day old a quarter was left on the one year tried, for what came since
has none and is placed at once.

Worths are those of the default weights on the day on which a need is declared: waiting earns nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import mean

import numpy as np

from matching import Ahead, Need, Offer, Weights, candidates, plan, scoring
from matching.ahead import learn
from matching.allocation import allocate
from matching.arrays import Ints
from matching.columns import by_id, columns_of
from matching.flow import Problem
from matching.rules import Situation
from matching.task import Task
from matching.types import Row
from tests.benchmarks.year.territory import START, WEEKS, draw, parameters

MORE = (13, 14)
_FROM, _TO = WEEKS // 2 * 7, WEEKS * 7
_AFTER = 60


def figures() -> Iterator[tuple[str, float]]:
    """Every figure."""
    markets = [Market.of(seed) for seed in (*parameters()["reporting"], *MORE)]
    best = [each.hindsight() for each in markets]
    for names, looking in (
        (("share_of_hindsight", "units", "days"), Weights()),
        (("without", "without_units", "without_days"), None),
        (("within_48h", "within_48h_units", "within_48h_days"), Weights(ahead_days=2)),
    ):
        lived = [each.live(looking) for each in markets]
        share, units, days = names
        yield f"ahead.{share}", mean(mine.worth / all_.worth for mine, all_ in zip(lived, best, strict=True))
        yield f"ahead.{units}", mean(each.units for each in lived)
        yield f"ahead.{days}", mean(each.days / each.units for each in lived)
    yield "ahead.hindsight_units", mean(each.units for each in best)


@dataclass(frozen=True)
class Handed:
    """What was handed over: its worth, units, and days since the offers, times units."""

    worth: float
    units: int
    days: float


@dataclass(frozen=True)
class Market:
    """A year's rows by id, and the pairs that are permitted on some look, with what a unit of each is worth."""

    offers: Sequence[Offer]
    needs: Sequence[Need]
    offer: Ints
    need: Ints
    worth: Ints

    @classmethod
    def of(cls, seed: int) -> "Market":
        """That of a territory."""
        territory = draw(seed)
        offers, needs = by_id(territory.offers), by_id(territory.needs)
        task = Task(Situation(START), Weights())
        undated = [replace(row, declared_at=None) for row in needs]
        columns = columns_of(offers, undated, task)
        found = candidates.find(*columns, task.situation)
        worth = candidates.worths(found, *columns, task.weights)
        looks = [_day(look) for look in _looks()]
        come = np.maximum(_come(offers)[found.offer], _come(needs)[found.need])
        gone = np.minimum(columns[0].end[found.offer], columns[1].end[found.need])
        next_look = np.array([*looks, 1 << 40])[np.searchsorted(looks, come)]
        later = (_come(offers)[found.offer] >= _FROM + START.toordinal()) & (
            _come(needs)[found.need] >= _FROM + START.toordinal()
        )
        chosen = (next_look <= gone) & later
        return cls(offers, needs, found.offer[chosen], found.need[chosen], worth[chosen])

    @cached_property
    def worths(self) -> Mapping[tuple[str, str], float]:
        """What a unit of each pair is worth."""
        pairs = zip(self.offer.tolist(), self.need.tolist(), self.worth.tolist(), strict=True)
        return {(self.offers[o].id, self.needs[n].id): worth / scoring.MICRO for o, n, worth in pairs}

    def hindsight(self) -> Handed:
        """The best plan that knows everything."""
        offered, asked = _units(self.offers), _units(self.needs)
        capacity = np.minimum(offered[self.offer], asked[self.need])
        lot = np.array([not row.divisible for row in self.offers])
        nothing = np.zeros(len(self.offer), dtype=np.bool_)
        fits = ~lot[self.offer] | (offered[self.offer] <= asked[self.need])
        problem = Problem(self.offer, self.need, self.worth, capacity, nothing, offered, asked, lot).some(
            np.flatnonzero(fits)
        )
        flow = allocate(replace(problem, kept=nothing[fits])).flow
        return Handed(problem.value(flow) / scoring.MICRO, int(flow.sum()), 0.0)

    def live(self, looking: Weights | None) -> Handed:
        """Look by look, with prices as these weights let things wait, or without."""
        left = {row.id: row.quantity for row in self.offers} | {row.id: row.quantity for row in self.needs}
        given = {row.id: row for row in self.offers}
        worth, units, days = 0.0, 0, 0.0
        for look in _looks():
            offers, needs = self._open(self.offers, look, left), self._open(self.needs, look, left)
            prices = self._learnt(offers, needs, look, looking) if looking else None
            for each in plan(offers, needs, now=look, weights=looking or Weights(), ahead=prices).pairings:
                left[each.offer] -= each.quantity
                left[each.need] -= each.quantity
                worth += self.worths[each.offer, each.need] * each.quantity
                units += each.quantity
                days += each.quantity * (look - (given[each.offer].offered_at or look)) / timedelta(days=1)
        return Handed(worth, units, days)

    def _learnt(
        self, offers: Sequence[Offer], needs: Sequence[Need], look: datetime, looking: Weights
    ) -> Ahead | None:
        yesterday = look - timedelta(days=1)
        came, asked = (
            [row for row in self.offers if _since(row) < yesterday],
            [row for row in self.needs if _since(row) < yesterday],
        )
        return learn(offers, needs, came, asked, weights=looking, now=look)

    @staticmethod
    def _open(rows: Sequence[Row], look: datetime, left: Mapping[str, int]) -> list[Row]:
        return [
            replace(row, quantity=left[row.id])
            for row in rows
            if left[row.id]
            and START + timedelta(days=_FROM) <= _since(row) <= look
            and _until(row) >= look.date()
            and (getattr(row, "divisible", True) or left[row.id] == row.quantity)
        ]


def _looks() -> list[datetime]:
    days = (START + timedelta(days=day) for day in range(_FROM, _TO + _AFTER))
    return [day for day in days if day.isoweekday() in parameters()["coordinator"]["looks"]]


def _since(row: Offer | Need) -> datetime:
    since = row.offered_at if isinstance(row, Offer) else row.declared_at
    if since is None:
        raise ValueError(row.id)
    return since


def _until(row: Offer | Need) -> date:
    return (row.available_until if isinstance(row, Offer) else row.needed_by) or date.max


def _day(at: datetime) -> int:
    return at.date().toordinal()


def _come(rows: Sequence[Offer] | Sequence[Need]) -> Ints:
    """The first day on which a look sees each row."""
    return np.array([_day(_since(row) + timedelta(hours=24 - START.hour)) for row in rows], dtype=np.int64)


def _units(rows: Sequence[Offer] | Sequence[Need]) -> Ints:
    return np.array([row.quantity for row in rows], dtype=np.int64)
