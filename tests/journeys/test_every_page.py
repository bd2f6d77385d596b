"""Every page that a role can open: nothing for axe to say, nothing wider than a phone or half of one, no stranger asked, no error.

Every other page is looked at in the dark: pages are made of the same parts, and contrast is half of what axe takes.
"""

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser

from tests.journeys.conftest import PHONE, Person, Portal, person
from tests.world import ADMINISTRATOR, COORDINATOR, MEMBER, VISITOR, make

pytestmark = pytest.mark.databases("sqlite")


def enter(portal: Portal, somebody: Person, uniquifier: str) -> None:
    """Signed in, the way Flask-Login remembers it."""
    signer = SecureCookieSessionInterface().get_signing_serializer(portal.app)
    assert signer is not None
    value = signer.dumps({"_user_id": uniquifier, "_fresh": True, "fs_cc": "set"})
    somebody.context.add_cookies([{"name": "session", "value": str(value), "url": portal.url}])


@pytest.mark.parametrize("role", [VISITOR, MEMBER, COORDINATOR, ADMINISTRATOR])
def test_every_page_is_for_everybody(portal: Portal, browser: Browser, role: str) -> None:
    world = make(portal.app, portal.clock)
    somebody = person(portal, browser, f"pages-{role}", width=PHONE)
    if role != VISITOR:
        enter(portal, somebody, world.accounts[role].fs_uniquifier)
    wrong = []
    for number, path in enumerate(world.pages[role]):
        somebody.dark(number % 2 == 1)
        somebody.open(path)
        try:
            title = path.strip("/").replace("/", "-")[:40] or "accueil"
            somebody.look(title)
            somebody.look_narrow(title)
        except AssertionError as error:
            wrong.append(f"{path}: {error}")
            somebody.problems.clear()
    assert wrong == []
    assert portal.strangers() == []
