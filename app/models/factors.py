"""What an account is asked for beside its password."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import NAME, TEXT, Row, instant, text
from app.models.states import FactorKind
from notifications.types import Key

CREDENTIAL = 1400
"""Characters of a credential's id, which is 1,023 bytes at most (WebAuthn), in base64url."""


class Factor(Row, table=True):
    """A second factor. Of an application of codes `secret` is what it shares with the portal, encrypted, and `counter` the last period (30 s)
    whose code was used; of a passkey `secret` is its public key (`app.accounts.factors.keys.Key`), and `counter` how often its device says that it signed.
    """

    __tablename__ = "factor"
    __table_args__ = (
        sa.CheckConstraint("(kind = 'passkey') = (credential_id IS NOT NULL)", name="which_credential"),
    )

    id: Key = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    kind: FactorKind = Field(sa_type=enum_type(FactorKind))
    name: str = text(NAME)
    secret: str = text(TEXT)
    credential_id: str | None = Field(default=None, max_length=CREDENTIAL, unique=True)
    counter: int = Field(default=0, sa_type=sa.BigInteger)
    created_at: datetime = instant()
    last_used_at: datetime | None = instant(nullable=True)


class RecoveryCode(Row, table=True):
    """One of the codes that were printed; `digest` is what `app.accounts.factors.codes` makes of it."""

    __tablename__ = "recovery_code"

    id: Key = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    digest: str = text(64)
    made_at: datetime = instant()
    used_at: datetime | None = instant(nullable=True)


class TrustedDevice(Row, table=True):
    """A browser that is asked for the password alone until a day. `digest` is SHA-256 of what its cookie holds."""

    __tablename__ = "trusted_device"

    id: Key = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True, ondelete="CASCADE")
    digest: str = text(64, unique=True)
    name: str = text(NAME)
    made_at: datetime = instant()
    expires_at: datetime = instant()


class FactorTrial(Row, table=True):
    """How many wrong codes an account was tried with since the last right one: what the next has to wait for."""

    __tablename__ = "factor_trial"

    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    failures: int = 0
    last_at: datetime = instant()
