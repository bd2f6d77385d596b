"""The scheduler on both databases: one leads, runs are recorded, failures stay alone, the clock may do what it likes."""

import inspect
import random
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session, select

from notifications import runs, scheduler
from notifications.leader import FileLeader, Leader, leader_for
from notifications.models import JobRun, Outcome
from notifications.runs import Recorder
from notifications.scheduler import Job, StuckError, at, every, run
from notifications.threads import Threads
from notifications.typography import PARIS
from tests.conftest import PATIENCE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Sessions = Callable[[], Session]


def utcnow() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def url(engine: sa.Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
def leaders(url: str) -> Iterator[tuple[Leader, Leader]]:
    pair = leader_for(url), leader_for(url)
    yield pair
    for leader in pair:
        leader.release()


def test_one_leads_at_a_time(leaders: tuple[Leader, Leader]) -> None:
    one, other = leaders
    assert not one.held()
    assert one.acquire()
    assert one.acquire()
    assert one.held()
    assert not other.acquire()
    assert not other.held()
    one.release()
    assert other.acquire()
    assert not one.held()


def test_a_lost_session_is_noticed(url: str, engine: sa.Engine, leaders: tuple[Leader, Leader]) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("PostgreSQL only")
    one, other = leaders
    assert one.acquire()
    with engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND granted"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
        )
    assert not one.held()
    assert other.acquire()
    assert not one.acquire()


def test_a_replaced_lock_file_is_noticed(tmp_path: Path) -> None:
    one, other = FileLeader(tmp_path / "lock"), FileLeader(tmp_path / "lock")
    assert one.acquire()
    (tmp_path / "lock").unlink()
    assert not one.held()
    assert other.acquire()
    one.release()
    other.release()


def test_a_database_in_memory_has_no_second_scheduler() -> None:
    with pytest.raises(ValueError, match="memory"):
        leader_for("sqlite://")


