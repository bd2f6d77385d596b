"""Which of a committee's own rules would have to change for what came near, as values that a form can be filled in with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from app.explaining.why_not import Detail, is_taught


@dataclass(frozen=True, slots=True)
class RuleChange:
    """With `value` in the `field` of `Committee`, the engine's `rule` would not stand in the way any more.

    Of the lists the value is the item: to be added to `takes`, to be taken off `refuses`. Of `minimum_conditions` it is a pair: the
    item whose condition is to be lowered, None for all items, and the condition. Of `room` it is how many large pieces are to
    be stored from now on.
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


def rule_changes(miss: Detail) -> tuple[RuleChange, ...]:
    """All that the committee would have to change for this miss, as `Need.misses` stores it; nothing where more stands in the way."""
    broken, detail = miss["broken"], miss["detail"]
    theirs = all(
        rule in CHANGES and not is_taught(rule, detail) and detail.get(rule) is not None for rule in broken
    )
    return tuple(RuleChange(rule, *CHANGES[rule](detail)) for rule in broken) if theirs else ()
