"""Who looked at whose data."""

from datetime import datetime

from sqlmodel import Field

from app.db import enum_type
from app.models.base import Row
from app.models.states import LookupKind
from notifications.types import UtcDateTime


class Lookup(Row, table=True):
    """An account was shown a donor's data, in the minute that begins at `at`. Read by administrators alone."""

    __tablename__ = "lookup"

    account_id: int = Field(foreign_key="account.id", primary_key=True)
    donor_id: int = Field(foreign_key="donor.id", primary_key=True, index=True)
    kind: LookupKind = Field(sa_type=enum_type(LookupKind), primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True, index=True)
