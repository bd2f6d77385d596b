"""A postal code as people type it: read with what stands beside it, and of no commune, the communes to choose from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places import UnknownPostalCode, code_in, places, reached


@pytest.mark.parametrize(
    ("typed", "communes"),
    [
        ("69700 Givors", ["Givors"]),
        ("F-69700", [each.commune for each in places("69700")]),
        ("69 700", [each.commune for each in places("69700")]),
        ("Échalas, 69700", ["Échalas"]),
        ("69700 st romain en gier", ["Saint-Romain-en-Gier"]),
        ("24380 Saint-Amand-de-Vergt", ["Saint-Amand-de-Vergt"]),
        ("69700 Ailleurs", [each.commune for each in places("69700")]),
    ],
)
def test_a_code_is_read_with_the_town_and_the_country_beside_it(typed: str, communes: list[str]) -> None:
    found = reached(typed)

    assert [each.commune for each in found.places] == communes
    assert not found.near


@pytest.mark.parametrize(
    ("typed", "town", "districts"), [("69000", "Lyon", 9), ("75000", "Paris", 20), ("13000", "Marseille", 16)]
)
def test_the_code_of_a_whole_town_leaves_its_districts_to_choose_from(
    typed: str, town: str, districts: int
) -> None:
    found = reached(typed)

    assert len(found.places) == districts
    assert all(each.commune.startswith(town) for each in found.places)
    assert not found.near


def test_a_cedex_leaves_the_communes_of_its_first_three_digits_marked_approximate() -> None:
    found = reached("69702 CEDEX")

    assert found.near
    assert "Givors" in [each.commune for each in found.places]
    assert all(each.approximate and each.postal_code.startswith("697") for each in found.places)
    assert len({each.insee for each in found.places}) == len(found.places)


def test_a_cedex_beside_its_town_is_that_town() -> None:
    found = reached("69702 Givors cedex")

    assert [(each.commune, each.postal_code, each.approximate) for each in found.places] == [
        ("Givors", "69700", False)
    ]


@pytest.mark.parametrize(
    "typed", ["", "6970", "697000", "00000", "D-10115 Berlin", "69700 ou 38000", "06 12 34 56 78", "2A004"]
)
def test_what_holds_no_french_code_or_two_is_asked_again(typed: str) -> None:
    with pytest.raises(UnknownPostalCode):
        reached(typed)


@given(
    st.text(max_size=80)
    | st.tuples(st.text(max_size=20), st.from_regex(r"[0-9]{5}", fullmatch=True)).map(" ".join)
)
def test_whatever_is_typed_gives_places_or_says_why(typed: str) -> None:
    try:
        found = reached(typed)
    except UnknownPostalCode:
        return
    assert found.places
    assert found.near or all(each.postal_code[:2] == code_in(typed)[:2] for each in found.places)
