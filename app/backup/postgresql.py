"""PostgreSQL: its own programs write and read the copy; this sees to the moment of it, and to what was there before."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import LiteralString

import psycopg
import psycopg.sql
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from app import migrate
from app.backup.errors import BackupError
from app.db import create_engine

FILE = "portail.dump"
BESIDE = "restauration"
"""The schema in which what is put back waits beside `public` until it is complete. One left by a dead process is swept."""

REHEARSAL = "_essai"
"""What the name of the database ends with in which a backup is tried. One left by a dead process is replaced."""

PATIENCE = 20
"""Tenths of a second that the server is given to see that who has left is gone."""
LOCK_MILLISECONDS = 60_000
"""How long the copy waits for a table that somebody holds; else for ever."""
NOT_OURS = (
    "Cette base PostgreSQL n'est pas celle d'un portail, ou n'a pas ses tables : il n'y a rien à sauvegarder."
)


def snapshot(url: str, target: Path, hold: Callable[[], None]) -> str:
    """Copy the database as it is at one moment, and call `hold` at that moment; the revision it is at.

    Nobody writes photos while `hold` runs; everybody may write while the copy is made.
    """
    with _told(), _connect(url) as locking, _connect(url) as reading:
        locking.execute("BEGIN")
        # Whoever writes a photo waits behind this.
        locking.execute(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
        locking.execute("LOCK TABLE photo IN SHARE MODE")
        hold()
        reading.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        shared = _one(reading, "SELECT pg_export_snapshot()")
        locking.execute("ROLLBACK")
        revision = _one(reading, "SELECT version_num FROM alembic_version")
        if not revision:
            raise BackupError(NOT_OURS)
        dump(url, target, f"--snapshot={shared}")
    return revision


def dump(url: str, target: Path, *arguments: str) -> None:
    """Write what the database holds to `target`, which pg_restore reads."""
    _run(url, _program("pg_dump"), "--format=custom", "--no-owner", "--no-privileges",
         f"--lock-wait-timeout={LOCK_MILLISECONDS}", f"--exclude-schema={BESIDE}", *arguments,
         f"--file={target}", "--dbname")  # fmt: skip


def examine(file: Path) -> None:
    """Check that the copy can be listed."""
    done = subprocess.run(  # noqa: S603
        [_program("pg_restore"), "--list", str(file)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BackupError(f"pg_restore ne lit pas cette sauvegarde : {_cause(done.stderr)}")


def rehearse(url: str, file: Path) -> str | None:
    """Restore the copy into a database of its own beside the portal's, and delete that again; the revision it is at.

    None where the role may not make databases.
    """
    name = f"{sa.make_url(url).database}{REHEARSAL}"[-63:]
    scratch = sa.make_url(url).set(database=name).render_as_string(hide_password=False)
    drop = psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(psycopg.sql.Identifier(name))
    make = psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(psycopg.sql.Identifier(name))
    with _told(), _connect(url) as connection:
        try:
            connection.execute(drop)
            connection.execute(make)
        except psycopg.errors.InsufficientPrivilege:
            _call(_program("pg_restore"), f"--file={os.devnull}", str(file))
            return None
        try:
            _restore_into(scratch, file)
            with _connect(scratch) as restored:
                return _one(restored, "SELECT version_num FROM alembic_version")
        finally:
            connection.execute(drop)


def _restore_into(url: str, file: Path) -> None:
    parameters = _parameters(url)
    password = parameters.pop("password", None)
    secret = {"PGPASSWORD": password} if password else {}
    _call(_program("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error",
          f"--dbname={make_conninfo(**parameters)}", str(file), **secret)  # fmt: skip


def alone(url: str) -> None:
    """Refuse while anybody else is connected."""
    with _told(), _connect(url) as connection:
        for _ in range(PATIENCE):
            others = _one(
                connection,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
            )
            if not int(others):
                return
            time.sleep(0.1)
    raise BackupError(
        "Un programme est encore connecté à la base. Arrêtez le portail sur toutes ses machines, puis recommencez."
    )


def load(url: str, file: Path) -> None:
    """Read the copy into a schema of its own, at today's revision; what the database held stays what it is.

    A dump names `public`, which therefore stands aside while it is read: inside one transaction, that nobody sees.
    """
    script = file.with_suffix(".sql")
    _call(_program("pg_restore"), "--no-owner", "--no-privileges", f"--file={script}", str(file))
    _run(url, _program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
         f"--command=DROP SCHEMA IF EXISTS {BESIDE} CASCADE",
         f"--command=ALTER SCHEMA public RENAME TO {BESIDE}_avant", "--command=CREATE SCHEMA public",
         f"--file={script}",
         f"--command=ALTER SCHEMA public RENAME TO {BESIDE}",
         f"--command=ALTER SCHEMA {BESIDE}_avant RENAME TO public", "--dbname")  # fmt: skip
    address = sa.make_url(url)
    options = f"{address.query.get('options', '')} -csearch_path={BESIDE}".strip()
    engine = create_engine(
        address.update_query_dict({"options": options}).render_as_string(hide_password=False)
    )
    try:
        with _told():
            migrate.upgrade(engine)
    finally:
        engine.dispose()


def swap(url: str) -> None:
    """Put what `load` has read in the place of what the database holds, which is gone then: at once, or not at all."""
    with _told(), _connect(url) as connection, connection.transaction():
        connection.execute("SET LOCAL lock_timeout = '15s'")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute(f"ALTER SCHEMA {BESIDE} RENAME TO public")


def forget(url: str) -> None:
    """Delete what `load` has read, if one can; the next restoration does otherwise."""
    with suppress(BackupError), _told(), _connect(url) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {BESIDE} CASCADE")


def _parameters(url: str) -> dict[str, str]:
    """What libpq is told: a password may hold what no address can."""
    parsed = sa.make_url(url)
    _arguments, found = parsed.get_dialect()().create_connect_args(parsed)
    return {name: str(value) for name, value in found.items() if name != "context"}


def _connect(url: str) -> psycopg.Connection:
    try:
        return psycopg.connect(make_conninfo(**_parameters(url)), autocommit=True)
    except psycopg.OperationalError as error:
        raise BackupError(f"PostgreSQL ne répond pas : {_cause(str(error))}") from error


def _one(connection: psycopg.Connection, statement: LiteralString) -> str:
    row = connection.execute(statement).fetchone()
    return str(row[0]) if row else ""


@contextmanager
def _told() -> Iterator[None]:
    """What the server refuses, in a sentence."""
    try:
        yield
    except psycopg.errors.UndefinedTable as error:
        raise BackupError(NOT_OURS) from error
    except psycopg.Error as error:
        raise BackupError(f"PostgreSQL a refusé : {str(error).splitlines()[0]}") from error
    except sa.exc.DBAPIError as error:
        raise BackupError(f"PostgreSQL a refusé : {str(error.orig).splitlines()[0]}") from error


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
    _call(program, *arguments, make_conninfo(**parameters), **secret)


def _call(program: str, *arguments: str, **secret: str) -> None:
    done = subprocess.run(  # noqa: S603
        [program, *arguments],
        env={**os.environ, **secret},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{Path(program).name} a échoué : {_cause(done.stderr)}")


def _cause(words: str) -> str:
    """The line that names the error, without the rows that PostgreSQL repeats after it; or else the last line."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    named = [line for line in lines if "error:" in line.lower()]
    return (named or lines[-1:] or ["aucune explication."])[0][:300]
