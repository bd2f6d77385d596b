"""Why, why not, and what would have to change: codes and values. Sentences belong to whoever shows them.

Nearest misses are worked out when they are read, each from a bounded number of neighbours.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set, Sized
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

from matching import chances, rules, scoring
from matching.items import Catalogue
from matching.rings import LOOKED_AT, MISSES, Rings, Spot
from matching.rules import Relation, Situation
from matching.stated import belied_by
from matching.task import Task
from matching.types import RULES, Miss, Need, Offer, Pairing, Reason, Urgency, Weights

REASONS = {
    "same_item": "the very item that is asked for; value: the offered item",
    "narrower_item": "a kind of what is asked for; value: the offered item",
    "substitute_item": "something that will do instead; value: the offered item",
    "distance_km": "how far apart the two are; value: kilometres",
    "said": "its words tell of a worse condition than the one chosen, which counts; value: the code of said.Said",
    "urgency": "the need is high or critical; value: the level",
    "waiting_days": "the need has waited two weeks or more; value: days",
    "needed_by": "the need ends within two weeks; value: the day",
    "available_until": "the offer ends within two weeks; value: the day",
    "without": "the committee comes first, for it has had nothing for longer than the weights allow; value: whole weeks",
    "received": "the committee received little for what it asks; value: its fairness part, 0 to 1",
    "fills_need": "this handover alone meets the need; value: units",
    "empties_offer": "this handover alone takes the whole offer; value: units",
    "kept": "on the board already; value: units",
    "committee_answers": "with this committee nearly all ends in a handover, or half of it at most; value: the share, 0 to 1, others being alike",
    "chance": "what is like this ends in a handover half of the time at most; value: the chance, 0 to 1",
}
"""Every code that a pairing's reasons may bear, and what it means."""

