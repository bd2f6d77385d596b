"""French puts the thing first: over the whole catalogue, what stands before a thing's name keeps it from being that thing."""

import pytest

from matching.items import Item, load
from matching.recognition import recognise

OF_ANOTHER_THING = (
    "housse pour {}",
    "chargeur {}",
    "joint {}",
    "roulettes pour {}",
    "emballage {}",
    "notice {}",
    "photo de {}",
    "autocollant {}",
    "antivol {}",
    "câble {}",
)
NO_THING = (
    "cours de {}",
    "réparation {}",
    "location {}",
    "réparateur {}",
    "magasin de {}",
    "nettoyage de {}",
    "montage {}",
    "cherche quelqu'un pour réparer {}",
    "recherche bénévole pour porter {}",
    "je n'ai plus de {}",
    "{} déjà donné",
)
KEPT = (
    "lot de 3 {} neufs",
    "recherche {} pour une famille",
    "bonjour je donne {}, à venir chercher à Givors merci",
)


def line(slug: str | None) -> set[str]:
    return set() if slug is None else {slug, *load().ancestors(slug)}


def things() -> list[Item]:
    """Items that are neither a family nor the part or accessory of something."""
    catalogue = load()
    return [
        item
        for item in catalogue.values()
        if item.handled
        and item.parent
        and not any(above.startswith("accessoires") for above in line(item.slug))
    ]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        # A loose word beside a complement that changes it.
        ("échelle de lit superposé", None),
        # Where the thing is named last, a word that nobody knows alone makes another thing of what it follows.
        ("glass stool", "tabouret"),
        ("chicken dispenser", None),
        ("chicken, 3 towels", "animaux-ferme"),
        ("boule à facettes", "jeux-lumiere"),
        ("échelle en bois", "echelle"),
        # Broken, or more than one thing.
        ("vélo cassé à donner pour pièces", "velo"),
        ("table plus quatre chaises, je donne aussi un lit", "tables"),
        ("vélo hs, cadre en bon état, roues voilées", "velo"),
        # Denied, taken.
        ("ne récupère pas les matelas", None),
        ("pas de meubles mais de la vaisselle", "vaisselle"),
        ("lave-linge qui ne marche pas", "lave-linge"),
        ("canapé réservé", None),
        # A sentence before the thing.
        ("tout nous manque : frigo, lit, table", "refrigerateur"),
        # Parts find their whole through what they are made of.
        ("filtre à charbon hotte aspirante", "accessoires-electromenager"),
        ("clayettes en verre pour réfrigérateur", "accessoire-froid"),
        ("cours de lego", None),
    ],
)
def test_the_thing_is_found_in_its_sentence(text: str, item: str | None) -> None:
    assert recognise(text).item == item


@pytest.mark.parametrize("template", OF_ANOTHER_THING + NO_THING)
def test_what_comes_first_is_the_thing(template: str) -> None:
    named = [item.fr.lower() for item in things()]
    taken = [
        name
        for item, name in zip(things(), named, strict=True)
        if item.slug in line(recognise(template.format(name)).item)
    ]

    assert len(taken) <= len(named) / 50, taken


@pytest.mark.parametrize("template", NO_THING)
def test_a_service_or_a_want_names_nothing(template: str) -> None:
    named = [item.fr.lower() for item in things()]

    assert sum(recognise(template.format(name)).item is not None for name in named) <= len(named) / 20


@pytest.mark.parametrize("template", KEPT)
def test_small_words_around_a_name_change_nothing(template: str) -> None:
    missed = [
        (name, item.slug)
        for item in load().values()
        for name in (item.fr, *item.aliases[:2])
        if item.slug not in line(recognise(template.format(name)).item)
    ]

    assert missed == []


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("réfrigérateur Bosch", True),
        ("frigo", True),
        ("cocotte en fonte", True),
        # One word of many meanings, or one that is no item's own name and is described further.
        ("gamelle", False),
        ("cocotte rouge", False),
        # A family that is not all of the text, and a bare word in a long one: what else is said may tell more.
        ("canapé", True),
        ("canapé en tissu gris", False),
        ("la crèche déménage bientôt et donne un frigo", False),
    ],
)
def test_what_is_said_with_nine_tenths_says_enough(text: str, sure: bool) -> None:
    found = recognise(text)

    assert found.item is not None
    assert (found.confidence >= 0.9) is sure
