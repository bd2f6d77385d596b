"""The database is away, slow, held by another, or gone in the middle of a commit: nothing is lost, nothing done twice, and it comes back by itself."""

import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, request
from flask.testing import FlaskClient
from sqlmodel import col, select

import app.db as database
from app import create_app, migrate, serve
from app.db import (
    OF_REQUESTS,
    OF_WORK,
    PostgresqlLimits,
    create_engine,
    db,
    engine_options,
    most_connections,
    session,
    transaction,
)
from app.models import Need, Organisation
from app.web.access import Who, access
from config import Settings, database_url
from notifications.leader import leader_for
from tests.app.offers.steps import words
from tests.app.test_sent_again import OURS, TYPED, handed_back
from tests.builders import Builder
from tests.conftest import MOMENT, PATIENCE, FrozenClock, SignIn
from tests.postgresql import Server, stoppable_server

pytestmark = pytest.mark.databases("postgresql")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with stoppable_server(PATIENCE) as running:
        with psycopg.connect(running.address, autocommit=True) as connection:
            connection.execute("CREATE DATABASE template_portail")
        engine = create_engine(address(running, "template_portail").replace("://", "+psycopg://", 1))
        migrate.upgrade(engine)
        engine.dispose()
        yield running


def address(server: Server, name: str) -> str:
    return server.address.replace("/postgres?", f"/{name}?")