SOON_DAYS = 14
FAIR_ENOUGH = 0.75
"""A committee with at least this fairness part, that received something, is told to have received little."""
_OUTCOMES = frozenset({"taken", "met", "waits", "not_worth"})

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

    def __getitem__(self, index: Any) -> Any:
        return self._all()[index]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[T]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return self._all() == tuple(other) if isinstance(other, Sequence) else NotImplemented

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
    without: int = 0,
) -> tuple[Reason, ...]:
    """Why this pairing, strongest first as a person would say it. `without` is Task.without of the need."""
    found = [Reason(_RELATION_CODES[relation], offer.item), Reason("distance_km", kilometres)]
    if (belied := belied_by(offer)) is not None:
        found.append(Reason("said", belied.value))
    if without:
        found.append(Reason("without", without // 7))
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


class Told(NamedTuple):
    """The nearest misses of a row, and in how many rings around it are all rows that played a part in finding them; None: anywhere."""

    misses: tuple[Miss, ...]
    rings: int | None


@dataclass(frozen=True)
class Pools:
    """Which items the nearest misses are looked for among: first those that answer, then those of the same kind."""

    catalogue: Catalogue

    def of_need(self, item: str) -> tuple[list[str], Sequence[str]]:
        """The items of offers."""
        broad = (item, *self.catalogue[item].substitutes)
        answering = [each for wanted in broad for each in (wanted, *self.catalogue.descendants(wanted))]
        return answering, self._kin(item)

    def of_offer(self, item: str) -> tuple[list[str], Sequence[str]]:
        """The items of needs."""
        answered = [item, *self.catalogue.ancestors(item), *self._replaced.get(item, ())]
        return answered, self._kin(item)

    def beside(
        self, touched: Set[Spot], item: str, there: Mapping[str, Sized], *, offered: bool
    ) -> frozenset[Spot]:
        """Which of the spots touched hold something looked at for this item; `there` are the rows of the other side."""
        answering, kin = self.of_offer(item) if offered else self.of_need(item)
        found = sum(len(there.get(each, ())) for each in dict.fromkeys(answering))
        looked_at = {*answering} if found >= MISSES else {*answering, *kin}
        return frozenset(spot for spot in touched if spot[0] in looked_at)

    def _kin(self, item: str) -> Sequence[str]:
        parent = self.catalogue[item].parent
        return () if parent is None else self.catalogue.children(parent)

    @cached_property
    def _replaced(self) -> Mapping[str, Sequence[str]]:
        """For each item, those that list it, or something broader, as a substitute."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for slug, item in self.catalogue.items():
            for listed in item.substitutes:
                for each in (listed, *self.catalogue.descendants(listed)):
                    found[each].append(slug)
        return found


@dataclass(frozen=True)
class Explainer:
    """Finds nearest misses in one planned instance. Offers and needs all have items; pairings are the plan's."""

    offers: Sequence[Offer]
    needs: Sequence[Need]
    pairings: Sequence[Pairing]
    task: Task
    pools: Pools

    @cached_property
    def offers_left(self) -> Mapping[str, int]:
        """The units of each offer that the plan does not place."""
        return _left(self.offers, ((each.offer, each.quantity) for each in self.pairings))

    @cached_property
    def needs_left(self) -> Mapping[str, int]:
        """The units of each need that the plan does not serve."""
        return _left(self.needs, ((each.need, each.quantity) for each in self.pairings))

    def for_need(self, need: Need) -> Told:
        """The offers that came nearest to serving the need, best first, at most MISSES."""
        pool, rings = self._offers.around(need, *self.pools.of_need(need.item or ""))
        near = self._nearest((offer, need) for offer in pool)
        broken = ((kilometres, self._broken(offer, need), offer.id) for kilometres, offer, _ in near)
        return Told(self._ranked(broken), rings)

    def for_offer(self, offer: Offer) -> Told:
        """The needs that the offer came nearest to serving, best first, at most MISSES."""
        pool, rings = self._needs.around(offer, *self.pools.of_offer(offer.item or ""))
        near = self._nearest((offer, need) for need in pool)
        broken = ((kilometres, self._broken(offer, need), need.id) for kilometres, _, need in near)
        return Told(self._ranked(broken), rings)

    def _nearest(self, pairs: Iterable[tuple[Offer, Need]]) -> list[tuple[float, Offer, Need]]:
        """The pairs that a glance finds nearest to being made, at most LOOKED_AT, with how far apart they are, in kilometres;
        those of the plan are left out.
        """
        apart = {
            (offer.id, need.id): (offer, need)
            for offer, need in pairs
            if (offer.id, need.id) not in self._planned
        }
        ranked = sorted(
            (*_glance(offer, need, self.task.situation), ids) for ids, (offer, need) in apart.items()
        )
        return [(kilometres, *apart[ids]) for _, kilometres, ids in ranked[:LOOKED_AT]]

    @cached_property
    def _planned(self) -> frozenset[tuple[str, str]]:
        return frozenset((pairing.offer, pairing.need) for pairing in self.pairings)

    @cached_property
    def _takers(self) -> Mapping[str, list[str]]:
        """The needs that each offer goes to."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for pairing in self.pairings:
            found[pairing.offer].append(pairing.need)
        return found

    @cached_property
    def _offers(self) -> Rings[Offer]:
        # What is left over is looked at first.
        return Rings(self.offers, key=lambda row: (not self.offers_left[row.id], row.id))

    @cached_property
    def _needs(self) -> Rings[Need]:
        return Rings(self.needs, key=lambda row: (not self.needs_left[row.id], row.id))

    def _broken(self, offer: Offer, need: Need) -> dict[str, dict[str, Any]]:
        """What stands in the way: rules, or else what became of the two in the plan. Unknown distances break `reach`."""
        return rules.broken(offer, need, self.task.situation) or self._competition(offer, need)

    def _competition(self, offer: Offer, need: Need) -> dict[str, dict[str, Any]]:
        """Why a permitted pair is not in the plan: the lot is more than is left, the plan takes the room that there was, it waits, costs more
        than it is worth, or either side is used up.
        """
        left, missing = self.offers_left[offer.id], self.needs_left[need.id]
        if left and missing and not offer.divisible and offer.quantity > missing:
            return {"whole_lot": {"whole_lot": offer.quantity, "quantity": missing}}
        if left and missing and (full := self._room_taken(offer, need)):
            return full
        if left and missing and (waits := self._waits(offer, need)) is not None:
            return {"waits": waits}
        if left and missing:
            return {"not_worth": {"not_worth": min(left, missing)}}
        if left:
            return {"met": {"met": need.quantity}}
        return {"taken": {"taken": self._takers.get(offer.id, [])[:MISSES]}}

    def _waits(self, offer: Offer, need: Need) -> dict[str, Any] | None:
        """For what, or how long, the two wait; None where they do not, or would not be worth a handover later either."""
        weights, day, worth = self.task.weights, self.task.situation.day, self._worth_at_once(offer, need)
        if worth > 0 and scoring.waiting_worth(offer, need, weights, day) > 0:
            return {"waits": scoring.days_left(offer, weights, day)}
        return self._usual(offer, need, worth) if worth > 0 else None

    def _worth_at_once(self, offer: Offer, need: Need) -> int:
        """What a unit of the two, which are permitted, would add if nothing waited, in millionths."""
        task, situation = self.task, self.task.situation
        apart = rules.pair_distance(offer, need, situation) or 0.0
        return scoring.score_pair(
            offer,
            need,
            weights=self._hasty,
            now=situation.now,
            distance_km=apart,
            fairness=task.fairness(need),
            catalogue=situation.catalogue,
            due=task.without(need) > 0,
            chance=chances.of_pair(task.chances, offer, need, apart, situation.day, situation.catalogue),
        ).worth_micro

    @cached_property
    def _hasty(self) -> Weights:
        return replace(self.task.weights, patience=0.0)

    def _usual(self, offer: Offer, need: Need, worth: int) -> dict[str, Any] | None:
        """What a unit of the two is usually worth later, and for how many days they wait for that at most, where they do."""
        task = self.task
        day = task.situation.day
        if (
            task.ahead is None
            or need.urgency is Urgency.CRITICAL
            or not scoring.may_wait(offer, rules.last_day(offer, need), task.weights, day)
        ):
            return None
        hopes = task.ahead.hopes(offer.id, need.id)
        if hopes is None or worth >= hopes * scoring.MICRO:
            return None
        limit = {"days": scoring.ahead_left(offer, task.weights, day)} if task.weights.ahead_days else {}
        return {"usual": round(hopes + task.ahead.margin, 6), **limit}

    def _room_taken(self, offer: Offer, need: Need) -> dict[str, dict[str, Any]]:
        after = replace(self.task.situation, room=self._room_left)
        broken = rules.broken(offer, need, after)
        return {"room": broken["room"]} if "room" in broken else {}

    @cached_property
    def _room_left(self) -> Mapping[str, int]:
        """The room that the plan leaves each committee."""
        room = dict(self.task.situation.room)
        if not room:
            return room
        offers, needs = {row.id: row for row in self.offers}, {row.id: row for row in self.needs}
        for each in self.pairings:
            committee = needs[each.need].committee or ""
            if committee in room and rules.takes_room(offers[each.offer], self.task.situation.catalogue):
                room[committee] -= each.quantity
        return room

    def _ranked(self, found: Iterable[tuple[float, dict[str, dict[str, Any]], str]]) -> tuple[Miss, ...]:
        """The best of them; another thing is never nearer than the thing itself, whatever else is wrong with that."""
        ranked = sorted(
            (
                _is_other_thing(broken),
                len(broken.keys() - _OUTCOMES),
                kilometres,
                other,
                tuple(broken),
                broken,
            )
            for kilometres, broken, other in found
        )
        return tuple(
            Miss(other, names, rules.details(broken)) for _, _, _, other, names, broken in ranked[:MISSES]
        )


def _left(rows: Iterable[Offer | Need], used: Iterable[tuple[str, int]]) -> dict[str, int]:
    left = {row.id: row.quantity for row in rows}
    for name, units in used:
        left[name] -= units
    return left


def _is_other_thing(broken: Mapping[str, Mapping[str, Any]]) -> bool:
    return "item" in broken and "lesson" not in broken["item"]


def _glance(offer: Offer, need: Need, situation: Situation) -> tuple[int, float]:
    """How many rules the pair seems to break, lessons, floors and what the committee takes unread, and how far apart it is."""
    kilometres = rules.pair_distance(offer, need, situation)
    if kilometres is None:
        return len(RULES), float("inf")
    first, last = offer.available_from, rules.last_day(offer, need)
    size, largest = rules.size_of(offer, situation.catalogue), need.largest_size
    seems = (
        offer.condition.rank > need.minimum_condition.rank,
        size is not None and largest is not None and not size.fits(largest),
        first is not None and last is not None and first > last,
        kilometres > max(offer.delivers_km, need.collects_km),
        not offer.divisible and offer.quantity > need.quantity,
    )
    return sum(seems), kilometres
