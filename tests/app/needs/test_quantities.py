"""The number and the size that a committee's words hold are put before it, in the form and in a pasted list."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Account
from tests.app.needs.test_routes import MINUTE, key_in, needs, plain
from tests.builders import Builder
from tests.conftest import SignIn


@pytest.fixture
def member(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(committee=build.committee(name="Comité de Givors", slug="givors"))
    sign_in(client, account)
    return account


@pytest.mark.parametrize(
    ("typed", "number"), [("lot de 4 chaises", 4), ("une dizaine de chaises 45x90", 10), ("chaises x6", 6)]
)
def test_the_form_proposes_the_number_once(
    app: Flask, client: FlaskClient, member: Account, typed: str, number: int
) -> None:
    data = MINUTE | {
        "item": typed,
        "quantity": "1",
        "submission_key": key_in(client.get("/besoins/nouveau").text),
    }

    asked = client.post("/besoins/nouveau", data=data)

    assert asked.status_code == 422
    assert f"Vous avez écrit « {typed} » : nous avons mis {number}." in plain(asked.text)
    assert f'name="quantity" type="text" value="{number}"' in asked.text
    assert f'name="counted" type="hidden" value="{typed}"' in asked.text
    assert needs(app) == []

    client.post("/besoins/nouveau", data=data | {"quantity": "1", "counted": typed})
    [need] = needs(app)
    assert (need.item, need.quantity, need.description) == ("chaise", 1, typed), (
        "whoever insists has the last word"
    )


@pytest.mark.parametrize("quantity", ["2", "12"])
def test_a_number_that_was_typed_is_taken(
    app: Flask, client: FlaskClient, member: Account, quantity: str
) -> None:
    key = key_in(client.get("/besoins/nouveau").text)

    client.post(
        "/besoins/nouveau",
        data=MINUTE | {"item": "lot de 4 chaises", "quantity": quantity, "submission_key": key},
    )

    assert [need.quantity for need in needs(app)] == [int(quantity)]


def test_a_pasted_list_takes_the_number_from_the_words(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    text = "lot de 4 chaises\nune dizaine de draps 140x190\tbon\nchaises x6;;pliantes\n3 lits\nchaises"
    key = key_in(client.get("/besoins/coller").text)

    refused = client.post("/besoins/coller", data={"text": text, "submission_key": key, "declare": "oui"})
    assert "La quantité manque" in refused.text
    assert needs(app) == []

    sound = text.removesuffix("\nchaises")
    client.post("/besoins/coller", data={"text": sound, "submission_key": key, "declare": "oui"})
    assert [(need.quantity, need.item, need.description) for need in needs(app)] == [
        (4, "chaise", "lot de 4 chaises"),
        (10, "draps", "une dizaine de draps 140x190"),
        (6, "chaise", "chaises x6\npliantes"),
        (3, "lits", "lits"),
    ]
