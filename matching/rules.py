"""What may never be paired: each rule has a name (types.RULES), and says what would have to change.

One pair at a time, for explanations and for whoever wants to ask about a pair. `candidates` applies the same
rules to whole columns; a test holds the two together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from functools import cached_property, lru_cache
from math import asin, cos, floor, radians, sin, sqrt
from typing import Any

from matching.items import Catalogue, load, normalise
from matching.stated import belied_by, condition_of, danger
from matching.types import (
    AtLeast,
    Lesson,
    LessonKind,
    Need,
    Offer,
    Place,
    PlanError,
    Size,
    Transport,
)

EARTH_KM = 6371.0088
"""Mean radius of the Earth, as the contract fixes it."""


class Relation(IntEnum):
    """How an offered item answers a needed one, worst first."""

    NONE = 0
    SUBSTITUTE = 1
    NARROWER = 2
    SAME = 3


@dataclass(frozen=True)
class Situation:
    """All that the rules read beside the pair itself. The day is that of `now`, in its own offset.

    `distances` maps (offer, need) to kilometres and, where given, replaces coordinates. `room` is how many large pieces each
    committee still has room for; one that is not listed has room for all.
    """

    now: datetime
    catalogue: Catalogue = field(default_factory=load)
    barred: frozenset[tuple[str, str]] = frozenset()
    distances: Mapping[tuple[str, str], float] | None = None
    lessons: Sequence[Lesson] = ()
    room: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise PlanError("now: must have a time zone")

    @property
    def day(self) -> date:
        """The day on which the plan is made."""
        return self.now.date()

    @cached_property
    def item_codes(self) -> Mapping[str, int]:
        """Numbers for the catalogue's items, in its order."""
        return {slug: code for code, slug in enumerate(self.catalogue)}

    @cached_property
    def taught(self) -> Mapping[tuple[LessonKind, str | None], Sequence[Lesson]]:
        """Lessons by kind and committee (None: every committee), by id: in whatever order they were given."""
        found: defaultdict[tuple[LessonKind, str | None], list[Lesson]] = defaultdict(list)
        for lesson in sorted(self.lessons, key=lambda each: each.id):
            found[lesson.kind, lesson.committee].append(lesson)
        return dict(found)


def relation(catalogue: Catalogue, offered: str, needed: str) -> Relation:
    """How `offered` answers `needed`; a substitute's narrower items are substitutes too. KeyError when unknown."""
    if offered == needed:
        return Relation.SAME
    if catalogue.is_same_or_narrower(offered, needed):
        return Relation.NARROWER
    if any(catalogue.is_same_or_narrower(offered, listed) for listed in catalogue[needed].substitutes):
        return Relation.SUBSTITUTE
    return Relation.NONE


def distance_km(here: Place, there: Place) -> float:
    """Great circle between two points, in kilometres, rounded to the metre."""
    return measure_from(here)(there.latitude, there.longitude)


def measure_from(here: Place) -> Callable[[float, float], float]:
    """The same from one place to many, each given by its latitude and longitude."""
    x, y, z = _unit_vector(here)

    def measured(latitude: float, longitude: float) -> float:
        north, east = radians(latitude), radians(longitude)
        across = cos(north)
        u, v, w = across * cos(east), across * sin(east), sin(north)
        chord = sqrt((x - u) * (x - u) + (y - v) * (y - v) + (z - w) * (z - w))
        return to_metre(2 * EARTH_KM * asin(min(1.0, chord / 2)))

    return measured


def to_metre(kilometres: float) -> float:
    """Kilometres rounded to three decimals, half up: the figure on which rules and scores are worked out."""
    return floor(kilometres * 1000 + 0.5) / 1000


@lru_cache(maxsize=1 << 16)
def _unit_vector(place: Place) -> tuple[float, float, float]:
    latitude, longitude = radians(place.latitude), radians(place.longitude)
    return cos(latitude) * cos(longitude), cos(latitude) * sin(longitude), sin(latitude)


def pair_distance(offer: Offer, need: Need, situation: Situation) -> float | None:
    """Kilometres between the two sides; None where distances are given and do not list the pair."""
    if situation.distances is not None:
        listed = situation.distances.get((offer.id, need.id))
        return None if listed is None else to_metre(listed)
    if offer.place is None or need.place is None:
        return None
    return distance_km(offer.place, need.place)


def size_of(offer: Offer, catalogue: Catalogue) -> Size | None:
    """The offer's own size, else the catalogue's for its item."""
    if offer.size is not None or offer.item is None:
        return offer.size
    return catalogue[offer.item].size


def takes_room(offer: Offer, catalogue: Catalogue) -> bool:
    """Whether a piece counts as one of those that a committee has limited room for."""
    size = size_of(offer, catalogue)
    return size is not None and size.rank >= Size.LARGE.rank


