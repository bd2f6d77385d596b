"""What a Planner knows of its last answer: rows, components and pairings, so that pieces of them can be replaced."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Generic, TypeVar

from matching import candidates, rules, scoring
from matching.columns import Codes, by_id
from matching.rules import Situation
from matching.solving import Component, Task, columns_of
from matching.types import Need, Offer, Pairing, Weights

Row = TypeVar("Row", Offer, Need)
_FEW = 1_000
"""Up to so many offers, pairings are replaced where they stand; beyond, the whole list is gone through."""


@dataclass(frozen=True)
class Question:
    """What is planned under, the rows aside. `asked` is the units that each committee asks for."""

    situation: Situation
    weights: Weights
    kept: Mapping[tuple[str, str], int]
    received: Mapping[str, float]
    asked: Mapping[str, int]
    processes: int = 1

    def fairness(self, need: Need) -> float:
        """The fairness part of the need's pairings."""
        return scoring.need_fairness(need, self.asked, self.received)

    def task(self, codes: Codes) -> Task:
        """The question as the solving stage takes it."""
        return Task(self.situation, self.weights, codes, self.fairness, self.kept, self.processes)

    def comparable(self, other: "Question") -> bool:
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

    def pairs_apart(self, other: "Question") -> set[tuple[str, str]]:
        """The pairs that are kept or barred otherwise in the other."""
        apart = set(self.situation.barred ^ other.situation.barred)
        if self.kept != other.kept:
            apart |= {pair for pair, _ in self.kept.items() ^ other.kept.items()}
        return apart

    def unfair_now(self, other: "Question") -> set[str]:
        """The committees whose fairness is another in the other; it is 1, always, for one that received nothing."""
        return {
            name
            for name in self.received.keys() | other.received.keys()
            if (self.received.get(name), self.asked.get(name))
            != (other.received.get(name), other.asked.get(name))
        }


class Side(Generic[Row]):
    """The offers, or the needs: as they were given, and with the items that their texts name.

    `listed` is the list that all rows came in; None once one came or went by itself.
    """

    def __init__(self, rows: Iterable[Row], read: Callable[[Row], Row]) -> None:
        self.given: dict[str, Row] = {}
        self.named: dict[str, Row] = {}
        self.unread: dict[str, Row] = {}
        self.of_item: defaultdict[str, set[str]] = defaultdict(set)
        self.listed: Sequence[Row] | None = None
        self._read: Callable[[Row], Row] = read
        for row in rows:
            self._take(row)

    def put(self, row: Row) -> None:
        """Take a row, in the place of another of its id."""
        self.drop(row.id)
        self._take(row)

    def _take(self, row: Row) -> None:
        self.given[row.id] = row
        named = self._read(row)
        if named.item is None:
            self.unread[row.id] = row
        else:
            self.named[row.id] = named
            self.of_item[named.item].add(row.id)

    def drop(self, name: str) -> None:
        """Forget a row, if it is there."""
        self.listed = None
        if self.given.pop(name, None) is None:
            return
        self.unread.pop(name, None)
        named = self.named.pop(name, None)
        if named is not None and named.item is not None:
            self.of_item[named.item].discard(name)

    def change(self, rows: Mapping[str, Row | None]) -> None:
        """Put each row, drop each None."""
        for name, row in rows.items():
            if row is None:
                self.drop(name)
            else:
                self.put(row)

    def rows(self, names: Iterable[str]) -> list[Row]:
        """Those of the names that are there and have an item, by id."""
        return by_id([self.named[name] for name in names if name in self.named])


@dataclass
class Memory:
    """Components go by their first offer's id; value and bound are in millionths."""

    question: Question
    codes: Codes
    offers: Side[Offer]
    needs: Side[Need]
    pairings: list[Pairing]
    value: int = 0
    bound: int = 0
    pairs: int = 0
    components: dict[str, Component] = field(default_factory=dict)
    home_of_offer: dict[str, str] = field(default_factory=dict)
    home_of_need: dict[str, str] = field(default_factory=dict)

    def add(self, components: Iterable[Component]) -> None:
        """Take newly planned components."""
        for each in components:
            name = each.offers[0]
            self.components[name] = each
            self.home_of_offer.update(dict.fromkeys(each.offers, name))
            self.home_of_need.update(dict.fromkeys(each.needs, name))
            self.value += each.value
            self.bound += each.bound
            self.pairs += each.pairs

    def forget(self, offers: set[str], needs: set[str]) -> None:
        """Forget the components of these rows, and add all rows of theirs to the sets."""
        homes = {self.home_of_offer.get(each) for each in offers} | {
            self.home_of_need.get(each) for each in needs
        }
        for name in homes - {None}:
            gone = self.components.pop(name or "")
            self.value -= gone.value
            self.bound -= gone.bound
            self.pairs -= gone.pairs
            offers.update(gone.offers)
            needs.update(gone.needs)
            for offer in gone.offers:
                del self.home_of_offer[offer]
            for need in gone.needs:
                del self.home_of_need[need]

    def widen(self, offers: set[str], needs: set[str]) -> None:
        """Add to the sets what these rows may be paired with now."""
        task = self.question.task(self.codes)
        ours, theirs = self.offers.rows(offers), self.needs.rows(needs)
        answered = set(self._linked({row.item for row in ours}, self.needs.of_item, offered=True))
        answering = set(self._linked({row.item for row in theirs}, self.offers.of_item, offered=False))
        needs |= {need for _, need in _permitted(ours, self.needs.rows(answered), task)}
        offers |= {offer for offer, _ in _permitted(self.offers.rows(answering), theirs, task)}

    def _linked(
        self, items: set[str | None], others: Mapping[str, set[str]], *, offered: bool
    ) -> Iterator[str]:
        """The ids of the other side whose items answer these, or are answered by them."""
        catalogue = self.question.situation.catalogue

        @cache
        def linked(item: str, other: str) -> bool:
            pair = (item, other) if offered else (other, item)
            return rules.relation(catalogue, *pair) > 0

        for other, names in others.items():
            if any(item is not None and linked(item, other) for item in items):
                yield from names

    def replace(self, offers: set[str], fresh: Sequence[Pairing]) -> None:
        """Put these pairings in the place of those of the offers."""
        if len(offers) + len(fresh) > _FEW:
            self.pairings = [each for each in self.pairings if each.offer not in offers]
            self.pairings += fresh
            self.pairings.sort(key=_pair)
            return
        for offer in offers:
            first = bisect_left(self.pairings, (offer, ""), key=_pair)
            last = first
            while last < len(self.pairings) and self.pairings[last].offer == offer:
                last += 1
            del self.pairings[first:last]
        for each in fresh:
            self.pairings.insert(bisect_left(self.pairings, _pair(each), key=_pair), each)


def _pair(pairing: Pairing) -> tuple[str, str]:
    return pairing.offer, pairing.need


def _permitted(offers: Sequence[Offer], needs: Sequence[Need], task: Task) -> set[tuple[str, str]]:
    if not offers or not needs:
        return set()
    arcs = candidates.find(*columns_of(offers, needs, task), task.situation, task.codes)
    return {
        (offers[offer].id, needs[need].id)
        for offer, need in zip(arcs.offer.tolist(), arcs.need.tolist(), strict=True)
    }