@pytest.fixture
def url(server: Server) -> str:
    """Of a new, empty database."""
    with psycopg.connect(server.address, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS portail WITH (FORCE)")
        connection.execute("CREATE DATABASE portail TEMPLATE template_portail STRATEGY FILE_COPY")
        connection.execute("ALTER DATABASE portail SET synchronous_commit = on")
    return address(server, "portail")


def portal_on(url: str, folder: Path, clock: FrozenClock) -> Flask:
    environ = {"DATA_DIR": str(folder), "DATABASE_URL": url, "PORTAIL_BASE_URL": "http://localhost"}
    portal = create_app(Settings.from_environ(environ), clock)
    portal.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    return portal


@contextmanager
def closed(portal: Flask) -> Iterator[Flask]:
    try:
        yield portal
    finally:
        portal.extensions["standing"].close()
        with portal.app_context():
            db.engine.dispose()


@pytest.fixture
def portal(url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Flask]:
    with closed(portal_on(url, tmp_path, clock)) as made:
        yield made


@pytest.fixture
def member(portal: Flask, clock: FrozenClock, sign_in: SignIn) -> FlaskClient:
    build, client = Builder(portal, clock), portal.test_client()
    sign_in(client, build.account(committee=build.committee()))
    return client


def needs(portal: Flask) -> int:
    with portal.app_context():
        return len(session().exec(select(Need)).all())


def test_while_the_server_is_stopped_people_keep_what_they_wrote_and_it_comes_back_by_itself(
    portal: Flask, member: FlaskClient, server: Server
) -> None:
    before = needs(portal)
    assert member.get("/besoins").status_code == 200
    server.stop()
    try:
        read, wrote = member.get("/besoins"), member.post("/besoins/nouveau", data=TYPED, headers=OURS)
        asked = member.get("/api/v1/needs")
    finally:
        server.start()

    for answer in (read, wrote, asked):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
    assert "Le portail est arrêté pour un moment" in words(read)
    assert "Ce que vous venez d'écrire est gardé sur cette page" in words(wrote)
    assert (asked.content_type, asked.get_json()["status"]) == ("application/problem+json", 503)
    [form] = handed_back(wrote.text)
    assert member.post(form.action, data=form.filled(), headers=OURS).status_code == 303
    assert needs(portal) == before + 1


class Line:
    """Between the portal and the server: `cut` says when its connection ends, as soon as a commit is on its way or has arrived."""

    def __init__(self, url: str) -> None:
        folder = Path(str(sa.make_url(url).query["host"]))
        self.target = str(next(folder.glob(".s.PGSQL.*[0-9]")))
        self.cut: str | None = None
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def was_cut(self) -> bool:
        return self.cut is None

    def close(self) -> None:
        for each in (self.listening, *self.ends):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    @property
    def url(self) -> str:
        return f"postgresql://postgres:@127.0.0.1:{self.listening.getsockname()[1]}/portail"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                here, _address = self.listening.accept()
                there = socket.socket(socket.AF_UNIX)
                there.connect(self.target)
                self.ends += [here, there]
                for work in (
                    lambda a=here, b=there: self._ask(a, b),
                    lambda a=there, b=here: self._pass(a, b),
                ):
                    threading.Thread(target=work, daemon=True).start()

    def _ask(self, here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while words := here.recv(65536):
                if self.cut and b"COMMIT" in words:
                    when, self.cut = self.cut, None
                    here.shutdown(socket.SHUT_RDWR)  # no answer comes through any more
                    if when == "for good":
                        self.listening.shutdown(socket.SHUT_RDWR)
                    if when != "before":
                        there.sendall(words)
                    there.shutdown(socket.SHUT_WR)
                    return
                there.sendall(words)
        with suppress(OSError):
            there.shutdown(socket.SHUT_WR)

    def _pass(self, there: socket.socket, here: socket.socket) -> None:
        with suppress(OSError):
            while words := there.recv(65536):
                here.sendall(words)
        with suppress(OSError):
            here.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_commit_whose_answer_is_lost_is_done_once(
    url: str, tmp_path: Path, clock: FrozenClock, sign_in: SignIn, when: str
) -> None:
    with closing(Line(url)) as line, closed(portal_on(line.url, tmp_path, clock)) as portal:
        build, member = Builder(portal, clock), portal.test_client()
        sign_in(member, build.account(committee=build.committee()))
        before = needs(portal)
        line.cut = when
        answer = member.post("/besoins/nouveau", data=TYPED, headers=OURS)

        assert line.was_cut
        assert answer.status_code == 303
        assert needs(portal) == before + 1


def test_while_nobody_can_say_whether_it_was_kept_it_is_not_done_again(
    url: str, tmp_path: Path, clock: FrozenClock, sign_in: SignIn
) -> None:
    with closing(Line(url)) as line, closed(portal_on(line.url, tmp_path, clock)) as portal:
        build, member = Builder(portal, clock), portal.test_client()
        sign_in(member, build.account(committee=build.committee()))
        line.cut = "for good"
        answer = member.post("/besoins/nouveau", data=TYPED, headers=OURS)

    assert answer.status_code == 503
    assert "Nous ne savons pas si votre envoi est arrivé" in words(answer)
    assert handed_back(answer.text)[0].filled()["reason"] == [TYPED["reason"]]


def test_of_two_that_stand_in_each_others_way_both_go_through_once(portal: Flask, clock: FrozenClock) -> None:
    build = Builder(portal, clock)
    rows, together = [build.organisation().id, build.organisation().id], threading.Barrier(2)

    @access(Who.PUBLIC)
    def both() -> str:
        order = rows if request.form["order"] == "1" else rows[::-1]
        with transaction() as work:
            work.add(Organisation(slug=f"deux-{request.form['order']}", name="deux", created_at=MOMENT))
            for row in order:
                work.get_one(Organisation, row, with_for_update=True)
                if not together.broken:
                    with suppress(threading.BrokenBarrierError):
                        together.wait(5)
                    together.abort()
        return "fait"

    portal.view_functions["needs.new"] = both
    with ThreadPoolExecutor(2) as threads:
        answers = list(
            threads.map(
                lambda order: portal.test_client().post("/besoins/nouveau", data={"order": order}), "12"
            )
        )

    assert [answer.text for answer in answers] == ["fait", "fait"]
    with portal.app_context():
        query = select(Organisation).where(col(Organisation.slug).startswith("deux-"))
        assert len(session().exec(query).all()) == 2


def test_who_waits_too_long_for_what_another_holds_is_told_to_come_back(
    portal: Flask, member: FlaskClient, url: str
) -> None:
    portal.extensions["database_limits"] = PostgresqlLimits(statement=20, lock=1, idle=60)
    with portal.app_context():
        db.engine.dispose()
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE need IN EXCLUSIVE MODE")
        answer = member.post("/besoins/nouveau", data=TYPED, headers=OURS)

    assert answer.status_code == 503
    assert "Le portail est occupé en ce moment" in words(answer)
    assert handed_back(answer.text)


def test_what_would_take_too_long_is_given_up(portal: Flask) -> None:
    portal.extensions["database_limits"] = PostgresqlLimits(statement=1, lock=1, idle=60)

    @access(Who.PUBLIC)
    def slow() -> str:
        return str(session().connection().exec_driver_sql("SELECT pg_sleep(60)"))

    portal.view_functions["public.home"] = slow
    with portal.app_context():
        db.engine.dispose()
    assert portal.test_client().get("/").status_code == 503


@pytest.mark.databases("sqlite")
def test_those_who_queue_for_a_held_file_do_not_wait_for_each_other(
    app: Flask, build: Builder, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    account = build.account(committee=build.committee())
    monkeypatch.setattr(database, "BUSY_SECONDS", 1)
    with app.app_context():
        db.engine.dispose()
    clients = [app.test_client() for _ in range(4)]
    for client in clients:
        sign_in(client, account)
    # A process reads its catalogue once: that is not what is waited for.
    sign_in(warm := app.test_client(), build.account(committee=build.committee()))
    assert warm.post("/besoins/nouveau", data=TYPED, headers=OURS).status_code == 303
    holding = sqlite3.connect(str(sa.make_url(settings.database_url).database))
    holding.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with ThreadPoolExecutor(4) as threads:
        answers = list(
            threads.map(lambda client: client.post("/besoins/nouveau", data=TYPED, headers=OURS), clients)
        )
    waited = time.monotonic() - began
    holding.close()

    assert {answer.status_code for answer in answers} == {503}
    assert waited < 3
    assert clients[0].post("/besoins/nouveau", data=TYPED, headers=OURS).status_code == 303


def test_a_machine_holds_no_more_connections_than_the_page_for_administrators_says(url: str) -> None:
    """Counted by the server, of a process that takes all that it is given and leads; each thread of a worker asks for its own."""
    named = database_url(url)
    engine, leader = sa.create_engine(**{**engine_options(named), "pool_timeout": 0.1}), leader_for(named)
    with ExitStack() as held, psycopg.connect(url) as server:
        held.callback(engine.dispose)
        held.callback(leader.release)
        assert leader.acquire()
        with suppress(sa.exc.TimeoutError):
            while True:
                held.enter_context(engine.connect())
        found = server.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()

    assert found
    assert most_connections(0) == found[0]
    assert most_connections(3) == 4 * (found[0] - 1) + 1
    assert f"--threads={database.THREADS}" in serve.web_command(serve.Served(0, "", 3, "", 0, ""))
    page = (Path(serve.__file__).parents[1] / "docs/scaling.md").read_text()
    assert f"trois machines = 3 × (10 × 2 + 11) = {3 * most_connections(2)} " in page
    for short, long in (
        (f"{OF_REQUESTS.statement} s", f"{OF_WORK.statement // 60} min"),
        (f"{OF_REQUESTS.lock} s", f"{OF_WORK.lock // 60} min"),
        (f"{OF_REQUESTS.idle // 60} min", f"{OF_WORK.idle // 3600} h"),
    ):
        assert f"| {short} | {long} " in page
