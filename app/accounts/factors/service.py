"""The verbs of second factors. None commits; all but `entered` of an unknown code leave a decision, which is told to the owner.

Each holds the account first: of two requests at once the second sees what the first has done, so a code is good once.
"""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select

from app.accounts.factors import queries
from app.accounts.factors.codes import DIGITS, RECOVERY_DIGITS, Codes, digest_of_device, digits
from app.accounts.factors.keys import Key
from app.accounts.service import answers_for, held, renew_mark
from app.accounts.sessions import end_all
from app.models import Account, Factor, FactorTrial, RecoveryCode, TrustedDevice
from app.models.states import FactorKind, Verb
from app.refusing import RefusedError
from app.transitions import SYSTEM, Actor, note_decision

MOST_PASSKEYS = 10
FREE_TRIALS = 5
"""Wrong codes that cost nothing; each further one doubles the wait."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
"""Wrong codes as old as that are not held against anybody."""
TRUSTED_FOR = timedelta(days=30)
MOST_DEVICES = 20


class FactorRefusal(StrEnum):
    """Why nothing was changed."""

    WRONG_CODE = "wrong_code"
    APPLICATION_THERE = "application_there"
    KEY_THERE = "key_there"
    TOO_MANY_KEYS = "too_many_keys"
    GONE = "gone"
    NO_FACTOR = "no_factor"
    NOT_YOURS = "not_yours"
    YOURSELF = "yourself"


class FactorError(RefusedError[FactorRefusal]):
    """The account's second factors stay as they are."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a code that was typed: right where `verb` says so, else to be tried again after `wait` seconds."""

    right: bool
    wait: int = 0
    recovery: bool = False


# Enrolling and removing


def add_application(
    session: Session,
    account_id: int,
    secret: str,
    code: str,
    name: str,
    codes: Codes,
    now: datetime,
    *,
    at: int | None = None,
) -> list[str]:
    """An application that has shown a right code counts from now on. The recovery codes, where there were none. Raises FactorError.

    `at` is the session at which its owner sits: the letter lets it be disowned.
    """
    account = held(session, account_id)
    if queries.application(session, account_id) is not None:
        raise FactorError(FactorRefusal.APPLICATION_THERE)
    period = codes.period_of(secret, digits(code), 0, now)
    if period is None:
        raise FactorError(FactorRefusal.WRONG_CODE)
    row = Factor(
        account_id=account_id,
        kind=FactorKind.APPLICATION,
        name=name,
        secret=secret,
        counter=period,
        created_at=now,
    )
    return _add(session, account, row, codes, now, at)


def add_passkey(
    session: Session,
    account_id: int,
    key: Key,
    name: str,
    codes: Codes,
    now: datetime,
    *,
    at: int | None = None,
) -> list[str]:
    """The same of a passkey."""
    account = held(session, account_id)
    if len(queries.passkeys(session, account_id)) >= MOST_PASSKEYS:
        raise FactorError(FactorRefusal.TOO_MANY_KEYS)
    if queries.passkey(session, key.credential_id) is not None:
        raise FactorError(FactorRefusal.KEY_THERE)
    row = Factor(
        account_id=account_id,
        kind=FactorKind.PASSKEY,
        name=name,
        secret=key.public,
        credential_id=key.credential_id,
        counter=key.counter,
        created_at=now,
    )
    return _add(session, account, row, codes, now, at)


def _add(
    session: Session, account: Account, row: Factor, codes: Codes, now: datetime, at: int | None
) -> list[str]:
    session.add(row)
    first = account.factors_since is None
    account.factors_since = account.factors_since or now
    data = {"kind": row.kind.value, "name": row.name, "session": at}
    note_decision(session, account, Verb.ADD_FACTOR, Actor.account(account.id), now, data=data)
    if not first:
        return []
    if at is not None:  # whoever came in elsewhere with the password alone shows the second factor now
        end_all(session, account.id, now, but=at)
    return _new_codes(session, account.id, codes, now)


def remove(session: Session, account_id: int, factor_id: int, now: datetime) -> Factor:
    """Remove one of one's own, which may be lost: no device is trusted any more. With the last one go the recovery codes. Raises FactorError."""
    account = held(session, account_id)
    row = session.get(Factor, factor_id)
    if row is None or row.account_id != account_id:
        raise FactorError(FactorRefusal.GONE)
    session.delete(row)
    session.flush()
    distrust(session, account_id)
    if not queries.factors(session, account_id):
        _forget_all(session, account)
    data = {"kind": row.kind.value, "name": row.name, "last": account.factors_since is None}
    note_decision(session, account, Verb.REMOVE_FACTOR, Actor.account(account_id), now, data=data)
    return row


def reset(session: Session, account_id: int, by: Account | None, now: datetime) -> Account:
    """Remove all of another's, who has lost them, and end what is signed in; `by` is None at the command line. Raises FactorError."""
    account = held(session, account_id)
    if by is not None and account.id == by.id:
        raise FactorError(FactorRefusal.YOURSELF)
    if by is not None and not answers_for(session, by, account):
        raise FactorError(FactorRefusal.NOT_YOURS)
    if account.factors_since is None:
        raise FactorError(FactorRefusal.NO_FACTOR)
    session.exec(delete(Factor).where(col(Factor.account_id) == account_id))
    _forget_all(session, account)
    renew_mark(account)
    end_all(session, account_id, now)
    actor = Actor.account(by.id) if by is not None else SYSTEM
    note_decision(session, account, Verb.RESET_FACTORS, actor, now)
    return account


