"""What many ask for and nobody has changed: made once, and as it was until anything at all was written to the database.

Each process keeps its own. Whoever changed something sees it at once, whichever process answers: SQLite counts what others committed
(`PRAGMA data_version`, https://www.sqlite.org/pragma.html#pragma_data_version), PostgreSQL names what a statement sees (`pg_current_snapshot`).
"""

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from flask import Flask, current_app, g
from sqlalchemy import event
from sqlmodel import Session

from app.db import db, session

MOST = 512
"""Values kept; the one that was asked for least recently goes first."""

T = TypeVar("T")
P = ParamSpec("P")


def stands(make: Callable[Concatenate[Session, P], T], *args: P.args, **named: P.kwargs) -> T:
    """`make(session(), …)`, or what it gave before. The arguments must be hashable, and nobody may change the value."""
    standing: StandingValues = current_app.extensions["standing"]
    key = (make, args, tuple(sorted(named.items())), g.get("seen_by"))
    return standing.value(session(), key, lambda: make(session(), *args, **named))


class StandingValues:
    """Of one database."""

    def __init__(self, url: str) -> None:
        database = sa.make_url(url)
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self._file = (database.database or "") if database.get_backend_name() == "sqlite" else None
        self._watch: tuple[int, sqlite3.Connection] | None = None

    def value(self, current: Session, key: Hashable, make: Callable[[], T]) -> T:
        mark = self.committed() if self._file is not None else self._seen(current)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None and kept[0] == mark:
                self._kept.move_to_end(key)
                return kept[1]  # type: ignore[no-any-return]
        made = make()
        # A transaction of SQLite's that began earlier, or before anybody watched, may not see what was written before the mark.
        if current.connection().info.get("standing", mark) == mark:
            with self._lock:
                self._kept[key] = mark, made
                if len(self._kept) > MOST:
                    self._kept.popitem(last=False)
        return made

    @property
    def watching(self) -> bool:
        """Whether this process has asked for anything so far."""
        return self._watch is not None and self._watch[0] == os.getpid()

    def committed(self) -> int:
        """Of SQLite: another number once any other connection has committed anything."""
        with self._lock:
            if self._watch is None or self._watch[0] != os.getpid():
                # Of its own, for a connection does not count what it committed itself.
                self._watch = os.getpid(), sqlite3.connect(self._file or "", check_same_thread=False)
            return int(self._watch[1].execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Forget all, and let go of the file: an open connection keeps beside it what was written since."""
        with self._lock:
            self._kept.clear()
            if self._watch is not None:
                self._watch[1].close()
            self._watch = None

    def _seen(self, current: Session) -> str:
        """Of PostgreSQL: of whom the next statement sees what they wrote."""
        return str(current.connection().exec_driver_sql("SELECT pg_current_snapshot()::text").scalar())


def init_app(app: Flask, url: str) -> None:
    app.extensions["standing"] = StandingValues(url)

    def begin(connection: sa.Connection) -> None:
        # Only a process that shows pages watches: whoever restores a backup finds the file held by nobody.
        standing: StandingValues = app.extensions["standing"]
        connection.info["standing"] = standing.committed() if standing.watching else None

    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "begin", begin)
