"""Calls to people who have no address: what a letter says to whoever stands in for them, until somebody has told them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import LINE, Row, instant, text
from notifications.types import Key


class PhoneCall(Row, table=True):
    """A call to make about an offer, beside the letter that a volunteer's address received: `said` is what that letter says, in a line.

    Pointless where the letter was called back. `done_at` is when somebody told the person.
    """

    __tablename__ = "phone_call"
    __table_args__ = (sa.Index("ix_phone_call_open", "done_at", "offer_id"),)

    id: Key = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="outbox_message.id", unique=True)
    offer_id: int = Field(foreign_key="offer.id", index=True)
    said: str = text(LINE)
    done_at: datetime | None = instant(nullable=True)
    done_by_id: int | None = Field(default=None, foreign_key="account.id")
