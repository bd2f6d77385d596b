"""Looking ahead: what waits for what usually comes, and who never waits."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import (
    Ahead,
    Chances,
    Kept,
    PlanError,
    Planner,
    Urgency,
    Weights,
    check,
    plan,
)
from matching.ahead import learn
from matching.instance import read_instance
from matching.strict import InputError
from tests.matching.instances import (
    HOPEFUL,
    NOW,
    Instance,
    instances,
    shape,
    things,
    usual_past,
    wanted,
)


def test_a_pair_waits_where_its_two_units_are_usually_worth_more_and_the_plan_says_so() -> None:
    found = plan(things(1), [wanted()], now=NOW, ahead=HOPEFUL)

    assert found.pairings == ()
    (miss,) = found.unplaced[0].nearest_misses
    assert (miss.broken, miss.detail) == (("waits",), {"usual": 1.9})


@pytest.mark.parametrize(
    "looking", [{"ahead": HOPEFUL}, {"weights": {"patience": 9}}], ids=["ahead", "patience"]
)
@pytest.mark.parametrize(("placing", "told"), [(0.5, "waits"), (0, "not_worth")])
def test_what_is_never_worth_its_handover_is_not_said_to_wait(
    looking: dict[str, Any], placing: float, told: str
) -> None:
    """Its score is some 0.6, a handover costs 0.8."""
    weights = Weights(placing=placing, handover=0.8, **looking.get("weights", {}))

    found = plan(things(1), [wanted()], now=NOW, weights=weights, ahead=looking.get("ahead"))

    assert found.pairings == ()
    assert found.unplaced[0].nearest_misses[0].broken == found.unmet[0].nearest_misses[0].broken == (told,)


@pytest.mark.parametrize(
    ("under", "told"),
    [
        ({}, "waits"),
        ({"chances": Chances(200, 0.5, {})}, "not_worth"),
        ({"received": {"givors": 99}}, "not_worth"),
        ({"received": {"givors": 99}, "since": {"givors": NOW.date() - timedelta(days=80)}}, "waits"),
    ],
)
def test_what_never_would_be_worth_its_handover_is_told_by_all_that_counts(
    under: dict[str, Any], told: str
) -> None:
    weights = Weights(placing=0.1, handover=0.7, fairness=0.3, chance=1, longest_weeks=6)
    dear = Ahead({"o1": 99}, {"n1": 99})

    found = plan(things(1), [wanted(committee="givors")], now=NOW, weights=weights, ahead=dear, **under)

    assert found.unplaced[0].nearest_misses[0].broken == found.unmet[0].nearest_misses[0].broken == (told,)


@pytest.mark.parametrize(
    ("need", "changes"),
    [
        pytest.param({"urgency": Urgency.CRITICAL}, {}, id="a critical need"),
        pytest.param({}, {"kept": [Kept("o1", "n1", 1)]}, id="what is on the board"),
        pytest.param({}, {"ahead": replace(HOPEFUL, offers={})}, id="an offer without a price"),
        pytest.param({}, {"ahead": replace(HOPEFUL, needs={})}, id="a need without a price"),
        pytest.param({}, {"ahead": replace(HOPEFUL, margin=0.4)}, id="what little is to be gained"),
        pytest.param({}, {"ahead": None}, id="nothing is learnt"),
    ],
)
def test_what_may_not_wait_is_placed_at_once(need: dict[str, Any], changes: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"now": NOW, "ahead": HOPEFUL, **changes}

    found = plan(things(1), [wanted(**need)], **arguments)

    check(found, things(1), [wanted(**need)], **arguments)
    assert shape(found) == [("o1", "n1", 1)]


@pytest.mark.parametrize(("waited", "left"), [(0, 3), (2, 1), (3, None), (9, None)])
def test_nothing_waits_for_longer_than_the_weights_allow(waited: int, left: int | None) -> None:
    offers = [replace(row, offered_at=NOW - timedelta(days=waited)) for row in things(1)]
    under: dict[str, Any] = {"now": NOW, "weights": Weights(ahead_days=3), "ahead": HOPEFUL}

    found = plan(offers, [wanted()], **under)

    check(found, offers, [wanted()], **under)
    if left is None:
        assert shape(found) == [("o1", "n1", 1)]
    else:
        assert found.pairings == ()
        assert found.unplaced[0].nearest_misses[0].detail == {"usual": 1.9, "days": left}
        with pytest.raises(PlanError, match="waits"):
            check(plan(offers, [wanted()], now=NOW, weights=under["weights"]), offers, [wanted()], **under)


@pytest.mark.parametrize("ends", ["offer", "need"])
@pytest.mark.parametrize(("day", "waits"), [(0, False), (1, False), (2, False), (3, True), (40, True)])
def test_what_ends_before_it_has_waited_is_placed_while_somebody_can_still_come(
    ends: str, day: int, *, waits: bool
) -> None:
    """Offered yesterday, it could wait until the day after tomorrow."""
    last, since = NOW.date() + timedelta(days=day), NOW - timedelta(days=1)
    offers = [replace(row, offered_at=since, available_until=last if ends == "offer" else None) for row in things(1)]  # fmt: skip
    needs = [wanted(needed_by=last if ends == "need" else None)]
    under: dict[str, Any] = {"now": NOW, "weights": Weights(ahead_days=3), "ahead": HOPEFUL}

    found = plan(offers, needs, **under)

    check(found, offers, needs, **under)
    assert (found.pairings == ()) == waits
    learnt = learn(offers, needs, *usual_past(20), now=NOW, weights=under["weights"])
    assert learnt is not None
    assert bool(learnt.offers) == (waits or ends == "need")
    if waits:
        with pytest.raises(PlanError, match="waits"):
            check(plan(offers, needs, now=NOW, weights=under["weights"]), offers, needs, **under)


def test_a_plan_that_should_have_waited_is_found_out() -> None:
    hasty = plan(things(1), [wanted()], now=NOW)

    with pytest.raises(PlanError, match="waits"):
        check(hasty, things(1), [wanted()], now=NOW, ahead=HOPEFUL)


@pytest.mark.parametrize("prices", [{"o1": -0.1}, {"o1": float("nan")}, {"": 1.0}])
def test_prices_out_of_range_are_refused(prices: dict[str, float]) -> None:
    with pytest.raises(PlanError, match=r"ahead\.offers"):
        plan(things(1), [wanted()], now=NOW, ahead=Ahead(prices, {}))


@given(
    instances(most=6), st.lists(st.floats(0, 2), min_size=12, max_size=12), st.floats(0, 0.5), st.sampled_from((0, 9, 1_000_000))
)  # fmt: skip
def test_a_plan_that_looks_ahead_is_the_best_without_the_pairs_that_wait(
    instance: Instance, prices: list[float], margin: float, days: int
) -> None:
    rows = list(instance.offers), list(instance.needs)
    instance.arguments["weights"] = replace(instance.arguments["weights"], ahead_days=days)
    told = dict(zip([row.id for side in rows for row in side], prices, strict=False))
    ahead = Ahead(
        {row.id: told[row.id] for row in rows[0] if row.id in told},
        {row.id: told[row.id] for row in rows[1] if row.id in told},
        margin,
    )
    planner = Planner()
    planner.plan(*rows, **instance.arguments)

    found = planner.plan(*rows, **instance.arguments, ahead=ahead)

    check(found, *rows, **instance.arguments, ahead=ahead)
    assert found == plan(*rows, **instance.arguments, ahead=ahead)
    assert found.value <= plan(*rows, **instance.arguments).bound + 1e-6


def test_the_json_door_takes_prices_and_says_where_they_are_wrong() -> None:
    document: dict[str, Any] = {
        "now": NOW.isoformat(),
        "offers": [{"id": "o1", "item": "chaise", "quantity": 1}],
        "needs": [{"id": "n1", "item": "chaise", "quantity": 1}],
        "distances": [["o1", "n1", 22]],
        "ahead": {"offers": {"o1": 1.2}, "needs": {"n1": 0.7}, "margin": 0.05},
    }

    read = read_instance(json.dumps(document).encode())

    assert read.ahead == HOPEFUL
    assert plan(read.offers, read.needs, **read.surroundings()).pairings == ()
    document["ahead"]["needs"]["n1"] = "dear"
    with pytest.raises(InputError, match=r'ahead\.needs\["n1"\]'):
        read_instance(json.dumps(document).encode())
