"""What a Planner knows of its last answer: rows, components and pairings, so that pieces of them can be replaced."""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import compress, count
from operator import attrgetter, is_not
from typing import Generic

from matching import candidates, rules
from matching.columns import by_id, columns_of
from matching.explanation import Pools, Told
from matching.rings import Spot, spot_of, within
from matching.solving import Component
from matching.task import Task
from matching.types import Need, Offer, Pairing, PlanError, Row

_FEW = 1_000
"""Up to so many, pairings come and go one by one where they stand; beyond, the whole list is gone through."""
_OFFER, _OFFER_AND_NEED = attrgetter("offer"), attrgetter("offer", "need")


class Rows(Generic[Row]):
    """The offers, or the needs: as they were listed, and with the items that their texts name."""

    def __init__(self, read: Callable[[Row], Row]) -> None:
        self.listed: Sequence[Row] = ()
        self.given: dict[str, Row] = {}
        self.named: dict[str, Row] = {}
        self.unread: dict[str, Row] = {}
        self.of_item: defaultdict[str, set[str]] = defaultdict(set)
        self._read: Callable[[Row], Row] = read

    def changes(self, rows: Sequence[Row]) -> dict[str, Row | None]:
        """The rows that are new or other than those listed before, and None for each that went.

        The very rows that both lists begin or end with are passed over unread. Raises PlanError where an id comes twice.
        """
        first = _alike(self.listed, rows)
        last = _alike(self.listed[first:][::-1], rows[first:][::-1])
        gone = {row.id: row for row in self.listed[first : len(self.listed) - last]}
        come = {row.id: row for row in rows[first : len(rows) - last]}
        if len(come) + first + last != len(rows) or any(
            name in self.given and name not in gone for name in come
        ):
            raise PlanError("an id comes twice among the offers or among the needs")
        found: dict[str, Row | None] = {
            name: row for name, row in come.items() if (before := gone.get(name)) is not row and before != row
        }
        return found | dict.fromkeys(gone.keys() - come.keys())

    def take(self, rows: Sequence[Row], changes: Mapping[str, Row | None]) -> None:
        """Know these rows now; `changes` is what changes() told of them."""
        self.listed = tuple(rows)
        for name, row in changes.items():
            if name in self.given:
                self._drop(name)
            if row is not None:
                self._add(row)

    def _add(self, row: Row) -> None:
        self.given[row.id] = row
        named = self._read(row)
        if named.item is None:
            self.unread[row.id] = row
        else:
            self.named[row.id] = named
            self.of_item[named.item].add(row.id)

    def _drop(self, name: str) -> None:
        del self.given[name]
        self.unread.pop(name, None)
        named = self.named.pop(name, None)
        if named is not None and named.item is not None:
            self.of_item[named.item].discard(name)

    def spots_of(self, names: Iterable[str]) -> set[Spot]:
        """Where those of the names are that are there and have an item."""
        return {spot_of(row) for row in self.some(names)}

    def some(self, names: Iterable[str]) -> list[Row]:
        """Those of the names that are there and have an item, by id."""
        return by_id([self.named[name] for name in names if name in self.named])


def _alike(some: Sequence[object], others: Sequence[object]) -> int:
    """How many first elements are the very same in both."""
    return next(compress(count(), map(is_not, some, others)), min(len(some), len(others)))


@dataclass
class Changed:
    """Rows that others see otherwise than at the last plan, by id, gone ones too; the spots where they were, and the committees whose needs
    they were.
    """

    offers: set[str]
    needs: set[str]
    offer_spots: set[Spot]
    need_spots: set[Spot]
    committees: set[str | None]


