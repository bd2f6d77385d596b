"""When digests are due: at the hour that the reader chose, by the reader's clock, each once, late at most by so much. Pure but for `due`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, col

from app.days import SUNDAY, day_of, start_of
from app.models import Account, Committee, DigestTurn
from app.post.bearers import party_of
from app.post.sending import Post
from app.preferences.queries import DigestPreference, digest_preferences
from app.web.links import Purpose
from notifications.types import insert
from notifications.zones import HOME

Subscriber = TypeVar("Subscriber", Committee, Account)

WEEKLY_LATE, DAILY_LATE = timedelta(days=2), timedelta(hours=12)
"""After an outage, a digest that is later than this is left out: the next one says it all."""

WEEKLY_GOOD_FOR, DAILY_GOOD_FOR = timedelta(days=5), timedelta(hours=20)
"""A letter that the mail server would not take for so long is not worth sending any more."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One digest of one reader: the event that makes it unique in the outbox, when it was due, and until when it is worth sending."""

    event: str
    due_at: datetime
    until: datetime


def weekly(preference: DigestPreference, now: datetime, zone: str = HOME) -> Issue | None:
    """This week's digest, if its hour has come and is not long past. Whatever the reader changes, one in each ISO week."""
    day = day_of(now, zone)
    day -= timedelta(days=(day.isoweekday() - preference.weekday) % 7)
    if start_of(day, preference.hour, zone) > now:
        day -= timedelta(days=7)
    year, week, _weekday = day.isocalendar()
    return _issue(f"digest:{year}-W{week:02d}", day, preference, WEEKLY_LATE, WEEKLY_GOOD_FOR, now, zone)


def daily(preference: DigestPreference, now: datetime, zone: str = HOME) -> Issue | None:
    """The day's digest, if its hour has come and is not long past. Sundays have none."""
    day = day_of(now, zone)
    if start_of(day, preference.hour, zone) > now:
        day -= timedelta(days=1)
    if day.isoweekday() == SUNDAY:
        return None
    return _issue(f"digest:{day}", day, preference, DAILY_LATE, DAILY_GOOD_FOR, now, zone)


def _issue(
    event: str,
    day: date,
    preference: DigestPreference,
    late: timedelta,
    good_for: timedelta,
    now: datetime,
    zone: str,
) -> Issue | None:
    due_at = start_of(day, preference.hour, zone)
    wanted = preference.wants(now, zone) and now - due_at <= late
    return Issue(event, due_at, due_at + good_for) if wanted else None


def due(
    session: Session,
    readers: Iterable[Subscriber],
    issue_of: Callable[[DigestPreference, datetime, str], Issue | None],
    now: datetime,
) -> list[tuple[Subscriber, Issue]]:
    """The readers whose digest is due and whom nobody has looked at yet: from now on they had their turn. Two queries."""
    parties = {party_of(reader): reader for reader in readers}
    preferences = digest_preferences(session, parties)
    issues = {
        party: issue_of(preference, now, getattr(parties[party], "zone", HOME))
        for party, preference in preferences.items()
    }
    waiting = {party: issue for party, issue in issues.items() if issue is not None}
    mine = _take_turns(session, waiting, now)
    return [(parties[party], issue) for party, issue in waiting.items() if party in mine]


def _take_turns(session: Session, issues: Mapping[str, Issue], now: datetime) -> set[str]:
    if not issues:
        return set()
    turns = [{"party": party, "issue": issue.event, "at": now} for party, issue in issues.items()]
    statement = insert(DigestTurn, session.get_bind().dialect).values(turns).on_conflict_do_nothing()
    return set(session.connection().execute(statement.returning(col(DigestTurn.party))).scalars())


def unsubscribe_link(post: Post, reader: Committee | Account) -> str:
    """The one-click address (RFC 8058) that stops this reader's digests: for `List-Unsubscribe` and the digest's foot."""
    return post.link(Purpose.UNSUBSCRIBE, reader.id, reader)
