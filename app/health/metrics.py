"""What is counted for Prometheus: of requests, database errors, jobs and letters. No person, no address, no path.

Loaded only where `PORTAIL_METRICS_TOKEN` is set. Where `serve` has made a folder for it (PROMETHEUS_MULTIPROC_DIR), each process counts
into files of its own there, and whichever worker is asked adds them all up.
"""

import os
from collections.abc import Callable, Iterator

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric

REQUESTS = Counter("portail_requests", "Requests answered.", ("endpoint", "method", "status"))
REQUEST_SECONDS = Histogram(
    "portail_request_seconds", "How long requests took.", ("endpoint",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)  # fmt: skip
DATABASE_ERRORS = Counter("portail_database_errors", "Statements that the database refused.", ("kind",))
JOBS = Counter("portail_jobs", "Runs of the clock's jobs.", ("job", "outcome"))
JOB_SECONDS = Histogram(
    "portail_job_seconds", "How long they took; `rapprochements` is the plan.", ("job",),
    buckets=(0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800),
)  # fmt: skip
LETTERS = Counter("portail_letters", "Letters by what became of them.", ("outcome",))
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

Now = Callable[[], dict[str, tuple[str, float]]]
"""What is so at this moment, by name: its words, its figure."""


class _State:
    def __init__(self, now: Now) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        for name, (words, value) in self.now().items():
            yield GaugeMetricFamily(name, words, value=value)


def request(endpoint: str | None, method: str, status: int, seconds: float) -> None:
    """An endpoint is one of the table of routes, or none: whoever invents paths invents no label."""
    name = endpoint or "none"
    REQUESTS.labels(name, method if method in METHODS else "other", f"{status // 100}xx").inc()
    REQUEST_SECONDS.labels(name).observe(seconds)


def database_error(error: BaseException) -> None:
    DATABASE_ERRORS.labels(type(error).__name__).inc()


def job(name: str, outcome: str, seconds: float) -> None:
    JOBS.labels(name, outcome).inc()
    JOB_SECONDS.labels(name).observe(seconds)


def letters(outcome: str, number: int) -> None:
    LETTERS.labels(outcome).inc(number)


def text(now: Now) -> bytes:
    """All of it, of all processes, as Prometheus reads it."""
    state = CollectorRegistry()
    state.register(_State(now))
    counted = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        counted = CollectorRegistry()
        multiprocess.MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
    return generate_latest(counted) + generate_latest(state)
