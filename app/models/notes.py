"""What somebody wrote down, and when to come back to it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import TEXT, Row, instant, json_list, text
from app.models.states import CallOutcome
from notifications.types import Key


class Note(Row, table=True):
    """What a coordinator wrote about one offer, need, match, donor or committee. Never deleted.

    `call` is what a telephone call came to. `due_at` is when the day begins on which to come back to it: the note is then a
    task, for `for_id` or for anybody, until `done_at`. `earlier` keeps [moment, words] of what the note said before each
    change. One with `removed_at` was taken back by its author, and can be put back.
    """

    __tablename__ = "note"
    __table_args__ = (
        sa.CheckConstraint(
            "CASE WHEN offer_id IS NULL THEN 0 ELSE 1 END + CASE WHEN need_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN match_id IS NULL THEN 0 ELSE 1 END + CASE WHEN donor_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN committee_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_subject",
        ),
    )

    id: Key = Field(default=None, primary_key=True)
    submission_key: str = text(64, unique=True)
    offer_id: int | None = Field(default=None, foreign_key="offer.id", index=True)
    need_id: int | None = Field(default=None, foreign_key="need.id", index=True)
    match_id: int | None = Field(default=None, foreign_key="match.id", index=True)
    donor_id: int | None = Field(default=None, foreign_key="donor.id", index=True)
    committee_id: int | None = Field(default=None, foreign_key="committee.id", index=True)
    author_id: int = Field(foreign_key="account.id")
    at: datetime = instant()
    call: CallOutcome | None = Field(default=None, sa_type=enum_type(CallOutcome), nullable=True)
    words: str = text(TEXT)
    due_at: datetime | None = instant(nullable=True, index=True)
    for_id: int | None = Field(default=None, foreign_key="account.id")
    done_at: datetime | None = instant(nullable=True)
    done_by_id: int | None = Field(default=None, foreign_key="account.id")
    removed_at: datetime | None = instant(nullable=True)
    earlier: list[Any] = json_list()
