"""What every table of the house shares: column types, and an INSERT that minds what is there."""

from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.schema import conv
from sqlmodel.sql.sqltypes import UTCDateTime as UtcDateTime

__all__ = ["Key", "UtcDateTime", "enum_column_type", "insert"]

if TYPE_CHECKING:
    Key = int
else:
    # The database gives the number when the row is flushed, and nobody reads it before.
    Key = int | None


def enum_column_type(enum: type[StrEnum], constraint: str) -> sa.Enum:
    """A text column that holds the values of `enum` and nothing else, on every database.

    `constraint` is the full name of its CHECK (`ck_<table>_<column>`); a naming convention leaves it alone.
    """
    return sa.Enum(
        enum,
        name=conv(constraint),
        native_enum=False,
        create_constraint=True,
        validate_strings=True,
        values_callable=lambda members: [member.value for member in members],
        length=32,
    )


def insert(table: Any, dialect: sa.Dialect) -> Any:
    """The dialect's own INSERT: the generic one has no ON CONFLICT."""
    return import_module(f"sqlalchemy.dialects.{dialect.name}").insert(table)
