"""What people do with sessions: come in, close some, close another's, disown one."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from app.accounts import service
from app.accounts.factors.service import distrust
from app.accounts.sessions import SeenFrom, end, end_all, end_one_of
from app.models import Account, AccountSession, KnownDevice, TrustedDevice
from app.models.states import Verb
from app.transitions import Actor, note_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Somebody has signed in. The keys are hashes; `instead_of` is the session that this browser had before."""

    key: str
    device_key: str
    source: SeenFrom
    shared: bool = False
    instead_of: int | None = None


def begin(session: Session, account_id: int, arrival: Arrival, now: datetime) -> None:
    """Open a session. Raises AccountError. A device that this account has not used before is told of, except the first."""
    if arrival.instead_of is not None:
        end(session, arrival.instead_of, now)
    service.note_sign_in(session, account_id, now)
    source = arrival.source
    row = AccountSession(
        account_id=account_id,
        key=arrival.key,
        device_key=arrival.device_key,
        browser=source.browser,
        system=source.system,
        network=source.network,
        shared=arrival.shared,
        created_at=now,
        last_seen_at=now,
    )
    session.add(row)
    session.flush()
    if not know_device(session, account_id, arrival.device_key, now):
        account = session.get_one(Account, account_id)
        data = {"session": row.id, "browser": source.browser, "system": source.system}
        note_decision(session, account, Verb.NEW_DEVICE, Actor.account(account_id), now, data=data)


def know_device(session: Session, account_id: int, key: str, now: datetime) -> bool:
    """The owner of this account sits at this device. False if others are known, and not this one."""
    service.held(session, account_id)
    known = session.exec(select(KnownDevice).where(KnownDevice.account_id == account_id)).all()
    same = next((each for each in known if each.key == key), None)
    if same is not None:
        same.last_at = now
    else:
        session.add(KnownDevice(account_id=account_id, key=key, last_at=now))
    return same is not None or not known


def close_own(
    session: Session, account_id: int, now: datetime, *, only: int | None = None, but: int | None = None
) -> int:
    """Somebody ends sessions of their own: one, or all but the one at which they sit. How many."""
    service.held(session, account_id)
    if only is not None:
        closed = end_one_of(session, account_id, only, now)
    else:
        closed = end_all(session, account_id, now, but=but)
    _note_closed(session, account_id, account_id, closed, now)
    return closed


def close_for(session: Session, account_id: int, by: Account, now: datetime) -> Account:
    """Somebody who answers for this account ends all its sessions. Raises AccountError."""
    account = service.held_by(session, account_id, by)
    _note_closed(session, account_id, by.id, end_all(session, account_id, now), now)
    return account


def _note_closed(session: Session, account_id: int, by: int, closed: int, now: datetime) -> None:
    if closed:
        account = session.get_one(Account, account_id)
        note_decision(
            session, account, Verb.CLOSE_SESSIONS, Actor.account(by), now, data={"sessions": closed}
        )


def change_password(session: Session, account_id: int, now: datetime) -> None:
    """Whoever knew the old password is signed out; whoever has just chosen the new one signs in anew."""
    service.note_new_password(session, account_id, now)
    end_all(session, account_id, now)


def disown(session: Session, session_id: int, unusable: str, now: datetime) -> Account:
    """« Ce n'était pas moi »: nothing stays open, no device is known any more, and the password that somebody else knows opens nothing.

    `unusable` is the hash of a password that nobody knows. Raises AccountError.
    """
    row = session.get(AccountSession, session_id)
    account = service.held(session, row.account_id if row else 0)
    end_all(session, account.id, now)
    for table in (KnownDevice, TrustedDevice):
        session.execute(delete(table).where(col(table.account_id) == account.id))
    distrust(session, account.id)
    account.password = unusable
    note_decision(session, account, Verb.DISOWN, Actor.account(account.id), now)
    return account
