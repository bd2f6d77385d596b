"""From offers and needs to a plan. The front door of the engine, and its memory between two plans.

A Planner asked again with a few rows changed plans only the components that these touch, and answers exactly what a
fresh plan would.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import compress, count
from operator import is_not
from time import perf_counter
from typing import TypeVar

from matching import scoring
from matching.catalogue import recognise
from matching.columns import Codes, by_id
from matching.explanation import Explainer, Lazy
from matching.items import Catalogue, load
from matching.memory import Memory, Question, Side
from matching.rules import Situation
from matching.solving import solve
from matching.types import (
    Barred,
    Kept,
    Lesson,
    Need,
    Offer,
    Pairing,
    Plan,
    PlanError,
    Seconds,
    Unmet,
    Unplaced,
    Unrecognised,
    Weights,
)
from matching.validation import check_rows, check_surroundings

Row = TypeVar("Row", Offer, Need)
_DEFAULT = Weights()
_AFRESH = 0.05
"""Beyond this share of changed rows a fresh plan is quicker."""


def plan(
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
    catalogue: Catalogue | None = None,
    processes: int = 1,
) -> Plan:
    """The plan that maximises the sum documented in README.md. The order of the lists does not matter.

    `now` is aware; its day, in its own offset, is the day of the plan. `received` is units lately received by
    committee. `distances` replace places: (offer, need) → kilometres, pairs not listed being out of reach.
    `processes` above 1 solves components in parallel. Raises PlanError, which says where, for rows out of contract.
    """
    return Planner().plan(
        offers,
        needs,
        weights=weights,
        now=now,
        kept=kept,
        barred=barred,
        received=received,
        distances=distances,
        lessons=lessons,
        catalogue=catalogue,
        processes=processes,
    )


class Planner:
    """plan() with a memory: see there for the arguments. One thread at a time."""

    def __init__(self) -> None:
        self._memory: Memory | None = None
        self._read: dict[str, tuple[str | None, float]] = {}
        self._codes: Codes | None = None

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
        catalogue: Catalogue | None = None,
        processes: int = 1,
    ) -> Plan:
        """The plan, worked out from the last one where that is quicker. Whole lists are given, and compared."""
        memory = self._memory
        some_offers = _differing(None if memory is None else memory.offers, offers)
        some_needs = _differing(None if memory is None else memory.needs, needs)
        asked = (
            scoring.asked_by_committee(needs)
            if memory is None
            else _asked_after(memory.question.asked, some_needs, memory.needs)
        )
        question = Question(
            Situation(
                now=now,
                catalogue=load() if catalogue is None else catalogue,
                barred=_pairs(barred),
                distances=distances,
                lessons=lessons,
            ),
            weights,
            _units(kept),
            received or {},
            asked,
            processes,
        )
        check_surroundings(weights, lessons, question.received, question.kept, question.situation)
        if memory is None or not question.comparable(memory.question):
            given, wanted = {row.id: row for row in offers}, {row.id: row for row in needs}
            found = self._afresh(question, given, wanted)
        else:
            found = self._after(question, some_offers, some_needs)
        assert self._memory is not None
        self._memory.offers.listed, self._memory.needs.listed = tuple(offers), tuple(needs)
        return found

    def replan(
        self,
        *,
        offers: Iterable[Offer] = (),
        needs: Iterable[Need] = (),
        gone_offers: Iterable[str] = (),
        gone_needs: Iterable[str] = (),
        kept: Iterable[Kept] | None = None,
        barred: Iterable[Barred] | None = None,
        received: Mapping[str, float] | None = None,
    ) -> Plan:
        """The plan once these rows have come, or changed, and those ids have gone; None stays as it was.

        The time it takes grows with the components touched, not with the rows known. Raises PlanError as plan()
        does, also where nothing was planned before or an id that is gone is not known.
        """
        memory = self._memory
        if memory is None:
            raise PlanError("nothing was planned before: plan first")
        before = memory.question
        some_offers: dict[str, Offer | None] = {row.id: row for row in offers}
        some_needs: dict[str, Need | None] = {row.id: row for row in needs}
        _take_away(some_offers, gone_offers, memory.offers)
        _take_away(some_needs, gone_needs, memory.needs)
        situation = before.situation
        if barred is not None:
            situation = replace(situation, barred=_pairs(barred))
        question = replace(
            before,
            situation=situation,
            kept=before.kept if kept is None else _units(kept),
            received=before.received if received is None else received,
            asked=_asked_after(before.asked, some_needs, memory.needs) if some_needs else before.asked,
        )
        check_surroundings(question.weights, (), question.received, question.kept, situation)
        return self._after(question, some_offers, some_needs)

    def _afresh(self, question: Question, offers: Mapping[str, Offer], needs: Mapping[str, Need]) -> Plan:
        check_rows(offers.values(), needs.values(), question.situation)
        catalogue = question.situation.catalogue
        if self._codes is None or self._codes.catalogue is not catalogue:
            self._codes = Codes.of(catalogue)
            self._read = {}
        given = Side(offers.values(), partial(self._with_item, catalogue=catalogue))
        asked = Side(needs.values(), partial(self._with_item, catalogue=catalogue))
        solved = solve(
            by_id(list(given.named.values())), by_id(list(asked.named.values())), question.task(self._codes)
        )
        memory = Memory(question, self._codes, given, asked, solved.pairings)
        memory.add(solved.components())
        self._memory = memory
        return _told(memory, solved.seconds)

    def _after(
        self, question: Question, offers: Mapping[str, Offer | None], needs: Mapping[str, Need | None]
    ) -> Plan:
        """The plan when these rows changed, None for one that is gone, and the question from the last one's."""
        memory = self._memory
        assert memory is not None
        check_rows(_there(offers), _there(needs), question.situation)
        pairs = memory.question.pairs_apart(question)
        unfair = memory.question.unfair_now(question)
        stale_offers = set(offers) | {offer for offer, _ in pairs}
        stale_needs = set(needs) | {need for _, need in pairs}
        # Until the new plan stands there is none to start from: an error half-way must not leave half of it.
        self._memory = None
        memory.offers.change(offers)
        memory.needs.change(needs)
        if unfair:
            stale_needs |= {row.id for row in memory.needs.named.values() if row.committee in unfair}
        known = len(memory.offers.given) + len(memory.needs.given)
        many = len(stale_offers) + len(stale_needs) > _AFRESH * known + 1
        if many or question.situation.distances is not None:
            return self._afresh(question, memory.offers.given, memory.needs.given)
        memory.question = question
        found = _again(memory, stale_offers, stale_needs)
        self._memory = memory
        return found

    def _with_item(self, row: Row, catalogue: Catalogue) -> Row:
        """The row with the item that its text names, where it has none of its own."""
        if row.item is not None:
            return row
        if row.text not in self._read:
            found = recognise(row.text, catalogue=catalogue)
            self._read[row.text] = (found.item, found.confidence)
        item, confidence = self._read[row.text]
        return replace(row, item=item, confidence=confidence)


