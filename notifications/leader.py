"""Which of several schedulers works: a lock that its holder's death releases."""

import fcntl
import logging
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

log = logging.getLogger(__name__)

# Advisory locks belong to a database, so that two portals on one server do not meet.
LOCK = int.from_bytes(b"portail")


class Leader(Protocol):
    """A lock on the work of the scheduler."""

    def acquire(self) -> bool:
        """Try to become the leader, without waiting; True also when already so."""

    def held(self) -> bool:
        """Whether this process still leads."""

    def release(self) -> None:
        """Let another lead."""


def leader_for(url: str) -> Leader:
    """The lock that suits a database's address."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return PostgresqlLeader(url)
    if not parsed.database or parsed.database == ":memory:":
        raise ValueError("a database in memory has one process only, and needs no scheduler beside it")
    return FileLeader(Path(f"{parsed.database}.scheduler"))


class FileLeader:
    """`flock` on a file beside the SQLite database."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self) -> bool:
        if self._file is not None:
            return True
        file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def held(self) -> bool:
        """Also notices that the file was replaced, for then another process may hold the new one."""
        if self._file is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._file), self.path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


class PostgresqlLeader:
    """A session's advisory lock on a connection of its own, which holds no transaction."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(
            url,
            poolclass=sa.NullPool,
            isolation_level="AUTOCOMMIT",
            # A network that died silently is noticed before the other machine takes over twice.
            connect_args={"connect_timeout": 5, "keepalives_idle": 3, "keepalives_interval": 1,
                          "keepalives_count": 3, "tcp_user_timeout": 5000},
        )  # fmt: skip
        self._connection: sa.Connection | None = None
        self._backend: int | None = None

    def acquire(self) -> bool:
        if self._backend is not None and self.held():
            return True
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            got = self._connection.scalar(sa.select(sa.func.pg_try_advisory_lock(LOCK)))
            if got:
                self._backend = self._connection.scalar(sa.select(sa.func.pg_backend_pid()))
        except sa.exc.DBAPIError as error:
            log.warning("the database cannot be reached: %s", error.orig)
            self.release()
            return False
        return bool(got)

    def held(self) -> bool:
        """The lock is there as long as the session that took it is."""
        if self._connection is None or self._backend is None:
            return False
        try:
            return self._connection.scalar(sa.select(sa.func.pg_backend_pid())) == self._backend
        except sa.exc.DBAPIError:
            self.release()
            return False

    def release(self) -> None:
        connection, self._connection, self._backend = self._connection, None, None
        if connection is not None:
            # Closing alone lets the server free the lock a moment later, when its process has ended.
            with suppress(sa.exc.SQLAlchemyError):
                connection.execute(sa.select(sa.func.pg_advisory_unlock_all()))
            connection.close()
