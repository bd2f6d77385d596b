"""Reads about second factors."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from app.accounts.factors.codes import digest_of_device
from app.models import Account, Factor, RecoveryCode, TrustedDevice
from app.models.states import FactorKind


def factors(session: Session, account_id: int) -> Sequence[Factor]:
    """In the order in which they were added."""
    query = select(Factor).where(Factor.account_id == account_id).order_by(col(Factor.id))
    return session.exec(query).all()


def application(session: Session, account_id: int) -> Factor | None:
    return next((each for each in factors(session, account_id) if each.kind is FactorKind.APPLICATION), None)


def passkeys(session: Session, account_id: int) -> list[Factor]:
    return [each for each in factors(session, account_id) if each.kind is FactorKind.PASSKEY]


def passkey(session: Session, credential_id: str) -> Factor | None:
    """Whosever it is."""
    return session.exec(select(Factor).where(Factor.credential_id == credential_id)).first()


def codes_left(session: Session, account_id: int) -> Sequence[RecoveryCode]:
    """Those that were not used."""
    query = select(RecoveryCode).where(
        RecoveryCode.account_id == account_id, col(RecoveryCode.used_at).is_(None)
    )
    return session.exec(query.order_by(col(RecoveryCode.id))).all()


def trusted(session: Session, account_id: int, now: datetime) -> Sequence[TrustedDevice]:
    """The browsers that are asked for the password alone, the latest first."""
    query = select(TrustedDevice).where(
        TrustedDevice.account_id == account_id, col(TrustedDevice.expires_at) > now
    )
    return session.exec(query.order_by(col(TrustedDevice.id).desc())).all()


def is_trusted(session: Session, account: Account, cookie: str, now: datetime) -> bool:
    """Whether this cookie lets the account in with its password alone."""
    digest = digest_of_device(cookie, account.fs_uniquifier)
    return any(each.digest == digest for each in trusted(session, account.id, now))


def account_of(session: Session, mark: str) -> Account | None:
    """The account whose sessions bear this mark, if it may sign in."""
    query = select(Account).where(Account.fs_uniquifier == mark, col(Account.active).is_(True))
    return session.exec(query).first()
