"""What the portal takes and does not take: said on a page, with its sources, and held for a person where it must be."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import OfferedItem
from app.models.states import Aside
from app.public.rules import SOURCES
from app.web.words import ELSEWHERE
from matching.items import load
from tests.app.offers.steps import fill, rows, words


def plain(sentence: object) -> str:
    return " ".join(str(sentence).replace("’", "'").split())


def test_the_page_of_rules_says_where_each_thing_goes_and_names_its_sources(client: FlaskClient) -> None:
    page = words(client.get("/ce-que-nous-prenons"))

    refused = {item.elsewhere for item in load().values() if item.elsewhere}
    assert refused <= ELSEWHERE.keys()
    for code in refused:
        assert plain(ELSEWHERE[code]) in page, code
    for source in SOURCES.values():
        assert f"Source : {plain(source.name)}." in page
    assert "Siège auto" in page
    assert "Sources consultées le 29 novembre 2026" in page
    assert "/ce-que-nous-prenons" in client.get("/offrir").text
    assert "/ce-que-nous-prenons" in client.get("/comment-ca-marche").text


@pytest.mark.parametrize(
    "typed",
    [
        {"what": "siège auto accidenté", "condition": "for_parts"},
        {"what": "siège auto périmé", "condition": "for_parts"},
        {"what": "rallonge électrique", "note": "un fil est dénudé", "condition": "for_parts"},
        {"what": "bouilloire qui fait des étincelles", "condition": "for_parts"},
        {"what": "lit parapluie", "note": "rappelé par le fabricant", "condition": "for_parts"},
        {"what": "frigo", "note": "bande de cons"},
        {"what": "pour vous, connards"},
    ],
)
def test_unsafe_things_and_insults_are_held_for_a_coordinator(
    app: Flask, client: FlaskClient, typed: dict[str, str]
) -> None:
    sent = client.post("/offrir", data=fill(client, **typed) | {"review": "1", "send": "1"})

    assert sent.status_code == 303
    assert [row.aside for row in rows(app, OfferedItem)] == [Aside.HELD]


@pytest.mark.parametrize(
    "typed", ["canapé sale noir", "poêle à cons", "chaise sale", "livre sur les cons", "pince à dénuder"]
)
def test_innocent_words_are_not_held(app: Flask, client: FlaskClient, typed: str) -> None:
    form = fill(client, what=typed, condition="fair") | {"review": "1", "send": "1"}

    assert client.post("/offrir", data=form).status_code == 303
    assert [row.aside for row in rows(app, OfferedItem)] == [None]
