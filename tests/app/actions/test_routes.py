"""An action gathers needs of several committees under one story."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session
from app.models import Account, Action, Committee, Decision, Need
from app.models.states import MatchState, Role, Verb
from tests.builders import Builder
from tests.conftest import SignIn


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors")


@pytest.fixture
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR)
    sign_in(client, account)
    return account


def told(committee: Committee, **changed: Any) -> dict[str, Any]:
    return {
        "title": "Un centre multimédia à Nioro",
        "story": "Vingt ordinateurs.\n<script>",
        "committee_id": committee.id,
        "destination": "Nioro du Sahel, Mali",
        "country": "ML",
        "latitude": "15,2286",
        "longitude": "-9,5913",
        "deadline": "2027-03-01",
    } | changed


def test_an_action_is_told_gathers_needs_and_shows_how_far_it_is(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    first = client.post("/coordination/actions/nouvelle", data=told(committee))
    assert first.headers["Location"] == "/coordination/actions/un-centre-multimedia-a-nioro/modifier"
    computers = build.need(committee, item="ordinateur-portable", quantity=20)
    chairs = build.need(item="chaise", quantity=10)
    build.match(
        build.offered_item(item="ordinateur-portable", quantity=5),
        computers,
        quantity=5,
        state=MatchState.COMPLETED,
    )
    build.match(
        build.offered_item(item="ordinateur-portable", quantity=2),
        computers,
        quantity=2,
        state=MatchState.APPROVED,
    )

    page = client.get(first.headers["Location"]).text
    assert "20 × Ordinateur portable" in page

    data = {"shown": [computers.id, chairs.id], "chosen": [computers.id, chairs.id]}
    client.post("/coordination/actions/un-centre-multimedia-a-nioro/besoins", data=data)
    shown = client.get("/actions/un-centre-multimedia-a-nioro").text.replace("\u00a0", " ")
    assert "5 pièces reçues sur 30" in shown
    assert "2 pièces promises" in shown
    assert "Il en manque 13" in shown
    assert "&lt;script&gt;" in shown
    assert "1er mars 2027" in shown

    client.post(
        "/coordination/actions/un-centre-multimedia-a-nioro/besoins", data=data | {"chosen": [computers.id]}
    )
    with app.app_context():
        needs = {need.id: need.action_id for need in session().exec(select(Need))}
        verbs = session().exec(select(Decision).where(col(Decision.need_id) == chairs.id)).all()
    assert needs[chairs.id] is None
    assert [decision.verb for decision in verbs] == [Verb.EDIT, Verb.EDIT]


def test_a_need_of_another_action_is_left_alone(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    mine, theirs = build.action(committee), build.action(committee)
    need = build.need(committee, action_id=theirs.id)

    client.post(f"/coordination/actions/{mine.slug}/besoins", data={"shown": [need.id], "chosen": [need.id]})
    client.post(f"/coordination/actions/{mine.slug}/besoins", data={"shown": [need.id, "x", "-1", "9" * 30]})

    with app.app_context():
        assert session().get_one(Need, need.id).action_id == theirs.id


def test_an_edit_starts_from_what_was_told(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account
) -> None:
    address = client.post("/coordination/actions/nouvelle", data=told(committee)).headers["Location"]
    page = client.get(address).text
    assert 'value="15.2286"' in page

    client.post(
        address, data=told(committee, title="Autre titre", country="FR", postal_code="69700", commune="")
    )

    with app.app_context():
        action = session().exec(select(Action)).one()
    assert (action.title, action.slug) == ("Autre titre", "un-centre-multimedia-a-nioro")
    assert action.country == "FR"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "é" * 10_000),
        ("story", ""),
        ("story", "a\0b"),
        ("committee_id", "999999"),
        ("committee_id", "x"),
        ("destination", ""),
        ("deadline", "demain"),
        ("deadline", "2026-02-30"),
        ("latitude", "x"),
        ("longitude", ""),
        ("country", "??"),
    ],
)
def test_a_bad_action_gets_a_sentence(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account, field: str, value: str
) -> None:
    response = client.post("/coordination/actions/nouvelle", data=told(committee, **{field: value}))

    assert response.status_code == 422
    with app.app_context():
        assert session().exec(select(Action)).all() == []


def test_past_actions_leave_the_list_but_keep_their_page(client: FlaskClient, build: Builder) -> None:
    build.action(title="Passée", slug="passee", deadline=date(2026, 11, 22))
    build.action(title="D'aujourd'hui", slug="jour", deadline=date(2026, 11, 23))

    page = client.get("/actions").text
    assert "Passée" not in page
    assert "/actions/jour" in page
    assert "terminée depuis" in client.get("/actions/passee").text
    assert client.get("/actions/nulle-part").status_code == 404
