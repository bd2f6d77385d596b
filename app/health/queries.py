"""Reads for the health pages."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app.models import JobRun, OutboxMessage, RefusedAddress
from notifications.models import Outcome, State
from notifications.outbox import BACK_OFF

LATELY = timedelta(days=7)
NEWEST = 300
"""Letters that are looked at for what becomes of letters now."""
SILENT = timedelta(minutes=10)
"""A scheduler that has run nothing for so long is taken for dead; it ticks every few seconds."""


def last_tick(session: Session) -> datetime | None:
    """When the scheduler last began a job: the newest by its number, for a clock may have been wrong meanwhile."""
    return session.exec(select(JobRun.started_at).order_by(col(JobRun.id).desc()).limit(1)).first()


def first_tick(session: Session) -> datetime | None:
    """When the oldest run that is still known began."""
    return session.exec(select(JobRun.started_at).order_by(col(JobRun.id)).limit(1)).first()


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
    """The outbox in figures. `oldest` is when the letter that has been due longest fell due, whatever was tried since; `untried` the same of
    those that were not tried yet; None when there is none. `due` counts both, `later` what is not due."""

    due: int
    later: int
    oldest: datetime | None
    untried: datetime | None
    last_sent: datetime | None
    sent: int
    given_up: int
    """Of the newest letters, in the last day."""
    undelivered: int
    """Given up in the last seven days."""
    refused_addresses: int


def mail(session: Session, now: datetime) -> MailFigures:
    """Four queries."""
    state, due_at, attempts = (
        col(OutboxMessage.state),
        col(OutboxMessage.not_before),
        col(OutboxMessage.attempts),
    )
    due = sa.or_(due_at <= now, attempts > 0)
    waiting = session.execute(
        select(attempts, func.count(sa.case((due, 1))), func.count(), func.min(sa.case((due, due_at))))
        .where(state.in_([State.PENDING, State.CLAIMED]))
        .group_by(attempts)
    ).all()
    # Each try that was put off has moved what is due, by as much as the table of the outbox says.
    oldest = {
        tried: min(now, first - sum(BACK_OFF[:tried], timedelta()))
        for tried, _due, _all, first in waiting
        if first
    }
    failed = sa.and_(state == State.FAILED, col(OutboxMessage.created_at) > now - LATELY)
    newest = select(state, col(OutboxMessage.sent_at), due_at).order_by(col(OutboxMessage.id).desc())
    ended = [
        (how, sent or given_up)
        for how, sent, given_up in session.execute(newest.limit(NEWEST))
        if how in {State.SENT, State.FAILED}
    ]
    today = [how for how, at in ended if at > now - timedelta(days=1)]
    return MailFigures(
        due=sum(row[1] for row in waiting),
        later=sum(row[2] - row[1] for row in waiting),
        oldest=min(oldest.values(), default=None),
        untried=oldest.get(0),
        last_sent=max((at for how, at in ended if how is State.SENT), default=None),
        sent=today.count(State.SENT),
        given_up=today.count(State.FAILED),
        undelivered=session.exec(select(func.count()).select_from(OutboxMessage).where(failed)).one(),
        refused_addresses=session.exec(select(func.count()).select_from(RefusedAddress)).one(),
    )


def last_trial(session: Session, party: str) -> OutboxMessage | None:
    """The last letter that this party asked for to try the mail: what became of it."""
    query = select(OutboxMessage).where(OutboxMessage.message == "test_letter", OutboxMessage.party == party)
    return session.exec(query.order_by(col(OutboxMessage.id).desc()).limit(1)).first()
