"""What people add to what the portal counts by itself: whom a committee equipped, what a kilogram of things is worth."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import Row, instant


class Equipped(Row, table=True):
    """How many families and people a committee says that it equipped in a month (its first day); None where it does not say."""

    __tablename__ = "equipped"
    __table_args__ = (
        sa.CheckConstraint("families BETWEEN 0 AND 1000000", name="families_range"),
        sa.CheckConstraint("people BETWEEN 0 AND 1000000", name="people_range"),
    )

    committee_id: int = Field(foreign_key="committee.id", primary_key=True)
    month: date = Field(primary_key=True)
    families: int | None = None
    people: int | None = None


class FamilyValue(Row, table=True):
    """What a kilogram of a family of the catalogue is worth, in cents, by the scale of whoever runs the portal."""

    __tablename__ = "family_value"
    __table_args__ = (sa.CheckConstraint("cents BETWEEN 1 AND 1000000", name="cents_range"),)

    family: str = Field(max_length=80, primary_key=True)
    cents: int
    set_at: datetime = instant()
