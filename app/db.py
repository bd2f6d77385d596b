"""The engine, the unit of work, and the column types that the tables share.

`transaction()` is the only place that commits on behalf of a request or a job.
"""

import fcntl
import inspect
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, current_app, g
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

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


def prepare(engine: sa.Engine) -> None:
    """Give an engine the pragmas and the BEGIN that SQLite needs; keep rows out of PostgreSQL's errors."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "handle_error", _without_details)
        return

    @event.listens_for(engine, "connect")
    def connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError("the SQLite engine must use the sqlite3 driver")
        connection.isolation_level = None  # the driver would begin by itself, too late and without a lock
        for pragma in (
            "journal_mode=WAL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if not options.get(WRITES, False):
            connection.exec_driver_sql("BEGIN")
            return
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get(LASTS, False) else 'NORMAL'}")
        with _in_turn(engine.url.database):
            connection.exec_driver_sql("BEGIN IMMEDIATE")


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
        options |= {"pool_size": 5, "max_overflow": 5, "pool_pre_ping": True, "pool_recycle": 1800}
    return options


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
    with app.app_context():
        prepare(db.engine)


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
            current.commit()
    except BaseException:
        current.rollback()
        raise
