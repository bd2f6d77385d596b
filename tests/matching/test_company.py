"""What the words around a name make of it, as a catalogue of its own tells."""

import tomllib
from importlib.resources import files

import pytest

from matching.items import Catalogue, parse
from matching.recognition import recognise
from matching.recognition.language import Language, Words, implied, singular, size_in, sound

SMALL = """
[voiture]
fr = "Voiture"
en = "Car"
size = "very_large"
kg = 1000
toy = "petite-voiture"
accessories = "piece-auto"

[piece-auto]
fr = "Pièce automobile"
en = "Car part"
size = "small"
kg = 1
company.batterie = "voiture démarrage"

[camionnette]
fr = "Camionnette"
en = "Van"
parent = "voiture"
size = "very_large"
kg = 1500

[cuisine]
fr = "Ustensile de cuisine"
en = "Cookware"
size = "small"
kg = 1
company.batterie = "cuisine casseroles"

[bureau]
fr = "Bureau"
en = "Desk"
size = "large"
kg = 30
unless = "tabac étude louer"

[bureau-angle]
fr = "Secrétaire"
en = "Corner desk"
parent = "bureau"
size = "large"
kg = 40

[chaise-haute]
fr = "Poussette"
en = "Stroller"
size = "medium"
kg = 8
toy = "petite-voiture"
for_children = true

[joujou]
fr = "Joujou"
en = "Plaything"
size = "small"
kg = 1
makes = "jouet miniature"
makers = "smoby"

[petite-voiture]
fr = "Petite voiture"
en = "Toy car"
parent = "joujou"
size = "small"
kg = 1

[peluche]
fr = "Peluche"
en = "Soft toy"
parent = "joujou"
size = "small"
kg = 1
makes = "peluche"
"""


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return parse(SMALL)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        # A word of several meanings takes the one of the first word that decides.
        ("batterie voiture", "piece-auto"),
        ("batterie de casseroles", "cuisine"),
        ("batterie de cuisine pour voiture", "cuisine"),
        ("batterie", None),
        # Some company leaves nothing of it, nor of what is below.
        ("bureau en bois", "bureau"),
        ("bureau de tabac", None),
        ("secrétaire à louer", None),
        # A toy of a thing, or of anything.
        ("voiture jouet", "petite-voiture"),
        ("camionnette miniature", "petite-voiture"),
        ("camionnette Smoby", "petite-voiture"),
        ("camionnette en bois pour enfant", "petite-voiture"),
        ("camionnette en bois", "camionnette"),
        ("bureau jouet", "joujou"),
        ("bureau en peluche", "peluche"),
        ("bureau smoby", "bureau"),
        # Children use it for good.
        ("poussette enfant", "chaise-haute"),
        ("poussette jouet", "petite-voiture"),
        # Parts go with what they serve, wherever in the tree its parts are told.
        ("pompe pour camionnette", "piece-auto"),
        ("pompe", None),
    ],
)
def test_company_decides(text: str, item: str | None, small: Catalogue) -> None:
    assert recognise(text, catalogue=small).item == item


@pytest.mark.parametrize(
    ("first", "description", "words"),
    [
        ("robe", "6 an", ["enfant"]),
        ("robe", "15 an", ["ado"]),
        ("robe", "40 an", ["adulte"]),
        ("robe", "6 mois", ["bebe"]),
        ("chaussure", "18", ["bebe"]),
        ("chaussure", "30", ["enfant"]),
        ("chaussure", "42", []),
        ("lit", "90x190", ["1", "place"]),
        ("lit", "bois 140", ["2", "place"]),
        ("lit", "bois massif clair 140", []),
        ("velo", "16 pouce", ["enfant"]),
        ("table", "16", []),
    ],
)
def test_numbers_imply_words(first: str, description: str, words: list[str]) -> None:
    assert implied(first, [singular(word) for word in description.split()]) == words


def test_words_that_sound_alike_share_a_key() -> None:
    assert sound("poussete") == sound("poussette")
    assert sound("frijo") != sound("frigo")
    assert sound("bato") == sound("bateau")


def test_units_are_written_as_people_write_them() -> None:
    assert size_in("disque 500 go") == "500 Go"


def test_every_list_of_a_language_is_read() -> None:
    read = set(Words.__annotations__) | set(Language.__annotations__) | {"head", "elisions", "people"}
    read -= {"elided"}
    tables = {
        name: tomllib.loads(
            files("matching.recognition").joinpath("words", f"{name}.toml").read_text(encoding="utf-8")
        )
        for name in ("fr", "en")
    }

    assert set(tables["fr"]) | {"heads", "ends"} == read
    assert set(tables["en"]) <= read
