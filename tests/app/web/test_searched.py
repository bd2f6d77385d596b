"""What search engines find: each public page once, with its own words; of everything else, nothing."""

import re
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.web.searched import SEARCHED
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.world import VISITOR, make

pytestmark = pytest.mark.databases("sqlite")
BASE = "http://127.0.0.1:8000"


def said(page: str, pattern: str) -> list[str]:
    return [unescape(found) for found in re.findall(pattern, page)]


def test_a_page_is_found_under_one_address_with_its_own_words_or_not_at_all(
    app: Flask, clock: FrozenClock, client: FlaskClient, sign_in: SignIn
) -> None:
    world = make(app, clock)
    base = app.extensions["settings"].base_url
    adapter = app.url_map.bind("localhost")
    titles: dict[str, str] = {}
    descriptions: dict[str, str] = {}
    seen = set()
    for path in world.pages[VISITOR]:
        answer = client.get(path)
        plain = path.partition("?")[0]
        endpoint = adapter.match(plain, method="GET")[0] if answer.status_code == 200 else ""
        if endpoint not in SEARCHED or plain != path:
            assert "noindex" in answer.headers.get("X-Robots-Tag", ""), path
            assert 'rel="canonical"' not in answer.text, path
            continue
        seen.add(endpoint)
        assert "X-Robots-Tag" not in answer.headers, path
        titles[path] = said(answer.text, "<title>([^<]+)</title>")[0]
        [descriptions[path]] = said(answer.text, '<meta name="description" content="([^"]+)">')
        assert 50 <= len(descriptions[path]) <= 320, path
        assert said(answer.text, '<link rel="canonical" href="([^"]+)">') == [base + path]
        assert re.findall('<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', answer.text) == [
            ("fr", base + path), ("en", f"{base}{path}?lire_en=en"), ("x-default", base + path)
        ]  # fmt: skip
    assert seen == SEARCHED
    assert len(set(titles.values())) == len(titles)
    assert len(set(descriptions.values())) == len(descriptions)
    for role, account in world.accounts.items():
        somebody = app.test_client()
        sign_in(somebody, account)
        for path in world.pages[role][:12]:
            if path != "/offrir":
                assert "noindex" in somebody.get(path).headers.get("X-Robots-Tag", ""), path


def test_the_english_page_has_an_address_of_its_own(app: Flask, client: FlaskClient) -> None:
    base = app.extensions["settings"].base_url

    page = client.get("/besoins?lire_en=en&page=2").text

    assert said(page, '<html lang="([^"]+)"') == ["en"]
    assert said(page, '<link rel="canonical" href="([^"]+)">') == [f"{base}/besoins?page=2&lire_en=en"]
    assert "committees" in said(page, '<meta name="description" content="([^"]+)">')[0]


def test_the_map_for_search_engines_names_what_is_shown(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    open_one, closed = build.committee(slug="givors"), build.committee(slug="fermee", active=False)
    build.action(open_one, slug="nioro")
    base = app.extensions["settings"].base_url

    answer = client.get("/sitemap.xml")

    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    listed = [each.text or "" for each in ET.fromstring(answer.data).iter(f"{space}loc")]
    assert {f"{base}/", f"{base}/besoins", f"{base}/comites/givors", f"{base}/actions/nioro"} <= set(listed)
    assert f"{base}/comites/{closed.slug}" not in listed
    assert all(client.get(address.removeprefix(base)).status_code == 200 for address in listed)
    assert f"Sitemap: {base}/sitemap.xml" in client.get("/robots.txt").text
