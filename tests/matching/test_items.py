"""The catalogue as data: the loader's rules, the tree, and the words people use."""

import re

import pytest

from matching.items import (
    ELSEWHERE,
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
    )
    catalogue = parse(text + table("combi") + table("fusil", handled="false", elsewhere='"armurerie"'))

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
        handled=True,
        elsewhere=None,
    )
    assert (catalogue["fusil"].handled, catalogue["fusil"].elsewhere) == (False, "armurerie")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(table("lit", colour='"red"'), "[lit] colour: unknown key", id="unknown key"),
        pytest.param(table("lit", fr=None), "[lit] fr: missing", id="missing key"),
        pytest.param(table("lit", fr='" - "'), "[lit] fr: must be a text", id="empty name"),
        pytest.param(table("lit", en="3"), "[lit] en: must be a text", id="name of a wrong type"),
        pytest.param(
            table("lit", aliases='"pieu"'), "[lit] aliases: must be a list", id="aliases not a list"
        ),
        pytest.param(
            table("lit", aliases="[3]"), "[lit] aliases: must be a text", id="alias of a wrong type"
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
        pytest.param(table("lit", kg="0"), "[lit] kg: must be a number above 0", id="no weight"),
        pytest.param(table("lit", kg="-2"), "[lit] kg: must be a number above 0", id="negative weight"),
        pytest.param(table("lit", kg="nan"), "[lit] kg: must be a number above 0", id="weight not a number"),
        pytest.param(table("lit", kg="inf"), "[lit] kg: must be a number above 0", id="infinite weight"),
        pytest.param(table("lit", kg="true"), "[lit] kg: must be a number above 0", id="boolean weight"),
        pytest.param(table("lit", kg='"2"'), "[lit] kg: must be a number above 0", id="weight as text"),
        pytest.param(
            table("lit", handled="0"), "[lit] handled: must be true or false", id="handled not boolean"
        ),
        pytest.param(
            table("lit", handled="false"), "[lit] elsewhere: missing", id="unhandled without elsewhere"
        ),
        pytest.param(
            table("lit", handled="false", elsewhere='"ici"'),
            "[lit] elsewhere: unknown code",
            id="unknown elsewhere",
        ),
        pytest.param(
            table("lit", elsewhere='"pharmacie"'),
            "[lit] elsewhere: only for",
            id="elsewhere for a handled item",
        ),
        pytest.param(
            table("arme", handled="false", elsewhere='"armurerie"') + table("fusil", parent='"arme"'),
            "[fusil] handled: 'arme' above it is not handled",
            id="handled below unhandled",
        ),
        pytest.param(table("Lit"), "[Lit]: a slug is", id="slug with a capital"),
        pytest.param(table("lit_bas"), "[lit_bas]: a slug is", id="slug with an underscore"),
        pytest.param("lit = 3", "[lit]: must be a table", id="entry that is not a table"),
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

    assert to_jsonable(item) == {
        "item": "refrigerateur",
        "fr": "Réfrigérateur",
        "en": "Refrigerator",
        "parent": "froid",
        "aliases": [*item.aliases, *item.aliases_en],
        "size": "large",
        "kg": 60.0,
        "handled": True,
    }


# What the packaged catalogue holds


def test_it_is_large_enough_to_name_what_people_bring() -> None:
    items = load().values()

    assert len(items) >= 380
    assert sum(len(item.aliases) for item in items) >= 1_500
    assert sum(len(item.aliases) + len(item.aliases_en) for item in items) >= 1_600


def test_every_item_has_another_french_word() -> None:
    assert [item.slug for item in load().values() if not item.aliases] == []


def test_no_singular_and_plural_of_a_word_point_at_two_items() -> None:
    owners: dict[str, set[str]] = {}
    for item in load().values():
        for name in item.names:
            singular = " ".join(re.sub(r"(?<=\w\w)[sx]$", "", word) for word in normalise(name).split())
            owners.setdefault(singular, set()).add(item.slug)

    assert {name: slugs for name, slugs in owners.items() if len(slugs) > 1} == {}


def test_an_item_without_parent_is_a_family_or_is_not_handled() -> None:
    catalogue = load()
    lonely = [
        item for item in catalogue.values() if item.parent is None and not catalogue.children(item.slug)
    ]

    assert [item.slug for item in lonely if item.handled] == []


def test_weights_agree_with_sizes() -> None:
    heaviest = {Size.SMALL: 8, Size.MEDIUM: 30, Size.LARGE: 90}
    too_heavy = [item.slug for item in load().values() if item.kg > heaviest.get(item.size, 10_000)]

    assert too_heavy == []


@pytest.mark.parametrize(
    "slug",
    [
        "armes",
        "medicaments",
        "alimentation",
        "bouteille-gaz",
        "pneus",
        "produits-chimiques",
        "batterie-voiture",
        "animaux",
    ],
)
def test_what_the_portal_politely_refuses_is_named_with_where_to_go(slug: str) -> None:
    item = load()[slug]

    assert not item.handled
    assert item.elsewhere in ELSEWHERE


def test_each_place_to_go_serves_some_item() -> None:
    assert {item.elsewhere for item in load().values() if not item.handled} == ELSEWHERE


@pytest.mark.parametrize("slug", ["ordinateur-portable", "appareils-a-gaz", "refrigerateur"])
def test_the_items_of_the_published_examples_exist(slug: str) -> None:
    assert slug in load()


@pytest.mark.parametrize(
    ("slug", "wanted"),
    [
        ("ordinateur-portable", "ordinateur"),
        ("macbook", "ordinateur-portable"),
        ("chaise-pliante", "chaise"),
        ("canape-convertible", "canape"),
        ("lave-linge-top", "lave-linge"),
        ("gaziniere", "appareils-a-gaz"),
        ("rechaud-gaz", "appareils-a-gaz"),
        ("cosy", "siege-auto"),
        ("rollator", "deambulateur"),
        ("iphone", "telephone-portable"),
        ("velo-enfant", "velo"),
        ("robe", "vetements"),
        ("cuisine-enfant", "jouets"),
        ("roman", "livres"),
    ],
)
def test_a_broad_wish_accepts_its_kinds(slug: str, wanted: str) -> None:
    assert load().is_same_or_narrower(slug, wanted)
    assert not load().is_same_or_narrower(wanted, slug)


@pytest.mark.parametrize(
    ("wording", "thing"),
    [
        ("housse d'ordinateur", "informatique"),
        ("sacoche d'ordinateur", "informatique"),
        ("chargeur d'ordinateur", "informatique"),
        ("souris d'ordinateur", "ordinateur"),
        ("écran d'ordinateur", "ordinateur"),
        ("ordinateur jouet", "informatique"),
        ("toner", "imprimantes"),
        ("cartouche d'encre", "imprimantes"),
        ("ramette de papier", "imprimantes"),
        ("coque de téléphone", "telephonie"),
        ("chargeur de téléphone", "telephonie"),
        ("téléphone jouet", "telephonie"),
        ("télécommande", "televiseur"),
        ("meuble TV", "televiseur"),
        ("support mural tv", "image-son"),
        ("sac d'aspirateur", "electromenager"),
        ("aspirateur jouet", "electromenager"),
        ("clayette", "electromenager"),
        ("housse de table à repasser", "table-repasser"),
        ("table à repasser", "tables"),
        ("table à langer", "tables"),
        ("table d'examen", "tables"),
        ("table de ping-pong", "tables"),
        ("matelas à langer", "matelas"),
        ("matelas de lit bébé", "matelas"),
        ("matelas gonflable", "matelas"),
        ("protège-matelas", "matelas"),
        ("drap-housse", "draps"),
        ("housse de couette", "couette"),
        ("housse de canapé", "canape"),
        ("chaise haute", "sieges"),
        ("chaise percée", "sieges"),
        ("chaise roulante", "sieges"),
        ("siège auto", "sieges"),
        ("lit bébé", "lits"),
        ("lit médicalisé", "lits"),
        ("lit de poupée", "lits"),
        ("barrière de lit", "lits"),
        ("linge de lit", "lits"),
        ("sommier", "lits"),
        ("tour de lit", "lit-bebe"),
        ("poussette de poupée", "transport-bebe"),
        ("chancelière", "poussette"),
        ("base isofix", "siege-auto"),
        ("cuisine enfant en bois", "cuisine-vaisselle"),
        ("petite voiture", "vehicules"),
        ("pneu de vélo", "velo"),
        ("pneu de vélo", "pneus"),
        ("casque de vélo", "velo"),
        ("siège vélo", "velo"),
        ("remorque de vélo", "velo"),
        ("vélo d'appartement", "velo"),
        ("robot de piscine", "piscine"),
        ("pied de parasol", "parasol"),
        ("pompe d'aquarium", "aquarium"),
        ("abattant wc", "sanitaires"),
        ("pommeau de douche", "sanitaires"),
        ("archet", "instruments-musique"),
        ("bol de robot", "electromenager"),
        ("fil de débroussailleuse", "machines-jardin"),
        ("tétine de biberon", "biberon"),
        ("filet de trampoline", "trampoline"),
        ("abat-jour", "luminaires"),
        ("bâton de ski", "skis"),
        ("pupitre à musique", "instruments-musique"),
        ("manette", "consoles"),
        ("niche pour chien", "animaux"),
        ("cage hamster", "animaux"),
        ("arrosoir", "outils-jardin"),
        ("filament d'imprimante 3d", "imprimante-3d"),
    ],
)
def test_what_serves_a_thing_or_plays_it_is_not_the_thing(wording: str, thing: str) -> None:
    catalogue = load()
    item = catalogue.named(wording)

    assert item is not None
    assert not catalogue.is_same_or_narrower(item.slug, thing)


@pytest.mark.parametrize(
    "wordings",
    [
        (
            "batterie de cuisine",
            "batterie de voiture",
            "batterie de musique",
            "batterie d'ordinateur portable",
        ),
        ("poêle à bois", "poêle à frire", "poêle à gaz", "poêle à pétrole"),
        ("souris d'ordinateur", "souris domestique", "souris pour chat"),
        ("cosy", "coussin"),
        ("bureau", "ordinateur de bureau", "chaise de bureau", "lampe de bureau"),
        ("cartouche d'encre", "cartouche de chasse", "cartouche de gaz", "cartouche de jeu"),
        ("raquette de tennis", "raquettes à neige"),
        ("serviette de toilette", "serviette de table", "serviette hygiénique"),
        ("casque audio", "casque de vélo", "casque moto", "casque de ski"),
        ("baignoire", "baignoire bébé"),
        ("parc bébé", "parquet"),
        ("caisse enregistreuse", "caisse enregistreuse jouet", "caisse à outils", "caisse de transport chat"),
        ("essoreuse à linge", "essoreuse à salade"),
        ("tondeuse à gazon", "tondeuse à cheveux"),
        ("diable", "poupée"),
        ("clavier", "clavier musical"),
        ("canne", "canne à pêche", "canne anglaise"),
        ("pare-feu", "pare-feu de cheminée"),
    ],
)
def test_homographs_are_told_apart_by_their_company(wordings: tuple[str, ...]) -> None:
    items = [load().named(wording) for wording in wordings]

    assert None not in items
    assert len({item.slug for item in items if item}) == len(wordings)


@pytest.mark.parametrize(
    "bare", ["batterie", "poêle", "cartouche", "casque", "balance", "portable", "housse", "chargeur"]
)
def test_a_word_that_says_nothing_alone_is_left_to_a_person(bare: str) -> None:
    assert load().named(bare) is None


@pytest.mark.parametrize(
    ("wording", "slug"),
    [
        ("frigo", "refrigerateur"),
        ("Frigidaire", "refrigerateur"),
        ("combiné réfrigérateur congélateur", "refrigerateur-congelateur"),
        ("clic clac", "canape-convertible"),
        ("BZ", "canape-convertible"),
        ("PC portable", "ordinateur-portable"),
        ("thinkpad", "ordinateur-portable"),
        ("chromebook", "chromebook"),
        ("unité centrale", "ordinateur-bureau"),
        ("raspberry pi", "raspberry"),
        ("borne wifi", "point-acces-wifi"),
        ("switch réseau", "switch-reseau"),
        ("nintendo switch", "console-portable"),
        ("machine à laver", "lave-linge"),
        ("machine a laver la vaisselle", "lave-vaisselle"),
        ("gazinière", "gaziniere"),
        ("cosi", "cosy"),
        ("Maxi-Cosi", "cosy"),
        ("senseo", "cafetiere-dosettes"),
        ("iphone", "iphone"),
        ("ipad", "ipad"),
        ("kindle", "liseuse"),
        ("télé", "televiseur"),
        ("karcher", "nettoyeur-pression"),
        ("fauteuil roulant", "fauteuil-roulant"),
        ("béquille", "bequilles"),
        ("cartable", "cartable"),
        ("doudou", "peluche"),
        ("lego", "jeu-construction"),
        ("bouquin", "livres"),
        ("vae", "velo-electrique"),
        ("doudoune", "manteau"),
        ("turbulette", "gigoteuse"),
        ("meuble", "meubles"),
        ("vêtement", "vetements"),
        ("ordi", "ordinateur"),
        ("fridge", "refrigerateur"),
        ("wheelchair", "fauteuil-roulant"),
    ],
)
def test_the_words_people_use_name_their_item(wording: str, slug: str) -> None:
    item = load().named(wording)

    assert item is not None
    assert item.slug == slug


def test_a_word_that_nobody_uses_names_nothing() -> None:
    assert load().named("truc bleu") is None
