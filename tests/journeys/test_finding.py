"""The telephone rings: a coordinator finds the caller from whatever page is open, by keyboard alone."""

import pytest
from playwright.sync_api import Browser, expect

from app.models.states import Role
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_teaching import sign_in

pytestmark = pytest.mark.databases("sqlite")


def test_a_caller_is_found_by_keyboard(portal: Portal, browser: Browser) -> None:
    """A number with spaces, then a name without its accents, then an article with a slip: results come letter by letter."""
    build = Builder(portal.app, portal.clock)
    donor = build.donor(name="Jean-François Exemple", phone="06 00 00 00 83")
    build.offered_item(build.offer(donor, reference="DAAA", commune="Vienne"), item="refrigerateur")
    build.offered_item(build.offer(reference="DBBB"), item="chaise")
    coordinator = person(portal, browser, "chercher", width=DESKTOP)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR))
    keys, found = coordinator.page.keyboard, coordinator.page.locator("#trouve")

    coordinator.open("/coordination/offres")
    keys.press("/")
    keys.type("06 00 00 00 83")
    keys.press("Enter")
    expect(found).to_contain_text("Jean-François Exemple")
    coordinator.look("numero")
    for words, there, gone in (
        ("jean francois", "DAAA", "DBBB"),
        ("chaize", "DBBB", "DAAA"),
        ("frijo vienne", "DAAA", "DBBB"),
        ("rien de tel", "Rien trouvé", "DAAA"),
    ):
        keys.press("Escape")
        coordinator.page.locator("h1").click()
        keys.press("/")
        keys.type(words)
        expect(found).to_contain_text(there)
        expect(found).not_to_contain_text(gone)
    coordinator.look("rien")
    assert coordinator.page.url.endswith("q=rien+de+tel") or coordinator.page.url.endswith(
        "q=rien%20de%20tel"
    )


@pytest.mark.parametrize("script", [True, False])
def test_on_a_telephone_with_and_without_javascript(portal: Portal, browser: Browser, script: bool) -> None:
    build = Builder(portal.app, portal.clock)
    build.offered_item(
        build.offer(build.donor(name="Łukasz Exemple", phone="06 00 00 00 83"), reference="DAAA")
    )
    coordinator = person(portal, browser, f"chercher-{script}", width=PHONE, script=script)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR))

    coordinator.open("/coordination")
    coordinator.page.get_by_label("Nom, téléphone").fill("lukasz")
    coordinator.page.get_by_role("button", name="Chercher").click()

    assert coordinator.sees("Łukasz Exemple")
    coordinator.look("nom")
    coordinator.page.get_by_role("link", name="DAAA").first.click()
    assert coordinator.sees("DAAA")
