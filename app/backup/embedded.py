"""The embedded database: copied while it is written to, examined and replaced while it is not."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app import migrate
from app.backup.errors import BackupError
from app.db import BUSY_SECONDS, create_engine

FILE = "portail.sqlite3"
HEADROOM = 64 * 1024 * 1024
"""Bytes of disk that a copy leaves to the portal that runs beside it."""


def snapshot(source: Path, target: Path, hold: Callable[[], None]) -> str:
    """Copy the database as it is at one moment, and call `hold` at that moment; the revision it is at.

    Nobody writes while `hold` runs; everybody may while the copy is made.
    """
    if not source.is_file():
        raise BackupError(f"La base {source} n'existe pas : il n'y a rien à sauvegarder.")
    if shutil.disk_usage(target.parent).free < source.stat().st_size + HEADROOM:
        raise BackupError(f"Il n'y a plus de place sur le disque pour copier la base dans {target.parent}.")
    with (
        _told(source),
        closing(_connect(source)) as writer,
        closing(_connect(source)) as reader,
        closing(_connect(target)) as copy,
    ):
        writer.execute("BEGIN IMMEDIATE")
        hold()
        # What a transaction reads is what was there at its first read.
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        writer.execute("ROLLBACK")
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        _sound(copy, source)
        return _revision(copy, source)


def examine(file: Path, revision: str) -> None:
    """Check that the copy `file` is sound and at that revision, and bring its schema up to date where this code knows it."""
    with _told(file), closing(_connect(file)) as copy:
        _sound(copy, file)
        found = _revision(copy, file)
    if found != revision:
        raise BackupError(
            f"Cette sauvegarde est abîmée : sa liste dit le schéma {revision[:40]}, sa base le schéma {found[:40]}."
        )
    if revision not in migrate.revisions():
        return
    engine = create_engine(f"sqlite:///{file}")
    try:
        migrate.upgrade(engine)
    finally:
        engine.dispose()
    with _told(file), closing(_connect(file)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")


def let_go(path: Path) -> None:
    """Bring what is written beside the database home into its file; refuse while anybody has it open."""
    try:
        with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise BackupError("Le portail tourne encore. Arrêtez-le, puis recommencez.") from error
    except sqlite3.DatabaseError:
        pass  # a database that cannot be read is what is being replaced


def beside(path: Path) -> tuple[Path, ...]:
    """The database's file and those that SQLite may have left with it."""
    return (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm", "-journal")))


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)


def _sound(connection: sqlite3.Connection, path: Path) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != ("ok",):
        raise BackupError(f"La base {path} est abîmée : {str(found[0]).splitlines()[0]}.")


def _revision(connection: sqlite3.Connection, path: Path) -> str:
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        row = None
    if row is None:
        raise BackupError(f"{path} n'est pas une base du portail : aucune migration n'y est notée.")
    return str(row[0])


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise BackupError("Il n'y a plus de place sur le disque. Faites-en, puis recommencez.") from error
        raise BackupError(f"La base {path} ne se lit pas : {error}.") from error
