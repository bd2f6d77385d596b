"""The help says what the pages say: each name that it quotes stands on the page that it is about, and its pictures are there.

With `--rewrite-expected` the pictures are taken anew, of the sample portal: look at them before they are committed.
"""

import io
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from PIL import Image
from playwright.sync_api import Browser, Page
from sqlmodel import col, select
from werkzeug.exceptions import HTTPException

from app import guides, sample
from app.db import session, transaction
from app.guides import GUIDES, Chapter, Step
from app.matches.planning import plan_now
from app.models import OutboxMessage
from app.web.hints import HINTS
from app.web.languages import FOLDER
from notifications.models import JobRun, Outcome
from tests.conftest import FrozenClock, SignIn
from tests.journeys.conftest import Portal, person
from tests.reading import plain
from tests.world import ADMINISTRATOR, COORDINATOR, MEMBER, VISITOR, make

pytestmark = pytest.mark.databases("sqlite")
TEMPLATES = Path(guides.__file__).parent / "templates"
PICTURES = Path(guides.__file__).parent / "static" / "help"
READERS = {
    "donner": (VISITOR, ""),
    "comite": (MEMBER, "givors@portail.example"),
    "coordination": (COORDINATOR, "coordination@portail.example"),
    "administration": (ADMINISTRATOR, "admin@portail.example"),
}
"""Who reads each guide: in the small world, and in the sample."""
MOST_BYTES, MOST_PICTURES = 25_000, 15
TAG = re.compile("<[^>]*>")
QUOTED = re.compile("« (.+?) »")
# A browser that has no French writes days as Americans do.
FRAME = """(found, wide) => {
    for (const day of document.querySelectorAll("input[type=date]")) {
        const typed = day.value.split("-").reverse().join("/");
        day.type = "text"; day.value = typed || "jj/mm/aaaa"; }
    const height = wide ? 0.6 : found.closest("button, a") ? 0.75 : 0.25;
    found.style.outline = "3px solid #a8430c"; found.style.outlineOffset = "2px";
    scrollTo(0, found.getBoundingClientRect().top + scrollY - innerHeight * height) }"""
LETTERS = {"handovers.donor_answer": "/reponse/donateur/", "offers.track": "/offre/suivi/"}
"""Pages that only a letter leads to, and how their addresses begin."""


def steps() -> Iterator[tuple[str, Step, str]]:
    """The guide of each step, the step, and the endpoint of its page."""
    for name, guide in GUIDES.items():
        for task in guide.tasks:
            yield from ((name, step, step.at or task.at) for step in task.steps)


def pictured() -> list[tuple[str, Chapter]]:
    return [(name, task) for name, guide in GUIDES.items() for task in guide.tasks if task.shown]


def source(words: object) -> str:
    """As typed in French, outside any request."""
    return plain(str(words))


def test_each_page_shows_what_the_help_names(
    app: Flask, client: FlaskClient, clock: FrozenClock, sign_in: SignIn
) -> None:
    world = make(app, clock)
    wanted: dict[tuple[str, str], set[str]] = {}
    for name, step, at in steps():
        wanted.setdefault((name, at), set()).update(QUOTED.findall(source(step.words)))
    roads = app.url_map.bind("localhost")
    for name, (role, _email) in READERS.items():
        if role != VISITOR:
            sign_in(client, world.accounts[role])
        for path in dict.fromkeys(path for pages in world.pages.values() for path in pages):
            try:
                at = roads.match(path.partition("?")[0])[0]
            except HTTPException:
                continue
            if left := wanted.get((name, at)):
                page = client.get(path)
                assert page.status_code in {200, 403}, path
                shown = " ".join(plain(unescape(TAG.sub(" ", page.text))).split())
                wanted[name, at] = {words for words in left if words not in shown}

    assert {place: left for place, left in wanted.items() if left} == {}


