"""What a committee's token opens, and what stays closed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, func, select

from app import lasting
from app.api import service
from app.api.trying import try_now
from app.db import session, transaction
from app.models import Account, ApiCall, ApiToken, Committee, Decision, Membership, Offer
from app.models.states import MatchState, OfferState, Part, ProgramScope
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")

OFFER = {
    "articles": [{"what": "2 frigos", "condition": "good"}],
    "postal_code": "69700",
    "commune": "Givors",
    "name": "Une Personne",
    "email": "quelqu.un@essai.example",
}

Ask = Callable[..., Any]


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(slug="givors")


@pytest.fixture
def manager(build: Builder, committee: Committee) -> Account:
    return build.account(committee=committee, part=Part.RESPONSIBLE)


def token_of(app: Flask, committee: Committee, account: Account, *scopes: ProgramScope) -> str:
    with app.app_context(), transaction() as work:
        name = f"jeton {len(scopes)}"
        return service.make(work, committee.id, account, name, scopes, FrozenClock()())


@pytest.fixture
def ask(app: Flask, client: FlaskClient, committee: Committee, manager: Account) -> Ask:
    """Ask with a token that may do everything."""
    secret = token_of(app, committee, manager, *ProgramScope)

    def asked(method: str, path: str, json: Any = None, **headers: str) -> Any:
        told = {"Authorization": f"Bearer {secret}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        return client.open(f"/api/v1{path}", method=method, json=json, headers=told)

    return asked


@pytest.mark.parametrize(
    ("path", "json", "scope"),
    [
        ("/offers", None, ProgramScope.OFFERS),
        ("/offers", OFFER, ProgramScope.OFFERS),
        ("/matches", None, ProgramScope.MATCHES),
        ("/plan", {}, ProgramScope.PLAN),
        ("/recognition", {"texts": ["frigo"]}, ProgramScope.RECOGNITION),
    ],
)
def test_a_token_opens_what_it_says_and_nothing_else(
    app: Flask,
    client: FlaskClient,
    committee: Committee,
    manager: Account,
    path: str,
    json: Any,
    scope: ProgramScope,
) -> None:
    right = token_of(app, committee, manager, scope)
    wrong = token_of(app, committee, manager, *(set(ProgramScope) - {scope}))
    met = {}
    for name, secret in {"none": "", "made up": "portail_rien", "wrong": wrong, "right": right}.items():
        answer = client.open(
            f"/api/v1{path}",
            method="POST" if json is not None else "GET",
            json=json,
            headers={"Authorization": f"Bearer {secret}"},
        )
        met[name] = answer.status_code
    with app.app_context(), transaction() as work:
        service.revoke(
            work,
            committee.id,
            work.exec(select(ApiToken.id).order_by(col(ApiToken.id))).first() or 0,
            FrozenClock()(),
        )
    after = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {right}"}).status_code

    assert met.pop("right") < 300
    assert met == {"none": 401, "made up": 401, "wrong": 403}
    assert after == (401 if path in {"/offers", "/matches"} else 405)


def test_an_offer_is_recorded_once_as_the_form_would(app: Flask, ask: Ask) -> None:
    first = ask("POST", "/offers", OFFER, Idempotency_Key="un-don")
    again = ask("POST", "/offers", OFFER, Idempotency_Key="un-don")
    other = ask("POST", "/offers", {**OFFER, "name": "Autre"}, Idempotency_Key="un-don")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 409)
    assert first.json == again.json == ask("GET", f"/offers/{first.json['reference']}").json
    assert (
        first.json["state"] == OfferState.UNCONFIRMED
    )  # the donor confirms by the letter, as after the form
    assert (first.json["articles"][0]["item"], first.json["articles"][0]["quantity"]) == ("refrigerateur", 2)
    with app.app_context():
        assert session().exec(select(func.count()).select_from(Offer)).one() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"postal_code": "99999"}, "postal_code"),
        ({"email": "rien"}, "email"),
        ({"email": None}, "email"),
        ({"available_until": "2020-01-01"}, "available_until"),
        ({"articles": [{"what": "fusil de chasse", "condition": "good"}]}, "articles.0.what"),
        (
            {"articles": [{"what": "frigo", "condition": "good", "details": "ne marche plus"}]},
            "articles.0.condition",
        ),
        ({"articles": []}, "articles"),
        ({"name": " "}, "name"),
        ({"inconnu": 1}, "inconnu"),
        ({"committee": "personne"}, "committee, action"),
    ],
)
def test_what_the_form_refuses_is_refused_with_its_place(
    ask: Ask, change: dict[str, Any], field: str
) -> None:
    answer = ask("POST", "/offers", {**OFFER, **change})

    assert answer.status_code == (422 if field in {"articles", "name", "inconnu"} else 409)
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_spoken_opens_and_a_withdrawal_closes_what_is_ones_own(
    app: Flask, ask: Ask, client: FlaskClient, build: Builder
) -> None:
    made = ask("POST", "/offers", {**OFFER, "email": None, "spoken": True}).json
    stranger = build.committee()
    secret = token_of(
        app, stranger, build.account(committee=stranger, part=Part.RESPONSIBLE), ProgramScope.OFFERS
    )
    theirs = {"Authorization": f"Bearer {secret}"}
    path = f"/api/v1/offers/{made['reference']}"

    assert made["state"] == OfferState.OPEN
    assert client.get(path, headers=theirs).status_code == 404
    assert client.post(f"{path}/withdrawal", json={"reason": "other"}, headers=theirs).status_code == 404
    gone = ask("POST", f"/offers/{made['reference']}/withdrawal", {"reason": "given_elsewhere"})
    assert gone.json["state"] == OfferState.WITHDRAWN


def test_a_committee_reads_its_gifts_once_they_are_known_to_it(
    ask: Ask, build: Builder, committee: Committee, clock: FrozenClock
) -> None:
    article = build.offered_item(quantity=9)
    shown = build.match(article, build.need(committee), state=MatchState.SCHEDULED)
    build.match(article, build.need(committee), state=MatchState.PROPOSED)
    build.match(article, build.need(committee), state=MatchState.APPROVED, approved_at=clock())
    build.match(article, build.need(), state=MatchState.SCHEDULED)

    told = ask("GET", "/matches")

    assert [row["id"] for row in told.json["data"]] == [shown.id]
    assert "essai.example" not in told.text
    assert ask("GET", "/matches?state=completed").json["data"] == []


def test_a_plan_is_tried_by_the_clock_and_changes_nothing(
    app: Flask, ask: Ask, build: Builder, committee: Committee, clock: FrozenClock
) -> None:
    need = build.need(committee, item="chaise", quantity=2)
    build.offered_item(item="chaise", description="Chaises", quantity=2)
    build.offered_item(item="lave-linge", description="Lave-linge", quantity=1)

    asked = ask("POST", "/plan", {"needs": [{"item": "lave-linge", "quantity": 1}]})
    where = asked.headers["Location"].partition("/api/v1")[2]
    waiting = ask("GET", where).json["state"]
    with app.app_context():
        try_now(clock)
        decided = session().exec(select(func.count()).select_from(Decision)).one()
    told = ask("GET", where).json

    assert (asked.status_code, waiting, told["state"], decided) == (202, "waiting", "done", 0)
    assert {(row["need"], row["supposed"], row["item"], row["quantity"]) for row in told["data"]} == {
        (None, 0, "lave-linge", 1),
        (need.id, None, "chaise", 2),
    }


def test_several_things_of_a_text_are_told(ask: Ask) -> None:
    told = ask("POST", "/recognition", {"texts": ["un frigo et deux chaises", ""]}).json["data"]

    assert [(thing["item"], thing["quantity"]) for thing in told[0]["things"]] == [
        ("refrigerateur", None),
        ("chaise", 2),
    ]
    assert told[1]["things"] == []


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"null", b"\xff", b'{"texts": ["\\ud800"]}', b'{"texts": ["\\u0000"]}']
)
def test_what_is_no_json_of_ours_is_refused(client: FlaskClient, ask: Ask, body: bytes) -> None:
    secret = ask("GET", "/needs").request.headers["Authorization"]
    answer = client.post(
        "/api/v1/recognition", data=body, content_type="application/json", headers={"Authorization": secret}
    )

    assert answer.status_code in {400, 422}


def test_calls_are_remembered_and_shown_to_who_manages(
    app: Flask, client: FlaskClient, ask: Ask, committee: Committee, manager: Account, sign_in: SignIn
) -> None:
    """The page makes a token, shows it once, tells what was asked with it, and revokes it."""
    sign_in(client, manager)
    made = client.post("/mon-comite/programmes", data={"name": "Le site", "scopes": ["matches", "rien"]}).text
    secret = made.partition("letter-text")[2].partition("<code>")[2].partition("</code>")[0]
    bearer = {"Authorization": f"Bearer {secret}"}
    program = app.test_client()
    assert program.get("/api/v1/matches", headers=bearer).status_code == 200
    assert program.get("/api/v1/offers", headers=bearer).status_code == 403
    statuses = {program.get("/api/v1/nulle-part").status_code}

    page = client.get("/mon-comite/programmes").text
    assert secret.startswith("portail_")
    assert secret not in page
    assert "GET /api/v1/matches" in page
    assert statuses == {404}
    again = client.post("/mon-comite/programmes", data={"name": "Le site"})
    assert again.status_code == 422
    with app.app_context():
        number = session().exec(select(ApiToken.id).where(ApiToken.name == "Le site")).one()
        seen = session().exec(select(ApiCall.status).where(ApiCall.token_id == number)).all()
    assert sorted(seen) == [200, 403]
    client.post(f"/mon-comite/programmes/{number}/revoquer")
    assert program.get("/api/v1/matches", headers=bearer).status_code == 401


def test_what_was_asked_is_forgotten(app: Flask, ask: Ask, clock: FrozenClock) -> None:
    ask("POST", "/plan", {}, Idempotency_Key="un")
    with app.app_context(), transaction() as work:
        assert service.forget(work, clock() + timedelta(days=8)) == 2
        assert service.forget(work, clock() + lasting.CALLS + timedelta(days=1)) == 1
        assert work.exec(select(func.count(col(ApiCall.id)))).one() == 0


def test_a_token_opens_nothing_once_who_made_it_has_left(
    app: Flask,
    client: FlaskClient,
    ask: Ask,
    committee: Committee,
    manager: Account,
    build: Builder,
    sign_in: SignIn,
) -> None:
    before = ask("GET", "/matches").status_code
    with app.app_context(), transaction() as work:
        work.get_one(Membership, (manager.id, committee.id)).part = Part.MEMBER
    other = build.account(committee=committee, part=Part.RESPONSIBLE)
    sign_in(client, other)

    assert (before, ask("GET", "/matches").status_code) == (200, 401)
    assert "ne donne plus accès à rien" in client.get("/mon-comite/programmes").text


def test_who_asks_too_often_is_told_when_to_come_back_and_nobody_else_is(
    app: Flask, client: FlaskClient, ask: Ask
) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    paths = ("/api/v1/catalogue/chaise", "/api/v1/actions")
    answers = [client.get(paths[number % 2]) for number in range(121)]

    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert (answers[-1].content_type, answers[-1].headers["Retry-After"]) == (
        "application/problem+json",
        "60",
    )
    assert ask("GET", "/catalogue/chaise").status_code == 200
