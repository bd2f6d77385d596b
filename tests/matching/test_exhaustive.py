"""Tiny instances, where every plan there is can be tried: none is worth more than the engine's."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import Need, Offer, Weights, chances, lots, plan, rules, scoring
from matching.items import load
from matching.rules import Situation
from matching.task import Task
from tests.matching.instances import GIVORS, NOW, Instance, instances

Worth = Callable[[Offer, Need, int], int | None]


def _best(instance: Instance) -> int:
    """The greatest value of a permitted plan, in millionths: every way to share every offer out is tried."""
    worth = _worth(instance)

    def shares(offer: Offer, room: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
        """The room that each way to share the offer out leaves, and what it is worth."""
        ways: list[tuple[tuple[int, ...], int, int]] = [((), offer.quantity, 0)]
        for need, free in zip(instance.needs, room, strict=True):
            ways = [
                ((*given, free - units), left - units, value + gain)
                for given, left, value in ways
                for units in range(min(free, left) + 1)
                if offer.divisible or units in (0, offer.quantity)
                if (gain := worth(offer, need, units) if units else 0) is not None
            ]
        return ((given, value) for given, _, value in ways)

    @cache
    def from_here(at: int, room: tuple[int, ...]) -> int:
        if at == len(instance.offers):
            return 0
        return max(value + from_here(at + 1, given) for given, value in shares(instance.offers[at], room))

    return from_here(0, tuple(need.quantity for need in instance.needs))


def _worth(instance: Instance) -> Worth:
    """What so many units of a pair add to a plan, in millionths; None where it may not be."""
    arguments, catalogue = instance.arguments, load()
    weights, known = arguments["weights"], arguments["chances"]
    situation = Situation(
        arguments["now"],
        barred=frozenset((each.offer, each.need) for each in arguments["barred"]),
        distances=arguments["distances"],
        lessons=arguments["lessons"],
    )
    asked = scoring.asked_by_committee(instance.needs)
    task = Task(situation, weights, since=arguments["since"])
    board = {(each.offer, each.need): each.quantity for each in arguments["kept"]}
    calm: int = round(weights.calm * scoring.MICRO)

    def worth(offer: Offer, need: Need, units: int) -> int | None:
        if rules.broken(offer, need, situation):
            return None
        kilometres = rules.pair_distance(offer, need, situation)
        assert kilometres is not None
        scored = scoring.score_pair(
            offer,
            need,
            weights=weights,
            now=situation.now,
            distance_km=kilometres,
            fairness=scoring.need_fairness(need, asked, arguments["received"]),
            catalogue=catalogue,
            due=task.without(need) > 0,
            chance=chances.of_pair(known, offer, need, kilometres, situation.day, catalogue),
        )
        held = min(units, board.get((offer.id, need.id), 0))
        if not offer.divisible and held < offer.quantity:
            held = 0
        value: int = scored.worth_micro * units + calm * held
        return value

    return worth


@given(st.booleans().flatmap(lambda lots: instances(most=3, lots=lots, largest=4)))
@settings(max_examples=120)
def test_no_plan_of_a_tiny_instance_is_worth_more(instance: Instance) -> None:
    found = plan(instance.offers, instance.needs, **instance.arguments)

    assert round(found.value * scoring.MICRO) == _best(instance)
    assert found.bound == found.value


@given(instances(most=3, largest=4))
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_large_component_with_lots_is_bounded_truly(
    monkeypatch: pytest.MonkeyPatch, instance: Instance
) -> None:
    # Every component with a broken lot is large: its lots are settled a neighbourhood at a time.
    monkeypatch.setattr(lots, "LAST", -1)

    found = plan(instance.offers, instance.needs, **instance.arguments)

    best = _best(instance)
    assert round(found.value * scoring.MICRO) <= best <= round(found.bound * scoring.MICRO)


def test_prices_bound_lots_that_fill_needs_badly(monkeypatch: pytest.MonkeyPatch) -> None:
    # Two fives fill a ten, a six does not: the flow believes in 46 units, of which 34 can be given.
    monkeypatch.setattr(lots, "LAST", -1)
    sizes = (5, 5, 6, 6, 6, 6, 6, 6)
    given_ = [
        Offer(f"o{at}", units, item="chaise", place=GIVORS, divisible=False) for at, units in enumerate(sizes)
    ]
    asked = [Need(f"n{at}", 10, item="chaise", place=GIVORS) for at in range(5)]

    found = plan(given_, asked, now=NOW, weights=Weights(wholeness=0, handover=0))

    assert sum(each.quantity for each in found.pairings) == 34
    units = found.value / 34
    assert found.bound < 38 * units


def test_no_need_is_thought_to_hold_more_than_lots_add_up_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lots, "LAST", -1)
    given_ = [Offer(f"o{at}", 6, item="chaise", place=GIVORS, divisible=False) for at in range(9)]
    asked = [Need(f"n{at}", 10, item="chaise", place=GIVORS) for at in range(4)]

    found = plan(given_, asked, now=NOW)

    assert sum(each.quantity for each in found.pairings) == 24
    assert found.value == found.bound
