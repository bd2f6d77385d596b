"""The two ends of a move: the source, which is read as it is at one moment while nobody writes to it, and the target, which must be nobody's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import col

from app import migrate
from app.db import WRITES, create_engine
from app.models import HealthLook
from app.models.schema import metadata
from app.moving.errors import MoveError
from app.moving.rest import CAME_BACK, at_rest
from app.revision import FLOOR, is_current

PROGRESS = sa.Table(
    "move_progress",
    sa.MetaData(),
    sa.Column("name", sa.String(80), primary_key=True),
    sa.Column("said", sa.Text, nullable=False),
)
"""In the target while it is being filled: `source` says from where, `done:<table>` that its rows are all there, `key:<name>` how a foreign key
was made. It goes with the last step, so that a target without it is either empty or somebody's."""
SOURCE = "source"
FILLED_BY_ITSELF = frozenset({"alembic_version", PROGRESS.name})


def name_of(url: str) -> str:
    """An address without its password."""
    return sa.make_url(url).render_as_string(hide_password=True)


@contextmanager
def reading(url: str) -> Iterator[sa.Connection]:
    """The source in one transaction that sees one moment; whoever would write to it waits, or is told to come back."""
    parsed = sa.make_url(url)
    sqlite = parsed.get_backend_name() == "sqlite"
    if sqlite and not Path(parsed.database or "").is_file():
        raise MoveError(f"La source {name_of(url)} n'existe pas.")
    with at_rest(url), _engine(url) as holding, _engine(url) as engine:
        event.listen(engine, "connect", _only_read(sqlite=sqlite))
        with holding.connect().execution_options(**{WRITES: True}) as held, engine.connect() as connection:
            held.begin()
            if not is_current(engine):
                raise MoveError(
                    f"Le schéma de la source {name_of(url)} n'est pas celui de cette version. Mettez-la d'abord à jour :"
                    " DATABASE_URL=… flask --app wsgi db upgrade"
                )
            if not sqlite:
                _hold(held)
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
            try:
                held.exec_driver_sql("SELECT 1")
            except DBAPIError:  # what it held was anybody's to write to
                raise MoveError(CAME_BACK) from None
            held.rollback()


@contextmanager
def _engine(url: str) -> Iterator[sa.Engine]:
    engine = create_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def _only_read(*, sqlite: bool) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def only_read(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        if sqlite:
            cursor.execute("PRAGMA query_only=ON")
        else:
            cursor.execute("SET default_transaction_read_only = on")
            cursor.execute("SET idle_in_transaction_session_timeout = 0")
        cursor.close()
        if not sqlite:
            connection.commit()

    return only_read


def _hold(connection: sa.Connection) -> None:
    """However long the copy takes, and however long nothing is asked on this connection meanwhile."""
    connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = 0")
    names = ", ".join(table.name for table in metadata.sorted_tables)
    connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")


@dataclass(frozen=True, slots=True)
class Target:
    """A database that is being filled."""

    engine: sa.Engine

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """One transaction, in which foreign keys wait for the end of the move."""
        with self.engine.connect() as connection:
            if not self.is_postgresql:
                # Of no effect inside a transaction, and SQLAlchemy begins one with the first statement.
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection

    def said(self, connection: sa.Connection) -> dict[str, str]:
        return {row.name: row.said for row in connection.execute(sa.select(PROGRESS))}

    def say(self, connection: sa.Connection, name: str, said: str = "") -> None:
        connection.execute(sa.insert(PROGRESS).values(name=name, said=said))


@contextmanager
def filling(url: str) -> Iterator[Target]:
    """The target, as it is found."""
    engine = create_engine(url)
    try:
        yield Target(engine.execution_options(**{WRITES: True}))
    finally:
        engine.dispose()


def begin(target: Target, source: str, say: Callable[[str], None]) -> None:
    """Migrate it and mark it as being filled from `source`, unless a move that was interrupted has. Raises MoveError."""
    tables = set(sa.inspect(target.engine).get_table_names())
    if PROGRESS.name in tables:
        with target.engine.connect() as connection:
            from_where = target.said(connection).get(SOURCE)
        if from_where != source:
            raise MoveError(
                f"La cible a commencé d'être remplie depuis {from_where}, et non depuis {source}. Donnez une base vide."
            )
        _check_schema(target)
        say("Le déplacement reprend où il s'était arrêté.")
        return
    strange = tables - {table.name for table in metadata.sorted_tables} - FILLED_BY_ITSELF
    if strange:
        raise MoveError(
            f"La cible contient déjà d'autres tables ({', '.join(sorted(strange)[:3])}…). Donnez une base vide."
        )
    if not tables:
        migrate.upgrade(target.engine)
    _check_schema(target)
    with target.writing() as connection:
        # Its migrations have noted there what they need of a version; the source says the same.
        connection.execute(sa.delete(HealthLook).where(col(HealthLook.name) == FLOOR))
        for table in metadata.sorted_tables:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise MoveError(
                    f"La cible contient déjà des lignes (table {table.name}). Donnez une base vide : rien n'y a été changé."
                )
        PROGRESS.create(connection)
        target.say(connection, SOURCE, source)
        if target.is_postgresql:
            _put_keys_aside(target, connection)


def _check_schema(target: Target) -> None:
    if not is_current(target.engine):
        raise MoveError(
            "Le schéma de la cible n'est pas celui de cette version. Donnez une base vide : le schéma y sera fait."
        )


def _put_keys_aside(target: Target, connection: sa.Connection) -> None:
    """Foreign keys are dropped until all rows are there, and how each was made is noted: made again, each looks at every row."""
    found = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).all()
    for table, name, made in found:
        target.say(connection, f"key:{name}"[:80], f"ALTER TABLE {table} ADD CONSTRAINT {name} {made}")
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


def end(target: Target) -> None:
    """Foreign keys again, numbers that go on after the highest, and no mark any more: at once, or not at all. Raises MoveError."""
    with target.writing() as connection:
        if target.is_postgresql:
            for name, made in target.said(connection).items():
                if name.startswith("key:"):
                    connection.exec_driver_sql(made)
            _set_sequences(connection)
        else:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise MoveError(f"Une ligne de {broken[0]} mène à une ligne de {broken[2]} qui n'existe pas.")
        PROGRESS.drop(connection)


def _set_sequences(connection: sa.Connection) -> None:
    for table in metadata.sorted_tables:
        for column in table.primary_key.columns:
            sequence = connection.scalar(
                sa.text("SELECT pg_get_serial_sequence(:t, :c)"), {"t": table.name, "c": column.name}
            )
            highest = connection.scalar(sa.select(sa.func.max(column))) if sequence else None
            if highest is not None:
                connection.execute(
                    sa.text("SELECT setval(CAST(:s AS regclass), :n)"), {"s": sequence, "n": highest}
                )
