"""A Planner asked again answers as a fresh plan would, and touches only what changed."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import (
    Ahead,
    Barred,
    Kept,
    Need,
    Offer,
    Place,
    PlanError,
    Planner,
    Size,
    Urgency,
    Weights,
    plan,
    solving,
)
from matching.columns import columns_of
from matching.rings import GLANCED_AT
from tests.matching.instances import NOW, ROOMS, SINCE, Instance, instances, offers, replace_id, things
from tests.matching.instances import needs as any_need


@pytest.fixture(autouse=True)
def _always_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tiny instances are planned again too, however many of their rows changed."""
    monkeypatch.setattr("matching.planner._AFRESH", 10.0)


@given(st.booleans().flatmap(lambda tight: instances(tight=tight)), st.data())
@settings(max_examples=40)
def test_planning_again_answers_as_a_fresh_plan(instance: Instance, data: st.DataObject) -> None:
    planner = Planner()
    planner.plan(instance.offers, instance.needs, **instance.arguments)
    before = instance
    for step in range(3):
        now = _a_little_later(before, data, step)

        again = planner.plan(now.offers, now.needs, **now.arguments)

        assert again == plan(now.offers, now.needs, **now.arguments)
        before = now


TOWNS = tuple(Place(44.0 + north, 1.0 + east) for north in (0, 1.2, 2.4) for east in (0, 1.2, 2.4))
ROWS = st.tuples(st.sampled_from(TOWNS), st.integers(1, 4), st.sampled_from(("chaise", "tabouret")))


