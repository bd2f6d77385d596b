"""A form that expired, came too often or met a fault of ours is handed back with all that was typed."""

from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import db, session
from app.models import Committee, Need
from app.web.access import Who, access
from tests.app.offers.steps import words
from tests.app.test_every_form import Form, Reader
from tests.builders import Builder
from tests.conftest import SignIn

OURS = {"Origin": "http://localhost"}
TYPED = {
    "item": "lave-linge",
    "quantity": "2",
    "minimum_condition": "fair",
    "urgency": "normal",
    "reason": "Une famille\r\nde cinq, « relogée » <sans> rien & vite.",
}


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee()


@pytest.fixture
def member(app: Flask, build: Builder, committee: Committee, sign_in: SignIn) -> FlaskClient:
    """A member whose forms are protected as in production."""
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    sign_in(client, build.account(committee=committee))
    return client


def handed_back(page: str) -> list[Form]:
    return [form for form in Reader(page).forms if form.action not in {"/langue", "/deconnexion"}]


def test_an_expired_form_is_one_button_away(app: Flask, member: FlaskClient) -> None:
    page = member.post("/besoins/nouveau", data=TYPED | {"csrf_token": "vieux"}, headers=OURS)

    assert page.status_code == 400
    assert "Ce que vous avez écrit est gardé" in words(page)
    [form] = handed_back(page.text)
    assert member.post(form.action, data=form.filled(), headers=OURS).status_code == 303
    with app.app_context():
        need = session().exec(select(Need)).one()
    assert (need.item, need.quantity) == ("lave-linge", 2)
    assert need.reason == "Une famille\nde cinq, « relogée » <sans> rien & vite."


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "https://ailleurs.example"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_what_another_site_posted_is_not_handed_back(member: FlaskClient, headers: dict[str, str]) -> None:
    page = member.post("/besoins/nouveau", data=TYPED, headers=headers)

    assert page.status_code == 400
    assert handed_back(page.text) == []
    assert "relogée" not in page.text


def test_who_was_signed_out_is_told_to_come_back(app: Flask, committee: Committee) -> None:
    app.config["WTF_CSRF_ENABLED"] = True

    page = app.test_client().post("/besoins/nouveau", data=TYPED, headers=OURS)

    assert "connectez-vous d'abord dans un autre onglet" in words(page)
    assert handed_back(page.text)[0].filled()["item"] == ["lave-linge"]


def test_a_password_is_never_handed_back(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    typed = {"email": "marie@essai.example", "password": "girafe parapluie lundi"}

    page = app.test_client().post("/connexion", data=typed, headers=OURS)

    assert page.status_code == 400
    assert "girafe" not in page.text
    assert handed_back(page.text) == []


def test_a_fault_of_ours_loses_nothing(app: Flask, member: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = False

    @access(Who.PUBLIC)
    def breaks() -> str:
        raise RuntimeError("a fault")

    app.view_functions["needs.new"] = breaks
    page = member.post("/besoins/nouveau", data=TYPED, headers=OURS)

    assert page.status_code == 500
    assert handed_back(page.text)[0].filled()["reason"] == [TYPED["reason"]]


def test_a_fault_of_ours_writes_no_link_into_the_log(app: Flask) -> None:
    @access(Who.LINK)
    def breaks(token: str) -> str:
        raise RuntimeError(f"a fault, and no word of {len(token)} letters")

    app.view_functions["offers.track"] = breaks
    with structlog.testing.capture_logs() as logs:
        page = app.test_client().get("/offre/suivi/le-secret-du-lien")

    [fault] = [entry for entry in logs if entry["event"] == "request.failed"]
    assert page.status_code == 500
    assert (fault["endpoint"], fault["log_level"]) == ("offers.track", "error")
    assert "le-secret-du-lien" not in str(logs)


def test_who_comes_too_often_sends_the_same_a_little_later(app: Flask) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    client = app.test_client()
    for _ in range(3):
        client.post("/mot-de-passe-oublie", data={"email": "marie@essai.example"}, headers=OURS)

    page = client.post("/mot-de-passe-oublie", data={"email": "marie@essai.example"}, headers=OURS)

    assert page.status_code == 429
    assert handed_back(page.text)[0].filled()["email"] == ["marie@essai.example"]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("path", "typed", "signed_in"),
    [
        ("/offrir", {"articles-0-slot": "0", "articles-0-what": "frigo « usé »", "review": "1"}, False),
        ("/offrir/garder", {"articles-0-what": "frigo", "email": "jeanne@essai.example"}, False),
        ("/offrir/liste", {"text": "frigo;1"}, False),
        ("/offre/lien-perdu", {"email": "jeanne@essai.example"}, False),
        ("/besoins/nouveau", TYPED, True),
    ],
)
def test_a_database_that_is_away_loses_nothing(
    app: Flask, member: FlaskClient, database_url: str, path: str, typed: dict[str, str], signed_in: bool
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client, file = member if signed_in else app.test_client(), Path(sa.make_url(database_url).database or "")
    with app.app_context():
        db.engine.dispose()
    away = file.rename(file.with_suffix(".away"))
    file.mkdir()
    try:
        page = client.post(path, data=typed, headers=OURS)
    finally:
        file.rmdir()
        away.rename(file)

    assert page.status_code == 503
    [form] = handed_back(page.text)
    filled = form.filled()
    assert {name: filled[name][0].split() for name in typed} == {
        name: value.split() for name, value in typed.items()
    }
