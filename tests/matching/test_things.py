"""A text names several things, in which state, and whether they are asked for or gone."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.items import load
from matching.recognition import LONGEST_TEXT, Recognition, recognise
from matching.recognition.language import MOST
from matching.said import Said
from tests.matching import things

ALONE = [item.fr for item in load().values() if len(recognise(item.fr).things) == 1]
"""Names that stand alone: recognised as themselves, and as nothing more."""
WRITTEN = st.text() | st.lists(
    st.sampled_from(
        [
            *ALONE,
            "lot de 6",
            "2",
            "et",
            "avec",
            ",",
            "+",
            "\n",
            "hs",
            "pas",
            "(3)",
            "je cherche",
            "déjà donné",
            "œuf",
            "½",
        ]
    )
).map(" ".join)


def told(text: str) -> list[tuple[str | None, int | None, list[str]]]:
    return [(each.item, each.quantity, list(each.said)) for each in recognise(text).things]


def test_a_lot_and_another_thing_are_two_with_their_words() -> None:
    found = recognise("Bonjour, je donne un lot de 6 chaises + table basse à réparer. Merci")

    assert found.item == "chaise" == found.things[0].item
    assert found.quantity == 6
    assert [each.as_dict() for each in found.things] == [
        {
            "item": "chaise",
            "confidence": found.confidence,
            "quantity": 6,
            "words": "un lot de 6 chaises",
            "said": [],
        },
        {
            "item": "table-basse",
            "confidence": 0.9,
            "quantity": None,
            "words": "table basse à réparer",
            "said": ["to_repair"],
        },
    ]


def test_words_are_those_that_were_typed() -> None:
    assert [each.words for each in recognise("2 œufs de Pâques, TÉLÉ T.V. hs + l'évier fêlé (x2)").things][
        -1
    ] == "évier fêlé (x2)"
    assert [each.words for each in recognise("e\u0301tage\u0300re et 2\u00a0lits").things] == [
        "e\u0301tage\u0300re",
        "2\u00a0lits",
    ]


def test_wishes_and_gone_things_say_so_and_nothing_else_does() -> None:
    assert recognise("je cherche un frigo").as_dict() == {
        "item": "refrigerateur",
        "confidence": 1.0,
        "things": [
            {"item": "refrigerateur", "confidence": 1.0, "quantity": None, "words": "un frigo", "said": []}
        ],
        "wish": True,
    }
    assert recognise("frigo déjà donné").as_dict() == {
        "item": None,
        "confidence": 0.0,
        "things": [],
        "gone": True,
    }


def test_the_texts_that_were_worked_on_hold() -> None:
    rows = things.read(things.WORK)

    assert sum(row.holds(recognise(row.text)) for row in rows) / len(rows) >= 0.975


def test_the_texts_that_measure_do_not_fall_below_their_first_sight() -> None:
    rows = things.read(things.MEASURE)

    assert len(rows) >= 150
    assert sum(row.holds(recognise(row.text)) for row in rows) / len(rows) >= 0.84


@settings(max_examples=150)
@given(WRITTEN)
def test_any_text_gives_things_in_its_order_and_as_much_as_may_be_told(text: str) -> None:
    found = recognise(text)
    read = text[:LONGEST_TEXT]
    at = 0
    for each in found.things:
        at = read.index(each.words.removesuffix(")"), at)
        assert each.quantity is None or 1 <= each.quantity <= MOST
        assert list(each.said) == [code for code in Said if code in each.said]
    assert (found.item, found.confidence) == _first(found)


def _first(found: Recognition) -> tuple[str | None, float]:
    return next(((each.item, each.confidence) for each in found.things), (None, 0.0))


@settings(max_examples=150)
@given(st.sampled_from(ALONE), st.sampled_from(ALONE), st.sampled_from([" + ", "\n"]))
@example("Meuble de cuisine", "Meuble", "\n")
@example("Manteau homme", "Pantalon", "\n")
def test_two_texts_that_stand_alone_joined_give_both(one: str, other: str, joint: str) -> None:
    assert told(one + joint + other) == told(one) + told(other)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("Canapé et housse de couette", "canape housse-couette"),
        ("Aspirateur, sac à dos", "aspirateurs sac-dos"),
        ("Table, rallonge électrique", "tables rallonge"),
        ("Table à langer et baignoire bébé", "table-langer baignoire-bebe"),
        ("Cuisine équipée, meuble TV", "meuble-cuisine meuble-tv"),
        ("Robot pâtissier, livres enfants, jouets", "robot-patissier livres-enfant jouets"),
        ("Ordinateur et webcam", "ordinateur webcam"),
        ("Ordinateur, disque dur externe", "ordinateur disque-dur-externe"),
        ("Nous cherchons un canapé, des housses de couette", "canape housse-couette"),
        ("frigo ok, canapé ok, vélo ok", "refrigerateur canape velo"),
        ("Buffet à donner, table offerte", "buffet tables"),
        ("Lave-linge, four compris", "lave-linge four"),
    ],
)
def test_what_could_be_a_part_by_one_word_is_a_thing_of_its_own(text: str, items: str) -> None:
    """Whoever is proposed one thing too many unticks it; one that is left out is never offered."""
    assert [thing.item for thing in recognise(text).things] == items.split()


@pytest.mark.parametrize(
    "text",
    [
        "Puzzle, 1000 pièces, complet",
        "Lego, 500 pièces",
        "Batterie de cuisine, 10 pièces",
        "Canapé, rue Pasteur, 8.",
        "Canapé à venir chercher à Lyon, 7",
        "Vélo, 7, rue Hugo",
        "Étagère 80 x 200 l",
    ],
)
def test_pieces_and_addresses_count_nothing(text: str) -> None:
    assert recognise(text).quantity is None
