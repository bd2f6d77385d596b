"""A member comes in, goes out, forgets the password and chooses another."""

import dataclasses
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlmodel import select
from werkzeug.test import TestResponse

from app import create_app
from app.accounts import service
from app.db import db, session, transaction
from app.models import Account, Decision, OutboxMessage
from app.models.states import Role, Verb
from config import Environment, Settings
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

PASSWORD = "girafe parapluie lundi"
OTHER = "tabouret nuage quatorze"


@pytest.fixture
def member(app: Flask, build: Builder) -> Account:
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    return build.account(committee=build.committee(), password=hashed, email="marie@essai.example")


def enter(
    client: FlaskClient, password: str = PASSWORD, email: str = "marie@essai.example", **more: str
) -> int:
    response = client.post("/connexion", data={"email": email, "password": password, **more})
    return response.status_code


def signed_in(client: FlaskClient) -> bool:
    return client.get("/accueil").headers["Location"].startswith("/connexion") is False


def letters(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        return list(session().exec(select(OutboxMessage).order_by(OutboxMessage.id)))  # type: ignore[arg-type]


def forget_password(app: Flask, client: FlaskClient, email: str = "marie@essai.example") -> TestResponse:
    """Ask for another; the clock answers."""
    response = client.post("/mot-de-passe-oublie", data={"email": email})
    with app.app_context(), transaction() as current:
        service.answer_requests(current, app.extensions["clock"]())
    return response


def reset_path(app: Flask) -> str:
    found = re.search(r"http://localhost(/mot-de-passe-oublie/\S+)", letters(app)[-1].body_text)
    assert found
    return found[1]


def test_a_member_signs_in_and_out(client: FlaskClient, member: Account) -> None:
    page = client.get("/connexion").text
    assert "<h1>Se connecter</h1>" in page

    assert enter(client, email=" Marie@Essai.example ") == 302
    assert signed_in(client)

    assert client.post("/deconnexion").status_code == 302
    assert not signed_in(client)


def test_in_production_what_remembers_a_person_travels_encrypted_only(
    settings: Settings, member: Account, clock: FrozenClock
) -> None:
    production = dataclasses.replace(
        settings, environment=Environment.PRODUCTION, base_url="https://localhost", log_json=False
    )
    portal = create_app(production, clock)
    portal.config["WTF_CSRF_ENABLED"] = False
    typed = {"email": member.email, "password": PASSWORD, "remember": "y"}

    page = portal.test_client().post("/connexion", data=typed, base_url="https://localhost")

    with portal.app_context():
        db.engine.dispose()
    cookies = [cookie for cookie in page.headers.getlist("Set-Cookie") if "=;" not in cookie]
    assert sorted(cookie.partition("=")[0] for cookie in cookies) == [
        "__Host-remember_token",
        "__Host-session",
        "appareil",
    ]
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


def test_no_cache_keeps_a_page_where_a_password_is_typed(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    forget_password(app, client)
    pages = ["/connexion", "/mot-de-passe-oublie", reset_path(app)]

    assert {client.get(page).headers["Cache-Control"] for page in pages} == {"no-store"}
    enter(client)
    assert client.get("/mot-de-passe").headers["Cache-Control"] == "no-store"


def test_signing_out_by_a_link_is_refused(client: FlaskClient, member: Account, sign_in: SignIn) -> None:
    sign_in(client, member)

    assert client.get("/deconnexion").status_code == 405
    assert signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("marie@essai.example", "autre chose de faux"),
        ("personne@essai.example", PASSWORD),
        ("marie@essai.example", ""),
        ("", PASSWORD),
        ("pas une adresse", PASSWORD),
        ("marie@essai.example\r\nBcc: x@y.fr", PASSWORD),
        ("ma\0rie@essai.example", PASSWORD),
        ("marie@essai.example", "a\0b" * 10),
        ("marie@essai.example", "é" * 10_000),
        ("é" * 10_000, "x"),
        ("\ud800@essai.example", "\ud800"),
    ],
)
def test_a_wrong_pair_gets_one_sentence_that_tells_nothing(
    client: FlaskClient, member: Account, email: str, password: str
) -> None:
    response = client.post(
        "/connexion",
        data={
            "email": email.encode("utf-8", "surrogatepass"),
            "password": password.encode("utf-8", "surrogatepass"),
        },
    )

    assert response.status_code == 422
    assert "Nous ne reconnaissons pas cette adresse avec ce mot de passe" in response.text
    assert not signed_in(client)


