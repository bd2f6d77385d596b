"""What every page of the world looks like in English: its own words are English, and set as English is."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import OutboxMessage, PhoneCall
from tests.app.offers.steps import rows
from tests.conftest import FrozenClock, SignIn
from tests.world import ADMINISTRATOR, COORDINATOR, MEMBER, VISITOR, make

pytestmark = pytest.mark.databases("sqlite")
FRENCH_SPACING = re.compile(r".{0,40}(?:\w[ \u00a0\u202f][:;!?]|[«»]).{0,40}")


def said(page: str) -> str:
    """The words of a page, without what people typed and what is said to be French: the names of laws."""
    page = re.sub(r'<(\w+)[^>]*\blang="fr"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    page = re.sub(
        r'<(script|style|textarea)\b.*?</\1>|<(\w+)[^>]*class="[^"]*as-typed[^"]*".*?</\2>',
        "",
        page,
        flags=re.DOTALL,
    )
    return unescape(re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize("role", [VISITOR, MEMBER, COORDINATOR, ADMINISTRATOR])
def test_no_page_sets_english_as_french_is_set(
    app: Flask, client: FlaskClient, clock: FrozenClock, sign_in: SignIn, role: str
) -> None:
    world = make(app, clock)
    if role != VISITOR:
        sign_in(client, world.accounts[role])
    client.post("/langue", data={"language": "en", "back": "/"})

    # Letters, of which some pages are full, and what is told by telephone, are in the language of whom they are for.
    letters = [letter.subject for letter in rows(app, OutboxMessage)]
    told = sorted({*letters, *(call.said for call in rows(app, PhoneCall))}, key=len, reverse=True)
    found = {}
    for path in world.pages[role]:
        page = client.get(path)
        if page.status_code != 200 or "/courriels" in path:
            continue
        assert '<html lang="en"' in page.text[:60], path
        shown = said(page.text)
        for words in told:
            shown = shown.replace(words, "")
        wrong = FRENCH_SPACING.findall(shown)
        if wrong:
            found[path] = wrong[:3]

    assert found == {}
