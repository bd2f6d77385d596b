"""How the clock takes its work: a mark is set in rows that do not have it, so that one scheduler alone gets each row.

And how people who say the same thing at the same moment are heard one after the other: `alone`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel

BATCH = 500
"""Rows that one tick takes; the rest waits for the next one."""

Due = Callable[[sa.Select[tuple[int]]], sa.Select[tuple[int]]]


def claim(
    session: Session, model: type[SQLModel], mark: str, due: Due, now: datetime, *, limit: int = BATCH
) -> list[int]:
    """Set `mark` to `now` in up to `limit` rows that `due` selects; their ids, ascending.

    `due` narrows a query for the ids of `model` (it may join). Rows that somebody else holds are left for the next tick.
    The row's own `version` stays: what the clock marks is no edit.
    """
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    chosen = (
        due(sa.select(table.c.id))
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(of=table, skip_locked=True)
        # A plain IN may be evaluated more than once by PostgreSQL, and would then lock more than `limit`.
        .cte("due")
    )
    values: dict[str, Any] = {mark: now}
    statement = (
        sa.update(table).where(table.c.id.in_(sa.select(chosen.c.id))).values(values).returning(table.c.id)
    )
    session.flush()
    found = sorted(session.connection().execute(statement).scalars())
    session.expire_all()
    return found


def alone(session: Session, model: type[SQLModel]) -> None:
    """Until the transaction ends nobody else writes this table: what is not there stays so. SQLite does so anyway."""
    table: sa.Table = model.__table__  # type: ignore[attr-defined]
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(sa.text(f"LOCK TABLE {table.name} IN SHARE ROW EXCLUSIVE MODE"))
