"""A portal moves from one database to another with every row that it has, compared; what is interrupted goes on; nothing else is touched."""

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app, migrate
from app.db import create_engine, db
from app.models.schema import metadata
from app.moving import service
from app.moving.ends import PROGRESS
from app.moving.errors import MoveError
from config import Settings
from notifications.leader import leader_for
from tests import world
from tests.builders import Builder
from tests.conftest import FrozenClock, NewDatabase

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def source(app: Flask, settings: Settings, clock: FrozenClock) -> str:
    """A portal with a row of every kind, at rest."""
    world.make(app, clock)
    with app.app_context():
        db.engine.dispose()
    app.extensions["standing"].close()
    return settings.database_url


@pytest.fixture
def target(postgresql: str) -> Callable[[], str]:
    """Databases without a table."""
    names = iter(("cible", "autre"))

    def made() -> str:
        name = next(names)
        with psycopg.connect(postgresql, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
            server.execute(f"CREATE DATABASE {name}".encode())
        return postgresql.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")

    return made


def rows(url: str) -> dict[str, int]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def quiet(_words: str) -> None:
    """Nobody listens."""


def all_of(url: str) -> str:
    """What a program that reads the file with all that stands beside it finds."""
    with closing(sqlite3.connect(sa.make_url(url).database or "")) as file:
        return hashlib.sha256("\n".join(file.iterdump()).encode()).hexdigest()


def test_every_row_arrives_and_the_portal_goes_on_there_and_back(
    source: str, target: Callable[[], str], clock: FrozenClock, tmp_path: Path
) -> None:
    before, there, back = all_of(source), target(), f"sqlite:///{tmp_path}/retour.sqlite3"
    moved = service.move(source, there, quiet)

    assert rows(there) == rows(source)
    assert moved.rows == sum(rows(source).values()) > 500
    assert all_of(source) == before
    engine = create_engine(there)
    assert PROGRESS.name not in sa.inspect(engine).get_table_names()
    assert len(sa.inspect(engine).get_foreign_keys("match")) > 2
    engine.dispose()
    impatient = f"{there}&options=-c%20idle_in_transaction_session_timeout%3D50"

    def slowly(words: str) -> None:
        if words.startswith("Comparaison"):
            with psycopg.connect(there.replace("+psycopg", "")) as server:
                server.execute("SELECT pg_sleep(0.3)")

    assert service.move(impatient, back, slowly) == moved
    environ = {"DATA_DIR": str(tmp_path), "DATABASE_URL": there, "PORTAIL_BASE_URL": "http://localhost"}
    portal = create_app(Settings.from_environ(environ), clock)
    Builder(portal, clock).need()  # under a number that no row has
    with portal.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_portal_that_runs_or_is_started_meanwhile_is_found_out(
    source: str, target: Callable[[], str], new_database: NewDatabase, tmp_path: Path, kind: str
) -> None:
    there, here = f"sqlite:///{tmp_path}/cible.sqlite3", source
    if kind == "postgresql":
        here = target()
        migrate.upgrade(at_rest := create_engine(here))
        at_rest.dispose()
    visitor = create_engine(here)

    def starts(words: str) -> None:
        if words.startswith("Comparaison"):
            with visitor.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM need")

    with pytest.raises(MoveError, match="s'est connecté à la source pendant le déplacement"):
        service.move(here, there, starts)
    with pytest.raises(MoveError, match=r"encore connecté.*systemctl stop portail\.socket portail"):
        service.move(here, f"sqlite:///{tmp_path}/autre.sqlite3", quiet)
    visitor.dispose()
    (leader := leader_for(here)).acquire()
    with pytest.raises(MoveError, match="encore connecté"):
        service.move(here, f"sqlite:///{tmp_path}/autre.sqlite3", quiet)
    leader.release()
    service.move(here, f"sqlite:///{tmp_path}/autre.sqlite3", quiet)


def test_what_was_interrupted_goes_on_and_finds_what_has_changed_since(
    source: str, target: Callable[[], str]
) -> None:
    there, told = target(), list[str]()

    def cut(words: str) -> None:
        told.append(words)
        if len(told) == 6:
            raise KeyboardInterrupt

    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            service.move(source, there, cut)
        told.clear()
    with pytest.raises(MoveError, match=r"a commencé d'être remplie depuis sqlite:///"):
        service.move(f"{source}?timeout=5", there, quiet)
    engine = create_engine(source)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET description = description || '!'")
    engine.dispose()
    with pytest.raises(MoveError, match=r"La table organisation n'est pas la même des deux côtés"):
        service.move(source, there, quiet)
    engine = create_engine(there)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET description = description || '!'")
    engine.dispose()
    service.move(source, there, told.append)

    assert told[0] == "Le déplacement reprend où il s'était arrêté."
    assert rows(there) == rows(source)


def test_a_target_that_is_somebodys_is_refused_and_left_alone(
    source: str, target: Callable[[], str], new_database: NewDatabase, app: Flask, build: Builder
) -> None:
    strange, used = target(), new_database()
    with psycopg.connect(strange.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE TABLE compta (id int)")
    engine = create_engine(used)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO rate_counter (key, hits, expires_at) VALUES ('a', 1, '2026-01-01')"
        )
    engine.dispose()

    for where, words in (
        (strange, r"contient déjà d'autres tables \(compta"),
        (used, r"contient déjà des lignes \(table rate_counter\)"),
        (source, "sont la même base"),
    ):
        with pytest.raises(MoveError, match=words):
            service.move(source, where, quiet)
    with pytest.raises(MoveError, match="n'existe pas"):
        service.move("sqlite:////nulle/part.sqlite3", strange, quiet)
    engine = create_engine(used)
    assert PROGRESS.name not in sa.inspect(engine).get_table_names()
    engine.dispose()


def test_the_command_reads_where_to_go_from_the_settings_and_says_what_the_other_database_cannot_hold(
    app: Flask, source: str, target: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = app.test_cli_runner().invoke
    nowhere = run(args=["move-database"])
    monkeypatch.setenv("NEXT_DATABASE_URL", target())
    moved = run(args=["move-database"])
    assert "NEXT_DATABASE_URL" in nowhere.output
    assert "C'est déplacé et comparé" in moved.output
    engine = create_engine(source)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE organisation SET description = 'a' || char(0)")
    engine.dispose()
    nul, none = run(args=["move-database", source, target()]), run(args=["move-database", "mysql://x", "y"])

    assert nul.exit_code == 1
    assert "La table organisation ne se copie pas" in nul.output
    assert none.output.startswith(
        "Erreur : L'adresse d'une base doit commencer par sqlite:/// ou postgresql://"
    )
