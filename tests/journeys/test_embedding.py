"""The town's site shows what a committee lacks, under a content policy of its own; no other site can."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser

from app.db import transaction
from app.models import Door
from tests.builders import Builder
from tests.journeys.conftest import PHONE, Portal, person

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def town(portal: Portal) -> Iterator[str]:
    """A site of somebody else on this machine, that allows frames of the portal and nothing else. Its address."""
    page = f'<!doctype html><html lang="fr"><title>Mairie</title><h1>Mairie</h1><iframe src="{portal.url}/integrer/givors" title="Ce qui manque" width="320" height="400"></iframe>'

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", f"default-src 'none'; frame-src {portal.url}")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_values: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_the_town_shows_what_is_missing_and_its_visitor_offers_it(
    portal: Portal, browser: Browser, town: str
) -> None:
    build = Builder(portal.app, portal.clock)
    committee = build.committee(slug="givors", name="Comité de Givors")
    build.need(committee, item="lave-linge", quantity=4)
    visitor = person(portal, browser, "embedding", width=PHONE)
    page = visitor.page

    page.goto(town)
    assert page.frames[1].get_by_role("heading").count() == 0, "nobody chose this site"

    with portal.app.app_context(), transaction() as session:
        session.add(Door(committee_id=committee.id, sites=[town]))
    page.goto(town)
    frame = page.frame_locator("iframe")
    frame.get_by_role("heading", name="Comité de Givors").wait_for()
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Lave-linge").click()
    offer = opened.value
    offer.wait_for_load_state()
    assert offer.url.startswith(f"{portal.url}/offrir?")
    assert "lave-linge" in offer.content().lower()
