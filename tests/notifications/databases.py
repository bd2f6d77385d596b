"""Engines opened as the portal opens them, without the portal."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel

from notifications.models import JobRun, OutboxMessage, RefusedAddress

TABLES = [
    SQLModel.metadata.tables[str(model.__tablename__)] for model in (OutboxMessage, JobRun, RefusedAddress)
]


def open_engine(url: str) -> sa.Engine:
    """SQLite in WAL, waiting for locks; PostgreSQL as it is."""
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":

        @sa.event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

        @sa.event.listens_for(engine, "begin")
        def on_begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


def recreate(engine: sa.Engine) -> None:
    """Empty tables."""
    SQLModel.metadata.drop_all(engine, tables=TABLES)
    SQLModel.metadata.create_all(engine, tables=TABLES)
