"""Whole lots: as good as can be told, the same whatever the order and the machine, and the plan says where it stopped short."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Kept, Need, Offer, Place, Plan, likely, lots, plan
from matching.arrays import Ints
from matching.exchanges import Exchanges
from matching.instance import plan_document
from tests.matching.instances import NOW, shape, things
from tests.matching.whole_lots import Rows, families

MIDDLE = dict(families(100, 50))
HARD = (
    "about half, all alike",
    "just over half",
    "wide",
    "wider",
    "triples",
    "small triples, all alike",
    "even lots, odd needs",
    "fives and sixes",
    "fives and sixes, all alike",
    "scarce",
    "wide, some divisible",
)
sizes = st.lists(st.integers(1, 12), min_size=2, max_size=14)


def _planned(rows: Rows, kept: Sequence[Kept] = ()) -> Plan:
    return plan(*rows, now=NOW, kept=kept)


@cache
def _middle(name: str) -> Plan:
    """One plan for all that is asked of it."""
    return _planned(MIDDLE[name])


@given(sizes, st.lists(st.integers(4, 30), min_size=2, max_size=6), st.booleans())
@settings(max_examples=40)
def test_few_lots_are_proven_and_the_bound_holds_without_the_last_look(
    offered: list[int], asked: list[int], divisible: bool
) -> None:
    offers = things(*offered, divisible=False)
    offers[0] = replace(offers[0], divisible=divisible)
    rows = offers, things(*asked, kind=Need)
    best = _planned(rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lots, "LAST", -1)
        patch.setattr(lots, "bundles", lambda *_: None)
        found = _planned(rows)

    assert best.value >= 0.99 * best.bound
    assert found.value <= best.bound + 1e-6
    assert best.value <= found.bound + 1e-6


@pytest.mark.parametrize("name", HARD)
def test_hard_lots_come_close_to_the_bound_and_the_plan_says_where_it_is_not_reached(name: str) -> None:
    found = _middle(name)

    assert 0.98 * found.bound <= found.value <= found.bound
    told = [(each.offer, each.value, each.bound) for each in found.stopped_short]
    assert told == ([] if found.value == found.bound else [("o00000", found.value, found.bound)])


def test_a_component_that_stopped_short_is_told_by_its_first_offer() -> None:
    far = Place(48.85, 2.35)
    offers, needs = MIDDLE["scarce"]
    proven = Offer("a", 1, item="chaise", place=far), Need("a", 1, item="chaise", place=far)

    found = plan_document(_planned(([*offers, proven[0]], [*needs, proven[1]])))

    (short,) = found["stopped_short"]
    assert (short["offer"], short["offers"], short["needs"]) == ("o00000", 100, 50)
    assert short["bound"] - short["value"] == pytest.approx(found["bound"] - found["value"])


@pytest.mark.parametrize(
    ("large", "names"),
    [(lots.LARGE, ("about half", "wide")), (100, ("fives and sixes", "just over half", "some divisible"))],
    ids=["large", "very large"],
)
def test_a_large_component_is_settled_among_likely_pairs_alone(
    monkeypatch: pytest.MonkeyPatch, large: int, names: tuple[str, ...]
) -> None:
    small = {"MANY": 100, "FEW": 100, "LIKELY": 20, "HAGGLED_OVER": 10, "LAST": 0, "LARGE": large}
    for name, value in {**small, "WORK": 150_000}.items():
        monkeypatch.setattr(lots, name, value)
    for name, value in {"MANY": 100, "FEWEST": 8, "SAMPLE": 2}.items():
        monkeypatch.setattr(likely, name, value)

    for name in names:
        found = _planned(MIDDLE[name])

        assert 0.97 * found.bound <= found.value <= found.bound, name


def test_lots_are_settled_in_so_much_counted_work_however_hard_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    most, a_chain, looked = 12_000, 500, []

    class Counted(Exchanges):
        def improve(self, gained: Ints) -> None:
            super().improve(gained)
            looked.append(self.work)

    monkeypatch.setattr(lots, "Exchanges", Counted)
    monkeypatch.setattr(lots, "WORK", most)
    monkeypatch.setattr(lots, "AT_ONCE", 5_000)
    for name in ("just over half", "triples", "wide"):
        looked.clear()

        found = _planned(MIDDLE[name])

        assert len(looked) > 1, name
        assert most - 5_000 < sum(looked) < most + a_chain, name
        assert 0.9 * found.bound <= found.value <= found.bound, name


@pytest.mark.parametrize("name", ["wide", "fives and sixes", "triples", "wide, some divisible"])
def test_the_order_of_hard_lots_changes_no_byte(name: str) -> None:
    offers, needs = MIDDLE[name]
    random = Random(3)
    shuffled = random.sample(offers, len(offers)), random.sample(needs, len(needs))

    one, other = (json.dumps(plan_document(found)) for found in (_planned(shuffled), _middle(name)))

    assert one == other


@pytest.mark.parametrize("name", ["about half", "wide", "triples", "some divisible"])
def test_a_board_of_lots_stays_as_it_was_planned(name: str) -> None:
    board = _middle(name)

    again = _planned(MIDDLE[name], [Kept(each.offer, each.need, each.quantity) for each in board.pairings])

    assert shape(again) == shape(board)
