"""The JSON door: documents in, documents out. The format is in README.md; strict.InputError says where one is wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, TypeVar

from matching.items import Catalogue, load
from matching.strict import Fields, InputError, a_number, an_id, an_instant, parse, rows, shown
from matching.types import (
    COLLECTS_KM,
    DELIVERS_KM,
    Barred,
    Condition,
    Kept,
    Lesson,
    LessonKind,
    Miss,
    Need,
    Offer,
    Pairing,
    Place,
    Plan,
    Seconds,
    Size,
    Urgency,
    Weights,
)
from matching.validation import LONGEST_TEXT, MOST_KM, MOST_UNITS

_INSTANCE = ("now", "offers", "needs", "kept", "barred", "received", "distances", "lessons")
_SIDE = ("id", "item", "text", "quantity", "latitude", "longitude")
_OFFER = (
    *_SIDE,
    "condition",
    "available_from",
    "available_until",
    "delivers_km",
    "divisible",
    "size",
    "offered_at",
    "donor",
)
_NEED = (
    *_SIDE,
    "committee",
    "minimum_condition",
    "collects_km",
    "largest_size",
    "urgency",
    "declared_at",
    "needed_by",
    "refuses",
)
_MOST_RECEIVED = 1e12

T = TypeVar("T", Offer, Need, Lesson)
P = TypeVar("P", Kept, Barred)


@dataclass(frozen=True)
class Instance:
    """What plan() takes, read from a document."""

    offers: list[Offer]
    needs: list[Need]
    now: datetime
    kept: list[Kept]
    barred: list[Barred]
    received: dict[str, float]
    distances: dict[tuple[str, str], float] | None
    lessons: list[Lesson]

    def surroundings(self) -> dict[str, Any]:
        """All but the rows, as the keyword arguments of plan() and check()."""
        names = ("now", "kept", "barred", "received", "distances", "lessons")
        return {name: getattr(self, name) for name in names}


def read_instance(data: bytes, catalogue: Catalogue | None = None) -> Instance:
    """The instance in these bytes. Raises InputError."""
    known = load() if catalogue is None else catalogue
    document = Fields(parse(data), "", _INSTANCE)
    now = an_instant(document.required("now"), "now")
    placed = not document.has("distances")
    for name in ("offers", "needs"):
        document.required(name)
    offers = _sides(document, "offers", lambda each, where: _offer(each, where, known, placed=placed))
    needs = _sides(document, "needs", lambda each, where: _need(each, where, known, placed=placed))
    pair = _Pair({row.id for row in offers}, {row.id for row in needs})
    return Instance(
        offers,
        needs,
        now,
        _pairs(document, "kept", lambda entry, where: _kept(entry, where, pair)),
        _pairs(document, "barred", lambda entry, where: _barred(entry, where, pair)),
        _received(document.values["received"]) if document.has("received") else {},
        None if placed else _distances(document.values["distances"], pair),
        _sides(document, "lessons", lambda entry, where: _lesson(entry, where, known)),
    )


def read_weights(data: bytes) -> Weights:
    """Weights from a JSON object; those not given keep their default. Raises InputError."""
    names = [entry.name for entry in fields(Weights)]
    document = Fields(parse(data), "weights", names)
    given: dict[str, Any] = {
        name: a_number(document.values[name], document.at(name), 0.001 if name == "half_km" else 0, 1e6)
        for name in names
        if document.has(name)
    }
    if not float(given.get("patience_days", 0)).is_integer():
        raise InputError(f"weights.patience_days: must be whole, got {shown(given['patience_days'])}")
    return Weights(**given | {name: int(days) for name, days in given.items() if name == "patience_days"})


def plan_document(plan: Plan, *, timings: bool = False) -> dict[str, Any]:
    """The plan as plan.json shows it; without `timings` the seconds are 0, so that equal plans are equal bytes."""
    seconds = plan.seconds if timings else Seconds()
    return {
        "pairings": [_pairing_document(each) for each in plan.pairings],
        "unmet": [
            {
                "need": each.need,
                "remaining": each.remaining,
                "nearest_misses": [_miss_document("offer", miss) for miss in each.nearest_misses],
            }
            for each in plan.unmet
        ],
        "unplaced": [
            {
                "offer": each.offer,
                "remaining": each.remaining,
                "nearest_misses": [_miss_document("need", miss) for miss in each.nearest_misses],
            }
            for each in plan.unplaced
        ],
        "unrecognised": [{"id": each.id, "text": each.text} for each in plan.unrecognised],
        "value": plan.value,
        "bound": plan.bound,
        "weights_version": plan.weights_version,
        "seconds": {entry.name: round(getattr(seconds, entry.name), 3) for entry in fields(seconds)},
    }


def _pairing_document(pairing: Pairing) -> dict[str, Any]:
    return {
        "offer": pairing.offer,
        "need": pairing.need,
        "quantity": pairing.quantity,
        "score": pairing.score,
        "distance_km": pairing.distance_km,
        "transport": pairing.transport.value,
        "parts": pairing.parts.as_dict(),
        "reasons": [{"code": each.code, "value": each.value} for each in pairing.reasons],
    }


def _miss_document(side: str, miss: Miss) -> dict[str, Any]:
    return {side: miss.other, "broken": list(miss.broken), "detail": dict(miss.detail)}


def _sides(document: Fields, name: str, read: Callable[[object, str], T]) -> list[T]:
    """The rows of a list, no id twice."""
    found: list[T] = []
    seen: dict[str, str] = {}
    for where, entry in document.rows(name):
        row = read(entry, where)
        if row.id in seen:
            raise InputError(f"{where}.id: {shown(row.id)} is the id of {seen[row.id]} already")
        seen[row.id] = where
        found.append(row)
    return found


def _pairs(document: Fields, name: str, read: Callable[[object, str], P]) -> list[P]:
    """The rows of a list that name a pair, no pair twice."""
    found: dict[tuple[str, str], P] = {}
    for where, entry in document.rows(name):
        row = read(entry, where)
        if (row.offer, row.need) in found:
            raise InputError(f"{where}: the pair {shown(row.offer)}, {shown(row.need)} comes twice")
        found[row.offer, row.need] = row
    return list(found.values())


def _offer(entry: object, where: str, catalogue: Catalogue, *, placed: bool) -> Offer:
    row = Fields(entry, where, _OFFER)
    return Offer(
        **_side(row, catalogue, placed=placed),
        condition=row.choice("condition", Condition) or Condition.GOOD,
        available_from=row.day("available_from"),
        available_until=row.day("available_until"),
        delivers_km=row.number("delivers_km", 0, MOST_KM, DELIVERS_KM),
        divisible=row.flag("divisible", default=True),
        size=row.choice("size", Size),
        offered_at=row.instant("offered_at"),
        donor=an_id(row.values["donor"], row.at("donor")) if row.has("donor") else None,
    )


def _need(entry: object, where: str, catalogue: Catalogue, *, placed: bool) -> Need:
    row = Fields(entry, where, _NEED)
    return Need(
        **_side(row, catalogue, placed=placed),
        committee=an_id(row.values["committee"], row.at("committee")) if row.has("committee") else None,
        minimum_condition=row.choice("minimum_condition", Condition) or Condition.FAIR,
        collects_km=row.number("collects_km", 0, MOST_KM, COLLECTS_KM),
        largest_size=row.choice("largest_size", Size),
        urgency=row.choice("urgency", Urgency) or Urgency.NORMAL,
        declared_at=row.instant("declared_at"),
        needed_by=row.day("needed_by"),
        refuses=tuple(_item(refused, at, catalogue) for at, refused in row.rows("refuses")),
    )


def _side(row: Fields, catalogue: Catalogue, *, placed: bool) -> dict[str, Any]:
    """What offers and needs have in common."""
    name = row.id("id")
    item = _item(row.values["item"], row.at("item"), catalogue) if row.has("item") else None
    text = row.text("text", LONGEST_TEXT)
    quantity = row.whole("quantity", MOST_UNITS)
    if item is None and not text.strip():
        raise InputError(f"{row.where}: must have an item or a text")
    place = None
    if placed or row.has("latitude") or row.has("longitude"):
        latitude, longitude = row.required("latitude"), row.required("longitude")
        place = Place(
            a_number(latitude, row.at("latitude"), -90, 90),
            a_number(longitude, row.at("longitude"), -180, 180),
        )
    return {"id": name, "item": item, "text": text, "quantity": quantity, "place": place}


def _item(value: object, where: str, catalogue: Catalogue) -> str:
    slug = an_id(value, where)
    if slug not in catalogue:
        raise InputError(f"{where}: unknown item {shown(slug)}")
    return slug


@dataclass(frozen=True)
class _Pair:
    """Reads the ids of a pair, which must be among those of the instance."""

    offers: set[str]
    needs: set[str]

    def read(self, offer: object, need: object, at_offer: str, at_need: str) -> tuple[str, str]:
        first, second = an_id(offer, at_offer), an_id(need, at_need)
        for name, known, where, what in (
            (first, self.offers, at_offer, "offer"),
            (second, self.needs, at_need, "need"),
        ):
            if name not in known:
                raise InputError(f"{where}: unknown {what} {shown(name)}")
        return first, second

    def of(self, row: Fields) -> tuple[str, str]:
        return self.read(row.required("offer"), row.required("need"), row.at("offer"), row.at("need"))


def _kept(entry: object, where: str, pair: _Pair) -> Kept:
    row = Fields(entry, where, ("offer", "need", "quantity"))
    return Kept(*pair.of(row), row.whole("quantity", MOST_UNITS))


def _barred(entry: object, where: str, pair: _Pair) -> Barred:
    return Barred(*pair.of(Fields(entry, where, ("offer", "need"))))


def _received(value: object) -> dict[str, float]:
    if not isinstance(value, dict):
        raise InputError(f"received: must be an object, got {shown(value)}")
    return {
        an_id(name, f"received[{shown(name)}]"): a_number(
            units, f"received[{shown(name)}]", 0, _MOST_RECEIVED
        )
        for name, units in value.items()
    }


def _distances(value: object, pair: _Pair) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}
    for where, entry in rows(value, "distances"):
        if not isinstance(entry, list) or len(entry) != 3:
            raise InputError(f"{where}: must be [offer, need, kilometres], got {shown(entry)}")
        names = pair.read(entry[0], entry[1], f"{where}[0]", f"{where}[1]")
        if names in found:
            raise InputError(f"{where}: the pair {shown(names[0])}, {shown(names[1])} comes twice")
        found[names] = a_number(entry[2], f"{where}[2]", 0, MOST_KM)
    return found


_LESSON_NEEDS: Mapping[LessonKind, tuple[str, ...]] = {
    LessonKind.TOO_FAR: ("factor",),
    LessonKind.WRONG_ITEM: ("item", "alias"),
    LessonKind.CONDITION: ("floor",),
    LessonKind.NOT_NOW: ("not_before",),
}


def _lesson(entry: object, where: str, catalogue: Catalogue) -> Lesson:
    names = [each.name for each in fields(Lesson)]
    row = Fields(entry, where, names)
    row.required("kind")
    kind = row.choice("kind", LessonKind)
    if kind is None:
        raise InputError(f"{row.at('kind')}: missing")
    for name in _LESSON_NEEDS[kind]:
        if not row.has(name):
            raise InputError(f"{row.at(name)}: missing")
    return Lesson(
        id=row.id("id"),
        kind=kind,
        committee=an_id(row.values["committee"], row.at("committee")) if row.has("committee") else None,
        item=_item(row.values["item"], row.at("item"), catalogue) if row.has("item") else None,
        factor=row.number("factor", 0, 1, 1.0),
        floor=row.choice("floor", Condition),
        not_before=row.day("not_before"),
        alias=row.text("alias", LONGEST_TEXT) or None,
    )
