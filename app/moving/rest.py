"""Whether anybody works with the source: what is written there during a move, or after it, is nowhere else."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa

from app.moving.errors import MoveError
from notifications.leader import leader_for

PATIENCE_SECONDS = 2
"""PostgreSQL lists a connection a moment longer than it lasts."""
RUNS = (
    "Un programme est encore connecté à la source : rien n'a changé. Arrêtez le portail sur toutes ses machines"
    " (sudo systemctl stop portail.socket portail), puis recommencez."
)
CAME_BACK = (
    "Tout est copié, mais un programme s'est connecté à la source pendant le déplacement : ce qui s'y écrit depuis n'est pas dans la"
    " cible. Arrêtez le portail sur toutes ses machines (sudo systemctl stop portail.socket portail), donnez une base vide, et recommencez."
)


@contextmanager
def at_rest(url: str) -> Iterator[None]:
    """Hold the place of the portal's clock. Raises MoveError if anybody is connected, before the block or once it has ended.

    Nothing of the block may be connected any more when it ends.
    """
    leader = leader_for(url)
    if not _alone(url) or not leader.acquire():
        leader.release()
        raise MoveError(RUNS)
    try:
        yield
        led = leader.held()
    finally:
        leader.release()
    if not led or not _alone(url):
        raise MoveError(CAME_BACK)


def _alone(url: str) -> bool:
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _file_alone(parsed.database or "")
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    until = time.monotonic() + PATIENCE_SECONDS
    with engine.connect() as connection:
        while others := connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        ).scalar_one():
            if time.monotonic() > until:
                break
            time.sleep(0.05)
    return not others


def _file_alone(path: str) -> bool:
    """Every connection of the portal holds a lock on the file as long as it is open (https://www.sqlite.org/wal.html, "noshm")."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                return False
            raise
    return True
