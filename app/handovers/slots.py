"""Times for a handover, from when the committee is open and when the donor can. Pure: local days in, UTC moments out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.days import is_closed
from notifications.zones import HOME

HORIZON = timedelta(days=28)
MOST = 6
NOTICE = timedelta(hours=20)
"""Nobody is asked to be there sooner than this."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one moment to a later one, aware, in UTC."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        if self.ends_at <= self.starts_at:
            raise ValueError("a span ends after it starts")

    @classmethod
    def of(cls, starts_at: datetime | None, ends_at: datetime | None) -> "Span | None":
        """The span between two moments of a row; None where it has none."""
        return None if starts_at is None or ends_at is None else cls(starts_at, ends_at)

    @property
    def plain(self) -> list[str]:
        """As JSON keeps it: two ISO moments."""
        return [self.starts_at.isoformat(), self.ends_at.isoformat()]

    @classmethod
    def from_plain(cls, kept: Sequence[str]) -> "Span":
        return cls(*(datetime.fromisoformat(moment) for moment in kept))


class BadSpanError(ValueError):
    """A day and two times of day that make no appointment; `code` is `order`, `past`, `far` or `long`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=180)


def local_span(day: date, start: time, end: time, now: datetime, zone: str = HOME) -> Span:
    """The span that a person means by the clock of `zone`. Raises BadSpanError.

    A time that the clocks skip in March is read as an hour later, one that comes twice in October as the first.
    """
    clock = ZoneInfo(zone)
    starts = datetime.combine(day, start, clock).astimezone(UTC)
    ends = datetime.combine(day, end, clock).astimezone(UTC)
    return _sound(starts, ends, now)


def _sound(starts: datetime, ends: datetime, now: datetime) -> Span:
    if ends <= starts:
        raise BadSpanError("order")
    if ends - starts > LONGEST:
        raise BadSpanError("long")
    if starts <= now:
        raise BadSpanError("past")
    if starts - now > FARTHEST:
        raise BadSpanError("far")
    return Span(starts, ends)


def suggest(
    opening_hours: Mapping[str, Sequence[Sequence[str]]],
    available_from: date,
    available_until: date,
    now: datetime,
    zone: str = HOME,
    closures: Sequence[Sequence[str]] = (),
) -> list[Span]:
    """Up to six times when the committee is open and the offer available, soonest first.

    `closures` are pairs of ISO days, first and last, as `Committee` keeps them.

    `opening_hours` maps an ISO weekday to pairs of HH:MM by the clock of `zone`, as `Committee` keeps them.
    """
    clock, earliest = ZoneInfo(zone), now + NOTICE
    first = max(available_from, earliest.astimezone(clock).date())
    last = min(available_until, (now + HORIZON).astimezone(clock).date())
    days = (day for day in _days(first, last) if not is_closed(closures, day))
    found = (span for day in days for span in _open(opening_hours, day, clock))
    return [span for span in found if span.starts_at >= earliest][:MOST]


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def _open(opening_hours: Mapping[str, Sequence[Sequence[str]]], day: date, clock: ZoneInfo) -> Iterator[Span]:
    for start, end in opening_hours.get(str(day.isoweekday()), ()):
        starts = datetime.combine(day, time.fromisoformat(start), clock).astimezone(UTC)
        ends = datetime.combine(day, time.fromisoformat(end), clock).astimezone(UTC)
        if ends > starts:
            yield Span(starts, ends)


def encode(span: Span) -> str:
    """A span as a form value: two ISO moments in UTC."""
    return f"{span.starts_at:%Y%m%dT%H%M}-{span.ends_at:%Y%m%dT%H%M}"


def decode(value: str, now: datetime) -> Span:
    """The span of a form value. Raises BadSpanError for anything that `encode` did not write or that has passed."""
    try:
        starts, ends = (
            datetime.strptime(part, "%Y%m%dT%H%M").replace(tzinfo=UTC) for part in value.split("-")
        )
    except ValueError:
        raise BadSpanError("order") from None
    return _sound(starts, ends, now)
