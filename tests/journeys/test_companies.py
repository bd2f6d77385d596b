"""A company gives 5,000 lines, on a telephone: from the entrance to the page that follows all of it."""

import re

import pytest
from playwright.sync_api import Browser
from sqlmodel import func, select

from app.db import session
from app.listing.waiting import work_now
from app.models import OfferedItem, OutboxMessage
from app.offers.companies.waiting import send_now
from tests.journeys.conftest import PHONE, Portal, person

pytestmark = pytest.mark.databases("sqlite")
LINES = 5_000


def inventory() -> str:
    things = ("Chaise de bureau", "Bureau droit", "Écran 24 pouces", "Armoire haute")
    rows = (f"{things[number % 4]};bon;{number % 5 + 1};{number % 90 + 1};oui" for number in range(LINES))
    return "\n".join(["Désignation;État;Quantité;Valeur unitaire (€);Lot entier", *rows])


def test_a_company_gives_five_thousand_lines_and_follows_them(portal: Portal, browser: Browser) -> None:
    company = person(portal, browser, "entreprise", width=PHONE)
    page = company.page
    company.open("/")
    page.get_by_role("link", name="Entreprise, mairie, administration").press("Enter")
    company.look("entree")
    page.get_by_label("Entreprise", exact=True).press("Space")
    page.get_by_label("Nom de l’entreprise").fill("Exemple Logistique")
    page.get_by_label("Numéro SIRET").fill("732 829 320 00075")
    page.get_by_label("Votre nom").fill("Anne Exemple")
    page.get_by_label("Votre adresse e-mail").fill("stock@essai.example")
    page.get_by_role("button", name="Continuer").press("Enter")
    assert company.sees("un chiffre est faux")
    page.get_by_label("Numéro SIRET").fill("732 829 320 00074")
    page.get_by_role("button", name="Continuer").press("Enter")

    page.get_by_label("Code postal").fill("69520")
    page.get_by_text("Oui").first.click()
    page.get_by_role("button", name="Garder ce lieu, et passer").press("Enter")
    company.look("inventaire")
    page.get_by_label("Un fichier").set_input_files(
        {"name": "inventaire.csv", "mimeType": "text/csv", "buffer": inventory().encode()}
    )
    page.get_by_role("button", name="Lire cette liste").press("Enter")
    assert company.sees("Nous lisons votre liste.")
    with portal.app.app_context():
        assert work_now(portal.clock) == 1
    assert company.sees("5000 articles")
    company.look("apercu")
    page.get_by_role("button", name="Continuer : les photos, puis l’envoi").press("Enter")
    page.get_by_role("link", name="Continuer sans autre photo").press("Enter")
    company.look("relire")
    page.get_by_role("button", name="Proposer ces 5000 articles").press("Enter")
    assert company.sees("Envoi en cours")
    with portal.app.app_context():
        assert send_now(portal.clock) == 1
        assert session().exec(select(func.count()).select_from(OfferedItem)).one() == LINES
        [letter] = session().exec(select(OutboxMessage.body_text)).all()
    assert company.sees("Il reste une chose à faire")

    link = re.search(r"https?://[^/\s]+(/\S+)", letter)
    assert link is not None
    company.open(link[1])
    page.get_by_role("button", name="Confirmer ce don").press("Enter")
    assert company.sees("Page 1 sur 100")
    company.look("suivi")
