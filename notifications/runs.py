"""The record of what the scheduler ran: when, how it ended, when it runs next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from notifications.models import JobRun, Outcome
from notifications.outbox import SessionFactory
from notifications.plain import one_line

Figures = Mapping[str, int | float | str]
"""What a run did, by name: counts, seconds, a server's words. Sentences belong to whoever shows them."""

KEPT = 200
DETAIL_LENGTH = 500


@dataclass(frozen=True)
class Recorder:
    """Writes runs, each in a transaction of its own; keeps the last 200 of each job."""

    sessions: SessionFactory
    now: Callable[[], datetime]

    def start(self, name: str, next_run_at: datetime | None) -> int:
        """Note that a run begins; its number."""
        with self.sessions() as session:
            statement = (
                sa.insert(JobRun)
                .values(name=name, started_at=self.now(), outcome=Outcome.RUNNING, next_run_at=next_run_at)
                .returning(JobRun.__table__.c.id)  # type: ignore[attr-defined]
            )
            number: int = session.execute(statement).scalar_one()
            session.commit()
        return number

    def finish(
        self,
        number: int,
        name: str,
        outcome: Outcome,
        detail: str | None = None,
        figures: Figures | None = None,
    ) -> None:
        """Note how a run ended, why it failed or what it did, and forget the oldest ones of its job."""
        with self.sessions() as session:
            values: dict[str, Any] = {
                "finished_at": self.now(),
                "outcome": outcome,
                "detail": None if detail is None else one_line(detail, DETAIL_LENGTH),
                "figures": None
                if figures is None
                else {key: _short(value) for key, value in figures.items()},
            }
            session.execute(sa.update(JobRun).where(col(JobRun.id) == number).values(values))
            oldest = (
                select(JobRun.id)
                .where(JobRun.name == name)
                .order_by(col(JobRun.id).desc())
                .offset(KEPT)
                .limit(1)
                .scalar_subquery()
            )
            session.execute(sa.delete(JobRun).where(col(JobRun.name) == name, col(JobRun.id) <= oldest))
            session.commit()

    def interrupt(self) -> int:
        """Say that the runs a dead scheduler left open have failed; they stay without an end."""
        with self.sessions() as session:
            open_runs = sa.update(JobRun).where(col(JobRun.outcome) == Outcome.RUNNING)
            result: Any = session.execute(open_runs.values(outcome=Outcome.FAILED, detail="interrupted"))
            session.commit()
        return int(result.rowcount)

    def last(self, name: str) -> datetime | None:
        """When the last run of a job that went well began: one that was stopped midway is due again. Where none has, the first that ended."""
        with self.sessions() as session:
            well = sa.func.max(sa.case((col(JobRun.outcome) == Outcome.OK, col(JobRun.started_at))))
            ended = sa.func.min(sa.case((col(JobRun.finished_at).is_not(None), col(JobRun.started_at))))
            began: datetime | None = session.scalar(
                select(sa.func.coalesce(well, ended)).where(JobRun.name == name)
            )
            return began


def latest(session: Session) -> dict[str, JobRun]:
    """The last run of each job, by name."""
    newest = select(sa.func.max(col(JobRun.id))).group_by(col(JobRun.name))
    return {run.name: run for run in session.exec(select(JobRun).where(col(JobRun.id).in_(newest)))}


def _short(value: int | float | str) -> int | float | str:
    return one_line(value, DETAIL_LENGTH) if isinstance(value, str) else value
