"""What usually comes and is asked for here, as prices: what a unit of each open row would be worth, kept for later.

After the potentials of Annie MOORE (Ahani, Gölz, Procaccia, Teytelboym and Trapp, *Dynamic Placement in Refugee Resettlement*, Operations
Research 72(3), 2024): what may come is drawn from past weeks, everything is then planned at once, each pair on a day on which both
are there, and the dual prices are averaged over the draws. By duality no plan of a draw gains more than the two prices of a pair together
out of its two units; a pair that is worth less than that by more than a margin waits (types.Ahead).

Drawn are whole weeks, each at most once in a draw, so that what came together comes together, with its item, its place, its committee
and the time that it stayed. Everything is deterministic: the same rows and seed give the same prices.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from matching import candidates, scoring
from matching.allocation import allocate
from matching.arrays import Bools, Floats, Ints
from matching.columns import LAST_DAY, by_id, columns_of
from matching.flow import Problem
from matching.items import Catalogue, load
from matching.recognition import recognise, said_of
from matching.rules import Situation
from matching.shortlist import twice_central
from matching.task import Task
from matching.types import (
    Ahead,
    Barred,
    Chances,
    Lesson,
    Need,
    Offer,
    PastRows,
    PlanError,
    Row,
    Urgency,
    Weights,
)
from matching.validation import LONGEST_ID, check_rows, check_task
from matching.weights import LEAST_ROWS, LEAST_WEEKS

WEEKS = 8
DRAWS = 24
MARGIN = 0.1
_PAST = "-" * (LONGEST_ID + 1)
"""Before the ids of past rows: longer than an id may be, so that no open row's begins like it."""
_DEFAULT = Weights()
UNDER = ("weights", "now", "barred", "received", "lessons", "chances")
"""Of what a plan is made under, what prices depend on."""


def prices_of_plan(
    offers: Sequence[Offer], needs: Sequence[Need], past: PastRows | None, under: Mapping[str, Any]
) -> Ahead | None:
    """The prices for a plan() `under` these keyword arguments: none where its weights let nothing wait, or nothing is known of the past."""
    if past is None or not under["weights"].ahead_days:
        return None
    given = {name: under[name] for name in UNDER if name in under}
    return learn(offers, needs, past.offers, past.needs, **given)


def learn(
    offers: Sequence[Offer],
    needs: Sequence[Need],
    past_offers: Sequence[Offer],
    past_needs: Sequence[Need],
    *,
    weights: Weights = _DEFAULT,
    now: datetime,
    barred: Iterable[Barred] = (),
    received: Mapping[str, float] | None = None,
    lessons: Sequence[Lesson] = (),
    chances: Chances | None = None,
    catalogue: Catalogue | None = None,
    weeks: int = WEEKS,
    draws: int = DRAWS,
    margin: float = MARGIN,
    seed: int = 0,
) -> Ahead | None:
    """Prices of the open rows that may wait, in score a unit; None where fewer than LEAST_WEEKS weeks have passed since the first past row.

    Past rows are as they were when they came, `offered_at` and `declared_at` given; those still open may be among them. The rest is as plan()
    takes it, texts are read as there; `weeks` are looked ahead, `draws` times. Raises PlanError, as plan() does.
    """
    words = load() if catalogue is None else catalogue
    pairs = frozenset((each.offer, each.need) for each in barred)
    task = Task(
        Situation(now, words, pairs, lessons=lessons),
        replace(weights, patience=0.0, longest_weeks=0),
        received=received or {},
        asked=scoring.asked_by_committee([*past_needs, *needs]) | scoring.asked_by_committee(needs),
        chances=chances,
    )
    _check(task, offers, needs, past_offers, past_needs)
    (offers, needs), before = _read(words, offers, needs), _read(words, past_offers, past_needs)
    day = now.date()
    ours = _dated([*before[0], *before[1]], day)
    if max((each.age for each in ours), default=0) < LEAST_WEEKS * 7:
        return None
    known = Counter(each.row.item for each in ours)
    offers, needs = _of_known(offers, known), _of_known(needs, known)
    waiting = {row.id for row in offers if scoring.may_wait(row, row.available_until, weights, day)}
    if not waiting:
        return Ahead({}, {}, margin)
    dated = [_while_it_waits(row, weights, day) if row.id in waiting else row for row in offers]
    market = _Market.of(dated, needs, ours, task).around(waiting)
    given, asked = market.usual(weeks, draws, day, seed)
    prices = _of(market.offers, given, waiting), _of(market.needs, asked, market.asked_of(waiting))
    return Ahead(*prices, margin)


