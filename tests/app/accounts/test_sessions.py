"""Signed out means dead: a session is a row, and ends when its owner, a coordinator, a new password or time ends it."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from sqlmodel import col, select

from app.accounts import sessions
from app.accounts.user_agents import browser_and_system
from app.db import db, session, transaction
from app.models import Account, AccountSession, Decision, KnownDevice, OutboxMessage, RefusedSignIn
from app.models.states import Role, Verb
from app.web.links import Purpose
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

PASSWORD = "girafe parapluie lundi"
OTHER = "tabouret nuage quatorze"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
ANDROID = (
    "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


@pytest.fixture
def hashed(app: Flask) -> str:
    with app.test_request_context():
        return str(hash_password(PASSWORD))


@pytest.fixture
def member(app: Flask, build: Builder, hashed: str) -> Account:
    account = build.account(committee=build.committee(), password=hashed, email="marie@essai.example")
    with app.app_context(), transaction() as current:
        current.execute(sa.delete(AccountSession))
    return account


def enter(client: FlaskClient, email: str = "marie@essai.example", agent: str = FIREFOX, **more: str) -> None:
    typed = {"email": email, "password": more.pop("password", PASSWORD), **more}
    assert client.post("/connexion", data=typed, headers={"User-Agent": agent}).status_code == 302


def inside(client: FlaskClient) -> bool:
    return client.get("/accueil").location.startswith("/connexion") is False


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookies."""
    other = app.test_client()
    for name in ("session", "remember_token", "appareil"):
        cookie = client.get_cookie(name)
        if cookie is not None:
            other.set_cookie(name, cookie.value)
    return other


def rows(app: Flask) -> list[AccountSession]:
    with app.app_context():
        return list(session().exec(select(AccountSession).order_by(col(AccountSession.id))))


def subjects(app: Flask) -> list[str]:
    with app.app_context():
        found = session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
        return [each.subject.replace("\u00a0", " ") for each in found]


