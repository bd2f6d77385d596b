"""Verifies one pairing of a plan from scratch: its rules, its distance, its figures. Shares no code with the planner."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import asin, cos, isclose, radians, sin, sqrt

from matching.items import Catalogue, normalise
from matching.types import (
    Ahead,
    Chances,
    Condition,
    Lesson,
    LessonKind,
    Need,
    Offer,
    Pairing,
    PlanError,
    Transport,
    Weights,
)

_RADIUS_KM = 6371.0088
_METRE = 0.0011  # plans round distances to the metre
_MILLIONTH = 1.5e-6  # and figures to the millionth
_LEVEL = {"low": 0.2, "normal": 0.4, "high": 0.6, "critical": 0.8}
_STATE = {"new": 1.0, "very_good": 1.0, "good": 1.0, "fair": 0.85, "for_parts": 0.5}


def demand(holds: bool, promise: str, where: object, what: str) -> None:
    """Raise PlanError, which names the promise and where it broke, unless it holds."""
    if not holds:
        raise PlanError(f"{promise}: {where}: {what}")


def _step(steps: Sequence[int], value: float) -> str:
    return str(max((each for each in steps if each <= value), default=steps[0]))


@dataclass(frozen=True)
class PairCheck:
    """What the plan was made under, items recognised; without a day, what depends on days is not verified."""

    offers: Mapping[str, Offer]
    needs: Mapping[str, Need]
    weights: Weights
    day: date | None
    kept: Mapping[tuple[str, str], int]
    barred: set[tuple[str, str]]
    received: Mapping[str, float]
    distances: Mapping[tuple[str, str], float] | None
    lessons: Sequence[Lesson]
    room: Mapping[str, int]
    since: Mapping[str, date]
    catalogue: Catalogue
    chances: Chances | None
    ahead: Ahead | None

    @cached_property
    def asked(self) -> Counter[str | None]:
        found: Counter[str | None] = Counter()
        for need in self.needs.values():
            found[need.committee] += need.quantity
        return found

    @cached_property
    def lessons_of(self) -> Mapping[tuple[LessonKind, str | None], Sequence[Lesson]]:
        found: defaultdict[tuple[LessonKind, str | None], list[Lesson]] = defaultdict(list)
        for lesson in self.lessons:
            found[lesson.kind, lesson.committee].append(lesson)
        return found

    def pairing(self, pairing: Pairing) -> None:
        """Demand of one pairing all that can be told of it alone."""
        offer, need = self.offers[pairing.offer], self.needs[pairing.need]
        self._things(offer, need)
        self._dates(offer, need)
        kilometres = self._distance(pairing, offer, need)
        self._reach(pairing, offer, need, kilometres)
        self._figures(pairing, offer, need)
        self._not_waiting(pairing, need)
        if not offer.divisible:
            whole = pairing.quantity == offer.quantity
            demand(whole, "whole_lot", offer.id, f"{pairing.quantity} of a lot of {offer.quantity}")
        demand((offer.id, need.id) not in self.barred, "barred", (offer.id, need.id), "was ruled out")

    def _things(self, offer: Offer, need: Need) -> None:
        pair, catalogue = (offer.id, need.id), self.catalogue
        floors = [need.minimum_condition]
        floors += [
            each.floor for each in self._taught(LessonKind.CONDITION, offer, need) if each.floor is not None
        ]
        worst = min(each.rank for each in floors)
        demand(offer.condition.rank <= worst, "condition", pair, f"{offer.condition} is not good enough")
        if offer.item is None or need.item is None:
            raise PlanError(f"item: {pair}: nothing was recognised in the text")
        for slug in (offer.item, need.item):
            demand(catalogue[slug].handled, "handled", pair, f"{slug} is not handled")
        danger = catalogue.unsafe(offer.item).intersection(offer.said or ())
        demand(not danger, "safe", pair, f"{offer.item} is said to be {', '.join(sorted(danger))}")
        demand(self._answer(offer.item, need.item) > 0, "item", pair, f"{offer.item} for {need.item}")
        demand(
            not self._taught(LessonKind.WRONG_ITEM, offer, need), "item", pair, "taught to be another item"
        )
        size = offer.size or catalogue[offer.item].size
        fits = need.largest_size is None or size.rank <= need.largest_size.rank
        demand(fits, "size", pair, f"{size} is too large")
        least = self._least(offer.item, need)
        good = least is None or offer.condition.rank <= least.rank
        demand(good, "family_condition", pair, f"{offer.condition} is not good enough")
        taken = not need.takes or any(self._within(offer.item, each) for each in need.takes)
        demand(taken, "takes", pair, f"{offer.item} is not taken")
        refused = next((each for each in need.refuses if self._within(offer.item, each)), None)
        demand(refused is None, "refusals", pair, f"{refused} is refused")

    def _dates(self, offer: Offer, need: Need) -> None:
        if self.day is None:
            return
        pair, day = (offer.id, need.id), self.day
        start = max(day, offer.available_from or day)
        ends = [end for end in (offer.available_until, need.needed_by) if end is not None]
        demand(all(start <= end for end in ends), "dates", pair, f"starts {start}, ends {ends}")
        for lesson in self._taught(LessonKind.NOT_NOW, offer, need):
            demand((lesson.not_before or day) <= day, "dates", pair, f"not before {lesson.not_before}")

    def _distance(self, pairing: Pairing, offer: Offer, need: Need) -> float:
        pair = (offer.id, need.id)
        if self.distances is not None:
            demand(pair in self.distances, "reach", pair, "no distance is given")
            kilometres = self.distances[pair]
        elif offer.place is None or need.place is None:
            raise PlanError(f"reach: {pair}: a place is missing")
        else:
            here, there = offer.place, need.place
            north = sin(radians(there.latitude - here.latitude) / 2) ** 2
            east = sin(radians(there.longitude - here.longitude) / 2) ** 2
            both = north + cos(radians(here.latitude)) * cos(radians(there.latitude)) * east
            kilometres = 2 * _RADIUS_KM * asin(min(1.0, sqrt(both)))
        close = isclose(pairing.distance_km, kilometres, abs_tol=_METRE, rel_tol=1e-9)
        demand(close, "distance", pair, f"{pairing.distance_km} km told, {kilometres} km measured")
        return kilometres

    def _reach(self, pairing: Pairing, offer: Offer, need: Need, kilometres: float) -> None:
        pair = (offer.id, need.id)
        factor = min((each.factor for each in self._taught(LessonKind.TOO_FAR, offer, need)), default=1.0)
        collects = kilometres <= need.collects_km * factor + _METRE
        brings = offer.delivers_km > 0 and kilometres <= offer.delivers_km + _METRE
        demand(collects or brings, "reach", pair, f"{kilometres} km is out of reach")
        told = {Transport.DONOR_BRINGS: brings, Transport.COMMITTEE_COLLECTS: collects}
        demand(told[pairing.transport], "reach", pair, f"{pairing.transport} is out of reach")
        if pairing.transport is Transport.COMMITTEE_COLLECTS and need.highest_floor is not None:
            stairs = offer.lift is False and (offer.floor or 0) > need.highest_floor
            demand(not stairs, "floor", pair, f"floor {offer.floor} without a lift")

    def _figures(self, pairing: Pairing, offer: Offer, need: Need) -> None:
        pair, weights, parts = (offer.id, need.id), self.weights, pairing.parts
        least, most = sorted((offer.quantity, need.quantity))
        expected = {
            "wholeness": least / most,
            "nearness": weights.half_km / (weights.half_km + pairing.distance_km),
        }
        history = self.received.get(need.committee, 0.0) if need.committee is not None else 0.0
        expected["fairness"] = self.asked[need.committee] / (self.asked[need.committee] + history)
        if self.day is not None:
            waited = 0 if need.declared_at is None else (self.day - need.declared_at.date()).days
            expected["urgency"] = _LEVEL[need.urgency] + 0.2 * min(90, max(0, waited)) / 90
        if offer.item is not None and need.item is not None:
            sure = min(offer.confidence, need.confidence)
            expected["fit"] = self._answer(offer.item, need.item) * _STATE[offer.condition] * sure
        told = {name: value for name, value in parts.as_dict().items() if name != "chance"}
        for name, value in expected.items():
            demand(
                abs(told[name] - value) <= _MILLIONTH, "score", pair, f"{name} {told[name]}, expected {value}"
            )
        shares = {name: getattr(weights, name) for name in told}
        total = sum(shares.values())
        mean = sum(shares[name] * told[name] for name in told) / total if total else 0.0
        score = mean + 0.95 * weights.turns * (told["fairness"] - mean)
        demand(abs(pairing.score - score) <= _MILLIONTH, "score", pair, f"{pairing.score}, expected {score}")
        if self.day is not None or not (weights.patience or weights.longest_weeks or self.chances):
            likely = 1 - weights.chance * (1 - self._chance(offer, need, pairing))
            worth = likely * (weights.placing + score + weights.meeting / need.quantity)
            worth -= weights.handover / least + self._waits(offer, need)
            if self._due(need):
                highest = weights.placing + 1 + weights.calm + weights.meeting + weights.handover
                worth += 2 * (highest + weights.patience)
            close = abs(pairing.worth - worth) <= 2 * _MILLIONTH
            demand(close, "score", pair, f"worth {pairing.worth}, expected {worth}")
        held = min(pairing.quantity, self.kept.get(pair, 0))
        held = 0 if not offer.divisible and held < offer.quantity else held
        demand(pairing.kept == held, "kept", pair, f"{pairing.kept} units told, {held} on the board")

    def _due(self, need: Need) -> bool:
        since = self.since.get(need.committee) if need.committee is not None else None
        weeks = self.weights.longest_weeks
        return bool(self.day and since and weeks and (self.day - since).days > 7 * weeks)

    def _chance(self, offer: Offer, need: Need, pairing: Pairing) -> float:
        told = pairing.parts.chance
        if self.chances is None or self.day is None:
            demand(
                self.chances is not None or told is None,
                "chance",
                pairing.offer,
                f"{told} told, none was learnt",
            )
            return 1.0
        top = offer.item or ""
        while (parent := self.catalogue[top].parent) is not None:
            top = parent
        since: date = offer.offered_at.date() if offer.offered_at else (offer.available_from or self.day)
        levels = {
            "distance": _step((0, 2, 5, 10, 20, 40, 80), pairing.distance_km),
            "transport": pairing.transport.value,
            "family": top,
            "committee": need.committee or "",
            "waited": _step((0, 3, 7, 14, 30, 60), (self.day - since).days),
            "asked": _step((0, 1, 3, 6, 12, 24), need.asked),
        }
        odds = self.chances.base
        for name, level in levels.items():
            odds *= self.chances.odds.get(name, {}).get(level, 1.0)
        expected = odds / (1 + odds)
        demand(
            told is not None and abs(told - expected) <= _MILLIONTH,
            "chance",
            (offer.id, need.id),
            f"{told}, expected {expected}",
        )
        return expected

    def _waits(self, offer: Offer, need: Need) -> float:
        weights = self.weights
        if (
            not weights.patience
            or not weights.patience_days
            or self.day is None
            or need.urgency in ("high", "critical")
        ):
            return 0.0
        since: date = offer.offered_at.date() if offer.offered_at else (offer.available_from or self.day)
        left = weights.patience_days - max(0, (self.day - since).days)
        ends_first = offer.available_until is not None and (offer.available_until - self.day).days < left
        return 0.0 if left <= 0 or ends_first else weights.patience * left / weights.patience_days

    def _not_waiting(self, pairing: Pairing, need: Need) -> None:
        pair = (pairing.offer, pairing.need)
        if self.ahead is None or pairing.kept or need.urgency == "critical":
            return
        offer, limit = self.offers[pairing.offer], self.weights.ahead_days
        since = offer.offered_at.date() if offer.offered_at else (offer.available_from or self.day)
        if limit and self.day and since:
            over = self.day.toordinal() + limit - max(0, (self.day - since).days)
            ends = (offer.available_until or date.max, need.needed_by or date.max)
            if over <= self.day.toordinal() or min(ends).toordinal() <= over:
                return
        if pairing.offer in self.ahead.offers and pairing.need in self.ahead.needs:
            usual = self.ahead.offers[pairing.offer] + self.ahead.needs[pairing.need]
            enough = pairing.worth >= usual - self.ahead.margin - 2 * _MILLIONTH
            demand(enough, "waits", pair, f"worth {pairing.worth}, what usually comes {usual}")

    def _answer(self, offered: str, needed: str) -> float:
        if offered == needed:
            return 1.0
        if self._within(offered, needed):
            return 0.9
        return 0.6 if any(self._within(offered, each) for each in self.catalogue[needed].substitutes) else 0.0

    def _within(self, slug: str | None, broad: str) -> bool:
        while slug is not None:
            if slug == broad:
                return True
            slug = self.catalogue[slug].parent
        return False

    def _least(self, item: str, need: Need) -> Condition | None:
        """What the committee asks of the nearest thing, going up from the item, of which it asks anything."""
        above: str | None = item
        while True:
            asked = [each.condition for each in need.minimum_conditions if each.item == above]
            if asked or above is None:
                return min(asked, key=lambda each: each.rank, default=None)
            above = self.catalogue[above].parent

    def _taught(self, kind: LessonKind, offer: Offer, need: Need) -> list[Lesson]:
        if offer.item is None:
            return []
        lessons = [
            *self.lessons_of.get((kind, None), ()),
            *(self.lessons_of.get((kind, need.committee), ()) if need.committee is not None else ()),
        ]
        if kind is not LessonKind.WRONG_ITEM:
            return [each for each in lessons if each.item is None or self._within(offer.item, each.item)]
        text = f" {normalise(offer.text)} "
        spoken = [(each, normalise(each.alias or "")) for each in lessons if each.item == offer.item]
        return [each for each, words in spoken if words and f" {words} " in text]
