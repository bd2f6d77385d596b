"""Inviting somebody where there are many committees: the one meant is found by typing a part of its name."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.builders import Builder
from tests.journeys.conftest import PHONE, Portal, person
from tests.journeys.test_board import sign_in

pytestmark = pytest.mark.databases("sqlite")


def test_a_committee_is_found_among_many(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    for number in range(30):
        build.committee(name=f"Comité d'exemple {number}")
    chosen = build.committee(name="Comité de Saint-Étienne")
    coordinator = person(portal, browser, "invitation", width=PHONE)
    sign_in(portal, coordinator)
    coordinator.open("/coordination/comptes/inviter")
    page = coordinator.page
    box = page.locator(f"input[name=committees][value='{chosen.id}']")

    page.get_by_label("exemple 7 ").check()
    page.get_by_label("Chercher un comité").fill("saint etienne")

    expect(page.locator("input[name=committees]:visible")).to_have_count(2)  # what is ticked stays in sight
    box.check()
    coordinator.look("un-comite-parmi-beaucoup")
    page.get_by_label("Chercher un comité").press("Enter")
    expect(page).to_have_url(re.compile("/inviter$"))
    page.locator("#name").fill("Bénévole Exemple")
    page.get_by_label("Adresse e-mail").fill("benevole@essai.example")
    page.get_by_role("button", name="Envoyer l’invitation").click()
    assert coordinator.sees("benevole@essai.example")
