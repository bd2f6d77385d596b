"""How often pages were seen: no person, no device, no moment."""

from datetime import date

import sqlalchemy as sa
from sqlmodel import Field

from app.models.base import LINE, Row, text


class Visits(Row, table=True):
    """So many times a public page (its path) was seen on a day of Paris by people who came from a page of `origin`, the host of another
    site; empty where they came from this one or nobody knows."""

    __tablename__ = "visits"
    __table_args__ = (sa.CheckConstraint("seen >= 1", name="seen_range"),)

    page: str = text(LINE, primary_key=True)
    day: date = Field(primary_key=True, index=True)
    origin: str = text(LINE, primary_key=True)
    seen: int
