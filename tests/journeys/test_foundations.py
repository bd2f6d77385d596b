"""The frame that every page stands in, in a real browser."""

import pytest
from playwright.sync_api import Browser, ViewportSize, expect

from tests.journeys.conftest import DESKTOP, PHONE, Portal, person

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize("width", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_page_that_does_not_exist_says_so_and_leads_back(
    portal: Portal, browser: Browser, width: ViewportSize
) -> None:
    visitor = person(portal, browser, f"visiteur-{width['width']}", width=width)

    visitor.open("/nulle-part")
    assert visitor.sees("Cette page n'existe pas")
    visitor.look("introuvable")
    visitor.page.get_by_role("link", name="Revenir à l").click()

    expect(visitor.page).to_have_url(portal.url + "/")
    visitor.look("accueil")
    assert portal.strangers() == []


def test_the_keyboard_reaches_the_content_first(portal: Portal, browser: Browser) -> None:
    visitor = person(portal, browser, "clavier", width=DESKTOP)
    visitor.open("/")

    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    visitor.page.keyboard.press("Enter")

    assert visitor.page.evaluate("location.hash") == "#contenu"


def test_the_front_page_weighs_less_than_100_kilobytes(portal: Portal, browser: Browser) -> None:
    visitor = person(portal, browser, "balance", width=PHONE)
    weights: list[int] = []
    visitor.page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))

    visitor.open("/")
    visitor.page.wait_for_load_state("networkidle")

    assert len(weights) >= 4
    assert sum(weights) < 100_000
