"""The letters to administrators: something is wrong, something is right again. Gathered in one, and for each cause one a day at most."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, select

from app.health import letters, looking
from app.health.checks import findings
from app.health.seeing import see
from app.models import HealthAlarm
from app.work import JobContext, JobRow

SETTLED = timedelta(minutes=8)
"""What is wrong for so long has been found so twice: what passes by itself alarms nobody."""
DAY = timedelta(days=1)
AGAIN = timedelta(days=7)
"""What stays wrong is told of again."""


def watch(session: Session, this: JobContext, rows: Sequence[JobRow], looks: looking.Looks) -> int:
    """Write down what was looked at and what is wrong, and write to administrators where it is time; how many letters."""
    now = this.clock()
    looking.keep(session, looks)
    seen = see(session, this.settings, rows, now, looks)
    wrong = {alarm for each in findings(seen) for alarm in each.alarms}
    alarms = {row.cause: row for row in session.exec(select(HealthAlarm).with_for_update())}
    # What was wrong and will be again soon is not over.
    over = {alarm for alarm in _over(session, alarms, wrong, now) if f"{alarm}:soon" not in wrong}
    due = [cause for cause in wrong if _is_due(_alarm(session, alarms, cause, now), now)]
    if not due and not over:
        return 0
    for cause in due:
        alarms[cause].told_at = now
    session.flush()
    return letters.tell(session, this.desk, seen, sorted(over), now, wrong=bool(due))


def _alarm(session: Session, alarms: dict[str, HealthAlarm], cause: str, now: datetime) -> HealthAlarm:
    row = alarms.setdefault(cause, HealthAlarm(cause=cause, since=now))
    if row.over_at is not None:
        row.since, row.over_at = now, None
    session.add(row)
    return row


def _is_due(row: HealthAlarm, now: datetime) -> bool:
    if now - row.since < SETTLED:
        return False
    return row.told_at is None or now - row.told_at >= (AGAIN if row.told_at >= row.since else DAY)


def _over(session: Session, alarms: dict[str, HealthAlarm], wrong: set[str], now: datetime) -> set[str]:
    """What was told to be wrong and is right again. What was told of lately stays known: one letter a day."""
    over = set()
    for cause, row in list(alarms.items()):
        if cause in wrong:
            continue
        if row.over_at is None and row.told_at is not None and row.told_at >= row.since:
            over.add(cause)
        if row.told_at is None or now - row.told_at >= DAY:
            session.delete(alarms.pop(cause))
        elif row.over_at is None:
            row.over_at = now
            session.add(row)
    return over
