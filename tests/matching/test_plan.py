"""What every plan owes: permitted, optimal, indifferent to the order of lists, monotone."""

import json
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching import (
    Condition,
    Kept,
    Need,
    Offer,
    Place,
    Plan,
    Weights,
    check,
    plan,
)
from matching.instance import plan_document
from tests.matching.instances import GIVORS, NOW, Instance, instances, offers, replace_id, shape, things

TOLERANCE = 1e-6


def _written(found: Plan) -> str:
    return json.dumps(plan_document(found))


def planned(instance: Instance, **changes: Any) -> Plan:
    return plan(instance.offers, instance.needs, **{**instance.arguments, **changes})


any_instances = st.booleans().flatmap(lambda tight: instances(tight=tight))


@given(any_instances)
@settings(max_examples=120)
def test_a_plan_keeps_every_promise(instance: Instance) -> None:
    found = planned(instance)

    check(found, instance.offers, instance.needs, **instance.arguments)
    assert all(len(each.nearest_misses) <= 3 for each in found.unmet)
    assert all(len(each.nearest_misses) <= 3 for each in found.unplaced)


@given(instances(lots=False))
@settings(max_examples=80)
def test_divisible_instances_reach_their_bound(instance: Instance) -> None:
    found = planned(instance)

    assert found.value == found.bound


@given(instances(most=6))
@settings(max_examples=60)
def test_small_instances_with_lots_reach_their_bound(instance: Instance) -> None:
    found = planned(instance)

    assert found.value == found.bound


def _shuffled(value: Any, random: Any) -> Any:
    if value is None:
        return None
    entries = list(value.items() if isinstance(value, dict) else value)
    random.shuffle(entries)
    return type(value)(entries)


