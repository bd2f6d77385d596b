"""What goes wrong with a database though nobody asked anything wrong: it is away, or it is busy; what may then be tried again."""

import random
import sqlite3
import time
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import sqlalchemy as sa

T = TypeVar("T")

PAUSES = (0.05, 0.3, 1.0)
"""Seconds before what failed is tried once more; a conflict is over in a moment, and so is the restart of a connection."""


class Trouble(StrEnum):
    """`away`: nothing can be read or written. `busy`: it took too long, or too many asked. `conflict`: undone in favour of another. `lost`:
    the connection ended midway."""

    AWAY = "away"
    BUSY = "busy"
    CONFLICT = "conflict"
    LOST = "lost"

    @property
    def passing(self) -> bool:
        """Whether the same may go through a moment later, if nothing of it was kept."""
        return self in {Trouble.CONFLICT, Trouble.LOST}


_STATES = {
    "40001": Trouble.CONFLICT,  # serialization_failure
    "40P01": Trouble.CONFLICT,  # deadlock_detected
    "57014": Trouble.BUSY,  # query_canceled: statement_timeout
    "55P03": Trouble.BUSY,  # lock_not_available: lock_timeout
    "53300": Trouble.BUSY,  # too_many_connections
    "57P01": Trouble.LOST,  # admin_shutdown
    "57P02": Trouble.LOST,  # crash_shutdown
    "57P03": Trouble.AWAY,  # cannot_connect_now
    "57P05": Trouble.LOST,  # idle_session_timeout
    "25P03": Trouble.LOST,  # idle_in_transaction_session_timeout
    "25006": Trouble.AWAY,  # read_only_sql_transaction: the other machine has taken over
}
"""PostgreSQL's codes (https://www.postgresql.org/docs/current/errcodes-appendix.html); besides, by class: 08 connections, 53 means, 58 system."""
_CLASSES = {"08": Trouble.LOST, "53": Trouble.AWAY, "58": Trouble.AWAY}

_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: Trouble.BUSY,
    sqlite3.SQLITE_LOCKED: Trouble.BUSY,
    sqlite3.SQLITE_CANTOPEN: Trouble.AWAY,
    sqlite3.SQLITE_IOERR: Trouble.AWAY,
    sqlite3.SQLITE_FULL: Trouble.AWAY,
    sqlite3.SQLITE_READONLY: Trouble.AWAY,
    sqlite3.SQLITE_NOTADB: Trouble.AWAY,
    sqlite3.SQLITE_CORRUPT: Trouble.AWAY,
}


def trouble_of(error: BaseException) -> Trouble | None:
    """What this error says of the database; None where it is of another kind: a fault of ours, a value that is refused."""
    if isinstance(error, sa.exc.TimeoutError):
        return Trouble.BUSY  # every connection of this process is taken
    if isinstance(error, sa.exc.DBAPIError):
        found = trouble_of(error.orig) if error.orig is not None else None
        return Trouble.LOST if found is None and error.connection_invalidated else found
    if isinstance(error, sqlite3.Error):
        return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    # By its attribute, for the web does not load the driver where the database is SQLite.
    state = getattr(error, "sqlstate", "")
    if state is None:  # libpq itself has failed: no server at all, or one that hung up
        return Trouble.LOST if type(error).__name__ == "OperationalError" else None
    return _STATES.get(state, _CLASSES.get(state[:2]))


def again(work: Callable[[], T], may: Callable[[], bool], undo: Callable[[], None]) -> T:
    """Do it, and once more after each of PAUSES where the database's passing trouble undid it and `may` still says so.

    `undo` comes before each further try. Raises what the last one raised.
    """
    for pause in PAUSES:
        try:
            return work()
        except Exception as error:
            trouble = trouble_of(error)
            if trouble is None or not trouble.passing or not may():
                raise
            undo()
            time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - who met must not meet again
    return work()
