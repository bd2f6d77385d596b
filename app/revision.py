"""Which migrations the database has had: asked again and again, so without Alembic, which is for those who migrate."""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa

MIGRATIONS = Path(__file__).parent / "migrations"
_SCRIPT = re.compile(r"([0-9]{4})_\w+\.py")
_VERSION = sa.table("alembic_version", sa.column("version_num"))


_UNUSED = re.compile(r'^unused_since = "(\d{4})"$', re.MULTILINE)
_NOTED = sa.table("health_look", sa.column("name"), sa.column("facts", sa.JSON))
FLOOR = "schema"
"""The look under which a database says with which versions it still works."""


class UnknownRevisionError(Exception):
    """The database, or somebody, names a migration that this code does not know."""


def _scripts() -> dict[str, Path]:
    found = ((_SCRIPT.fullmatch(path.name), path) for path in (MIGRATIONS / "versions").iterdir())
    return {name[1]: path for name, path in found if name}


@cache
def head() -> str:
    """The last revision that this code knows: scripts are numbered, one after the other."""
    return max(_scripts())


@cache
def floor() -> str:
    """The last revision of a version that this code's schema has left behind (`tests/guards/test_migrations.py`)."""
    return max(
        (since for path in _scripts().values() for since in _UNUSED.findall(path.read_text())), default="0000"
    )


def found(connection: sa.Connection) -> str:
    """The last migration that the database has had; empty where it has had none."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return ""
    return connection.scalar(sa.select(_VERSION.c.version_num)) or ""


def serves(connection: sa.Connection) -> bool:
    """Whether this code works with the database: with its own schema, and with a newer one that has only added to it."""
    there = found(connection)
    if there <= head() or not sa.inspect(connection).has_table(_NOTED.name):
        return there == head()
    noted = connection.scalar(sa.select(_NOTED.c.facts).where(_NOTED.c.name == FLOOR))
    return noted is not None and head() > str(noted.get("floor"))


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has had every migration."""
    with engine.connect() as connection:
        return found(connection) == head()
