"""Somebody without an e-mail address telephones: the number that was written down is wrong."""

import re

import pytest
from playwright.sync_api import Browser, ViewportSize

from app.models.states import Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_teaching import sign_in

CASES = [(PHONE, True), (DESKTOP, True), (PHONE, False), (DESKTOP, False)]


@pytest.mark.parametrize(("width", "script"), CASES, ids=["phone", "desktop", "phone-plain", "desktop-plain"])
def test_a_donor_who_telephones_with_a_wrong_number_and_no_e_mail(
    portal: Portal, browser: Browser, width: ViewportSize, script: bool
) -> None:
    """« Vous avez mon ancien numéro. » She finds him by his name, puts the number right and notes the call."""
    build = Builder(portal.app, portal.clock)
    volunteer = build.account(Role.COORDINATOR, email="benevole@essai.example")
    stand_in = build.donor(name="Bénévole", email=volunteer.email)
    offer = build.offer(
        stand_in,
        reference="DAAAAAA",
        recorded_by_id=volunteer.id,
        contact_name="Paul Exemple",
        contact_phone="06 00 00 00 38",
    )
    build.offered_item(offer, item="lave-linge", description="Machine à laver")
    somebody = person(portal, browser, f"appel-{width['width']}-{script}", width=width, script=script)
    sign_in(portal, somebody, volunteer)
    page = somebody.page

    somebody.open("/coordination")
    page.get_by_label("Nom, téléphone").fill("paul exemple")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="DAAAAAA").first.click()
    assert somebody.sees("06 00 00 00 38")

    page.get_by_role("link", name="Corriger").first.click()
    page.locator("#correction-form").get_by_label("Téléphone").fill("0600000083")
    page.get_by_role("button", name="Enregistrer les corrections").click()
    assert somebody.sees("06 00 00 00 83")
    somebody.look("corrige")

    page.get_by_text("Noter un appel").click()
    page.get_by_role("button", name=re.compile("D.accord")).click()
    assert somebody.sees("Appel")
    somebody.look("appel-note")

    page.get_by_label("Nom, téléphone").fill("06 00 00 00 83")
    page.get_by_role("button", name="Chercher").click()
    assert somebody.sees("Paul Exemple")