@given(st.lists(ROWS, min_size=30, max_size=60), st.sampled_from((3, 6, GLANCED_AT)), st.data())
@settings(max_examples=60)
def test_misses_far_from_what_changed_are_those_of_a_fresh_plan(
    rows: list[tuple[Place, int, str]], glanced_at: int, data: st.DataObject
) -> None:
    """Each row looks at so many others, more than its surroundings hold or fewer; a few rows change, or one does."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("matching.rings.GLANCED_AT", glanced_at)
        _plan_again_and_again(rows, data)


def _plan_again_and_again(rows: list[tuple[Place, int, str]], data: st.DataObject) -> None:
    half = len(rows) // 2
    given_ = [
        Offer(f"o{at}", units, item=item, place=place) for at, (place, units, item) in enumerate(rows[:half])
    ]
    asked = [
        Need(f"n{at}", units, item=item, place=place, committee=f"c{at % 5}", collects_km=20.0)
        for at, (place, units, item) in enumerate(rows[half:])
    ]
    planner = Planner()
    planner.plan(given_, asked, now=NOW)
    for step in range(3):
        at, units = data.draw(st.integers(0, half - 1)), data.draw(st.integers(1, 9))
        if data.draw(st.booleans()):
            given_[at] = replace(given_[at], quantity=units, id=f"o{at}-{step}")
        if data.draw(st.booleans()):
            asked[at] = replace(asked[at], quantity=units, id=f"n{at}-{step}")

        told = planner.plan(given_, asked, now=NOW)

        assert told == plan(given_, asked, now=NOW)


def _a_little_later(instance: Instance, data: st.DataObject, step: int) -> Instance:
    """Some offers went and one came, a need changed, the board, what is barred and what was received changed."""
    rows = [row for row in instance.offers if data.draw(st.integers(0, 5)) != 0]
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(rows)))
        rows.insert(at, replace_id(data.draw(offers()), f"late{step}"))
    if data.draw(st.integers(0, 3)) == 0:
        rows.reverse()
    asked = list(instance.needs)
    another = data.draw(st.booleans())
    if asked and another:
        asked[-1] = replace_id(data.draw(any_need), asked[-1].id)
    pairs = [(offer.id, need.id) for offer in rows for need in asked]
    some: st.SearchStrategy[list[tuple[str, str]]] = (
        st.lists(st.sampled_from(pairs), max_size=2, unique=True) if pairs else st.just([])
    )
    arguments = {
        **instance.arguments,
        "kept": [Kept(*pair, 2) for pair in data.draw(some)],
        "barred": [Barred(*pair) for pair in data.draw(some)],
        "received": data.draw(st.sampled_from(({}, {"givors": 12}, {"vienne": 40}))),
        "since": data.draw(st.sampled_from(SINCE)),
        "room": data.draw(st.sampled_from((instance.arguments["room"], {}, *ROOMS))),
        "ahead": _prices(data, [row.id for row in rows], [row.id for row in asked]),
    }
    return Instance(tuple(rows), tuple(asked), arguments)


def _prices(data: st.DataObject, offers: Sequence[str], needs: Sequence[str]) -> Ahead | None:
    if data.draw(st.booleans()):
        return None
    later = st.sampled_from((0.0, 0.5, 40.0))
    return Ahead({name: data.draw(later) for name in offers}, {name: data.draw(later) for name in needs})


WASHER = Offer("washer", 1, item="lave-linge", place=Place(45.5, 4.7), size=Size.LARGE)
WARDROBE = replace(WASHER, id="wardrobe", item="armoire", offered_at=NOW)
ASKED = Need(
    "n1", 1, item="lave-linge", place=WASHER.place, committee="givors", collects_km=20, urgency=Urgency.HIGH
)
ALSO_ASKED = replace(ASKED, id="n2", item="armoire", urgency=Urgency.NORMAL)


@pytest.mark.parametrize(
    ("washer", "asked"),
    [
        pytest.param(replace(WASHER, size=Size.SMALL), ASKED, id="what took the last room is small"),
        pytest.param(WASHER, replace(ASKED, committee="vienne"), id="another committee asks for it"),
    ],
)
def test_room_that_is_there_again_is_told_to_the_committees_other_needs(washer: Offer, asked: Need) -> None:
    """The pairs of the plan stay the same: only what they leave of the room does not."""
    planner, weights = Planner(), Weights(patience=5.0, patience_days=30)
    under: dict[str, Any] = {"weights": weights, "now": NOW, "room": {"givors": 1}}
    before = planner.plan([WASHER, WARDROBE], [ASKED, ALSO_ASKED], **under)
    assert [list(miss.broken) for miss in before.unmet[0].nearest_misses] == [["room"]]

    again = planner.plan([washer, WARDROBE], [asked, ALSO_ASKED], **under)

    assert again == plan([washer, WARDROBE], [asked, ALSO_ASKED], **under)
    assert [list(miss.broken) for miss in again.unmet[0].nearest_misses] == [["waits"]]


def test_a_pair_that_is_ruled_out_is_told_to_both() -> None:
    rows = [*things(1), replace(WASHER, place=Place(47.0, 4.7))]
    asked, planner = [*things(1, kind=Need), replace(ASKED, id="n9")], Planner()
    before = planner.plan(rows, asked, now=NOW)
    assert [miss.broken for miss in before.unmet[0].nearest_misses] == [("reach",)]

    again = planner.plan(rows, asked, now=NOW, barred=[Barred("washer", "n9")])

    assert again == plan(rows, asked, now=NOW, barred=[Barred("washer", "n9")])
    assert [miss.broken for miss in again.unmet[0].nearest_misses] == [("reach", "barred")]


def test_an_offer_that_went_is_told_to_nobody() -> None:
    """It was too far for the need that was told of it: their components never met."""
    rows = [*things(1), replace(WASHER, place=Place(47.0, 4.7))]
    asked, planner = [*things(1, kind=Need), replace(ASKED, id="n9")], Planner()
    before = planner.plan(rows, asked, now=NOW)
    assert [miss.other for miss in before.unmet[0].nearest_misses] == ["washer"]

    again = planner.plan(rows[:1], asked, now=NOW)

    assert again == plan(rows[:1], asked, now=NOW)
    assert not again.unmet[0].nearest_misses


def test_what_another_brings_is_told_to_an_offer_that_waits() -> None:
    """Nothing that the offer looks at changed but how much the need still lacks."""
    planner, weights = Planner(), Weights(patience=5.0, patience_days=30)
    long_ago = NOW - timedelta(days=60)
    rows, asked = [replace(WASHER, offered_at=long_ago), WARDROBE], [ASKED, ALSO_ASKED]
    before = planner.plan(rows, asked, now=NOW, weights=weights)
    assert [miss.broken for miss in before.unplaced[0].nearest_misses] == [("waits",)]
    rows.append(replace(WARDROBE, id="older", offered_at=long_ago))

    again = planner.plan(rows, asked, now=NOW, weights=weights)

    assert again == plan(rows, asked, now=NOW, weights=weights)
    assert [miss.broken for miss in again.unplaced[0].nearest_misses] == [("met",)]


def test_one_price_that_changed_plans_its_component_anew_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    here = [*things(3), *things(3, kind=Need)]
    there = [replace(row, id=f"{row.id}-paris", place=Place(48.86, 2.35)) for row in here]
    planner, rows, asked = Planner(), [here[0], there[0]], [here[1], there[1]]
    prices = Ahead({"o1": 0.1, "o1-paris": 0.1}, {"n1": 0.1, "n1-paris": 0.1})
    planner.plan(rows, asked, now=NOW, ahead=prices)
    solved = _solved(monkeypatch)

    planner.plan(rows, asked, now=NOW, ahead=replace(prices, needs={"n1": 0.1, "n1-paris": 0.2}))

    assert sorted(solved) == ["n1-paris", "o1-paris"]


def test_planning_again_touches_only_the_components_that_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    here = [*things(3), *things(3, kind=Need)]
    there = [replace(row, id=f"{row.id}-paris", place=Place(48.86, 2.35)) for row in here]
    planner = Planner()
    rows, asked = [here[0], there[0]], [here[1], there[1]]
    planner.plan(rows, asked, now=NOW)
    solved = _solved(monkeypatch)

    planner.plan([*rows, replace(here[0], id="late")], asked, now=NOW)

    assert sorted(solved) == ["late", "n1", "o1"]


def _solved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the rows that are planned from here on."""
    solved: list[str] = []

    def seen(offers: Any, needs: Any, task: Any) -> Any:
        solved.extend(row.id for row in (*offers, *needs))
        return columns_of(offers, needs, task)

    monkeypatch.setattr(solving, "columns_of", seen)
    return solved


