"""A limit stops who insists, and nobody else behind the same address."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import Builder
from tests.conftest import SignIn

pytestmark = pytest.mark.databases("sqlite")


def test_colleagues_behind_one_address_are_counted_apart(app: Flask, build: Builder, sign_in: SignIn) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    anne, bob, visitor = (app.test_client() for _ in range(3))
    for client in (anne, bob):
        sign_in(client, build.account(committee=build.committee()))

    statuses = [anne.post("/entreprises").status_code for _ in range(61)]

    assert statuses == [422] * 60 + [429]
    assert [each.post("/entreprises").status_code for each in (bob, visitor)] == [422, 422]


def test_letters_are_counted_by_the_address_that_they_go_to(app: Flask, client: FlaskClient) -> None:
    app.config["RATELIMIT_ENABLED"] = True

    def ask(email: str) -> int:
        return client.post("/offre/lien-perdu", data={"email": email}).status_code

    assert [ask("anne@essai.example") for _ in range(4)] == [303] * 3 + [429]
    assert [ask(f"eleve{number}@essai.example") for number in range(30)] == [303] * 30
    assert [ask("") for _ in range(5)] == [422] * 5