def at_least(offer: Offer, need: Need, catalogue: Catalogue) -> AtLeast | None:
    """The narrowest of the committee's minimum conditions that is about the offered item; of two about one item the stricter."""
    about = [
        each
        for each in need.minimum_conditions
        if each.item is None
        or (offer.item is not None and catalogue.is_same_or_narrower(offer.item, each.item))
    ]
    return max(about, key=lambda each: narrowness(each, catalogue), default=None)


def narrowness(least: AtLeast, catalogue: Catalogue) -> tuple[int, int]:
    """Orders minimum conditions about one thing: the narrowest last, of the same item the strictest."""
    depth = 0 if least.item is None else 1 + len(catalogue.ancestors(least.item))
    return depth, -least.condition.rank


def climb(offer: Offer) -> int:
    """How many floors the thing is carried down by the stairs; 0 where there is a lift, or where nobody knows."""
    return offer.floor if offer.floor is not None and offer.lift is False else 0


def lessons_for(offer: Offer, need: Need, situation: Situation, kind: LessonKind) -> Iterator[Lesson]:
    """The lessons of one kind that hold for the pair, those for everybody first."""
    if not situation.taught:
        return
    for committee in dict.fromkeys((None, need.committee)):
        for lesson in situation.taught.get((kind, committee), ()):
            if _about(lesson, offer, situation):
                yield lesson


def _about(lesson: Lesson, offer: Offer, situation: Situation) -> bool:
    if offer.item is None:
        return False
    if lesson.kind is LessonKind.WRONG_ITEM:
        return lesson.item == offer.item and holds_words(offer.text, lesson.alias or "")
    return lesson.item is None or situation.catalogue.is_same_or_narrower(offer.item, lesson.item)


def holds_words(text: str, words: str) -> bool:
    """Whether the text holds these words, whole and in this order; accents and case aside."""
    wanted = normalise(words)
    return bool(wanted) and f" {wanted} " in f" {normalise(text)} "


def reach_km(offer: Offer, need: Need, situation: Situation) -> float:
    """How far the committee goes for this offer, lessons counted, in kilometres."""
    reach = need.collects_km
    for lesson in lessons_for(offer, need, situation, LessonKind.TOO_FAR):
        reach = min(reach, need.collects_km * lesson.factor)
    return reach


def transport(offer: Offer, need: Need, kilometres: float, situation: Situation) -> Transport | None:
    """Who can move the thing over that distance; None when nobody can."""
    if 0 < offer.delivers_km >= kilometres:
        return Transport.DONOR_BRINGS
    return Transport.COMMITTEE_COLLECTS if kilometres <= reach_km(offer, need, situation) else None


def last_day(offer: Offer, need: Need) -> date | None:
    """The last day on which the pair could be handed over; None when there is no end."""
    until, by = offer.available_until, need.needed_by
    if until is None or by is None:
        return by if until is None else until
    return min(until, by)


def broken(offer: Offer, need: Need, situation: Situation) -> dict[str, dict[str, Any]]:
    """The rules that the pair breaks, in the order of RULES, each with its detail; empty when it is permitted.

    A detail holds the offending value under the rule's name, the limit under the field's name, and `lesson` where
    a lesson made the difference. Both items must be known: KeyError otherwise.
    """
    found = ((name, rule(offer, need, situation)) for name, rule in _RULES.items())
    return {name: detail for name, detail in found if detail is not None}


