"""The engine, the unit of work, and the column types that the tables share.

`transaction()` is the only place that commits on behalf of a request or a job.
"""

import fcntl
import inspect
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g, has_app_context
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from app.trouble import Trouble, trouble_of

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# The session's writes take SQLite's lock when they begin: upgrading a read lock midway fails at once with "locked".
WRITES = "portail_writes"
# What a person was told is kept must outlive a power cut; what a worker settled may be settled again.
LASTS = "portail_lasts"
BUSY_SECONDS = 15

THREADS = 4
"""Of one web worker (`app.serve`). Each reads with one connection, and may write what stands beside it with another."""
BESIDE = 2
"""Connections beside those: of what no request waits for."""
POOL_SECONDS = 15
"""How long whoever finds all connections of a process taken waits for one."""
DOUBT_SECONDS = 3
"""How long one tries to learn what became of a commit whose answer was lost."""


@dataclass(frozen=True, slots=True)
class PostgresqlLimits:
    """Of PostgreSQL, in seconds; 0 is none. `idle` bounds a transaction in which nobody does anything."""

    statement: int
    lock: int
    idle: int

    @property
    def options(self) -> str:
        given = {
            "statement_timeout": self.statement,
            "lock_timeout": self.lock,
            "idle_in_transaction_session_timeout": self.idle,
        }
        return " ".join(f"-c {name}={seconds * 1000}" for name, seconds in given.items())


OF_REQUESTS = PostgresqlLimits(statement=20, lock=10, idle=120)
"""A person waits; who waits longer has gone."""
OF_WORK = PostgresqlLimits(statement=900, lock=60, idle=3600)
"""Of the clock, of commands and of migrations: a plan reads much, and its solver thinks meanwhile."""

db = SQLAlchemy(session_options={"class_": Session})

BeforeCommit = Callable[[Session], None]
"""Done at the end of every `transaction()`, within it."""


def enum_type(kind: type[StrEnum]) -> Any:
    """A VARCHAR column with a CHECK that lists the values of `kind`; reads give members, writes refuse anything else."""
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip(
        "_"
    )
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        length=40,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


def prepare(engine: sa.Engine, limits: Callable[[], PostgresqlLimits] = lambda: OF_WORK) -> None:
    """Give an engine the pragmas and the BEGIN that SQLite needs; keep PostgreSQL within `limits`, and rows out of its errors."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "handle_error", _without_details)

        @event.listens_for(engine, "do_connect")
        def limit(_dialect: object, _entry: object, _words: object, named: dict[str, Any]) -> None:
            named["options"] = f"{limits().options} {named.get('options', '')}".strip()

        return

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("the SQLite engine must use the sqlite3 driver")
        connection.isolation_level = None  # the driver would begin by itself, too late and without a lock
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={round(BUSY_SECONDS * 1000)}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(WRITES, False):
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get(LASTS, False) else 'NORMAL'}")
        asked = time.monotonic()
        with _in_turn(engine.url.database):
            _begin_within(connection, BUSY_SECONDS - (time.monotonic() - asked))


def _begin_within(connection: sa.Connection, seconds: float) -> None:
    """Who stood behind others has waited already: nobody waits for all of them, one after the other, to give up."""
    short = seconds < 0.9 * BUSY_SECONDS
    if short:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={max(100, round(seconds * 1000))}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        if short:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={round(BUSY_SECONDS * 1000)}")


@contextmanager
def _in_turn(database: str | None) -> Iterator[None]:
    """Of all threads and processes, one waits for SQLite's lock; the others stand behind in the order in which they came.

    SQLite knows no order: each that waits asks again after a pause of up to a tenth of a second, and in a burst one writes while others
    wait for seconds.
    """
    with ExitStack() as held:
        if database and database != ":memory:":
            with suppress(
                OSError
            ):  # a folder that cannot be written to has no order; what is written says so itself
                queue = held.enter_context(Path(f"{database}-turn").open("ab"))
                fcntl.flock(queue, fcntl.LOCK_EX)
        yield


def _without_details(context: ExceptionContext) -> None:
    """PostgreSQL repeats in an error's detail the key, or the whole row, that it refused: names and addresses."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def engine_options(url: str) -> dict[str, Any]:
    """What `create_engine` is given for this address."""
    # What went wrong is logged, and kept in the record of jobs: not with the letters and addresses that were being written.
    options: dict[str, Any] = {"url": url, "hide_parameters": True}
    if url.startswith("postgresql"):
        options |= {
            "pool_size": THREADS,
            "max_overflow": THREADS + BESIDE,
            "pool_timeout": POOL_SECONDS,
            # A connection that ended while nobody used it is noticed before it is given to anybody.
            "pool_pre_ping": True,
            "pool_recycle": 1800,
            # A machine that died silently is given up in seconds, not in the quarter of an hour that TCP has patience for.
            "connect_args": {
                "connect_timeout": 5,
                "keepalives_idle": 30,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 20_000,
            },
        }
    return options


def most_connections(workers: int) -> int:
    """What a machine with so many web workers and a scheduler holds of PostgreSQL's `max_connections` when all is busy."""
    of_one = 2 * THREADS + BESIDE
    return workers * of_one + of_one + 1  # the scheduler's, and the one that says that it leads


