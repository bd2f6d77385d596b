"""What committees lack, alone or under a common action."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import LINE, NAME, TEXT, Row, guard_states, instant, json_list, text
from app.models.states import ActionKind, Condition, NeedState, Repeat, Urgency
from notifications.types import Key

EMPTY = {"server_default": sa.text("''")}


class Action(Row, table=True):
    """A campaign: needs under one story, one deadline, one collecting committee and a destination.

    `consignee` is who receives there, with an address, as labels and papers of its boxes say. Those that are
    works have steps and no needs. `conclusion` is what it came to, said when it is closed.
    """

    __tablename__ = "action"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
    )

    id: Key = Field(default=None, primary_key=True)
    slug: str = text(80, unique=True)
    title: str = text(NAME)
    story: str = text(4000)
    committee_id: int = Field(foreign_key="committee.id", index=True)
    destination: str = text(NAME)
    country: str = text(2, default="FR")
    latitude: float
    longitude: float
    deadline: date | None = None
    consignee: str = text(LINE, sa_column_kwargs=EMPTY)
    kind: ActionKind = Field(
        default=ActionKind.THINGS,
        sa_type=enum_type(ActionKind),
        sa_column_kwargs={"server_default": sa.text("'things'")},
    )
    conclusion: str = text(4000, sa_column_kwargs=EMPTY)
    closed_at: datetime | None = instant(nullable=True)
    created_at: datetime = instant()

    def is_over(self, today: date) -> bool:
        return self.closed_at is not None or (self.deadline is not None and self.deadline < today)


class Need(Row, table=True):
    """So many of an item, asked for by a committee.

    `confirmed_at` is when the committee last said that it is true; `asked_at` when it was asked, until it answers.
    `misses` holds what the last plan said of the offers that came nearest (matching's codes). One that `repeats` is declared anew
    on the day `next_on` of its place; what is left of it is taken back then. `anonymised_at` is when its `reason` was forgotten.
    """

    __tablename__ = "need"
    __table_args__ = (
        sa.CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_range"),
        sa.Index("ix_need_state_declared_at", "state", "declared_at"),
        # With what the front page adds up of the open ones.
        sa.Index(
            "ix_need_state_and_sums", "state", "item", "committee_id", "quantity", "urgency", "declared_at"
        ),
        # With what is added up of the needs of a period.
        sa.Index(
            "ix_need_declared_at_and_sums",
            "declared_at",
            "state",
            "committee_id",
            "action_id",
            "item",
            "quantity",
        ),
    )

    id: Key = Field(default=None, primary_key=True)
    committee_id: int = Field(foreign_key="committee.id", index=True)
    action_id: int | None = Field(default=None, foreign_key="action.id", index=True)
    state: NeedState = Field(default=NeedState.OPEN, sa_type=enum_type(NeedState))
    item: str | None = Field(default=None, max_length=80, index=True)
    description: str = text(TEXT)
    quantity: int = 1
    minimum_condition: Condition = Field(default=Condition.FAIR, sa_type=enum_type(Condition))
    urgency: Urgency = Field(default=Urgency.NORMAL, sa_type=enum_type(Urgency))
    needed_by: date | None = None
    repeats: Repeat | None = Field(default=None, sa_type=enum_type(Repeat), nullable=True)
    next_on: date | None = None
    reason: str = text(TEXT)
    submission_key: str = text(64, unique=True)
    declared_by_id: int | None = Field(default=None, foreign_key="account.id")
    declared_at: datetime = instant()
    confirmed_at: datetime = instant()
    asked_at: datetime | None = instant(nullable=True)
    misses: list[Any] = json_list()
    version: int = Field(default=1)
    anonymised_at: datetime | None = instant(nullable=True)


Need.__mapper__.version_id_col = Need.__table__.c.version  # type: ignore[attr-defined]
guard_states(Need, NeedState)
