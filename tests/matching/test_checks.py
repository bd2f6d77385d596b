"""The checker finds each kind of sabotage, in a plan that is sound before."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching import (
    AtLeast,
    Barred,
    Condition,
    Kept,
    Need,
    Offer,
    Pairing,
    Place,
    Plan,
    PlanError,
    Size,
    Transport,
    Unrecognised,
    Weights,
    check,
    plan,
)
from tests.matching.instances import GIVORS, NOW, Instance, instances, things

OFFERS = [
    Offer("o1", 3, item="chaise", place=GIVORS, delivers_km=5),
    Offer("o2", 4, item="chaise", place=Place(45.60, 4.80), divisible=False),
    Offer("o3", 2, item="ordinateur-portable", place=GIVORS),
    Offer("o4", 1, item="chaise", place=GIVORS, condition=Condition.FOR_PARTS),
]
NEEDS = [
    Need("n1", 2, item="chaise", place=GIVORS, committee="givors"),
    Need("n2", 6, item="sieges", place=Place(45.62, 4.77)),
    Need("n3", 1, item="ordinateur", place=GIVORS),
]
SURROUNDINGS = {
    "now": NOW,
    "received": {"givors": 3},
    "kept": [Kept("o1", "n1", 1)],
    "barred": [Barred("o3", "n2")],
}


def _sound() -> Plan:
    return plan(OFFERS, NEEDS, **SURROUNDINGS)  # type: ignore[arg-type]


def _verify(found: Plan) -> None:
    check(found, OFFERS, NEEDS, **SURROUNDINGS)  # type: ignore[arg-type]


def _first(change: Callable[[Pairing], Pairing]) -> Callable[[Plan], Plan]:
    return lambda found: replace(found, pairings=(change(found.pairings[0]), *found.pairings[1:]))


def _only(change: Callable[[Pairing], Pairing]) -> Callable[[Plan], Plan]:
    return lambda found: replace(found, pairings=(change(found.pairings[0]),))


SABOTAGE: dict[str, tuple[str, Callable[[Plan], Plan]]] = {
    "an offer given twice over": ("over-allocated: offer", _first(lambda each: replace(each, quantity=4))),
    "a need served beyond what it asks": (
        "over-allocated: need",
        lambda found: replace(
            found, pairings=(*found.pairings, replace(found.pairings[0], offer="o3", quantity=1))
        ),
    ),
    "half a unit": ("quantity", _first(lambda each: replace(each, quantity=0))),
    "an unknown offer": ("unknown", _first(lambda each: replace(each, offer="o99"))),
    "a pair told twice": ("duplicate", lambda found: replace(found, pairings=found.pairings * 2)),
    "another thing than asked": ("item", _only(lambda each: replace(each, need="n3", quantity=1))),
    "a thing in bad condition": ("condition", _only(lambda each: replace(each, offer="o4", quantity=1))),
    "a distance cut short": ("distance", _first(lambda each: replace(each, distance_km=7.0))),
    "a donor who brings from too far": (
        "reach",
        lambda found: replace(
            found,
            pairings=tuple(
                replace(each, transport=Transport.DONOR_BRINGS) if each.offer == "o2" else each
                for each in found.pairings
            ),
        ),
    ),
    "a lot that is split": (
        "whole_lot",
        lambda found: replace(
            found,
            pairings=tuple(
                replace(each, quantity=3) if each.offer == "o2" else each for each in found.pairings
            ),
        ),
    ),
    "a score made up": ("score", _first(lambda each: replace(each, score=0.99))),
    "a part made up": ("score", _first(lambda each: replace(each, parts=replace(each.parts, fairness=1.0)))),
    "calm claimed for nothing": ("kept", _first(lambda each: replace(each, kept=2))),
    "a value made up": ("value", lambda found: replace(found, value=found.value + 1, bound=found.bound + 1)),
    "a bound below the value": ("bound", lambda found: replace(found, bound=found.value - 1)),
    "a need forgotten": ("unmet", lambda found: replace(found, unmet=())),
    "an offer forgotten": ("unplaced", lambda found: replace(found, unplaced=())),
    "other weights": ("weights", lambda found: replace(found, weights_version=Weights(fit=2).version)),
    "a need passed off as unread": (
        "unrecognised",
        lambda found: replace(
            found,
            unmet=[each for each in found.unmet if each.need != "n2"],
            unrecognised=(Unrecognised("n2", "", "need"),),
        ),
    ),
    "another order": ("order", lambda found: replace(found, pairings=found.pairings[::-1])),
}


def test_the_plan_is_sound_before() -> None:
    found = _sound()

    _verify(found)
    assert [(each.offer, each.need) for each in found.pairings] == [
        ("o1", "n1"),
        ("o1", "n2"),
        ("o2", "n2"),
        ("o3", "n3"),
    ]


@pytest.mark.parametrize("name", SABOTAGE)
def test_sabotage_is_found(name: str) -> None:
    word, sabotage = SABOTAGE[name]

    with pytest.raises(PlanError, match=f"^{word}"):
        _verify(sabotage(_sound()))


def test_a_barred_pair_is_found() -> None:
    found = plan(OFFERS, NEEDS, now=NOW)

    with pytest.raises(PlanError, match=r"^barred"):
        check(found, OFFERS, NEEDS, now=NOW, barred=[Barred("o1", "n1")])


def test_a_pair_out_of_dates_is_found() -> None:
    late = [replace(row, available_until=NOW.date().replace(day=1)) for row in OFFERS]
    found = plan(OFFERS, NEEDS, now=NOW)

    with pytest.raises(PlanError, match=r"^dates"):
        check(found, late, NEEDS, now=NOW)


STRICTER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "condition": ({"condition": Condition.FOR_PARTS}, {}),
    "item": ({"item": "refrigerateur"}, {}),
    "handled": ({"item": "armes"}, {}),
    "size": ({}, {"largest_size": Size.SMALL}),
    "refusals": ({}, {"refuses": ("sieges",)}),
    "takes": ({}, {"takes": ("tabouret", "ordinateur")}),
    "family_condition": ({}, {"minimum_conditions": (AtLeast(Condition.NEW, "sieges"),)}),
    "floor": ({"floor": 3, "lift": False}, {"highest_floor": 2}),
    "reach": ({}, {"collects_km": 0.5}),
    "dates": ({}, {"needed_by": NOW.date() - timedelta(days=1)}),
}
"""What, changed after the plan, makes each rule's break: fields of the offer and of the need."""


