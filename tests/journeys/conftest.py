"""A portal on a real port, a real mail server, a real browser, and a clock that the test moves.

With `--screenshots` pictures are left under `build/journeys/` for a person to look at.
"""

import io
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, ViewportSize, expect, sync_playwright
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from app.db import db
from app.solving.solver import Solver
from config import Settings
from tests.conftest import PATIENCE, FrozenClock
from tests.lending import lent
from tests.ports import reserved_port

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SHOTS = Path(__file__).parents[2] / "build" / "journeys"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None
)
VIOLATIONS = (
    "axe.run(document, {resultTypes: ['violations'], preload: false}).then((found) => found.violations)"
)
"""Nothing is loaded again for it: only rules about sounds and about the phone's turning would read that."""
NARROW: ViewportSize = {"width": 180, "height": 400}
"""A phone whose owner reads at twice the size."""
PHONE: ViewportSize = {"width": 360, "height": 740}
TABLET: ViewportSize = {"width": 768, "height": 1024}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests say so where no browser is installed."""
    for item in items:
        if "browser" not in getattr(item, "fixturenames", ()):
            continue
        item.add_marker(pytest.mark.browser)
        if CHROMIUM is None:
            item.add_marker(
                pytest.mark.skip(reason="no chromium is installed: apt install chromium-headless-shell")
            )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Postman:
    """Keeps what the mail server was given, parsed with the standard library."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        letter = message_from_bytes(envelope.content, policy=policy.default)
        letter["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.letters.append(letter)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["X-Envelope-To"] == address]


def words(letter: EmailMessage) -> str:
    """The text part of a letter."""
    part = letter.get_body(("plain",))
    return part.get_content() if part is not None else ""


def link(letter: EmailMessage) -> str:
    """The first address in a letter: its one action."""
    found = re.search(r"https?://\S+", words(letter))
    if found is None:
        raise AssertionError(f"no link in: {words(letter)}")
    return found.group().rstrip(").,")


@pytest.fixture(scope="session")
def port() -> Iterator[int]:
    with reserved_port() as number:
        yield number


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Controller]:
    with reserved_port() as number:
        controller = Controller(Postman(), hostname="127.0.0.1", port=number, ready_timeout=PATIENCE)
        controller.start()
        try:
            yield controller
        finally:
            controller.stop()


@dataclass
class Portal:
    """The portal under way: its application, address, clock and letters."""

    app: Flask
    url: str
    clock: FrozenClock
    post: Postman
    pictures: bool
    contexts: list[BrowserContext] = field(default_factory=list)
    """The browsers that look at it, closed before it is."""
    asked: list[str] = field(default_factory=list)
    """Addresses that browsers asked for, to show that no third party is among them."""

    @property
    def on_sqlite(self) -> bool:
        return str(self.app.extensions["settings"].database_url).startswith("sqlite")

    def strangers(self) -> list[str]:
        return [address for address in self.asked if not address.startswith((self.url, "data:", "blob:"))]


class Handler(WSGIRequestHandler):
    """Lets go of a browser that keeps its connection open and asks nothing for so many seconds."""

    timeout = 5


@pytest.fixture
def portal(
    database_url: str,
    tmp_path: Path,
    clock: FrozenClock,
    mail_server: Controller,
    port: int,
    what_if: Solver,
    request: pytest.FixtureRequest,
) -> Iterator[Portal]:
    """An empty portal served on loopback. Forms are protected as in production (CSRF on)."""
    settings = Settings.from_environ(
        {
            "DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": database_url,
            "PORT": str(port),
            "PORTAIL_SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop",
            "PORTAIL_MAIL_SERVER": "127.0.0.1",
            "PORTAIL_MAIL_PORT": str(mail_server.port),
            "PORTAIL_MAIL_SECURITY": "none",
            "PORTAIL_UNDO_SECONDS": "60",
        }
    )
    post = Postman()
    mail_server.handler = post
    with lent(settings, clock) as app:
        app.config.update(RATELIMIT_ENABLED=False, TESTING=True)
        app.extensions["what_if"] = what_if
        served = Portal(
            app, f"http://127.0.0.1:{port}", clock, post, request.config.getoption("--screenshots")
        )
        with listening(app, port):
            try:
                yield served
            finally:
                for context in served.contexts:
                    context.close()
        with app.app_context():
            assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def whole(app: Flask) -> "WSGIApplication":
    """That application with each answer read and closed before it is sent.

    The server does not close an answer whose reader hangs up on it: a page left while its photos come would leave their
    files open, and the next collection of garbage says so in the middle of another test.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        parts, status, headers = run_wsgi_app(app, environ, buffered=True)
        start_response(status, headers.to_wsgi_list())
        return list(parts)

    return answer


@contextmanager
def listening(app: Flask, port: int) -> Iterator[None]:
    server = make_server("127.0.0.1", port, whole(app), threaded=True, request_handler=Handler)
    assert isinstance(server, ThreadedWSGIServer)
    # Otherwise closing it leaves requests under way behind, with their connections to the database.
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


HARMLESS = ("the server responded with a status of 4", "htmx:afterRequest", "htmx:send")
"""What the console calls an error and is none of the page's: a refused form; a suggestion whose page was left before it came."""


