"""Time: a table of jobs, run by one process at a time, each run recorded.

Everything is in UTC: 02:30 in Paris comes twice in October and not at all in March. Jobs are short, ask what is due,
and claim what they work on, so that a second scheduler does no harm even for a moment.

No wait is endless. A run that will not end keeps nobody from stopping or from leading again: what it works on is
claimed, so that it may go on beside another run of its job, and it ends with the process.
"""

import faulthandler
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from notifications.leader import Leader
from notifications.models import Outcome
from notifications.runs import Figures, Recorder
from notifications.threads import Executor, Threads

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
SET_BACK = timedelta(seconds=30)
GRACE_SECONDS = 18.0
"""How long runs may take to end once this scheduler stops or leads no longer: as long as an outcome is patient."""
LONGEST = timedelta(hours=1)
SILENCE_SECONDS = 60.0
"""A process that has begun no job for so long hangs."""

Trigger: TypeAlias = CronTrigger | IntervalTrigger


@dataclass(frozen=True)
class Job:
    """What runs when. `run` returns figures for the record, or raises; past `longest` it is taken for stuck."""

    name: str
    trigger: Trigger
    run: Callable[[], Figures | None]
    longest: timedelta = LONGEST


class StuckError(Exception):
    """Runs that will not end: this process is better replaced by a new one."""


def nobody_watches() -> None:
    """Whom to tell when nobody wants to know."""


def watchdog(seconds: float = SILENCE_SECONDS) -> None:
    """End this process with an error, and say where each of its threads was, unless told again within `seconds`.

    Whoever started it (`serve`, systemd) then sees an end, not a silence. It is the interpreter's own, and needs
    nothing that a hang could hold.
    """
    faulthandler.dump_traceback_later(seconds, exit=True)


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
    grace: float = GRACE_SECONDS,
    alive: Callable[[], None] = nobody_watches,
) -> None:
    """Lead when nobody else does and run the jobs, until `stop` is set or SIGTERM or SIGINT arrives.

    Waits `grace` seconds for the jobs that are running: give them the same `stop` if they are long. Tells `alive` every
    `poll` seconds as long as all is well, and jobs are begun when they are due. Raises StuckError for a run that passes
    its job's `longest`.
    """
    loop = _Loop(stop or threading.Event(), poll, grace, alive, Threads())
    with _stopped_by_signals(loop.stop):
        waiting = False
        while not loop.stop.is_set():
            alive()
            if leader.acquire():
                waiting = False
                log.info("this scheduler leads")
                try:
                    _lead(jobs, leader, recorder, loop)
                finally:
                    leader.release()
            elif not waiting:
                waiting = True
                log.info("another scheduler leads; this one waits")
            loop.stop.wait(poll)


@dataclass(frozen=True)
class _Loop:
    """What `run` was told, and the runs of this process, whoever led when they began."""

    stop: threading.Event
    poll: float
    grace: float
    alive: Callable[[], None]
    threads: Threads


def _lead(jobs: Sequence[Job], leader: Leader, recorder: Recorder, loop: _Loop) -> None:
    interrupted = recorder.interrupt()
    if interrupted:
        log.warning("%s runs were interrupted", interrupted)
    scheduler = _scheduler(jobs, recorder, loop.threads)
    # The pulse takes the way of every job, so that it stops when they do.
    pulse = threading.Event()
    scheduler.add_job(lambda _next=None: pulse.set(), every(seconds=loop.poll), id="pulse")
    clock = _Clock(recorder.now)
    scheduler.start()
    try:
        while not loop.stop.wait(loop.poll):
            if pulse.is_set():
                pulse.clear()
                loop.alive()
            if not leader.held():
                log.warning("this scheduler no longer leads")
                return
            if stuck := _stuck(jobs, loop.threads):
                loop.stop.set()
                raise StuckError(f"these jobs do not end: {', '.join(stuck)}")
            if clock.was_set_back():
                log.warning("the clock was set back")
                retime(scheduler, recorder.now())
    finally:
        # Not `wait=True`: it would wait for the runs with the lock on all jobs in hand.
        scheduler.shutdown(wait=False)
        if left := loop.threads.wait(loop.grace):
            log.error("still running after %s s, and left alone: %s", loop.grace, ", ".join(left))


def _scheduler(jobs: Sequence[Job], recorder: Recorder, threads: Threads) -> Any:
    """All jobs added, not started. A tick missed while the machine slept, or nobody led, runs once."""
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": Executor(threads)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        options = {"next_run_time": recorder.now()} if _was_missed(job, recorder) else {}
        scheduler.add_job(partial(execute, job, recorder), job.trigger, id=job.name, name=job.name, **options)
    return scheduler


def _stuck(jobs: Sequence[Job], threads: Threads) -> list[str]:
    lasting = threads.running()
    return [job.name for job in jobs if lasting.get(job.name, timedelta()) > job.longest]


def _was_missed(job: Job, recorder: Recorder) -> bool:
    last = recorder.last(job.name)
    if last is None:
        return False
    due: datetime | None = job.trigger.get_next_fire_time(last, last)
    return due is not None and due <= recorder.now()


def execute(job: Job, recorder: Recorder, next_run_at: datetime | None = None) -> None:
    """One recorded run; what it raises is logged and recorded, and the next tick tries again.

    Asks the scheduler nothing: it may be waiting for this run.
    """
    try:
        number = recorder.start(job.name, next_run_at)
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
    """Only a main thread may listen to signals; elsewhere whoever holds `stop` decides.

    The main thread waits for `stop`, so a signal may find it with the lock of `stop` in hand: a handler that set it
    would wait for itself. Another thread sets it, which a byte from the interpreter wakes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard, told = socket.socketpair()
    told.setblocking(False)

    def listen() -> None:
        if heard.recv(1):
            stop.set()

    listener = threading.Thread(target=listen, name="signals", daemon=True)
    listener.start()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    woken = signal.set_wakeup_fd(told.fileno())
    for number in before:
        signal.signal(number, lambda *_: None)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken)
        told.close()
        listener.join()
        heard.close()
