"""A committee's public computer room."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import EMAIL, LINE, PHONE, TEXT, Row, json_list, json_object, text

MOST_COMPUTERS = 500


class ComputerRoom(Row, table=True):
    """Where anybody may come to a computer. `shown`: everybody sees its page.

    `opening_hours` are its own, as `Committee.opening_hours`; empty for the committee's, whose closures hold for it too. `place` is where it is,
    if not where the committee is. `uses`, `helps` and `access` list values of RoomUse, RoomHelp and RoomAccess. `sites` are what the
    start page of its computers leads to, in that order: the name of one of `app/rooms/sites.toml`, or [title, address].
    """

    __tablename__ = "computer_room"
    __table_args__ = (
        sa.CheckConstraint(f"computers BETWEEN 0 AND {MOST_COMPUTERS}", name="computers_range"),
    )

    committee_id: int = Field(foreign_key="committee.id", primary_key=True, ondelete="CASCADE")
    shown: bool = False
    computers: int | None = None
    opening_hours: dict[str, Any] = json_object()
    place: str = text(LINE)
    uses: list[str] = json_list()
    helps: list[str] = json_list()
    access: list[str] = json_list()
    words: str = text(TEXT)
    phone: str = text(PHONE)
    email: str = text(EMAIL)
    sites: list[Any] = json_list()
