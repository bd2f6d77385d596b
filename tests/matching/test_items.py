"""The catalogue as data: the loader's rules, and the tree."""

import re

import pytest

from matching.items import (
    Catalogue,
    CatalogueError,
    Item,
    Size,
    load,
    normalise,
    parse,
    to_jsonable,
)


def table(slug: str, **changes: str | None) -> str:
    """A valid TOML table, with keys replaced by raw TOML or, by None, left out."""
    keys: dict[str, str | None] = {"fr": f'"{slug} fr"', "en": f'"{slug} en"', "size": '"small"', "kg": "1"}
    lines = [f"{key} = {value}" for key, value in (keys | changes).items() if value is not None]
    return "\n".join([f"[{slug}]", *lines, ""])


# The loader


def test_an_entry_is_read_whole() -> None:
    text = table("froid") + table(
        "frigo",
        parent='"froid"',
        size='"large"',
        kg="60",
        aliases='["frigidaire"]',
        aliases_en='["fridge"]',
        substitutes='["combi"]',
        accessories='"clayette"',
        toy='"dinette"',
        for_children="true",
        company='{combi = "deux portes"}',
        unless='"camping"',
    )
    text += table("clayette") + table("dinette", makes='"jouet"', makers='"smoby"')
    catalogue = parse(text + table("combi") + table("fusil", elsewhere='"armurerie"'))

    assert catalogue["frigo"] == Item(
        slug="frigo",
        fr="frigo fr",
        en="frigo en",
        parent="froid",
        aliases=("frigidaire",),
        aliases_en=("fridge",),
        size=Size.LARGE,
        kg=60.0,
        substitutes=("combi",),
        elsewhere=None,
        accessories="clayette",
        toy="dinette",
        for_children=True,
        company=(("combi", "deux portes"),),
        unless="camping",
    )
    assert (catalogue["dinette"].makes, catalogue["dinette"].makers) == ("jouet", "smoby")
    assert (catalogue["fusil"].handled, catalogue["fusil"].elsewhere) == (False, "armurerie")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(table("lit", colour='"red"'), "[lit] colour: unknown field", id="unknown key"),
        pytest.param(table("lit", fr=None), "[lit] fr: missing", id="missing key"),
        pytest.param(table("lit", fr='" - "'), "[lit] fr: must be a text", id="empty name"),
        pytest.param(table("lit", en="3"), "[lit] en: must be a text", id="name of a wrong type"),
        pytest.param(
            table("lit", aliases='"pieu"'), "[lit] aliases: must be a list", id="aliases not a list"
        ),
        pytest.param(
            table("lit", aliases="[3]"), "[lit] aliases[0]: must be a text", id="alias of a wrong type"
        ),
        pytest.param(table("lit", parent='"meuble"'), "[lit] parent: no item 'meuble'", id="unknown parent"),
        pytest.param(
            table("lit", parent='"lit"'), "[lit] parent: 'lit' is its own ancestor", id="own parent"
        ),
        pytest.param(
            table("a", parent='"b"') + table("b", parent='"c"') + table("c", parent='"b"'),
            "[a] parent: 'b' is its own ancestor",
            id="cycle above",
        ),
        pytest.param(
            table("lit", substitutes='["futon"]'),
            "[lit] substitutes: no other item 'futon'",
            id="unknown substitute",
        ),
        pytest.param(
            table("lit", substitutes='["lit"]'), "[lit] substitutes: no other item 'lit'", id="own substitute"
        ),
        pytest.param(table("lit", toy='"dinette"'), "[lit] toy: no other item 'dinette'", id="unknown toy"),
        pytest.param(
            table("lit", accessories='"lit"'), "[lit] accessories: no other item 'lit'", id="own accessory"
        ),
        pytest.param(
            table("lit", for_children="1"), "[lit] for_children: must be true or false", id="not boolean"
        ),
        pytest.param(
            table("lit", company='"bois"'),
            "[lit] company: must be a table of words",
            id="company not a table",
        ),
        pytest.param(
            table("lit", company='{"lit de camp" = "toile"}'),
            "[lit] company: 'lit de camp' must be one word",
            id="company of several words",
        ),
        pytest.param(
            table("lit", company="{lit = 3}"), "[lit] company.lit: must be a text", id="company not text"
        ),
        pytest.param(table("lit", unless="[]"), "[lit] unless: must be a text", id="unless not a text"),
        pytest.param(
            table("lit", substitutes='["futon"]') + table("futon", parent='"lit"'),
            "[lit] substitutes: 'futon' is narrower",
            id="narrower substitute",
        ),
        pytest.param(
            table("lit", aliases='["Clic-Clac"]') + table("futon", aliases='["clic clac"]'),
            "[futon] alias 'clic clac': already belongs to [lit]",
            id="alias of two items",
        ),
        pytest.param(
            table("lit", aliases='["éclair"]') + table("futon", aliases_en='["Eclair"]'),
            "[futon] alias 'Eclair': already belongs to [lit]",
            id="alias of two items across languages",
        ),
        pytest.param(
            table("lit", aliases='["pieu", "Pieu"]'),
            "[lit] alias 'Pieu': written twice",
            id="alias written twice",
        ),
        pytest.param(
            table("lit", aliases='["Lit fr"]'),
            "[lit] alias 'Lit fr': written twice",
            id="alias that is the name",
        ),
        pytest.param(table("lit", size='"huge"'), "[lit] size: must be one of small, medium", id="bad size"),
        pytest.param(table("lit", size="[]"), "[lit] size: must be one of", id="size of a wrong type"),
        pytest.param(table("lit", kg="0"), "[lit] kg: must be from 0.001", id="no weight"),
        pytest.param(table("lit", kg="-2"), "[lit] kg: must be from 0.001", id="negative weight"),
        pytest.param(table("lit", kg="nan"), "[lit] kg: must be from 0.001", id="weight not a number"),
        pytest.param(table("lit", kg="inf"), "[lit] kg: must be from 0.001", id="infinite weight"),
        pytest.param(table("lit", kg="true"), "[lit] kg: must be a number", id="boolean weight"),
        pytest.param(table("lit", kg='"2"'), "[lit] kg: must be a number", id="weight as text"),
        pytest.param(
            table("lit", elsewhere='"ici"'),
            "[lit] elsewhere: unknown code",
            id="unknown elsewhere",
        ),
        pytest.param(
            table("arme", elsewhere='"armurerie"') + table("fusil", parent='"arme"'),
            "[fusil] parent: 'arme' above it is not handled",
            id="handled below unhandled",
        ),
        pytest.param(table("Lit"), "[Lit]: a slug is", id="slug with a capital"),
        pytest.param(table("lit_bas"), "[lit_bas]: a slug is", id="slug with an underscore"),
        pytest.param("lit = 3", "[lit]: must be an object", id="entry that is not a table"),
        pytest.param(table("lit") + table("lit"), "not valid TOML", id="entry written twice"),
        pytest.param("[lit", "not valid TOML", id="not TOML"),
    ],
)
def test_a_fault_is_refused_and_its_entry_named(text: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(message)):
        parse(text)


