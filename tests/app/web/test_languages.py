"""A translator who does not program adds a language: a file of sentences, found at the next start, on every page."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from app import create_app
from app.models import OutboxMessage, PhoneCall
from app.web.languages import FOLDER
from config import Settings, SettingsError
from tests.app.offers.steps import rows
from tests.app.test_english import said
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.world import ADMINISTRATOR, COORDINATOR, MEMBER, VISITOR, make

pytestmark = pytest.mark.databases("sqlite")
HEBREW, PERSIAN = "he", "fa"
"""One each, for words are kept by the language they are in."""
ENGLISH = FOLDER / "en" / "LC_MESSAGES" / "messages.po"
OTHERS = re.compile("/courriels")
"""Letters are in whole languages."""
VALUE = re.compile(r"%(?:\(\w+\)[sd]|%)|<[^>]*>|&\w+;")
SENTENCE = re.compile(r"\w+(?:\W+\w+){3}")


def pretended(words: str) -> str:
    """Longer, between marks, in letters that are read from right to left; values and tags stay."""
    kept = VALUE.findall(words)
    parts = VALUE.split(words)
    turned = [re.sub(r"\w", "ש", part) for part in parts]
    return "⟦" + "".join(map("".join, zip(turned, [*kept, ""], strict=True))) + "⟧"


def sentences() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def written(folder: Path, name: str, catalog: Catalog) -> None:
    (folder / "translations").mkdir(parents=True, exist_ok=True)
    file = BytesIO()
    write_po(file, catalog, omit_header=True)
    (folder / "translations" / name).write_bytes(file.getvalue())


def a_pretended_language() -> Catalog:
    catalog = Catalog(locale=HEBREW)
    for message in sentences():
        if message.pluralizable:
            catalog.add(message.id, [pretended(message.id[1])] * catalog.num_plurals)
        elif message.id and isinstance(message.id, str):
            catalog.add(message.id, pretended(message.id))
    return catalog


def test_every_page_is_read_in_a_language_that_was_added(
    settings: Settings, clock: FrozenClock, sign_in: SignIn
) -> None:
    written(settings.data_dir, f"{HEBREW}.po", a_pretended_language())
    portal = create_app(settings, clock)
    portal.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    world = make(portal, clock)
    french = {
        message.id
        for message in sentences()
        if isinstance(message.id, str) and SENTENCE.search(message.id) and not VALUE.search(message.id)
    }
    # Letters, and what is told by telephone, are in the language of whom they are for.
    told = " ".join(
        [
            *(each.subject for each in rows(portal, OutboxMessage)),
            *(each.said for each in rows(portal, PhoneCall)),
        ]
    )
    french = {words for words in french if words not in told}
    assert len(french) > 500

    found: dict[str, set[str]] = {}
    for role in (VISITOR, MEMBER, COORDINATOR, ADMINISTRATOR):
        client = portal.test_client()
        if role != VISITOR:
            sign_in(client, world.accounts[role])
        client.post("/langue", data={"language": HEBREW, "back": "/"})
        for path in world.pages[role]:
            page = client.get(path)
            if page.status_code != 200 or page.mimetype != "text/html" or OTHERS.search(path):
                continue
            assert f'<html lang="{HEBREW}" dir="rtl"' in page.text[:60], path
            shown = " ".join(said(page.text).replace("’", "'").replace("\u00a0", " ").split())
            if left := {words for words in french if words in shown}:
                found[path] = left

    assert found == {}


def test_what_a_language_lacks_is_read_in_french(settings: Settings, clock: FrozenClock) -> None:
    started = Catalog(locale=PERSIAN)
    started.add("Proposer un don", "اهدای وسیله")
    started.add("%(quantity)s en tout", "در کل %(qantity)s")
    written(settings.data_dir, f"{PERSIAN}.po", started)
    portal = create_app(settings, clock)
    client = portal.test_client()
    assert 'lang="fa"' in client.get("/").text, "offered under its own name"
    assert '<html lang="fr"' in client.get("/", headers={"Accept-Language": "fa"}).text, "chosen by hand only"

    page = client.get("/?lire_en=fa")

    assert "اهدای وسیله" in page.text
    assert "Ce qui manque le plus" in page.text
    assert "e-mails que vous recevrez" in page.text, "and is told so"
    assert "X-Robots-Tag" in page.headers, "search engines are not shown half a translation"
    build = Builder(portal, clock)
    build.need(item="chaise", quantity=4)
    assert client.get("/").status_code == 200, "a misspelt value is passed over"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("klingonais.po", b"", "n'est le code d'aucune langue"),
        ("uk_UA.po", b"", "n'est le code d'aucune langue"),
        ("uk.po", 'msgid "Proposer un don"\nmsgstr "\xff\xfe"'.encode("latin-1"), "ne se lit pas"),
    ],
)
def test_what_is_no_language_is_said_at_the_start(
    settings: Settings, clock: FrozenClock, name: str, content: bytes, sentence: str
) -> None:
    folder = settings.data_dir / "translations"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)

    with pytest.raises(SettingsError, match=sentence):
        create_app(settings, clock)
