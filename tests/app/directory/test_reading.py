"""One line says what, where, or who: what is a place in it and what is not."""

import pytest

from app.places import alike, located
from matching.recognition import recognise


@pytest.mark.parametrize(
    ("typed", "rest", "where"),
    [
        ("canapé Vénissieux", "canapé", "69200"),
        ("canapé à venissieux", "canapé", "69200"),
        ("Vénissieux", "", "69200"),
        ("69200", "", "69200"),
        ("69 200", "", "69200"),
        ("canapé 69200 Vénissieux", "canapé", "69200"),
        ("armoire à Sainte Foy les Lyon", "armoire", "69110"),
        ("vélo Paris 15", "vélo", "75015"),
        ("chaises à Saint-Denis 93", "chaises", "93200"),
        ("Lit-et-Mixe", "", "40170"),
        ("lave-linge 38", "lave-linge", "38"),
        ("vélo 2a", "vélo", "2A"),
        ("canapé dans le Rhône", "canapé", "69"),
        ("Secours populaire Givors", "Secours populaire", "69700"),
        ("38 chaises", "38 chaises", ""),
        ("poêle à bois", "poêle à bois", ""),
        ("vieux poêle à bois Givors", "vieux poêle à bois", "69700"),
        ("un lot de chaises", "un lot de chaises", ""),
        ("canapé pas cher", "canapé pas cher", ""),
        ("lit", "lit", ""),
        ("lit 90 190", "lit 90 190", ""),
        ("", "", ""),
    ],
)
def test_a_place_is_told_from_a_thing(typed: str, rest: str, where: str) -> None:
    found = located(typed, lambda words: recognise(words).item)

    assert found.rest == rest
    assert (found.places[0].postal_code if found.places else found.department) == where


def test_what_is_no_place_is_said_and_what_it_may_mean() -> None:
    assert located("canapé 00000", lambda words: recognise(words).item).unknown == "00000"
    assert [place.commune for place in map(alike, ("Venisieux", "Oullins")) if place] == [
        "Vénissieux",
        "Oullins-Pierre-Bénite",
    ]
    assert alike("zorglub") is None
