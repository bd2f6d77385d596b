"""What an action does, and what it ships."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import LINE, TEXT, Row, guard_states, instant, json_list, text
from app.models.states import BoxState, Condition
from notifications.types import Key

HEAVIEST, LARGEST, DEAREST = 100_000_000, 1_000_000, 100_000_000
"""Grams, litres and cents of a box at most."""


class ActionStep(Row, table=True):
    """What has to be done for an action, by which committee, by when; `done_on` once it is. `submission_key` makes a second click none."""

    __tablename__ = "action_step"

    id: Key = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id", index=True)
    committee_id: int = Field(foreign_key="committee.id")
    words: str = text(LINE)
    due: date = Field(index=True)
    done_on: date | None = None
    submission_key: str = text(64, unique=True)


class Box(Row, table=True):
    """A box of an action, or a pallet, or a thing that goes as it is.

    `contents` lists [pieces, item or None, words]; `received`, once somebody has counted at the other end, the pieces of each line that
    came. `english` is the contents for a customs officer where the catalogue does not know the words. `measure` is three lengths as they
    were typed. None where nobody said how much it weighs, how large it is, what it is worth. `before` is the state that the last step of the action's boxes led this one from; empty where it moved others.
    """

    __tablename__ = "box"
    __table_args__ = (
        sa.UniqueConstraint("action_id", "number"),
        sa.CheckConstraint("number BETWEEN 1 AND 9999", name="number_range"),
        sa.CheckConstraint(f"grams BETWEEN 1 AND {HEAVIEST}", name="grams_range"),
        sa.CheckConstraint(f"litres BETWEEN 1 AND {LARGEST}", name="litres_range"),
        sa.CheckConstraint(f"cents BETWEEN 0 AND {DEAREST}", name="cents_range"),
    )

    id: Key = Field(default=None, primary_key=True)
    action_id: int = Field(foreign_key="action.id")
    number: int
    state: BoxState = Field(default=BoxState.COLLECTED, sa_type=enum_type(BoxState))
    contents: list[Any] = json_list()
    english: str = text(TEXT)
    condition: Condition = Field(default=Condition.GOOD, sa_type=enum_type(Condition))
    grams: int | None = None
    measure: str = text(40)
    litres: int | None = None
    cents: int | None = None
    received: list[Any] = json_list()
    before: str = text(20)
    created_at: datetime = instant()
    version: int = Field(default=1)


Box.__mapper__.version_id_col = Box.__table__.c.version  # type: ignore[attr-defined]
guard_states(Box, BoxState)
