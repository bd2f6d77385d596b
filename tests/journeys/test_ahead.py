"""« Et si l'on attendait ce qui vient d'habitude ? »: tried, adopted; the plan holds back, the pages say why, and after the limit it is proposed."""

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from app.models.states import Role
from tests.app.matches.planned import FAR, usual_past
from tests.builders import Builder
from tests.journeys.conftest import DESKTOP, PHONE, Portal, person
from tests.journeys.test_teaching import plan, sign_in

pytestmark = pytest.mark.databases("sqlite")

WAITS = "le don attend, 2 jours au plus : d'habitude, une offre ou une demande qui convient mieux arrive vite"


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_somebody_nearby_usually_asks_for_is_held_back_and_proposed_after_the_limit(
    portal: Portal, browser: Browser, size: ViewportSize
) -> None:
    build = Builder(portal.app, portal.clock)
    usual_past(build, portal.clock(), 20)
    build.need(build.committee(name="Comité lointain", **FAR))
    item = build.offered_item()
    coordinator = person(portal, browser, f"attendre-{size['width']}", width=size)
    sign_in(portal, coordinator, build.account(Role.COORDINATOR, name="Coordinatrice Exemple"))

    coordinator.open("/coordination/reglages")
    coordinator.page.get_by_text("Réglages fins").click()
    coordinator.page.get_by_role("spinbutton", name="Attendre ce qui vient d’habitude").fill("2")
    effect = coordinator.page.locator("#effet")
    expect(effect).to_contain_text("1 pièce de moins serait placée.")
    expect(effect).to_contain_text("Ce qui attend mieux est proposé au plus tard 2 jours après l’offre.")
    coordinator.look("essai")
    coordinator.page.get_by_role("link", name="Adopter ces réglages…").click()
    assert coordinator.sees("Attendre ce qui vient d'habitude, en jours : 0 devient 2")
    coordinator.page.get_by_role("button", name="Adopter ces réglages").click()
    assert coordinator.sees("Réglages adoptés")

    plan(portal)
    coordinator.open("/coordination")
    assert coordinator.sees(WAITS)
    coordinator.look("tableau")
    coordinator.open(f"/coordination/offres/{item.offer_id}")
    coordinator.page.get_by_text("Pourquoi personne ne l’a encore ?").click()
    assert coordinator.sees(WAITS)
    coordinator.look("offre")

    portal.clock.advance(days=2)
    plan(portal)
    coordinator.open("/coordination")
    assert coordinator.sees("Comité lointain")
    expect(coordinator.page.locator("body")).not_to_contain_text("le don attend")
    coordinator.look("propose")
