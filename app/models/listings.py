"""Lists from elsewhere, until they are needs or an offer."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import LINE, Row, instant, json_list, json_object, text
from notifications.types import Key

EMPTY = {"server_default": sa.text("''")}


class Listing(Row, table=True):
    """A list that somebody pasted or sent, what was understood of it, and what it became.

    Of needs, for `committee_id` and perhaps `action_id`; without a committee it is of what somebody gives, and with
    `consignment_id` it is the inventory of a company. `content` are its bytes until
    `read_at`; `trouble` says why they gave no rows; `tab` is the sheet that was read, beside `other_tabs`. `rows` are [number, cells, marked], `columns` what each column holds,
    `headings` what stands above it, `lines` what became of each row (`app.sheets`). `made` are the needs, or the one offer, that
    it was recorded as. `wanted` is what the clock is to do with a long one, for `wanted_by_id`: "record" or "take_back"; of an
    inventory "send", or "unsent" where that was refused.
    """

    __tablename__ = "listing"

    id: Key = Field(default=None, primary_key=True)
    key: str = text(64, unique=True)
    committee_id: int | None = Field(default=None, foreign_key="committee.id")
    action_id: int | None = Field(default=None, foreign_key="action.id")
    account_id: int | None = Field(default=None, foreign_key="account.id")
    consignment_id: int | None = Field(default=None, foreign_key="consignment.id", index=True)
    name: str = text(LINE)
    content: bytes | None = Field(default=None, sa_type=sa.LargeBinary, nullable=True)
    trouble: str = text(20)
    tab: str = text(LINE)
    other_tabs: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})
    rows: list[Any] = json_list()
    columns: dict[str, Any] = json_object()
    headings: list[Any] = json_list()
    lines: list[Any] = json_list()
    made: list[Any] = json_list()
    brought_at: datetime = instant(index=True)
    read_at: datetime | None = instant(nullable=True)
    recorded_at: datetime | None = instant(nullable=True)
    taken_back_at: datetime | None = instant(nullable=True)
    wanted: str = text(20, sa_column_kwargs=EMPTY)
    wanted_by_id: int | None = Field(default=None, foreign_key="account.id")
    version: int = Field(default=1)


# Two who mend one list at a time do not undo each other.
Listing.__mapper__.version_id_col = Listing.__table__.c.version  # type: ignore[attr-defined]
