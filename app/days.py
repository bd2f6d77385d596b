"""Days and hours of people, and when they are written to about what only the clock has noticed: by day. Pure.

A donor lives by the clock of the gift's place (`Offer.zone`), a committee by its own (`Committee.zone`), coordinators by that of
Paris, which is meant where no zone is given: what they type, and the one plan of all places, go by its days.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.zones import HOME, local

MORNING, SUNDAY_MORNING, EVENING = 8, 10, 20
"""Nothing that can wait arrives before the first, on Sundays the second, or after the last."""
SUNDAY = 7


def day_of(moment: datetime, zone: str = HOME) -> date:
    """The day that a person there is in."""
    return local(moment, zone).date()


def days_since(moment: datetime, now: datetime) -> int:
    """How many nights in France lie between: every page counts so, or two of them told of 29 and of 30 days."""
    return max(0, (day_of(now) - day_of(moment)).days)


def start_of(day: date, hour: int = 0, zone: str = HOME) -> datetime:
    """The moment, in UTC, at which this day, or an hour of it, begins there. An hour that March skips begins an hour later."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def is_day(now: datetime, zone: str = HOME) -> bool:
    return _morning(day_of(now, zone)) <= local(now, zone).hour < EVENING


def _morning(day: date) -> int:
    return SUNDAY_MORNING if day.isoweekday() == SUNDAY else MORNING


def is_working_day(now: datetime, zone: str = HOME) -> bool:
    """By day, Sundays left in peace."""
    return is_day(now, zone) and day_of(now, zone).isoweekday() != SUNDAY


def by_day(now: datetime, zone: str = HOME) -> datetime:
    """`now`, or the next morning if it is night there."""
    if is_day(now, zone):
        return now
    late = local(now, zone).hour >= EVENING
    day = day_of(now, zone) + timedelta(days=1) if late else day_of(now, zone)
    return start_of(day, _morning(day), zone)


def end_of_day(moment: datetime, *zones: str) -> datetime:
    """The last second of the day that `moment` is in, there or wherever that ends last: "by Tuesday" means that all of Tuesday is good."""
    ends = (start_of(day_of(moment, zone) + timedelta(days=1), zone=zone) for zone in zones or (HOME,))
    return max(ends) - timedelta(seconds=1)


def last_day(end: datetime, zone: str = HOME) -> date:
    """By which day somebody there has to answer so as to be before `end`: the last one that is whole."""
    return day_of(end + timedelta(seconds=1), zone) - timedelta(days=1)


def days_on_earth(now: datetime) -> tuple[date, date]:
    """The earliest and the latest day that anybody is in: a statement asks by these, then each row is asked by its own clock."""
    return (now - timedelta(hours=12)).date(), (now + timedelta(hours=14)).date()


def is_closed(closures: Iterable[Sequence[str]], day: date) -> bool:
    """Whether one of these pairs of ISO days, first and last, holds the day."""
    return any(first <= day.isoformat() <= last for first, last in closures)