def test_a_word_of_both_languages_may_stand_on_both_sides_of_one_item() -> None:
    catalogue = parse(table("piano", fr='"Piano"', en='"Piano"'))

    assert catalogue.named("PIANO") is catalogue["piano"]


def test_the_packaged_catalogue_is_parsed_once() -> None:
    assert load() is load()


@pytest.mark.parametrize(
    ("wording", "normal"),
    [
        ("Réfrigérateur", "refrigerateur"),
        ("Clic-Clac", "clic clac"),
        ("  SOUS  évier ", "sous evier"),
        ("bout d’essai, l'œuf", "bout d essai l oeuf"),
        ("lit_140x190", "lit 140x190"),
        ("STRAẞE", "strasse"),
        ("e\u0301cran", "ecran"),
    ],
)
def test_wordings_are_compared_without_case_accents_or_punctuation(wording: str, normal: str) -> None:
    assert normalise(wording) == normal
    assert normalise(normal) == normal


# Sizes


def test_sizes_are_ordered_by_what_it_takes_to_carry() -> None:
    assert [Size(name).rank for name in ("small", "medium", "large", "very_large")] == [0, 1, 2, 3]
    assert Size.MEDIUM.fits(Size.LARGE)
    assert Size.LARGE.fits(Size.LARGE)
    assert not Size.VERY_LARGE.fits(Size.LARGE)


# The tree


@pytest.fixture
def family() -> Catalogue:
    return parse(
        table("pc-portable", parent='"pc"')
        + table("pc", parent='"informatique"')
        + table("informatique")
        + table("lit")
    )


def test_relatives_are_found_in_both_directions(family: Catalogue) -> None:
    assert family.ancestors("pc-portable") == ("pc", "informatique")
    assert family.ancestors("informatique") == ()
    assert family.children("informatique") == ("pc",)
    assert family.descendants("informatique") == ("pc-portable", "pc")
    assert family.descendants("pc-portable") == ()


def test_a_narrower_item_serves_a_broader_wish_and_not_the_reverse(family: Catalogue) -> None:
    assert family.is_same_or_narrower("pc", "pc")
    assert family.is_same_or_narrower("pc-portable", "informatique")
    assert not family.is_same_or_narrower("informatique", "pc-portable")
    assert not family.is_same_or_narrower("lit", "pc")


@pytest.mark.parametrize(("slug", "wanted"), [("pc", "vapeur"), ("vapeur", "pc"), ("vapeur", "vapeur")])
def test_an_unknown_item_is_never_silently_compared(family: Catalogue, slug: str, wanted: str) -> None:
    with pytest.raises(KeyError):
        family.is_same_or_narrower(slug, wanted)


def test_it_reads_as_a_mapping(family: Catalogue) -> None:
    assert list(family) == ["pc-portable", "pc", "informatique", "lit"]
    assert len(family) == 4
    assert "lit" in family
    assert "vapeur" not in family


def test_an_item_is_printed_as_the_json_door_promises() -> None:
    item = load()["refrigerateur"]

    assert to_jsonable(item, load()) == {
        "item": "refrigerateur",
        "fr": "Réfrigérateur",
        "en": "Refrigerator",
        "parent": "froid",
        "aliases": [*item.aliases, *item.aliases_en],
        "size": "large",
        "kg": 60.0,
        "handled": True,
        "substitutes": list(item.substitutes),
        "accessories": "accessoire-froid",
    }