def create_engine(url: str) -> sa.Engine:
    """An engine outside the application: migrations, backups, tests."""
    engine = sa.create_engine(**engine_options(url))
    prepare(engine)
    return engine


def init_app(app: Flask, url: str) -> None:
    app.config["SQLALCHEMY_ENGINES"] = {"default": engine_options(url)}
    db.init_app(app)
    # The portal opens no async session; closing none would start an event loop after each request.
    app.teardown_appcontext_funcs[:] = [
        function for function in app.teardown_appcontext_funcs if not inspect.iscoroutinefunction(function)
    ]
    app.extensions["database_limits"] = OF_REQUESTS
    with app.app_context():
        prepare(db.engine, lambda: app.extensions["database_limits"])


def among(column: Any, numbers: Iterable[int]) -> sa.ColumnElement[bool]:
    """`column IN numbers`, however many there are: a driver passes 65,535 parameters at most, these are none."""
    written = sa.bindparam(
        "among", sorted(numbers), sa.Integer, unique=True, expanding=True, literal_execute=True
    )
    found: sa.ColumnElement[bool] = column.in_(written)
    return found


def named(key: Any, numbers: Iterable[int]) -> sa.ColumnElement[bool]:
    """`key IN numbers`, for a table that is joined. SQLite, which guesses how many rows a condition leaves, tries a long list of
    numbers for each row of the other table: these it looks up first.
    """
    found: sa.ColumnElement[bool] = key.in_(sa.select(key).where(among(key, numbers)).correlate(None))
    return found


def session() -> Session:
    """The session of the current request or job, for reading."""
    current = db.session
    if not isinstance(current, Session):
        raise TypeError("the session must be SQLModel's")
    return current


def at_one_moment() -> Session:
    """The same in a new transaction all of whose statements see the rows of one moment: in PostgreSQL each would see those of its own."""
    current = session()
    current.rollback()
    if current.get_bind().dialect.name == "postgresql":
        current.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return current


def inserted(session: Session, row: SQLModel) -> bool:
    """Add the row; False if another one has a value that must be unique: who wrote it has committed, or this would still wait."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


@contextmanager
def seen_by(organisation_id: int | None) -> Iterator[None]:
    """What is read within is what the people of this association see (`app.apart`); None for everything."""
    before = g.get("seen_by")
    g.seen_by = organisation_id
    try:
        yield
    finally:
        g.seen_by = before


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits when the block ends, rolls back when it raises.

    Before the commit, what was decided in the block is told (`create_app` says to whom): a letter is committed with what it tells
    of, or neither is. Rows read before the block are expired: what a decision rests on is read again inside, whoever decides.
    """
    current = session()
    if current.new or current.dirty or current.deleted:
        raise RuntimeError("rows were changed outside transaction()")
    current.rollback()
    current.connection(execution_options={WRITES: True, LASTS: True})
    try:
        with seen_by(None):
            yield current
            before_commit: BeforeCommit = current_app.extensions["before_commit"]
            before_commit(current)
            _commit(current)
    except BaseException:
        current.rollback()
        raise


@event.listens_for(Session, "before_commit")
def _note_commit(current: Session) -> None:
    if has_app_context() and not current.in_nested_transaction():
        g.kept = True


def nothing_kept() -> bool:
    """Whether this request or job has committed nothing so far: then it may be done from the beginning."""
    return not g.get("kept", False)


def in_doubt() -> bool:
    """Whether the connection was lost during a commit, and nobody could be asked what became of it."""
    return bool(g.get("in_doubt", False))


def _commit(current: Session) -> None:
    """Where PostgreSQL's answer is lost it is asked what became of the transaction: done once is neither lost nor done twice."""
    before, name = g.get("kept", False), _name(current)
    try:
        current.commit()
    except DBAPIError as error:
        trouble = trouble_of(error)
        if trouble is Trouble.CONFLICT or name is None:
            g.kept = before
        elif trouble is Trouble.LOST:
            current.rollback()
            became = _became(current.get_bind().engine, name)
            if became == "committed":
                return
            g.kept, g.in_doubt = before, became != "aborted"
        raise


def _name(current: Session) -> str | None:
    """By which PostgreSQL knows the transaction; None where nothing was written, and of SQLite, whose file answers."""
    current.flush()
    connection = current.connection()
    if connection.dialect.name != "postgresql":
        return None
    return connection.exec_driver_sql("SELECT pg_current_xact_id_if_assigned()::text").scalar()


def _became(engine: sa.Engine, name: str) -> str | None:
    """`committed`, `aborted`, or None where the server does not say so within DOUBT_SECONDS."""
    until = time.monotonic() + DOUBT_SECONDS
    while True:
        with suppress(SQLAlchemyError), engine.connect() as connection:
            found = connection.execute(sa.text("SELECT pg_xact_status(CAST(:name AS xid8))"), {"name": name})
            if (became := found.scalar()) in {"committed", "aborted"}:
                return str(became)
        if time.monotonic() > until:
            return None
        time.sleep(0.2)
