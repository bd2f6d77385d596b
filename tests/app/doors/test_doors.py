"""Doors for other sites: framed where a committee said so and nowhere else; feeds, calendars, data and cards that their readers take."""

import json
import re
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]
import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]
from PIL import Image

from app.doors.sites import BadSiteError, parse
from tests.builders import Builder
from tests.conftest import SignIn

pytestmark = pytest.mark.databases("sqlite")
ATOM = "{http://www.w3.org/2005/Atom}"
EVIL = "Comité </script><b>d'«essai» & fils"
TEXT, URI, MOMENT = (
    {"type": "string"},
    {"type": "string", "format": "uri"},
    {"type": "string", "format": "date-time"},
)
JSON_FEED = {
    # https://www.jsonfeed.org/version/1.1/
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"}, "title": TEXT, "home_page_url": URI, "feed_url": URI, "language": TEXT,
        "items": {"type": "array", "items": {
            "type": "object",
            "required": ["id"],
            "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
            "properties": {"id": TEXT, "url": URI, "title": TEXT, "content_text": TEXT, "date_published": MOMENT,
                           "authors": {"type": "array", "items": {"type": "object", "properties": {"name": TEXT}, "minProperties": 1}}},
        }},
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "origins"),
    [
        ("www.givors.fr\nhttps://www.givors.fr/agenda?x=1", ["https://www.givors.fr"]),
        ("http://mairie.fr", ["https://mairie.fr"]),
        ("http://127.0.0.1:8080/x", ["http://127.0.0.1:8080"]),
        ("été.example", ["https://xn--t-9fab.example"]),
        ("", []),
    ],
)
def test_sites_are_read_as_origins(typed: str, origins: list[str]) -> None:
    assert parse(typed) == origins


@given(st.text(max_size=60))
def test_no_site_that_is_typed_writes_another_line_of_the_policy(typed: str) -> None:
    try:
        found = parse(typed)
    except BadSiteError:
        return
    assert all(re.fullmatch(r"https?://[a-z0-9.:-]+", site) for site in found)


def framed_by(answer_headers: object) -> str:
    return re.search(r"frame-ancestors ([^;]+)", str(answer_headers))[1].strip()  # type: ignore[index]


def test_a_committee_chooses_who_shows_its_needs(app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn) -> None:  # fmt: skip
    committee = build.committee(slug="givors", name=EVIL)
    build.need(committee, item="lave-linge", quantity=4)
    frame = client.get("/integrer/givors")
    assert framed_by(frame.headers["Content-Security-Policy"]) == "'none'"
    assert "<script" not in frame.text

    sign_in(client, build.account(committee=committee))
    assert client.post("/mon-comite/portes", data={"sites": "givors.fr; script-src *"}).status_code == 422
    assert client.post("/mon-comite/portes", data={"sites": "www.givors.fr"}).status_code == 303
    page = client.get("/mon-comite/portes")

    frame = app.test_client().get("/integrer/givors")
    assert framed_by(frame.headers["Content-Security-Policy"]) == "https://www.givors.fr"
    assert "X-Frame-Options" not in frame.headers
    assert "comite=givors" in frame.text
    for path in ("/", "/comites/givors", "/besoins", "/mon-comite/portes"):
        assert framed_by(client.get(path).headers["Content-Security-Policy"]) == "'none'"
    assert "&lt;iframe src=" in page.text
    block = page.text.partition('id="block-code"')[2].partition("</textarea>")[0]
    assert "&lt;h2&gt;" in block
    assert "style" not in block.replace("</textarea", "")
    assert client.get("/integrer/nulle-part").status_code == 404


