"""The jobs of the clock, in words: when each ran, what it did, why it failed, when it is next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from apscheduler.triggers.interval import IntervalTrigger
from flask_babel import format_timedelta

from app.health.results import run_sentence
from app.models import JobRun
from app.web.text import _, clock_time, full_date
from app.work import JobRow, trigger
from config import Settings
from notifications.models import Outcome
from notifications.scheduler import Trigger

GRACE = timedelta(minutes=2)
INTERRUPTED = "interrupted"
"""What the record says of a run that its scheduler did not survive (`notifications.runs`)."""


def ago(moment: datetime, now: datetime) -> str:
    """« il y a 3 minutes », « dans 2 heures »."""
    if abs(moment - now) < timedelta(seconds=1):
        return _("maintenant") if moment >= now else _("à l'instant")
    return str(format_timedelta(moment - now, add_direction=True, threshold=1))


def exact(moment: datetime) -> str:
    """« 24 novembre 2026, 14 h 30 », in Paris."""
    return f"{full_date(moment)}, {clock_time(moment)}"


def lasted(duration: timedelta) -> str:
    if duration < timedelta(seconds=1):
        return _("moins d'une seconde")
    return str(format_timedelta(duration, threshold=1))


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One job as the page shows it. `state` is "ok", "failed", "running", "late" or "never"."""

    title: str
    name: str
    what: str
    rhythm: str
    state: str
    run: JobRun | None
    detail: str
    duration: str
    next_at: datetime
    failure: JobRun | None
    """The last run that failed, when the last run of all did not."""
    failing: bool
    """Whether the last run that ended failed: another one may be under way."""

    @property
    def failed_because(self) -> str:
        return because(self.failure.detail) if self.failure else ""


def because(detail: str | None) -> str:
    """What a run that failed says, for somebody who did not write the portal."""
    if detail == INTERRUPTED:
        return _("L'horloge s'est arrêtée pendant ce travail. Il repart de lui-même.")
    kind, _separator, words = (detail or "").partition(": ")
    if kind == "OperationalError":
        return _("La base de données n'a pas répondu : %(answer)s", answer=words)
    return words or kind or _("Aucune explication n'a été enregistrée.")


def lines(
    rows: Sequence[JobRow],
    settings: Settings,
    last: Mapping[str, JobRun],
    ended: Mapping[tuple[str, Outcome], JobRun],
    now: datetime,
) -> list[ReportLine]:
    """One line a job, in the order of the table."""
    return [
        _line(
            row,
            trigger(row, settings),
            last.get(row.name),
            ended.get((row.name, Outcome.OK)),
            ended.get((row.name, Outcome.FAILED)),
            now,
        )
        for row in rows
    ]


def _line(
    row: JobRow, when: Trigger, run: JobRun | None, well: JobRun | None, failure: JobRun | None, now: datetime
) -> ReportLine:
    next_at = _next(when, run, now)
    return ReportLine(
        title=str(row.title),
        name=row.name,
        what=str(row.purpose),
        rhythm=_rhythm(when),
        state=_state(run, next_at, now, row.longest),
        run=run,
        detail=_detail(run),
        duration=lasted(run.finished_at - run.started_at) if run and run.finished_at else "",
        next_at=next_at,
        failure=failure if failure and run and failure.id != run.id else None,
        failing=failure is not None and (well is None or failure.id > well.id),
    )


def _detail(run: JobRun | None) -> str:
    if run is None:
        return ""
    if run.outcome is Outcome.FAILED:
        return because(run.detail)
    return run_sentence(run.name, run.figures) if run.figures is not None else run.detail or ""


def _next(when: Trigger, run: JobRun | None, now: datetime) -> datetime:
    """When it is due: as recorded, else as its trigger reckons from the last run, else from now."""
    if run is not None and run.next_run_at is not None and run.next_run_at > run.started_at:
        return run.next_run_at
    since = run.started_at if run else now
    reckoned: datetime | None = when.get_next_fire_time(since, since)
    return reckoned.astimezone(UTC) if reckoned else now


def _state(run: JobRun | None, next_at: datetime, now: datetime, longest: timedelta) -> str:
    if run is None:
        return "never"
    if run.outcome is Outcome.RUNNING:
        return "running" if now - run.started_at < longest else "late"
    if now > next_at + GRACE:
        return "late"
    return "ok" if run.outcome is Outcome.OK else "failed"


def _rhythm(when: Trigger) -> str:
    """How often. The exact hour is that of the next run: the table keeps hours of UTC."""
    if isinstance(when, IntervalTrigger):
        every: timedelta = when.interval
        once = {timedelta(minutes=1): _("chaque minute"), timedelta(hours=1): _("chaque heure")}
        return once.get(every) or _("toutes les %(duration)s", duration=lasted(every))
    weekly = any(field.name == "day_of_week" and not field.is_default for field in when.fields)
    return _("chaque semaine") if weekly else _("chaque jour")
