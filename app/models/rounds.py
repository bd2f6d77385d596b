"""What a committee's van collects on one day, in order."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import Row, guard_states, instant, text
from app.models.states import Outside, RoundState
from notifications.types import Key


class Round(Row, table=True):
    """The trips that one committee's van makes on one day, from its home and back, between two moments.

    `litres` is the room in the van, `speed_kmh` how fast it is reckoned to drive. `leaves_at`, `returns_at` and `metres` are those of the
    order as it stands; without stops there are none. `sequence` is that of its calendar file (RFC 5545).
    """

    __tablename__ = "round"
    __table_args__ = (
        sa.CheckConstraint("ends_at > starts_at", name="time_order"),
        sa.CheckConstraint("litres BETWEEN 1 AND 100000", name="litres_range"),
        sa.CheckConstraint("speed_kmh BETWEEN 5 AND 130", name="speed_kmh_range"),
    )

    id: Key = Field(default=None, primary_key=True)
    committee_id: int = Field(foreign_key="committee.id", index=True)
    submission_key: str = text(64, unique=True)
    state: RoundState = Field(default=RoundState.DRAFT, sa_type=enum_type(RoundState))
    starts_at: datetime = instant(index=True)
    ends_at: datetime = instant()
    litres: int
    speed_kmh: int
    leaves_at: datetime | None = instant(nullable=True)
    returns_at: datetime | None = instant(nullable=True)
    metres: int = 0
    sequence: int = 0
    created_at: datetime = instant()


class RoundStop(Row, table=True):
    """A trip that a round makes, at its `position` (from 0), from one moment to another, after so many metres; or, with `outside`, why it
    does not. `not_before` and `not_after` bound the arrival, by the donor's words. With `by_hand` somebody put it in.
    """

    __tablename__ = "round_stop"
    __table_args__ = (
        sa.UniqueConstraint("round_id", "handover_id"),
        sa.CheckConstraint("leaves_at >= arrives_at", name="time_order"),
    )

    id: Key = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="round.id", index=True, ondelete="CASCADE")
    handover_id: int = Field(foreign_key="handover.id", index=True)
    position: int = 0
    arrives_at: datetime | None = instant(nullable=True)
    leaves_at: datetime | None = instant(nullable=True)
    metres: int = 0
    outside: Outside | None = Field(default=None, sa_type=enum_type(Outside), nullable=True)
    by_hand: bool = False
    not_before: datetime | None = instant(nullable=True)
    not_after: datetime | None = instant(nullable=True)


guard_states(Round, RoundState)
