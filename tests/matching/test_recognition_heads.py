"""French puts the thing first: over the whole catalogue, what stands before a thing's name keeps it from being that thing."""

import pytest

from matching.catalogue import recognise
from matching.items import Item, load

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
