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


@pytest.mark.parametrize("script", [True, False])
def test_a_list_is_ordered_kept_and_acted_on_together(portal: Portal, browser: Browser, script: bool) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(name="Comité de Vienne")
    for quantity in (2, 3, 4):
        build.need(committee, quantity=quantity)
    build.need(quantity=9)
    width = DESKTOP if script else PHONE
    coordinator = person(portal, browser, f"listes-{script}", width=width, script=script)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR))
    page = coordinator.page

    coordinator.open("/coordination/besoins")
    expect(page.get_by_label("Ordre")).to_be_visible(visible=script)
    if not script:
        page.get_by_text("Filtrer et trier").click()
    page.locator("main").get_by_label("Chercher").fill("vienne")
    page.get_by_label("Ordre").select_option("Les plus récents d’abord")
    page.get_by_role("button", name="Filtrer", exact=True).click()
    page.get_by_text("Enregistrer cette vue").click()
    page.get_by_label("Nom de la vue").fill("Vienne")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert coordinator.sees("La vue « Vienne » est enregistrée.")
    coordinator.look("vue")
    if script:
        page.get_by_label("Tout cocher").check()
        expect(page.locator("[data-ticked]")).to_have_text("(3)")
        page.get_by_label("Cocher 4 × Lave-linge").uncheck()
    else:
        page.get_by_label("Cocher 2 × Lave-linge").check()
        page.get_by_label("Cocher 3 × Lave-linge").check()
    coordinator.look("coche")
    page.get_by_role("button", name="Mettre en pause").click()

    assert coordinator.sees("2 besoins sont en pause.")
    expect(page.get_by_label("Cocher 4 × Lave-linge")).to_be_visible()
    expect(page.get_by_label("Cocher 3 × Lave-linge")).to_have_count(0)
    coordinator.look("fait")
