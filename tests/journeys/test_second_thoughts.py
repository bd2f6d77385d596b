"""A donor on a telephone who makes a slip and changes their mind: the wrong address; one thing of three."""

import pytest
from playwright.sync_api import Browser
from sqlmodel import col, select

from app.db import session
from app.models import Offer, OfferedItem
from app.models.states import Aside, OfferState
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Person, Portal, link, person, typed
from tests.journeys.test_whole_journey import send

pytestmark = pytest.mark.databases("sqlite")


def offers_a_fridge(donor: Person, email: str) -> None:
    donor.open("/offrir")
    donor.page.locator("input[name$=-what]").fill("frigo")
    donor.page.keyboard.press("Tab")
    donor.page.get_by_label("Bon état", exact=False).last.check()
    donor.page.get_by_label("Code postal").fill("69520")
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
    donor.page.get_by_label("Adresse e-mail").fill("jeanne@essai.example")
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


def test_one_of_three_is_changed_paused_and_withdrawn_and_all_of_it_undone(
    portal: Portal, browser: Browser
) -> None:
    build = Builder(portal.app, portal.clock)
    offer = build.offer(build.donor(confirmed_at=portal.clock()))
    for item, words in (("chaise", "chaises"), ("lave-linge", "machine Brandt"), ("lit-bebe", "lit de bébé")):
        build.offered_item(offer, item=item, description=words, quantity=2)
    party = f"donor:{offer.donor_id}"
    token = portal.app.extensions["desk"].links.token(Purpose.TRACK_OFFER, offer.id, party, portal.clock())
    donor = person(portal, browser, "change-d-avis", width=PHONE)
    page = donor.page
    donor.open(path_of(Purpose.TRACK_OFFER, token))
    assert donor.sees("vous répondons avant le jeudi 26 novembre")
    donor.look("suivi")

    chairs = page.locator("section.card", has_text="Chaise")
    chairs.get_by_role("link", name="Changer").click()
    page.get_by_label("Combien").fill("1")
    donor.look("changer")
    page.get_by_role("button", name="Enregistrer les corrections").click()
    assert donor.sees("vous avez changé : quantité")
    page.get_by_role("button", name="Annuler").click()
    assert donor.sees("2 × Chaise")

    chairs.get_by_role("button", name="Mettre en pause").click()
    assert donor.sees("1 article est en pause")
    donor.look("pause")
    page.get_by_role("button", name="Le proposer de nouveau").click()

    chairs.get_by_role("link", name="Retirer").click()
    page.get_by_label(typed("J'ai changé d'avis")).check()
    donor.look("retirer")
    page.get_by_role("button", name="Retirer cet article").click()
    assert donor.sees("Les autres restent proposés")
    donor.look("retiré")
    with portal.app.app_context():
        asides = [row.aside for row in session().exec(select(OfferedItem).order_by(col(OfferedItem.id)))]
    assert asides == [Aside.WITHDRAWN, None, None]
