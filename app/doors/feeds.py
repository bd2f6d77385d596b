"""The newest needs as feeds: Atom (RFC 4287) and JSON Feed 1.1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

from app.web.navigation import shown_name
from app.web.text import _
from app.web.words import word

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Feed:
    """`page` and `own` are absolute addresses: of the page that shows the same, and of the feed; `rows` are those of `newest`."""

    title: str
    page: str
    own: str
    language: str
    rows: Sequence[Any]
    now: datetime

    @property
    def updated(self) -> datetime:
        return max((row.declared_at for row in self.rows), default=self.now)


@dataclass(frozen=True, slots=True)
class FeedEntry:
    name: str
    title: str
    words: str
    page: str
    author: str
    at: datetime


def entries(feed: Feed, base_url: str) -> list[FeedEntry]:
    host = base_url.split("://")[1].split("/")[0].split(":")[0]
    return [
        FeedEntry(
            f"tag:{host},2026:besoin:{row.id}",
            _("%(count)s × %(thing)s, %(committee)s", count=row.remaining, thing=shown_name(row.item), committee=row.name),
            " ".join(
                filter(
                    None,
                    (
                        _("%(commune)s. État demandé : %(condition)s.", commune=row.commune, condition=word(row.minimum_condition).lower()),
                        row.reason,
                    ),
                )
            ),
            f"{base_url}/comites/{row.slug}",
            row.name,
            row.declared_at,
        )
        for row in feed.rows
    ]  # fmt: skip


def atom(feed: Feed, base_url: str) -> bytes:
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": feed.language})

    def add(above: ET.Element, name: str, words: str = "", **said: str) -> ET.Element:
        found = ET.SubElement(above, f"{{{ATOM}}}{name}", said)
        found.text = words or None
        return found

    add(root, "id", feed.own)
    add(root, "title", feed.title)
    add(root, "updated", _moment(feed.updated))
    add(root, "link", rel="self", href=feed.own, type="application/atom+xml")
    add(root, "link", rel="alternate", href=feed.page, type="text/html")
    for one in entries(feed, base_url):
        entry = add(root, "entry")
        add(entry, "id", one.name)
        add(entry, "title", one.title)
        add(entry, "updated", _moment(one.at))
        add(entry, "link", rel="alternate", href=one.page, type="text/html")
        add(add(entry, "author"), "name", one.author)
        add(entry, "content", one.words, type="text")
    if not feed.rows:
        add(add(root, "author"), "name", feed.title)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(feed: Feed, base_url: str) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.own,
        "language": feed.language,
        "items": [
            {
                "id": one.name,
                "url": one.page,
                "title": one.title,
                "content_text": one.words,
                "date_published": _moment(one.at),
                "authors": [{"name": one.author}],
            }
            for one in entries(feed, base_url)
        ],
    }


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
