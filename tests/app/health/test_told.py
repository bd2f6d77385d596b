"""Administrators are told what goes wrong, once, and that it is right again; the page, `doctor` and the letters say the same."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import Session, select

from app import jobs
from app.db import db, transaction
from app.health import looking, sources, writing
from app.health.answers import Health
from app.health.checks import findings
from app.health.seeing import see
from app.models import HealthLook, OutboxMessage
from app.models.states import Role
from app.work import JobContext
from config import MailSecurity, Settings
from notifications.models import State as Letter
from tests.app.health.test_overview import PATH, ran
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.certificates import certified
from tests.conftest import FrozenClock, SignIn
from tests.notifications.sink import Sink


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With a folder for backups that is there."""
    folder = tmp_path / "sauvegarde"
    folder.mkdir()
    return replace(settings, backup_dir=folder)


@pytest.fixture
def administrator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.ADMINISTRATOR, password="x"))
    return client


def watched(app: Flask, clock: FrozenClock, minutes: int = 0) -> list[str]:
    """The clock's job, some minutes later; what administrators were written since the last time, as its texts."""
    clock.advance(minutes=minutes)
    ran(app, clock, "courriels", seconds=0)
    with app.app_context():
        jobs.watch(JobContext(app.extensions["settings"], app.extensions["desk"], clock, "tests", Event()))
    with app.app_context(), transaction() as session:
        rows = session.exec(
            select(OutboxMessage).where(
                OutboxMessage.message == "portal_health", OutboxMessage.state == Letter.PENDING
            )
        ).all()
        for row in rows:
            row.state = Letter.CANCELLED
        return [" ".join(f"{row.subject}\n{row.body_text}".split()) for row in rows]


