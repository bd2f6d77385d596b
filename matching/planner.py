"""From offers and needs to a plan. The front door of the engine, and its memory between two plans.

A Planner asked again with a few rows changed plans only the components that these touch, and answers exactly what a
fresh plan would.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from time import perf_counter
from typing import Concatenate, ParamSpec

from matching import scoring
from matching.explanation import Explainer, Lazy, Told
from matching.items import Catalogue, load
from matching.memory import Changed, Memory, Rows
from matching.recognition import recognise, said_of
from matching.rules import Situation
from matching.solving import solve
from matching.task import Task
from matching.types import (
    Ahead,
    Barred,
    Chances,
    Kept,
    Lesson,
    Miss,
    Need,
    Offer,
    Plan,
    Row,
    Seconds,
    StoppedShort,
    Unmet,
    Unplaced,
    Unrecognised,
    Weights,
)
from matching.validation import check_rows, check_task

P = ParamSpec("P")

_DEFAULT = Weights()
_AFRESH = 0.05
"""Beyond this share of changed rows a fresh plan is quicker."""


class Planner:
    """plan() with a memory. One thread at a time."""

    def __init__(self) -> None:
        self._memory: Memory | None = None
        self._catalogue: Catalogue | None = None
        self._read: dict[str, tuple[str | None, float]] = {}

    def plan(
        self,
        offers: Sequence[Offer],
        needs: Sequence[Need],
        *,
        weights: Weights = _DEFAULT,
        now: datetime,
        kept: Iterable[Kept] = (),
        barred: Iterable[Barred] = (),
        received: Mapping[str, float] | None = None,
        distances: Mapping[tuple[str, str], float] | None = None,
        lessons: Sequence[Lesson] = (),
        room: Mapping[str, int] | None = None,
        since: Mapping[str, date] | None = None,
        chances: Chances | None = None,
        ahead: Ahead | None = None,
        catalogue: Catalogue | None = None,
        processes: int = 1,
    ) -> Plan:
        """The plan that maximises the sum documented in README.md. The order of the lists does not matter.

        `now` is aware; its day, in its own offset, is the day of the plan. `received` is units lately received by
        committee, `room` how many large pieces a committee can still store, `since` the day since when it has had nothing (read where the
        weights have `longest_weeks`). `distances` replace places: (offer, need) → kilometres, pairs not listed being out of reach.
        `chances` are those of success, as they were learnt, `ahead` what units kept for later are worth. `processes` above 1 solves components in parallel. Raises PlanError, which says where, for rows out of contract.
        Whole lists are given: where that is quicker, they are compared with the last ones, and the plan worked out from theirs.
        """
        task = Task(
            Situation(
                now=now,
                catalogue=load() if catalogue is None else catalogue,
                barred=frozenset((each.offer, each.need) for each in barred),
                distances=distances,
                lessons=lessons,
                room=room or {},
            ),
            weights,
            {(each.offer, each.need): each.quantity for each in kept},
            received or {},
            scoring.asked_by_committee(row for row in needs if row.committee in received) if received else {},
            since or {},
            processes,
            chances,
            ahead,
        )
        check_task(task)
        return self._plan(task, offers, needs)

    def _plan(self, task: Task, offers: Sequence[Offer], needs: Sequence[Need]) -> Plan:
        """The plan of these rows, worked out from the last one where that helps."""
        memory = self._remembered(task)
        some_offers, some_needs = memory.offers.changes(offers), memory.needs.changes(needs)
        check_rows(_there(some_offers), _there(some_needs), task.situation)
        # Until the new plan stands there is none to start from: an error half-way must not leave half of it.
        self._memory = None
        changed = Changed(
            set(some_offers),
            set(some_needs),
            memory.offers.spots_of(some_offers),
            memory.needs.spots_of(some_needs),
            memory.committees_of(some_needs),
        )
        memory.offers.take(offers, some_offers)
        memory.needs.take(needs, some_needs)
        seconds = _bring_up_to_date(memory, task, changed)
        self._memory = memory
        return _answer(memory, seconds)

    def _remembered(self, task: Task) -> Memory:
        """The last plan's memory where that helps, else one of nothing."""
        catalogue = task.situation.catalogue
        if catalogue is not self._catalogue:
            self._catalogue, self._read, self._memory = catalogue, {}, None
        if self._memory is not None and task.comparable(self._memory.task):
            return self._memory
        return Memory(task, Rows(self._offer), Rows(self._with_item))

    def _with_item(self, row: Row) -> Row:
        """The row with the item that its text names, where it has none of its own."""
        if row.item is None:
            if row.text not in self._read:
                found = recognise(row.text, catalogue=self._catalogue)
                self._read[row.text] = (found.item, found.confidence)
            item, confidence = self._read[row.text]
            row = replace(row, item=item, confidence=confidence)
        return row

    def _offer(self, offer: Offer) -> Offer:
        """The offer with its item, and what its text says of its state where nobody has said it."""
        named = self._with_item(offer)
        if named.said is not None:
            return named
        return replace(named, said=said_of(named.text, named.item, catalogue=self._catalogue))


