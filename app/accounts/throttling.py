"""How fast passwords may be tried: whoever guesses waits longer and longer, and the owner gets in.

- Failures are counted by account **and** source (an IPv4 address, a /64 of IPv6). The first ones cost nothing; then each is followed
  by a wait that grows to five minutes and is said in the answer. Nothing sleeps, and a try during a wait is not even looked at.
- A device at which the owner has signed in before, or has chosen a new password from a letter, is a source of its own: nobody who
  guesses elsewhere, from the same network or from a thousand, makes it wait. So whoever reads the account's letters always gets in.
- Once many have failed at one account, from wherever, or from one source, at whatever accounts, a device that is not known waits half
  a minute before each try: whoever guesses there is slow, and whoever sits beside is let in.
- Who is signed in and says the password again is counted by account and session: a cookie that was stolen lets nobody guess. A code
  beside the password is counted apart at a device that is known: whoever guesses codes elsewhere does not keep the owner out.

Whether there is such an account changes none of it: what is typed is counted, by a hash of it.
"""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col

from app.models import Account, KnownDevice, SignInWait
from app.web import limits
from notifications.types import insert

WAITS = tuple(timedelta(seconds=each) for each in (0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300))
"""After so many failures; after more, the last."""
FORGOTTEN = timedelta(hours=1)
"""So long after the last failure nothing is remembered of them."""
PER_PLACE, PLACE_WINDOW = 100, timedelta(minutes=10)
"""Failures at whatever accounts from one source: a school or an office is one."""
BESIEGED, SIEGE_WINDOW = 20, timedelta(hours=1)
"""Failures at one account, from whatever unknown devices."""
FIRST_WAIT = timedelta(seconds=30)

TABLE: sa.Table = SignInWait.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Try:
    """A password is about to be tried: at the account of `email`, as typed, from `place`, at the device of this hashed key."""

    email: str
    place: str
    device_key: str

    def _key(self, *parts: str) -> str:
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()

    @property
    def by_device(self) -> str:
        return self._key("device", self.email, self.device_key)

    @property
    def by_place(self) -> str:
        return self._key("place", self.email, self.place)

    @property
    def of_place(self) -> str:
        return f"sign-in/place/{self._key(self.place)}"

    @property
    def of_account(self) -> str:
        return f"sign-in/account/{self._key(self.email)}"


@dataclass(frozen=True, slots=True)
class Heard:
    """Whether a try may be looked at: `wait` is nothing then, and else how long it will not be. `known` is the device."""

    wait: timedelta
    known: bool


def is_known(connection: sa.Connection, tried: Try) -> bool:
    """Whether the owner of this account has sat at this device. One statement, whether there is such an account or not."""
    query = (
        sa.select(sa.literal(1))
        .select_from(KnownDevice)
        .join(Account, col(Account.id) == col(KnownDevice.account_id))
        .where(col(Account.email) == tried.email, col(KnownDevice.key) == tried.device_key)
    )
    return connection.execute(query).first() is not None


def ask(connection: sa.Connection, tried: Try, now: datetime) -> Heard:
    """Count a try as failed before it is looked at, so that of many at once no more are looked at than may be; `forgive` takes it
    back. One that has to wait counts for nothing."""
    if is_known(connection, tried):
        return Heard(_claim(connection, tried.by_device, now, besieged=False), known=True)
    besieged = limits.hits(connection, tried.of_account, now) >= BESIEGED
    there, _until_then = limits.count(connection, tried.of_place, PLACE_WINDOW, now)
    wait = _claim(connection, tried.by_place, now, besieged=besieged or there > PER_PLACE)
    if wait:
        limits.take_back(connection, tried.of_place, now)
    else:
        limits.count(connection, tried.of_account, SIEGE_WINDOW, now)
    return Heard(wait, known=False)


def door(what: str, account_id: int, where: object) -> str:
    """One at which an account is asked for something more: the password `again` in a session, a `code` at a device that is known."""
    return hashlib.sha256(f"{what}\0{account_id}\0{where}".encode()).hexdigest()


def ask_at(connection: sa.Connection, key: str, now: datetime) -> timedelta:
    """The same at such a door: how long to wait."""
    return _claim(connection, key, now, besieged=False)


def forgive_at(connection: sa.Connection, key: str) -> None:
    connection.execute(sa.delete(TABLE).where(TABLE.c.key == key))


def _claim(connection: sa.Connection, key: str, now: datetime, *, besieged: bool) -> timedelta:
    """The next try at this door is one's own, or so long to wait."""
    kind = TABLE.c.again_at.type
    row = insert(TABLE, connection.dialect).values(
        key=key,
        failures=0 if besieged else 1,
        again_at=now + (FIRST_WAIT if besieged else WAITS[1]),
        forgotten_at=now + FORGOTTEN,
    )
    more = sa.case((TABLE.c.forgotten_at <= now, 1), else_=TABLE.c.failures + 1)
    least = FIRST_WAIT if besieged else timedelta(0)
    moments = (
        (more == number, sa.literal(now + max(wait, least), kind)) for number, wait in enumerate(WAITS)
    )
    claimed = row.on_conflict_do_update(
        index_elements=[TABLE.c.key],
        set_={
            "failures": more,
            "again_at": sa.case(*moments, else_=sa.literal(now + WAITS[-1], kind)),
            "forgotten_at": row.excluded.forgotten_at,
        },
        where=TABLE.c.again_at <= now,
    ).returning(TABLE.c.failures)
    failures = connection.execute(claimed).scalar()
    if failures is None:
        return _until(connection, key) - now
    return FIRST_WAIT if failures == 0 else timedelta(0)


def _until(connection: sa.Connection, key: str) -> datetime:
    found: datetime = connection.execute(sa.select(TABLE.c.again_at).where(TABLE.c.key == key)).scalar_one()
    return found


def forgive(connection: sa.Connection, tried: Try, heard: Heard, now: datetime) -> None:
    """The password was right: nothing was failed here. Rows are locked in the order in which `ask` locks them."""
    if heard.known:
        connection.execute(sa.delete(TABLE).where(TABLE.c.key == tried.by_device))
        return
    limits.take_back(connection, tried.of_place, now)
    connection.execute(sa.delete(TABLE).where(TABLE.c.key == tried.by_place))
    limits.take_back(connection, tried.of_account, now)


def seconds(wait: timedelta) -> int:
    """Whole seconds, at least one."""
    return max(1, math.ceil(wait.total_seconds()))
