"""The words by which rows are found, and the lists that an account keeps."""

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import NAME, Row, text
from app.models.states import Findable
from notifications.types import Key

# PostgreSQL finds what begins with some letters through an index only where these are ordered as their codes are.
_WORD = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")


class SearchWord(Row, table=True):
    """A word of a donor, offer, need or committee, without case and accents (`app.finding`); written when those are."""

    __tablename__ = "search_word"
    __table_args__ = (
        sa.Index("ix_search_word_subject", "kind", "subject_id", "word"),
        {"sqlite_with_rowid": False},
    )

    kind: Findable = Field(sa_type=enum_type(Findable), primary_key=True)
    word: str = Field(sa_type=_WORD, primary_key=True)
    subject_id: int = Field(primary_key=True)


class SavedView(Row, table=True):
    """A list as an account likes to see it: `query` is that of its address, filters and order."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("account_id", "kind", "name"),)

    id: Key = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")
    kind: Findable = Field(sa_type=enum_type(Findable))
    name: str = text(NAME)
    query: str = text(500)
