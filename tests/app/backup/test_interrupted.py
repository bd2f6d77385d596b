"""A restoration that is killed, told to stop, or fails at its last step leaves the portal as it was."""

import multiprocessing
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, migrate
from app.backup import service
from app.backup.errors import BackupError
from app.backup.sealing import KeyPair
from app.db import db
from config import Settings
from tests.app.backup.conftest import Elsewhere
from tests.builders import Builder
from tests.conftest import PATIENCE, FrozenClock

Meddle = Callable[[str, str], None]


@pytest.fixture
def meddle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Meddle:
    """Have a shell command run after each run of a program of PostgreSQL's, but for its mere looking."""
    folder = tmp_path / "programs"
    folder.mkdir()

    def put(program: str, command: str) -> None:
        real = shutil.which(program)
        script = folder / program
        script.write_text(
            f'#!/bin/sh\n"{real}" "$@" || exit\ncase "$*" in *--list*) exit ;; esac\n{command}\n'
        )
        script.chmod(0o700)
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)

    return put


def needs(settings: Settings) -> int:
    engine = sa.create_engine(settings.database_url)
    with engine.connect() as connection:
        number = connection.execute(sa.text("select count(*) from need")).scalar()
    engine.dispose()
    return int(number or 0)


@pytest.mark.databases("postgresql")
@pytest.mark.parametrize(
    ("program", "number"),
    [
        ("pg_restore", signal.SIGKILL),
        ("psql", signal.SIGKILL),
        ("psql", signal.SIGTERM),
        ("pg_restore", signal.SIGHUP),
    ],
)
def test_a_restoration_that_is_ended_half_way_leaves_the_portal_and_can_be_done_again(
    app: Flask,
    settings: Settings,
    archive: Path,
    photo: str,
    build: Builder,
    clock: FrozenClock,
    meddle: Meddle,
    monkeypatch: pytest.MonkeyPatch,
    program: str,
    number: signal.Signals,
) -> None:
    build.need(text="Déclaré après la sauvegarde")
    with app.app_context():
        db.engine.dispose()
    with monkeypatch.context():
        path = os.environ["PATH"]
        meddle(program, f"kill -{number.value} $PPID")

        def restore() -> None:
            try:
                service.restore(settings, archive, replace=True, now=clock())
            except BackupError as error:
                os._exit(3 if "interrompue" in str(error) else 4)

        child = multiprocessing.get_context("fork").Process(target=restore)
        child.start()
        child.join(PATIENCE)
    monkeypatch.setenv("PATH", path)

    assert child.exitcode == (-number if number == signal.SIGKILL else 3)
    assert needs(settings) == 2
    assert (settings.photos_dir / f"{photo}.jpg").exists()
    assert [path.name for path in settings.data_dir.glob("avant*")] == []
    service.restore(settings, archive, replace=True, now=clock())
    assert needs(settings) == 1


@pytest.mark.databases("postgresql")
def test_a_last_step_that_fails_gives_back_the_photos_and_the_database(
    app: Flask, settings: Settings, archive: Path, photo: str, clock: FrozenClock, meddle: Meddle
) -> None:
    (settings.photos_dir / f"{photo}.jpg").write_bytes(b"another by now")
    address = sa.make_url(settings.database_url).set(drivername="postgresql")
    whole = address.render_as_string(hide_password=False)
    meddle("pg_dump", f"psql -X -q -c 'DROP SCHEMA restauration CASCADE' -d '{whole}'")

    with pytest.raises(BackupError, match="PostgreSQL a refusé"):
        service.restore(settings, archive, replace=True, now=clock())

    assert needs(settings) == 1
    assert (settings.photos_dir / f"{photo}.jpg").read_bytes() == b"another by now"
    assert [path.name for path in settings.data_dir.glob("avant*")] == []


@pytest.mark.databases("postgresql")
def test_a_database_without_tables_has_nothing_to_back_up(
    settings: Settings, clock: FrozenClock, tmp_path: Path
) -> None:
    address = sa.make_url(settings.database_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    with pytest.raises(BackupError, match="n'a pas ses tables"):
        service.back_up(settings, tmp_path, replace=False, now=clock())


@pytest.mark.parametrize("replace", [False, True])
def test_what_somebody_enters_while_the_backup_is_read_is_not_lost(
    archive: Path,
    elsewhere: Elsewhere,
    clock: FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
    replace: bool,
) -> None:
    other, unpacked = elsewhere("other"), service._unpacked

    def slowly(settings: Settings, source: Path, folder: Path, pair: KeyPair | None) -> object:
        read = unpacked(settings, source, folder, pair)
        portal = create_app(other, clock)
        with portal.app_context():
            if settings.is_sqlite:
                migrate.upgrade(db.engine)
        Builder(portal, clock).need()
        with portal.app_context():
            db.engine.dispose()
        return read

    monkeypatch.setattr(service, "_unpacked", slowly)
    if replace:
        assert service.restore(other, archive, replace=True, now=clock()).aside is not None
    else:
        with pytest.raises(BackupError, match="--replace"):
            service.restore(other, archive, replace=False, now=clock())
        assert needs(other) == 1
