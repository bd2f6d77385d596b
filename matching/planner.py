"""From offers and needs to a plan. The front door of the engine, and its memory between two plans.

A Planner asked again with a few rows changed plans only the components that these touch, and answers exactly what a
fresh plan would.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property, partial
from time import perf_counter
from typing import TypeVar

from matching import candidates, scoring
from matching.catalogue import recognise
from matching.columns import Codes, by_id
from matching.explanation import Explainer, Lazy
from matching.items import Catalogue, load
from matching.rules import Situation
from matching.solving import Component, Solved, Task, columns_of, solve
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


@dataclass(frozen=True)
class _Question:
    """One call's input, as maps."""

    offers: Mapping[str, Offer]
    needs: Mapping[str, Need]
    situation: Situation
    weights: Weights
    kept: Mapping[tuple[str, str], int]
    received: Mapping[str, float]
    processes: int

    @cached_property
    def asked(self) -> Mapping[str, int]:
        return scoring.asked_by_committee(self.needs.values())

    def fairness(self, need: Need) -> float:
        return scoring.need_fairness(need, self.asked, self.received)

    def comparable(self, other: "_Question") -> bool:
        """Whether the two differ by rows, kept, barred and received only."""
        mine, theirs = self.situation, other.situation
        return (
            self.weights == other.weights
            and mine.day == theirs.day
            and mine.catalogue is theirs.catalogue
            and mine.distances is None
            and theirs.distances is None
            and tuple(mine.lessons) == tuple(theirs.lessons)
        )


@dataclass
class _Memory:
    """The last answer, taken apart so that pieces of it can be replaced. Components go by their first offer's id."""

    question: _Question
    full: Solved
    offers: dict[str, Offer]
    needs: dict[str, Need]
    pairings: list[Pairing]
    value: int = 0
    bound: int = 0
    pairs: int = 0
    components: dict[str, Component] = field(default_factory=dict)
    home: dict[tuple[str, str], str] = field(default_factory=dict)
    since: set[tuple[str, str]] = field(default_factory=set)


class Planner:
    """plan() with a memory: see there for the arguments. One thread at a time."""

    def __init__(self) -> None:
        self._memory: _Memory | None = None
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
        """The plan, worked out from the last one where that is quicker."""
        situation = Situation(
            now=now,
            catalogue=load() if catalogue is None else catalogue,
            barred=frozenset((each.offer, each.need) for each in barred),
            distances=distances,
            lessons=lessons,
        )
        question = _Question(
            offers={row.id: row for row in offers},
            needs={row.id: row for row in needs},
            situation=situation,
            weights=weights,
            kept={(each.offer, each.need): each.quantity for each in kept},
            received=received or {},
            processes=processes,
        )
        if len(question.offers) != len(offers) or len(question.needs) != len(needs):
            raise PlanError("an id comes twice among the offers or among the needs")
        check_surroundings(question.weights, lessons, question.received, question.kept, situation)
        changed = self._changes(question)
        if changed is None:
            return self._afresh(question)
        return self._again(question, changed)

    def _afresh(self, question: _Question) -> Plan:
        check_rows(question.offers.values(), question.needs.values(), question.situation)
        catalogue = question.situation.catalogue
        if self._codes is None or self._codes.catalogue is not catalogue:
            self._codes = Codes.of(catalogue)
            self._read = {}
        offers = {row.id: row for row in self._named(question.offers, catalogue) if row.item is not None}
        needs = {row.id: row for row in self._named(question.needs, catalogue) if row.item is not None}
        solved = solve(by_id(list(offers.values())), by_id(list(needs.values())), self._task(question))
        memory = _Memory(question, solved, offers, needs, solved.pairings)
        _add_components(memory, solved.components())
        self._memory = memory
        return _told(memory, solved.seconds)

    def _task(self, question: _Question) -> Task:
        assert self._codes is not None
        return Task(
            question.situation,
            question.weights,
            self._codes,
            question.fairness,
            question.kept,
            question.processes,
        )

    def _named(self, rows: Mapping[str, Row], catalogue: Catalogue) -> Iterator[Row]:
        return (self._with_item(row, catalogue) for row in rows.values())

    def _with_item(self, row: Row, catalogue: Catalogue) -> Row:
        """The row with the item that its text names, where it has none of its own."""
        if row.item is not None:
            return row
        if row.text not in self._read:
            found = recognise(row.text, catalogue=catalogue)
            self._read[row.text] = (found.item, found.confidence)
        item, confidence = self._read[row.text]
        return replace(row, item=item, confidence=confidence)

    def _changes(self, question: _Question) -> tuple[set[str], set[str]] | None:
        """Ids of the offers and needs to look at again; None when a fresh plan is due."""
        memory = self._memory
        if memory is None or not question.comparable(memory.question):
            return None
        before = memory.question
        offers, needs = _differing(before.offers, question.offers), _differing(before.needs, question.needs)
        pairs = (
            {pair for pair, _ in before.kept.items() ^ question.kept.items()}
            if before.kept != question.kept
            else set()
        )
        pairs |= before.situation.barred ^ question.situation.barred
        offers |= {offer for offer, _ in pairs}
        needs |= {need for _, need in pairs} | _unfair_now(before, question)
        many = len(offers) + len(needs) + len(memory.since)
        return None if many > _AFRESH * (len(question.offers) + len(question.needs)) + 1 else (offers, needs)

    def _again(self, question: _Question, changed: tuple[set[str], set[str]]) -> Plan:
        """Plan the components that the changes touch, and put the result in the place of the old."""
        started = perf_counter()
        memory, task = self._memory, self._task(question)
        assert memory is not None
        new_offers = [question.offers[each] for each in sorted(changed[0]) if each in question.offers]
        new_needs = [question.needs[each] for each in sorted(changed[1]) if each in question.needs]
        check_rows(new_offers, new_needs, question.situation)
        self._update(memory.offers, changed[0], new_offers, question)
        self._update(memory.needs, changed[1], new_needs, question)
        memory.question = question
        memory.since |= {("offer", each) for each in changed[0]} | {("need", each) for each in changed[1]}
        offers, needs = _touched(memory, changed, task)
        solved = solve(
            by_id([memory.offers[each] for each in offers if each in memory.offers]),
            by_id([memory.needs[each] for each in needs if each in memory.needs]),
            task,
        )
        memory.pairings = [
            each for each in memory.pairings if each.offer not in offers and each.need not in needs
        ]
        memory.pairings += solved.pairings
        memory.pairings.sort(key=lambda each: (each.offer, each.need))
        _add_components(memory, solved.components())
        spent = perf_counter() - started - solved.seconds.allocation - solved.seconds.explanation
        return _told(memory, replace(solved.seconds, candidates=spent))

    def _update(
        self, known: dict[str, Row], changed: set[str], rows: Sequence[Row], question: _Question
    ) -> None:
        for name in changed:
            known.pop(name, None)
        for row in rows:
            named = self._with_item(row, question.situation.catalogue)
            if named.item is not None:
                known[row.id] = named


