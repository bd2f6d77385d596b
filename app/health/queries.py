"""Reads for the health pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.models import JobRun, OutboxMessage, RefusedAddress
from notifications.models import Outcome, State

LATELY = timedelta(days=7)
SILENT = timedelta(minutes=10)
"""A scheduler that has run nothing for so long is taken for dead; it ticks every few seconds."""


def last_tick(session: Session) -> datetime | None:
    """When the scheduler last began a job: the newest by its number, for a clock may have been wrong meanwhile."""
    return session.exec(select(JobRun.started_at).order_by(col(JobRun.id).desc()).limit(1)).first()


def ticks(last: datetime | None, now: datetime) -> bool:
    """Whether the scheduler lives, from when it last began a job; a moment to come says nothing."""
    return last is not None and abs(now - last) <= SILENT


def last_ended(session: Session) -> dict[tuple[str, Outcome], JobRun]:
    """The last run of each job that went well and the last that failed, among those that are kept."""
    ended = select(func.max(JobRun.id)).where(JobRun.outcome != Outcome.RUNNING)
    newest = ended.group_by(col(JobRun.name), col(JobRun.outcome))
    runs = session.exec(select(JobRun).where(col(JobRun.id).in_(newest)))
    return {(run.name, run.outcome): run for run in runs}


@dataclass(frozen=True, slots=True)
class MailFigures:
    """The outbox in figures. `oldest` is when the message that has been due longest fell due; None when none is due."""

    due: int
    later: int
    oldest: datetime | None
    undelivered: int
    """Given up in the last seven days."""
    refused_addresses: int


def mail(session: Session, now: datetime) -> MailFigures:
    """Two queries."""
    waits = col(OutboxMessage.state).in_([State.PENDING, State.CLAIMED])
    due = sa.and_(waits, col(OutboxMessage.not_before) <= now)
    late = sa.and_(waits, col(OutboxMessage.not_before) > now)
    failed = sa.and_(col(OutboxMessage.state) == State.FAILED, col(OutboxMessage.created_at) > now - LATELY)
    row = session.execute(
        select(
            func.count(sa.case((due, 1))),
            func.count(sa.case((late, 1))),
            func.min(sa.case((due, col(OutboxMessage.not_before)))),
            func.count(sa.case((failed, 1))),
        ).where(sa.or_(waits, failed))
    ).one()
    refused = session.exec(select(func.count()).select_from(RefusedAddress)).one()
    return MailFigures(row[0], row[1], row[2], row[3], refused)


def last_trial(session: Session, party: str) -> OutboxMessage | None:
    """The last letter that this party asked for to try the mail: what became of it."""
    query = select(OutboxMessage).where(OutboxMessage.message == "test_letter", OutboxMessage.party == party)
    return session.exec(query.order_by(col(OutboxMessage.id).desc()).limit(1)).first()
