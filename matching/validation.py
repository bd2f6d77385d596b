"""What plan() accepts: the limits of each field, which the JSON door shares. Out of range is told here, with its place.

Values of another Python type than types.py says are the caller's error.
"""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from matching.chances import FACTORS
from matching.items import Catalogue
from matching.rules import Situation
from matching.strict import InputError, Reader, by_name, number, shown, text, whole
from matching.strict import fields as read_fields
from matching.task import Task
from matching.types import Lesson, LessonKind, Need, Offer, PlanError, Weights

MOST_UNITS = 1_000_000
MOST_KM = 1_000_000.0
MOST_FLOORS = 200
MOST_DAYS = 100_000
MOST_RECEIVED = 1e12
LONGEST_ID = 200
LONGEST_TEXT = 2_000

an_id, units, kilometres = text(LONGEST_ID, least=1), whole(MOST_UNITS), number(0, MOST_KM)
received = number(0, MOST_RECEIVED)


def whole_from_zero(most: float) -> Reader:
    """Reads a whole number that may be 0; written with a point it is whole too."""
    within = number(0, most)

    def of(value: Any) -> int:
        found: float = within(value)
        if not found.is_integer():
            raise InputError(f"must be whole, got {shown(value)}")
        return int(found)

    return of


floors, pieces = whole_from_zero(MOST_FLOORS), whole_from_zero(MOST_UNITS)
_ROW: Mapping[str, Reader] = {"id": an_id, "quantity": units, "text": text(LONGEST_TEXT)}
OFFER: Mapping[str, Reader] = {**_ROW, "delivers_km": kilometres}
NEED: Mapping[str, Reader] = {**_ROW, "collects_km": kilometres}
PLACE: Mapping[str, Reader] = {"latitude": number(-90, 90), "longitude": number(-180, 180)}
OUTCOME: Mapping[str, Reader] = {
    "distance_km": kilometres,
    "days_waited": whole_from_zero(MOST_DAYS),
    "asked": pieces,
}
LESSON: Mapping[str, Reader] = {"id": an_id, "factor": number(0, 1)}
LESSON_ASKS = {
    LessonKind.TOO_FAR: ("factor",),
    LessonKind.WRONG_ITEM: ("item", "alias"),
    LessonKind.CONDITION: ("floor",),
    LessonKind.NOT_NOW: ("not_before",),
}
"""What a lesson of each kind cannot do without."""
_ODDS, _LEVEL = number(1e-6, 1e6), text(LONGEST_ID)
CHANCES: Mapping[str, Reader] = {
    "outcomes": pieces,
    "base": _ODDS,
    "odds": lambda value: read_fields(value, dict.fromkeys(FACTORS, by_name(_LEVEL, _ODDS))),
}
_PRICE = number(0, 1e7)
AHEAD: Mapping[str, Reader] = {
    "offers": by_name(an_id, _PRICE),
    "needs": by_name(an_id, _PRICE),
    "margin": _PRICE,
}
_CONFIDENCE = {"confidence": number(0, 1)}


WEIGHTS: Mapping[str, Reader] = {
    **{entry.name: number(0, 1e6) for entry in fields(Weights)},
    "half_km": number(0.001, 1e6),
    "patience_days": whole_from_zero(1e6),
    "turns": number(0, 1),
    "longest_weeks": whole_from_zero(1e4),
    "chance": number(0, 1),
    "ahead_days": whole_from_zero(1e6),
}


def item_of(catalogue: Catalogue) -> Reader:
    """Reads the slug of an item."""

    def of(value: Any) -> str:
        slug = an_id(value)
        if slug not in catalogue:
            raise InputError(f"unknown item {shown(slug)}")
        return slug

    return of


def check_rows(offers: Iterable[Offer], needs: Iterable[Need], situation: Situation) -> None:
    """Raise PlanError, naming the row and the field, for an offer or a need out of contract."""
    for offer in offers:
        _check_row("offer", offer, {**OFFER, **_CONFIDENCE}, situation)
    for need in needs:
        _check_row("need", need, {**NEED, **_CONFIDENCE, "asked": pieces}, situation)
        named = [("refuses", need.refuses), ("takes", need.takes)]
        named += [("minimum_conditions", tuple(each.item for each in need.minimum_conditions if each.item))]
        for name, items in named:
            for item in items:
                if item not in situation.catalogue:
                    raise PlanError(f"need {need.id!r}: {name}: unknown item {shown(item)}")


def check_task(task: Task) -> None:
    """Raise PlanError for weights, chances, prices, lessons, received or kept units, room, or distances out of contract."""
    _check("weights", task.weights, WEIGHTS, separator=".")
    if task.chances is not None:
        _check("chances", task.chances, CHANCES, separator=".")
    if task.ahead is not None:
        _check("ahead", task.ahead, AHEAD, separator=".")
    for lesson in task.situation.lessons:
        _check_lesson(lesson, task.situation.catalogue)
    for name, values, reader in (
        ("kept", task.kept, units),
        ("received", task.received, received),
        ("room", task.situation.room, pieces),
        ("distances", task.situation.distances or {}, kilometres),
    ):
        for key, value in values.items():
            try:
                reader(value)
            except InputError as error:
                raise PlanError(f"{name}[{key!r}]: {error}") from None


def _check(where: str, value: object, readers: Mapping[str, Reader], separator: str = ": ") -> None:
    for name, reader in readers.items():
        try:
            reader(getattr(value, name))
        except InputError as error:
            raise PlanError(f"{where}{separator}{name}: {error}") from None


def _check_row(side: str, row: Offer | Need, readers: Mapping[str, Reader], situation: Situation) -> None:
    where = f"{side} {row.id!r}"
    _check(where, row, readers)
    for name in ("floor", "highest_floor"):
        if getattr(row, name, None) is not None:
            _check(where, row, {name: floors})
    if row.place is not None:
        _check(where, row.place, PLACE)
    elif situation.distances is None:
        raise PlanError(f"{where}: a place is missing")
    if row.item is not None and row.item not in situation.catalogue:
        raise PlanError(f"{where}: item: unknown item {shown(row.item)}")


def _check_lesson(lesson: Lesson, catalogue: Catalogue) -> None:
    where = f"lesson {lesson.id!r}"
    _check(where, lesson, LESSON)
    if lesson.item is not None and lesson.item not in catalogue:
        raise PlanError(f"{where}: item: unknown item {shown(lesson.item)}")
    for name in LESSON_ASKS[lesson.kind]:
        if getattr(lesson, name) in (None, ""):
            raise PlanError(f"{where}: a {lesson.kind} lesson needs {name}")
