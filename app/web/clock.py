"""The request's clock. Tests give the application another; nothing else reads the time of day."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import current_app

from notifications.typography import PARIS

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    clock: Clock = current_app.extensions["clock"]
    return clock()


def paris(moment: datetime) -> datetime:
    """The same moment as a person in France reads it."""
    return moment.astimezone(PARIS)
