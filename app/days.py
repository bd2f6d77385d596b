"""Days and hours of people, in France where no other zone is given, and when they are written to about what only the clock has
noticed: by day. Pure.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.typography import PARIS
from notifications.zones import HOME, local

MORNING, SUNDAY_MORNING, EVENING = 8, 10, 20
"""Nothing that can wait arrives before the first, on Sundays the second, or after the last."""
SUNDAY = 7


def day_of(moment: datetime, zone: str = HOME) -> date:
    """The day that a person there is in."""
    return local(moment, zone).date()


def start_of(day: date, hour: int = 0, zone: str = HOME) -> datetime:
    """The moment, in UTC, at which this day, or an hour of it, begins there. An hour that March skips begins an hour later."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def is_day(now: datetime, zone: str = HOME) -> bool:
    return _morning(day_of(now, zone)) <= local(now, zone).hour < EVENING


def _morning(day: date) -> int:
    return SUNDAY_MORNING if day.isoweekday() == SUNDAY else MORNING


def is_working_day(now: datetime) -> bool:
    """By day, Sundays left in peace."""
    return is_day(now) and day_of(now).isoweekday() != SUNDAY


def by_day(now: datetime) -> datetime:
    """`now`, or the next morning if it is night."""
    if is_day(now):
        return now
    late = now.astimezone(PARIS).hour >= EVENING
    day = day_of(now) + timedelta(days=1) if late else day_of(now)
    return start_of(day, _morning(day))


def end_of_day(moment: datetime) -> datetime:
    """The last second of the day that `moment` is in: "by Tuesday" means that all of Tuesday is good."""
    return start_of(day_of(moment) + timedelta(days=1)) - timedelta(seconds=1)