@given(any_instances, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_lists_changes_no_byte(instance: Instance, random: Any) -> None:
    shuffled = {
        name: _shuffled(value, random)
        if name in ("kept", "barred", "received", "distances", "lessons", "room", "since")
        else value
        for name, value in instance.arguments.items()
    }
    offers, needs = list(instance.offers), list(instance.needs)
    random.shuffle(offers)
    random.shuffle(needs)

    assert _written(plan(offers, needs, **shuffled)) == _written(planned(instance))


@given(instances(), offers())
@settings(max_examples=60)
def test_one_more_offer_never_lowers_the_value(instance: Instance, one_more: Offer) -> None:
    assume(instance.arguments["distances"] is None)
    more = replace(instance, offers=(*instance.offers, replace_id(one_more, "one-more")))

    assert planned(more).value >= planned(instance).value - TOLERANCE


@given(instances(), st.data())
@settings(max_examples=80)
def test_lifting_a_rule_never_lowers_the_value(instance: Instance, data: st.DataObject) -> None:
    # What waits depends on when an offer ends: without patience, no rule is worth anything by itself.
    arguments = {**instance.arguments, "weights": replace(instance.arguments["weights"], patience=0.0)}
    strict = replace(instance, arguments=arguments)
    lifted: dict[str, dict[str, Any]] = {
        "condition": {"minimum_condition": Condition.FOR_PARTS},
        "reach": {"collects_km": 1000.0},
        "size": {"largest_size": None},
        "dates": {"needed_by": None},
        "refusals": {"refuses": ()},
        "takes": {"takes": ()},
        "family_condition": {"minimum_conditions": ()},
        "floor": {"highest_floor": None},
    }
    rule = data.draw(st.sampled_from((*lifted, "barred", "lessons", "whole_lot", "end")))
    if rule in ("barred", "lessons"):
        free = replace(strict, arguments={**arguments, rule: []})
    elif rule in ("whole_lot", "end"):
        change: dict[str, Any] = {"divisible": True} if rule == "whole_lot" else {"available_until": None}
        free = replace(strict, offers=tuple(replace(row, **change) for row in strict.offers))
        if rule == "whole_lot":
            # Less than a whole lot on the board counts for nothing until the lot can be split: only ever more.
            assert planned(free).bound >= planned(strict).value - TOLERANCE
    else:
        free = replace(strict, needs=tuple(replace(row, **lifted[rule]) for row in strict.needs))

    assert planned(free).value >= planned(strict).value - TOLERANCE


def test_one_giver_serves_few_rather_than_crumbs() -> None:
    found = plan(things(10), things(1, 1, 1, 10, 1, 1, 1, kind=Need), now=NOW)

    assert shape(found) == [("o1", "n4", 10)]


def test_no_cycle_of_handovers_is_left() -> None:
    found = plan(things(5, 5, 5, 5), things(5, 5, 5, 5, kind=Need), now=NOW)

    assert len(found.pairings) == 4


def test_a_lot_stays_whole() -> None:
    lots = things(4, 3, divisible=False)

    found = plan(lots, things(5, 3, kind=Need), now=NOW)

    assert shape(found) == [("o1", "n1", 4), ("o2", "n2", 3)]


def test_the_board_stays_calm_until_the_gain_passes_the_threshold() -> None:
    here, near, far = GIVORS, Place(45.60, 4.77), Place(45.80, 4.77)
    need = [Need("n1", 1, item="chaise", place=here)]
    old = Offer("old", 1, item="chaise", place=far)
    kept = [Kept("old", "n1", 1)]

    little = plan([old, Offer("new", 1, item="chaise", place=near)], need, now=NOW, kept=kept)
    restless = plan(
        [old, Offer("new", 1, item="chaise", place=near)],
        need,
        now=NOW,
        kept=kept,
        weights=Weights(calm=0.05),
    )

    assert shape(little) == [("old", "n1", 1)]
    assert little.pairings[0].kept == 1
    assert shape(restless) == [("new", "n1", 1)]


@given(instances(), offers())
@settings(max_examples=80)
def test_the_board_changes_only_for_a_gain_beyond_the_threshold(instance: Instance, late: Offer) -> None:
    weights = replace(instance.arguments["weights"], calm=0.3)
    arguments = {**instance.arguments, "weights": weights, "kept": [], "distances": None}
    before = plan(instance.offers, instance.needs, **arguments)
    kept = [Kept(each.offer, each.need, each.quantity) for each in before.pairings]

    after = plan([*instance.offers, replace_id(late, "late")], instance.needs, **{**arguments, "kept": kept})

    moved = sum(each.quantity for each in before.pairings) - sum(each.kept for each in after.pairings)
    gain = sum(each.worth * each.quantity for each in after.pairings) - before.value
    assert gain >= weights.calm * moved - TOLERANCE


def test_nearest_misses_name_the_rule_and_what_would_have_to_change() -> None:
    offer = Offer("o1", 1, item="chaise", place=GIVORS, condition=Condition.FOR_PARTS)

    found = plan([offer], things(1, kind=Need), now=NOW)

    (miss,) = found.unmet[0].nearest_misses
    assert (miss.other, miss.broken) == ("o1", ("condition",))
    assert miss.detail == {"condition": "for_parts", "minimum_condition": "fair"}


def test_an_offer_that_others_took_says_who() -> None:
    found = plan(things(1), things(1, 1, kind=Need), now=NOW)

    (miss,) = found.unmet[0].nearest_misses
    assert miss.broken == ("taken",)
    assert miss.detail == {"taken": ["n1"]}


def test_what_no_handover_is_worth_says_so_and_not_that_others_served_the_need() -> None:
    found = plan(things(1), things(1, kind=Need), now=NOW, weights=Weights(handover=3))

    assert found.pairings == ()
    (missed,), (left,) = found.unmet[0].nearest_misses, found.unplaced[0].nearest_misses
    assert missed.broken == left.broken == ("not_worth",)


def test_components_in_parallel_processes_give_the_same_plan() -> None:
    places = [Place(40 + step, 4.77) for step in range(6)]
    given = [
        replace(row, id=f"{row.id}-{at}", place=place)
        for at, place in enumerate(places)
        for row in things(3, 4, 5)
    ]
    asked = [
        replace(row, id=f"{row.id}-{at}", place=place)
        for at, place in enumerate(places)
        for row in things(6, 2, 7, kind=Need)
    ]

    assert plan(given, asked, now=NOW, processes=2) == plan(given, asked, now=NOW)


@pytest.mark.parametrize("quantities", list(product((1, 2, 3), repeat=4)))
def test_lots_match_an_exhaustive_search(quantities: tuple[int, ...]) -> None:
    lots, asked = things(*quantities[:2], divisible=False), things(*quantities[2:], kind=Need)

    found = plan(lots, asked, now=NOW, weights=Weights(handover=0))

    worth = {
        (pair.offer, pair.need): pair.worth
        for o in lots
        for n in asked
        for pair in plan([o], [n], now=NOW, weights=Weights(handover=0)).pairings
    }
    best = 0.0
    for choice in product((None, *asked), repeat=len(lots)):
        pairs = [(lot, need) for lot, need in zip(lots, choice, strict=True) if need is not None]
        load: dict[str, int] = {}
        for lot, need in pairs:
            load[need.id] = load.get(need.id, 0) + lot.quantity
        if all(load.get(need.id, 0) <= need.quantity for need in asked):
            best = max(best, sum(worth[lot.id, need.id] * lot.quantity for lot, need in pairs))
    assert found.value == pytest.approx(best, abs=TOLERANCE)
