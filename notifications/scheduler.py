"""Time: a table of jobs, run by one process at a time, each run recorded.

Everything is in UTC: 02:30 in Paris comes twice in October and not at all in March. Jobs are short, ask what is due,
and claim what they work on, so that a second scheduler does no harm even for a moment.
"""

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from notifications.leader import Leader
from notifications.models import Outcome
from notifications.runs import Figures, Recorder

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
SET_BACK = timedelta(seconds=30)


Trigger: TypeAlias = CronTrigger | IntervalTrigger


@dataclass(frozen=True)
class Job:
    """What runs when. `run` returns figures for the record, or raises."""

    name: str
    trigger: Trigger
    run: Callable[[], Figures | None]


def every(**duration: float) -> IntervalTrigger:
    """`every(seconds=5)`, `every(minutes=10)`."""
    return IntervalTrigger(timezone=UTC, **duration)


def at(**fields: Any) -> CronTrigger:
    """`at(hour=4, minute=30)` each day, `at(day_of_week="mon", hour=6)` each week: hours of UTC."""
    return CronTrigger(timezone=UTC, **fields)


def run(
    jobs: Sequence[Job],
    leader: Leader,
    recorder: Recorder,
    *,
    stop: threading.Event | None = None,
    poll: float = POLL_SECONDS,
) -> None:
    """Lead when nobody else does and run the jobs, until `stop` is set or SIGTERM or SIGINT arrives.

    Waits for the jobs that are running: give them the same `stop` if they are long.
    """
    stop = stop or threading.Event()
    with _stopped_by_signals(stop):
        waiting = False
        while not stop.is_set():
            if leader.acquire():
                waiting = False
                log.info("this scheduler leads")
                try:
                    _lead(jobs, leader, recorder, stop, poll)
                finally:
                    leader.release()
            elif not waiting:
                waiting = True
                log.info("another scheduler leads; this one waits")
            stop.wait(poll)


def _lead(
    jobs: Sequence[Job], leader: Leader, recorder: Recorder, stop: threading.Event, poll: float
) -> None:
    interrupted = recorder.interrupt()
    if interrupted:
        log.warning("%s runs were interrupted", interrupted)
    scheduler = _scheduler(jobs, recorder)
    clock = _Clock(recorder.now)
    scheduler.start()
    try:
        while not stop.wait(poll):
            if not leader.held():
                log.warning("this scheduler no longer leads")
                return
            if clock.was_set_back():
                log.warning("the clock was set back")
                retime(scheduler, recorder.now())
    finally:
        scheduler.shutdown(wait=True)


def _scheduler(jobs: Sequence[Job], recorder: Recorder) -> Any:
    """All jobs added, not started. A tick missed while the machine slept, or nobody led, runs once."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        options = {"next_run_time": recorder.now()} if _is_overdue(job, recorder) else {}
        scheduler.add_job(
            execute, job.trigger, args=(job, recorder, scheduler), id=job.name, name=job.name, **options
        )
    return scheduler


def _is_overdue(job: Job, recorder: Recorder) -> bool:
    last = recorder.last(job.name)
    if last is None:
        return False
    due: datetime | None = job.trigger.get_next_fire_time(last, last)
    return due is not None and due <= recorder.now()


def execute(job: Job, recorder: Recorder, scheduler: Any = None) -> None:
    """One recorded run; what it raises is logged and recorded, and the next tick tries again."""
    try:
        planned = scheduler.get_job(job.name) if scheduler is not None else None
        number = recorder.start(job.name, planned.next_run_time if planned else None)
    except Exception:
        log.exception("job %s could not start", job.name)
        return
    outcome, figures, detail = Outcome.OK, None, None
    try:
        figures = job.run()
    except Exception as error:
        log.exception("job %s failed", job.name)
        outcome, detail = Outcome.FAILED, f"{type(error).__name__}: {error}"
    try:
        recorder.finish(number, job.name, outcome, detail, figures)
    except Exception:
        log.exception("the end of job %s could not be recorded", job.name)


def retime(scheduler: Any, now: datetime) -> None:
    """After the clock was set back: jobs at an interval go on from now; those at an hour have had theirs."""
    for job in scheduler.get_jobs():
        if isinstance(job.trigger, IntervalTrigger) and job.next_run_time > now + job.trigger.interval:
            job.modify(next_run_time=now + job.trigger.interval)


class _Clock:
    """Compares the clock on the wall with one that only goes forward."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.seen, self.steady = now(), time.monotonic()

    def was_set_back(self) -> bool:
        expected = self.seen + timedelta(seconds=time.monotonic() - self.steady)
        self.seen, self.steady = self.now(), time.monotonic()
        return self.seen < expected - SET_BACK


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Only a main thread may listen to signals; elsewhere whoever holds `stop` decides."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: stop.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
