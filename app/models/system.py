"""Rows of the machinery: counters of requests."""

from datetime import datetime

from app.models.base import LINE, Row, instant, text


class RateCounter(Row, table=True):
    """How many requests of one kind came from one place until `expires_at`."""

    __tablename__ = "rate_counter"

    key: str = text(LINE, primary_key=True)
    hits: int = 0
    expires_at: datetime = instant(index=True)
