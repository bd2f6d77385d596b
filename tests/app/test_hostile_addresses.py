"""Paths and questions that nobody types: no page, or the page without them, never a fault."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import IntegerConverter, Rule

from tests import world

SOURCES = Path(__file__).parents[2] / "app"
HOSTILE = ("%00", "a%00b", "%F0%9F%92%A5", "a" * 3000)
NUMBERS = ("%00", "99999999999999999999")
PARAMETERS = sorted(
    {
        name
        for path in SOURCES.rglob("*.py")
        for name in re.findall(r'args(?:\.get(?:list)?\(|\[)"(\w+)"', path.read_text())
    }
    | {"q", "page", "comite", "action", "etat", "texte"}
)


@pytest.fixture
def sign_in_as(app: Flask, clock: Callable[[], object]) -> Callable[[FlaskClient], world.World]:
    made = world.make(app, clock)  # type: ignore[arg-type]

    def sign_in(client: FlaskClient) -> world.World:
        form = {"email": made.accounts[world.ADMINISTRATOR].email, "password": world.PASSWORD}
        assert client.post("/connexion", data=form).status_code == 302
        return made

    return sign_in


def filled(rule: Rule, value: str) -> str:
    """The rule's path with `value` in each of its places."""
    return re.sub(r"<[^>]+>", lambda _place: value, rule.rule)


# PostgreSQL refuses a NUL in a text; SQLite takes it.
@pytest.mark.databases("postgresql")
def test_no_name_in_a_path_breaks_anything(
    app: Flask, client: FlaskClient, sign_in_as: Callable[[FlaskClient], world.World]
) -> None:
    sign_in_as(client)
    faults = []
    for rule in app.url_map.iter_rules():
        if not rule.arguments or rule.endpoint.endswith("static"):
            continue
        numbered = any(isinstance(each, IntegerConverter) for each in rule._converters.values())
        for value in NUMBERS if numbered else HOSTILE:
            for method in (rule.methods or set()) & {"GET", "POST"}:
                answer = client.open(filled(rule, value), method=method)
                # A library's own links lead on to the page that renews them; ours have no page.
                if answer.status_code >= 500 or (
                    answer.status_code < 400 and rule.endpoint.partition(".")[0] != "security"
                ):
                    faults.append((method, rule.rule, value[:20], answer.status_code))

    assert faults == []


@pytest.mark.databases("postgresql")
def test_no_question_to_a_page_breaks_it(
    client: FlaskClient, sign_in_as: Callable[[FlaskClient], world.World]
) -> None:
    made = sign_in_as(client)
    pages = {page.partition("?")[0] for pages in made.pages.values() for page in pages}

    faults = []
    for value in ("%00", "%F0%9F%92%A5"):
        question = "&".join(f"{name}={value}" for name in PARAMETERS)
        answers = {page: client.get(f"{page}?{question}").status_code for page in pages}
        faults += [(page, value, status) for page, status in answers.items() if status >= 500]

    assert faults == []
