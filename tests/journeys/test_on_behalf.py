"""On behalf of somebody without e-mail, on a shared computer: and nothing is left of it, not even by the back button."""

from contextlib import suppress

import pytest
from flask_security import hash_password
from playwright.sync_api import Browser, Error, ViewportSize, expect

from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person

pytestmark = pytest.mark.databases("sqlite")
PASSWORD = "girafe parapluie lundi"


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_on_behalf_on_a_shared_computer_and_back_after_it(
    portal: Portal, browser: Browser, width: ViewportSize
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Givors", email="givors@essai.example", phone="04 00 00 00 01")
    with portal.app.app_context():
        hashed = hash_password(PASSWORD)
    build.account(committee=committee, email="benevole@essai.example", password=hashed)
    volunteer = person(portal, browser, f"pour-quelqu-un-{width['width']}", width=width)
    page = volunteer.page

    volunteer.open("/connexion")
    page.get_by_label("Adresse e-mail").fill("benevole@essai.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Poste partagé").check()
    volunteer.look("connexion")
    page.locator("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/mon-comite")
    volunteer.open("/offrir")
    page.locator("#articles-0-what").fill("frigo")
    page.locator("[name=articles-0-condition][value=good]").check()
    page.get_by_label("Code postal").fill("69520")
    page.get_by_label("Votre nom").fill("Paul Exemple")
    page.get_by_label("Votre téléphone").fill("06 11 22 33 44")
    page.get_by_label("de vive voix").check()
    page.get_by_label("pas d’adresse e-mail").check()
    page.get_by_role("button", name="Vérifier avant d’envoyer").last.click()
    page.get_by_role("button", name="Proposer ce don").click()
    page.wait_for_url("**/offrir/*")
    address = page.url
    volunteer.look("enregistre")
    page.get_by_role("link", name="La fiche à remettre").click()
    assert volunteer.sees("04 00 00 00 01")
    volunteer.look("fiche")

    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(portal.url + "/")

    for _ in range(6):
        with suppress(Error):  # the answer to a form is kept nowhere: the browser shows that it has none
            page.go_back()
        expect(page.locator("body")).not_to_contain_text("Paul")
        page.wait_for_function("document.readyState === 'complete'")
        filled = page.evaluate("[...document.querySelectorAll('input, textarea')].map((each) => each.value)")
        assert not {"Paul Exemple", "06 11 22 33 44", "frigo"} & set(filled)
    volunteer.open(address)
    expect(page).to_have_url(f"{portal.url}/connexion?next={address.removeprefix(portal.url)}")


def test_a_shared_computer_warns_then_signs_out_by_itself(portal: Portal, browser: Browser) -> None:
    build = Builder(portal.app, portal.clock)
    with portal.app.app_context():
        hashed = hash_password(PASSWORD)
    build.account(committee=build.committee(), email="benevole@essai.example", password=hashed)
    volunteer = person(portal, browser, "poste-partage", width=PHONE)
    page = volunteer.page
    page.clock.install()
    volunteer.open("/connexion")
    page.get_by_label("Adresse e-mail").fill("benevole@essai.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.get_by_label("Poste partagé").check()
    page.locator("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/mon-comite")
    warning = page.get_by_role("alertdialog", name="Êtes-vous toujours là ?")
    # The page counts from its own first moment: not before it is there.
    page.wait_for_function("localStorage.getItem('portail-dernier-geste')")

    page.clock.fast_forward("09:10")
    expect(warning).to_be_visible()
    volunteer.look("toujours-la")
    page.get_by_role("button", name="Continuer").click()
    expect(warning).to_be_hidden()
    page.clock.fast_forward("09:10")
    expect(warning).to_be_visible()
    page.clock.fast_forward("01:00")

    page.wait_for_url("**/connexion")
    assert volunteer.sees("Vous avez été déconnecté")
    volunteer.look("deconnecte")
