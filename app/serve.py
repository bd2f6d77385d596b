"""One command for one machine: the web server and the scheduler side by side, each in a process of its own.

What watches them is this file alone, run as a script with nothing but Python: it stays as long as they do. It holds the socket on
which people ask, so that one web server can take over from another while nobody is refused.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn

GRACE_SECONDS = 27
"""How long a process may take to finish what it is doing before it is killed: longer than the longest statement of a request
(`OF_REQUESTS` of `app.db`), shorter than systemd's patience (TimeoutStopSec)."""
PATIENCE_SECONDS = 60
MIGRATING_SECONDS = 7200
ROUND_SECONDS = 0.2
LONGEST_PAUSE = 300
"""Seconds before a scheduler that dies again and again is started once more."""
LIVED_SECONDS = 60
"""A scheduler that lived so long did not die of what it began with: it is started again at once."""
GIVES_WAY = ("nice", "-n", "5")
"""Begins the command of the clock: where the processors are short, a plan leaves people three quarters of the one that it is on."""
READY = "SERVE_READY_FD"
"""Names the pipe into which a worker says that it answers (`app.workers`)."""
FIRST_INHERITED = 3
"""The descriptor of the first socket that systemd hands over (sd_listen_fds)."""


class NoSocketError(Exception):
    """There is nothing to listen on; the message is a French sentence."""


@dataclass(frozen=True, slots=True)
class Served:
    """What is served where: `host` is the portal's public name, `welcome` what is said once it answers, `socket` the descriptor that
    people ask on, `folder` where the code lies, by the name that leads to it."""

    port: int
    host: str
    workers: int
    welcome: str
    socket: int
    folder: str


def listen(port: int) -> int:
    """The socket that systemd has handed over, or else one on this machine's `port`; its descriptor, which programs that follow inherit.

    Raises NoSocketError.
    """
    handed = os.environ.pop("LISTEN_FDS", ""), os.environ.pop("LISTEN_PID", "")
    if handed[1] == str(os.getpid()):
        return _inherited(handed[0])
    # Closed by whoever inherits it last.
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(("127.0.0.1", port))
        found.listen(2048)
    except OSError as error:
        raise NoSocketError(
            f"Le port {port} est déjà occupé. Choisissez-en un autre : make run PORT={port + 1 if port < 65535 else 8000}"
            if port >= 1024 or not isinstance(error, PermissionError)
            else f"Le port {port} est réservé à l'administrateur de la machine. Choisissez-en un à partir de 1024."
        ) from None
    found.set_inheritable(True)
    return found.detach()


def _inherited(count: str) -> int:
    if count != "1":
        raise NoSocketError(
            f"systemd a transmis {count[:9]} sockets ; le portail en attend une : voyez portail.socket."
        )
    try:
        with socket.socket(fileno=os.dup(FIRST_INHERITED)) as found:
            fits = found.type == socket.SOCK_STREAM and found.family in (socket.AF_INET, socket.AF_INET6)
    except OSError:
        fits = False
    if not fits:
        raise NoSocketError("La socket transmise par systemd n'est pas TCP : corrigez ListenStream.")
    os.set_inheritable(FIRST_INHERITED, True)
    return FIRST_INHERITED


def folder() -> str:
    """Where the code lies, by the name it was reached by: a link may lead to another version later."""
    named = os.environ.get("PWD", "")
    with suppress(OSError):
        if named and Path(named).samefile(Path.cwd()):
            return named
    return str(Path.cwd())


