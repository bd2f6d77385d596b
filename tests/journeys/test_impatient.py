"""An impatient donor: double click, reload, back button, a cookie that went away. One gift, and nothing typed twice."""

import re

import pytest
from playwright.sync_api import APIResponse, Browser, Route, expect
from sqlmodel import func, select

from app.db import session
from app.models import Offer
from tests.journeys.conftest import PHONE, Person, Portal, person, picture

pytestmark = pytest.mark.databases("sqlite")


def offers(portal: Portal) -> int:
    with portal.app.app_context():
        return session().exec(select(func.count()).select_from(Offer)).one()


def fills_in(donor: Person) -> None:
    donor.open("/offrir")
    donor.page.locator("input[name$=-what]").fill("lave-linge")
    donor.page.keyboard.press("Tab")  # past the suggestions, which may come late and lie over what is below
    donor.page.get_by_label("Bon état", exact=False).last.check()
    donor.page.get_by_label("Code postal").fill("69001")
    donor.page.get_by_label("Votre nom").fill("O'Neill-Ñandú (exemple)")
    donor.page.get_by_label("Votre adresse e-mail").fill("donatrice@don.example")


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_one_gift_whatever_is_clicked_twice(portal: Portal, browser: Browser, script: bool) -> None:
    donor = person(portal, browser, f"impatiente-{script}", width=PHONE, script=script)
    fills_in(donor)
    donor.page.get_by_role("button", name="Vérifier avant d").last.click()
    donor.page.get_by_role("button", name="Proposer ce don").dblclick()
    # Without JavaScript the second click abandons what the first asked for: no single navigation can be waited for.
    expect(donor.page).to_have_url(re.compile("/offrir/."))
    assert offers(portal) == 1

    donor.page.reload()
    donor.page.go_back()
    again = donor.page.get_by_role("button", name="Proposer ce don")
    assert again.is_visible(), "the summary is still there, not a page of the browser's own"
    again.click()
    donor.page.wait_for_url("**/offrir/*")

    assert offers(portal) == 1


def test_the_back_button_finds_what_was_typed(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "retour", width=PHONE)
    fills_in(donor)
    donor.page.get_by_role("button", name="Vérifier avant d").last.click()
    donor.page.get_by_role("button", name="Proposer ce don").wait_for()

    donor.page.go_back()

    assert donor.page.get_by_label("Votre nom").input_value() == "O'Neill-Ñandú (exemple)"
    assert donor.page.get_by_label("Code postal").input_value() == "69001"


def test_a_cookie_that_went_away_costs_one_more_click(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "sans-temoin", width=PHONE)
    fills_in(donor)
    donor.context.clear_cookies()
    donor.page.get_by_role("button", name="Vérifier avant d").last.click()
    assert donor.sees("Cette page est restée ouverte trop longtemps")

    donor.page.get_by_role("button", name="Vérifier avant d").last.click()
    donor.page.get_by_role("button", name="Proposer ce don").click()
    donor.page.wait_for_url("**/offrir/*")

    assert offers(portal) == 1


def test_a_photo_still_on_its_way_is_waited_for_not_sent_twice(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "photo", width=PHONE)
    fills_in(donor)
    on_their_way: list[tuple[Route, APIResponse]] = []
    address = donor.page.locator("[data-photos]").get_attribute("data-upload")
    donor.page.route(f"**{address}", lambda route: on_their_way.append((route, route.fetch())))
    with donor.page.expect_request(f"**{address}"):
        donor.page.locator("input[type=file]").set_input_files(picture())  # type: ignore[arg-type]

    while not on_their_way:
        donor.page.title()  # lets the browser tell what happened meanwhile
    donor.page.get_by_role("button", name="Ajouter un autre article").click(no_wait_after=True)
    route, response = on_their_way.pop()
    route.fulfill(response=response)
    donor.page.locator("[data-article]").nth(1).wait_for()

    expect(donor.page.locator(".photo-list img")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False], ids=["with-javascript", "without-javascript"])
def test_one_more_article_is_where_the_eye_and_the_keys_are(
    portal: Portal, browser: Browser, script: bool
) -> None:
    donor = person(portal, browser, f"encore-{script}", width=PHONE, script=script)
    fills_in(donor)

    donor.page.get_by_role("button", name="Ajouter un autre article").click()

    added = donor.page.locator("#articles-1-what")
    expect(added).to_be_focused()
    expect(added).to_be_in_viewport()
    expect(donor.page.locator("#articles-0-what")).to_have_value("lave-linge")