def _afresh(method: Callable[Concatenate[Planner, P], Plan]) -> Callable[P, Plan]:
    def plan(*rows: P.args, **under: P.kwargs) -> Plan:
        """Planner.plan(), by a planner of its own."""
        return method(Planner(), *rows, **under)

    return plan


plan = _afresh(Planner.plan)


def _bring_up_to_date(memory: Memory, task: Task, changed: Changed) -> Seconds:
    """Plan the components that these rows touch, and those of rows, pairs and committees of which the task says otherwise."""
    started = perf_counter()
    before, memory.task = memory.task, task
    pairs, (offers, needs) = before.pairs_apart(task), before.priced_apart(task)
    changed.offers |= offers
    changed.needs |= needs | memory.asked_by(before.unlike_now(task))
    offers = changed.offers | {offer for offer, _ in pairs}
    needs = changed.needs | {need for _, need in pairs}
    known = len(memory.offers.given) + len(memory.needs.given)
    if not memory.components or len(offers) + len(needs) > _AFRESH * known + 1:
        memory.forget_all()
        solved = solve(memory.offers.some(memory.offers.named), memory.needs.some(memory.needs.named), task)
        pairings = solved.pairings
    else:
        apart = frozenset(offers), frozenset(needs)
        memory.widen(offers, needs)
        gone = memory.forget(offers, needs)
        solved = solve(memory.offers.some(offers), memory.needs.some(needs), task)
        memory.forget_misses(*apart)
        memory.forget_misses_beside(changed, gone, solved.pairings)
        # The very same where nothing is new about it: nobody need look at it again.
        there = {(each.offer, each.need): each for each in gone}
        beside = ((there.get((each.offer, each.need), each), each) for each in solved.pairings)
        pairings = [was if was == each else each for was, each in beside]
    memory.add(pairings, solved.components)
    spent = perf_counter() - started - solved.seconds.allocation - solved.seconds.explanation
    return replace(solved.seconds, candidates=spent)


def _there(rows: Mapping[str, Row | None]) -> list[Row]:
    return [row for row in rows.values() if row is not None]


def _answer(memory: Memory, seconds: Seconds) -> Plan:
    """The plan that the memory holds; what is unmet and unplaced is told when it is read."""
    task, pairings = memory.task, tuple(memory.pairings)
    offers, needs = dict(memory.offers.named), dict(memory.needs.named)
    rows = Lazy(offers.values), Lazy(needs.values), pairings
    explain = Explainer(*rows, task, memory.pools)
    known = memory.misses

    def unmet() -> Iterator[Unmet]:
        for name, units in _over(explain.needs_left):
            yield Unmet(name, units, _once(known, ("need", name), explain.for_need, needs[name]))

    def unplaced() -> Iterator[Unplaced]:
        for name, units in _over(explain.offers_left):
            yield Unplaced(name, units, _once(known, ("offer", name), explain.for_offer, offers[name]))

    unread = [Unrecognised(name, row.text, "offer") for name, row in sorted(memory.offers.unread.items())]
    unread += [Unrecognised(name, row.text, "need") for name, row in sorted(memory.needs.unread.items())]
    return Plan(
        pairings=pairings,
        unmet=Lazy(unmet),
        unplaced=Lazy(unplaced),
        unrecognised=tuple(unread),
        value=memory.value / scoring.MICRO,
        bound=memory.bound / scoring.MICRO,
        weights_version=task.weights.version,
        chances_version=task.chances.version if task.chances else "",
        pairs=memory.pairs,
        components=len(memory.components),
        stopped_short=tuple(
            StoppedShort(
                name,
                len(each.offers),
                len(each.needs),
                each.value / scoring.MICRO,
                each.bound / scoring.MICRO,
            )
            for name, each in sorted(memory.components.items())
            if each.short
        ),
        seconds=seconds,
    )


def _over(left: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(each for each in left.items() if each[1])


def _once(
    known: dict[tuple[str, str], Told],
    key: tuple[str, str],
    look: Callable[[Row], Told],
    row: Row,
) -> Sequence[Miss]:
    """What is known of the row, else what is found when it is first read: the same tuple for this plan and for those to come."""

    def found() -> tuple[Miss, ...]:
        if key not in known:
            known[key] = look(row)
        return known[key].misses

    return known[key].misses if key in known else Lazy(found)
