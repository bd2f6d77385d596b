"""Faults: the portal is broken again and again while people use it, and what they were shown and mailed is held against its database.

`make bench ONLY=faults SECONDS=3600 SEED=7` goes on for as long as asked, on SQLite and then on PostgreSQL; the same seed breaks
the same things in the same order. Broken are the web server and its workers, the clock, the whole portal, PostgreSQL (all `kill -9`), the
disk (as a limit to the size of files: SQLite), the wire to PostgreSQL in the middle of a commit, the mail server (it greylists, refuses
and hangs up), the clock of the machine (an hour back), and two versions of the code side by side.

- **killed**, **broken**: processes ended, and times that something else was broken, by what.
- **refused_during_reload**: requests without an answer while a new version took over (SIGHUP).
- **events**: what people were shown as done: offers, confirmations, approvals, acceptances.
- **lost**: of these, what the database does not know; letters that it calls sent and that the mail server never took.
- **doubled**: offers that one form made more than once, letters written twice; **letters_doubled_outside**: letters taken twice although nothing was
  broken within a quarter of a minute.
- **over_allocated**: articles and needs that more is promised of than there is.
- **5xx**: answers of 500 and more but 503; **503_otherwise** and **refused_otherwise**: 503 or no answer while nothing that explains it was broken.
"""

import asyncio
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil

from tests.benchmarks.faults_held import compare, put_forward, refused_within, waiting
from tests.benchmarks.faults_people import MEMBERS, Person, Shown, coordinate, give, receive
from tests.benchmarks.faults_portal import (
    PATIENCE,
    MailServer,
    Portal,
    Postgres,
    Wire,
    environment,
    older_tree,
)
from tests.benchmarks.mail_server import FOUL, WELL
from tests.ports import reserved_port

SECONDS = float(os.environ.get("SECONDS") or 150)
SEED = int(os.environ.get("SEED") or 20261130)
DONORS = 4
"""Donors that give at the same time."""
AFTER = 15.0
"""Seconds after something was broken in which it may still be felt."""
PAUSE = (2.0, 6.0)
RELOAD = "reload"
RELOADED = ("Rechargé", "Rechargement abandonné")

Figure = tuple[str, float | int | str]


def figures() -> Iterator[Figure]:
    totals: Counter[str] = Counter()
    for kind in ("sqlite", "postgresql"):
        with tempfile.TemporaryDirectory(prefix="faults") as folder, ExitStack() as stack:
            ports = [stack.enter_context(reserved_port()) for _ in range(2)]
            trial = Trial(kind, Path(folder), ports)
            for name, value in asyncio.run(trial.run()).items():
                yield f"faults.{kind}.{name}", value
                if isinstance(value, int):
                    totals[name] += value
    yield from ((f"faults.{name}", totals[name]) for name in SUMMED)


SUMMED = (
    "killed",
    "events",
    "refused_during_reload",
    "lost",
    "doubled",
    "over_allocated",
    "5xx",
    "503_otherwise",
    "refused_otherwise",
)


