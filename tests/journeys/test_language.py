"""Somebody changes the language in the middle of something."""

import pytest
from playwright.sync_api import Browser, Dialog, expect

from app.web import languages
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_board import sign_in

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_what_was_typed_is_still_there_in_english(portal: Portal, browser: Browser, script: bool) -> None:
    donor = person(portal, browser, f"anglais-{script}", width=PHONE, script=script)
    donor.open("/offrir")
    donor.page.locator("#articles-0-what").fill("un lave-linge")
    donor.page.get_by_label("Votre nom").fill("O'Neill-Ñandú (exemple)")

    donor.page.get_by_role("button", name="English").click()

    expect(donor.page.get_by_role("heading", level=1)).to_have_text("Give something")
    expect(donor.page.locator("#name")).to_have_value("O'Neill-Ñandú (exemple)")
    expect(donor.page.locator("#articles-0-what")).to_have_value("un lave-linge")


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_dials_stay_turned(portal: Portal, browser: Browser, script: bool) -> None:
    coordinator = person(portal, browser, f"reglages-{script}", width=DESKTOP, script=script)
    sign_in(portal, coordinator)
    coordinator.open("/coordination/reglages")
    coordinator.page.locator("#fit").fill("77")

    coordinator.page.get_by_role("button", name="English").click()

    expect(coordinator.page.locator("html")).to_have_attribute("lang", "en")
    expect(coordinator.page.locator("#fit")).to_have_value("77")


def test_a_page_that_cannot_keep_it_asks_first(portal: Portal, browser: Browser) -> None:
    somebody = person(portal, browser, "demande", width=PHONE)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    somebody.page.on("dialog", stay)
    somebody.open("/connexion")
    somebody.page.locator("#email").fill("quelqu.un@essai.example")

    somebody.page.get_by_role("button", name="English").click()

    assert len(asked) == 1
    expect(somebody.page.locator("#email")).to_have_value("quelqu.un@essai.example")
    somebody.page.locator("#email").fill("")
    somebody.page.get_by_role("button", name="English").click()
    expect(somebody.page.locator("html")).to_have_attribute("lang", "en")
    assert len(asked) == 1


def test_a_translator_adds_a_language(portal: Portal, browser: Browser) -> None:
    data = portal.app.extensions["settings"].data_dir
    (data / "translations").mkdir(parents=True)
    (data / "translations" / "uk.po").write_text('msgid "Proposer un don"\nmsgstr "Запропонувати річ"\n')
    languages.init_app(portal.app, data)  # the portal is started again
    reader = person(portal, browser, "ukrainien", width=PHONE)
    reader.open("/")

    reader.page.get_by_role("button", name="Українська").click()

    expect(reader.page.locator("html")).to_have_attribute("lang", "uk")
    assert reader.sees("e-mails que vous recevrez")
    reader.look("accueil")
    reader.page.get_by_role("main").get_by_role("link", name="Запропонувати річ").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Запропонувати річ")
    reader.page.get_by_role("button", name="Français").click()
    expect(reader.page.get_by_role("heading", level=1)).to_have_text("Proposer un don")
