"""What a coordinator looks at before anybody is offered it: dates that are over, and what nobody may give written among the details."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.dangers import danger, refused_beside
from app.models import OfferedItem
from app.models.states import Aside
from matching.said import Said
from tests.app.offers.steps import fill, rows, words

pytestmark = pytest.mark.databases("sqlite")
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("siège auto de 2005", "siege-auto"),
        ("Siège auto\nacheté en 2012, peu servi", "siege-auto"),
        ("casque de vélo 2009", "casque-velo"),
        ("détecteur de fumée, à remplacer avant 06/2025", "detecteur-fumee"),
        ("médicaments valables jusqu'en 2025", "medicaments"),
        ("croquettes, DLC 10/2026", "croquettes"),
        ("croquettes exp 02/2026", "croquettes"),
        ("croquettes, à consommer avant le 28/09/26", "croquettes"),
        ("casque de moto, acheté pour notre fils en 2011", "casque-moto"),
    ],
)
def test_what_bears_a_date_is_past_it(app: Flask, text: str, item: str) -> None:
    with app.app_context():
        assert danger(text, item, TODAY) is Said.EXPIRED


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("siège auto de 2022", "siege-auto"),
        ("siège auto norme R44 de 2005, acheté en 2023", "siege-auto"),
        ("détecteur de fumée NF EN 14604:2005", "detecteur-fumee"),
        ("croquettes, DLC 12/2026", "croquettes"),
        ("croquettes, exp. 01/27", "croquettes"),
        ("croquettes, DLC 05/12", "croquettes"),
        ("croquettes, lot 11/25", "croquettes"),
        ("gilet de sauvetage, nos enfants sont nés en 2008", "gilet-sauvetage"),
        ("casque de moto\navenue du 8 mai 1965", "casque-moto"),
        ("casque de moto, modèle 2000", "casque-moto"),
        ("armoire de 1950", "armoire"),
        ("siège auto payé 2005 €", "siege-auto"),
        ("siège auto, réf. 12005", "siege-auto"),
    ],
)
def test_what_is_not_past_its_date_is_not_taken_for_it(app: Flask, text: str, item: str) -> None:
    with app.app_context():
        assert danger(text, item, TODAY) is None


@pytest.mark.parametrize(
    ("details", "seen"),
    [
        ("Avec sa bouteille de gaz.", ("bouteille-gaz",)),
        ("Bon état\nEt deux bouteilles de butane", ("bouteille-gaz",)),
        ("avec du white spirit", ("produits-chimiques",)),
        ("Sans la bouteille de gaz", ()),
        ("bouteille de gaz non fournie", ()),
        ("Marque Indesit, 60 cm, 5 ans", ()),
        ("2 cartouches de gaz", ("bouteille-gaz",)),
        ("Bidon d'essence fourni", ("carburants",)),
        ("Deux tiroirs + médicaments", ("medicaments",)),
        ("Pneus regonflés et chaîne graissée", ()),
        ("Vient d'une maison avec deux lapins", ()),
        ("Avec des bouteilles de bière et de vin", ()),
        ("Nettoyé avec de l'acétone", ()),
        ("Changé la courroie et l'huile moteur", ()),
        ("Boîte à médicaments", ()),
        ("Marche avec une bouteille de butane", ()),
        ("Moteur essence, avec son bac", ()),
        ("avec une pochette pour médicaments", ()),
        ("plus une bouteille de Butagaz", ("bouteille-gaz",)),
        ("Fourni avec du solvant", ("produits-chimiques",)),
        ("Fourni avec une housse", ()),
    ],
)
def test_what_nobody_may_give_is_seen_among_the_details(
    app: Flask, details: str, seen: tuple[str, ...]
) -> None:
    with app.app_context():
        assert refused_beside(details) == seen


def test_a_pistol_among_toys_is_a_toy(app: Flask) -> None:
    with app.app_context():
        assert refused_beside("avec un pistolet", "deguisement") == ()
        assert refused_beside("avec un pistolet", "armoire") == ("arme-feu",)


def test_twenty_clauses_are_looked_at_and_no_more(app: Flask) -> None:
    with app.app_context():
        assert refused_beside("vis. " * 19 + "avec un bidon d'essence") == ("carburants",)
        assert refused_beside("vis. " * 20 + "avec un bidon d'essence") == ()


def test_details_that_bring_a_gas_bottle_are_asked_about_then_held(app: Flask, client: FlaskClient) -> None:
    form = fill(client, what="gazinière", note="Avec sa bouteille de gaz.") | {"review": "1"}

    asked = client.post("/offrir", data=form)
    assert asked.status_code == 422
    assert "Vos précisions parlent de ce que nous ne pouvons pas prendre" in words(asked)
    mark = asked.text.partition('name="articles-0-sure" value="')[2].partition('"')[0]
    sent = client.post("/offrir", data=form | {"articles-0-sure": mark, "send": "1"})

    assert sent.status_code == 303
    assert [row.aside for row in rows(app, OfferedItem)] == [Aside.HELD]
