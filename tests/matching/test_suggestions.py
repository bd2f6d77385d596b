"""What is suggested where nothing is sure: by meaning, then by letters."""

import pytest

from matching.items import load
from matching.neighbours import NearWordings
from matching.recognition import Recogniser

WORDINGS = [
    (["chaise", "pliante"], "chaise-pliante"),
    (["chaise"], "chaise"),
    (["table"], "table"),
    (["frigo"], "frigo"),
]


def test_the_nearest_comes_first_and_each_item_once() -> None:
    near = NearWordings([*WORDINGS, (["chaises"], "chaise")])

    assert near.nearest(["chaise"], 5)[0] == "chaise"
    assert near.nearest(["chaize", "pliente"], 1) == ["chaise-pliante"]
    assert near.nearest(["chaise"], 5).count("chaise") == 1
    assert near.nearest(["xyz"], 5) == near.nearest([], 5) == []


def test_the_order_of_the_words_is_the_thing_first() -> None:
    near = NearWordings(WORDINGS)

    assert near.nearest(["table", "frigo"], 1) == ["table"]
    assert near.nearest(["frigo", "table"], 1) == ["frigo"]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("truc chouette pour fenêtre", "portes-fenetres"),
        ("chauffe-assiettes", "chauffe-plat"),
        ("réfrigérateure américin", "refrigerateur-americain"),
        ("batterie", "batterie-voiture"),
        ("cadre de marche solide", "deambulateur"),
        ("thermomix", "robot-cuiseur"),
    ],
)
def test_an_unsure_text_has_a_right_item_among_five(text: str, item: str) -> None:
    found = Recogniser().suggestions(text)

    assert item in found
    assert len(found) == len(set(found)) <= 5
    assert set(found) <= load().keys()


def test_what_belongs_to_things_is_near_where_a_part_is_named() -> None:
    assert "accessoires-chauffage" in Recogniser().alike("résistance chauffe eau")
    assert "accessoires-chauffage" not in Recogniser().alike("chauffe eau")


@pytest.mark.parametrize("text", ["", "…", "3", "je donne"])
def test_what_says_nothing_has_no_suggestion(text: str) -> None:
    assert Recogniser().suggestions(text) == ()
