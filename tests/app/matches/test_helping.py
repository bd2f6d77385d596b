"""What a committee would have to change for what came near: nothing is promised that would not help."""

from typing import Any

import pytest

from app.explaining.helping import CHANGES, rule_changes
from matching import AtLeast, Condition, Need, Offer, Place, Size
from matching.rules import Situation, broken, details
from tests.matching.instances import GIVORS, NOW

HERS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "family_condition": (
        {"condition": Condition.FAIR},
        {"minimum_conditions": (AtLeast(Condition.GOOD, "meubles"),)},
    ),
    "size": ({"size": Size.LARGE}, {"largest_size": Size.SMALL}),
    "takes": ({}, {"takes": ("ordinateur",)}),
    "refusals": ({}, {"refuses": ("sieges",)}),
    "reach": ({}, {"collects_km": 0.0}),
    "floor": ({"floor": 4, "lift": False}, {"highest_floor": 2}),
    "room": ({"size": Size.LARGE}, {}),
}
"""For each rule that a committee makes, what of an offer and of a need breaks it alone."""
VALUES = {
    "family_condition": ("minimum_conditions", ("meubles", "fair")),
    "size": ("largest_size", "large"),
    "takes": ("takes", "chaise"),
    "refusals": ("refuses", "sieges"),
    "reach": ("collects_km", 2),
    "floor": ("highest_floor", 4),
    "room": ("room", 1),
}


def _miss(*rules: str) -> dict[str, Any]:
    offer: dict[str, Any] = {}
    need: dict[str, Any] = {}
    for rule in rules:
        offer |= HERS[rule][0]
        need |= HERS[rule][1]
    found = broken(
        Offer("o1", 1, item="chaise", place=Place(45.60, 4.77), **offer),
        Need("n1", 1, item="chaise", place=GIVORS, committee="givors", **need),
        Situation(NOW, room={"givors": 0} if "room" in rules else {}),
    )
    return {"broken": list(found), "detail": details(found)}


@pytest.mark.parametrize("rule", HERS)
def test_the_change_that_would_help_is_told(rule: str) -> None:
    (change,) = rule_changes(_miss(rule))

    assert (change.rule, (change.field, change.value)) == (rule, VALUES[rule])


def test_several_rules_take_several_changes_and_another_reason_none() -> None:
    both = _miss("floor", "takes")
    assert [each.field for each in rule_changes(both)] == ["takes", "highest_floor"]
    assert rule_changes({**both, "broken": [*both["broken"], "dates"]}) == ()
    assert rule_changes({"broken": ["taken"], "detail": {"taken": []}}) == ()
    assert set(HERS) == set(VALUES) == set(CHANGES)


def test_what_a_lesson_taught_is_not_the_committees_to_change() -> None:
    far = _miss("reach")
    assert rule_changes({**far, "detail": {**far["detail"], "lesson": "too_far-7"}}) == ()
    assert rule_changes({**far, "detail": {**far["detail"], "reach": None}}) == ()
