"""However a donor comes to the portal, and whatever they do there next: by the keyboard alone, without JavaScript, in English."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect
from sqlmodel import col, select

from app.db import session
from app.models import Offer, OfferedItem
from app.models.states import Aside, Language
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Person, Portal, link, person
from tests.journeys.keys import Keys
from tests.journeys.test_whole_journey import send

pytestmark = pytest.mark.databases("sqlite")
HERS = "jane@essai.example"
SEND = re.compile("Offer (it|them)")


@pytest.fixture
def donor(portal: Portal, browser: Browser, build: Builder) -> Person:
    committee = build.committee(name="Comité de Givors", slug="givors", collects_km=30)
    build.need(committee, item="lave-linge", quantity=2, reason="Une famille relogée")
    return person(portal, browser, "arrivees", width=PHONE, script=False, language="en-GB")


@pytest.fixture
def build(portal: Portal) -> Builder:
    return Builder(portal.app, portal.clock)


def from_a_need(donor: Person, keys: Keys) -> None:
    donor.open("/besoins")
    keys.press(donor.page.get_by_role("link", name="Washing machine"))


def from_another_site(donor: Person, keys: Keys) -> None:
    donor.open("/offrir?article=lave-linge&comite=givors&quantite=2")


def several_in_one_line(donor: Person, keys: Keys) -> None:
    donor.open("/offrir")
    keys.write(
        donor.page.get_by_label("What are you giving?"),
        "6 chaises, 1 lampe et un vélo",
    )
    keys.press(donor.page.get_by_role("button", name="Check before sending").last)
    keys.press(donor.page.get_by_role("button", name="Make it three items"))


def is_given(donor: Person, keys: Keys, email: str = HERS, things: int = 1) -> None:
    """The state of each thing, where it is and whose; then the summary."""
    expect(donor.page.locator("[data-article]")).to_have_count(things)
    for number in range(things):
        keys.choose(
            donor.page.locator(f"#articles-{number}-condition").get_by_role(
                "radio", name="Good condition A few"
            )
        )
    keys.write(donor.page.get_by_label("Postcode"), "69520")
    keys.write(donor.page.get_by_label("Your name"), "Jane O'Neill (exemple)")
    keys.write(donor.page.get_by_label("Your e-mail address"), email)
    keys.press(donor.page.get_by_role("button", name="Check before sending").last)


@pytest.mark.parametrize(
    ("comes", "things", "wished"),
    [
        (from_a_need, [("lave-linge", 1)], True),
        (from_another_site, [("lave-linge", 2)], True),
        (several_in_one_line, [("chaise", 6), ("lampe", 1), ("velo", 1)], False),
    ],
)  # fmt: skip
def test_a_gift_is_offered_by_the_keyboard_without_javascript_in_english(
    portal: Portal,
    donor: Person,
    comes: Callable[[Person, Keys], None],
    things: list[tuple[str, int]],
    *,
    wished: bool,
) -> None:
    keys = Keys(donor.page)
    comes(donor, keys)

    is_given(donor, keys, things=len(things))
    if wished:
        assert donor.sees("Comité de Givors")
    keys.press(donor.page.get_by_role("button", name=SEND))

    assert donor.sees(HERS)
    send(portal)
    assert len(portal.post.to(HERS)) == 1
    with portal.app.app_context():
        articles = session().exec(select(OfferedItem).order_by(col(OfferedItem.position))).all()
        assert [(row.item, row.quantity) for row in articles] == things
        assert (session().exec(select(Offer)).one().wished_committee_id is not None) is wished


def test_a_wrong_address_is_put_right(portal: Portal, donor: Person) -> None:
    keys = Keys(donor.page)
    donor.open("/offrir?article=lave-linge")
    is_given(donor, keys, "jane@gmial.com")
    assert donor.sees("Did you mean gmail.com?")
    keys.write(donor.page.get_by_label("Your e-mail address"), "jame@essai.example")
    keys.press(donor.page.get_by_role("button", name="Check before sending").last)
    keys.press(donor.page.get_by_role("button", name=SEND))

    keys.press(donor.page.get_by_role("link", name="Correct the address"))
    keys.write(donor.page.get_by_label("E-mail address"), HERS)
    keys.press(donor.page.get_by_role("button", name="Use this address"))
    assert donor.sees("The address is corrected")
    send(portal)

    assert portal.post.to("jame@essai.example") == []
    donor.open(link(portal.post.to(HERS)[0]))
    keys.press(donor.page.get_by_role("button", name="Confirm"))
    assert donor.sees("Your address is confirmed")


def test_a_lost_link_is_sent_and_one_of_three_is_changed_then_withdrawn(
    portal: Portal, donor: Person, build: Builder
) -> None:
    jane = build.donor(email=HERS, confirmed_at=portal.clock(), language=Language.ENGLISH)
    offer = build.offer(jane)
    for item in ("chaise", "table", "lit-bebe"):
        build.offered_item(offer, item=item, quantity=2)
    keys = Keys(donor.page)
    donor.open("/")
    keys.press(donor.page.get_by_role("link", name="Follow my donation"))
    keys.write(donor.page.get_by_label("E-mail address"), HERS)
    keys.press(donor.page.get_by_role("button", name="Send me my links"))
    assert donor.sees("an e-mail")
    send(portal)

    donor.open(link(portal.post.to(HERS)[0]))
    chairs = donor.page.locator("section.card", has_text="Chair")
    keys.press(chairs.get_by_role("link", name="Change"))
    keys.write(donor.page.get_by_label("How many are there?"), "1")
    keys.press(donor.page.get_by_role("button", name="Save"))
    assert donor.sees("quantity")
    keys.press(chairs.get_by_role("link", name="Withdraw"))
    keys.choose(donor.page.get_by_role("radio", name="I changed my mind"))
    keys.press(donor.page.get_by_role("button", name="Remove this item"))

    assert donor.sees("The others")
    with portal.app.app_context():
        rows = session().exec(select(OfferedItem).order_by(col(OfferedItem.id))).all()
    assert [(row.aside, row.quantity) for row in rows] == [(Aside.WITHDRAWN, 1), (None, 2), (None, 2)]
