"""Which migrations the database has had: asked again and again, so without Alembic, which is for those who migrate."""

import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa

MIGRATIONS = Path(__file__).parent / "migrations"
_SCRIPT = re.compile(r"([0-9]{4})_\w+\.py")
_VERSION = sa.table("alembic_version", sa.column("version_num"))


class UnknownRevisionError(Exception):
    """The database, or somebody, names a migration that this code does not know."""


@cache
def head() -> str:
    """The last revision that this code knows: scripts are numbered, one after the other."""
    names = (_SCRIPT.fullmatch(path.name) for path in (MIGRATIONS / "versions").iterdir())
    return max(name[1] for name in names if name)


def found(connection: sa.Connection) -> str:
    """The last migration that the database has had; empty where it has had none."""
    if not sa.inspect(connection).has_table(_VERSION.name):
        return ""
    return connection.scalar(sa.select(_VERSION.c.version_num)) or ""


def is_current(engine: sa.Engine) -> bool:
    """Whether the database has had every migration."""
    with engine.connect() as connection:
        return found(connection) == head()