def test_a_closed_account_does_not_open(app: Flask, client: FlaskClient, member: Account) -> None:
    with app.app_context(), transaction() as current:
        current.get_one(Account, member.id).active = False

    assert enter(client) == 422


@pytest.mark.parametrize(
    "target",
    [
        "https://ailleurs.example/",
        "//ailleurs.example",
        "/\\ailleurs.example",
        "javascript:alert(1)",
        "///x.fr",
    ],
)
def test_signing_in_never_leads_outside(client: FlaskClient, member: Account, target: str) -> None:
    enter(client, next=target)
    response = client.post(
        "/connexion", query_string={"next": target}, data={"email": member.email, "password": PASSWORD}
    )

    assert "ailleurs" not in response.headers.get("Location", "")
    assert "javascript" not in response.headers.get("Location", "")


def test_signing_in_leads_to_the_page_that_was_asked_for(client: FlaskClient, member: Account) -> None:
    asked = client.get("/besoins/nouveau?x=1").headers["Location"]
    assert asked.startswith("/connexion?next=")

    response = client.post(asked, data={"email": member.email, "password": PASSWORD})

    assert response.headers["Location"].endswith("/besoins/nouveau?x=1")


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR])
def test_each_role_arrives_at_its_own_page(
    client: FlaskClient, build: Builder, sign_in: SignIn, role: Role
) -> None:
    sign_in(client, build.account(role))

    assert "/coordination" in client.get("/accueil").headers["Location"]


def test_a_member_arrives_at_the_committee(client: FlaskClient, member: Account, sign_in: SignIn) -> None:
    sign_in(client, member)

    assert client.get("/accueil").headers["Location"] == "/mon-comite"


def test_the_last_visit_is_remembered(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client)

    with app.app_context():
        assert session().get_one(Account, member.id).current_login_at == clock()