class Person:
    """Somebody at a browser of their own. `name` is used for the screenshots."""

    def __init__(self, portal: Portal, context: BrowserContext, name: str, *, script: bool) -> None:
        self.portal, self.context, self.name, self.script = portal, context, name, script
        self.page: Page = context.new_page()
        self.page.on("request", self._note)
        self.problems: list[str] = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", self._hear)
        self._count = 0

    def _note(self, request: Request) -> None:
        self.portal.asked.append(request.url)

    def _hear(self, message: Any) -> None:
        if message.type == "error" and not any(harmless in message.text for harmless in HARMLESS):
            self.problems.append(message.text)

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else self.portal.url + path)

    def sees(self, text: str) -> bool:
        """Whether the page says so, or comes to: a click returns before the whole of the page that answers has come."""
        try:
            expect(self.page.locator("body")).to_contain_text(typed(text), use_inner_text=True)
        except AssertionError:
            return False
        return True

    def look(self, title: str) -> None:
        """Hold the page against axe, its own errors and the screen's width; leave its picture where that is asked for.

        Without JavaScript nothing can be asked of the page but its picture. What axe says of a page does not depend on
        the database behind it: it is asked once.
        """
        self._count += 1
        if self.portal.pictures:
            SHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SHOTS / f"{self.name}-{self._count:02d}-{title}.png", full_page=True)
        if not self.script:
            return
        self.page.wait_for_load_state()  # a page that has only begun to come has nothing to look at
        if self.portal.on_sqlite:
            self.page.evaluate(f"{Axe().axe_script}; null")
            violations = AxeResults({"violations": self.page.evaluate(VIOLATIONS)})
            assert violations.violations_count == 0, violations.generate_report()
        self._fits(title)
        assert self.problems == []

    def dark(self, dark: bool) -> None:
        """Look at what follows in the dark, or by day."""
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")

    def look_narrow(self, title: str) -> None:
        """The page that was looked at, on a screen of half the width."""
        usual = self.page.viewport_size or PHONE
        self.page.set_viewport_size(NARROW)
        if self.portal.pictures:
            self.page.screenshot(
                path=SHOTS / f"{self.name}-{self._count:02d}-{title}-narrow.png", full_page=True
            )
        try:
            self._fits(title)
        finally:
            self.page.set_viewport_size(usual)

    def _fits(self, title: str) -> None:
        width, seen = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= seen, f"{title} scrolls sideways: {width} px on a screen of {seen}"


def typed(text: str) -> re.Pattern[str]:
    """That text as a page sets it: with curly apostrophes and spaces that do not break."""
    return re.compile(re.escape(text).replace("'", "['’]").replace(r"\ ", "[ \u00a0\u202f]"))


def person(
    portal: Portal,
    browser: Browser,
    name: str,
    *,
    width: ViewportSize,
    script: bool = True,
    language: str = "fr-FR",
) -> Person:
    """A new person with a screen of that size, with or without JavaScript."""
    context = browser.new_context(
        viewport=width, java_script_enabled=script, locale=language, timezone_id="Europe/Paris"
    )
    portal.contexts.append(context)
    context.set_default_timeout(PATIENCE * 1000)
    return Person(portal, context, name, script=script)


def picture() -> dict[str, object]:
    """A photo, as `set_input_files` takes it."""
    content = io.BytesIO()
    Image.new("RGB", (1200, 900), "#88aacc").save(content, "JPEG")
    return {"name": "machine.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}