def _check(
    task: Task,
    offers: Sequence[Offer],
    needs: Sequence[Need],
    past_offers: Sequence[Offer],
    past_needs: Sequence[Need],
) -> None:
    check_task(task)
    check_rows([*offers, *past_offers], [*needs, *past_needs], task.situation)
    for name, ids in (("offers", [row.id for row in past_offers]), ("needs", [row.id for row in past_needs])):
        if len({*ids}) < len(ids):
            raise PlanError(f"an id comes twice among the past {name}")


def _read(
    catalogue: Catalogue, offers: Sequence[Offer], needs: Sequence[Need]
) -> tuple[list[Offer], list[Need]]:
    """The rows as plan() takes them: with what their texts name, and tell of an offer's state, where nobody has said it."""
    named = [_named(row, catalogue) for row in offers]
    said = [
        said_of(row.text, row.item, catalogue=catalogue) if row.said is None else row.said for row in named
    ]
    told = [replace(row, said=codes) for row, codes in zip(named, said, strict=True)]
    return told, [_named(row, catalogue) for row in needs]


def _named(row: Row, catalogue: Catalogue) -> Row:
    if row.item is not None:
        return row
    found = recognise(row.text, catalogue=catalogue)
    return replace(row, item=found.item, confidence=found.confidence)


def _dated(rows: Sequence[Offer | Need], day: date) -> "list[_Past]":
    return [_Past.of(row, day) for row in rows if row.item and _since(row)]


def _of_known(rows: Sequence[Row], known: Mapping[str | None, int]) -> list[Row]:
    """Those of items that come often enough to know of."""
    return [row for row in rows if known.get(row.item, 0) >= LEAST_ROWS]


def _while_it_waits(row: Offer, weights: Weights, day: date) -> Offer:
    """What comes after it may wait no longer is worth nothing to it: then it goes to whoever is there."""
    if not weights.ahead_days:
        return row
    return replace(row, available_until=day + timedelta(days=scoring.ahead_left(row, weights, day)))


def _since(row: Offer | Need) -> datetime | None:
    return row.offered_at if isinstance(row, Offer) else row.declared_at


def _until(row: Offer | Need) -> date | None:
    return row.available_until if isinstance(row, Offer) else row.needed_by


def _from(row: Offer | Need) -> date | None:
    return row.available_from if isinstance(row, Offer) else None


def _slots(weeks: int, ahead: int, random: np.random.Generator) -> Ints:
    """For each past week the coming week that it stands for, from 0; -1 for none."""
    chosen = random.permutation(weeks)[:ahead]
    slots = np.full(weeks, -1, dtype=np.int64)
    slots[chosen] = np.arange(len(chosen))
    return slots


def _of(rows: Sequence[Row], prices: Floats, which: Collection[str]) -> dict[str, float]:
    priced = zip(rows, prices.tolist(), strict=True)
    return {row.id: round(price, 6) for row, price in priced if row.id in which}


@dataclass(frozen=True)
class _Past:
    """A past row: how many days ago it came, how many it stayed (LAST_DAY: without end)."""

    row: Offer | Need
    age: int
    stays: int

    @classmethod
    def of(cls, row: Offer | Need, day: date) -> "_Past":
        since, until = _since(row), _until(row)
        came = since.date() if since else day
        return cls(row, max(1, (day - came).days), LAST_DAY if until is None else (until - came).days)


@dataclass(frozen=True)
class _Side:
    """One side's rows by column: when they are there (day ordinals; of past rows, days into their week and days that they stay), units,
    and how many weeks ago they came, -1 for those that are open.
    """

    first: Ints
    last: Ints
    units: Ints
    week: Ints

    def at(self, slots: Ints, day: int) -> tuple[Ints, Ints, Ints]:
        """First and last days, and units, where past weeks come again in these slots."""
        past = self.week >= 0
        slot = np.where(past, slots[np.maximum(self.week, 0)], 0)
        first = np.where(past, day + 7 * slot + self.first, self.first)
        last = np.where(past, np.minimum(LAST_DAY, first + self.last), self.last)
        return first, last, np.where(slot < 0, 0, self.units)


