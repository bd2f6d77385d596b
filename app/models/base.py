"""What every table shares: validated assignment, bounded texts, and states that only move as listed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import base as orm_base
from sqlmodel import Field, SQLModel

from app.models.states import TRANSITIONS
from notifications.models import Row as Row
from notifications.types import UtcDateTime

NAME, PHONE, LINE, EMAIL, TEXT = 120, 60, 200, 254, 2000
"""Greatest lengths, in characters: a name, two telephone numbers with words, a line, an e-mail address (RFC 5321), a paragraph."""
FARTHEST_KM, HIGHEST_FLOOR, MOST_ROOM, MOST_ITEMS = 1000, 10, 10_000, 100
"""What a committee may say at most of how far it goes, up to which floor, for how many large pieces it has room, and how many items
it takes alone, or not."""


class IllegalTransitionError(ValueError):
    """A state was assigned that the table does not lead to from the present one."""

    def __init__(self, row: object, old: object, new: object) -> None:
        super().__init__(f"{type(row).__name__} cannot go from {old} to {new}")
        self.old, self.new = old, new


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place as it was found or typed. `approximate` where the coordinates are a neighbourhood's."""

    postal_code: str
    commune: str
    country: str
    latitude: float
    longitude: float
    approximate: bool = False


def text(length: int, *, default: str = "", **more: Any) -> Any:
    """A NOT NULL text of at most `length` characters; the database checks the length too (see `schema`)."""
    return Field(default=default, max_length=length, **more)


def instant(*, nullable: bool = False, index: bool = False) -> Any:
    """A moment, stored in UTC, read back aware."""
    if nullable:
        return Field(default=None, sa_type=UtcDateTime, nullable=True, index=index)
    return Field(sa_type=UtcDateTime, nullable=False, index=index)


def json_list() -> Any:
    return Field(default_factory=list, sa_type=sa.JSON, nullable=False)


def json_object() -> Any:
    return Field(default_factory=dict, sa_type=sa.JSON, nullable=False)


def guard_states(model: type[SQLModel], kind: type[StrEnum]) -> None:
    """Refuse any assignment to `model.state` that `TRANSITIONS[kind]` does not list."""

    @event.listens_for(model.state, "set")  # type: ignore[attr-defined]
    def listed(row: object, new: Any, old: Any, _initiator: object) -> None:
        known = old is not orm_base.NO_VALUE and old is not None
        if known and old != new and new not in TRANSITIONS[kind].get(old, ()):
            raise IllegalTransitionError(row, old, new)
