"""The JSON door: documents in, documents out. The format is in README.md; strict.InputError says where one is wrong."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from matching.chances import PastPairing
from matching.items import Catalogue, load
from matching.strict import (
    InputError,
    Reader,
    at,
    by_name,
    day,
    entries,
    fields,
    flag,
    instant,
    one_of,
    read,
    require,
    shown,
    text,
)
from matching.types import (
    Ahead,
    AtLeast,
    Barred,
    Chances,
    Condition,
    Kept,
    Lesson,
    LessonKind,
    Miss,
    Need,
    Offer,
    Pairing,
    PastRows,
    Place,
    Plan,
    Row,
    Said,
    Seconds,
    Size,
    Transport,
    Urgency,
    Weights,
)
from matching.validation import (
    AHEAD,
    CHANCES,
    LESSON,
    LESSON_ASKS,
    LONGEST_TEXT,
    NEED,
    OFFER,
    OUTCOME,
    PLACE,
    WEIGHTS,
    an_id,
    floors,
    item_of,
    kilometres,
    pieces,
    received,
    units,
)

# Items are read with the catalogue at hand (`_readers`); the rest is told here.
_OFFER: Mapping[str, Reader] = {
    **OFFER,
    **PLACE,
    "item": an_id,
    "condition": one_of(Condition),
    "available_from": day,
    "available_until": day,
    "divisible": flag,
    "size": one_of(Size),
    "offered_at": instant,
    "donor": an_id,
    "floor": floors,
    "lift": flag,
    "said": entries(one_of(Said)),
}
_NEED: Mapping[str, Reader] = {
    **NEED,
    **PLACE,
    "item": an_id,
    "committee": an_id,
    "minimum_condition": one_of(Condition),
    "largest_size": one_of(Size),
    "urgency": one_of(Urgency),
    "declared_at": instant,
    "needed_by": day,
    "refuses": entries(an_id),
    "takes": entries(an_id),
    "minimum_conditions": entries(an_id),
    "highest_floor": floors,
    "asked": pieces,
}
_LESSON: Mapping[str, Reader] = {
    **LESSON,
    "kind": one_of(LessonKind),
    "committee": an_id,
    "item": an_id,
    "floor": one_of(Condition),
    "not_before": day,
    "alias": text(LONGEST_TEXT),
}
_BARRED: Mapping[str, Reader] = {"offer": an_id, "need": an_id}
_KEPT: Mapping[str, Reader] = {**_BARRED, "quantity": units}


@dataclass(frozen=True)
class Instance:
    """What plan() takes, read from a document."""

    offers: Sequence[Offer]
    needs: Sequence[Need]
    now: datetime
    kept: Sequence[Kept] = ()
    barred: Sequence[Barred] = ()
    received: Mapping[str, float] | None = None
    distances: Mapping[tuple[str, str], float] | None = None
    lessons: Sequence[Lesson] = ()
    room: Mapping[str, int] | None = None
    since: Mapping[str, date] | None = None
    chances: Chances | None = None
    ahead: Ahead | None = None

    def surroundings(self) -> dict[str, Any]:
        """All but the rows, as the keyword arguments of plan() and check()."""
        return {name: getattr(self, name) for name in _SURROUNDINGS}


def read_instance(data: bytes, catalogue: Catalogue | None = None) -> Instance:
    """The instance in these bytes. Raises InputError."""
    return read(data, partial(_instance, catalogue=load() if catalogue is None else catalogue))


def read_weights(data: bytes) -> Weights:
    """Weights from a JSON object; those not given keep their default. Raises InputError."""
    return read(data, lambda document: Weights(**fields(document, WEIGHTS)), root="weights")


_SURROUNDINGS = (
    "now",
    "kept",
    "barred",
    "received",
    "distances",
    "lessons",
    "room",
    "since",
    "chances",
    "ahead",
)
_INSTANCE = ("now", "offers", "needs", *_SURROUNDINGS[1:])


def _instance(document: Any, catalogue: Catalogue) -> Instance:
    item, (offer, need) = item_of(catalogue), _row_readers(catalogue)
    placed = not isinstance(document, dict) or document.get("distances") is None
    required = ("id", "quantity", *PLACE) if placed else ("id", "quantity")
    readers: tuple[Reader, ...] = (
        instant,
        entries(lambda value: _row(Offer, fields(value, offer, required))),
        entries(lambda value: _row(Need, fields(value, need, required))),
        entries(lambda value: Kept(**fields(value, _KEPT, tuple(_KEPT)))),
        entries(lambda value: Barred(**fields(value, _BARRED, tuple(_BARRED)))),
        by_name(an_id, received),
        entries(_distance),
        entries(lambda value: _lesson(fields(value, {**_LESSON, "item": item}, ("id", "kind")))),
        by_name(an_id, pieces),
        by_name(an_id, day),
        lambda value: Chances(**fields(value, CHANCES, tuple(CHANCES))),
        lambda value: Ahead(**fields(value, AHEAD, ("offers", "needs"))),
    )
    found = fields(document, dict(zip(_INSTANCE, readers, strict=True)), ("now", "offers", "needs"))
    for name in ("offers", "needs", "lessons"):
        _refuse_twins(name, found.get(name, ()))
    known = {row.id for row in found["offers"]}, {row.id for row in found["needs"]}
    for name in ("kept", "barred"):
        pairs = ((each.offer, each.need) for each in found.get(name, ()))
        _check_pairs(name, pairs, known, (".offer", ".need"))
    if "distances" in found:
        _check_pairs("distances", (pair for pair, _ in found["distances"]), known, ("[0]", "[1]"))
        found["distances"] = dict(found["distances"])
    return Instance(**found)


def _row_readers(catalogue: Catalogue) -> tuple[Mapping[str, Reader], Mapping[str, Reader]]:
    item = item_of(catalogue)
    least = {"condition": one_of(Condition), "item": item}
    picky = {
        "refuses": entries(item),
        "takes": entries(item),
        "minimum_conditions": entries(lambda value: AtLeast(**fields(value, least, ("condition",)))),
    }
    return {**_OFFER, "item": item}, {**_NEED, "item": item, **picky}


def read_past(data: bytes, catalogue: Catalogue | None = None) -> tuple[Instance, PastRows]:
    """An instance, and what came before: its `past_offers` and `past_needs`, each row with its item and its day. Raises InputError."""
    return read(data, partial(_with_past, catalogue=load() if catalogue is None else catalogue))


def _with_past(document: Any, catalogue: Catalogue) -> tuple[Instance, PastRows]:
    names = ("past_offers", "past_needs")
    before = {}
    if isinstance(document, dict):
        before = {name: document[name] for name in names if name in document}
        document = {name: value for name, value in document.items() if name not in names}
    instance = _instance(document, catalogue)
    if instance.distances is not None:
        raise InputError("prices are learnt of places, for past rows have no distances", "distances")
    offer, need = _row_readers(catalogue)
    asks = ("id", "quantity", "item", *PLACE)
    readers: Mapping[str, Reader] = {
        "past_offers": entries(lambda value: _row(Offer, fields(value, offer, (*asks, "offered_at")))),
        "past_needs": entries(lambda value: _row(Need, fields(value, need, (*asks, "declared_at")))),
    }
    found = fields(before, readers, names)
    for name in names:
        _refuse_twins(name, found[name])
    return instance, PastRows(found["past_offers"], found["past_needs"])


def _row(kind: type[Row], found: dict[str, Any]) -> Row:
    if "item" not in found and not found.get("text", "").strip():
        raise InputError("must have an item or a text")
    if not found.keys() & PLACE.keys():
        return kind(**found)
    require(found, PLACE)
    place = Place(found.pop("latitude"), found.pop("longitude"))
    return kind(**found, place=place)


def _lesson(found: dict[str, Any]) -> Lesson:
    return Lesson(**require(found, LESSON_ASKS[found["kind"]]))


def _distance(value: Any) -> tuple[tuple[str, str], float]:
    if not isinstance(value, list) or len(value) != 3:
        raise InputError(f"must be [offer, need, kilometres], got {shown(value)}")
    offer, need, apart = value
    return (at(0, an_id, offer), at(1, an_id, need)), at(2, kilometres, apart)


def _refuse_twins(name: str, rows: Iterable[Offer | Need | Lesson]) -> None:
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        if (first := seen.setdefault(row.id, index)) != index:
            raise InputError(f"{shown(row.id)} is the id of {name}[{first}] already", f"{name}[{index}].id")


def _check_pairs(
    name: str, pairs: Iterable[tuple[str, str]], known: tuple[set[str], set[str]], ends: tuple[str, str]
) -> None:
    """No pair comes twice, and both its ids are among those of the instance."""
    seen: set[tuple[str, str]] = set()
    for index, pair in enumerate(pairs):
        for each, ids, end, side in zip(pair, known, ends, ("offer", "need"), strict=True):
            if each not in ids:
                raise InputError(f"unknown {side} {shown(each)}", f"{name}[{index}]{end}")
        if pair in seen:
            raise InputError(f"the pair {', '.join(map(shown, pair))} comes twice", f"{name}[{index}]")
        seen.add(pair)


def read_outcomes(data: bytes, catalogue: Catalogue | None = None) -> tuple[PastPairing, ...]:
    """What became of earlier pairings, from a JSON list. Raises InputError."""
    known = load() if catalogue is None else catalogue
    readers: dict[str, Reader] = {
        **OUTCOME,
        "handed_over": flag,
        "transport": one_of(Transport),
        "item": item_of(known),
        "committee": an_id,
    }
    asks = ("handed_over", "distance_km", "transport", "item")
    return read(data, entries(lambda value: PastPairing(**fields(value, readers, asks))))


def chances_document(chances: Chances) -> dict[str, Any]:
    """The chances as an instance takes them."""
    return {"outcomes": chances.outcomes, "base": chances.base, "odds": chances.odds}


def ahead_document(ahead: Ahead) -> dict[str, Any]:
    """The prices as an instance takes them."""
    return {"offers": dict(ahead.offers), "needs": dict(ahead.needs), "margin": ahead.margin}


def plan_document(plan: Plan, *, timings: bool = False) -> dict[str, Any]:
    """The plan as plan.json shows it; without `timings` the seconds are 0, so that equal plans are equal bytes."""
    seconds = plan.seconds if timings else Seconds()
    return {
        "pairings": [_pairing_document(each) for each in plan.pairings],
        "unmet": [
            {"need": each.need, "remaining": each.remaining}
            | {"nearest_misses": [_miss_document("offer", miss) for miss in each.nearest_misses]}
            for each in plan.unmet
        ],
        "unplaced": [
            {"offer": each.offer, "remaining": each.remaining}
            | {"nearest_misses": [_miss_document("need", miss) for miss in each.nearest_misses]}
            for each in plan.unplaced
        ],
        "unrecognised": [{"id": each.id, "text": each.text} for each in plan.unrecognised],
        "value": plan.value,
        "bound": plan.bound,
        "stopped_short": [asdict(each) for each in plan.stopped_short],
        "weights_version": plan.weights_version,
        **({"chances_version": plan.chances_version} if plan.chances_version else {}),
        "seconds": {name: round(spent, 3) for name, spent in asdict(seconds).items()},
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
