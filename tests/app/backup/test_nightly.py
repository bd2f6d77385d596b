"""The clock's own backup: every night into the folder of the settings, the last ones kept, failures said."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Event

import psutil
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import jobs
from app.backup import service
from app.backup.copying import copy
from app.backup.errors import BackupError
from app.backup.standing import BackupStanding, standing
from app.db import db, transaction
from app.health.results import run_sentence
from app.models.states import Role
from app.web.text import speaking
from config import Settings
from notifications import scheduler
from notifications.runs import Figures, Recorder
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def night(app: Flask, settings: Settings, photo: str, clock: FrozenClock) -> Callable[..., None]:
    """Run the job for a folder, recorded as the scheduler does."""

    def run(folder: Path, name: str = "sauvegarde", command: tuple[str, ...] = ()) -> None:
        here = replace(settings, backup_dir=folder, backup_copies=2, backup_copy=command)
        (job,) = (job for job in jobs.table(app, here, clock, "tests", Event()) if job.name == name)
        with app.app_context():
            scheduler.execute(job, Recorder(jobs.sessions_of(db.engine), clock))

    return run


def test_each_night_leaves_a_backup_and_only_the_last_ones_stay(
    app: Flask,
    night: Callable[..., None],
    clock: FrozenClock,
    client: FlaskClient,
    build: Builder,
    sign_in: SignIn,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "portail-avant-travaux.tar.gz").write_bytes(b"made by hand")
    for _ in range(4):
        night(folder)
        clock.advance(days=1)

    assert sorted(path.name for path in folder.iterdir()) == [
        "portail-2026-11-25-100000.tar.gz",
        "portail-2026-11-26-100000.tar.gz",
        "portail-avant-travaux.tar.gz",
    ]
    sign_in(client, build.account(Role.ADMINISTRATOR))
    assert (
        "portail-2026-11-26-100000.tar.gz, 0,1 Mo. Elle a été restaurée à l'essai. 1 ancienne sauvegarde effacée."
        in words(client.get("/administration/sante"))
    )


@pytest.mark.databases("sqlite")
def test_a_night_without_a_backup_is_told_first(
    night: Callable[..., None], client: FlaskClient, build: Builder, sign_in: SignIn, tmp_path: Path
) -> None:
    night(tmp_path / "absent")

    sign_in(client, build.account(Role.ADMINISTRATOR))
    page = words(client.get("/administration/sante"))
    assert "Un travail a échoué à son dernier passage : Sauvegarde." in page
    assert f"Le dossier {tmp_path / 'absent'} n'existe pas. Créez-le, ou corrigez PORTAIL_BACKUP_DIR." in page


@pytest.mark.databases("sqlite")
def test_a_backup_has_its_sentence_in_english(app: Flask) -> None:
    with app.app_context(), speaking("en"):
        figures: Figures = {"path": "/b.tar.gz", "bytes": 12_345_678, "backups_deleted": 0}
        assert run_sentence("sauvegarde", figures) == "/b.tar.gz, 12.3 MB."
        figures = {**figures, "backups_deleted": 2}
        assert run_sentence("sauvegarde", figures) == "/b.tar.gz, 12.3 MB. 2 old backups deleted."


@pytest.mark.databases("sqlite")
def test_what_a_killed_night_left_is_swept_and_nothing_else(
    night: Callable[..., None], clock: FrozenClock, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    ages = {
        "portail-2026-11-22-023000.tar.gz.part": 7200,
        "portail-2026-11-23-095500.tar.gz.part": 60,  # another portal's, which is writing it
        "portail-de-2025.tar.gz.part": 7200,
        "lettre.part": 7200,
    }
    for name, seconds in ages.items():
        (folder / name).write_bytes(b"half")
        moment = clock().timestamp() - seconds
        os.utime(folder / name, (moment, moment))

    night(folder)

    assert {path.name for path in folder.iterdir()} == {
        *list(ages)[1:],
        "portail-2026-11-23-100000.tar.gz",
    }


@pytest.mark.databases("sqlite")
def test_a_portal_that_stops_does_not_wait_for_its_backup(
    settings: Settings, photo: str, clock: FrozenClock, tmp_path: Path
) -> None:
    folder, stop = tmp_path / "backups", Event()
    folder.mkdir()
    stop.set()
    with pytest.raises(BackupError, match="s'arrêtait"):
        service.back_up(settings, folder, replace=False, now=clock(), stop=stop)
    assert list(folder.iterdir()) == []


@pytest.mark.databases("sqlite")
def test_each_backup_goes_elsewhere_once_by_the_administrators_command(
    app: Flask, night: Callable[..., None], clock: FrozenClock, tmp_path: Path
) -> None:
    folder, other, log = tmp_path / "backups", tmp_path / "a name; with $(touch signs)", tmp_path / "log"
    folder.mkdir()
    other.mkdir()

    def stands() -> BackupStanding:
        with app.app_context(), transaction() as current:
            return standing(current)

    def copied(*command: str) -> None:
        night(folder, "copie", command)
        clock.advance(hours=1)

    copied("cp", "{}", str(other))
    assert stands() == BackupStanding(
        None, None, 0, "", sealed=False, failure=None, copied=None, copy_failure=None, rehearsed=None
    )
    night(folder)
    copied("sh", "-c", 'yes "$0" | head -c 3000000; echo; echo disque plein; exit 23')
    assert stands().copied is None
    assert "a échoué (code 23). disque plein" in (stands().copy_failure or "")
    copied("/nulle/part")
    assert "ne se lance pas" in (stands().copy_failure or "")
    for _ in range(2):
        copied("sh", "-c", f'echo "$2" >> "{log}" && cp "$2" "$1"', "copie", str(other))

    now = stands()
    assert (now.copied is not None, now.copy_failure, now.trial) == (True, None, "restored")
    assert [path.name for path in other.iterdir()] == [Path(now.path or "").name]
    assert log.read_text().splitlines() == [now.path]
    assert not now.missing(clock())
    clock.advance(hours=24)
    assert now.missing(clock())


@pytest.mark.databases("sqlite")
def test_a_copy_that_lasts_too_long_is_ended_with_all_that_it_began(tmp_path: Path) -> None:
    started = tmp_path / "started"
    with pytest.raises(BackupError, match="durait plus de 0 min"):
        copy(("sh", "-c", f'sleep 600 & echo $! > "{started}"; wait'), tmp_path / "b", 0)
    if started.exists() and (number := started.read_text().strip()):
        assert not psutil.pid_exists(int(number)) or psutil.Process(int(number)).status() == "zombie"
