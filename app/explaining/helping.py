"""What a committee would have to change for what came near: of its own rules, of its need; and what it changes there.

Changes are told by fields. They go into addresses and are read back from there: whatever makes no sense asks for nothing, and
what is permitted by now changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from app.explaining.why_not import Detail, is_taught
from app.models import Committee, Need
from app.models.base import FARTHEST_KM, HIGHEST_FLOOR, MOST_ROOM
from app.models.states import Condition, Size
from app.web.asked import whole
from app.web.fields import LARGEST_QUANTITY
from matching.items import load


@dataclass(frozen=True, slots=True)
class RuleChange:
    """With `value` in the `field` of `Committee`, the engine's `rule` would not stand in the way any more.

    Of the lists the value is the item: to be added to `takes`, to be taken off `refuses`. Of `minimum_conditions` it is a pair: the
    item whose condition is to be lowered, None for all items, and the condition. Of `room` it is how many large pieces are to
    be stored from now on, those that are proposed already among them.
    """

    rule: str
    field: str
    value: Any


CHANGES: Mapping[str, Callable[[Detail], tuple[str, Any]]] = {
    "family_condition": lambda detail: (
        "minimum_conditions",
        (detail.get("family"), detail["family_condition"]),
    ),
    "size": lambda detail: ("largest_size", detail["size"]),
    "takes": lambda detail: ("takes", detail["takes"]),
    "refusals": lambda detail: ("refuses", detail["refusals"]),
    "reach": lambda detail: ("collects_km", ceil(detail["reach"])),
    "floor": lambda detail: ("highest_floor", detail["floor"]),
    "room": lambda detail: ("room", detail["pieces"]),
}
"""The rules that a committee makes itself: the field, and what it would have to hold."""


def rule_changes(
    miss: Detail, *, beside: Mapping[str, Any] | None = None, large: int = 0
) -> tuple[RuleChange, ...]:
    """All that the committee would have to change for this miss, as `Need.misses` stores it; nothing where more stands in the way
    than that and what its need changes `beside`. `large` pieces that take room are proposed to it."""
    broken = [rule for rule in miss["broken"] if rule not in (beside or {})]
    detail = miss["detail"]
    theirs = all(
        rule in CHANGES and not is_taught(rule, detail) and detail.get(rule) is not None for rule in broken
    )
    if not theirs:
        return ()
    changes = {rule: CHANGES[rule](detail) for rule in broken}
    if "room" in changes:
        changes["room"] = ("room", detail["pieces"] + large)
    return tuple(RuleChange(rule, *change) for rule, change in changes.items())


def need_changes(miss: Detail, need: Need, found: int) -> dict[str, tuple[str, Any]]:
    """By the rules that this miss breaks: the field of the need that would have to change, and what it would have to hold.
    `found` pieces are received, promised or proposed."""
    detail, changes = miss["detail"], {}
    for rule in miss["broken"]:
        if is_taught(rule, detail):
            continue
        if rule == "condition":
            changes[rule] = ("minimum_condition", detail["condition"])
        elif rule == "whole_lot":
            changes[rule] = ("quantity", found + detail["whole_lot"])
        elif rule == "dates" and need.needed_by and detail.get("last_day") == need.needed_by.isoformat():
            changes[rule] = ("needed_by", detail["dates"])
    return changes


# What the changes make of the rows


def _farther(committee: Committee, _room: int | None, value: int) -> dict[str, Any]:
    return {"collects_km": value} if value > committee.collects_km else {}


def _higher(committee: Committee, _room: int | None, value: int) -> dict[str, Any]:
    if committee.highest_floor is None or value <= committee.highest_floor:
        return {}
    return {"highest_floor": value if value <= HIGHEST_FLOOR else None}


def _larger(committee: Committee, _room: int | None, value: str) -> dict[str, Any]:
    return {} if Size(value).fits(committee.largest_size) else {"largest_size": Size(value)}


def _taken(committee: Committee, _room: int | None, value: str) -> dict[str, Any]:
    known = not committee.takes or any(load().is_same_or_narrower(value, each) for each in committee.takes)
    return {} if known else {"takes": [*committee.takes, value]}


def _not_refused(committee: Committee, _room: int | None, value: str) -> dict[str, Any]:
    left = [each for each in committee.refuses if each != value]
    return {} if value not in committee.refuses else {"refuses": left}


def _worse(committee: Committee, _room: int | None, value: tuple[str | None, str]) -> dict[str, Any]:
    family, condition = value[0], Condition(value[1])
    least = committee.minimum_conditions.get(family) if family else committee.minimum_condition
    if least is None or condition.rank <= Condition(least).rank:
        return {}
    if family:
        return {"minimum_conditions": committee.minimum_conditions | {family: condition.value}}
    return {"minimum_condition": None if condition is Condition.FOR_PARTS else condition}


def _roomier(_committee: Committee, room: int | None, value: int) -> dict[str, Any]:
    return {"room": value} if room is not None and value > room else {}


WIDER: Mapping[str, Callable[[Committee, int | None, Any], dict[str, Any]]] = {
    "minimum_conditions": _worse,
    "largest_size": _larger,
    "takes": _taken,
    "refuses": _not_refused,
    "collects_km": _farther,
    "highest_floor": _higher,
    "room": _roomier,
}


def widened(committee: Committee, room: int | None, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that would differ with what is `wanted` by field, `room` among them; none where the rules permit it already.
    `room` is what is left now."""
    return {
        name: column
        for field, value in wanted.items()
        for name, column in WIDER[field](committee, room, value).items()
    }


