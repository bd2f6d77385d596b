"""Rows are copied table by table, each table in a transaction of its own, then both ends are read once more and compared row for row."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.models.schema import metadata
from app.moving.ends import Target, begin, end, filling, name_of, reading
from app.moving.errors import MoveError

BATCH = 1_000
"""Rows in memory at a time."""
MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class Moved:
    """How many tables and rows the target holds, each compared with the source's."""

    tables: int
    rows: int


def move(source: str, target: str, say: Callable[[str], None]) -> Moved:
    """Copy all rows of the database `source` into `target`, which is empty or was begun before. Raises MoveError, DBAPIError.

    `say` is told how far it is. What was interrupted goes on with the table that it stood at.
    """
    if _same(source, target):
        raise MoveError("La source et la cible sont la même base.")
    with reading(source) as rows, filling(target) as filled:
        begin(filled, name_of(source), say)
        for table in metadata.sorted_tables:
            _copy(rows, filled, table, say)
        moved = _compared(rows, filled, say)
        end(filled)
    return moved


def _same(source: str, target: str) -> bool:
    one, other = sa.make_url(source), sa.make_url(target)
    return (one.get_backend_name(), one.host, one.port, one.database, one.query) == (
        other.get_backend_name(), other.host, other.port, other.database, other.query,
    )  # fmt: skip


def _copy(rows: sa.Connection, target: Target, table: sa.Table, say: Callable[[str], None]) -> None:
    mark, number = f"done:{table.name}", 0
    with target.writing() as connection:
        if mark in target.said(connection):
            return
        try:
            for batch in _batches(rows, table):
                connection.execute(sa.insert(_as_it_is(table)), batch)
                number += len(batch)
        except (DBAPIError, sa.exc.StatementError) as error:
            raise MoveError(
                f"La table {table.name} ne se copie pas, après {number} lignes : {_first_line(error)}"
            ) from error
        target.say(connection, mark)
    if number:
        say(f"{table.name} : {number} lignes")


def _as_it_is(table: sa.Table) -> sa.Table:
    """Without the defaults that an application fills in, and with a None that is the database's NULL."""
    columns = (
        sa.Column(
            each.name,
            sa.JSON(none_as_null=True) if _is_json(each) else each.type,
            primary_key=each.primary_key,
        )
        for each in table.columns
    )
    return sa.Table(table.name, sa.MetaData(), *columns)


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(column.type, sa.JSON)


def _batches(connection: sa.Connection, table: sa.Table) -> Iterator[list[dict[str, Any]]]:
    """Rows by column. What a column of JSON holds may be NULL, or JSON's own null: they are read alike, and are not the same."""
    nulls = {each.name: f"{each.name} is null" for each in table.columns if _is_json(each)}
    query = sa.select(
        table, *(table.c[name].is_(sa.null()).label(label) for name, label in nulls.items())
    ).order_by(*table.primary_key.columns)
    result = connection.execution_options(stream_results=True, max_row_buffer=BATCH).execute(query)
    for part in result.mappings().partitions(BATCH):
        rows = [dict(row) for row in part]
        for row in rows:
            for name, label in nulls.items():
                if not row.pop(label) and row[name] is None:
                    row[name] = sa.JSON.NULL
        yield rows


def _compared(rows: sa.Connection, target: Target, say: Callable[[str], None]) -> Moved:
    say("Comparaison, ligne par ligne…")
    total = 0
    with target.engine.connect() as connection:
        for table in metadata.sorted_tables:
            here, there = _sum(rows, table), _sum(connection, table)
            if here != there:
                raise MoveError(
                    f"La table {table.name} n'est pas la même des deux côtés ({here[0]} lignes à la source, {there[0]} à la cible) :"
                    " la source a changé depuis le début du déplacement. Arrêtez le portail, donnez une base vide, et recommencez."
                )
            total += here[0]
    return Moved(len(metadata.sorted_tables), total)


def _sum(connection: sa.Connection, table: sa.Table) -> tuple[int, int]:
    """How many rows, and a sum of them that does not depend on their order: databases do not sort words alike."""
    number = total = 0
    for batch in _batches(connection, table):
        number += len(batch)
        for row in batch:
            words = json.dumps(row, sort_keys=True, default=_plain).encode("utf-8", "surrogatepass")
            total += int.from_bytes(hashlib.sha256(words).digest())
    return number, total % MODULUS


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).splitlines()[0][:300]
