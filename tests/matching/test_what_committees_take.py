"""What a committee says of itself holds in every plan: what it takes, in which state, from which floor, while there is room."""

from dataclasses import replace
from typing import Any

import pytest

from matching import AtLeast, Condition, Need, Offer, Place, PlanError, Said, Size, check, plan
from matching.rules import Situation, broken
from tests.matching.instances import GIVORS, NOW, things

NEAR = Place(45.60, 4.77)
"""1.1 km from Givors."""
ABOUT_SEATS = (
    AtLeast(Condition.GOOD, "meubles"),
    AtLeast(Condition.FOR_PARTS, "sieges"),
    AtLeast(Condition.NEW),
)
SITUATIONS: list[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    ("only what is taken", {}, {"takes": ("ordinateur",)}, {"takes": {"takes": "chaise"}}),
    ("a family holds what is narrower", {}, {"takes": ("meubles",)}, {}),
    ("nothing in particular is taken: all is", {}, {"takes": ()}, {}),
    (
        "what is taken may be refused in part",
        {},
        {"takes": ("meubles",), "refuses": ("sieges",)},
        {"refusals": {"refusals": "sieges"}},
    ),
    (
        "a family asks for more",
        {"condition": Condition.FAIR},
        {"minimum_conditions": (AtLeast(Condition.GOOD, "meubles"),)},
        {"family_condition": {"family_condition": "fair", "minimum_conditions": "good", "family": "meubles"}},
    ),
    ("the narrowest counts", {"condition": Condition.FAIR}, {"minimum_conditions": ABOUT_SEATS}, {}),
    (
        "the need's own counts beside it",
        {"condition": Condition.FAIR},
        {"minimum_conditions": ABOUT_SEATS, "minimum_condition": Condition.GOOD},
        {"condition": {"condition": "fair", "minimum_condition": "good"}},
    ),
    (
        "whatever it is",
        {},
        {"minimum_conditions": (AtLeast(Condition.VERY_GOOD), AtLeast(Condition.FAIR, "ordinateur"))},
        {"family_condition": {"family_condition": "good", "minimum_conditions": "very_good", "family": None}},
    ),
    (
        "too many floors",
        {"floor": 3, "lift": False},
        {"highest_floor": 2},
        {"floor": {"floor": 3, "highest_floor": 2}},
    ),
    (
        "its words say that it is broken",
        {"said": (Said.WORN, Said.BROKEN)},
        {"minimum_condition": Condition.FAIR},
        {"condition": {"condition": "for_parts", "minimum_condition": "fair", "said": "broken"}},
    ),
    (
        "its words say that it is torn",
        {"said": (Said.DAMAGED,)},
        {"minimum_conditions": (AtLeast(Condition.GOOD, "meubles"),)},
        {
            "family_condition": {
                "family_condition": "fair",
                "minimum_conditions": "good",
                "family": "meubles",
                "said": "damaged",
            }
        },
    ),
    ("somebody has looked", {"text": "chaise cassée", "said": ()}, {}, {}),
    (
        "it is a danger",
        {"said": (Said.INFESTED,)},
        {"minimum_condition": Condition.FOR_PARTS},
        {"safe": {"safe": "infested", "offered": "chaise"}},
    ),
    ("just as high", {"floor": 2, "lift": False}, {"highest_floor": 2}, {}),
    ("with a lift", {"floor": 9, "lift": True}, {"highest_floor": 0}, {}),
    ("nobody knows of a lift", {"floor": 9}, {"highest_floor": 0}, {}),
    ("nobody knows the floor", {"lift": False}, {"highest_floor": 0}, {}),
    ("the donor carries", {"floor": 9, "lift": False, "delivers_km": 2.0}, {"highest_floor": 0}, {}),
    (
        "the donor would, but not so far",
        {"floor": 9, "lift": False, "delivers_km": 1.0},
        {"highest_floor": 0},
        {"floor": {"floor": 9, "highest_floor": 0}},
    ),
]


