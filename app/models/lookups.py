"""Who looked at whose data, and who asks for their own."""

from datetime import datetime

from sqlmodel import Field

from app.db import enum_type
from app.models.base import EMAIL, Row, instant, text
from app.models.states import LookupKind
from notifications.types import Key, UtcDateTime


class Lookup(Row, table=True):
    """An account was shown a donor's data, in the minute that begins at `at`. Read by administrators alone."""

    __tablename__ = "lookup"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    donor_id: int = Field(foreign_key="donor.id", primary_key=True, index=True)
    kind: LookupKind = Field(sa_type=enum_type(LookupKind), primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True, index=True)


class DataRequest(Row, table=True):
    """Somebody asks what is kept of whoever has this address; the clock looks whether anything is."""

    __tablename__ = "data_request"

    id: Key = Field(default=None, primary_key=True)
    email: str = text(EMAIL, unique=True)
    asked_at: datetime = instant()
