"""Ten minutes of a busy day: 10,000 visits an hour with offers and decisions, through real HTTP, on the sample portal.

`make bench ONLY=load` (`SECONDS=60` for a shorter one). Served as `make run` does, two workers and the clock beside them, on SQLite, which is what a
small server has, or on the database of DATABASE_URL. What pages cost where there are very many rows is `pages` and `portal`. A visit is what a visitor asks for: the home page, what is needed, one committee, a
search; one in twenty gives something and confirms it by the letter's link. Two coordinators and two committees decide meanwhile.
Visits begin when they are due, whether or not those before have been answered; a request's time is by the clock.

- **p50**, **p99**: milliseconds of a request, of all, of pages that are read and of forms that are sent.
- **errors**: requests that were not answered, or with 500 and more.
- **requests_per_second**: what the two workers give when eight visitors ask without a pause for what is needed, and **.bare_flask** what a Flask page that
  says a word gives on the same server with the same settings.
- **memory (PSS, MiB)**: of each process at the end, what it does not share and its part of what it does.
"""

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.faults_people import (
    MEMBERS,
    REFUSED,
    Asked,
    Person,
    Shown,
    coordinate,
    give,
    receive,
)
from tests.benchmarks.faults_portal import MailServer, Portal, environment
from tests.benchmarks.process import memory
from tests.ports import reserved_port

VISITS_AN_HOUR = 10_000
SECONDS = float(os.environ.get("SECONDS") or 600)
GIVES = 20
"""One visitor in so many gives something."""
BROWSERS, EACH = 8, 40
"""Visitors that ask without a pause, and how often."""
PAGES = (
    "/",
    "/besoins",
    "/besoins?page=2",
    "/comites/givors",
    "/chercher?q=lave-linge",
    "/actions",
    "/associations",
)
BARE = """
from flask import Flask

app = Flask(__name__)


@app.get("/")
def page() -> str:
    return "<!doctype html><title>Bonjour</title><p>Bonjour."
"""

Figure = tuple[str, float | int | str]


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="load") as folder, ExitStack() as stack:
        ports = [stack.enter_context(reserved_port()) for _ in range(2)]
        load = Load(Path(folder), ports[0])
        try:
            yield from asyncio.run(load.run())
            yield from ((f"load.{name}", value) for name, value in memory(load.parent()))
            ours = _per_second(ports[0], "/besoins")
        finally:
            load.end()
        with _bare(Path(folder), ports[1]):
            theirs = _per_second(ports[1], "/")
        yield "load.requests_per_second", ours
        yield "load.requests_per_second.bare_flask", theirs


class Load:
    """One portal under so many visits."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder, self.port = folder, port
        self.shown, self.mail = Shown(), MailServer(1)
        self.portal: Portal | None = None

    def parent(self) -> psutil.Process:
        if self.portal is None or self.portal.running is None:
            raise RuntimeError("the portal does not run")
        return psutil.Process(self.portal.running.pid)

    def end(self) -> None:
        if self.portal and self.portal.running:
            self.portal.running.terminate()
            self.portal.running.wait()

    async def run(self) -> list[Figure]:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{self.folder}/load.sqlite3"
        made = environment(self.folder, self.port, url, await self.mail.serve())
        self.portal = Portal(made, self.folder / "portal.log")
        self.portal.start()
        await self._until_well()
        self.shown.asked.clear()
        began = time.monotonic()
        working = [asyncio.create_task(each) for each in self._deciding()]
        visits = await self._visits()
        over = time.monotonic() - began
        for each in working:
            each.cancel()
        return [
            ("load.visits", visits),
            ("load.visits_an_hour", round(visits / over * 3600)),
            ("load.events", self.shown.events),
            ("load.requests", len(self.shown.asked)),
            ("load.errors", sum(each.status >= 500 or each.status == REFUSED for each in self.shown.asked)),
            *_times("load", self.shown.asked),
            *_times("load.read", [each for each in self.shown.asked if each.method == "GET"]),
            *_times("load.sent", [each for each in self.shown.asked if each.method == "POST"]),
        ]

    def _person(self, number: int) -> Person:
        return Person(number, [self.port], self.shown, random.Random(number))

    def _deciding(self) -> Iterator[Coroutine[Any, Any, None]]:
        yield coordinate(self._person(1))
        yield coordinate(self._person(2))
        yield from (receive(self._person(3 + at), address) for at, address in enumerate(MEMBERS))

    async def _until_well(self) -> None:
        end = time.monotonic() + 120
        while (await self._person(0).ask("GET", "/readyz")).status != 200:
            if time.monotonic() > end:
                raise RuntimeError("the portal is not ready")
            await asyncio.sleep(0.5)

    async def _visits(self) -> int:
        """As many as are due in SECONDS, each begun at its moment; how many."""
        began, under_way = time.monotonic(), []
        count = int(SECONDS * VISITS_AN_HOUR / 3600)
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number * 3600 / VISITS_AN_HOUR - time.monotonic()))
            under_way.append(asyncio.create_task(self._visit(100 + number)))
        await asyncio.gather(*under_way)
        return count

    async def _visit(self, number: int) -> None:
        person = self._person(number)
        for path in person.chance.sample(PAGES, 3):
            await person.ask("GET", path)
            await asyncio.sleep(person.chance.uniform(0.5, 2))
        if number % GIVES == 0:
            await give(person, self.mail)


def _times(name: str, asked: Sequence[Asked]) -> Iterator[Figure]:
    taken = [1000 * each.took for each in asked]
    if len(taken) > 1:
        for percentile in (50, 99):
            yield f"{name}.p{percentile}_ms", round(statistics.quantiles(taken, n=100)[percentile - 1], 1)


def _per_second(port: int, path: str) -> float:
    """Requests a second of so many browsers that do not pause."""

    async def run() -> float:
        shown = Shown()

        async def browser(number: int) -> None:
            person = Person(10_000 + number, [port], shown, random.Random(number))
            for _ in range(EACH):
                await person.ask("GET", path)

        began = time.monotonic()
        await asyncio.gather(*(browser(number) for number in range(BROWSERS)))
        if any(each.status != 200 for each in shown.asked):
            raise RuntimeError(f"{path} does not answer 200")
        return len(shown.asked) / (time.monotonic() - began)

    return asyncio.run(run())


@contextmanager
def _bare(folder: Path, port: int) -> Iterator[None]:
    """A Flask page that says a word, served by gunicorn as the portal is."""
    (folder / "bare.py").write_text(BARE)
    command = (
        sys.executable,
        "-m",
        "gunicorn",
        "--preload",
        "bare:app",
        f"--bind=127.0.0.1:{port}",
        "--workers=2",
    )
    more = ("--worker-class=gthread", "--threads=4", "--no-control-socket", "--log-level=warning")
    with subprocess.Popen([*command, *more], cwd=folder) as running:
        try:
            person, end = Person(0, [port], Shown(), random.Random(0)), time.monotonic() + 30
            while asyncio.run(person.ask("GET", "/")).status != 200 and time.monotonic() < end:
                time.sleep(0.2)
            yield
        finally:
            running.terminate()
