"""It may wait, and it is fair: what the two weights do, and for whom they do nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from matching import Kept, Need, Offer, Place, Urgency, Weights, check, plan
from tests.matching.instances import GIVORS, NOW, shape, things

FAR = Place(45.79, 4.77)
LATER = NOW + timedelta(days=8)
PATIENT = Weights(
    nearness=1,
    fit=0,
    urgency=0,
    fairness=0,
    wholeness=0,
    placing=0,
    handover=0,
    patience=0.6,
    patience_days=14,
)
"""A pair 22 km apart is worth 0.47, less than the 0.6 that a fresh unit is worth waiting for."""


def _fresh(**fields: Any) -> Offer:
    return Offer("o1", 1, **{"item": "chaise", "place": GIVORS, "offered_at": NOW, **fields})


def _wanted(**fields: Any) -> Need:
    return Need("n1", 1, **{"item": "chaise", "place": FAR, **fields})


def test_a_fresh_offer_waits_for_somebody_nearer_and_says_so() -> None:
    found = plan([_fresh()], [_wanted()], now=NOW, weights=PATIENT)

    assert found.pairings == ()
    (miss,) = found.unplaced[0].nearest_misses
    assert (miss.broken, miss.detail) == (("waits",), {"waits": 14})


@pytest.mark.parametrize(
    ("offer", "need", "changes"),
    [
        pytest.param({}, {}, {"weights": Weights()}, id="patience is 0 by default"),
        pytest.param({}, {"urgency": Urgency.HIGH}, {}, id="a need of high urgency"),
        pytest.param({}, {"urgency": Urgency.CRITICAL}, {}, id="a critical need"),
        pytest.param({"available_until": NOW.date() + timedelta(days=13)}, {}, {}, id="an offer that ends sooner"),
        pytest.param({"available_until": NOW.date()}, {}, {}, id="an offer that ends today"),
        pytest.param({}, {"place": GIVORS}, {}, id="a need next door"),
        pytest.param({}, {}, {"now": LATER}, id="an offer that has waited"),
        pytest.param({"offered_at": None, "available_from": NOW.date()}, {}, {"now": LATER}, id="an offer long available"),
    ],
)  # fmt: skip
def test_what_may_not_wait_is_placed_at_once(
    offer: dict[str, Any], need: dict[str, Any], changes: dict[str, Any]
) -> None:
    arguments = {"now": NOW, "weights": PATIENT, **changes}

    found = plan([_fresh(**offer)], [_wanted(**need)], **arguments)

    assert shape(found) == [("o1", "n1", 1)]
    check(found, [_fresh(**offer)], [_wanted(**need)], **arguments)


def test_an_offer_that_ends_with_the_patience_may_wait() -> None:
    offer = _fresh(available_until=NOW.date() + timedelta(days=14))

    assert plan([offer], [_wanted()], now=NOW, weights=PATIENT).pairings == ()


def test_what_waited_goes_to_whoever_is_nearer_when_they_come() -> None:
    nearer = replace(_wanted(), id="n2", place=GIVORS)

    found = plan([_fresh()], [_wanted(), nearer], now=NOW + timedelta(days=1), weights=PATIENT)

    assert shape(found) == [("o1", "n2", 1)]


def test_patience_falls_to_nothing_by_the_day() -> None:
    worths = [
        plan([_fresh()], [_wanted(place=GIVORS)], now=NOW + timedelta(days=day), weights=PATIENT).pairings[0].worth
        for day in (0, 7, 14, 15)
    ]  # fmt: skip

    assert worths == [0.4, 0.7, 1.0, 1.0]


@pytest.mark.parametrize(("meeting", "served"), [(0.0, {"many"}), (0.5, {"few1", "few2"})])
def test_whole_needs_come_first_where_they_are_worth_something(meeting: float, served: set[str]) -> None:
    needs = [_committee("many", 8), _committee("few1", 4), _committee("few2", 4)]
    weights = Weights(meeting=meeting)

    found = plan(things(8), needs, now=NOW, weights=weights)

    check(found, things(8), needs, now=NOW, weights=weights)
    assert {each.need for each in found.pairings} == served


def _committee(name: str, quantity: int, **fields: Any) -> Need:
    return Need(name, quantity, **{"item": "chaise", "place": GIVORS, "committee": name, **fields})


def test_fairness_turns_the_scale_between_equals() -> None:
    needs = [_committee(name, 1) for name in ("givors", "vienne")]

    assert shape(plan(things(1), needs, now=NOW, received={"givors": 8})) == [("o1", "vienne", 1)]
    assert shape(plan(things(1), needs, now=NOW, received={"vienne": 8})) == [("o1", "givors", 1)]


def test_fairness_stands_in_relation_to_what_a_committee_asks() -> None:
    needs = [
        _committee("givors", 10),
        _committee("vienne", 10),
        _committee("vienne-2", 90, committee="vienne"),
    ]

    found = plan(
        things(10), needs, now=NOW, received={"givors": 10, "vienne": 20}, weights=Weights(wholeness=0)
    )

    fair = {each.need: each.parts.fairness for each in found.pairings}
    assert fair == {"vienne": 0.833333}


def test_fairness_weighs_nothing_where_its_weight_is_0_and_a_committee_without_history_is_whole() -> None:
    needs = [_committee("givors", 1), _committee("vienne", 1)]

    blind = plan(things(1), needs, now=NOW, received={"givors": 8}, weights=Weights(fairness=0))
    (pairing,) = plan(things(1), needs[:1], now=NOW).pairings

    assert shape(blind) == [("o1", "givors", 1)]
    assert pairing.parts.fairness == 1.0


TURNS = Weights(turns=1)
FARTHER = Place(45.85, 4.77)


def _rivals(**fields: Any) -> list[Need]:
    """One next door, one 29 km away."""
    return [_committee("near", 1), _committee("far", 1, place=FARTHER, collects_km=30, **fields)]


def test_distance_outweighs_fairness_until_the_dial_says_that_each_has_its_turn() -> None:
    rows, lately = _rivals(), {"near": 1.0}

    assert shape(plan(things(1), rows, now=NOW, received=lately)) == [("o1", "near", 1)]
    assert shape(plan(things(1), rows, now=NOW, received=lately, weights=TURNS)) == [("o1", "far", 1)]


@pytest.mark.parametrize("urgency", Urgency)
def test_at_its_end_no_distance_and_no_urgency_outweighs_having_had_less(urgency: Urgency) -> None:
    near = replace(_rivals()[0], quantity=20, urgency=urgency)
    far = replace(_rivals()[1], quantity=20)

    found = plan(things(1), [near, far], now=NOW, received={"near": 6, "far": 5}, weights=TURNS)

    assert shape(found) == [("o1", "far", 1)]


def test_among_those_who_had_as_little_the_dial_leaves_the_nearest_first() -> None:
    assert shape(plan(things(1), _rivals(), now=NOW, weights=TURNS)) == [("o1", "near", 1)]


def test_the_dial_places_as_many_units_as_before() -> None:
    needs = [_committee("near", 3), _committee("far", 1, place=FARTHER)]

    for turns in (0, 0.5, 1):
        found = plan(things(4), needs, now=NOW, received={"near": 50}, weights=Weights(turns=turns))

        assert sum(each.quantity for each in found.pairings) == 4


HAD_NOTHING = {"near": NOW.date() - timedelta(days=3), "far": NOW.date() - timedelta(days=43)}


def test_a_committee_without_anything_for_too_long_comes_first_and_the_pairing_says_so() -> None:
    floor = Weights(longest_weeks=6)
    needs = [replace(_rivals()[0], urgency=Urgency.CRITICAL), _rivals()[1]]

    (before,) = plan(things(1), needs, now=NOW, since=HAD_NOTHING).pairings
    (then,) = plan(things(1), needs, now=NOW, since=HAD_NOTHING, weights=floor).pairings

    assert (before.need, then.need) == ("near", "far")
    assert ("without", 6) in {(each.code, each.value) for each in then.reasons}
    assert then.score == pytest.approx(1.0, abs=0.4), "being due adds to the worth, not to the score"


def test_six_weeks_to_the_day_are_not_yet_more_than_six_weeks() -> None:
    since = {"far": NOW.date() - timedelta(days=42)}

    found = plan(things(1), _rivals(), now=NOW, since=since, weights=Weights(longest_weeks=6))

    assert shape(found) == [("o1", "near", 1)]


def test_whoever_is_due_comes_before_what_is_proposed_and_before_what_waits() -> None:
    weights = replace(PATIENT, longest_weeks=6, calm=5)
    board = [Kept("o1", "near", 1)]

    found = plan([_fresh()], _rivals(), now=NOW, since=HAD_NOTHING, weights=weights, kept=board)

    assert shape(found) == [("o1", "far", 1)]


def test_a_dial_that_stands_at_nothing_keeps_the_name_that_weights_had_before_there_was_one() -> None:
    assert Weights().version == "d3e170f12958"
    assert len({Weights().version, TURNS.version, Weights(longest_weeks=6).version}) == 3