def start(url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.notifications.scheduling", url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def said(process: subprocess.Popen[str]) -> str:
    """Its next line; an empty one when it has none and had to be killed."""
    assert process.stdout is not None
    impatience = threading.Timer(PATIENCE, process.kill)
    impatience.start()
    try:
        return process.stdout.readline().strip()
    finally:
        impatience.cancel()


def test_the_second_takes_over_from_a_killed_leader_and_stops_on_sigterm(
    url: str, new_session: Sessions
) -> None:
    first = start(url)
    assert said(first) == f"lead {first.pid}"
    second = start(url)
    try:
        for _ in range(5):
            assert said(first) == f"lead {first.pid}"
        first.send_signal(signal.SIGKILL)
        assert said(second) == f"lead {second.pid}"
        second.send_signal(signal.SIGTERM)
        while (word := said(second)) != "stopped":
            assert word == f"lead {second.pid}"
        assert second.wait(PATIENCE) == 0
    finally:
        for process in (first, second):
            process.kill()
            process.communicate()
    with new_session() as session:
        assert Outcome.RUNNING not in {run.outcome for run in session.exec(select(JobRun)).all()[:-1]}


def test_who_waits_asks_often_enough_to_take_over_within_ten_seconds() -> None:
    """The lock of a dead process is free at once (the tests above); what is left is how often the next one asks."""
    default = inspect.signature(run).parameters["poll"].default
    assert 0 < default <= 5


def test_a_failing_job_is_recorded_retried_and_stops_no_other(url: str, new_session: Sessions) -> None:
    stop, failed, worked = threading.Event(), threading.Semaphore(0), threading.Semaphore(0)

    def fail() -> None:
        failed.release()
        raise RuntimeError("no luck")

    def work() -> dict[str, int]:
        worked.release()
        return {"things": 3}

    jobs = [
        Job("fails", every(seconds=0.1), fail),
        Job("works", every(seconds=0.1), work),
    ]
    recorder = Recorder(new_session, utcnow)
    thread = threading.Thread(
        target=run, args=(jobs, leader_for(url), recorder), kwargs={"stop": stop, "poll": 0.1}
    )
    thread.start()
    for _ in range(3):
        assert failed.acquire(timeout=PATIENCE)
        assert worked.acquire(timeout=PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    with new_session() as session:
        last = runs.latest(session)
        assert (last["fails"].outcome, last["fails"].detail) == (Outcome.FAILED, "RuntimeError: no luck")
        assert (last["works"].outcome, last["works"].figures) == (Outcome.OK, {"things": 3})
        works = last["works"]
        assert works.finished_at is not None
        assert works.started_at <= works.finished_at


def test_it_stops_at_any_moment_of_its_jobs(url: str, new_session: Sessions) -> None:
    """Three hundred moments, half on each database: a job that has just begun, one that is being recorded, one that ends."""
    moments, never = random.Random(7), threading.Event()
    jobs = [Job(name, every(seconds=0.002), lambda: None) for name in ("a", "b", "c")]
    recorder = Recorder(new_session, utcnow)
    for _ in range(150):
        stop = threading.Event()
        thread = threading.Thread(
            target=run,
            args=(jobs, leader_for(url), recorder),
            kwargs={"stop": stop, "poll": 0.001, "grace": PATIENCE},
            daemon=True,
        )
        thread.start()
        never.wait(moments.uniform(0.0, 0.03))
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_run_that_does_not_end_keeps_nobody_from_leading_again_nor_from_stopping(
    url: str, new_session: Sessions
) -> None:
    """The lock is lost while a job hangs: the same process leads again, runs the job again, and stops when told."""
    stop, end, began, lost = threading.Event(), threading.Event(), threading.Semaphore(0), threading.Event()

    def hang() -> None:
        began.release()
        end.wait(PATIENCE)

    class Losing:
        """Loses the lock when told so, once."""

        def __init__(self) -> None:
            self.inner = leader_for(url)

        def acquire(self) -> bool:
            return self.inner.acquire()

        def held(self) -> bool:
            if lost.is_set():
                lost.clear()
                self.inner.release()
            return self.inner.held()

        def release(self) -> None:
            self.inner.release()

    thread = threading.Thread(
        target=run,
        args=([Job("hangs", every(seconds=0.05), hang)], Losing(), Recorder(new_session, utcnow)),
        kwargs={"stop": stop, "poll": 0.01, "grace": 0.01},
        daemon=True,
    )
    thread.start()
    try:
        assert began.acquire(timeout=PATIENCE)
        lost.set()
        assert began.acquire(timeout=PATIENCE)
        stop.set()
        thread.join(PATIENCE)
        assert not thread.is_alive()
    finally:
        end.set()
        ended("hangs")


def ended(job: str) -> None:
    """Wait for the runs that a scheduler has left alone."""
    for thread in threading.enumerate():
        if thread.name == job:
            thread.join(PATIENCE)


def test_a_job_that_passes_its_time_ends_the_scheduler_with_an_error(url: str, new_session: Sessions) -> None:
    stop, end = threading.Event(), threading.Event()

    def hang() -> None:
        end.wait(PATIENCE)

    stuck = Job("stuck", every(seconds=0.01), hang, longest=timedelta(seconds=0.05))
    try:
        with pytest.raises(StuckError, match="stuck"):
            run([stuck], leader_for(url), Recorder(new_session, utcnow), stop=stop, poll=0.01, grace=0.01)
        assert stop.is_set()
    finally:
        end.set()
        ended("stuck")


def test_it_says_that_it_lives_as_long_as_jobs_begin(url: str, new_session: Sessions) -> None:
    said = threading.Semaphore(0)
    stop = threading.Event()
    thread = threading.Thread(
        target=run,
        args=([], leader_for(url), Recorder(new_session, utcnow)),
        kwargs={"stop": stop, "poll": 0.01, "alive": said.release},
    )
    thread.start()
    for _ in range(5):
        assert said.acquire(timeout=PATIENCE)
    stop.set()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_a_process_that_hangs_ends_with_an_error_and_says_where(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.notifications.hanging", str(tmp_path / "database")],
        timeout=PATIENCE,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 1
    assert "in held" in ended.stderr


def test_a_signal_at_any_moment_stops_it(tmp_path: Path) -> None:
    """The handler runs in the thread that waits: it must want nothing that this thread may have in hand."""
    heard = subprocess.run(
        [sys.executable, "-m", "tests.notifications.signalled", str(tmp_path / "lock")],
        timeout=PATIENCE,
        check=True,
        capture_output=True,
        text=True,
    )
    assert heard.stdout == "100 stopped\n"


def test_a_run_tells_when_the_next_one_is_due(new_session: Sessions) -> None:
    recorder = Recorder(new_session, utcnow)
    began, end = threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        end.wait(PATIENCE)

    job = Job("hourly", every(hours=1), work)
    scheduler.execute(
        replace(job, run=lambda: None), Recorder(new_session, lambda: utcnow() - timedelta(hours=2))
    )
    threads = Threads()
    made = scheduler._scheduler([job], recorder, threads)
    made.start()
    try:
        assert began.wait(PATIENCE)
        due = made.get_job("hourly").next_run_time
    finally:
        end.set()
        made.shutdown()
        assert threads.wait(PATIENCE) == []
    with new_session() as session:
        assert runs.latest(session)["hourly"].next_run_at == due


def test_a_database_that_is_away_fails_no_scheduler(new_session: Sessions) -> None:
    def broken() -> Session:
        raise sa.exc.OperationalError("connect", None, Exception("away"))

    ran: list[int] = []
    scheduler.execute(Job("j", every(seconds=1), lambda: ran.append(1)), Recorder(broken, utcnow))
    assert ran == []


def test_only_the_last_runs_are_kept(new_session: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "KEPT", 3)
    recorder = Recorder(new_session, lambda: NOW)
    for _ in range(6):
        scheduler.execute(Job("a", every(seconds=1), lambda: None), recorder)
    scheduler.execute(Job("b", every(seconds=1), lambda: None), recorder)
    with new_session() as session:
        assert [row.name for row in session.exec(select(JobRun))] == ["a", "a", "a", "b"]


def first_run(job: Job, recorder: Recorder) -> datetime:
    """When a scheduler that starts now would run `job` first."""
    made = scheduler._scheduler([job], recorder, Threads())
    made.start(paused=True)
    try:
        planned: datetime = made.get_job(job.name).next_run_time
        return planned
    finally:
        made.shutdown()


def test_what_was_missed_while_nobody_led_runs_once_at_once(new_session: Sessions) -> None:
    daily = Job("daily", at(hour=5), lambda: None)
    now = utcnow()
    recorder = Recorder(new_session, lambda: now)
    assert first_run(daily, recorder).hour == 5

    scheduler.execute(daily, Recorder(new_session, lambda: now - timedelta(days=3)))
    assert first_run(daily, recorder) == now

    scheduler.execute(daily, recorder)
    assert first_run(daily, recorder) > now
    assert first_run(daily, recorder).hour == 5


def test_a_run_that_was_killed_does_not_count(new_session: Sessions) -> None:
    daily = Job("daily", at(hour=5), lambda: None)
    now = utcnow()
    scheduler.execute(daily, Recorder(new_session, lambda: now - timedelta(days=2)))
    recorder = Recorder(new_session, lambda: now)
    recorder.start("daily", None)
    assert recorder.interrupt() == 1
    assert first_run(daily, recorder) == now
    with new_session() as session:
        killed = runs.latest(session)["daily"]
    assert (killed.outcome, killed.finished_at, killed.detail) == (Outcome.FAILED, None, "interrupted")


def test_a_run_that_stopped_midway_when_told_to_is_due_again(new_session: Sessions) -> None:
    """A backup gives up when its scheduler is to stop: the next one does not wait for the next night."""
    now = utcnow()
    recorder = Recorder(new_session, lambda: now)

    def stops() -> None:
        raise InterruptedError

    scheduler.execute(
        Job("daily", at(hour=5), lambda: None), Recorder(new_session, lambda: now - timedelta(days=2))
    )
    scheduler.execute(Job("daily", at(hour=5), stops), recorder)
    assert first_run(Job("daily", at(hour=5), stops), recorder) == now


def test_a_clock_set_back_holds_up_no_interval_and_repeats_no_hour() -> None:
    made = BackgroundScheduler(timezone=UTC)
    made.add_job(lambda: None, every(seconds=5), id="drain", next_run_time=NOW + timedelta(hours=1))
    made.add_job(lambda: None, at(hour=9), id="daily", next_run_time=NOW + timedelta(days=1))
    made.start(paused=True)
    scheduler.retime(made, NOW)
    assert made.get_job("drain").next_run_time == NOW + timedelta(seconds=5)
    assert made.get_job("daily").next_run_time == NOW + timedelta(days=1)
    made.shutdown()


def test_the_clock_is_watched() -> None:
    moments = iter(
        [NOW, NOW + timedelta(seconds=1), NOW - timedelta(minutes=59), NOW - timedelta(minutes=59)]
    )
    clock = scheduler._Clock(lambda: next(moments))
    assert not clock.was_set_back()
    assert clock.was_set_back()
    assert not clock.was_set_back()


@pytest.mark.parametrize(
    ("start_at", "days"),
    [
        (datetime(2026, 10, 24, tzinfo=UTC), 3),
        (datetime(2027, 3, 27, tzinfo=UTC), 3),
        (datetime(2028, 2, 27, tzinfo=UTC), 4),
    ],
)
def test_each_day_has_one_run_whatever_the_night(start_at: datetime, days: int) -> None:
    daily, fired, moment = at(hour=0, minute=30), [], start_at
    while True:
        moment = daily.get_next_fire_time(moment, moment)
        if moment >= start_at + timedelta(days=days):
            break
        fired.append(moment.astimezone(PARIS).date())
    assert len(fired) == len(set(fired)) == days