def _differing(before: Mapping[str, Row], now: Mapping[str, Row]) -> set[str]:
    """Ids whose row came, went or changed."""
    found = {name for name, row in now.items() if (old := before.get(name)) is not row and old != row}
    if len(before) + len(found) != len(now) or found:
        found |= before.keys() - now.keys()
    return found


def _unfair_now(before: _Question, now: _Question) -> set[str]:
    """Needs of the committees whose fairness changed."""
    committees = {
        name
        for name in before.received.keys() | now.received.keys()
        if (before.received.get(name), before.asked.get(name))
        != (now.received.get(name), now.asked.get(name))
    }
    if not committees:
        return set()
    return {row.id for row in now.needs.values() if row.committee in committees}


def _touched(memory: _Memory, changed: tuple[set[str], set[str]], task: Task) -> tuple[set[str], set[str]]:
    """The changed rows, what they may pair with, and all of the components of these; components are forgotten."""
    offers, needs = set(changed[0]), set(changed[1])
    new_offers = by_id([memory.offers[each] for each in offers if each in memory.offers])
    new_needs = by_id([memory.needs[each] for each in needs if each in memory.needs])
    late_offers = by_id(
        [memory.offers[each] for side, each in memory.since if side == "offer" and each in memory.offers]
    )
    late_needs = by_id(
        [memory.needs[each] for side, each in memory.since if side == "need" and each in memory.needs]
    )
    ours, theirs = columns_of(new_offers, new_needs, task)
    late = columns_of(late_offers, late_needs, task)
    for them in (memory.full.needs, late[1]):
        arcs = candidates.find(ours, them, task.situation, task.codes)
        needs |= {them.rows[at].id for at in set(arcs.need.tolist())}
    for they in (memory.full.offers, late[0]):
        arcs = candidates.find(they, theirs, task.situation, task.codes)
        offers |= {they.rows[at].id for at in set(arcs.offer.tolist())}
    homes = {memory.home.get(("offer", each)) for each in offers} | {
        memory.home.get(("need", each)) for each in needs
    }
    for name in sorted(home for home in homes if home is not None):
        gone = memory.components.pop(name)
        memory.value -= gone.value
        memory.bound -= gone.bound
        memory.pairs -= gone.pairs
        offers.update(gone.offers)
        needs.update(gone.needs)
        for key in (*(("offer", each) for each in gone.offers), *(("need", each) for each in gone.needs)):
            del memory.home[key]
    return offers, needs


def _add_components(memory: _Memory, components: Iterable[Component]) -> None:
    for each in components:
        name = each.offers[0]
        memory.components[name] = each
        memory.home.update(dict.fromkeys((("offer", offer) for offer in each.offers), name))
        memory.home.update(dict.fromkeys((("need", need) for need in each.needs), name))
        memory.value += each.value
        memory.bound += each.bound
        memory.pairs += each.pairs


def _told(memory: _Memory, seconds: Seconds) -> Plan:
    """The plan that the memory holds; what is unmet and unplaced is told when it is read."""
    question, pairings = memory.question, tuple(memory.pairings)
    offers, needs = dict(memory.offers), dict(memory.needs)
    explain = Explainer(
        Lazy(offers.values), Lazy(needs.values), pairings, question.situation, question.weights
    )
    unread = [
        Unrecognised(row.id, row.text, side)
        for side, rows, known in (("need", question.needs, needs), ("offer", question.offers, offers))
        if len(rows) != len(known)
        for row in rows.values()
        if row.id not in known
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