def test_what_the_help_names_is_named_alike_in_english() -> None:
    with (FOLDER / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        written = [(message.id, message.string) for message in read_po(file, locale="en")]
    english = {
        (one[0] if isinstance(one, tuple) else one): str(said[0] if isinstance(said, tuple) else said)
        for one, said in written
    }
    wrong = [
        f"{label}: {english.get(label)}"
        for words in (source(step.words) for _name, step, _at in steps())
        for label in QUOTED.findall(words)
        if f"“{english.get(label)}”" not in english[words]
    ]

    assert wrong == []


def test_each_hint_is_used_and_leads_to_a_section_of_the_help() -> None:
    sources = "".join(each.read_text() for each in TEMPLATES.rglob("*.html"))
    used = set(re.findall(r'\babout=(?:"" if for_donor else )?"(\w+)"|what_to_put\("(\w+)"', sources))

    assert {"".join(each) for each in used} == set(HINTS)
    sections = {(name, task.anchor) for name, guide in GUIDES.items() for task in guide.tasks}
    assert {(hint.guide, hint.task) for hint in HINTS.values()} <= sections


def test_pictures_are_there_light_and_few() -> None:
    wanted = {task.file(name).removeprefix("help/"): task.size for name, task in pictured()}

    assert {file.name for file in PICTURES.iterdir()} == set(wanted)
    assert len(wanted) <= MOST_PICTURES
    for file, size in wanted.items():
        with Image.open(PICTURES / file) as image:
            assert image.size == size, file
        assert (PICTURES / file).stat().st_size <= MOST_BYTES, file


@pytest.mark.skipif("not config.getoption('--rewrite-expected')", reason="pictures are taken on demand")
def test_pictures_are_taken(portal: Portal, browser: Browser) -> None:
    with portal.app.app_context():
        past = sample.SixMonths(portal.app.extensions["desk"])
        with transaction() as work:
            sample.load(work, portal.clock(), hash_password(sample.SAMPLE_PASSWORD), past)
            work.add(
                JobRun(name="tick", started_at=portal.clock(), finished_at=portal.clock(), outcome=Outcome.OK)
            )
        plan_now(portal.clock())
    PICTURES.mkdir(exist_ok=True)
    for file in PICTURES.iterdir():
        file.unlink()
    for name, (_role, email) in READERS.items():
        for wide in (False, True):
            tasks = [task for guide, task in pictured() if guide == name and task.wide == wide]
            if not tasks:
                continue
            width, height = tasks[0].size
            somebody = person(portal, browser, name, width={"width": width, "height": height})
            if email:
                somebody.open("/connexion")
                somebody.page.locator("#email").fill(email)
                somebody.page.locator("#password").fill(sample.SAMPLE_PASSWORD)
                somebody.page.keyboard.press("Enter")
                somebody.page.wait_for_url(lambda url: "connexion" not in url)
            for task in tasks:
                for path in addresses(portal, task):
                    somebody.open(path)
                    if photograph(somebody.page, task, name):
                        break


def addresses(portal: Portal, task: Chapter) -> list[str]:
    """Where the sample may show this."""
    with portal.app.test_request_context():
        if begins := LETTERS.get(task.at):
            told = session().exec(
                select(OutboxMessage.body_text)
                .where(col(OutboxMessage.body_text).contains(begins))
                .order_by(col(OutboxMessage.id).desc())
            )
            return [found for text in told for found in re.findall(rf"{begins}[^\s/)]+", text)]
        values = {"slug": "secours-populaire-givors"} if task.at == "committees.edit" else {}
        return [portal.app.url_for(task.at, _external=False, **values)]


def photograph(page: Page, task: Chapter, guide: str) -> bool:
    """The part of the page where the first thing is that the help names, that thing framed. False where it is not there."""
    for step in task.steps:
        for label in QUOTED.findall(source(step.words)) if not step.at else ():
            words = re.compile(re.escape(label).replace("'", "['’]").replace(r"\ ", r"\s"))
            found = page.locator("main").get_by_text(words).locator("visible=true").first
            if not found.count():
                if task.at in LETTERS:
                    return False  # another letter may lead to it
                continue
            found.evaluate(FRAME, task.wide)
            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            for quality in (60, 45, 30):
                picture.save(PICTURES.parent / task.file(guide), quality=quality, method=6)
                if (PICTURES.parent / task.file(guide)).stat().st_size <= MOST_BYTES:
                    return True
    return False