@pytest.mark.parametrize("rule", STRICTER)
def test_a_broken_rule_is_found_and_named(rule: str) -> None:
    offer = Offer("o1", 2, item="chaise", place=GIVORS)
    need = Need("n1", 2, item="chaise", place=Place(45.60, 4.77))
    found = plan([offer], [need], now=NOW)
    check(found, [offer], [need], now=NOW)

    with pytest.raises(PlanError, match=f"^{rule}: "):
        check(found, [replace(offer, **STRICTER[rule][0])], [replace(need, **STRICTER[rule][1])], now=NOW)


def test_more_large_pieces_than_there_is_room_for_are_found() -> None:
    given_ = things(1, 1, size=Size.LARGE)
    asked = things(1, 1, kind=Need, committee="givors")
    found = plan(given_, asked, now=NOW)
    check(found, given_, asked, now=NOW, room={"givors": 2, "vienne": 0})

    with pytest.raises(PlanError, match=r"^room: committee givors: 2 large pieces of 1$"):
        check(found, given_, asked, now=NOW, room={"givors": 1})


def _one_of(change: Callable[[Pairing], Pairing]) -> Callable[[Plan, int], Plan]:
    return lambda found, at: replace(
        found,
        pairings=tuple(change(each) if place == at else each for place, each in enumerate(found.pairings)),
    )


ANYWHERE: dict[str, Callable[[Plan, int], Plan]] = {
    "more units than there are": _one_of(lambda each: replace(each, quantity=each.quantity + 1_000)),
    "a unit less than told": _one_of(lambda each: replace(each, quantity=each.quantity - 1)),
    "a pairing kept back": lambda found, at: replace(
        found, pairings=found.pairings[:at] + found.pairings[at + 1 :]
    ),
    "a pairing told twice": lambda found, at: replace(
        found, pairings=found.pairings[: at + 1] + found.pairings[at:]
    ),
    "a kilometre less": _one_of(lambda each: replace(each, distance_km=each.distance_km - 1)),
    "a better score": _one_of(lambda each: replace(each, score=each.score + 0.01)),
    "a better part": _one_of(
        lambda each: replace(each, parts=replace(each.parts, fit=each.parts.fit + 0.01))
    ),
    "a greater worth": _one_of(lambda each: replace(each, worth=each.worth + 0.01)),
    "a unit more from the board": _one_of(lambda each: replace(each, kept=each.kept + 1)),
    "another offer": _one_of(lambda each: replace(each, offer="o-unknown")),
    "another need": _one_of(lambda each: replace(each, need="n-unknown")),
    "a greater value": lambda found, at: replace(found, value=found.value + 0.01, bound=found.bound + 1),
    "a lower bound": lambda found, at: replace(found, bound=found.value - 0.01),
    "other weights": lambda found, at: replace(found, weights_version="0" * 12),
}


@given(instances(tight=True), st.sampled_from(sorted(ANYWHERE)), st.integers(0, 99))
@settings(max_examples=80)
def test_sabotage_is_found_in_any_plan(instance: Instance, name: str, at: int) -> None:
    found = plan(instance.offers, instance.needs, **instance.arguments)
    assume(found.pairings)

    sabotaged = ANYWHERE[name](found, at % len(found.pairings))

    with pytest.raises(PlanError):
        check(sabotaged, instance.offers, instance.needs, **instance.arguments)
