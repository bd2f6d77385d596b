"""How the backups stand: what `/administration/sante`, `flask doctor` and letters to administrators are told.

All of it stands in the record of the clock's runs (`job_run`), so that several machines read the same:

| run of | figures of one that went well |
|---|---|
| `sauvegarde` | `path`, `bytes`, `trial` (`restored` or `read`), `sealed` (1 or 0), `backups_deleted`; a run without `path` had no folder to write to |
| `copie` | `path` of the backup that was copied, `seconds`; a run without `path` had nothing to do |
| `repetition` | `path`, `made_at` (ISO 8601) of a backup that an administrator tried with `flask restore --check` |

A run that failed says why in its `detail`, and has no figures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from app.models import JobRun
from notifications.models import Outcome

MADE, COPIED, REHEARSED = "sauvegarde", "copie", "repetition"
LATE = timedelta(hours=26)
"""After which one of every night is missing."""


@dataclass(frozen=True, slots=True)
class BackupStanding:
    """`made` is the last that went well, tried since it was written; `copied` when it was itself taken elsewhere. None: never, or not yet."""

    path: str | None
    made: datetime | None
    bytes: int
    trial: str
    sealed: bool
    failure: str | None
    """Why the night after `made` failed, for the record (`app.health.report.because` puts it into words)."""
    copied: datetime | None
    copy_failure: str | None
    rehearsed: datetime | None

    def missing(self, now: datetime) -> bool:
        """Whether a night has gone by without a backup that was found good."""
        return self.made is None or now - self.made > LATE

    def not_copied(self, now: datetime) -> bool:
        """Whether the last one should have been elsewhere by now. Asked where PORTAIL_BACKUP_COPY is set."""
        return self.made is not None and self.copied is None and now - self.made > timedelta(hours=4)


def standing(session: Session) -> BackupStanding:
    """Six short queries."""
    made, copied = _last_good(session, MADE), _last_good(session, COPIED)
    figures = (made.figures if made else None) or {}
    same = copied is not None and (copied.figures or {}).get("path") == figures.get("path")
    rehearsed = _last_good(session, REHEARSED)
    return BackupStanding(
        path=figures.get("path"),
        made=made.started_at if made else None,
        bytes=int(figures.get("bytes", 0)),
        trial=str(figures.get("trial", "")),
        sealed=bool(figures.get("sealed", 0)),
        failure=_failure_after(session, MADE, made),
        copied=copied.finished_at if copied and same else None,
        copy_failure=_failure_after(session, COPIED, copied),
        rehearsed=rehearsed.started_at if rehearsed else None,
    )


def _last_good(session: Session, name: str) -> JobRun | None:
    """The last run that did something: its figures name a path."""
    runs = session.exec(
        select(JobRun)
        .where(JobRun.name == name, JobRun.outcome == Outcome.OK)
        .order_by(col(JobRun.id).desc())
    )
    return next((run for run in runs if "path" in (run.figures or {})), None)


def _failure_after(session: Session, name: str, good: JobRun | None) -> str | None:
    last = session.exec(
        select(JobRun)
        .where(JobRun.name == name, JobRun.outcome == Outcome.FAILED)
        .order_by(col(JobRun.id).desc())
        .limit(1)
    ).first()
    return last.detail or "" if last is not None and (good is None or last.id > good.id) else None