def become_supervisor(served: Served) -> NoReturn:
    """Give this process, and the memory of all that it has loaded, to the supervisor."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", __file__, json.dumps(asdict(served))])  # noqa: S606


def python(served: Served) -> str:
    """Of the version that the folder's name leads to now: what it loads later must be that version's, wherever the name leads then."""
    within = f"{served.folder}/"
    if not sys.executable.startswith(within):
        return sys.executable
    return str(Path(served.folder).resolve() / sys.executable.removeprefix(within))


def web_command(served: Served) -> tuple[str, ...]:
    return (
        *(python(served), "-m", "gunicorn"),
        # Loaded once, before there are workers: they share it.
        "--preload",
        "wsgi:shared()",
        "--config=python:app.workers",
        f"--bind=fd://{served.socket}",
        f"--workers={served.workers}",
        "--worker-class=gthread",
        "--threads=4",
        # Where a worker says every moment that it lives: on a disk each word of it is written to the journal.
        *(("--worker-tmp-dir=/dev/shm",) if os.path.isdir("/dev/shm") else ()),  # noqa: S108, PTH112
        "--no-control-socket",
        "--log-level=warning",
        f"--graceful-timeout={GRACE_SECONDS - 3}",
    )


FLASK = ("-m", "flask", "--app", "wsgi")
SCHEDULER, PREPARE = (*FLASK, "scheduler"), (*FLASK, "db", "upgrade")


def answers(served: Served, patience: float = 2) -> bool:
    """Whether the portal answers here to its public name: in production it answers to no other."""
    try:
        with socket.socket(fileno=os.dup(served.socket)) as ours:
            where = ours.getsockname()[:2]
        with socket.create_connection(where, timeout=patience) as connection:
            connection.sendall(f"GET /healthz HTTP/1.0\r\nHost: {served.host}\r\n\r\n".encode())
            return connection.recv(64).split()[1:2] == [b"200"]
    except OSError:
        return False


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


def tell_manager(address: str, words: str) -> None:
    """`address` is what NOTIFY_SOCKET says; empty where nobody wants to know."""
    if not address:
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.sendto(words.encode(), f"\0{address[1:]}" if address.startswith("@") else address)


def ask_for_time() -> None:
    """systemd waits for the migrations of a large database, too."""
    tell_manager(os.environ.get("NOTIFY_SOCKET", ""), f"EXTEND_TIMEOUT_USEC={MIGRATING_SECONDS * 1_000_000}")


class Manager:
    """systemd, if it started this process and wants to know (sd_notify): that we are ready, and then, again and again, that we live."""

    def __init__(self) -> None:
        # None of it is for the processes that follow.
        self.address = os.environ.pop("NOTIFY_SOCKET", "")
        microseconds, whose = os.environ.pop("WATCHDOG_USEC", ""), os.environ.pop("WATCHDOG_PID", "")
        watched = self.address and microseconds.isdecimal() and whose in ("", str(os.getpid()))
        self.every = int(microseconds) / 2_000_000 if watched else None
        """Seconds between two signs of life; None where nobody waits for any."""
        self._next = 0.0

    def tell(self, words: str) -> None:
        tell_manager(self.address, words)

    def tell_if_alive(self, served: Served) -> None:
        if self.every is None or time.monotonic() < self._next:
            return
        if answers(served, min(5.0, self.every / 2)):
            self.tell("WATCHDOG=1")
            self._next = time.monotonic() + self.every / 2


class Web:
    """One web server: its process, and whether a worker of its own answers yet."""

    def __init__(self, served: Served) -> None:
        self.said, says = os.pipe()
        os.set_blocking(self.said, False)
        self.process = subprocess.Popen(  # noqa: S603
            web_command(served),
            start_new_session=True,
            env={**os.environ, READY: str(says)},
            pass_fds=(served.socket, says),
            cwd=served.folder,
        )
        os.close(says)
        self.answers = False

    def ready(self) -> bool:
        if not self.answers:
            with suppress(BlockingIOError):
                self.answers = bool(os.read(self.said, 1))
        return self.answers

    def close(self) -> None:
        """Once it has ended, or is about to: nobody listens any more."""
        os.close(self.said)

    def ended(self) -> bool:
        return self.process.poll() is not None


class Supervisor:
    """Starts the parts, says when the portal answers, changes them for new ones when told to, stops all at a signal.

    The death of the web ends all; that of the scheduler is said, and another one started: people can go on.
    """

    def __init__(self, served: Served) -> None:
        self.served = served
        self.manager = Manager()
        self.stopping = self.reload_asked = self.welcomed = self.warned = False
        self.reloading: Iterator[None] | None = None
        self.begun: list[subprocess.Popen[bytes]] = []
        self.web: Web
        self.scheduler: subprocess.Popen[bytes] | None = None
        self.scheduler_due, self.scheduler_began, self.pause = 0.0, 0.0, 0
        self.replacing = False

    def run(self) -> int:
        """Returns the exit status: 0 after a signal, 1 when the web died by itself."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        # A terminal that is closed says the same word.
        signal.signal(signal.SIGHUP, self._stop if os.isatty(0) else self._ask_reload)
        self.web = self._new_web()
        try:
            return self._watch()
        finally:
            self.manager.tell("STOPPING=1")
            self._end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _ask_reload(self, _number: int, _frame: FrameType | None) -> None:
        self.reload_asked = True

    def _new_web(self) -> Web:
        web = Web(self.served)
        self.begun.append(web.process)
        return web

    def _begin(self, *command: str) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C reaches this process alone, which then stops the parts in order.
        process = subprocess.Popen(command, start_new_session=True, cwd=self.served.folder)  # noqa: S603
        self.begun.append(process)
        return process

    def _watch(self) -> int:
        started = time.monotonic()
        while not self.stopping:
            if self.web.ended():
                say(
                    f"Arrêt inattendu : le serveur web (code {self.web.process.returncode}). Le portail s'arrête aussi."
                )
                return 1
            self._keep_scheduler()
            self._greet(time.monotonic() - started)
            if self.welcomed or self.warned:
                self._change()
                self.manager.tell_if_alive(self.served)
            self.begun = [process for process in self.begun if process.poll() is None]
            time.sleep(ROUND_SECONDS)
        say("Arrêt demandé : le travail en cours se termine.")
        return 0

    def _greet(self, waited: float) -> None:
        """Say once that the portal answers, however late, and once that it does not."""
        if self.welcomed:
            return
        if self.web.ready() and answers(self.served):
            say(self.served.welcome)
            self.manager.tell("READY=1")
            self.welcomed = True
        elif waited > PATIENCE_SECONDS and not self.warned:
            say("Le serveur web ne répond toujours pas ; voyez les messages ci-dessus.")
            self.warned = True

    def _keep_scheduler(self) -> None:
        now = time.monotonic()
        if self.scheduler is None:
            if now >= self.scheduler_due:
                self.scheduler, self.scheduler_began = (
                    self._begin(*GIVES_WAY, python(self.served), *SCHEDULER),
                    now,
                )
            return
        status = self.scheduler.poll()
        if status is None:
            return
        self.scheduler = None
        if self.replacing:
            self.replacing, self.pause = False, 0
            return
        lived = now - self.scheduler_began >= LIVED_SECONDS
        self.pause = 1 if lived or not self.pause else min(2 * self.pause, LONGEST_PAUSE)
        self.scheduler_due = now + self.pause
        say(
            f"Arrêt inattendu : l'horloge (code {status}). Le portail reste ouvert ; elle repart dans {self.pause} s."
        )

    def _change(self) -> None:
        """One step of a change for new parts, if one is under way or asked for."""
        if self.reloading is None and self.reload_asked:
            self.reload_asked, self.reloading = False, self._reload()
        if self.reloading is not None and next(self.reloading, self) is self:
            self.reloading = None

    def _reload(self) -> Iterator[None]:
        """Bring the schema up to date, start a new web server on the same socket, and only then stop the old one; the scheduler follows.

        Pauses where it waits. What fails on the way leaves the version before at work; the schema, which only grows, may be the new one.
        """
        say("Rechargement demandé : la nouvelle version se prépare, l'ancienne répond.")
        prepared = self._begin(python(self.served), *PREPARE)
        while prepared.poll() is None:
            yield
        if prepared.returncode:
            say("Rechargement abandonné : voyez ci-dessus. L'ancienne version continue.")
            return
        new, late = self._new_web(), time.monotonic() + PATIENCE_SECONDS
        while not new.ready():
            if new.ended() or time.monotonic() > late:
                say(
                    "Rechargement abandonné : le nouveau serveur web ne répond pas. L'ancienne version continue."
                )
                self._end_one(new.process)
                new.close()
                return
            yield
        old, self.web = self.web, new
        old.process.terminate()
        if self.scheduler is not None:
            self.replacing = True
            self.scheduler.terminate()
        self.scheduler_due, late = 0.0, time.monotonic() + GRACE_SECONDS
        while (old.process.poll() is None or self.replacing) and time.monotonic() < late:
            yield
        for process in (old.process, self.scheduler if self.replacing else None):
            if process is not None:
                self._end_one(process)
        old.close()
        say("Rechargé : la nouvelle version répond.")

    def _end_one(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _end(self) -> None:
        for process in self.begun:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in self.begun:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._end_one(process)


if __name__ == "__main__":
    raise SystemExit(Supervisor(Served(**json.loads(sys.argv[1]))).run())