def details(violated: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The details of several rules as one. `lesson` is the first one's; `lessons` lists them where they are several."""
    found: dict[str, Any] = {}
    for detail in violated.values():
        found = {**detail, **found}
    lessons = list(dict.fromkeys(detail["lesson"] for detail in violated.values() if "lesson" in detail))
    return found | {"lessons": lessons} if len(lessons) > 1 else found


_Detail = dict[str, Any] | None


def _handled(offer: Offer, need: Need, situation: Situation) -> _Detail:
    for item in (offer.item, need.item):
        if item is not None and not situation.catalogue[item].handled:
            return {"handled": item}
    return None


def _safe(offer: Offer, _need: Need, situation: Situation) -> _Detail:
    said = danger(offer, situation.catalogue)
    return None if said is None else {"safe": said.value, "offered": offer.item}


def _item(offer: Offer, need: Need, situation: Situation) -> _Detail:
    if offer.item is None or need.item is None:
        return {"item": offer.item, "wanted": need.item}
    if relation(situation.catalogue, offer.item, need.item) is Relation.NONE:
        return {"item": offer.item, "wanted": need.item}
    wrong = next(lessons_for(offer, need, situation, LessonKind.WRONG_ITEM), None)
    return {"item": offer.item, "wanted": need.item, "lesson": wrong.id} if wrong else None


def _condition(offer: Offer, need: Need, situation: Situation) -> _Detail:
    worst, lesson = need.minimum_condition, ""
    for each in lessons_for(offer, need, situation, LessonKind.CONDITION):
        if each.floor is not None and each.floor.rank < worst.rank:
            worst, lesson = each.floor, each.id
    condition = condition_of(offer)
    if condition.rank <= worst.rank:
        return None
    detail = {"condition": condition.value, "minimum_condition": worst.value, **_belied(offer)}
    return detail if condition.rank > need.minimum_condition.rank else detail | {"lesson": lesson}


def _family_condition(offer: Offer, need: Need, situation: Situation) -> _Detail:
    least = at_least(offer, need, situation.catalogue)
    condition = condition_of(offer)
    if least is None or condition.rank <= least.condition.rank:
        return None
    return {
        "family_condition": condition.value,
        "minimum_conditions": least.condition.value,
        "family": least.item,
        **_belied(offer),
    }


def _belied(offer: Offer) -> dict[str, Any]:
    """What is said of the thing, where its chosen condition would be told instead."""
    said = belied_by(offer)
    return {} if said is None else {"said": said.value}


def _size(offer: Offer, need: Need, situation: Situation) -> _Detail:
    size = size_of(offer, situation.catalogue)
    if size is None or need.largest_size is None or size.fits(need.largest_size):
        return None
    return {"size": size.value, "largest_size": need.largest_size.value}


def _takes(offer: Offer, need: Need, situation: Situation) -> _Detail:
    if offer.item is None or not need.takes:
        return None
    taken = any(situation.catalogue.is_same_or_narrower(offer.item, each) for each in need.takes)
    return None if taken else {"takes": offer.item}


def _refusals(offer: Offer, need: Need, situation: Situation) -> _Detail:
    if offer.item is None:
        return None
    for refused in sorted(need.refuses):
        if situation.catalogue.is_same_or_narrower(offer.item, refused):
            return {"refusals": refused}
    return None


def _dates(offer: Offer, need: Need, situation: Situation) -> _Detail:
    lessons = lessons_for(offer, need, situation, LessonKind.NOT_NOW)
    waiting = [(each.not_before, each.id) for each in lessons if each.not_before is not None]
    until, lesson = max(waiting, default=(situation.day, ""))
    first, last = max(situation.day, offer.available_from or situation.day, until), last_day(offer, need)
    if until <= situation.day and (last is None or first <= last):
        return None
    detail = {"dates": first.isoformat(), "last_day": last.isoformat() if last else None}
    return detail | {"lesson": lesson} if until > situation.day else detail


def _reach(offer: Offer, need: Need, situation: Situation) -> _Detail:
    kilometres = pair_distance(offer, need, situation)
    if kilometres is not None and transport(offer, need, kilometres, situation):
        return None
    detail = {
        "reach": kilometres,
        "delivers_km": offer.delivers_km,
        "collects_km": reach_km(offer, need, situation),
    }
    if kilometres is None or kilometres > need.collects_km:
        return detail
    lessons = lessons_for(offer, need, situation, LessonKind.TOO_FAR)
    return detail | {"lesson": min(lessons, key=lambda each: each.factor).id}


def _floor(offer: Offer, need: Need, situation: Situation) -> _Detail:
    floors = climb(offer)
    if need.highest_floor is None or floors <= need.highest_floor:
        return None
    kilometres = pair_distance(offer, need, situation)
    if kilometres is not None and 0 < offer.delivers_km >= kilometres:
        return None
    return {"floor": floors, "highest_floor": need.highest_floor}


def _whole_lot(offer: Offer, need: Need, _: Situation) -> _Detail:
    if offer.divisible or offer.quantity <= need.quantity:
        return None
    return {"whole_lot": offer.quantity, "quantity": need.quantity}


def _room(offer: Offer, need: Need, situation: Situation) -> _Detail:
    left = situation.room.get(need.committee or "")
    pieces = 1 if offer.divisible else offer.quantity
    if left is None or pieces <= left or not takes_room(offer, situation.catalogue):
        return None
    return {"room": left, "pieces": pieces}


def _barred(offer: Offer, need: Need, situation: Situation) -> _Detail:
    return {"barred": True} if (offer.id, need.id) in situation.barred else None


_RULES = {
    "handled": _handled,
    "safe": _safe,
    "item": _item,
    "condition": _condition,
    "family_condition": _family_condition,
    "size": _size,
    "takes": _takes,
    "refusals": _refusals,
    "dates": _dates,
    "reach": _reach,
    "floor": _floor,
    "whole_lot": _whole_lot,
    "room": _room,
    "barred": _barred,
}
