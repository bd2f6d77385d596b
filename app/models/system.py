"""Rows of the machinery: counters of requests, what was looked at outside, what is wrong."""

from datetime import datetime
from typing import Any

from app.models.base import LINE, Row, instant, json_object, text

CAUSE = 40
"""Greatest length of a look's or a cause's name, in characters."""


class RateCounter(Row, table=True):
    """How many requests of one kind came from one place until `expires_at`."""

    __tablename__ = "rate_counter"

    key: str = text(LINE, primary_key=True)
    hits: int = 0
    expires_at: datetime = instant(index=True)


class HealthLook(Row, table=True):
    """What was last found where looking takes time or the network (`app.health.looking`): `facts` as plain JSON."""

    __tablename__ = "health_look"

    name: str = text(CAUSE, primary_key=True)
    at: datetime = instant()
    facts: dict[str, Any] = json_object()


class HealthAlarm(Row, table=True):
    """Something that is wrong since `since`, or was until `over_at`; `told_at` is when administrators were last written to about it."""

    __tablename__ = "health_alarm"

    cause: str = text(CAUSE, primary_key=True)
    since: datetime = instant()
    told_at: datetime | None = instant(nullable=True)
    over_at: datetime | None = instant(nullable=True)
