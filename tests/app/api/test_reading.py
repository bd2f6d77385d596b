"""What is public, read by a program."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from tests.builders import Builder

pytestmark = pytest.mark.databases("sqlite")


def test_pages_go_on_from_the_last_row_whatever_is_added_meanwhile(
    client: FlaskClient, build: Builder
) -> None:
    """Every need once, in three pages; what nobody has read, what is met and who is closed in none."""
    committee = build.committee(slug="givors")
    expected = [build.need(committee).id for _ in range(5)]
    build.need(committee, item=None, description="truc bleu")
    build.need(build.committee(active=False))

    seen: list[int] = []
    address = "/api/v1/needs?limit=2"
    while address:
        page: dict[str, Any] = client.get(address).json or {}
        if not seen:
            expected.append(build.need(committee).id)
        seen += [row["id"] for row in page["data"]]
        address = page["next"]

    assert seen == expected


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/needs?item=electromenager", 1),  # what is broader is served by what is narrower
        ("/needs?item=chaise", 0),
        ("/needs?item=zorglub", 0),
        ("/needs?committee=givors&association=spf&action=nioro", 1),
        ("/needs?committee=ailleurs", 0),
        ("/committees?association=spf", 1),
        ("/associations", 1),
        ("/actions", 1),
        ("/catalogue?limit=7", 7),
    ],
)
def test_lists(client: FlaskClient, world: None, path: str, found: int) -> None:
    assert len((client.get(f"/api/v1{path}").json or {})["data"]) == found


@pytest.fixture
def world(build: Builder) -> None:
    committee = build.committee(slug="givors", organisation_id=build.organisation(slug="spf").id)
    action = build.action(committee, slug="nioro")
    build.need(committee, action_id=action.id, quantity=3)


def test_one_row_says_what_the_list_says_and_nobody_is_named(client: FlaskClient, world: None) -> None:
    for rows, key in (("needs", "id"), ("committees", "slug"), ("associations", "slug"), ("actions", "slug")):
        listed = (client.get(f"/api/v1/{rows}").json or {})["data"][0]
        alone = client.get(f"/api/v1/{rows}/{listed[key]}")
        assert alone.json == listed
        assert "@" not in alone.text
        assert "04 00" not in alone.text


def test_what_was_read_is_not_sent_again(client: FlaskClient, build: Builder, world: None) -> None:
    first = client.get("/api/v1/needs")
    again = client.get("/api/v1/needs", headers={"If-None-Match": first.headers["ETag"]})
    build.need()
    changed = client.get("/api/v1/needs", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data, changed.status_code) == (304, b"", 200)


@pytest.mark.parametrize(
    ("method", "path", "status", "french", "english"),
    [
        ("GET", "/nulle-part", 404, "Il n'y a rien à cette adresse", "There is nothing"),
        ("GET", "/needs/99", 404, "Il n'y a rien à cette adresse", "There is nothing"),
        ("DELETE", "/needs", 405, "Cette adresse s'appelle autrement", "another way"),
        ("GET", "/needs?limit=0", 422, "Écrivez un nombre d'au moins 1", "at least 1"),
        ("GET", "/needs?limite=5", 422, "Ce champ n'existe pas", "no such field"),
    ],
)
def test_problems_are_told_in_the_language_of_who_asks(
    client: FlaskClient, method: str, path: str, status: int, french: str, english: str
) -> None:
    for spoken, words in (("fr", french), ("en", english)):
        answer = client.open(f"/api/v1{path}", method=method, headers={"Accept-Language": spoken})
        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert words in str(answer.json).replace("’", "'").replace("\u00a0", " ")
        assert (answer.json or {})["status"] == status
    assert ("Allow" in answer.headers) == (status == 405)


def test_the_document_is_valid_and_the_page_tells_all_of_it(app: Flask, client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json or {}
    page = client.get("/api").text

    validate(document)
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.openapi"
    }
    assert set(document["paths"]) == served
    assert [path for path in served if path not in page] == []
