"""Alembic without its ini file: where the scripts are, and what may be asked of them."""

import random
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.exc import DBAPIError

from app.db import WRITES
from app.finding.service import rebuild
from app.models import HealthLook
from app.models.schema import metadata
from app.revision import FLOOR, MIGRATIONS, UnknownRevisionError, floor, found, head, is_current, serves
from app.trouble import Trouble, trouble_of
from notifications.types import insert

LOCK_SECONDS = 2
"""How long a step waits for a table: much less than a request waits behind it (`app.db.OF_REQUESTS`)."""
PATIENCE_SECONDS = 120
"""How long it is tried again; a service has 15 minutes to start (docs/installation.md)."""


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except CommandError as error:
        raise UnknownRevisionError(str(error)) from error


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Up to `revision`; at the newest schema, the words by which rows are found are written anew.

    A schema that is newer than this code, and only adds to what it knows, is left alone.
    """
    if not revision:
        raise UnknownRevisionError("no revision")
    with engine.connect() as connection:
        there, newer = found(connection), found(connection) > head() and serves(connection)
    if newer and revision == "head":
        return
    # Who reads first and then writes is refused where somebody has written in between: people go on meanwhile.
    writing = engine.execution_options(**{WRITES: True})
    _note_floor(writing)
    with writing.connect() as connection, _known():
        _take_time(connection)
        _climb(connection, revision)
    _note_floor(writing)
    if there != head() and is_current(engine):
        with writing.begin() as connection:
            rebuild(connection)


def _note_floor(engine: sa.Engine) -> None:
    """Before and after: whoever goes back to a version that this schema has left behind is refused."""
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table(HealthLook.__tablename__):
            return
        row = insert(HealthLook.__table__, engine.dialect)  # type: ignore[attr-defined]
        values = {"name": FLOOR, "at": datetime.now(UTC), "facts": {"floor": floor()}}
        connection.execute(
            row.values(values).on_conflict_do_update(
                index_elements=["name"], set_={"facts": row.excluded.facts}
            )
        )


def _take_time(connection: sa.Connection) -> None:
    """A step may write a whole table anew, but whoever waits for its lock makes all wait who come after."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql(f"SET lock_timeout = {LOCK_SECONDS * 1000}")
        connection.commit()


def _climb(connection: sa.Connection, revision: str) -> None:
    """All steps or none; on PostgreSQL again and again while a table is read for long: between two tries people pass."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return command.upgrade(_config(connection), revision)
        except DBAPIError as error:
            connection.rollback()
            met = trouble_of(error) in {Trouble.BUSY, Trouble.CONFLICT}
            if connection.dialect.name != "postgresql" or not met or time.monotonic() > until:
                raise
            time.sleep(random.uniform(0.5, 1.5) * LOCK_SECONDS)  # noqa: S311 - who met must not meet again


def downgrade(engine: sa.Engine, revision: str) -> None:
    with engine.connect() as connection, _known():
        command.downgrade(_config(connection), revision)


def revision(engine: sa.Engine, message: str) -> None:
    """Write a new script with what the models have and the migrated database lacks."""
    with engine.connect() as connection, _known():
        command.revision(_config(connection), message, autogenerate=True)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def heads() -> list[str]:
    return list(_scripts().get_heads())


def revisions() -> frozenset[str]:
    """Every revision that this code knows."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def differences(engine: sa.Engine) -> list[str]:
    """What the models say and the migrated database does not, or the other way round."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": _other_default}
        )
        found = [str(difference) for difference in compare_metadata(context, metadata)]
        return found + list(_differing_checks(connection))


def _other_default(
    _context: object,
    _found: object,
    column: sa.Column[Any],
    found: str | None,
    _wanted: object,
    wanted: str | None,
) -> bool | None:
    """PostgreSQL compares no values of JSON: their texts are. The rest is Alembic's to compare."""
    if not isinstance(column.type, sa.JSON):
        return None
    return (found or "").partition("::")[0] != (wanted or "")


def _differing_checks(connection: sa.Connection) -> Iterable[str]:
    """CHECK constraints, which Alembic does not compare: an enumeration's members and the bounds of numbers live there."""
    inspector = sa.inspect(connection)
    for table in metadata.sorted_tables:
        said = {
            _full_name(table, check): _values(
                str(check.sqltext.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
            )
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint)
        }
        stored = {
            str(check["name"]): _values(check["sqltext"])
            for check in inspector.get_check_constraints(table.name)
        }
        for name in sorted(said.keys() | stored.keys()):
            if said.get(name) != stored.get(name):
                yield f"{name}: the models say {said.get(name)}, the database {stored.get(name)}"


def _full_name(table: sa.Table, check: sa.CheckConstraint) -> str:
    name = str(check.name)
    return name if name.startswith("ck_") else f"ck_{table.name}_{name}"


def _values(condition: str) -> list[str]:
    """The texts and numbers of a condition: each database writes the rest of it in its own way."""
    return sorted(re.findall(r"'[^'\d-][^']*'|-?\b\d+\b", condition))
