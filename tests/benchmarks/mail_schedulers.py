"""Two schedulers that share a database, for the benchmark of mail: real ones, with a clock that may be put forward.

A server that has imported everything forks them, so that one replaces a killed one within milliseconds.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from typing import Any

from app.db import create_engine
from app.jobs import sessions_of
from notifications.leader import Leader, leader_for
from notifications.mailer import Mailer, MailSettings, Security
from notifications.runs import Figures, Recorder
from notifications.scheduler import Job, every, run
from notifications.worker import drain

SENDER = "dons@portail.example.org"
TICK_SECONDS = 0.02
PATIENCE_SECONDS = 60.0


def context() -> ForkServerContext:
    """Where the benchmark's processes come from."""
    made = multiprocessing.get_context("forkserver")
    made.set_forkserver_preload([__name__, "tests.benchmarks.mail_server", "psycopg"])
    return made


def mail_settings(port: int, client: str) -> MailSettings:
    """A sender that stalls give up on fast, and that names itself to the server."""
    return MailSettings(
        "127.0.0.1", port, Security.NONE, SENDER, timeout=1.0, answer_timeout=1.0, hello=client
    )


@dataclass(frozen=True)
class Shared:
    """What the schedulers are told, and tell: the clock's advance in seconds, who leads (0: nobody says so)."""

    ahead: Any
    leader: Any

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead.value)


class Schedulers:
    """Keeps two schedulers running on one database; each has a number that is never used again."""

    def __init__(self, made: ForkServerContext, url: str, port: int) -> None:
        self.made, self.url, self.port = made, url, port
        self.shared = Shared(made.Value("d", 0.0), made.Value("i", 0))
        self.running: dict[int, Any] = {}
        self.count = 0

    def start(self) -> None:
        self.count += 1
        arguments = (self.url, self.port, self.count, self.shared)
        process = self.made.Process(target=_schedule, args=arguments, daemon=True)
        process.start()
        self.running[self.count] = process

    def leading(self) -> int:
        """The number of the one that leads, once one does."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.shared.leader.value:
            if time.monotonic() > end:
                raise RuntimeError("no scheduler took over")
            time.sleep(0.001)
        number: int = self.shared.leader.value
        return number

    def kill(self, number: int) -> None:
        """kill -9, and wait for the death."""
        process = self.running.pop(number)
        self.shared.leader.value = 0
        os.kill(process.pid, signal.SIGKILL)
        process.join()

    def put_forward(self, duration: timedelta) -> None:
        with self.shared.ahead.get_lock():
            self.shared.ahead.value += duration.total_seconds()

    @contextlib.contextmanager
    def two(self) -> Iterator[None]:
        """Two of them, ended politely with the block."""
        self.start()
        self.start()
        try:
            yield
        finally:
            for process in self.running.values():
                process.terminate()
            for process in self.running.values():
                process.join(20)


class _Telling:
    """A lock that says who has it."""

    def __init__(self, inner: Leader, number: int, shared: Shared) -> None:
        self.inner, self.number, self.shared = inner, number, shared

    def acquire(self) -> bool:
        got = self.inner.acquire()
        if got:
            self.shared.leader.value = self.number
        return got

    def held(self) -> bool:
        return self.inner.held()

    def release(self) -> None:
        self.inner.release()


def _schedule(url: str, port: int, number: int, shared: Shared) -> None:
    # Refusals and ticks that find the last one at work are what is asked for here.
    logging.disable(logging.CRITICAL)
    engine = create_engine(url)
    sessions = sessions_of(engine)

    def send() -> Figures:
        with Mailer(mail_settings(port, f"scheduler{number}.example")) as mailer:
            return {"sent": drain(sessions, mailer, shared.now, f"scheduler{number}").sent}

    run(
        [Job("courriels", every(seconds=TICK_SECONDS), send)],
        _Telling(leader_for(url), number, shared),
        Recorder(sessions, lambda: datetime.now(UTC)),
        poll=TICK_SECONDS,
    )
    engine.dispose()
