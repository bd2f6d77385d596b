"""News of actions, and who follows them."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import EMAIL, LINE, Row, instant, text
from app.models.states import Language
from notifications.types import Key


class ActionNews(Row, table=True):
    """News of an action. Followers are told in the order of their ids, up to `told_up_to` so far; all of them at `told_at`."""

    __tablename__ = "action_news"

    id: Key = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    title: str = text(LINE)
    words: str = text(4000)
    published_at: datetime = instant()
    told_up_to: int = 0
    told_at: datetime | None = instant(nullable=True, index=True)
    submission_key: str = text(64, unique=True)


class Follower(Row, table=True):
    """An address to which news of an action go, once whoever reads it has confirmed that; `asked_at` is when they were last asked to."""

    __tablename__ = "follower"
    __table_args__ = (sa.UniqueConstraint("action_id", "email"),)

    id: Key = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id")
    email: str = text(EMAIL)
    language: Language = Field(default=Language.FRENCH, sa_type=enum_type(Language))
    asked_at: datetime = instant(index=True)
    confirmed_at: datetime | None = instant(nullable=True)

    @property
    def name(self) -> str:
        """Nobody is called anything here: an address is all that was asked for."""
        return ""
