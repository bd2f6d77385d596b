"""Why, why not, and what would have to change: codes and values. Sentences belong to whoever shows them.

Nearest misses are worked out when they are read, each from a bounded number of neighbours.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from matching import rules, scoring
from matching.items import Catalogue
from matching.rules import Relation, Situation
from matching.types import Miss, Need, Offer, Pairing, Reason, Urgency, Weights

REASONS = {
    "same_item": "the very item that is asked for; value: the offered item",
    "narrower_item": "a kind of what is asked for; value: the offered item",
    "substitute_item": "something that will do instead; value: the offered item",
    "distance_km": "how far apart the two are; value: kilometres",
    "urgency": "the need is high or critical; value: the level",
    "waiting_days": "the need has waited two weeks or more; value: days",
    "needed_by": "the need ends within two weeks; value: the day",
    "available_until": "the offer ends within two weeks; value: the day",
    "received": "the committee received little for what it asks; value: its fairness part, 0 to 1",
    "fills_need": "this handover alone meets the need; value: units",
    "empties_offer": "this handover alone takes the whole offer; value: units",
    "kept": "on the board already; value: units",
}
"""Every code that a pairing's reasons may bear, and what it means."""

SOON_DAYS = 14
FAIR_ENOUGH = 0.75
"""A committee with at least this fairness part, that received something, is told to have received little."""
MISSES = 3
LOOKED_AT = 12
_OUTCOMES = frozenset({"taken", "met", "waits", "not_worth"})
_RINGS = 3
_CELL_DEGREES = 0.5

_RELATION_CODES = {
    Relation.SAME: "same_item",
    Relation.NARROWER: "narrower_item",
    Relation.SUBSTITUTE: "substitute_item",
}

T = TypeVar("T")


class Lazy(Sequence[T], Generic[T]):
    """A sequence made when it is first read, equal to any sequence of the same things."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Iterable[T]]) -> None:
        self._make: Callable[[], Iterable[T]] | None = make
        self._made: tuple[T, ...] = ()

    def _all(self) -> tuple[T, ...]:
        if self._make is not None:
            self._made = tuple(self._make())
            self._make = None
        return self._made

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == tuple(other) if isinstance(other, Sequence) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._all(),)


def reasons(
    offer: Offer,
    need: Need,
    relation: Relation,
    kilometres: float,
    units: int,
    kept: int,
    fairness: float,
    day: date,
) -> tuple[Reason, ...]:
    """Why this pairing, strongest first as a person would say it."""
    found = [Reason(_RELATION_CODES[relation], offer.item), Reason("distance_km", kilometres)]
    if need.urgency.rank >= Urgency.HIGH.rank:
        found.append(Reason("urgency", need.urgency.value))
    if need.declared_at is not None and (waited := (day - need.declared_at.date()).days) >= SOON_DAYS:
        found.append(Reason("waiting_days", waited))
    for code, end in (("needed_by", need.needed_by), ("available_until", offer.available_until)):
        if end is not None and (end - day).days <= SOON_DAYS:
            found.append(Reason(code, end.isoformat()))
    if FAIR_ENOUGH <= fairness < 1:
        found.append(Reason("received", fairness))
    if units == need.quantity:
        found.append(Reason("fills_need", units))
    if units == offer.quantity:
        found.append(Reason("empties_offer", units))
    if kept:
        found.append(Reason("kept", kept))
    return tuple(found)


@dataclass(frozen=True)
class Explainer:
    """Finds nearest misses in one planned instance. Offers and needs all have items; pairings are the plan's."""

    offers: Sequence[Offer]
    needs: Sequence[Need]
    pairings: Sequence[Pairing]
    situation: Situation
    weights: Weights

    def for_need(self, need: Need) -> list[Miss]:
        """The offers that came nearest to serving the need, best first, at most MISSES."""
        catalogue = self.situation.catalogue
        items = [*self._answering(need.item or ""), *_kin(need.item or "", catalogue)]
        pool = self._offers.around(need, items)
        return self._ranked((self._miss(offer, need), offer.id) for offer in pool)

    def for_offer(self, offer: Offer) -> list[Miss]:
        """The needs that the offer came nearest to serving, best first, at most MISSES."""
        catalogue = self.situation.catalogue
        item = offer.item or ""
        items = [item, *catalogue.ancestors(item), *self._replaced.get(item, ()), *_kin(item, catalogue)]
        pool = self._needs.around(offer, items)
        return self._ranked((self._miss(offer, need), need.id) for need in pool)

    def _answering(self, item: str) -> Iterator[str]:
        catalogue = self.situation.catalogue
        for broad in (item, *catalogue[item].substitutes):
            yield broad
            yield from catalogue.descendants(broad)

    @cached_property
    def _replaced(self) -> Mapping[str, Sequence[str]]:
        """For each item, those that list it, or something broader, as a substitute."""
        catalogue = self.situation.catalogue
        found: defaultdict[str, list[str]] = defaultdict(list)
        for slug, item in catalogue.items():
            for listed in item.substitutes:
                for each in (listed, *catalogue.descendants(listed)):
                    found[each].append(slug)
        return found

    @cached_property
    def _given(self) -> Mapping[str, list[Pairing]]:
        found: defaultdict[str, list[Pairing]] = defaultdict(list)
        for pairing in self.pairings:
            found[pairing.offer].append(pairing)
        return found

    @cached_property
    def _got(self) -> Mapping[str, int]:
        found: defaultdict[str, int] = defaultdict(int)
        for pairing in self.pairings:
            found[pairing.need] += pairing.quantity
        return found

    @cached_property
    def _offers(self) -> "_Neighbours[Offer]":
        # What is left over is looked at first.
        return _Neighbours(sorted(self.offers, key=lambda row: (not self._left(row), row.id)))

    @cached_property
    def _needs(self) -> "_Neighbours[Need]":
        return _Neighbours(sorted(self.needs, key=lambda row: (not self._missing(row), row.id)))

    def _left(self, offer: Offer) -> int:
        return offer.quantity - sum(pairing.quantity for pairing in self._given.get(offer.id, ()))

    def _missing(self, need: Need) -> int:
        return need.quantity - self._got.get(need.id, 0)

    def _miss(self, offer: Offer, need: Need) -> tuple[float, dict[str, dict[str, Any]]] | None:
        """How far apart, and what is broken; None where the two are paired already."""
        given = self._given.get(offer.id, ())
        if any(pairing.need == need.id for pairing in given):
            return None
        kilometres = rules.pair_distance(offer, need, self.situation)
        broken = rules.broken(offer, need, self.situation)
        if not broken and kilometres is not None:
            broken = self._competition(offer, need, given)
        return (float("inf") if kilometres is None else kilometres), broken

    def _competition(self, offer: Offer, need: Need, given: Sequence[Pairing]) -> dict[str, dict[str, Any]]:
        """Why a permitted pair is not in the plan: the lot is more than is left, it waits, costs more than it is worth, or either
        side is used up.
        """
        left, missing = self._left(offer), self._missing(need)
        if left and missing and not offer.divisible and offer.quantity > missing:
            return {"whole_lot": {"whole_lot": offer.quantity, "quantity": missing}}
        if left and missing and scoring.waiting_worth(offer, need, self.weights, self.situation.day) > 0:
            return {"waits": {"waits": scoring.days_left(offer, self.weights, self.situation.day)}}
        if left and missing:
            return {"not_worth": {"not_worth": min(left, missing)}}
        if left:
            return {"met": {"met": need.quantity}}
        return {"taken": {"taken": [pairing.need for pairing in given[:MISSES]]}}

    def _ranked(
        self, found: Iterable[tuple[tuple[float, dict[str, dict[str, Any]]] | None, str]]
    ) -> list[Miss]:
        ranked = sorted(
            (len(broken.keys() - _OUTCOMES), "item" in broken, kilometres, other, tuple(broken), broken)
            for entry, other in found
            if entry is not None
            for kilometres, broken in (entry,)
        )
        return [
            Miss(other, names, {key: value for detail in broken.values() for key, value in detail.items()})
            for _, _, _, other, names, broken in ranked[:MISSES]
        ]


