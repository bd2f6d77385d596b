"""A committee sends the sheet that it has: on a telephone without JavaScript, and by keyboard alone."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload
from sqlmodel import col, select

from app.db import session
from app.models import Account, Need
from tests.app.sheets.making import published, xlsx
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_teaching import sign_in

pytestmark = pytest.mark.databases("sqlite")
WITH_MESS = [
    ["Inventaire (exemple)"], ["Article", "Nombre", "État"], ["CUISINE"], ["Frigos", "2", "bon"],
    ["Chaises", "beaucoup", ""], ["Bouteille de gaz", "1", ""], ["TOTAL", "4"],
]  # fmt: skip


def declared(app: Flask) -> list[tuple[str | None, int]]:
    with app.app_context():
        return [(need.item, need.quantity) for need in session().exec(select(Need).order_by(col(Need.id)))]


def of_givors(portal: Portal) -> Account:
    build = Builder(portal.app, portal.clock)
    return build.account(committee=build.committee(slug="givors"))


def sheet(content: bytes) -> FilePayload:
    return {"name": "inventaire.xlsx", "mimeType": "application/octet-stream", "buffer": content}


@pytest.mark.parametrize("script", [False, True])
def test_a_sheet_is_sent_put_right_and_declared(portal: Portal, browser: Browser, script: bool) -> None:
    name = "liste-clavier" if script else "liste-sans-script"
    member = person(portal, browser, name, width=DESKTOP if script else PHONE, script=script)
    sign_in(portal, member, of_givors(portal))
    page = member.page
    member.open("/besoins/coller")
    member.look("envoyer")
    page.get_by_label("Un fichier").set_input_files(sheet(xlsx(WITH_MESS)))
    page.get_by_role("button", name="Lire cette liste").press("Enter")
    assert member.sees("dont 2 à corriger")
    member.look("a-corriger")

    wrong = page.locator("#quantite-5")
    wrong.fill("12")
    wrong.press("Enter")
    assert member.sees("dont un à corriger")
    assert declared(portal.app) == [], "Enter declares nothing"
    page.get_by_label("Laisser cette ligne de côté").press("Space")
    page.get_by_role("button", name="Déclarer après ces corrections").press("Enter")

    assert member.sees("2 besoins sont déclarés.")
    member.look("declares")
    assert declared(portal.app) == [("refrigerateur", 2), ("chaise", 12)]
    page.get_by_role("button", name="Annuler toute la liste").press("Enter")
    assert member.sees("2 besoins sont retirés.")


def test_the_sheet_of_a_town_hall_is_declared_in_four_gestures(portal: Portal, browser: Browser) -> None:
    [realistic] = [case for case in published("tuned") if case.name == "realiste"]
    member = person(portal, browser, "liste-mairie", width=PHONE)
    sign_in(portal, member, of_givors(portal))
    member.open("/mon-comite/besoins")
    member.page.get_by_role("link", name="Envoyer une liste", exact=True).click()
    member.page.get_by_label("Un fichier").set_input_files(sheet(realistic.bytes))
    member.page.get_by_role("button", name="Lire cette liste").click()
    member.look("mairie")
    member.page.get_by_role("button", name="Déclarer ces 40 besoins").click()

    assert member.sees("40 besoins sont déclarés.")
    assert len(declared(portal.app)) == 40
