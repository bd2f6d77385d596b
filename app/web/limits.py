"""How often a door may be knocked at. The counters live in the database, so that every worker counts the same: a count is one
statement, and of many requests at once no more get in than may.

Whoever is signed in is counted by account, visitors by the place that they come from (an IPv4 address, a /64 of IPv6). Many honest
people share one: a school, an office, a telephone network. So what a visitor may do by the hour is as much as a class would, and what
would harm somebody is counted by what it is about too: letters by the address that they go to, passwords by account and device
(`app.accounts.throttling`). `docs/limits.md` lists the doors.
"""

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import Storage

from app.db import WRITES, db
from app.models import RateCounter
from app.web.access import current_account
from config import Settings
from notifications.types import insert

View = TypeVar("View", bound=Callable[..., Any])
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


def asker() -> str:
    """Who asks, for counting: whoever is signed in, wherever; of visitors, the place that they come from."""
    account = current_account()
    return place() if account is None else f"account/{account.id}"


limiter = Limiter(asker, storage_uri="portail://", headers_enabled=False)

LETTERS_PER_PLACE = "60 per hour"


def _address() -> str:
    """As it would be written to: ways to write one address are one."""
    typed = request.form.get("email", "")[:254].strip().lower()
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized.lower()
    except (EmailNotValidError, UnicodeError):
        return typed


def _address_and_place() -> str:
    """No counter holds an address that can be read."""
    typed = f"{_address()}\0{asker()}".encode("utf-8", "surrogatepass")
    return f"address/{hashlib.sha256(typed).hexdigest()}"


def writes_to(per_address: str) -> Callable[[View], View]:
    """For a door at which anybody types an address that is then written to: few letters to one address, and as many in all as an
    office or a school may ask for."""

    def limited(view: View) -> View:
        many = limiter.limit(LETTERS_PER_PLACE, methods=["POST"])(view)
        few = limiter.limit(
            per_address, methods=["POST"], key_func=_address_and_place, exempt_when=lambda: not _address()
        )
        return cast("View", few(many))

    return limited


@limiter.request_filter
def switched_off() -> bool:
    """Tests switch the limits off, and on again where they are the subject."""
    return not current_app.config["RATELIMIT_ENABLED"]


def init_app(app: Flask, _settings: Settings) -> None:
    app.config["RATELIMIT_ENABLED"] = True
    limiter.init_app(app)
