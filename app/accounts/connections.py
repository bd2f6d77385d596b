"""What people do with sessions: come in, close some, close another's, disown one."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, delete, select

from app import lasting
from app.accounts import service
from app.accounts.factors.service import distrust, forget_since, forgive
from app.accounts.sessions import SHARED_LONGEST, SeenFrom, end, end_all, end_one_of, refuse
from app.models import Account, AccountSession, KnownDevice
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
    """Open a session. Raises AccountError. A device that this account is not known to use is told of, except the first."""
    if arrival.instead_of is not None:
        end(session, arrival.instead_of, now)
    service.note_sign_in(session, account_id, now)
    quiet = _is_expected(session, account_id, arrival, now)
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
    if not quiet:
        account = session.get_one(Account, account_id)
        data = {"session": row.id, "browser": source.browser, "system": source.system}
        note_decision(session, account, Verb.NEW_DEVICE, Actor.account(account_id), now, data=data)


def _is_expected(session: Session, account_id: int, arrival: Arrival, now: datetime) -> bool:
    """Whether no letter need tell of this device, which is known from now on.

    A shared computer is nobody's, and is never known: it is told of unless the owner was there a moment ago.
    """
    account = service.held(session, account_id)
    at_shared = select(AccountSession.id).where(
        AccountSession.account_id == account_id, col(AccountSession.shared).is_(True)
    )
    if arrival.shared:
        forget = delete(KnownDevice).where(col(KnownDevice.account_id) == account_id)
        session.execute(forget.where(col(KnownDevice.key) == arrival.device_key))
        lately = col(AccountSession.created_at) > now - SHARED_LONGEST
        here = at_shared.where(lately, AccountSession.device_key == arrival.device_key)
        if session.exec(here.limit(1)).first() is not None:
            return True
    elif know_device(session, account_id, arrival.device_key, now):
        return True
    asleep = account.last_login_at is not None and now - account.last_login_at >= lasting.SESSIONS
    known = select(KnownDevice.key).where(
        KnownDevice.account_id == account_id, KnownDevice.key != arrival.device_key
    )
    used = any(session.exec(each.limit(1)).first() is not None for each in (known, at_shared))
    return not used and not asleep


def know_device(session: Session, account_id: int, key: str, now: datetime) -> bool:
    """The owner of this account sits at this device; whether that was known."""
    service.held(session, account_id)
    known = session.get(KnownDevice, (account_id, key))
    if known is None:
        session.add(KnownDevice(account_id=account_id, key=key, last_at=now))
        return False
    known.last_at = now
    return True


def close_own(
    session: Session, account_id: int, now: datetime, *, only: int | None = None, but: int | None = None
) -> int:
    """Somebody ends sessions of their own: one, or all but the one at which they sit. How many."""
    account = service.held(session, account_id)
    if only is not None:
        closed = end_one_of(session, account_id, only, now)
    else:
        closed = end_all(session, account_id, now, but=but)
    if closed or only is None:
        _cut_off(session, account)
    _note_closed(session, account_id, account_id, closed, now)
    return closed


def close_for(session: Session, account_id: int, by: Account, now: datetime) -> Account:
    """Somebody who answers for this account ends all its sessions. Raises AccountError."""
    account = service.held_by(session, account_id, by)
    _cut_off(session, account)
    _note_closed(session, account_id, by.id, end_all(session, account_id, now), now)
    return account


def _cut_off(session: Session, account: Account) -> None:
    """Beside sessions: whoever has given the password and not yet the second factor begins anew, and every device is asked for both."""
    service.renew_mark(account)
    distrust(session, account.id)


def _note_closed(session: Session, account_id: int, by: int, closed: int, now: datetime) -> None:
    if closed:
        account = session.get_one(Account, account_id)
        note_decision(
            session, account, Verb.CLOSE_SESSIONS, Actor.account(by), now, data={"sessions": closed}
        )


def change_password(session: Session, account_id: int, now: datetime, *, by_link: bool) -> None:
    """Whoever knew the old password is signed out; whoever has just chosen the new one signs in anew.

    `by_link` says that it was chosen through a letter, which its owner alone reads.
    """
    service.note_new_password(session, account_id, now, by_link=by_link)
    forgive(session, account_id)
    end_all(session, account_id, now)


def refuse_again(session: Session, account_id: int, source: SeenFrom, now: datetime) -> None:
    """Whoever is signed in said another password than the account's. Of two clicks the second says the one that the first has changed."""
    account = service.held(session, account_id)
    if not service.just_done(session, account, Verb.CHANGE_PASSWORD, now):
        refuse(session, account.email, source, now)


def disown(session: Session, session_id: int, unusable: str, now: datetime) -> Account:
    """« Ce n'était pas moi »: nothing stays open, no device is known any more, the password that somebody else knows opens nothing, and
    what was added to the second factors since that session began is gone, with all recovery codes.

    `unusable` is the hash of a password that nobody knows. Raises AccountError.
    """
    row = session.get(AccountSession, session_id)
    account = service.held(session, row.account_id if row else 0)
    end_all(session, account.id, now)
    session.execute(delete(KnownDevice).where(col(KnownDevice.account_id) == account.id))
    _cut_off(session, account)
    forget_since(session, account, row.created_at if row else now)
    account.password = unusable
    note_decision(session, account, Verb.DISOWN, Actor.account(account.id), now)
    return account
