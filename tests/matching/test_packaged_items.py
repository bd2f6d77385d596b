"""What the packaged catalogue holds: the things that people bring, and the words they use for them."""

import re

import pytest

from matching.items import (
    ELSEWHERE,
    Size,
    load,
    normalise,
)
from matching.recognition.language import WORDS, plain


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


def test_no_single_word_that_announcements_are_written_with_names_an_item() -> None:
    """*Je laisse une table*, *Coucou, je donne…*, *vieille brocante* : a lead, a cuckoo clock and antiques take two words. « Thé » is the article without its accent."""
    names = {plain(name): item.slug for item in load().values() for name in (item.fr, *item.aliases)}

    assert {name: slug for name, slug in names.items() if name in WORDS.small} == {"the": "cafe-the"}


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
        ("chaise-bureau", "chaise"),
        ("armoire-metallique", "armoire"),
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