def _again(memory: Memory, offers: set[str], needs: set[str]) -> Plan:
    """Plan the components that these rows touch, and put the result in the place of the old."""
    started = perf_counter()
    memory.widen(offers, needs)
    memory.forget(offers, needs)
    solved = solve(memory.offers.rows(offers), memory.needs.rows(needs), memory.question.task(memory.codes))
    memory.replace(offers, solved.pairings)
    memory.add(solved.components())
    spent = perf_counter() - started - solved.seconds.allocation - solved.seconds.explanation
    return _told(memory, replace(solved.seconds, candidates=spent))


def _pairs(barred: Iterable[Barred]) -> frozenset[tuple[str, str]]:
    return frozenset((each.offer, each.need) for each in barred)


def _units(kept: Iterable[Kept]) -> dict[tuple[str, str], int]:
    return {(each.offer, each.need): each.quantity for each in kept}


def _there(rows: Mapping[str, Row | None]) -> list[Row]:
    return [row for row in rows.values() if row is not None]


def _take_away(rows: dict[str, Row | None], gone: Iterable[str], side: Side[Row]) -> None:
    for name in gone:
        if name not in side.given or name in rows:
            raise PlanError(f"{name!r} cannot go: it is not known, or comes as well")
        rows[name] = None


def _asked_after(
    asked: Mapping[str, int], changed: Mapping[str, Need | None], side: Side[Need]
) -> Mapping[str, int]:
    """The units that committees ask for once these needs have changed."""
    found = dict(asked)
    for name, now in changed.items():
        for row, sign in ((side.given.get(name), -1), (now, 1)):
            if row is not None and row.committee is not None:
                found[row.committee] = found.get(row.committee, 0) + sign * row.quantity
    return found


