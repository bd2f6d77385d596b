"""The nearest places that take an article: the nearest of all, whatever the box, and of the right kind."""

import random
from typing import Any

import pytest
from flask import Flask
from sqlmodel import col, select

from app.db import session, transaction
from app.models import ReusePlace
from app.models.reuse import band_of
from app.places import distance_km
from app.reuse import queries
from app.reuse.objects import kind_of, kinds, mask
from matching.items import load

LYON, BREST, EQUATOR, EDGE = (45.76, 4.84), (48.39, -4.49), (0.01, 6.0), (-14.3, -179.99)
NONE = {
    "hygiene", "accessoires-animaux", "armes", "alimentation", "alcool", "tabac", "bouteille-gaz", "animaux"
}  # fmt: skip
"""Of these ADEME has no category: no place is shown for them, and what the portal says of them is all."""


def test_every_article_has_a_category_or_is_known_to_have_none() -> None:
    roots = {slug for slug, item in load().items() if item.parent is None and kind_of(slug) is None}

    assert roots == NONE


def test_the_narrowest_category_wins() -> None:
    assert kind_of("refrigerateur") == kinds()["gros_electromenager_refrigerant"]
    assert kind_of("lave-linge") == kinds()["gros_electromenager_hors_refrigerant"]
    assert kind_of("ecran-ordinateur") == kinds()["ecran"]
    assert kind_of("armoire") == kinds()["meuble"]
    assert kind_of(None) is kind_of("n-existe-pas") is kind_of("chien") is None


def test_the_bits_of_stored_places_never_move() -> None:
    """A category added in between would give every place of every portal other kinds until the next import."""
    assert list(kinds())[:4] == [
        "meuble", "literie_elements_d_ameublement", "gros_electromenager_refrigerant", "gros_electromenager_hors_refrigerant"
    ]  # fmt: skip
    assert list(kinds()).index("vetement") == 24
    assert list(kinds()).index("huiles_lubrifiantes") == 46
    assert len(kinds()) < 63


def scattered(app: Flask, where: tuple[float, float], spread: float, number: int = 120) -> None:
    chance = random.Random(number)
    codes = ["meuble", "livre", "velo"]
    with app.app_context(), transaction() as current:
        for each in range(number):
            latitude = where[0] + chance.uniform(-spread, spread)
            longitude = max(-180, where[1] + chance.uniform(-spread, spread))
            current.add(
                ReusePlace(
                    name=f"Lieu d'exemple {each}", latitude=latitude, longitude=longitude, band=band_of(latitude),
                    gives=mask(chance.sample(codes, 1)), removed=each % 7 == 0,
                )
            )  # fmt: skip


@pytest.mark.parametrize("where", [LYON, BREST, EQUATOR, EDGE])
@pytest.mark.parametrize("spread", [0.02, 0.1, 0.6])
def test_they_are_the_nearest_of_all(app: Flask, where: tuple[float, float], spread: float) -> None:
    scattered(app, where, spread)
    bit = kinds()["velo"].bit

    with app.app_context():
        rows = session().exec(select(ReusePlace)).all()
        found = queries.nearest(session(), col(ReusePlace.gives), bit, *where, most=3)

    away = sorted(
        distance_km(*where, row.latitude, row.longitude)
        for row in rows
        if row.gives & bit and not row.removed
    )
    expected = [km for km in away if km <= 50][:3]
    assert [each.km for each in found] == pytest.approx(expected, rel=1e-3)


def test_each_does_what_it_stands_under(app: Flask) -> None:
    with app.app_context(), transaction() as current:
        does: dict[str, Any] = {
            "gives": {"gives": mask(["velo"])}, "sorts": {"sorts": mask(["velo"])}, "repairs": {"repairs": mask(["velo"])},
            "other": {"gives": mask(["livre"])},
        }  # fmt: skip
        for name, masks in does.items():
            current.add(ReusePlace(name=name, latitude=45.76, longitude=4.84, band=band_of(45.76), **masks))

    with app.app_context():
        [found, other] = queries.ways(session(), ["velo", "chien", "casque-velo"], *LYON)
        assert found.items == ["velo", "casque-velo"]
        assert (other.kind, other.items, other.places) == (None, ["chien"], ())
        assert [[each.place.name for each in some] for some in (found.give, found.repair, found.sort)] == [
            ["gives"], ["repairs"], ["sorts"]
        ]  # fmt: skip
        [far] = queries.ways(session(), ["velo"], 46.5, 4.84)
        assert far.places == ()
