"""PostgreSQL: its own programs write and read the copy; this sees to the moment of it, and to what was there before."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import LiteralString

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from app import migrate
from app.backup.errors import BackupError
from app.db import create_engine

FILE = "portail.dump"
BEFORE = "avant_restauration"
"""The schema in which what was there waits until its replacement is complete."""


def snapshot(url: str, target: Path, hold: Callable[[], None]) -> str:
    """Copy the database as it is at one moment, and call `hold` at that moment; the revision it is at.

    Nobody writes photos while `hold` runs; everybody may write while the copy is made.
    """
    program = _program("pg_dump")
    with _connect(url) as locking, _connect(url) as reading:
        locking.execute("BEGIN")
        locking.execute("LOCK TABLE photo IN SHARE MODE")
        hold()
        reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        shared = _one(reading, "SELECT pg_export_snapshot()")
        locking.execute("ROLLBACK")
        revision = _one(reading, "SELECT version_num FROM alembic_version")
        _run(url, program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={shared}",
             f"--file={target}", "--dbname")  # fmt: skip
        return revision


def examine(file: Path, revision: str) -> None:
    """Check that the copy can be listed and is not newer than this portal."""
    if revision not in migrate.revisions():
        raise BackupError(
            f"Cette sauvegarde vient d'une version plus récente du portail (schéma {revision[:40]}) :"
            " mettez le portail à jour, puis recommencez."
        )
    done = subprocess.run(  # noqa: S603
        [_program("pg_restore"), "--list", str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"pg_restore ne lit pas cette sauvegarde : {_last_line(done.stderr)}")


def alone(url: str) -> None:
    """Refuse while anybody else is connected."""
    with _connect(url) as connection:
        others = _one(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        )
    if int(others):
        raise BackupError(
            "Un programme est encore connecté à la base. Arrêtez le portail sur toutes ses machines, puis recommencez."
        )


def load(url: str, file: Path) -> None:
    """Replace what the database holds by the copy, at today's schema; what was there comes back if anything fails."""
    program = _program("pg_restore")
    with _connect(url) as connection:
        _step(connection, f"ALTER SCHEMA public RENAME TO {BEFORE}", "CREATE SCHEMA public")
        try:
            _run(url, program, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
                 str(file), "--dbname")  # fmt: skip
            engine = create_engine(url)
            try:
                migrate.upgrade(engine)
            finally:
                engine.dispose()
        except BaseException:
            _step(connection, "DROP SCHEMA public CASCADE", f"ALTER SCHEMA {BEFORE} RENAME TO public")
            raise
        connection.execute(f"DROP SCHEMA {BEFORE} CASCADE")


def _parameters(url: str) -> dict[str, str]:
    """What libpq is told: a password may hold what no address can."""
    parsed = sa.make_url(url)
    _arguments, found = parsed.get_dialect()().create_connect_args(parsed)
    return {name: str(value) for name, value in found.items() if name != "context"}


def _connect(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(make_conninfo(**_parameters(url)), autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupError(f"PostgreSQL ne répond pas : {_last_line(str(error))}") from error


def _one(connection: psycopg.Connection, statement: LiteralString) -> str:
    row = connection.execute(statement).fetchone()
    return str(row[0]) if row else ""


def _step(connection: psycopg.Connection, *statements: LiteralString) -> None:
    """All of them or none."""
    try:
        with connection.transaction():
            for statement in statements:
                connection.execute(statement)
    except psycopg.Error as error:
        raise BackupError(f"PostgreSQL a refusé : {_last_line(str(error))}") from error


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise BackupError(
            f"{name} est introuvable. Installez-le (sudo apt install postgresql-client), dans la version du serveur"
            " ou une plus récente, puis recommencez."
        )
    return found


def _run(url: str, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs; its last argument, the database's address, is added.

    Everybody on the machine may read arguments: the password is not among them.
    """
    parameters = _parameters(url)
    password = parameters.pop("password", None)
    secret = {"PGPASSWORD": password} if password else {}
    done = subprocess.run(  # noqa: S603
        [program, *arguments, make_conninfo(**parameters)],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{Path(program).name} a échoué : {_last_line(done.stderr)}")


def _last_line(words: str) -> str:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "aucune explication."