class Memory:
    """The rows, and their plan taken apart: components go by their first offer's id, figures are in millionths."""

    def __init__(self, task: Task, offers: Rows[Offer], needs: Rows[Need]) -> None:
        self.task, self.offers, self.needs = task, offers, needs
        self.pools = Pools(task.situation.catalogue)
        self.forget_all()

    def forget_all(self) -> None:
        """Know the rows, but no plan of them."""
        self.pairings: list[Pairing] = []
        self.value = self.bound = self.pairs = 0
        self.components: dict[str, Component] = {}
        self.misses: dict[tuple[str, str], Told] = {}
        self._home_of_offer: dict[str, str] = {}
        self._home_of_need: dict[str, str] = {}

    def forget_misses(self, offers: Iterable[str], needs: Iterable[str]) -> None:
        """Forget what was told of these rows. A plan that was answered keeps its own."""
        self.misses = dict(self.misses)
        for key in (*(("offer", name) for name in offers), *(("need", name) for name in needs)):
            self.misses.pop(key, None)

    def forget_misses_beside(
        self, changed: Changed, gone: Iterable[Pairing], come: Iterable[Pairing]
    ) -> None:
        """Forget what was told of rows that others are told of otherwise now, and of those that looked at them: `come` replaces `gone`.

        Of an offer it is told who gets it; of a need how much it lacks, whoever brings the rest, and what its committee has room for.
        """
        before, now = _who_gets_what(gone), _who_gets_what(come)
        lacks: Counter[str] = Counter()
        for some, sign in ((before - now, 1), (now - before, -1)):
            for _, need, units in some:
                lacks[need] += sign * units
        offers = changed.offers | {offer for offer, _, _ in before ^ now}
        served = {need for _, need, _ in before ^ now}
        served |= {
            need for offer, need, _ in before | now if offer in changed.offers or need in changed.needs
        }
        needs = changed.needs | {need for need, units in lacks.items() if units}
        needs |= self.sharing_room(changed.committees | self.committees_of(served))
        offer_spots = changed.offer_spots | self.offers.spots_of(offers)
        need_spots = changed.need_spots | self.needs.spots_of(needs)
        self.forget_misses(
            offers | self._looking_at(need_spots, offered=True),
            needs | self._looking_at(offer_spots, offered=False),
        )

    def _looking_at(self, spots: Set[Spot], *, offered: bool) -> set[str]:
        """The offers (or the needs) for whose misses rows of the other side were looked for at one of these spots."""
        rows, others = (self.offers, self.needs) if offered else (self.needs, self.offers)
        side = "offer" if offered else "need"
        return {
            name
            for item, names in rows.of_item.items()
            if (near := self.pools.beside(spots, item, others.of_item, offered=offered))
            for name in names
            if (was := self.misses.get((side, name))) is not None
            and (was.rings is None or within(was.rings, spot_of(rows.named[name]), near))
        }

    def asked_by(self, committees: Collection[str | None]) -> set[str]:
        """The needs of these committees, by id."""
        if not committees:
            return set()
        return {row.id for row in self.needs.named.values() if row.committee in committees}

    def add(self, pairings: Sequence[Pairing], components: Iterable[Component]) -> None:
        """Take newly planned components."""
        if len(pairings) > _FEW:
            self.pairings = sorted([*self.pairings, *pairings], key=_OFFER_AND_NEED)
        else:
            for pairing in pairings:
                insort(self.pairings, pairing, key=_OFFER_AND_NEED)
        for each in components:
            name = each.offers[0]
            self.components[name] = each
            self._home_of_offer.update(dict.fromkeys(each.offers, name))
            self._home_of_need.update(dict.fromkeys(each.needs, name))
            self.value += each.value
            self.bound += each.bound
            self.pairs += each.pairs

    def forget(self, offers: set[str], needs: set[str]) -> list[Pairing]:
        """Forget the components of these rows, and add all rows of theirs to the sets. Answers the pairings forgotten."""
        homes = {self._home_of_offer[each] for each in offers if each in self._home_of_offer}
        homes |= {self._home_of_need[each] for each in needs if each in self._home_of_need}
        for name in homes:
            gone = self.components.pop(name)
            self.value -= gone.value
            self.bound -= gone.bound
            self.pairs -= gone.pairs
            offers.update(gone.offers)
            needs.update(gone.needs)
            for offer in gone.offers:
                del self._home_of_offer[offer]
            for need in gone.needs:
                del self._home_of_need[need]
        if len(offers) > _FEW:
            dropped = [each for each in self.pairings if each.offer in offers]
            self.pairings = [each for each in self.pairings if each.offer not in offers]
            return dropped
        dropped = []
        for offer in offers:
            start = bisect_left(self.pairings, offer, key=_OFFER)
            end = bisect_right(self.pairings, offer, key=_OFFER)
            dropped += self.pairings[start:end]
            del self.pairings[start:end]
        return dropped

    def widen(self, offers: set[str], needs: set[str]) -> None:
        """Add to the sets what these rows may be paired with now, and all needs that share the limited room of one of those."""
        ours, theirs = self.offers.some(offers), self.needs.some(needs)
        answered = set(self._linked({row.item for row in ours}, self.needs.of_item, offered=True))
        answering = set(self._linked({row.item for row in theirs}, self.offers.of_item, offered=False))
        needs |= {need for _, need in _permitted(ours, self.needs.some(answered), self.task)}
        offers |= {offer for offer, _ in _permitted(self.offers.some(answering), theirs, self.task)}
        needs |= self.sharing_room(self.committees_of(needs))

    def committees_of(self, needs: Iterable[str]) -> set[str | None]:
        """The committees of those of the needs that are there and have an item."""
        return {row.committee for row in self.needs.some(needs)}

    def sharing_room(self, committees: Set[str | None]) -> set[str]:
        """The needs of those of the committees that have limited room, by id."""
        return self.asked_by(committees & self.task.situation.room.keys())

    def _linked(
        self, items: set[str | None], others: Mapping[str, set[str]], *, offered: bool
    ) -> Iterator[str]:
        """The ids of the other side whose items answer these, or are answered by them."""
        catalogue = self.task.situation.catalogue

        @cache
        def linked(item: str, other: str) -> bool:
            pair = (item, other) if offered else (other, item)
            return rules.relation(catalogue, *pair) > 0

        for other, names in others.items():
            if any(item is not None and linked(item, other) for item in items):
                yield from names


def _who_gets_what(pairings: Iterable[Pairing]) -> set[tuple[str, str, int]]:
    return {(each.offer, each.need, each.quantity) for each in pairings}


def _permitted(offers: Sequence[Offer], needs: Sequence[Need], task: Task) -> set[tuple[str, str]]:
    if not offers or not needs:
        return set()
    arcs = candidates.find(*columns_of(offers, needs, task), task.situation)
    return {
        (offers[offer].id, needs[need].id)
        for offer, need in zip(arcs.offer.tolist(), arcs.need.tolist(), strict=True)
    }
