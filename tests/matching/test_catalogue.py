"""Recognition, over a small catalogue of its own; the whole catalogue is measured by tests/benchmarks/recognition.py."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.items import Catalogue, parse
from matching.recognition import LONGEST_TEXT, Recogniser, recognise, suggest

SMALL = """
[meubles]
fr = "Meuble"
en = "Furniture"
size = "large"
kg = 30
aliases = ["mobilier"]

[canape]
fr = "Canapé"
en = "Sofa"
parent = "meubles"
size = "large"
kg = 50
aliases = ["divan"]

[canape-convertible]
fr = "Canapé-lit"
en = "Sofa bed"
parent = "canape"
size = "large"
kg = 70
aliases = ["clic-clac", "canapé convertible"]

[chaise]
fr = "Chaise"
en = "Chair"
parent = "meubles"
size = "medium"
kg = 5

[table]
fr = "Table"
en = "Table"
parent = "meubles"
size = "large"
kg = 20

[refrigerateur]
fr = "Réfrigérateur"
en = "Fridge"
size = "large"
kg = 60
aliases = ["frigo"]

[lave-linge]
fr = "Lave-linge"
en = "Washing machine"
size = "large"
kg = 70
aliases = ["machine à laver"]

[ordinateur-portable]
fr = "Ordinateur portable"
en = "Laptop"
size = "small"
kg = 2
aliases = ["PC portable"]

[chaussures]
fr = "Chaussures"
en = "Shoes"
size = "small"
kg = 1

[vetements]
fr = "Vêtements"
en = "Clothes"
size = "small"
kg = 1

[velo]
fr = "Vélo"
en = "Bicycle"
size = "large"
kg = 14
"""


@pytest.fixture(scope="module")
def small() -> Catalogue:
    return parse(SMALL)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("frigo", "refrigerateur"),
        ("REFRIGERATEUR", "refrigerateur"),
        ("Réfrigérateurs", "refrigerateur"),
        ("refrigérateure", "refrigerateur"),
        ("clic clac", "canape-convertible"),
        ("clicclac", "canape-convertible"),
        ("canapé rouge convertible", "canape-convertible"),
        ("cannapé", "canape"),
        ("lave-linge Bosch 8 kg", "lave-linge"),
        ("machine a lavé", "lave-linge"),
        ("Bonjour, je cherche une chaise pour mon bureau", "chaise"),
        ("PC portable Lenovo T480, chargeur", "ordinateur-portable"),
        ("sac de vêtements", "vetements"),
        ("mobilier", "meubles"),
        ("washing machine", "lave-linge"),
        ("table et 4 chaises", "table"),
        ("pour notre chaise, nous cherchons une table", "table"),
    ],
)
def test_names_the_thing(text: str, item: str, small: Catalogue) -> None:
    assert recognise(text, catalogue=small).item == item


@pytest.mark.parametrize(
    "text",
    [
        "housse pour ordinateur portable",
        "chargeur ordinateur portable",
        "pneus de vélo",
        "je n'ai plus de frigo",
        "réparation de vélo",
        "cours de guitare",
        "truc bleu",
        "",
        "   \n\t ",
        "…!?",
        "3",
    ],
)
def test_says_when_it_does_not_know(text: str, small: Catalogue) -> None:
    found = recognise(text, catalogue=small)

    assert found.item is None
    assert found.confidence == 0.0


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("lot de 4 chaises", 4),
        ("3 ordinateurs portables", 3),
        ("deux vélos", 2),
        ("une paire de chaises", 2),
        ("une paire de chaussures", None),
        ("3 paires de chaussures", 3),
        ("chaises x6", 6),
        ("une dizaine de chaises", 10),
        ("canapé 140x190", None),
        ("canapé 140 x 190", None),
        ("canapé 3 places", None),
        ("table 6 personnes", None),
        ("vélo 10 ans", None),
        ("chaise", None),
        ("0 chaise", None),
    ],
)
def test_reads_quantities(text: str, quantity: int | None, small: Catalogue) -> None:
    assert recognise(text, catalogue=small).quantity == quantity


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("canapé 140x190", "140x190"),
        ("chaussures taille 38", "taille 38"),
        ("vélo 24 pouces", "24 pouces"),
        ("PC portable 256 Go", "256 Go"),
        ("canapé", None),
    ],
)
def test_reads_sizes(text: str, size: str | None, small: Catalogue) -> None:
    assert recognise(text, catalogue=small).size_text == size


def test_a_taught_alias_wins(small: Catalogue) -> None:
    assert recognise("bidule", catalogue=small).item is None

    found = recognise("donne bidule", catalogue=small, extra_aliases={"bidule": "velo", "frigo": "gone"})

    assert (found.item, found.why, found.confidence) == ("velo", "extra_alias", 1.0)


@pytest.mark.parametrize("wording", ["Bidule", "la bidule", "bidules à roulettes", "frigo"])
def test_what_was_taught_wins_and_is_suggested(wording: str, small: Catalogue) -> None:
    taught = Recogniser(small, {wording: "velo", "": "table", "…": "table", "chaise": "gone"})

    assert taught.recognise(f"Donne 3 {wording} en bon état").item == "velo"
    assert taught.recognise("chaise").item == "chaise"
    assert taught.recognise("…").item is None
    assert taught.suggest(wording.upper()[:5]) == [("velo", wording)]


def test_a_longer_wording_of_the_catalogue_wins_over_a_shorter_one_that_was_taught(small: Catalogue) -> None:
    taught = Recogniser(small, {"machine": "velo"})

    assert taught.recognise("machine à laver").item == "lave-linge"
    assert taught.recognise("machine à ramer").item == "velo"


def test_lists_the_other_things(small: Catalogue) -> None:
    assert [slug for slug, _ in recognise("table et 4 chaises", catalogue=small).alternatives] == ["chaise"]


@settings(max_examples=200)
@given(st.text(max_size=3_000))
def test_any_text_has_an_answer(text: str) -> None:
    catalogue = _CATALOGUE
    found = recognise(text, catalogue=catalogue)

    assert found.item is None or found.item in catalogue
    assert 0.0 <= found.confidence <= 1.0
    assert found.quantity is None or found.quantity >= 1
    assert all(slug in catalogue and slug != found.item for slug, _ in found.alternatives)
    assert found == recognise(text[:LONGEST_TEXT], catalogue=catalogue)


_CATALOGUE = parse(SMALL)


def test_suggests_while_typing(small: Catalogue) -> None:
    assert suggest("frig", 5, catalogue=small) == [("refrigerateur", "frigo")]
    assert suggest("cana", 5, catalogue=small)[0] == ("canape", "Canapé")
    assert suggest("CANAPÉ CON", 5, catalogue=small) == [("canape-convertible", "canapé convertible")]
    assert suggest("laver", 5, catalogue=small) == [("lave-linge", "machine à laver")]
    assert len(suggest("c", 2, catalogue=small)) == 2
    assert suggest("", 5, catalogue=small) == []
    assert suggest("zzz", 5, catalogue=small) == []
