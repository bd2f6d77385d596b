"""Rate limits whose counters live in the database, so that every worker counts the same."""

import time
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network

import sqlalchemy as sa
from flask import Flask, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage

from app.db import WRITES, db
from app.models import RateCounter
from config import Settings
from notifications.types import insert

TABLE = RateCounter.__table__  # type: ignore[attr-defined]


def count(
    connection: sa.Connection, key: str, window: timedelta, now: datetime, amount: int = 1
) -> tuple[int, datetime]:
    """Count one more, in one statement that both databases know; how many by now, and until when they are counted together."""
    row = insert(TABLE, connection.dialect).values(key=key[:200], hits=amount, expires_at=now + window)
    over = TABLE.c.expires_at <= now
    statement = row.on_conflict_do_update(
        index_elements=[TABLE.c.key],
        set_={
            "hits": sa.case((over, amount), else_=TABLE.c.hits + amount),
            "expires_at": sa.case((over, row.excluded.expires_at), else_=TABLE.c.expires_at),
        },
    ).returning(TABLE.c.hits, TABLE.c.expires_at)
    hits, until = connection.execute(statement).one()
    return int(hits), until


def hits(connection: sa.Connection, key: str, now: datetime) -> int:
    """How many are counted by now."""
    query = sa.select(TABLE.c.hits).where(TABLE.c.key == key[:200], TABLE.c.expires_at > now)
    return int(connection.execute(query).scalar() or 0)


def take_back(connection: sa.Connection, key: str, now: datetime) -> None:
    """Count one less: what was counted turned out to be none."""
    there = sa.and_(TABLE.c.key == key[:200], TABLE.c.expires_at > now, TABLE.c.hits > 0)
    connection.execute(sa.update(TABLE).where(there).values(hits=TABLE.c.hits - 1))


class DatabaseStorage(Storage):
    """Fixed windows in `rate_counter`: what a request has counted, all workers have."""

    STORAGE_SCHEME = ["portail"]  # noqa: RUF012 - the base class declares it so

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            return count(connection, key, timedelta(seconds=expiry), datetime.now(UTC), amount)[0]

    def get(self, key: str) -> int:
        with db.engine.connect() as connection:
            return hits(connection, key, datetime.now(UTC))

    def get_expiry(self, key: str) -> float:
        query = sa.select(TABLE.c.expires_at).where(TABLE.c.key == key[:200])
        with db.engine.connect() as connection:
            found = connection.execute(query).scalar()
        return found.timestamp() if found else time.time()

    def check(self) -> bool:
        return True

    def reset(self) -> int | None:
        with db.engine.begin() as connection:
            return connection.execute(sa.delete(TABLE)).rowcount

    def clear(self, key: str) -> None:
        with db.engine.begin() as connection:
            connection.execute(sa.delete(TABLE).where(TABLE.c.key == key[:200]))


def place() -> str:
    """Where a request comes from: an IPv4 address, or the /64 of an IPv6 one, all of which one subscriber has."""
    address = get_remote_address()
    try:
        found = IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or IPv6Network((found, 64), strict=False).network_address)


limiter = Limiter(place, storage_uri="portail://", headers_enabled=False)


@limiter.request_filter
def switched_off() -> bool:
    """Tests switch the limits off, and on again where they are the subject."""
    return not current_app.config["RATELIMIT_ENABLED"]


def init_app(app: Flask, _settings: Settings) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    limiter.init_app(app)
