"""Who is looking at what, so that two coordinators do not take up the same thing at once."""

from datetime import datetime

from sqlmodel import Field

from app.models.base import Row, instant


class Presence(Row, table=True):
    """An account's page showed a match last at this moment; kept by the account's page, and of no use a minute later."""

    __tablename__ = "presence"

    account_id: int = Field(primary_key=True, foreign_key="account.id", ondelete="CASCADE")
    match_id: int = Field(primary_key=True, foreign_key="match.id", index=True, ondelete="CASCADE")
    at: datetime = instant()
