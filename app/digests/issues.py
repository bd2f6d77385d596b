"""When digests are due: at the reader's hour of Europe/Paris, each once, late at most by so much. Pure but for `take_turns`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from app.days import SUNDAY, day_of, start_of
from app.models import DigestTurn
from app.post.sending import Post
from app.preferences.queries import DigestPreference
from app.web.links import Purpose

WEEKLY_LATE, DAILY_LATE = timedelta(days=2), timedelta(hours=12)
"""After an outage, a digest that is later than this is left out: the next one says it all."""

WEEKLY_GOOD_FOR, DAILY_GOOD_FOR = timedelta(days=5), timedelta(hours=20)
"""A letter that the mail server would not take for so long is not worth sending any more."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One digest of one reader: the event that makes it unique in the outbox, and when it was due."""

    event: str
    due_at: datetime


def weekly(preference: DigestPreference, now: datetime) -> Issue | None:
    """This week's digest, if its hour has come and is not long past. Whatever the reader changes, one in each ISO week."""
    day = day_of(now)
    day -= timedelta(days=(day.isoweekday() - preference.weekday) % 7)
    if start_of(day, preference.hour) > now:
        day -= timedelta(days=7)
    year, week, _weekday = day.isocalendar()
    return _issue(f"digest:{year}-W{week:02d}", day, preference, WEEKLY_LATE, now)


def daily(preference: DigestPreference, now: datetime) -> Issue | None:
    """The day's digest, if its hour has come and is not long past. Sundays have none."""
    day = day_of(now)
    if start_of(day, preference.hour) > now:
        day -= timedelta(days=1)
    if day.isoweekday() == SUNDAY:
        return None
    return _issue(f"digest:{day}", day, preference, DAILY_LATE, now)


def _issue(
    event: str, day: date, preference: DigestPreference, late: timedelta, now: datetime
) -> Issue | None:
    due_at = start_of(day, preference.hour)
    return Issue(event, due_at) if preference.wants(now) and now - due_at <= late else None


def take_turns(session: Session, issues: Collection[tuple[str, Issue]], now: datetime) -> set[str]:
    """The parties whose digest nobody has looked at yet: from now on it had its turn. One statement."""
    if not issues:
        return set()
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    turns = [{"party": party, "issue": issue.event, "at": now} for party, issue in issues]
    statement = insert(DigestTurn).on_conflict_do_nothing().returning(col(DigestTurn.party))
    return set(session.connection().execute(statement.values(turns)).scalars())


def unsubscribe_link(post: Post, party: str) -> str:
    """The one-click address (RFC 8058) that stops this party's digests: for `List-Unsubscribe` and the digest's foot."""
    return post.link(Purpose.UNSUBSCRIBE, int(party.partition(":")[2]), party)
