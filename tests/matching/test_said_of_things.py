"""What is said of a thing's state by what the thing is: a swollen battery is a danger of all, *non conforme* of few."""

import pytest

from matching.recognition import recognise, said_of
from matching.said import Said


@pytest.mark.parametrize(
    "text",
    [
        "Bouilloire, cordon dénudé",
        "Aspirateur, le câble est dénudé",
        "Lampe : on prend le jus quand on la touche",
        "Perceuse électrique qui donne des décharges",
        "Radiateur électrique, pas aux normes",
        "Poussette non conforme",
        "Jouet plus aux normes",
        "Micro-ondes qui fait de la fumée",
        "Téléphone, batterie gonflée",
        "batterie qui gonfle",
    ],
)
def test_what_may_burn_or_shock_is_a_danger(text: str) -> None:
    assert Said.DANGEROUS in said_of(text, recognise(text).item)


@pytest.mark.parametrize(
    "text",
    [
        "Chemisier aux épaules dénudées",
        "Étagère murale au style dénudé",
        "Carton non conforme, jamais ouvert",
        "Bouilloire non conforme à la photo du site",
        "Commode pas aux normes PMR",
        "Roman sur un risque d'explosion nucléaire",
        "DVD : la maison prend feu",
        "Couverture anti-feu contre tout risque d'incendie",
        "Extracteur de jus qui prend le jus des oranges",
        "Bateau jouet qui fait de la fumée",
        "Téléphone, batterie bombée changée l'an dernier",
    ],
)
def test_what_only_sounds_so_is_none(text: str) -> None:
    assert Said.DANGEROUS not in said_of(text, recognise(text).item)


@pytest.mark.parametrize(
    ("text", "wished"),
    [
        ("cherche quelqu'un qui offre une commode", True),
        ("recherche une asso qui pourrait nous prêter des tables", True),
        ("je cherche une personne qui aurait une poussette", True),
        ("cherche association pour mes chaises", False),
        ("cherche quelqu'un qui prendrait un buffet", False),
        ("cherche quelqu'un qui a besoin d'un frigo", False),
        ("nous cherchons une association qui a besoin de chaises", False),
        ("famille qui a besoin d'un frigo", True),
    ],
)
def test_who_looks_for_a_giver_wishes(text: str, wished: bool) -> None:
    assert recognise(text).wish is wished


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("comprimés pour lave-vaisselle", "liquide-vaisselle"),
        ("boîte de gélules lessive", "lessive"),
        ("comprimés contre la toux", "medicaments"),
    ],
)
def test_not_every_tablet_is_a_medicine(text: str, item: str) -> None:
    assert recognise(text).item == item
