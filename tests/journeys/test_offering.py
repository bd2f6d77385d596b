"""A gift on a telephone: how few gestures it takes, of one thing and of six in one line."""

import sys
from collections.abc import Sequence

import pytest
from playwright.sync_api import Browser, Locator, expect
from sqlmodel import col, select

from app.db import session
from app.models import OfferedItem
from tests.journeys.conftest import PHONE, Person, Portal, person, typed

pytestmark = pytest.mark.databases("sqlite")


class Counted:
    """Somebody whose gestures are counted, and the screens they pass."""

    def __init__(self, somebody: Person) -> None:
        self.somebody, self.page, self.acts, self.screens = somebody, somebody.page, 0, 1

    def write(self, field: Locator, words: str) -> None:
        field.fill(words)
        self.acts += 1

    def press(self, what: Locator) -> None:
        what.click()
        self.acts += 1

    def reaches(self) -> None:
        """Where and from whom, the summary, and off it goes."""
        self.write(self.page.get_by_label("Code postal"), "69001")
        self.write(self.page.get_by_label("Votre nom"), "O'Neill-Ñandú (exemple)")
        self.write(self.page.get_by_label("Votre adresse e-mail"), "donatrice@don.example")
        self.press(self.page.get_by_role("button", name="Vérifier avant d").last)
        send = self.page.get_by_role("button", name=typed("Proposer ce"))
        send.wait_for()
        self.screens += 1
        self.somebody.look("verification")
        self.press(send)
        self.page.wait_for_url("**/offrir/*")

    def told(self, capsys: pytest.CaptureFixture[str], what: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {self.acts} interactions, {self.screens} screens: {what}\n")


def given(portal: Portal) -> Sequence[tuple[str | None, int]]:
    with portal.app.app_context():
        query = select(OfferedItem.item, OfferedItem.quantity).order_by(col(OfferedItem.position))
        return [(item, quantity) for item, quantity in session().exec(query)]


def test_one_article_takes_nine_interactions_and_two_screens_at_most(
    portal: Portal, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    donor = Counted(person(portal, browser, "un-article", width=PHONE))
    donor.somebody.open("/offrir")

    donor.write(donor.page.locator("#articles-0-what"), "lot de 4 chaises")
    expect(donor.page.get_by_label("Combien ?")).to_have_value("4")
    donor.press(donor.page.get_by_label("Bon état", exact=False).last)
    donor.reaches()

    donor.told(capsys, "one article")
    assert given(portal) == [("chaise", 4)]
    assert donor.acts <= 9
    assert donor.screens <= 2


def test_six_in_one_line_take_fourteen_interactions_at_most(
    portal: Portal, browser: Browser, capsys: pytest.CaptureFixture[str]
) -> None:
    donor = Counted(person(portal, browser, "six-articles", width=PHONE))
    donor.somebody.open("/offrir")

    donor.write(
        donor.page.locator("#articles-0-what"),
        "6 chaises, 1 table basse, 1 lampe, 2 couettes, un four et un vélo",
    )
    donor.somebody.look("une-ligne")
    donor.press(donor.page.get_by_role("button", name="En faire six articles"))
    expect(donor.page.locator("[data-article]")).to_have_count(6)
    for number in range(6):
        donor.press(
            donor.page.locator(f"#articles-{number}-condition").get_by_text(typed("Bon état"), exact=True)
        )
    donor.reaches()

    donor.told(capsys, "six articles in one line")
    things = [("chaise", 6), ("table-basse", 1), ("lampe", 1), ("couette", 2), ("four", 1), ("velo", 1)]
    assert given(portal) == things
    assert donor.acts <= 14
