"""What a reader of digests has asked for."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Row, instant, text
from notifications.types import Key

DEFAULT_WEEKDAY, DEFAULT_HOUR = 1, 8


class Preference(Row, table=True):
    """When one party (`committee:7`, `account:2`) reads its digest, if at all. No row: the defaults.

    `digest_weekday` is ISO's (1 is Monday), `digest_hour` an hour of Europe/Paris, `paused_until` the last day without a digest.
    `around` asks for what nobody takes around a committee. `agenda_version` is part of the calendar feed's address: raising it makes the old address stop working.
    """

    __tablename__ = "preference"
    __table_args__ = (
        sa.CheckConstraint("digest_weekday BETWEEN 1 AND 7", name="digest_weekday_range"),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour_range"),
        sa.CheckConstraint("agenda_version >= 1", name="agenda_version_range"),
    )

    id: Key = Field(default=None, primary_key=True)
    party: str = text(40, unique=True)
    digest_weekday: int = DEFAULT_WEEKDAY
    digest_hour: int = DEFAULT_HOUR
    paused_until: date | None = None
    digests_off: bool = False
    around: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    agenda_version: int = 1
    changed_at: datetime = instant()


class DigestTurn(Row, table=True):
    """That one digest of one party had its turn, whether there was anything to write or not: `issue` is a week or a day."""

    __tablename__ = "digest_turn"

    party: str = text(40, primary_key=True)
    issue: str = text(20, primary_key=True)
    at: datetime = instant(index=True)
