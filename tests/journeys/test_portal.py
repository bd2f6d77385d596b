"""« Who near me needs what I have? »: from the front page to the committee's own, and to a gift offered to it, by the keyboard on a phone."""

import re

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from app.db import session
from app.models import Offer
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Portal, person
from tests.journeys.keys import Keys

pytestmark = pytest.mark.databases("sqlite")
VENISSIEUX = {"postal_code": "69200", "commune": "Vénissieux", "latitude": 45.6974, "longitude": 4.8867}


def test_a_donor_finds_the_committee_sees_what_is_missing_and_offers_it(
    portal: Portal, browser: Browser
) -> None:
    build = Builder(portal.app, portal.clock)
    near = build.committee(name="Comité de Vénissieux", slug="venissieux", **VENISSIEUX)
    build.need(near, item="canape", reason="Une famille relogée")
    build.need(build.committee(name="Comité de Givors"), item="canape")
    donor = person(portal, browser, "portail", width=PHONE)
    keys, page = Keys(donor.page), donor.page

    donor.open("/")
    keys.press(page.get_by_role("link", name="Associations", exact=True))
    assert donor.sees("2 comités")
    donor.look("carte")
    donor.look_narrow("carte")
    donor.dark(True)
    donor.look("carte-sombre")
    donor.dark(False)
    keys.write(page.get_by_label("Un objet, un lieu, une association"), "canapé Vénissieux")
    page.keyboard.press("Enter")
    assert donor.sees("Canapé, près de Vénissieux (69200)")
    donor.look("recherche")
    keys.press(page.get_by_role("main").get_by_role("link", name="Comité de Vénissieux").first)
    assert donor.sees("Une famille relogée")
    donor.look("comite")
    donor.open("/comites/venissieux/affiche")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 703, "height": 1032})  # A4 without its margins
    assert 0.9 < page.locator(".sheet").evaluate("sheet => sheet.offsetHeight") / 1032 <= 1
    page.emulate_media(media="screen")
    page.set_viewport_size(PHONE)
    page.go_back()
    keys.press(page.get_by_role("link", name=re.compile("J.en ai à donner")).first)
    keys.choose(page.get_by_role("radio", name=re.compile("^Bon état")))
    keys.write(page.get_by_label("Code postal"), "69200")
    keys.write(page.get_by_label("Votre nom"), "Donatrice d'exemple")
    keys.write(page.get_by_label("Votre adresse e-mail"), "donatrice@essai.example")
    keys.press(page.get_by_role("button", name="Vérifier avant d’envoyer").last)
    assert donor.sees("Comité de Vénissieux")
    keys.press(page.get_by_role("button", name="Proposer ce don"))

    assert donor.sees("donatrice@essai.example")
    with portal.app.app_context():
        [offer] = session().exec(select(Offer)).all()
        assert offer.wished_committee_id == near.id
    assert portal.strangers() == []
