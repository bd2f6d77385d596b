"""When people are written to about what only the clock has noticed: by day. Pure; days and hours are those of Europe/Paris."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MORNING, EVENING = 8, 20
"""Nothing that can wait arrives before the one or after the other."""
SUNDAY = 7


def day_of(moment: datetime) -> date:
    """The day that a person in France is in."""
    return moment.astimezone(PARIS).date()


def start_of(day: date, hour: int = 0) -> datetime:
    """The moment, in UTC, at which this day, or an hour of it, begins. An hour that March skips begins an hour later."""
    return datetime.combine(day, time(hour), PARIS).astimezone(UTC)


def is_day(now: datetime) -> bool:
    return MORNING <= now.astimezone(PARIS).hour < EVENING


def is_working_day(now: datetime) -> bool:
    """By day, Sundays left in peace."""
    return is_day(now) and day_of(now).isoweekday() != SUNDAY


def by_day(now: datetime) -> datetime:
    """`now`, or the next morning if it is night."""
    if is_day(now):
        return now
    today = day_of(now)
    late = now.astimezone(PARIS).hour >= EVENING
    return start_of(today + timedelta(days=1) if late else today, MORNING)


def end_of_day(moment: datetime) -> datetime:
    """The last second of the day that `moment` is in: "by Tuesday" means that all of Tuesday is good."""
    return start_of(day_of(moment) + timedelta(days=1)) - timedelta(seconds=1)
