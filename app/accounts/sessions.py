"""The rows of sessions: found, seen, ended, forgotten. A row each: signed out means dead, wherever a cookie was copied to.

A browser holds a random key, the table its hash. How long a session may be idle, and how long it may last, depends on the role:
whoever may do more comes in more often.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from app import lasting
from app.models import (
    Account,
    AccountSession,
    KnownDevice,
    PasswordRequest,
    RefusedSignIn,
    SignInWait,
    TrustedDevice,
)
from app.models.states import Role


@dataclass(frozen=True, slots=True)
class Limits:
    """A session ends after so long without an act, and in any case after so long."""

    idle: timedelta
    longest: timedelta


LIMITS: Mapping[Role, Limits] = {
    Role.MEMBER: Limits(timedelta(days=30), timedelta(days=90)),
    Role.COORDINATOR: Limits(timedelta(hours=12), timedelta(days=7)),
    Role.ADMINISTRATOR: Limits(timedelta(hours=4), timedelta(days=2)),
}
SHARED_LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=5)
"""An act is written down this often: a page that is read must not wait for the database's only writer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFrom:
    """From where somebody comes, as far as it is kept."""

    browser: str = ""
    system: str = ""
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """An open session, as a request needs it."""

    id: int
    account_id: int
    role: Role
    created_at: datetime
    last_seen_at: datetime
    shared: bool


def hashed(secret: str) -> str:
    """What the tables hold of a key that only a browser knows."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def limits(role: Role, *, shared: bool, shared_idle: timedelta) -> Limits:
    """Of a session; `shared_idle` is after how long a shared computer signs out."""
    usual = LIMITS[role]
    if not shared:
        return usual
    # Its own page and cookie end it to the minute; a cookie that was copied ends as soon as the row can know.
    return Limits(min(usual.idle, shared_idle + SEEN_EVERY), min(usual.longest, SHARED_LONGEST))


def found(session: Session, key: str) -> tuple[Account, Open] | None:
    """The session with this hashed key, if it has not been ended, and whose it is. One look-up by an index."""
    query = (
        select(Account, AccountSession)
        .join(Account, col(Account.id) == col(AccountSession.account_id))
        .where(
            AccountSession.key == key, col(AccountSession.ended_at).is_(None), col(Account.active).is_(True)
        )
    )
    row = session.exec(query).first()
    if row is None:
        return None
    account, one = row
    return account, Open(
        id=one.id,
        account_id=account.id,
        role=account.role,
        created_at=one.created_at,
        last_seen_at=one.last_seen_at,
        shared=one.shared,
    )


def is_over(one: Open, shared_idle: timedelta, now: datetime) -> bool:
    """Whether it has been idle, or has lasted, too long."""
    most = limits(one.role, shared=one.shared, shared_idle=shared_idle)
    return now - one.last_seen_at >= most.idle or now - one.created_at >= most.longest


def seen(connection: sa.Connection, session_id: int, now: datetime) -> None:
    """Somebody has done something, unless that was written down just before."""
    statement = (
        update(AccountSession)
        .where(
            col(AccountSession.id) == session_id,
            col(AccountSession.ended_at).is_(None),
            col(AccountSession.last_seen_at) <= now - SEEN_EVERY,
        )
        .values(last_seen_at=now)
    )
    connection.execute(statement)


def end(session: Session, session_id: int, now: datetime) -> None:
    """Sign out there."""
    _end(session, now, col(AccountSession.id) == session_id)


def end_all(session: Session, account_id: int, now: datetime, *, but: int | None = None) -> int:
    """End the account's sessions, all or all `but` one; how many were open."""
    others = [] if but is None else [col(AccountSession.id) != but]
    return _end(session, now, col(AccountSession.account_id) == account_id, *others)


def end_one_of(session: Session, account_id: int, session_id: int, now: datetime) -> int:
    """End this session, if it is this account's; how many were open."""
    return _end(
        session, now, col(AccountSession.account_id) == account_id, col(AccountSession.id) == session_id
    )


def _end(session: Session, now: datetime, *which: sa.ColumnElement[bool]) -> int:
    statement = update(AccountSession).where(*which, col(AccountSession.ended_at).is_(None))
    return int(session.connection().execute(statement.values(ended_at=now)).rowcount)


def refuse(session: Session, email: str, seen_from: SeenFrom, now: datetime) -> None:
    """Keep for its owner that somebody gave a wrong password. One statement, whether there is such an account or not."""
    values = {"at": now, **asdict(seen_from)}
    table: sa.Table = RefusedSignIn.__table__  # type: ignore[attr-defined]
    told = [sa.literal(value, table.c[name].type) for name, value in values.items()]
    chosen = sa.select(col(Account.id), *told).where(col(Account.email) == email)
    session.connection().execute(sa.insert(table).from_select(["account_id", *values], chosen))


def forget(session: Session, now: datetime) -> int:
    """Old sessions, attempts, devices, waits and requests; how many rows of the first two."""
    gone = (
        delete(AccountSession).where(col(AccountSession.last_seen_at) < now - lasting.SESSIONS),
        delete(RefusedSignIn).where(col(RefusedSignIn.at) < now - lasting.REFUSED_SIGN_INS),
    )
    forgotten = sum(int(session.connection().execute(each).rowcount) for each in gone)
    session.execute(delete(KnownDevice).where(col(KnownDevice.last_at) < now - lasting.DEVICES))
    session.execute(delete(TrustedDevice).where(col(TrustedDevice.expires_at) <= now))
    session.execute(delete(SignInWait).where(col(SignInWait.forgotten_at) < now))
    session.execute(
        delete(PasswordRequest).where(col(PasswordRequest.asked_at) < now - lasting.PASSWORD_REQUESTS)
    )
    return forgotten