def forget_since(session: Session, account: Account, began: datetime) -> None:
    """What somebody else may have added, or read, since `began`: second factors, and all recovery codes."""
    session.exec(delete(Factor).where(col(Factor.account_id) == account.id, col(Factor.created_at) >= began))
    for table in (RecoveryCode, FactorTrial):
        session.exec(delete(table).where(col(table.account_id) == account.id))
    if not queries.factors(session, account.id):
        _forget_all(session, account)


def _forget_all(session: Session, account: Account) -> None:
    """What goes with the last second factor."""
    for table in (RecoveryCode, TrustedDevice, FactorTrial):
        session.exec(delete(table).where(col(table.account_id) == account.id))
    account.factors_since = None


# Recovery codes


def renew_codes(session: Session, account_id: int, codes: Codes, now: datetime) -> list[str]:
    """Ten new ones; those before are good for nothing. Raises FactorError."""
    account = held(session, account_id)
    if account.factors_since is None:
        raise FactorError(FactorRefusal.NO_FACTOR)
    made = _new_codes(session, account_id, codes, now)
    note_decision(session, account, Verb.RENEW_RECOVERY_CODES, Actor.account(account_id), now)
    return made


def _new_codes(session: Session, account_id: int, codes: Codes, now: datetime) -> list[str]:
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    made = codes.new_recovery_codes()
    for code in made:
        digest = codes.recovery_digest(code, account_id, now)
        session.add(RecoveryCode(account_id=account_id, digest=digest, made_at=now))
    return made


# Proving


def enter_code(
    session: Session, account_id: int, typed: str, codes: Codes, now: datetime, *, counted: bool = True
) -> Entered:
    """A code of the application, or a recovery code. A wrong one is counted, unless the caller counts at a device that is known: the caller
    commits, whatever the answer.

    Raises AccountError where there is no such account.
    """
    account = held(session, account_id)
    trial = session.get(FactorTrial, account_id) if counted else None
    wait = waiting(trial, now)
    if wait:
        return Entered(False, wait)
    bare = digits(typed)
    if _application_shows(session, account_id, bare, codes, now):
        recovery = False
    elif _was_printed(session, account, bare, codes, now):
        recovery = True
    elif not counted:
        return Entered(False)
    else:
        return Entered(False, waiting(_count(session, account_id, trial, now), now))
    forgive(session, account_id)
    return Entered(True, recovery=recovery)


def forgive(session: Session, account_id: int) -> None:
    """Its owner has come: wrong codes of before are held against nobody."""
    session.exec(delete(FactorTrial).where(col(FactorTrial.account_id) == account_id))


def waiting(trial: FactorTrial | None, now: datetime) -> int:
    """Seconds until the next code is looked at."""
    if trial is None or trial.failures < FREE_TRIALS:
        return 0
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(trial.failures - FREE_TRIALS, 10))
    left: timedelta = trial.last_at + wait - now
    return max(0, math.ceil(left.total_seconds()))


def _count(session: Session, account_id: int, trial: FactorTrial | None, now: datetime) -> FactorTrial:
    trial = trial or FactorTrial(account_id=account_id, last_at=now)
    trial.failures = 1 + (trial.failures if now - trial.last_at < FORGOTTEN_AFTER else 0)
    trial.last_at = now
    session.add(trial)
    return trial


def _application_shows(session: Session, account_id: int, code: str, codes: Codes, now: datetime) -> bool:
    row = queries.application(session, account_id) if len(code) == DIGITS else None
    period = codes.period_of(row.secret, code, row.counter, now) if row is not None else None
    if row is None or period is None:
        return False
    row.counter, row.last_used_at = period, now
    return True


def _was_printed(session: Session, account: Account, code: str, codes: Codes, now: datetime) -> bool:
    left = queries.codes_left(session, account.id) if len(code) == RECOVERY_DIGITS else []
    digest = codes.recovery_digest(code, account.id, left[0].made_at) if left else ""
    used = next((row for row in left if secrets.compare_digest(row.digest, digest)), None)
    if used is None:
        return False
    used.used_at = now
    data = {"left": len(left) - 1}
    note_decision(session, account, Verb.USE_RECOVERY_CODE, Actor.account(account.id), now, data=data)
    return True


def note_use(session: Session, factor_id: int, counter: int, made_at: float, now: datetime) -> None:
    """The device of this passkey has signed what was asked at `made_at`, in Unix time: an answer is good once. Raises FactorError."""
    query = select(Factor).where(col(Factor.id) == factor_id).with_for_update()
    row = session.exec(query.execution_options(populate_existing=True)).first()
    served = row is not None and row.last_used_at is not None and made_at < row.last_used_at.timestamp()
    if row is None or served or (row.counter and counter <= row.counter):
        raise FactorError(FactorRefusal.GONE)
    row.counter, row.last_used_at = counter, now
    forgive(session, row.account_id)


# Devices that are trusted


def trust(session: Session, account: Account, name: str, now: datetime) -> str:
    """What the cookie of this browser shall hold."""
    cookie = secrets.token_urlsafe(32)
    mine = col(TrustedDevice.account_id) == account.id
    session.exec(delete(TrustedDevice).where(mine, col(TrustedDevice.expires_at) <= now))
    kept: Sequence[int] = session.exec(
        select(TrustedDevice.id).where(mine).order_by(col(TrustedDevice.id).desc()).limit(MOST_DEVICES - 1)
    ).all()
    session.exec(delete(TrustedDevice).where(mine, sa.not_(col(TrustedDevice.id).in_(kept))))
    session.add(
        TrustedDevice(
            account_id=account.id,
            digest=digest_of_device(cookie, account.fs_uniquifier),
            name=name,
            made_at=now,
            expires_at=now + TRUSTED_FOR,
        )
    )
    return cookie


def distrust(session: Session, account_id: int) -> None:
    """Every browser is asked for the second factor again."""
    session.exec(delete(TrustedDevice).where(col(TrustedDevice.account_id) == account_id))
