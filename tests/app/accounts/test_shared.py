"""On a shared computer nothing is left of whoever signs out, and who forgets to is signed out."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password

from app.models import Account
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock

pytestmark = pytest.mark.databases("sqlite")
PASSWORD = "girafe parapluie lundi"
IDLE = "personne n'a rien fait pendant 10 minutes"


@pytest.fixture
def member(app: Flask, build: Builder) -> Account:
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    return build.account(committee=build.committee(), password=hashed, email="marie@essai.example")


def enter(client: FlaskClient, **ticked: str) -> None:
    client.post("/connexion", data={"email": "marie@essai.example", "password": PASSWORD, **ticked})


def inside(client: FlaskClient) -> bool:
    return client.get("/mon-comite").status_code == 200


def ticked(client: FlaskClient) -> bool:
    return re.search(r"<input checked [^>]*name=\"shared\"", client.get("/connexion").text) is not None


@pytest.mark.parametrize("ticks", [{}, {"shared": "y"}])
def test_signing_out_clears_what_the_browser_kept(
    client: FlaskClient, member: Account, ticks: dict[str, str]
) -> None:
    enter(client, **ticks)
    client.get("/mon-comite")

    page = client.post("/deconnexion")

    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    with client.session_transaction() as cookie:
        assert set(cookie) <= {"language", "fs_cc", "_remember", "_flashes"}
    assert not inside(client)


def test_nobody_stays_signed_in_on_a_shared_computer(client: FlaskClient, member: Account) -> None:
    enter(client, shared="y", remember="y")
    assert client.get_cookie("remember_token") is None

    client.post("/deconnexion")
    assert ticked(client), "the device remembers"
    enter(client, remember="y")
    client.post("/deconnexion")
    assert not ticked(client), "whoever came last said otherwise"


def test_who_does_nothing_is_signed_out_and_told(
    client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client, shared="y")
    clock.advance(minutes=9)
    assert inside(client)
    clock.advance(minutes=9)
    assert inside(client), "each page counts"
    clock.advance(minutes=11)

    page = client.get("/offrir")

    assert page.location == "/connexion", "a form that anybody may see too"
    assert page.headers["Clear-Site-Data"]
    assert IDLE in words(client.get("/connexion"))
    assert not inside(client)


def test_what_an_open_page_asks_for_by_itself_is_no_act(
    client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client, shared="y")
    clock.advance(minutes=9)
    client.get("/mon-comite", headers={"Sec-Fetch-Dest": "empty"})
    clock.advance(minutes=2)
    assert not inside(client)

    enter(client, shared="y")
    clock.advance(minutes=9)
    assert client.get("/poste-partage", headers={"Sec-Fetch-Dest": "empty"}).status_code == 204
    clock.advance(minutes=9)
    assert inside(client), "somebody typed"


@pytest.mark.parametrize(("path", "seconds"), [("/connexion", 60), ("/mon-comite", 2)])
def test_an_answer_that_comes_after_signing_out_brings_no_session_back(
    client: FlaskClient, member: Account, clock: FrozenClock, path: str, seconds: int
) -> None:
    enter(client, shared="y")
    client.get("/mon-comite")
    clock.advance(seconds=seconds)

    late = client.get(path)

    assert not [each for each in late.headers.getlist("Set-Cookie") if each.startswith("session=")]


def test_who_says_at_the_last_moment_to_be_there_is_heard(
    client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client, shared="y")
    clock.advance(minutes=10, seconds=20)

    assert client.get("/poste-partage", headers={"Sec-Fetch-Dest": "empty"}).status_code == 204
    clock.advance(minutes=9)
    assert inside(client)


def test_a_page_left_alone_signs_out_and_the_next_one_says_why(client: FlaskClient, member: Account) -> None:
    enter(client, shared="y")

    assert client.post("/deconnexion", data={"inactif": "1"}).location == "/connexion"

    assert IDLE in words(client.get("/connexion"))


def test_elsewhere_nobody_is_signed_out(client: FlaskClient, member: Account, clock: FrozenClock) -> None:
    enter(client)
    clock.advance(hours=5)

    assert inside(client)
    assert "still-there" not in client.get("/mon-comite").text


def test_what_somebody_signed_in_types_is_kept_on_no_disk_and_filled_in_by_no_browser(
    client: FlaskClient, member: Account
) -> None:
    assert client.get("/offrir").headers["Cache-Control"] == "private, no-cache"

    enter(client)
    page = client.get("/offrir")

    assert page.headers["Cache-Control"] == "no-store"
    for kind in ("name", "email", "tel", "postal-code", "street-address", "organization"):
        assert f'autocomplete="{kind}"' not in page.text
