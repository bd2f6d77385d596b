"""An action gathers needs of several committees under one story."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import col, select

from app.db import session, transaction
from app.models import Account, Action, Committee, Decision, Need, Photo
from app.models.states import MatchState, Role, Verb
from app.photos.service import forget_unsent
from tests.builders import Builder
from tests.conftest import SignIn
from tests.reading import plain


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
        "kind": "things",
        "deadline": "2027-03-01",
    } | changed


def test_an_action_is_told_gathers_needs_and_shows_how_far_it_is(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    first = client.post("/coordination/actions/nouvelle", data=told(committee))
    assert first.headers["Location"] == "/coordination/actions/un-centre-multimedia-a-nioro"
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
    said = client.post("/coordination/actions/un-centre-multimedia-a-nioro/besoins", data=data)
    assert "Un besoin vient d'un autre comité" in plain(client.get(said.headers["Location"]).text)
    assert "5 pièces reçues sur 30" in plain(client.get("/actions").text)
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
    village = {"destination": "Gavinané", "country": "ML", "latitude": "15,1", "longitude": "-9,8"}
    told_once = client.post("/coordination/actions/nouvelle", data=told(committee, **village))
    address = f"{told_once.headers['Location']}/modifier"
    assert 'value="15.1"' in client.get(address).text

    other = {"destination": "Givors", "latitude": "", "longitude": ""}
    client.post(address, data=told(committee, title="Autre titre", **other))

    with app.app_context():
        action = session().exec(select(Action)).one()
    assert (action.title, action.slug) == ("Autre titre", "un-centre-multimedia-a-nioro")
    assert (action.country, round(action.latitude, 1)) == ("FR", 45.6)
    assert 'value="45.' not in client.get(address).text


def test_a_need_and_a_picture_are_added_where_the_action_is_prepared(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    action = build.action(committee, slug="nioro")
    key = "cle-d-un-besoin-ecrit"
    for _ in range(2):
        client.post(
            "/coordination/actions/nioro/besoin",
            data={"item": "vidéoprojecteur", "quantity": "2", "submission_key": key},
        )
    refused = client.post("/coordination/actions/nioro/besoin", data={"item": "bouteille de gaz"})
    drawn = BytesIO()
    Image.new("RGB", (40, 30), "teal").save(drawn, "PNG")
    sent = {"picture": (BytesIO(drawn.getvalue()), "ecole.png"), "caption": "L'école & sa cour"}
    client.post("/coordination/actions/nioro/images", data=sent)
    mute = {"picture": (BytesIO(drawn.getvalue()), "ecole.png"), "caption": ""}
    unsaid = client.post("/coordination/actions/nioro/images", data=mute)

    shown = plain(client.get("/actions/nioro").text)
    with app.app_context(), transaction() as current:
        [need] = current.exec(select(Need)).all()
        [photo] = current.exec(select(Photo)).all()
        photo_id, photo_key, later = photo.id, photo.key, photo.created_at + timedelta(days=60)
        gone = forget_unsent(current, app.extensions["photos"], later)
        current.expunge_all()
    client.post(f"/coordination/actions/{build.action(committee).slug}/images/{photo_id}/retirer")
    stays = client.get("/actions/nioro").text
    client.post(f"/coordination/actions/nioro/images/{photo_id}/retirer")

    assert (refused.status_code, unsaid.status_code, gone) == (422, 422, 0)
    assert (need.item, need.quantity, need.committee_id, need.action_id) == (
        "video-projecteur",
        2,
        committee.id,
        action.id,
    )
    assert "Vidéoprojecteur" in shown
    assert 'alt="L\'école &amp; sa cour"' in shown
    assert photo_key in stays
    assert photo_key not in client.get("/actions/nioro").text


@pytest.mark.databases("sqlite")
def test_lists_of_actions_take_their_time_from_the_page_and_not_from_all(
    client: FlaskClient, build: Builder, committee: Committee
) -> None:
    for number in range(21):
        build.action(committee, title=f"Action {number:02}", slug=f"a{number}")

    first, second = client.get("/actions").text, client.get("/actions?page=2").text

    assert ("/actions/a0" in first, "/actions/a20" in first, "/actions/a20" in second) == (True, False, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "é" * 10_000),
        ("story", ""),
        ("story", "a\0b"),
        ("committee_id", "999999"),
        ("committee_id", "x"),
        ("kind", "x"),
        ("destination", ""),
        ("deadline", "demain"),
        ("deadline", "2026-02-30"),
        ("destination", "Kayes"),
        ("destination", "Zorglub, Mali"),
        ("latitude", "x"),
        ("longitude", "12"),
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
    assert "Passée" in client.get("/actions?terminees=oui").text
    assert "terminée depuis" in client.get("/actions/passee").text
    assert client.get("/actions/nulle-part").status_code == 404
