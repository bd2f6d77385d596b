"""A donor on a telephone who makes a slip and changes their mind: the wrong address."""

import pytest
from playwright.sync_api import Browser

from app.db import session
from app.models import Offer
from app.models.states import OfferState
from tests.journeys.conftest import PHONE, Person, Portal, link, person, typed
from tests.journeys.test_whole_journey import send

pytestmark = pytest.mark.databases("sqlite")


def offers_a_fridge(donor: Person, email: str) -> None:
    donor.open("/offrir")
    donor.page.locator("input[name$=-what]").fill("frigo")
    donor.page.keyboard.press("Tab")
    donor.page.get_by_label("Bon état", exact=False).last.check()
    donor.page.get_by_label("Code postal").fill("69700")
    donor.page.get_by_label("Votre nom").fill("Exemple O'Neill-Ñandú")
    donor.page.get_by_label("Votre adresse e-mail").fill(email)
    check(donor)


def check(donor: Person) -> None:
    donor.page.get_by_role("button", name="Vérifier avant d").last.click()


def test_a_wrong_address_is_asked_about_then_put_right_without_typing_the_gift_again(
    portal: Portal, browser: Browser
) -> None:
    donor = person(portal, browser, "mauvaise-adresse", width=PHONE)
    offers_a_fridge(donor, "jeanne@gmial.com")
    assert donor.sees("Vouliez-vous dire gmail.com ?")
    donor.look("question")
    donor.page.get_by_label("Votre adresse e-mail").fill("jaune@essai.example")
    check(donor)
    donor.page.get_by_role("button", name="Proposer ce don").click()
    donor.page.get_by_role("link", name=typed("Corriger l'adresse")).click()
    donor.look("corriger")
    donor.page.get_by_label("Votre adresse e-mail").fill("jeanne@essai.example")
    donor.page.get_by_role("button", name="Écrire à cette adresse").click()
    assert donor.sees("L'adresse est corrigée")
    donor.look("corrigée")
    send(portal)

    [right] = portal.post.to("jeanne@essai.example")
    assert portal.post.to("jaune@essai.example") == []
    donor.open(link(right))
    donor.page.get_by_role("button", name="Confirmer ce don").click()
    assert donor.sees("Votre adresse est confirmée")
    with portal.app.app_context():
        assert session().get_one(Offer, 1).state is OfferState.OPEN