def test_who_loses_the_folder_of_backups_gets_one_letter_and_an_all_clear(
    app: Flask, settings: Settings, administrator: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    folder = settings.backup_dir
    assert folder is not None
    build.account(Role.COORDINATOR, password="x")
    assert watched(app, clock) == []

    folder.rmdir()
    at_once = watched(app, clock, 5)
    (letter,) = watched(app, clock, 10)
    later = [told for _ in range(5) for told in watched(app, clock, 60)]
    page = words(administrator.get(PATH))
    folder.mkdir()
    (over,) = watched(app, clock, 5)
    after = watched(app, clock, 5)

    assert at_once == [], "what passes by itself alarms nobody"
    assert "Le portail a besoin de vous" in letter
    assert "sauvegarde n’existe pas" in letter
    assert "n'existe pas : la prochaine sauvegarde échouera. Créez-le" in page
    assert later == []
    assert "Le portail va de nouveau bien" in over
    assert "Dossier des sauvegardes" in over
    assert after == []


def test_what_comes_and_goes_is_told_once_a_day_and_what_stays_once_a_week(
    app: Flask, settings: Settings, administrator: FlaskClient, clock: FrozenClock
) -> None:
    folder = settings.backup_dir
    assert folder is not None
    told = 0
    for _ in range(6):
        folder.rmdir()
        told += sum(
            "besoin de vous" in letter for minutes in (5, 10) for letter in watched(app, clock, minutes)
        )
        folder.mkdir()
        watched(app, clock, 5)
    assert told == 1

    folder.rmdir()
    days = [
        day
        for day in range(16)
        for letter in watched(app, clock, 24 * 60)
        if "besoin de vous" in letter and "Dossier des sauvegardes" in letter
    ]
    assert days == [1, 8, 15]


def test_who_forgot_that_a_proxy_stands_before_the_portal_is_told(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    asked = sources.Sources(app, clock)
    for _ in range(sources.ENOUGH + 1):
        asked.count("127.0.0.1", "Firefox", forwarded=True)
    watched(app, clock)
    (letter,) = watched(app, clock, 10)
    page = words(administrator.get(PATH))
    asked.count("203.0.113.7", "Firefox", forwarded=False)
    asked.count("198.51.100.7", "Firefox", forwarded=False)
    (over,) = watched(app, clock, 40)

    assert "PORTAIL_PROXIES" in letter
    assert "Toutes les demandes semblent venir d'une même adresse" in page
    assert "D’où l’on vient" in over
    with app.app_context(), transaction() as session:
        assert "203.0" not in repr(session.exec(select(HealthLook)).all())


def test_one_person_alone_is_no_proxy(app: Flask, administrator: FlaskClient, clock: FrozenClock) -> None:
    asked = sources.Sources(app, clock)
    for number in range(4 * sources.ENOUGH):
        asked.count("192.168.1.4", f"Firefox {number % 2}", forwarded=False)

    assert "semblent venir" not in words(administrator.get(PATH))


def test_doctor_says_what_the_page_says_and_ends_with_1_only_when_something_is_wrong(
    app: Flask, settings: Settings, administrator: FlaskClient, clock: FrozenClock
) -> None:
    watched(app, clock)
    well = app.test_cli_runner().invoke(args=["doctor"])
    (settings.backup_dir or settings.data_dir).rmdir()
    watched(app, clock)
    ill = app.test_cli_runner().invoke(args=["doctor"])
    page = words(administrator.get(PATH))
    with app.app_context(), transaction() as session:
        found = findings(see(session, settings, jobs.TABLE, clock()))

    assert (well.exit_code, ill.exit_code) == (0, 1)
    assert "Tout va bien." in well.output
    assert [each.cause for each in found if each.state is Health.WRONG] == ["backup_folder"]
    for each in found:
        if each.cause not in {"data", "memory"}:  # what is free changes from one look to the next
            assert each.sentence in ill.output
        assert each.title.replace("’", "'") in page


def test_a_mail_server_is_looked_at_for_its_certificate(
    session: Session, settings: Settings, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the clock's job and `doctor`, over a real connection."""

    def said(days: int, trusted: bool, port: int | None = None) -> tuple[Health, str]:
        crt, context = certified(tmp_path, "localhost", days)
        monkeypatch.setenv("SSL_CERT_FILE", str(crt) if trusted else "/dev/null")
        with Sink(starttls=context) as sink:
            spoken = replace(settings, mail_server="localhost", mail_port=port or sink.port)
            facts = looking.mail_server(spoken)
        look = HealthLook(name="mail_server", at=datetime.now(UTC), facts=dict(facts))
        seen = see(session, spoken, jobs.TABLE, datetime.now(UTC), {"mail_server": look})
        (found,) = (each for each in findings(seen) if each.cause == "mail_server")
        return found.state, found.sentence

    assert said(60, trusted=True)[0] is Health.OK
    assert said(20, trusted=True)[0] is Health.WARNING
    assert said(6, trusted=True)[0] is Health.WRONG
    assert said(60, trusted=False)[0] is Health.WRONG
    assert said(60, trusted=True, port=1)[1].startswith("localhost ne répond pas")


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """No process of this one may make a file longer than so many bytes: the system refuses, as it does on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def only_reading(engine: sa.Engine) -> Iterator[None]:
    """Every connection refuses to write, as those of a copy do, or of a file system that is read-only."""
    postgresql = engine.dialect.name == "postgresql"
    said = "SET TRANSACTION READ ONLY" if postgresql else "PRAGMA query_only = on"

    def refuse(connection: sa.Connection) -> None:
        connection.exec_driver_sql(said)

    sa.event.listen(engine, "begin", refuse)
    try:
        yield
    finally:
        sa.event.remove(engine, "begin", refuse)
        if not postgresql:
            engine.dispose()


def test_a_portal_that_cannot_write_is_not_ready(app: Flask, client: FlaskClient, clock: FrozenClock) -> None:
    ran(app, clock, "courriels")
    before = client.get("/readyz")
    with no_file_beyond(writing.BYTES // 2):
        full = client.get("/readyz")
    with app.app_context(), only_reading(db.engine):
        refused = client.get("/readyz")
    after = client.get("/readyz")

    assert (before.status_code, full.status_code, refused.status_code, after.status_code) == (
        200,
        503,
        503,
        200,
    )
    assert full.get_json()["write"] == refused.get_json()["write"] == "failed"
    with app.app_context(), transaction() as session:
        names = [row.name for row in session.exec(select(HealthLook))]
        assert names.count("write") == 1, "what is written does not grow"


def test_a_letter_to_try_goes_the_way_of_all_and_the_page_says_what_became_of_it(
    app: Flask, administrator: FlaskClient, clock: FrozenClock, settings: Settings
) -> None:
    for _ in range(2):
        answer = administrator.post(f"{PATH}/essai", follow_redirects=True)
    waits = words(answer)
    with app.app_context(), Sink() as sink:
        mailed = replace(
            settings, mail_server="127.0.0.1", mail_port=sink.port, mail_security=MailSecurity.NONE
        )
        jobs.send_mail(mailed, clock, "tests")
    clock.advance(minutes=2)

    assert "Un e-mail d'essai part vers" in waits
    assert "attend Le dernier attend" in waits
    assert len(sink.taken) == 1
    assert "Le serveur a répondu" in words(administrator.get(PATH))
