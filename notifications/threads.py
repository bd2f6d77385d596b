"""Where jobs run: each run in a thread that keeps nobody waiting.

APScheduler's own pool is waited for under the lock on all jobs, and Python waits for its threads before it ends.
"""

import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor


@dataclass(frozen=True, slots=True)
class _Run:
    thread: threading.Thread
    began: float
    """In seconds of the clock that only goes forward."""


class Threads:
    """The runs of this process that have not ended. One thread adds, another looks."""

    def __init__(self) -> None:
        self._runs: tuple[_Run, ...] = ()

    def start(self, thread: threading.Thread) -> None:
        """Begin a run; its thread is named after its job."""
        thread.start()
        running = (run for run in self._runs if run.thread.is_alive())
        self._runs = (*running, _Run(thread, time.monotonic()))

    def running(self) -> dict[str, timedelta]:
        """The jobs that run, and for how long: of two runs of one job, the older."""
        now = time.monotonic()
        newest_first = reversed(self._runs)
        return {
            run.thread.name: timedelta(seconds=now - run.began)
            for run in newest_first
            if run.thread.is_alive()
        }

    def wait(self, seconds: float) -> list[str]:
        """Wait until all have ended, `seconds` at most; the names of the jobs that have not."""
        end = time.monotonic() + seconds
        for run in self._runs:
            run.thread.join(max(0.0, end - time.monotonic()))
        return list(self.running())


class Executor(BaseExecutor):  # type: ignore[misc]
    """Calls a job's function with the moment when it is due again, which the scheduler need not be asked for."""

    def __init__(self, threads: Threads) -> None:
        super().__init__()
        self._threads = threads

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        due_again = job.trigger.get_next_fire_time(run_times[-1], run_times[-1])

        def run() -> None:
            try:
                job.func(due_again)
            finally:
                self._run_job_success(job.id, [])

        self._threads.start(threading.Thread(target=run, name=job.id, daemon=True))