def test_feeds_are_what_their_formats_say(client: FlaskClient, build: Builder) -> None:
    association = build.organisation(slug="asso", name="L'asso")
    givors = build.committee(slug="givors", name=EVIL, organisation_id=association.id)
    build.need(
        givors,
        item="lave-linge",
        quantity=4,
        reason="Une famille arrive & <attend>",
        declared_at=datetime(2026, 11, 2, 8, tzinfo=UTC),
    )
    build.need(build.committee(slug="autre"), item="chaise")
    build.need(givors, item=None, description="mots que personne n'a lus")

    counts = {}
    for path in (
        "/besoins",
        "/associations/asso/besoins",
        "/comites/givors/besoins",
        "/associations/vide/besoins",
    ):
        if path.startswith("/associations/vide"):
            build.organisation(slug="vide")
        answer = client.get(f"{path}.atom")
        assert answer.mimetype == "application/atom+xml"
        read = feedparser.parse(answer.data, response_headers={"content-type": answer.content_type})
        assert (read.bozo, read.version, len(read.entries)) == (False, "atom10", answer.text.count("<entry>"))
        feed = ET.fromstring(answer.data)
        # RFC 4287, 4.1.1 and 4.1.2: what a feed and an entry must have, once each.
        for node in (feed, *feed.iter(f"{ATOM}entry")):
            assert [len(node.findall(f"{ATOM}{name}")) for name in ("id", "title", "updated")] == [1, 1, 1]
            datetime.fromisoformat(node.findtext(f"{ATOM}updated") or "")
        assert all(
            feed.find(f"{ATOM}author") is not None or entry.find(f"{ATOM}author/{ATOM}name") is not None
            for entry in feed.iter(f"{ATOM}entry")
        )
        assert {link.get("rel") for link in feed.findall(f"{ATOM}link")} == {"self", "alternate"}
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
        assert len(set(ids)) == len(ids)
        data = client.get(f"{path}.json")
        Draft202012Validator(JSON_FEED, format_checker=FormatChecker()).validate(data.json)
        assert [item["id"] for item in (data.json or {})["items"]] == ids
        counts[path] = len(ids)
        again = client.get(f"{path}.atom", headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304 or not ids
    assert list(counts.values()) == [2, 1, 1, 0]
    entry = ET.fromstring(client.get("/comites/givors/besoins.atom").data).find(f"{ATOM}entry")
    assert entry is not None
    assert (entry.findtext(f"{ATOM}content") or "").endswith("Une famille arrive & <attend>")
    assert entry.findtext(f"{ATOM}updated") == "2026-11-02T08:00:00Z"


def test_opening_hours_are_a_calendar_in_the_clock_of_the_committee(
    client: FlaskClient, build: Builder
) -> None:
    build.committee(slug="reunion", postal_code="97400", commune="Saint-Denis", latitude=-20.88, longitude=55.45,
                    opening_hours={"2": [["09:00", "12:00"]], "6": [["14:00", "17:00"]]}, closures=[["2026-12-01", "2026-12-02"]])  # fmt: skip

    answer = client.get("/comites/reunion/ouverture.ics")

    assert answer.mimetype == "text/calendar"
    read: Any = icalendar.Calendar.from_ical(answer.data)
    assert read.errors == []
    events = read.walk("VEVENT")
    assert [event.errors for event in events] == [[], [], []]
    tuesday, saturday, closed = events
    assert tuesday.decoded("dtstart") == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert [each.dt.date() for each in tuesday["exdate"].dts] == [date(2026, 12, 1)]
    assert saturday["rrule"] == {"FREQ": ["WEEKLY"], "BYDAY": ["SA"]}
    assert (closed.decoded("dtstart"), closed.decoded("dtend")) == (date(2026, 12, 1), date(2026, 12, 3))
    assert len({str(event["uid"]) for event in events}) == 3
    assert [str(zone["tzid"]) for zone in read.walk("VTIMEZONE")] == ["Indian/Reunion"]


def test_pages_say_what_they_are_and_a_name_ends_no_block(client: FlaskClient, build: Builder) -> None:
    association = build.organisation(slug="asso", name=EVIL, website="https://asso.example")
    committee = build.committee(slug="givors", name=EVIL, organisation_id=association.id)
    build.need(committee, item="lave-linge", quantity=4)

    for path in ("/comites/givors", "/associations/asso"):
        page = client.get(path).text
        [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        said = json.loads(block)
        assert (said["@context"], said["@type"], said["name"]) == ("https://schema.org", "NGO", EVIL)
        assert said["url"].endswith(path)
        image = re.search(r'og:image" content="[^"]*?(/[^"/]+/[^"/]+/carte\.png)"', page)
        assert image is not None
        drawn = client.get(image[1])
        assert Image.open(BytesIO(drawn.data)).size == (1200, 630)
        assert len(drawn.data) < 60_000
    hours = json.loads(
        re.findall(r"ld\+json\">(.*?)</script>", client.get("/comites/givors").text, re.DOTALL)[0]
    )
    assert hours["location"]["openingHoursSpecification"][0] == {
        "@type": "OpeningHoursSpecification", "dayOfWeek": "https://schema.org/Tuesday", "opens": "14:00", "closes": "17:00",
    }  # fmt: skip
    assert hours["seeks"][0]["eligibleQuantity"]["value"] == 4

    assert client.get(f"/c/{committee.id}").headers["Location"] == "/comites/givors"
    assert b"<svg" in client.get(f"/c/{committee.id}.svg").data
    assert client.get("/c/999").status_code == 404
    assert client.get("/.well-known/change-password").headers["Location"] == "/mot-de-passe"
