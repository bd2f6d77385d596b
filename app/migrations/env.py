"""Alembic's environment: `app.migrate` hands it a connection."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.schema import conv
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from app.models.schema import metadata

connection: sa.Connection = context.config.attributes["connection"]


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write plain SQLAlchemy types into the scripts, so that an old script outlives a change of library."""
    if kind == "type" and isinstance(item, sa.Enum) and isinstance(item.name, conv):
        values = ", ".join(repr(value) for value in item.enums)
        return (
            f"sa.Enum({values}, name=op.f({str(item.name)!r}), native_enum=False, create_constraint=True,"
            f" length={item.length})"
        )
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
# SQLite makes an altered table anew and drops the old one, with all that refers to its rows unless nobody looks.
raw = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
if raw is not None:
    raw.execute("PRAGMA foreign_keys=OFF")
try:
    with context.begin_transaction():
        context.run_migrations()
    if raw is not None and (orphans := raw.execute("PRAGMA foreign_key_check").fetchmany(5)):
        raise RuntimeError(f"rows refer to what is not there: {orphans}")
    connection.commit()
finally:
    if raw is not None:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")