def _kin(item: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Items of the same kind: the children of the parent."""
    parent = catalogue[item].parent
    return () if parent is None else catalogue.children(parent)


Row = TypeVar("Row", bound=Offer | Need)


class _Neighbours(Generic[Row]):
    """Offers or needs by item and half-degree cell, each list in the order given."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.cells: defaultdict[tuple[str, int, int], list[Row]] = defaultdict(list)
        self.everywhere: defaultdict[str, list[Row]] = defaultdict(list)
        listed: list[Row] = list(rows)
        for row in listed:
            self.cells[(row.item or "", *_cell(row))].append(row)
            self.everywhere[row.item or ""].append(row)

    def around(self, other: Offer | Need, items: Iterable[str]) -> list[Row]:
        """At most LOOKED_AT of each kind of neighbour: matching items first, ring by ring, then from anywhere."""
        wanted = [item for item in dict.fromkeys(items) if item in self.everywhere]
        found: dict[str, Row] = {}
        latitude, longitude = _cell(other)
        for ring in range(_RINGS + 1):
            for item in wanted:
                for step in _ring(ring):
                    rows = self.cells.get((item, latitude + step[0], longitude + step[1]), ())
                    found.update((row.id, row) for row in islice(rows, LOOKED_AT))
                if len(found) >= LOOKED_AT:
                    return list(found.values())[: 2 * LOOKED_AT]
        for item in wanted:
            found.update((row.id, row) for row in islice(self.everywhere[item], MISSES))
            if len(found) >= LOOKED_AT:
                break
        return list(found.values())[: 2 * LOOKED_AT]


def _cell(row: Offer | Need) -> tuple[int, int]:
    if row.place is None:
        return 0, 0
    return int(row.place.latitude // _CELL_DEGREES), int(row.place.longitude // _CELL_DEGREES)


def _ring(radius: int) -> list[tuple[int, int]]:
    reach = range(-radius, radius + 1)
    return [(north, east) for north in reach for east in reach if max(abs(north), abs(east)) == radius]
