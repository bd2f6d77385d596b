"""Who is signed in where, who tried, from which devices an account was used, and how long the next try waits."""

from datetime import datetime

from sqlmodel import Field

from app.models.base import EMAIL, Row, instant, text
from notifications.types import Key

HASH, WORD, NETWORK = 64, 40, 60
"""Lengths in characters: a SHA-256 in hexadecimal, the name of a browser or system, a network as `2001:db8:1::/48`."""


class AccountSession(Row, table=True):
    """One sign-in and the session that it opened, open until `ended_at`.

    `key` is a hash of what the browser's cookie holds, `device_key` of what its device cookie does. `browser` and `system` are names
    of closed lists (`app.accounts.user_agents`), empty where they are none of them. `last_seen_at` is some minutes late.
    """

    __tablename__ = "account_session"

    id: Key = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    key: str = text(HASH, unique=True)
    device_key: str = text(HASH)
    browser: str = text(WORD)
    system: str = text(WORD)
    network: str = text(NETWORK)
    shared: bool = False
    created_at: datetime = instant()
    last_seen_at: datetime = instant(index=True)
    ended_at: datetime | None = instant(nullable=True)


class RefusedSignIn(Row, table=True):
    """Somebody gave another password than this account's."""

    __tablename__ = "refused_sign_in"

    id: Key = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    at: datetime = instant(index=True)
    browser: str = text(WORD)
    system: str = text(WORD)
    network: str = text(NETWORK)


class KnownDevice(Row, table=True):
    """Whoever sat at this device has signed in to this account."""

    __tablename__ = "known_device"

    account_id: int = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    key: str = text(HASH, primary_key=True)
    last_at: datetime = instant(index=True)


class SignInWait(Row, table=True):
    """How often somebody has failed at one door, and from when the next try is heard. `key` is a hash of whose door and from where."""

    __tablename__ = "sign_in_wait"

    key: str = text(HASH, primary_key=True)
    failures: int = 0
    again_at: datetime = instant()
    forgotten_at: datetime = instant(index=True)


class PasswordRequest(Row, table=True):
    """Somebody says to have forgotten the password of the account of this address, if there is one; the clock looks."""

    __tablename__ = "password_request"

    id: Key = Field(default=None, primary_key=True)
    email: str = text(EMAIL, unique=True)
    asked_at: datetime = instant()
