"""Associations, their committees, and the people who sign in for them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_security import UserMixin
from sqlmodel import Field

from app.db import enum_type
from app.models.base import EMAIL, LINE, NAME, PHONE, TEXT, Row, instant, json_list, json_object, text
from app.models.states import Condition, Language, Part, Role, Size
from app.places.zones import zone_at
from notifications.types import Key

EMPTY = {"server_default": sa.text("''")}


def _json(empty: type[list[Any]] | type[dict[str, Any]], written: str) -> Any:
    return Field(
        default_factory=empty,
        sa_type=sa.JSON,
        nullable=False,
        sa_column_kwargs={"server_default": sa.text(f"'{written}'")},
    )


class Organisation(Row, table=True):
    """`receipts`: it says that it may issue tax receipts, as a body of the `kind` of `app/papers/rules.toml`; the rest is what those name of it.
    `colour` is that of its pages, #rrggbb; empty for the portal's.
    `takes` to `highest_floor` are its rules for the committees that have none of their own, as a committee writes them."""

    __tablename__ = "organisation"
    __table_args__ = (sa.CheckConstraint("highest_floor BETWEEN 0 AND 200", name="highest_floor_range"),)

    id: Key = Field(default=None, primary_key=True)
    slug: str = text(80, unique=True)
    name: str = text(NAME)
    description: str = text(TEXT)
    website: str = text(LINE)
    created_at: datetime = instant()
    receipts: bool = Field(default=False, sa_column_kwargs={"server_default": sa.text("false")})
    kind: str = text(40, sa_column_kwargs=EMPTY)
    registered_as: str = text(14, sa_column_kwargs=EMPTY)
    seat: str = text(LINE, sa_column_kwargs=EMPTY)
    purpose: str = text(LINE, sa_column_kwargs=EMPTY)
    colour: str = text(7, sa_column_kwargs=EMPTY)
    takes: list[str] = _json(list, "[]")
    refuses: list[str] = _json(list, "[]")
    minimum_condition: Condition | None = Field(default=None, sa_type=enum_type(Condition), nullable=True)
    minimum_conditions: dict[str, Any] = _json(dict, "{}")
    largest_size: Size = Field(
        default=Size.VERY_LARGE,
        sa_type=enum_type(Size),
        sa_column_kwargs={"server_default": sa.text("'very_large'")},
    )
    highest_floor: int | None = None


class Committee(Row, table=True):
    """A local branch: where it is, when it opens, what it can fetch, what it does not take.

    `opening_hours` maps an ISO weekday ("1" is Monday) to a list of ["HH:MM", "HH:MM"] of the clock there (`zone`).
    `refuses` lists catalogue items, narrower ones included. `collects_at_once` is how many of its trips to donors may overlap.
    `closures` lists [first, last] ISO days on which it is closed. `collection_hours` are the opening hours of its van; empty where it
    comes whenever it is open. `takes` lists the items that it takes alone; empty for all. Beside what each need says, nothing is
    taken below `minimum_condition`, of an item of `minimum_conditions` (the narrowest that applies) nothing below its condition.
    `highest_floor` is from how high it carries without a lift, None for any. `room` is how many large pieces it could still store at
    `room_stated_at`, beyond what was promised by then; None for any number. `follows` names the rules (`RuleKind`) that are the
    association's: their columns hold what that says.
    """

    __tablename__ = "committee"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        sa.CheckConstraint("collects_km BETWEEN 0 AND 20000", name="collects_km_range"),
        sa.CheckConstraint("collects_at_once BETWEEN 1 AND 100", name="collects_at_once_range"),
        sa.CheckConstraint("highest_floor BETWEEN 0 AND 200", name="highest_floor_range"),
        sa.CheckConstraint("room BETWEEN 0 AND 10000", name="room_range"),
        sa.CheckConstraint("room IS NULL OR room_stated_at IS NOT NULL", name="room_stated"),
    )

    id: Key = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id", index=True)
    slug: str = text(80, unique=True)
    name: str = text(NAME)
    presentation: str = text(TEXT)
    street: str = text(LINE)
    postal_code: str = text(10)
    commune: str = text(NAME)
    country: str = text(2, default="FR")
    latitude: float
    longitude: float
    approximate: bool = False
    email: str = text(EMAIL)
    phone: str = text(PHONE)
    language: Language = Field(default=Language.FRENCH, sa_type=enum_type(Language))
    opening_hours: dict[str, Any] = json_object()
    collects_km: int = 0
    largest_size: Size = Field(default=Size.VERY_LARGE, sa_type=enum_type(Size))
    refuses: list[str] = json_list()
    active: bool = True
    created_at: datetime = instant()
    collects_at_once: int = Field(default=1, sa_column_kwargs={"server_default": sa.text("1")})
    closures: list[Any] = _json(list, "[]")
    collection_hours: dict[str, Any] = _json(dict, "{}")
    takes: list[str] = _json(list, "[]")
    minimum_condition: Condition | None = Field(default=None, sa_type=enum_type(Condition), nullable=True)
    minimum_conditions: dict[str, Any] = _json(dict, "{}")
    highest_floor: int | None = None
    room: int | None = None
    room_stated_at: datetime | None = instant(nullable=True)
    follows: list[str] = _json(list, "[]")

    @property
    def zone(self) -> str:
        """Whose clock it goes by, a zone of the tz database."""
        return zone_at(self.country, self.postal_code, self.latitude, self.longitude)


class Account(Row, UserMixin, table=True):
    """A person who signs in. `password` is empty until the invitation is accepted.

    A coordinator with an `organisation_id` answers for that association alone: of the others' people, gifts and notes nothing is
    there for them (`app.apart`).
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.CheckConstraint("organisation_id IS NULL OR role = 'coordinator'", name="whose_coordinator"),
    )

    id: Key = Field(default=None, primary_key=True)
    email: str = text(EMAIL, unique=True)
    name: str = text(NAME)
    password: str | None = Field(default=None, max_length=255)
    active: bool = True
    role: Role = Field(default=Role.MEMBER, sa_type=enum_type(Role))
    language: Language = Field(default=Language.FRENCH, sa_type=enum_type(Language))
    fs_uniquifier: str = text(64, unique=True)
    invited_by_id: int | None = Field(default=None, foreign_key="account.id")
    invited_at: datetime | None = instant(nullable=True)
    confirmed_at: datetime | None = instant(nullable=True)
    last_login_at: datetime | None = instant(nullable=True)  # type: ignore[assignment]
    current_login_at: datetime | None = instant(nullable=True)  # type: ignore[assignment]
    created_at: datetime = instant()
    organisation_id: int | None = Field(default=None, foreign_key="organisation.id", index=True)
    warned_at: datetime | None = instant(nullable=True)
    """When its owner was told that it would be closed, for nobody uses it."""
    anonymised_at: datetime | None = instant(nullable=True)
    factors_since: datetime | None = instant(nullable=True)
    """Since when there is a second factor; empty where there is none. Written by `app.accounts.factors` alone."""

    @property
    def roles(self) -> list[Any]:  # type: ignore[override]
        """Flask-Security asks for role rows; the portal's single role is a column, checked by `app.web.access`."""
        return []

    @property
    def is_coordinator(self) -> bool:
        return self.role in {Role.COORDINATOR, Role.ADMINISTRATOR}

    @property
    def coordinates_everything(self) -> bool:
        return self.is_coordinator and self.organisation_id is None


class Membership(Row, table=True):
    """This account may do for this committee what its part allows (`MAY`)."""

    __tablename__ = "membership"

    account_id: int = Field(foreign_key="account.id", primary_key=True, ondelete="CASCADE")
    committee_id: int = Field(foreign_key="committee.id", primary_key=True, index=True, ondelete="CASCADE")
    created_at: datetime = instant()
    part: Part = Field(
        default=Part.MEMBER,
        sa_type=enum_type(Part),
        sa_column_kwargs={"server_default": sa.text("'member'")},
    )
