"""What is watched stays watched when something of it cannot be looked at, and nothing is called wrong that is not."""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import db, transaction
from app.health import starting
from app.health.answers import Health
from app.health.checks import Finding
from app.jobs import sessions_of
from app.models import HealthLook
from app.models.states import Role
from config import MailSecurity, Settings
from notifications import outbox
from notifications.models import Outcome
from notifications.outcomes import Retry
from notifications.runs import Recorder
from tests.app.health.test_overview import PATH, ran, wrote
from tests.app.health.test_told import watched
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

NO_FOLDER = Path("/" + "x" * 300)
"""The system answers with an error where it is asked whether this is there, as it does of a disk that went away."""


@pytest.fixture
def administrator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.ADMINISTRATOR, password="x"))
    return client


def begins(app: Flask, clock: FrozenClock, name: str, at: datetime | None = None) -> int:
    """A run that has not ended, begun by a clock that says `at`."""
    with app.app_context():
        return Recorder(sessions_of(db.engine), lambda: at or clock()).start(name, None)


def test_what_cannot_be_looked_at_is_said_with_all_the_rest_and_stops_nobody(
    app: Flask, settings: Settings, administrator: FlaskClient, clock: FrozenClock
) -> None:
    app.extensions["settings"] = away = replace(
        settings, backup_dir=NO_FOLDER, mail_server="smtp..fr", mail_security=MailSecurity.NONE
    )
    watched(app, clock)
    (letter,) = watched(app, clock, 10)
    doctor = app.test_cli_runner().invoke(args=["doctor"])
    with app.app_context(), transaction() as session:
        look = session.get(HealthLook, "memory")
        assert look is not None
        look.facts = {"free": "of another version"}
    page = words(administrator.get(PATH))

    assert "Dossier des sauvegardes : Cela n’a pas pu être vérifié" in letter
    assert "smtp..fr ne répond pas" in letter
    assert doctor.exit_code == 1
    assert "Disque des données : " in doctor.output
    assert "Mémoire Cela n'a pas pu être vérifié" in page.replace("ne va pas ", "")
    assert any("PORTAIL_BACKUP_DIR" in each for each in starting.at_start(away, {}))


def test_a_run_dated_in_the_future_hides_no_clock_that_stands_still(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    begins(app, clock, "relances", at=clock() + timedelta(days=900))
    in_future = client.get("/readyz").get_json()["scheduler"]
    ran(app, clock, "courriels")
    lives = client.get("/readyz").get_json()["scheduler"]
    clock.advance(minutes=11)
    silent = client.get("/readyz").get_json()["scheduler"]

    assert (in_future, lives, silent) == ("silent", "ok", "silent")


def test_a_backup_of_an_hour_is_not_late_and_a_job_that_fails_does_not_hide_while_it_runs_again(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    begins(app, clock, "sauvegarde")
    ran(app, clock, "relances", Outcome.FAILED, "ValueError: non")
    clock.advance(hours=1, minutes=30)
    begins(app, clock, "relances")
    ran(app, clock, "courriels")

    page = words(administrator.get(PATH))

    assert "En retard" not in page
    assert "Un travail a échoué à son dernier passage : Relances." in page


def deferred(app: Flask, clock: FrozenClock, times: int) -> None:
    """The mail server says « later » to every letter that waits, so many times, each as soon as it is due again."""
    for _ in range(times):
        clock.advance(hours=1)
        with app.app_context(), transaction() as session:
            for row in outbox.claim(session, "tests", 10, clock()):
                outbox.settle(session, row, "tests", Retry("451 later"), clock(), random.Random(1))


def test_letters_that_are_put_off_again_and_again_are_late_since_they_fell_due(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    wrote(app, "first", clock())
    deferred(app, clock, 5)
    ran(app, clock, "courriels")
    page = words(administrator.get(PATH))

    assert "Des e-mails attendent depuis trop longtemps. 1 e-mail attend" in page


def test_a_second_job_that_fails_later_is_told_of_too(
    app: Flask, administrator: FlaskClient, clock: FrozenClock
) -> None:
    ran(app, clock, "oubli", Outcome.FAILED, "ValueError: non")
    watched(app, clock)
    (first,) = watched(app, clock, 10)
    ran(app, clock, "menage", Outcome.FAILED, "ValueError: non")
    watched(app, clock)
    (second,) = watched(app, clock, 10)
    ran(app, clock, "oubli")
    (over,) = watched(app, clock)

    assert "Données anciennes" in first
    assert "Données anciennes, Ménage" in second
    assert "Travaux qui échouent : Données anciennes" in over
    assert "Ménage" not in over


@pytest.mark.databases("sqlite")
def test_the_last_backup_is_the_file_that_lies_there_and_not_what_was_once_recorded(
    app: Flask, settings: Settings, administrator: FlaskClient, clock: FrozenClock, tmp_path: Path
) -> None:
    app.extensions["settings"] = replace(settings, backup_dir=tmp_path)

    def said() -> str:
        ran(app, clock, "courriels")
        return next(
            line
            for line in app.test_cli_runner().invoke(args=["doctor"]).output.splitlines()
            if "Dernière s" in line
        )

    ran(app, clock, "courriels")
    not_yet = said()
    clock.advance(hours=40)
    never = said()
    ran(
        app,
        clock,
        "sauvegarde",
        figures={"path": str(tmp_path / "portail-2026-11-24-013000.tar.gz"), "bytes": 9},
    )
    gone = said()
    made = app.test_cli_runner().invoke(args=["backup", str(tmp_path)])
    again = said()

    assert not_yet.startswith("  ? ")
    assert never.startswith("MAL")
    assert "n’est plus dans le dossier" in gone
    assert made.exit_code == 0
    assert again.startswith("bien")


def test_a_disk_that_fills_and_a_certificate_that_ends_are_written_about_while_there_is_time() -> None:
    said = Finding("data", "Disque", Health.WARNING, "", "")

    assert said.alarms == ("data:soon",)
    assert replace(said, state=Health.WRONG).alarms == ("data", "data:soon")
    assert replace(said, cause="settings").alarms == ()
