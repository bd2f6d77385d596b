"""Whether the board is fresh: when proposals were last worked out, and whether that goes well."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from app.models import JobRun, PlanRun
from notifications.models import Outcome

JOB = "rapprochements"
"""The name of the planning job in the scheduler's table."""
LATE_AFTER = 3
"""So many turns missed in a row, and the board says that it stands still."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """`planned_at` is when the last plan that came to an end read the rows; None before the first."""

    planned_at: datetime | None
    state: str
    """"fresh", "running", "failed", "late" or "never"."""

    def has_seen(self, moment: datetime) -> bool:
        """Whether what came at that moment was there when the last plan was made."""
        return self.planned_at is not None and moment <= self.planned_at


def read(session: Session, now: datetime, every: timedelta) -> Pulse:
    """Two queries. `every` is how often plans are made."""
    planned_at = last_plan(session)
    last = session.exec(
        select(JobRun.outcome, JobRun.started_at)
        .where(JobRun.name == JOB)
        .order_by(col(JobRun.id).desc())
        .limit(1)
    ).first()
    return Pulse(planned_at, _state(last, planned_at, now, every))


def last_plan(session: Session) -> datetime | None:
    """When the last plan that came to an end read the rows."""
    done = func.max(JobRun.started_at).filter(col(JobRun.outcome) == Outcome.OK)
    both = session.exec(
        select(
            select(done).where(JobRun.name == JOB).scalar_subquery(),
            select(func.max(PlanRun.started_at)).scalar_subquery(),
        )
    ).one()
    return max((each for each in both if each is not None), default=None)


def _state(
    last: tuple[str, datetime] | None, planned_at: datetime | None, now: datetime, every: timedelta
) -> str:
    outcome, started_at = last or ("", now)
    if outcome == Outcome.FAILED:
        return "failed"
    # A run as old as that has died with its scheduler.
    if outcome == Outcome.RUNNING and now - started_at <= LATE_AFTER * every:
        return "running"
    if planned_at is None:
        return "failed" if outcome == Outcome.RUNNING else "never"
    return "late" if now - planned_at > LATE_AFTER * every else "fresh"
