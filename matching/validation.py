"""What plan() accepts. Values of the wrong Python type are the caller's error; values out of range are told here."""

from collections.abc import Iterable
from math import isfinite

from matching.items import Catalogue
from matching.rules import Situation
from matching.scoring import check_weights
from matching.task import Task
from matching.types import Lesson, LessonKind, Need, Offer, Place, PlanError

MOST_UNITS = 1_000_000
MOST_KM = 1_000_000.0
LONGEST_ID = 200
LONGEST_TEXT = 2_000


def check_rows(offers: Iterable[Offer], needs: Iterable[Need], situation: Situation) -> None:
    """Raise PlanError, naming the row and the field, for an offer or a need out of contract."""
    # Where a row stands is worded once it breaks something: wording it for each row took longer than the checks.
    for offer in offers:
        if not _is_sound(offer, situation):
            _check_row(f"offer {offer.id!r}", offer, situation)
        if not 0 <= offer.delivers_km <= MOST_KM:
            _check_km(f"offer {offer.id!r}: delivers_km", offer.delivers_km)
    for need in needs:
        if not _is_sound(need, situation):
            _check_row(f"need {need.id!r}", need, situation)
        if not 0 <= need.collects_km <= MOST_KM:
            _check_km(f"need {need.id!r}: collects_km", need.collects_km)
        for refused in need.refuses:
            _check_item(f"need {need.id!r}: refuses", refused, situation.catalogue)


def check_task(task: Task) -> None:
    """Raise PlanError for weights, lessons, received or kept units, or distances out of contract."""
    check_weights(task.weights)
    for pair, units in task.kept.items():
        if type(units) is not int or units < 1:
            raise PlanError(f"kept[{pair!r}]: must be a whole number above 0, got {units!r}")
    for lesson in task.situation.lessons:
        _check_lesson(lesson, task.situation.catalogue)
    for committee, lately in task.received.items():
        if not isfinite(lately) or lately < 0:
            raise PlanError(f"received[{committee!r}]: must be a number from 0, got {lately!r}")
    for pair, kilometres in (task.situation.distances or {}).items():
        if not 0 <= kilometres <= MOST_KM:
            _check_km(f"distances[{pair!r}]", kilometres)


def _is_sound(row: Offer | Need, situation: Situation) -> bool:
    """Whether a row surely passes `_check_row`; one with a place is always looked at there."""
    return (
        row.place is None
        and situation.distances is not None
        and bool(row.id)
        and len(row.id) <= LONGEST_ID
        and type(row.quantity) is int
        and 0 < row.quantity <= MOST_UNITS
        and (row.item is None or row.item in situation.catalogue)
        and len(row.text) <= LONGEST_TEXT
        and 0 <= row.confidence <= 1
    )


def _check_row(where: str, row: Offer | Need, situation: Situation) -> None:
    if not row.id or len(row.id) > LONGEST_ID:
        raise PlanError(f"{where}: id must have 1 to {LONGEST_ID} characters")
    if type(row.quantity) is not int or not 0 < row.quantity <= MOST_UNITS:
        raise PlanError(
            f"{where}: quantity must be a whole number from 1 to {MOST_UNITS}, got {row.quantity!r}"
        )
    if row.item is not None:
        _check_item(f"{where}: item", row.item, situation.catalogue)
    if len(row.text) > LONGEST_TEXT:
        raise PlanError(f"{where}: text must have at most {LONGEST_TEXT} characters")
    if row.place is not None:
        _check_place(where, row.place)
    elif situation.distances is None:
        raise PlanError(f"{where}: a place is missing")
    if not 0 <= row.confidence <= 1:
        raise PlanError(f"{where}: confidence must be from 0 to 1, got {row.confidence!r}")


def _check_place(where: str, place: Place) -> None:
    if not -90 <= place.latitude <= 90:
        raise PlanError(f"{where}: latitude must be from -90 to 90, got {place.latitude!r}")
    if not -180 <= place.longitude <= 180:
        raise PlanError(f"{where}: longitude must be from -180 to 180, got {place.longitude!r}")


def _check_km(where: str, kilometres: float) -> None:
    if not 0 <= kilometres <= MOST_KM:
        raise PlanError(f"{where} must be from 0 to {MOST_KM:.0f} kilometres, got {kilometres!r}")


def _check_item(where: str, item: str, catalogue: Catalogue) -> None:
    if item not in catalogue:
        raise PlanError(f"{where}: unknown item {item!r}")


def _check_lesson(lesson: Lesson, catalogue: Catalogue) -> None:
    where = f"lesson {lesson.id!r}"
    if lesson.item is not None:
        _check_item(f"{where}: item", lesson.item, catalogue)
    if not 0 <= lesson.factor <= 1:
        raise PlanError(f"{where}: factor must be from 0 to 1, got {lesson.factor!r}")
    if lesson.kind is LessonKind.WRONG_ITEM and (lesson.item is None or not lesson.alias):
        raise PlanError(f"{where}: a wrong_item lesson needs an item and an alias")
    if lesson.kind is LessonKind.CONDITION and lesson.floor is None:
        raise PlanError(f"{where}: a condition lesson needs a floor")
    if lesson.kind is LessonKind.NOT_NOW and lesson.not_before is None:
        raise PlanError(f"{where}: a not_now lesson needs a day")
