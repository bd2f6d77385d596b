"""Nothing typed is lost: not by a closed tab, another device, or a line that is cut while photos are sent."""

import io
import re
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect
from sqlmodel import select

from app.db import session
from app.jobs import send_mail
from app.models import Photo
from tests.journeys.conftest import PHONE, Person, Portal, link, person

pytestmark = pytest.mark.databases("sqlite")
UPLOAD = "**/offrir/photos"


def large(number: int) -> Any:
    """A photo that a telephone makes, larger than what is kept of it."""
    content = io.BytesIO()
    Image.new("RGB", (4000, 3000), (40 * number, 90, 120)).save(content, "JPEG")
    return {"name": f"chaise-{number}.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def kept(portal: Portal) -> list[int]:
    with portal.app.app_context():
        return list(session().exec(select(Photo.width)))


def types(donor: Person) -> None:
    page = donor.page
    page.locator("#articles-0-what").fill("lot de 4 chaises")
    page.get_by_role("button", name="Ajouter un autre article").click()
    page.locator("#articles-1-what").fill("lampe")
    page.get_by_label("Code postal").fill("69001")
    page.get_by_label("Votre nom").fill("Jeanne Exemple")
    expect(page.locator("#articles-1-understood")).to_contain_text("Lampe")


def stands(donor: Person) -> None:
    """All that was typed is in the form."""
    page = donor.page
    expect(page.locator("#articles-1-what")).to_have_value("lampe")
    expect(page.locator("#articles-0-what")).to_have_value("lot de 4 chaises")
    expect(page.get_by_label("Code postal")).to_have_value("69001")
    expect(page.get_by_label("Votre nom")).to_have_value("Jeanne Exemple")


def test_five_photos_arrive_once_each_though_the_line_is_cut(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "photos", width=PHONE)
    donor.open("/offrir")
    count = 0

    def cut(route: Route) -> None:
        nonlocal count
        count += 1
        if count == 4:
            route.fetch()  # it arrives, and its sender does not hear of it
        if count > 3:
            donor.context.set_offline(True)
            route.abort("internetdisconnected")
        else:
            route.continue_()

    donor.page.route(UPLOAD, cut)

    donor.page.locator("input[type=file]").set_input_files([large(number) for number in range(1, 6)])
    assert donor.sees("La ligne a été coupée : 3 photos sur 5 sont arrivées")
    donor.problems.clear()  # the browser's own word for a line that was cut
    donor.look("coupee")
    donor.page.unroute(UPLOAD)
    donor.context.set_offline(False)

    expect(donor.page.locator(".photo-list img")).to_have_count(5)
    expect(donor.page.locator(".uploads li")).to_have_count(0)
    assert kept(portal) == [1600] * 5


def test_a_closed_tab_and_another_page_lose_nothing(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "onglet", width=PHONE)
    donor.open("/offrir")
    types(donor)
    donor.page.locator("#articles-1-photos").set_input_files(large(1))
    expect(donor.page.locator(".photo-list img")).to_have_count(1)

    donor.page.close()
    donor.page = donor.context.new_page()
    donor.problems.clear()  # what was asked of the page that was left
    donor.open("/offrir")
    assert donor.sees("Cet appareil garde un don commencé le")
    expect(donor.page.get_by_label("Votre nom")).to_have_value("")
    donor.look("propose")
    donor.page.get_by_role("button", name="Le reprendre").click()
    assert donor.sees("Nous avons repris ce que vous aviez écrit le")
    stands(donor)
    expect(donor.page.locator(".photo-list img")).to_have_count(1)
    donor.look("repris")
    donor.page.reload()
    stands(donor)

    donor.page.locator("#draft-said").get_by_role("button", name="Tout effacer").click()
    expect(donor.page.locator("#articles-0-what")).to_have_value("")
    expect(donor.page.locator("#draft-said")).to_be_hidden()
    assert kept(portal) == []
    assert (
        donor.page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('portail-don:'))")
        == []
    )


def test_a_link_by_e_mail_goes_on_elsewhere_without_javascript(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "lien", width=PHONE)
    donor.open("/offrir")
    types(donor)
    donor.page.get_by_label("Votre adresse e-mail").fill("jeanne@don.example")
    donor.page.get_by_role("button", name="Envoyez-moi le lien").click()
    assert donor.sees("Votre don commencé est gardé jusqu'au")
    donor.problems.clear()  # what was asked of the page that was left
    donor.look("garde")
    with portal.app.app_context():
        send_mail(portal.app.extensions["settings"], portal.clock, "test")
    [letter] = portal.post.to("jeanne@don.example")

    elsewhere = person(portal, browser, "ailleurs", width=PHONE, script=False)
    elsewhere.open(re.sub(r"^https?://[^/]+", "", link(letter)))

    assert elsewhere.sees("Nous avons repris ce que vous aviez écrit le")
    stands(elsewhere)


def test_a_link_opened_beside_another_version_loses_neither(portal: Portal, browser: Browser) -> None:
    donor = person(portal, browser, "deux", width=PHONE)
    donor.open("/offrir")
    types(donor)
    donor.page.get_by_label("Votre adresse e-mail").fill("jeanne@don.example")
    donor.page.get_by_role("button", name="Envoyez-moi le lien").click()
    assert donor.sees("Votre don commencé est gardé jusqu'au")
    donor.page.locator("#articles-1-note").fill("Abat-jour vert")
    with portal.app.app_context():
        send_mail(portal.app.extensions["settings"], portal.clock, "test")
    [letter] = portal.post.to("jeanne@don.example")
    donor.problems.clear()  # what was asked of the page that was left
    donor.open(re.sub(r"^https?://[^/]+", "", link(letter)))

    assert donor.sees("Cet appareil garde une autre version de ce don")
    expect(donor.page.locator("#articles-1-note")).to_have_value("")
    donor.page.locator("#articles-0-note").fill("Paille")
    donor.page.reload()
    expect(donor.page.locator("#articles-0-note")).to_have_value("Paille")
    donor.page.get_by_role("button", name="Le reprendre").click()
    expect(donor.page.locator("#articles-1-note")).to_have_value("Abat-jour vert")
    stands(donor)
