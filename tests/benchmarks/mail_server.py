"""An SMTP server in a process of its own, for the benchmark of mail: it writes down what it took, and misbehaves at random.

Each line of its log is a message that it took, written before it says so: `seconds`, on the clock that the machine's
processes share; `client`, the name the sender gave; `to`; `answer`; `digest`, the SHA-256 of the bytes.
"""

import asyncio
import hashlib
import json
import multiprocessing.context
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

from aiosmtpd.smtp import SMTP, Envelope, Session

# aiosmtpd finds a handler's methods by the names of SMTP's verbs.
# ruff: noqa: N802

FOREVER = 3600.0


@dataclass(frozen=True)
class Mood:
    """How a server treats its clients: chances out of one for each message, and a mean delay before each answer.

    It drops and stalls only before it has taken a message: a server that takes one and cannot say so doubles it
    whatever the sender does (RFC 1047). Like most mail servers it takes commands together (RFC 2920), if `pipelining`.
    """

    leave: float = 0.0
    refuse_sender: float = 0.0
    defer: float = 0.0
    drop: float = 0.0
    stall: float = 0.0
    delay: float = 0.0
    pipelining: bool = True


WELL = Mood()
FOUL = Mood(leave=0.02, refuse_sender=0.01, defer=0.08, drop=0.03, stall=0.004, delay=0.003)


@dataclass(frozen=True)
class Taken:
    """A message that the server took."""

    seconds: float
    client: str
    to: str
    answer: str
    digest: str


@contextmanager
def serving(context: multiprocessing.context.BaseContext, log: Path, mood: Mood, seed: int) -> Iterator[int]:
    """The port of a server that runs until the block ends."""
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, log, mood, seed), daemon=True)  # type: ignore[attr-defined]
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(10)


def read_log(log: Path) -> list[Taken]:
    """What the server took, in order."""
    return [Taken(**json.loads(line)) for line in log.read_text().splitlines()]


def _serve(owner: Connection, log: Path, mood: Mood, seed: int) -> None:
    asyncio.run(_run(owner, log, mood, seed))


async def _run(owner: Connection, log: Path, mood: Mood, seed: int) -> None:
    with log.open("a", buffering=1) as file:
        handler = _Handler(file, mood, random.Random(seed))
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(handler, hostname="sink.example", loop=loop), "127.0.0.1"
        )
        ended = asyncio.Event()
        # The owner says nothing: the pipe becomes readable when it is closed, or its process dies.
        loop.add_reader(owner.fileno(), ended.set)
        owner.send(server.sockets[0].getsockname()[1])
        await ended.wait()
        server.close()


class _Handler:
    def __init__(self, log: IO[str], mood: Mood, chance: random.Random) -> None:
        self.log, self.mood, self.chance = log, mood, chance
        self.count = 0

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        return [responses[0], "250-PIPELINING", *responses[1:]] if self.mood.pipelining else responses

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _: object
    ) -> str:
        await self._think()
        if self._happens(self.mood.leave):
            return "421 4.3.2 shutting down"
        if self._happens(self.mood.refuse_sender):
            return "550 5.7.1 not you, not now"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _: object
    ) -> str:
        await self._think()
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if self._happens(self.mood.defer / 2):
            return "451 4.7.1 greylisted"
        if self._happens(self.mood.drop / 2):
            _drop(server)
        if self._happens(self.mood.stall / 2):
            await asyncio.sleep(FOREVER)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        await self._think()
        if self._happens(self.mood.defer / 2):
            return "452 4.2.2 mailbox full"
        if self._happens(self.mood.drop / 2):
            _drop(server)
            return "451 gone"
        if self._happens(self.mood.stall / 2):
            await asyncio.sleep(FOREVER)
        self.count += 1
        answer = f"250 2.0.0 taken as {self.count}"
        (to,) = envelope.rcpt_tos
        content: Any = envelope.content
        taken = Taken(
            time.monotonic(), str(session.host_name), to, answer, hashlib.sha256(content).hexdigest()
        )
        self.log.write(json.dumps(asdict(taken)) + "\n")
        return answer

    async def _think(self) -> None:
        if self.mood.delay:
            await asyncio.sleep(self.chance.expovariate(1 / self.mood.delay))

    def _happens(self, probability: float) -> bool:
        return self.chance.random() < probability


def _drop(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.Transport):
        server.transport.abort()