def test_who_signs_in_gets_a_new_random_key_and_the_table_its_hash(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    client.get("/connexion")
    keys = []
    for _time in range(2):
        enter(client)
        with client.session_transaction() as cookie:
            keys.append(cookie["_user_id"])
        client.post("/deconnexion")

    assert keys[0] != keys[1]
    assert all(len(key) > 40 and member.fs_uniquifier not in key for key in keys)
    assert [row.key for row in rows(app)] == [sessions.hashed(key) for key in keys]


@pytest.mark.parametrize("remember", ["", "y"])
def test_a_copied_cookie_opens_nothing_after_signing_out(
    app: Flask, client: FlaskClient, member: Account, remember: str
) -> None:
    enter(client, remember=remember)
    thief = copy_of(app, client)
    assert inside(thief)

    client.post("/deconnexion")

    assert not inside(thief)
    assert "Votre connexion a pris fin" in words(thief.get("/connexion"))
    assert "Votre connexion a pris fin" not in words(thief.get("/connexion")), "it is said once"


def test_the_others_are_closed_and_this_one_stays(app: Flask, client: FlaskClient, member: Account) -> None:
    elsewhere = app.test_client()
    enter(elsewhere, agent=ANDROID)
    enter(client)
    page = words(client.get("/mes-connexions"))
    assert re.search(r"Firefox sur Windows Vous êtes ici.*Chrome sur Android Ouverte", page)

    closed = client.post("/mes-connexions/fermer-les-autres", follow_redirects=True)

    assert "1 connexion est fermée" in words(closed)
    assert inside(client)
    assert not inside(elsewhere)
    again = client.post("/mes-connexions/fermer-les-autres", follow_redirects=True)
    assert "C'était déjà fermé" in words(again).replace("’", "'")
    with app.app_context():
        verbs = [each.verb for each in session().exec(select(Decision).order_by(col(Decision.id)))]
    assert verbs == [Verb.NEW_DEVICE, Verb.CLOSE_SESSIONS]


def test_one_is_closed_and_nobody_closes_anothers(
    app: Flask, client: FlaskClient, member: Account, build: Builder
) -> None:
    elsewhere = app.test_client()
    enter(elsewhere)
    enter(client)
    stranger = build.session(build.account(), key="x")
    first = rows(app)[0]

    client.post(f"/mes-connexions/{stranger.id}/fermer")
    client.post(f"/mes-connexions/{first.id}/fermer")

    assert not inside(elsewhere)
    assert [row.id for row in rows(app) if row.ended_at] == [first.id]


def test_a_coordinator_closes_those_of_somebody_in_their_charge(
    app: Flask, client: FlaskClient, member: Account, build: Builder, sign_in: SignIn
) -> None:
    boss, desk = build.account(Role.ADMINISTRATOR), app.test_client()
    enter(client)
    sign_in(desk, build.account(Role.COORDINATOR))
    assert "Firefox sur Windows" in words(desk.get(f"/coordination/comptes/{member.id}"))

    assert desk.post(f"/coordination/comptes/{boss.id}/connexions/fermer").status_code == 303
    assert desk.post(f"/coordination/comptes/{member.id}/connexions/fermer").status_code == 303

    assert not inside(client)
    assert [row.account_id for row in rows(app) if row.ended_at] == [member.id]


def test_a_session_ends_with_the_account_and_with_another_role(
    app: Flask, client: FlaskClient, build: Builder, hashed: str, sign_in: SignIn
) -> None:
    sign_in(client, build.account(Role.ADMINISTRATOR))
    committee, browsers = build.committee(), []
    for number, data in enumerate(({"role": "coordinator"}, None)):
        account = build.account(committee=committee, password=hashed, email=f"n{number}@essai.example")
        browsers.append(app.test_client())
        enter(browsers[-1], account.email)
        path = f"/coordination/comptes/{account.id}"
        assert client.post(path if data else f"{path}/fermer", data=data).status_code == 303

    assert [inside(each) for each in browsers] == [False, False]


@pytest.mark.parametrize(
    ("role", "idle", "longest"),
    [(Role.MEMBER, 30 * 24, 90 * 24), (Role.COORDINATOR, 12, 7 * 24), (Role.ADMINISTRATOR, 4, 48)],
)
def test_each_role_has_its_limits(
    app: Flask, build: Builder, clock: FrozenClock, role: Role, idle: int, longest: int
) -> None:
    account, started = build.account(role), clock()
    idle_one = build.session(account, key="a", created_at=started, last_seen_at=started)
    busy_one = build.session(account, key="b", created_at=started, last_seen_at=started + timedelta(days=400))
    shared = build.session(account, key="c", created_at=started, last_seen_at=started, shared=True)
    with app.app_context():
        within = timedelta(minutes=10)

        def over(key: str, **later: float) -> bool:
            _account, one = sessions.found(session(), key) or pytest.fail("no session")
            return sessions.is_over(one, within, started + timedelta(**later))

        assert [over(idle_one.key, hours=idle, seconds=each) for each in (-1, 0)] == [False, True]
        assert [over(busy_one.key, hours=longest, seconds=each) for each in (-1, 0)] == [False, True]
        assert [over(shared.key, minutes=each) for each in (14, 15)] == [False, True]


def test_a_page_writes_that_somebody_was_there_once_in_five_minutes_and_reads_the_session_once(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client)
    client.get("/mes-connexions")
    said: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *each: said.append(each[2]))
    for minutes in (2, 2, 2, 2, 2):
        clock.advance(minutes=minutes)
        client.get("/preferences")
    client.get("/preferences", headers={"Sec-Fetch-Dest": "empty"})

    assert sum("UPDATE account_session" in each for each in said) == 1
    assert sum("FROM account" in each and "account_session" in each for each in said) == 6
    assert rows(app)[0].last_seen_at == clock() - timedelta(minutes=4)


def test_a_visitor_leaves_no_row(app: Flask, client: FlaskClient) -> None:
    client.get("/connexion")
    client.post("/langue", data={"language": "en"})

    assert rows(app) == []
    assert client.get_cookie("appareil") is None


# A device that is new