def loosened(need: Need, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a need."""
    found: dict[str, Any] = {}
    if wanted.get("quantity", 0) > need.quantity:
        found["quantity"] = wanted["quantity"]
    condition = Condition(wanted.get("minimum_condition", need.minimum_condition))
    if condition.rank > need.minimum_condition.rank:
        found["minimum_condition"] = condition
    if need.needed_by and wanted.get("needed_by", "") > need.needed_by.isoformat():
        found["needed_by"] = date.fromisoformat(wanted["needed_by"])
    return found


def not_yet(
    wanted: Mapping[str, Any], changes: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> dict[str, Any]:
    """Of what is `wanted` by field, what `changes` says would differ from what holds now."""
    return {field: value for field, value in wanted.items() if changes({field: value})}


# Addresses


def address(wanted: Mapping[str, Any]) -> dict[str, str]:
    """The changes as arguments of an address."""
    return {
        field: ":".join(each or "" for each in value) if isinstance(value, tuple) else str(value)
        for field, value in wanted.items()
    }


def _up_to(most: int) -> Callable[[str], int | None]:
    def read(typed: str) -> int | None:
        number = whole(typed)
        return number if number is not None and number <= most else None

    return read


def _item(typed: str) -> str | None:
    return typed if typed in load() else None


def _least(typed: str) -> tuple[str | None, str] | None:
    family, colon, condition = typed.partition(":")
    sound = colon and condition in set(Condition) and (not family or family in load())
    return (family or None, condition) if sound else None


def _day(typed: str) -> str | None:
    try:
        return date.fromisoformat(typed).isoformat()
    except ValueError:
        return None


OF_RULES: Mapping[str, Callable[[str], Any]] = {
    "minimum_conditions": _least,
    "largest_size": lambda typed: typed if typed in set(Size) else None,
    "takes": _item,
    "refuses": _item,
    "collects_km": _up_to(FARTHEST_KM),
    "highest_floor": _up_to(200),
    "room": _up_to(MOST_ROOM),
}
OF_NEEDS: Mapping[str, Callable[[str], Any]] = {
    "quantity": _up_to(LARGEST_QUANTITY),
    "minimum_condition": lambda typed: typed if typed in set(Condition) else None,
    "needed_by": _day,
}


def read(arguments: Mapping[str, str], fields: Mapping[str, Callable[[str], Any]]) -> dict[str, Any]:
    """What the arguments of an address ask to change, of these fields."""
    found = {name: reads(arguments[name]) for name, reads in fields.items() if name in arguments}
    return {name: value for name, value in found.items() if value is not None}
