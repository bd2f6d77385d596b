"""Towns are found by their names, in whichever of their spellings."""

import pytest

from app.actions.destinations import SeveralPlacesError, UnknownPlaceError, found
from app.places.towns import TABLE, towns


@pytest.mark.parametrize(
    ("words", "country", "degrees"),
    [
        ("Nioro du Sahel, Mali", "ML", (15, -10)),
        ("nioro du sahel (MALI)", "ML", (15, -10)),
        ("Tombouctou", "ML", (17, -3)),
        ("Kayes, Mali", "ML", (14, -11)),
        ("Mali", "ML", (13, -8)),
        ("Benin", "BJ", (6, 3)),
        ("Londres", "GB", (52, 0)),
        ("Givors", "FR", (46, 5)),
        ("69700 Givors", "FR", (46, 5)),
        ("Vienne, Autriche", "AT", (48, 16)),
        ("Vienne, France", "FR", (46, 5)),
    ],
)
def test_a_destination_is_found_by_its_name(words: str, country: str, degrees: tuple[int, int]) -> None:
    where = found(words)

    assert (where.country, round(where.latitude), round(where.longitude)) == (country, *degrees)


def test_what_several_countries_have_is_asked_about_and_what_none_has_is_unknown() -> None:
    with pytest.raises(SeveralPlacesError) as several:
        found("Vienne")
    assert several.value.codes == ["FR", "AT"]
    for words in ("Zorglub", "Nioro du Sahel, Zorglub", "Bamako, Bénin", "|", ",", "*", "\n", "a" * 10_000):
        with pytest.raises(UnknownPlaceError):
            found(words)


def test_the_table_holds_no_more_than_it_says() -> None:
    header, *rows = TABLE.read_text().splitlines()

    assert {row.count(",") for row in (header, *rows)} == {4}
    assert len({row.split(",")[0] for row in rows}) > 200
    assert towns("Bamako")[0].name == "Bamako"