def _differing(side: Side[Row] | None, rows: Sequence[Row]) -> dict[str, Row | None]:
    """The rows that are new or other than those of the side, and None for each that went.

    The very rows that both lists begin or end with are passed over unread. Raises PlanError where an id comes twice.
    """
    known = {} if side is None else side.given
    listed = None if side is None else side.listed
    before = listed or ()
    first = _alike(before, rows)
    last = _alike(before[first:][::-1], rows[first:][::-1])
    now = {row.id: row for row in rows[first : len(rows) - last]}
    gone = known.keys() if listed is None else {row.id for row in before[first : len(before) - last]}
    if len(now) + first + last != len(rows) or any(name in known and name not in gone for name in now):
        raise PlanError("an id comes twice among the offers or among the needs")
    if not known:
        return dict(now)
    found: dict[str, Row | None] = {
        name: row for name, row in now.items() if (old := known.get(name)) is not row and old != row
    }
    if len(gone) + len(found) != len(now) or found:
        found.update(dict.fromkeys(gone - now.keys()))
    return found


def _alike(some: Sequence[object], others: Sequence[object]) -> int:
    """How many first elements are the very same in both."""
    return next(compress(count(), map(is_not, some, others)), min(len(some), len(others)))


def _told(memory: Memory, seconds: Seconds) -> Plan:
    """The plan that the memory holds; what is unmet and unplaced is told when it is read."""
    question, pairings = memory.question, tuple(memory.pairings)
    offers, needs = dict(memory.offers.named), dict(memory.needs.named)
    explain = Explainer(
        Lazy(offers.values), Lazy(needs.values), pairings, question.situation, question.weights
    )
    unread = [
        Unrecognised(row.id, row.text, side)
        for side, rows in (("need", memory.needs.unread), ("offer", memory.offers.unread))
        for row in rows.values()
    ]
    return Plan(
        pairings=pairings,
        unmet=Lazy(lambda: _unmet(needs, pairings, explain)),
        unplaced=Lazy(lambda: _unplaced(offers, pairings, explain)),
        unrecognised=tuple(sorted(unread, key=lambda each: (each.side != "offer", each.id))),
        value=memory.value / scoring.MICRO,
        bound=memory.bound / scoring.MICRO,
        weights_version=question.weights.version,
        pairs=memory.pairs,
        components=len(memory.components),
        seconds=seconds,
    )


def _unmet(needs: Mapping[str, Need], pairings: Iterable[Pairing], explain: Explainer) -> list[Unmet]:
    left = {name: row.quantity for name, row in needs.items()}
    for pairing in pairings:
        left[pairing.need] -= pairing.quantity
    return [
        Unmet(name, units, Lazy(partial(explain.for_need, needs[name])))
        for name, units in sorted(left.items())
        if units
    ]


def _unplaced(offers: Mapping[str, Offer], pairings: Iterable[Pairing], explain: Explainer) -> list[Unplaced]:
    left = {name: row.quantity for name, row in offers.items()}
    for pairing in pairings:
        left[pairing.offer] -= pairing.quantity
    return [
        Unplaced(name, units, Lazy(partial(explain.for_offer, offers[name])))
        for name, units in sorted(left.items())
        if units
    ]