def test_a_forgotten_password_is_chosen_anew_and_old_sessions_end(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    elsewhere = app.test_client()
    enter(elsewhere)
    asked = forget_password(app, client)
    assert asked.status_code == 303
    assert "un e-mail part" in client.get("/connexion").text

    path = reset_path(app)
    assert "Au moins 12 caractères" in client.get(path).text.replace("\u00a0", " ")
    assert client.post(path, data={"password": OTHER, "password_confirm": OTHER}).status_code == 302

    assert not signed_in(elsewhere)
    assert enter(client) == 422
    assert enter(client, OTHER) == 302
    assert [row.message for row in letters(app)] == ["password_reset", "account_notice"]


def test_a_reset_link_serves_once(app: Flask, client: FlaskClient, member: Account) -> None:
    forget_password(app, client)
    path = reset_path(app)
    client.post(path, data={"password": OTHER, "password_confirm": OTHER})

    again = client.post(
        path, data={"password": PASSWORD, "password_confirm": PASSWORD}, follow_redirects=True
    )

    assert "Ce lien n'est plus valable" in again.text.replace("&#39;", "'").replace("’", "'")
    assert enter(client, OTHER) == 302


def test_an_unknown_address_gets_the_same_answer_and_no_letter(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    known = forget_password(app, client)
    first = client.get("/connexion").text
    unknown = forget_password(app, client, "absent@essai.example")
    second = client.get("/connexion").text

    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert "marie@essai.example" in first
    assert "absent@essai.example" in second
    assert len(letters(app)) == 1


def test_a_double_click_is_one_letter_and_its_link_is_in_no_decision(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    for _click in range(2):
        forget_password(app, client)

    (letter,) = letters(app)
    with app.app_context(), transaction() as session:
        (decision,) = session.exec(select(Decision)).all()
        assert (decision.about_account_id, decision.verb) == (member.id, Verb.ASK_PASSWORD)
        assert (decision.note, decision.data) == ("", {})
        assert letter.event == f"decision:{decision.id}"

    clock.advance(seconds=30)
    forget_password(app, client)
    assert len(letters(app)) == 2


@pytest.mark.parametrize("email", ["", "x", "a\0b@essai.example", "é" * 10_000, "a@b.fr\nBcc: c@d.fr"])
def test_a_bad_address_never_breaks_the_reset(app: Flask, client: FlaskClient, email: str) -> None:
    response = forget_password(app, client, email)

    assert response.status_code in {303, 422}
    assert letters(app) == []


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        ("court", "court", "trop court"),
        ("x" * 200, "x" * 200, "trop long"),
        ("motdepasse2026", "motdepasse2026", "parmi les premiers"),
        ("azertyuiop123", "azertyuiop123", "parmi les premiers"),
        ("aaaabbbbaaaab", "aaaabbbbaaaab", "répète"),
        ("marie2026essai", "marie2026essai", "se devine"),
        (OTHER, "tabouret nuage quinze", "différents"),
        ("", "", "Écrivez votre mot de passe"),
    ],
)
def test_a_weak_password_is_refused_with_advice(
    app: Flask, client: FlaskClient, member: Account, password: str, again: str, sentence: str
) -> None:
    forget_password(app, client)

    response = client.post(reset_path(app), data={"password": password, "password_confirm": again})

    assert response.status_code == 422
    assert sentence in response.text
    assert enter(client) == 302


def test_changing_the_password_closes_the_other_sessions(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    elsewhere = app.test_client()
    enter(client)
    enter(elsewhere)

    wrong = client.post(
        "/mot-de-passe", data={"password": "faux", "new_password": OTHER, "new_password_confirm": OTHER}
    )
    right = client.post(
        "/mot-de-passe", data={"password": PASSWORD, "new_password": OTHER, "new_password_confirm": OTHER}
    )

    assert wrong.status_code == 422
    assert right.status_code == 302
    assert signed_in(client)
    assert not signed_in(elsewhere)
    subjects = [row.subject for row in letters(app)]
    assert [each.partition(" :")[0] for each in subjects] == [
        "Connexion à votre compte depuis un nouvel appareil",
        "Votre mot de passe a été changé",
    ]


def test_another_address_of_the_same_ipv6_subscriber_is_the_same_place(
    app: Flask, client: FlaskClient
) -> None:
    app.config["RATELIMIT_ENABLED"] = True

    def ask(number: int, network: str) -> int:
        return client.post(
            "/mot-de-passe-oublie",
            data={"email": f"personne{number}@essai.example"},
            environ_overrides={"REMOTE_ADDR": f"{network}::{number:x}"},
        ).status_code

    assert [ask(number, "2001:db8:1:2") for number in range(61)] == [303] * 60 + [429]
    assert ask(12, "2001:db8:1:3") == 303


def test_the_fourth_reset_of_an_hour_waits(app: Flask, client: FlaskClient, member: Account) -> None:
    app.config["RATELIMIT_ENABLED"] = True

    statuses = [
        client.post("/mot-de-passe-oublie", data={"email": member.email}).status_code for _ in range(4)
    ]

    assert statuses == [303] * 3 + [429]


def test_json_is_not_spoken_here(client: FlaskClient, member: Account) -> None:
    for path in ("/connexion", "/mot-de-passe-oublie"):
        for body in ({"email": member.email, "password": PASSWORD}, [1], "x"):
            assert client.post(path, json=body).status_code == 400


ENGLISH = re.compile(
    r"\b(Password|Email|Invalid|Please|your|Login|log in|Sign in|Submit|authenticat|provided)\b", re.I
)


@pytest.mark.parametrize("path", ["/connexion", "/mot-de-passe-oublie", "/mot-de-passe", "/verification"])
def test_no_english_word_on_screen(
    app: Flask, client: FlaskClient, member: Account, sign_in: SignIn, path: str
) -> None:
    if path in {"/mot-de-passe", "/verification"}:
        sign_in(client, member)
    pages = [
        client.get(path),
        client.post(path, data={}),
        client.post(path, data={"email": "x", "password": "y", "new_password": "z"}),
    ]

    for page in pages:
        text = re.sub(r"<[^>]*>", " ", page.text)
        assert not ENGLISH.search(text.replace("English", "")), ENGLISH.search(text)


Change = Callable[[Flask], None]


def test_nothing_is_changed_when_the_letter_cannot_be_written(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    """The account and its letter are committed together."""
    enter(client)
    with app.app_context(), transaction() as current:
        current.connection().exec_driver_sql("ALTER TABLE outbox_message RENAME TO elsewhere")

    response = client.post(
        "/mot-de-passe", data={"password": PASSWORD, "new_password": OTHER, "new_password_confirm": OTHER}
    )

    assert response.status_code == 500
    with app.app_context(), transaction() as current:
        current.connection().exec_driver_sql("ALTER TABLE elsewhere RENAME TO outbox_message")
    assert enter(app.test_client()) == 302