def test_a_letter_tells_of_a_new_device_and_not_of_the_first_nor_twice(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    for _time in range(2):
        enter(client)
        client.post("/deconnexion")
    assert subjects(app) == []

    phone = app.test_client()
    for _time in range(2):
        enter(phone, agent=ANDROID)
        phone.post("/deconnexion")

    [subject] = subjects(app)
    assert subject == "Connexion à votre compte depuis un nouvel appareil"
    with app.app_context():
        letter = session().exec(select(OutboxMessage)).one()
    assert "Chrome sur Android" in letter.body_text
    assert letter.body_text.count("http://localhost/pas-moi/") == 1


def test_a_shared_computer_is_nobodys_and_is_told_of_once_in_half_a_day(
    app: Flask, client: FlaskClient, build: Builder, hashed: str, clock: FrozenClock
) -> None:
    for name in ("anne", "bob"):
        build.account(committee=build.committee(), password=hashed, email=f"{name}@essai.example")
    enter(client, "anne@essai.example")
    for name in ("anne", "bob", "anne"):
        enter(client, f"{name}@essai.example", shared="y")
        client.post("/deconnexion")

    assert subjects(app) == [], "whoever has just come in there, and who comes in for the first time"
    with app.app_context():
        assert session().exec(select(KnownDevice)).all() == []

    told = "Connexion à votre compte depuis un nouvel appareil"
    for letters, later in ((1, 13), (1, 1), (2, 13)):
        clock.advance(hours=later)
        enter(client, "bob@essai.example", shared="y")
        client.post("/deconnexion")
        assert subjects(app) == [told] * letters
    enter(app.test_client(), "bob@essai.example")
    assert subjects(app) == [told] * 3, "a device of his own is the first that is known, and not the first"


def test_after_a_year_away_a_letter_tells_of_whoever_comes_in(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client)
    clock.advance(days=401)
    with app.app_context(), transaction() as current:
        sessions.forget(current, clock())
    enter(app.test_client())

    assert subjects(app) == ["Connexion à votre compte depuis un nouvel appareil"]


def test_it_was_not_me_closes_everything_and_leads_to_another_password(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    enter(client)
    thief = app.test_client()
    enter(thief, agent=ANDROID)
    with app.app_context():
        found = re.search(
            r"http://localhost(/pas-moi/\S+)", session().exec(select(OutboxMessage)).one().body_text
        )
    assert found
    link, owner = found[1], app.test_client()

    assert "Chrome sur Android" in words(owner.get(link))
    assert inside(thief), "a mail scanner opens links"
    on = owner.post(link)

    assert on.location.startswith("/mot-de-passe-oublie/")
    assert not inside(thief)
    assert thief.post("/connexion", data={"email": member.email, "password": PASSWORD}).status_code == 422
    assert owner.post(on.location, data={"password": OTHER, "password_confirm": OTHER}).status_code == 302
    enter(owner, password=OTHER)
    assert (owner.get(link).status_code, owner.post(link).status_code) == (410, 410)
    assert subjects(app)[1:] == ["Votre mot de passe a été changé"], "who opens the letter is known here"


def test_it_was_not_me_signs_out_nobody_else_who_sits_there(
    app: Flask, client: FlaskClient, member: Account, build: Builder
) -> None:
    row = build.session(member, key="thief")
    token = app.extensions["desk"].links.token(
        Purpose.DISOWN, row.id, f"account:{member.id}", app.extensions["clock"]()
    )
    enter(client, build.account(committee=build.committee(), password=member.password).email)

    page = client.post(f"/pas-moi/{token}", follow_redirects=True)

    assert "déconnectez-vous ici" in words(page)
    assert inside(client)
    assert [each.key for each in rows(app) if each.account_id == member.id and not each.ended_at] == []


# What is kept, and for how long


def test_old_sessions_attempts_and_devices_are_forgotten(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client)
    with app.app_context(), transaction() as current:
        sessions.refuse(current, member.email, sessions.SeenFrom(), clock())
        sessions.refuse(current, "personne@essai.example", sessions.SeenFrom(), clock())

    def left(**later: float) -> list[int]:
        with app.app_context(), transaction() as current:
            sessions.forget(current, clock() + timedelta(**later))
        with app.app_context():
            tables = (AccountSession, RefusedSignIn, KnownDevice)
            return [len(session().exec(select(each)).all()) for each in tables]

    assert left(days=29) == [1, 1, 1]
    assert left(days=31) == [1, 0, 1]
    assert left(days=91) == [0, 0, 1]
    assert left(days=401) == [0, 0, 0]


def test_refused_attempts_stand_on_the_page_in_pages(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    enter(client)
    with app.app_context(), transaction() as current:
        for _time in range(31):
            sessions.refuse(current, member.email, sessions.SeenFrom(network="192.0.2.0/24"), clock())

    page = client.get("/mes-connexions")

    assert (
        words(page).count("Mot de passe refusé")
        + words(client.get("/mes-connexions?page=2")).count("Mot de passe refusé")
        == 31
    )
    assert "/mes-connexions?page=2" in page.text


# Hostile


HUGE = "A" * 100_000


@pytest.mark.parametrize(
    "agent",
    [HUGE, "Firefox\0<script>", "\x1b[31m Firefox", "<script>alert(1)</script> Windows", "é" * 999, ""],
)
def test_what_a_browser_says_of_itself_is_kept_as_names_of_ours(agent: str) -> None:
    assert set(browser_and_system(agent)) <= {"", "Firefox", "Windows"}


@pytest.mark.parametrize("name", ["session", "remember_token", "appareil"])
@pytest.mark.parametrize("bent", ["cut", "huge", "foreign", "nul"])
def test_bent_cookies_open_nothing_and_break_nothing(
    app: Flask, client: FlaskClient, member: Account, name: str, bent: str
) -> None:
    enter(client, remember="y")
    good = client.get_cookie(name)
    assert good is not None
    value = {
        "cut": good.value[:-3],
        "huge": HUGE,
        "foreign": str(URLSafeTimedSerializer("another key", salt="cookie-session").dumps({"_user_id": "x"})),
        "nul": "a%00b\x01",
    }[bent]
    stranger = app.test_client()

    answer = stranger.get("/mes-connexions", headers={"Cookie": f"{name}={value}"})

    assert answer.status_code in {302, 400, 431}
    enter(stranger)
