"""Whoever guesses waits longer and longer; whoever owns the account gets in. And nobody learns which accounts there are."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import low_level
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import event
from sqlmodel import select

from app.accounts import service, throttling
from app.accounts.throttling import Try
from app.db import WRITES, create_engine, db, session, transaction
from app.models import Account, OutboxMessage, PasswordRequest, RefusedSignIn
from app.web import limits
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock

PASSWORD = "girafe parapluie lundi"
OTHER = "tabouret nuage quatorze"
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.9"


@pytest.fixture
def member(app: Flask, build: Builder) -> Account:
    app.config["RATELIMIT_ENABLED"] = True
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    return build.account(committee=build.committee(), password=hashed, email="marie@essai.example")


def enter(
    client: FlaskClient, password: str = PASSWORD, place: str = HOME, email: str = "marie@essai.example"
) -> Any:
    return client.post(
        "/connexion",
        data={"email": email, "password": password},
        environ_overrides={"REMOTE_ADDR": place},
    )


def attack(app: Flask, clock: FrozenClock, times: int = 30, place: str = "") -> None:
    """Guess from one place, or each time from another; who waits loses no time."""
    for number in range(times):
        clock.advance(seconds=1)
        answer = enter(app.test_client(), "faux faux faux", place or f"10.{number}.0.1")
        assert answer.status_code in {422, 429}


def test_an_attacker_who_knows_the_address_does_not_keep_its_owner_out(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    assert enter(client).status_code == 302
    client.post("/deconnexion")
    attack(app, clock)
    attack(app, clock, place=ELSEWHERE)
    attack(app, clock, place=HOME)

    assert enter(client).status_code == 302, "at the usual device, even behind the attacker's network"
    stranger = app.test_client()
    later = enter(stranger, place="192.0.2.44")
    assert later.status_code == 429
    assert later.headers["Retry-After"] == "30"
    clock.advance(seconds=30)
    assert enter(stranger, place="192.0.2.44").status_code == 302, "at a new device, after one wait"


def test_who_opens_the_letter_gets_in_from_the_attackers_own_network(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    attack(app, clock, place=HOME)
    assert enter(client).status_code == 429
    client.post("/mot-de-passe-oublie", data={"email": member.email})
    with app.app_context(), transaction() as current:
        service.answer_requests(current, clock())
    with app.app_context():
        found = re.search(
            r"http://localhost(/mot-de-passe-oublie/\S+)",
            session().exec(select(OutboxMessage)).one().body_text,
        )
    assert found
    assert client.post(found[1], data={"password": OTHER, "password_confirm": OTHER}).status_code == 302

    assert enter(client, OTHER).status_code == 302


def test_the_wait_grows_is_said_and_is_forgotten(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    assert [enter(client, "faux").status_code for _time in range(4)] == [422] * 4
    waits = []
    for _time in range(8):
        refused = enter(client, "faux")
        if refused.status_code == 422:
            refused = enter(client, "faux")
        assert refused.status_code == 429
        waits.append(int(refused.headers["Retry-After"]))
        clock.advance(seconds=waits[-1])

    assert waits == [5, 10, 20, 40, 80, 160, 300, 300]
    enter(client, "faux")
    page = words(enter(client))
    assert "Réessayez dans 5 minutes." in page
    clock.advance(hours=1)
    assert enter(client).status_code == 302


def test_a_right_password_forgives_what_was_mistyped_before(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    for _time in range(3):
        for _mistyped in range(3):
            assert enter(app.test_client(), "faux").status_code == 422
        assert enter(app.test_client()).status_code == 302


def test_who_is_signed_in_elsewhere_forgives_no_guesses(
    app: Flask, client: FlaskClient, member: Account, build: Builder
) -> None:
    with app.test_request_context():
        hashed = hash_password(OTHER)
    build.account(committee=build.committee(), password=hashed, email="autre@essai.example")
    inside = app.test_client()
    assert enter(inside, OTHER, email="autre@essai.example").status_code == 302

    statuses = []
    for _time in range(5):
        statuses.append(enter(client, "faux").status_code)
        enter(inside, "faux")

    assert statuses == [422] * 4 + [429]


def test_however_an_address_is_written_it_is_asked_for_three_times_an_hour(
    client: FlaskClient, member: Account
) -> None:
    spelled = ("marie@essai.example", "marie@ｅssai.example", "marie@eｓsai.example", "marie@esｓai.example")
    asked = [client.post("/mot-de-passe-oublie", data={"email": each}).status_code for each in spelled]

    assert asked == [303, 303, 303, 429]


@pytest.mark.parametrize("spelled", ["MARIE@essai.example", " marie@essai.example ", "marie@ｅssai.example"])
def test_another_way_to_write_the_address_is_the_same_door(
    client: FlaskClient, member: Account, spelled: str
) -> None:
    for _time in range(4):
        enter(client, "faux")
    enter(client, "faux")

    assert enter(client, email=spelled).status_code == 429


def test_a_hundred_failures_slow_a_school_down_and_shut_nobody_out(
    app: Flask, member: Account, clock: FrozenClock
) -> None:
    with app.app_context(), writing(db.engine) as connection:
        waits = [
            throttling.ask(connection, Try(f"n{number}@essai.example", HOME, "x"), clock()).wait
            for number in range(102)
        ]
    assert [bool(each) for each in waits] == [False] * 100 + [True] * 2
    refused = enter(app.test_client())
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "30")
    assert "Mot de passe oublié ? »." not in words(refused), (
        "nobody is sent for a letter who may come in before it"
    )
    assert enter(app.test_client(), place="2001:db8:1:2::9").status_code == 302
    clock.advance(seconds=30)
    assert enter(app.test_client(), "faux faux faux").status_code == 422
    assert enter(app.test_client()).headers["Retry-After"] == "30", "before each try"
    clock.advance(seconds=30)
    assert enter(app.test_client()).status_code == 302


@pytest.mark.parametrize("path", ["/verification", "/mot-de-passe"])
def test_a_stolen_session_lets_nobody_guess_the_password_and_the_owner_sees_it(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock, path: str
) -> None:
    def say(browser: FlaskClient, password: str) -> int:
        typed = {"password": password, "new_password": OTHER, "new_password_confirm": OTHER}
        return browser.post(path, data=typed).status_code

    owner = app.test_client()
    for each in (client, owner):
        assert enter(each).status_code == 302

    assert [say(client, "faux faux faux") for _time in range(5)] == [422] * 4 + [429]
    assert "n'a pas été regardé" in words(client.post(path, data={"password": PASSWORD})).replace("’", "'")
    with app.app_context():
        assert len(session().exec(select(RefusedSignIn)).all()) == 4
    assert say(owner, PASSWORD) == 302, "in a session of one's own nothing was failed"


@pytest.mark.databases("postgresql")
def test_whoever_is_right_and_whoever_guesses_wait_for_each_other_and_not_for_ever(
    app: Flask, member: Account, clock: FrozenClock
) -> None:
    """Both lock the place first: a lock that is taken in another order is a deadlock."""
    tried = Try(member.email, HOME, "x")
    locked: dict[str, list[str]] = {"ask": [], "forgive": []}
    with app.app_context(), writing(db.engine) as connection:
        heard = throttling.ask(connection, tried, clock())
        which = "ask"

        def note(_c: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            found = re.match(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", statement)
            if found:
                locked[which].append(found[1])

        event.listen(db.engine, "before_cursor_execute", note)
        throttling.ask(connection, tried, clock())
        which = "forgive"
        throttling.forgive(connection, tried, heard, clock())
        event.remove(db.engine, "before_cursor_execute", note)

    assert locked["ask"] == locked["forgive"] == ["rate_counter", "sign_in_wait", "rate_counter"]


def test_neighbours_in_one_ipv6_network_are_one_source(app: Flask, member: Account) -> None:
    for number in range(5):
        enter(app.test_client(), "faux", f"2001:db8:1:2::{number + 1:x}")

    assert enter(app.test_client(), place="2001:db8:1:2:ffff::1").status_code == 429
    assert enter(app.test_client(), place="2001:db8:1:3::1").status_code == 302


# Who asks learns nothing


@contextmanager
def work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[list[str], list[str]]]:
    """What the database is asked, and with which parameters a password is hashed or verified."""
    said: list[str] = []
    hashed: list[str] = []

    def note(*each: Any) -> None:
        said.append(re.sub(r"\s+", " ", each[2]))

    def counted(secret: bytes, **given: Any) -> Any:
        hashed.append(f"m={given['memory_cost']},t={given['time_cost']},p={given['parallelism']}")
        return hash_secret(secret=secret, **given)

    def verified(known: bytes, *given: Any) -> Any:
        hashed.append(known.split(b"$")[3].decode())
        return verify_secret(known, *given)

    hash_secret, verify_secret = low_level.hash_secret, low_level.verify_secret
    with app.app_context():
        engine = db.engine
    with monkeypatch.context() as patched:
        patched.setattr(low_level, "hash_secret", counted)
        patched.setattr(low_level, "verify_secret", verified)
        event.listen(engine, "before_cursor_execute", note)
        yield said, hashed
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def everybody(app: Flask, member: Account, build: Builder) -> list[str]:
    """Addresses of an account, of nobody, of an account that is closed, and of one that was invited."""
    build.account(password=member.password, active=False, email="fermee@essai.example")
    build.account(email="invitee@essai.example")
    return [member.email, "personne@essai.example", "fermee@essai.example", "invitee@essai.example"]


@pytest.mark.parametrize("device", ["none", "known"])
def test_signing_in_does_the_same_work_whoever_is_asked_for(
    app: Flask, member: Account, everybody: list[str], monkeypatch: pytest.MonkeyPatch, device: str
) -> None:
    done = []
    for address in everybody:
        client = app.test_client()
        if device == "known":
            assert enter(client, place="192.0.2.1").status_code == 302
            client.post("/deconnexion")
        client.get("/connexion")
        with work(app, monkeypatch) as (said, hashed):
            answer = enter(client, "faux faux faux", email=address)
        done.append((said, hashed, answer.status_code, words(answer)))

    first = done[0]
    assert len(first[1]) == 1
    assert [each[1:] for each in done] == [first[1:]] * len(everybody)
    if device == "none":
        assert [each[0] for each in done] == [first[0]] * len(everybody)
    with app.app_context():
        refused = session().exec(select(RefusedSignIn.account_id)).all()
    assert member.id in refused


def test_a_new_password_is_asked_for_with_the_same_work_whoever_is_asked_for(
    app: Flask, client: FlaskClient, everybody: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []
    for address in everybody:
        with work(app, monkeypatch) as (said, hashed):
            answer = client.post("/mot-de-passe-oublie", data={"email": address})
        done.append((said, hashed, answer.status_code, answer.location))

    assert done == [done[0]] * len(everybody)
    assert done[0][1] == []
    with app.app_context(), transaction() as current:
        assert service.answer_requests(current, app.extensions["clock"]()) == len(everybody)
    with app.app_context():
        letters = session().exec(select(OutboxMessage.to_email)).all()
        assert sorted(letters) == ["invitee@essai.example", "marie@essai.example"]
        assert session().exec(select(PasswordRequest)).all() == []


def test_however_many_ask_a_mailbox_gets_five_letters_an_hour(
    app: Flask, member: Account, clock: FrozenClock
) -> None:
    for number in range(8):
        clock.advance(seconds=30)
        app.test_client().post(
            "/mot-de-passe-oublie",
            data={"email": member.email},
            environ_overrides={"REMOTE_ADDR": f"10.{number}.0.1"},
        )
        with app.app_context(), transaction() as current:
            service.answer_requests(current, clock())

    with app.app_context():
        assert len(session().exec(select(OutboxMessage)).all()) == 5


# Many at once


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


AT_ONCE = 12


def all_at_once(database_url: str, work: Any) -> list[Any]:
    """Each in a thread and with an engine of its own, as workers have."""
    start = Barrier(AT_ONCE)

    def one(_number: int) -> Any:
        engine = create_engine(database_url)
        with engine.connect():
            pass
        start.wait()
        with writing(engine) as connection:
            done = work(connection)
        engine.dispose()
        return done

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def test_of_many_guesses_at_once_no_more_are_looked_at_than_may_be(
    database_url: str, clock: FrozenClock
) -> None:
    tried = Try("marie@essai.example", HOME, "x")

    heard = all_at_once(database_url, lambda connection: throttling.ask(connection, tried, clock()))

    assert sum(not each.wait for each in heard) == throttling.WAITS.index(timedelta(seconds=5))


def test_of_many_requests_at_once_each_counts(database_url: str, clock: FrozenClock) -> None:
    window = timedelta(hours=1)

    counted = all_at_once(database_url, lambda each: limits.count(each, "x", window, clock())[0])

    assert sorted(counted) == list(range(1, AT_ONCE + 1))
