"""Whoever knows the password, and is not its owner: what that one adds, keeps out and leaves is undone by the owner."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlmodel import select

from app.db import session
from app.models import Account, Factor, OutboxMessage, RecoveryCode
from tests.app.accounts.test_factors import (
    EMAIL,
    OTHER,
    OWN,
    PASSWORD,
    Telephone,
    knock,
    marie,
    show,
    shown,
    telephone,
)
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock

__all__ = ["marie", "telephone"]


@pytest.fixture
def anne(app: Flask, build: Builder) -> Account:
    """A member, of whom no second factor is asked."""
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    return build.account(committee=build.committee(), password=hashed, email=EMAIL, name="Anne Exemple")


def enrol(client: FlaskClient, clock: FrozenClock) -> None:
    found = re.search(r'class="secret"[^>]*>([^<]*)<', client.get(f"{OWN}/application").text)
    assert found
    code = shown(re.sub(r"\s", "", found[1]), clock())
    typed = {"name": "Téléphone", "code": code}
    assert client.post(f"{OWN}/application", data=typed).headers["Location"] == f"{OWN}/codes"


def link_of(app: Flask, title: str) -> str:
    with app.app_context():
        body = session().exec(select(OutboxMessage).where(OutboxMessage.subject == title)).one().body_text
    found = re.search(r"http://localhost(/pas-moi/\S+)", body)
    assert found, body
    return found[1]


def test_the_owner_gets_back_an_account_that_somebody_else_has_protected(
    app: Flask, client: FlaskClient, anne: Account, clock: FrozenClock
) -> None:
    """Though that one has changed the password too; and though another device had the password, and not yet its code."""
    thief, half, bystander = app.test_client(), app.test_client(), app.test_client()
    knock(client)
    client.post("/deconnexion")
    clock.advance(minutes=5)
    knock(thief)
    knock(bystander)
    enrol(thief, clock)
    assert bystander.get(OWN).status_code == 302, "who came in with the password alone is asked for more"
    changed = {"password": PASSWORD, "new_password": OTHER, "new_password_confirm": OTHER}
    assert thief.post("/mot-de-passe", data=changed).status_code == 302
    knock(half, OTHER)
    clock.advance(minutes=2)
    link = link_of(app, "Double authentification\u00a0: un moyen a été ajouté")
    assert "codes de secours" in client.get(link).text

    on = client.post(link).headers["Location"]

    assert on.startswith("/mot-de-passe-oublie/"), "the intruder's own new password settles nothing"
    chosen = "vélo armoire dimanche"
    assert client.post(on, data={"password": chosen, "password_confirm": chosen}).status_code == 302
    client.post("/deconnexion")
    assert knock(client, chosen) == "/accueil"
    assert half.get("/connexion/code").headers["Location"] == "/connexion"
    with app.app_context():
        assert not session().exec(select(Factor)).all()
        assert not session().exec(select(RecoveryCode)).all()
    assert bystander.get(link).status_code == 410


def test_whoever_guesses_codes_elsewhere_keeps_the_owner_out_of_no_device_of_hers(
    app: Flask, client: FlaskClient, telephone: Telephone, clock: FrozenClock
) -> None:
    knock(client)
    assert show(client, telephone.shows()) == 303
    client.post("/deconnexion")
    clock.advance(minutes=2)
    thief = app.test_client()
    for _time in range(12):
        clock.advance(minutes=16)
        knock(thief)
        show(thief, "000000")
    assert "Réessayez dans 15 minutes." in words(thief.get("/connexion/code"))
    assert show(thief, telephone.shows()) == 422

    knock(client)
    assert show(client, telephone.shows()) == 303