@dataclass(frozen=True)
class _Market:
    """Open and past rows, all pairs of them that are permitted on some day, and what a unit of each is worth."""

    offers: Sequence[Offer]
    needs: Sequence[Need]
    given: _Side
    asked: _Side
    offer: Ints
    need: Ints
    worth: Ints
    lot: Bools
    weeks: int

    @classmethod
    def of(
        cls, offers: Sequence[Offer], needs: Sequence[Need], past: Sequence[_Past], task: Task
    ) -> "_Market":
        """Those of these rows."""
        came = {_PAST + each.row.id: each for each in past if isinstance(each.row, Offer)}
        were_asked = {_PAST + each.row.id: each for each in past if isinstance(each.row, Need)}
        mine = by_id(
            [
                *(_endless_offer(row) for row in offers),
                *(_undated_offer(each.row) for each in came.values() if isinstance(each.row, Offer)),
            ]
        )
        theirs = by_id(
            [
                *(replace(row, needed_by=None) for row in needs),
                *(_undated_need(each.row) for each in were_asked.values() if isinstance(each.row, Need)),
            ]
        )
        columns = columns_of(mine, theirs, task)
        found = candidates.find(*columns, task.situation)
        worth = candidates.worths(found, *columns, task.weights, task.chances)
        day = task.situation.day.toordinal()
        return cls(
            mine,
            theirs,
            _side(mine, {row.id: row for row in offers}, came, day),
            _side(theirs, {row.id: row for row in needs}, were_asked, day),
            found.offer,
            found.need,
            worth,
            columns[0].lot,
            1 + max(_week(each) for each in past),
        )

    def around(self, waiting: Collection[str]) -> "_Market":
        """The same with those pairs alone that prices of these offers may depend on."""
        ours = np.array([row.id in waiting for row in self.offers], dtype=np.bool_)
        while True:
            theirs = np.zeros(len(self.needs), dtype=np.bool_)
            theirs[self.need[ours[self.offer]]] = True
            pairs = theirs[self.need]
            before, ours = ours, ours.copy()
            ours[self.offer[pairs]] = True
            if (ours == before).all():
                o, n = self.offer[pairs], self.need[pairs]
                return replace(self, offer=o, need=n, worth=self.worth[pairs])

    def asked_of(self, waiting: Collection[str]) -> set[str]:
        """The open needs that these offers may serve, and that may wait for others."""
        pairs = zip(self.offer.tolist(), self.need.tolist(), strict=True)
        found = (self.needs[n] for o, n in pairs if self.offers[o].id in waiting)
        return {
            row.id for row in found if not row.id.startswith(_PAST) and row.urgency is not Urgency.CRITICAL
        }

    def usual(self, weeks: int, draws: int, day: date, seed: int) -> tuple[Floats, Floats]:
        """The prices of all rows, averaged over draws of so many coming weeks."""
        random = np.random.default_rng(seed)
        drawn = [self.prices(_slots(self.weeks, weeks, random), day.toordinal()) for _ in range(draws)]
        return np.mean([each[0] for each in drawn], axis=0), np.mean([each[1] for each in drawn], axis=0)

    def prices(self, slots: Ints, day: int) -> tuple[Floats, Floats]:
        """The dual prices of all rows, where past weeks come again in these slots."""
        (first, last, offered), (start, end, asked) = self.given.at(slots, day), self.asked.at(slots, day)
        o, n = self.offer, self.need
        both = (offered[o] > 0) & (asked[n] > 0) & (self.worth > 0)
        both &= np.maximum(first[o], start[n]) <= np.minimum(last[o], end[n])
        o, n, gain = o[both], n[both], self.worth[both]
        nothing = np.zeros(len(o), dtype=np.bool_)
        # What may be split has prices; a lot's are those of its units.
        problem = Problem(
            o, n, gain, np.minimum(offered[o], asked[n]), nothing, offered, asked, np.zeros_like(self.lot)
        )
        # No edge may be full, or its two prices could be less than what it gains.
        roomy = replace(problem, capacity=problem.capacity + 1)
        mine, theirs = twice_central(roomy, allocate(problem).flow)
        return mine / 2 / scoring.MICRO, theirs / 2 / scoring.MICRO


def _endless_offer(row: Offer) -> Offer:
    """Each draw has its own dates."""
    return replace(row, available_from=None, available_until=None)


def _undated_offer(row: Offer) -> Offer:
    """A past row as if it came today."""
    return replace(_endless_offer(row), id=_PAST + row.id, offered_at=None)


def _undated_need(row: Need) -> Need:
    return replace(row, id=_PAST + row.id, needed_by=None, declared_at=None)


def _week(row: _Past) -> int:
    return (row.age - 1) // 7


def _side(rows: Sequence[Row], dated: Mapping[str, Row], known: Mapping[str, _Past], day: int) -> _Side:
    table = []
    for row in rows:
        if (past := known.get(row.id)) is not None:
            table.append((6 - (past.age - 1) % 7, past.stays, row.quantity, _week(past)))
        else:
            until, since = _until(dated[row.id]), _from(dated[row.id])
            last = LAST_DAY if until is None else until.toordinal()
            table.append((max(day, since.toordinal()) if since else day, last, row.quantity, -1))
    return _Side(*np.array(table, dtype=np.int64).reshape(-1, 4).T)