class Trial:
    """One database, one portal, so many seconds."""

    def __init__(self, kind: str, folder: Path, ports: list[int]) -> None:
        self.kind, self.folder, self.ports = kind, folder, ports
        self.chance = random.Random(f"{SEED} {kind}")
        self.mail, self.shown = MailServer(SEED), Shown()
        self.postgres = Postgres() if kind == "postgresql" else None
        self.killed: Counter[str] = Counter()
        self.broken: Counter[str] = Counter()
        self.spans: list[tuple[float, float]] = []
        self.reloads: list[tuple[float, float]] = []
        self.met = [ports[0]]
        self.people = 0

    async def run(self) -> dict[str, float | int | str]:
        try:
            return await self._run()
        finally:
            for each in (self.portal, self.other):
                await each.stop() if each.running else None
            if self.postgres:
                self.postgres.end()

    async def _run(self) -> dict[str, float | int | str]:
        url = f"sqlite:///{self.folder}/faults.sqlite3"
        self.direct = url
        if self.postgres:
            self.postgres.start()
            self.wire = Wire(self.folder / "wire", self.postgres.folder, SEED)
            await self.wire.serve()
            url = f"postgresql://postgres:@/postgres?host={self.folder / 'wire'}"
            self.direct = f"postgresql+psycopg://postgres:@/postgres?host={self.postgres.folder}"
        made = environment(self.folder, self.ports[0], url, await self.mail.serve())
        self.portal = Portal(made, self.folder / "portal.log")
        older = await asyncio.to_thread(older_tree, self.folder / "older")
        self.other = Portal(
            made | {"PORT": str(self.ports[1])}, self.folder / "older.log", older or self.folder
        )
        self.portal.start()
        await self._until_well()
        kept = [asyncio.create_task(self.portal.keep_running()), *self._people()]
        await self._break_for(SECONDS)
        await self._settle(kept)
        return {
            "killed": self.killed.total(),
            **{f"killed.{name}": count for name, count in sorted(self.killed.items())},
            **{f"broken.{name}": count for name, count in sorted(self.broken.items())},
            "refused_during_reload": refused_within(self.shown, self.reloads),
            **await asyncio.to_thread(compare, self.direct, self.shown, self.mail, self.spans),
        }

    def _person(self) -> Person:
        self.people += 1
        return Person(self.people, self.met, self.shown, random.Random(f"{SEED} {self.people}"))

    def _people(self) -> list["asyncio.Task[None]"]:
        async def gives() -> None:
            while True:
                await give(self._person(), self.mail)
                await asyncio.sleep(1)

        acts = [gives() for _ in range(DONORS)]
        acts += [coordinate(self._person()) for _ in range(2)]
        acts += [receive(self._person(), address) for address in MEMBERS]
        return [asyncio.create_task(each) for each in acts]

    async def _until_well(self) -> None:
        """Until the portal answers that all is well: not counted among what people were told."""
        person, end = (
            Person(65_000, self.ports[:1], Shown(), random.Random(0)),
            time.monotonic() + 2 * PATIENCE,
        )
        while (await person.ask("GET", "/readyz")).status != 200:
            if time.monotonic() > end:
                raise RuntimeError(f"the portal does not get well: {self.portal.log.read_text()[-2000:]}")
            await asyncio.sleep(0.5)

    async def _break_for(self, seconds: float) -> None:
        end, faults = time.monotonic() + seconds, self._faults()
        deck: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        while time.monotonic() < end:
            await asyncio.sleep(self.chance.uniform(*PAUSE))
            deck = deck or self.chance.sample(faults, len(faults))
            name, fault = deck.pop()
            if name == RELOAD:
                # Nothing broken before may explain what is refused.
                await asyncio.sleep(AFTER)
            began = time.monotonic()
            await fault()
            await self._until_well()
            spans = self.reloads if name == RELOAD else self.spans
            spans.append((began, time.monotonic() + (0 if name == RELOAD else AFTER)))

    def _faults(self) -> list[tuple[str, Callable[[], Awaitable[None]]]]:
        both: list[tuple[str, Callable[[], Awaitable[None]]]] = [
            ("worker", self._kill_worker),
            ("web", self._kill_web),
            ("scheduler", self._kill_scheduler),
            ("portal", self._kill_portal),
            ("mail", self._mad_mail),
            ("clock", self._clock_back),
            (RELOAD, self._reload),
        ]
        if self.postgres:
            both += [
                ("database", self._kill_database),
                ("database away", self._database_away),
                ("commit", self._cut_commits),
            ]
        else:
            both += [("disk", self._full_disk)]
        if self.other.tree != self.folder:
            both += [("two versions", self._two_versions)]
        return both

    def _kill(self, name: str, process: psutil.Process) -> None:
        with suppress(psutil.Error):
            process.kill()
            self.killed[name] += 1

    async def _kill_worker(self) -> None:
        workers = self.portal.processes("gunicorn")[1:]
        if workers:
            self._kill("worker", self.chance.choice(workers))

    async def _kill_web(self) -> None:
        for parent in self.portal.processes("gunicorn")[:1]:
            self._kill("web", parent)
        await asyncio.sleep(1)

    async def _kill_scheduler(self) -> None:
        for each in self.portal.processes("wsgi scheduler")[:1]:
            self._kill("scheduler", each)
        await asyncio.sleep(1)

    async def _kill_portal(self) -> None:
        await asyncio.to_thread(self.portal.kill)
        self.killed["portal"] += 1

    async def _mad_mail(self) -> None:
        self.broken["mail"] += 1
        self.mail.mood = FOUL
        await asyncio.sleep(8)
        self.mail.mood = WELL

    async def _clock_back(self) -> None:
        """The portal is stopped and lives an hour earlier for a while."""
        self.broken["clock"] += 1
        for moved in ("-3600", ""):
            await self.portal.stop()
            self.portal.start(MOVED_SECONDS=moved)
            self.portal.expected = True
            if moved:
                await self._until_well()
                await asyncio.sleep(5)

    async def _reload(self) -> None:
        """A new version takes over, of the same code: nobody is to notice."""
        before = self._reloaded()
        if self.portal.running is None:
            return
        self.portal.running.send_signal(signal.SIGHUP)
        for _ in range(PATIENCE * 2):
            if self._reloaded() > before:
                self.broken[RELOAD] += 1
                return
            await asyncio.sleep(0.5)
        raise RuntimeError(f"the portal does not reload: {self.portal.log.read_text()[-2000:]}")

    def _reloaded(self) -> int:
        said = self.portal.log.read_text()
        return sum(said.count(words) for words in RELOADED)

    async def _kill_database(self) -> None:
        assert self.postgres
        await asyncio.to_thread(self.postgres.kill)
        self.killed["database"] += 1
        await asyncio.to_thread(self.postgres.start)

    async def _database_away(self) -> None:
        assert self.postgres
        self.broken["database away"] += 1
        await asyncio.to_thread(self.postgres.control, "-m", "fast", "stop")
        await asyncio.sleep(5)
        await asyncio.to_thread(self.postgres.start)

    async def _cut_commits(self) -> None:
        before = self.wire.done
        self.wire.cuts = 5
        await asyncio.sleep(6)
        self.wire.cuts = 0
        self.broken["commit"] += self.wire.done - before

    async def _full_disk(self) -> None:
        self.broken["disk"] += 1
        with self.portal.full(4096):
            await asyncio.sleep(5)

    async def _two_versions(self) -> None:
        self.broken["two versions"] += 1
        self.other.start()
        await asyncio.sleep(6)
        self.met.append(self.ports[1])
        await asyncio.sleep(6)
        self.met.pop()
        await self.other.stop()

    async def _settle(self, kept: list["asyncio.Task[None]"]) -> None:
        """Nothing breaks any more, people go home, and what waits is due."""
        self.mail.mood = WELL
        await self._until_well()
        await asyncio.sleep(PATIENCE / 4)
        for each in kept[1:]:
            each.cancel()
        end = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < end:
            await asyncio.to_thread(put_forward, self.direct)
            await asyncio.sleep(3)
            if not await asyncio.to_thread(waiting, self.direct):
                break
        kept[0].cancel()
        await self.portal.stop()