@pytest.mark.parametrize(
    ("offered", "asked", "expected"), [each[1:] for each in SITUATIONS], ids=[each[0] for each in SITUATIONS]
)
def test_what_is_forbidden_is_named_and_not_planned(
    offered: dict[str, Any], asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    offer = Offer("o1", 1, **{"item": "chaise", "place": NEAR, **offered})
    need = Need(
        "n1", 1, **{"item": "chaise", "place": GIVORS, "minimum_condition": Condition.FOR_PARTS, **asked}
    )

    found = plan([offer], [need], now=NOW)

    assert broken(offer, need, Situation(NOW)) == expected
    assert bool(found.pairings) != bool(expected)
    assert [set(each.broken) for unmet in found.unmet for each in unmet.nearest_misses] == (
        [set(expected)] if expected else []
    )


LARGE: dict[str, Any] = {"size": Size.LARGE}
THEIRS: dict[str, Any] = {"kind": Need, "committee": "givors"}


def test_large_pieces_stop_where_room_ends_and_small_ones_do_not() -> None:
    offers = [*things(4, **LARGE), replace(things(5)[0], id="small", size=Size.SMALL)]
    needs = things(3, 6, **THEIRS)

    found = plan(offers, needs, now=NOW, room={"givors": 2})

    large = sum(each.quantity for each in found.pairings if each.offer == "o1")
    assert (large, sum(each.quantity for each in found.pairings)) == (2, 7)
    assert found.bound > found.value
    (left,) = found.unplaced
    assert (left.offer, left.remaining) == ("o1", 2)
    assert left.nearest_misses[0].broken == ("room",)
    assert left.nearest_misses[0].detail == {"room": 0, "pieces": 1}


def test_what_can_go_nowhere_else_has_the_room() -> None:
    """Both fit the full committee best; the other committee reaches one alone."""
    both = Offer("both", 1, item="chaise", place=GIVORS, **LARGE)
    one = Offer("one", 1, item="chaise", place=Place(45.40, 4.77), **LARGE)
    full = [*things(1, 1, **THEIRS)]
    other = Need("other", 1, item="chaise", place=Place(45.80, 4.77), committee="lyon")

    found = plan([both, one], [*full, other], now=NOW, room={"givors": 1})

    assert {each.offer: each.need for each in found.pairings} == {"both": "other", "one": "n1"}


def test_a_lot_larger_than_the_room_is_forbidden_and_says_so() -> None:
    found = plan(things(3, divisible=False, **LARGE), things(3, **THEIRS), now=NOW, room={"givors": 2})

    assert found.pairings == ()
    assert found.unmet[0].nearest_misses[0].detail == {"room": 2, "pieces": 3}


def test_room_is_kept_to_however_many_would_take_it() -> None:
    """Whatever is ruled out, as good a one comes after it, more often than turns are taken."""
    offers = [
        Offer(f"o{at:03}", 1, item="chaise", place=Place(45.59 + at / 5000, 4.77), **LARGE)
        for at in range(60)
    ]
    needs = [*things(3, 3, **THEIRS), replace(things(2, **THEIRS)[0], id="v", committee="vienne")]

    found = plan(offers, needs, now=NOW, room={"givors": 2, "vienne": 1})

    assert sum(each.quantity for each in found.pairings) == 3


@pytest.mark.parametrize(
    ("item", "text", "missing"),
    [
        (None, "2 chaises hs", ("condition",)),
        ("chaise", "Chaises\nun pied cassé", ("condition",)),
        (None, "chaises, aucune n'est cassée", ()),
        ("siege-auto", "Siège auto, voiture accidentée", ("safe", "condition")),
        ("cosy", "cosy jamais accidenté", ()),
        ("chaise", "table cassée, 4 chaises", ()),
    ],
)
def test_the_words_of_an_offer_outweigh_its_condition(
    item: str | None, text: str, missing: tuple[str, ...]
) -> None:
    offers = [Offer("o1", 2, item=item, text=text, place=NEAR, condition=Condition.NEW)]
    needs = [Need("n1", 2, item=item or "chaise", place=GIVORS)]
    found = plan(offers, needs, now=NOW)

    check(found, offers, needs, now=NOW)
    assert [each.nearest_misses[0].broken for each in found.unplaced] == [missing] * bool(missing)
    assert len(found.pairings) == (not missing)
    looked_at = [replace(offers[0], said=())]
    assert plan(looked_at, needs, now=NOW).pairings
    if missing:
        with pytest.raises(PlanError, match=missing[-1]):
            check(plan(looked_at, needs, now=NOW), offers, needs, now=NOW)
