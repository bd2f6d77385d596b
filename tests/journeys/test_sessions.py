"""A telephone is lost: its owner closes it from another browser, and what a copied cookie opened opens nothing any more."""

import pytest
from flask_security import hash_password
from playwright.sync_api import Browser, expect

from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Person, Portal, person

pytestmark = pytest.mark.databases("sqlite")
PASSWORD = "girafe parapluie lundi"


def enter(somebody: Person) -> None:
    somebody.open("/connexion")
    somebody.page.get_by_label("Adresse e-mail").fill("marie@essai.example")
    somebody.page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    somebody.page.get_by_role("main").get_by_role("button", name="Se connecter").first.click()
    expect(somebody.page.get_by_role("heading", level=1)).to_have_text("Votre comité")


def test_the_others_are_closed_from_here(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    with portal.app.test_request_context():
        hashed = hash_password(PASSWORD)
    build.account(
        committee=build.committee(name="Comité de Givors"), password=hashed, email="marie@essai.example"
    )
    lost, here = person(portal, browser, "perdu", width=PHONE), person(portal, browser, "ici", width=DESKTOP)
    enter(lost)
    enter(here)

    here.page.get_by_role("link", name="Préférences").first.click()
    here.page.get_by_role("link", name="Mes connexions").click()
    here.look("connexions")
    expect(here.page.get_by_text("Vous êtes ici")).to_have_count(1)
    here.page.get_by_text("Fermer les autres").click()
    here.page.get_by_role("button", name="Fermer toutes les autres").click()

    assert here.sees("connexions sont fermées")
    lost.open("/mes-connexions")
    expect(lost.page.get_by_role("heading", level=1)).to_have_text("Se connecter")
    assert lost.sees("Votre connexion a pris fin")
    lost.look("fermee")
    here.open("/mes-connexions")
    here.look("seule")