def test_rows_that_cannot_be_planned_leave_the_memory_as_it_was() -> None:
    planner = Planner()
    planner.plan(things(1), things(1, kind=Need), now=NOW)

    with pytest.raises(PlanError, match=r"^offer 'o9': quantity: must be a whole number above 0, got 0$"):
        planner.plan([*things(1), replace(things(1)[0], id="o9", quantity=0)], things(1, kind=Need), now=NOW)

    again = planner.plan(things(1), things(1, kind=Need), now=NOW)
    assert again == plan(things(1), things(1, kind=Need), now=NOW)


def test_lists_given_again_are_read_only_between_their_common_ends() -> None:
    rows, asked, planner = things(*[1] * 10_000), things(1, kind=Need), Planner()
    there = Offer("paris", 1, item="chaise", place=Place(48.86, 2.35))
    planner.plan(rows, asked, now=NOW)

    nothing = _calls(lambda: planner.plan(rows, asked, now=NOW))
    one = _calls(lambda: planner.plan([*rows[:4_000], there, *rows[4_000:]], asked, now=NOW))

    assert one < nothing + len(rows)


@pytest.mark.parametrize("at", [0, 1, 2, 3])
@pytest.mark.parametrize("twin", ["o1", "o3", "late"])
def test_an_id_that_comes_twice_is_found_wherever_it_stands(at: int, twin: str) -> None:
    rows, asked, planner = things(1, 1, 1), things(1, kind=Need), Planner()
    planner.plan(rows, asked, now=NOW)
    late = [replace(rows[0], id=each, quantity=9) for each in ("late", twin)]

    with pytest.raises(PlanError, match="comes twice"):
        planner.plan([*rows[:at], *late, *rows[at:]], asked, now=NOW)

    assert planner.plan(rows[:2], asked, now=NOW) == plan(rows[:2], asked, now=NOW)


def _calls(function: Callable[[], object]) -> int:
    """How many functions, in Python or in C, are called."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count
