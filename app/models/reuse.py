"""Places outside the portal that take, repair or sort things; when those of the open data were last read."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Field

from app.db import enum_type
from app.models.base import LINE, NAME, PHONE, Row, instant, text
from app.models.states import PlaceKind
from notifications.types import Key

HOURS = 500
BANDS_A_DEGREE = 20


def band_of(latitude: float) -> int:
    """The twentieth of a degree, counted from the South Pole, that a latitude lies in: what boxes are found by."""
    return int((latitude + 90) * BANDS_A_DEGREE)


class ReusePlace(Row, table=True):
    """`identifier` is the data's; None for what coordinators added. `gives`, `sorts` and `repairs` hold a bit for each kind of
    object (`app/reuse/objects.toml`) that the place takes as a gift, takes to be recycled, or mends. What is `by_hand`, imports
    leave alone; what a hand `removed` is shown to nobody. `sources` are those whom the data asks to be named.
    """

    __tablename__ = "reuse_place"
    __table_args__ = (
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
    )

    id: Key = Field(default=None, primary_key=True)
    identifier: str | None = Field(default=None, max_length=64, unique=True)
    name: str = text(LINE)
    kind: PlaceKind = Field(default=PlaceKind.OTHER, sa_type=enum_type(PlaceKind))
    street: str = text(LINE)
    postal_code: str = text(10, index=True)
    commune: str = text(NAME)
    latitude: float
    longitude: float
    band: int
    phone: str = text(PHONE)
    website: str = text(LINE)
    hours: str = text(HOURS)
    by_appointment: bool = False
    sources: str = text(LINE)
    stated_on: date | None = None
    gives: int = Field(default=0, sa_type=sa.BigInteger)
    sorts: int = Field(default=0, sa_type=sa.BigInteger)
    repairs: int = Field(default=0, sa_type=sa.BigInteger)
    by_hand: bool = False
    removed: bool = False


class ReuseImport(Row, table=True):
    """One reading of the open data: how many places it left, and the newest day on which the data says that one was looked at."""

    __tablename__ = "reuse_import"

    id: Key = Field(default=None, primary_key=True)
    at: datetime = instant()
    places: int
    newest: date | None = None
