"""One command for one machine: the web server and the scheduler side by side, each in a process of its own.

What watches them is this file alone, run as a script with nothing but Python: it stays as long as they do.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from types import FrameType
from typing import NoReturn

GRACE_SECONDS = 20
"""How long a process may take to finish what it is doing before it is killed."""
PATIENCE_SECONDS = 60
GIVES_WAY = ("nice", "-n", "5")
"""Begins the command of the clock: where the processors are short, a plan leaves people three quarters of the one that it is on."""


@dataclass(frozen=True, slots=True)
class Child:
    """One of the processes that make up the portal."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Served:
    """What is served where: `host` is the portal's public name, `welcome` what is said once it answers."""

    port: int
    host: str
    workers: int
    welcome: str


def become_supervisor(served: Served) -> NoReturn:
    """Give this process, and the memory of all that it has loaded, to the supervisor."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-P", __file__, json.dumps(asdict(served))])  # noqa: S606


def parts(served: Served) -> tuple[Child, ...]:
    web = (
        "gunicorn",
        # Loaded once, before there are workers: they share it.
        "--preload",
        "wsgi:shared()",
        f"--bind=127.0.0.1:{served.port}",
        f"--workers={served.workers}",
        "--worker-class=gthread",
        "--threads=4",
        # Where a worker says every moment that it lives: on a disk each word of it is written to the journal.
        *(("--worker-tmp-dir=/dev/shm",) if os.path.isdir("/dev/shm") else ()),  # noqa: S108, PTH112
        "--no-control-socket",
        "--log-level=warning",
        f"--graceful-timeout={GRACE_SECONDS - 5}",
    )
    scheduler = ("flask", "--app", "wsgi", "scheduler")
    return (
        Child("le serveur web", (sys.executable, "-m", *web)),
        Child("l'horloge", (*GIVES_WAY, sys.executable, "-m", *scheduler)),
    )


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(served: Served) -> bool:
    """Whether the portal answers here to its public name: in production it answers to no other."""
    try:
        with socket.create_connection(("127.0.0.1", served.port), timeout=2) as connection:
            connection.sendall(f"GET /healthz HTTP/1.0\r\nHost: {served.host}\r\n\r\n".encode())
            return connection.recv(64).split()[1:2] == [b"200"]
    except OSError:
        return False


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


class Supervisor:
    """Starts the parts, says when the portal answers, stops all when one ends or a signal comes."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self.stopping = False
        self.running: list[tuple[Child, subprocess.Popen[bytes]]] = []

    def run(self) -> int:
        """Returns the exit status: 0 after a signal, 1 when a part died by itself."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        # A session of its own: Ctrl-C reaches this process alone, which then stops the parts in order.
        self.running = [
            (part, subprocess.Popen(part.command, start_new_session=True, env=os.environ))  # noqa: S603
            for part in parts(self.served)
        ]
        try:
            return self._watch()
        finally:
            self._end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _watch(self) -> int:
        welcomed, started = False, time.monotonic()
        while not self.stopping:
            for part, process in self.running:
                if process.poll() is not None:
                    say(
                        f"Arrêt inattendu : {part.name} (code {process.returncode}). Le portail s'arrête aussi."
                    )
                    return 1
            if not welcomed and answers(self.served):
                say(self.served.welcome)
                welcomed = True
            elif not welcomed and time.monotonic() - started > PATIENCE_SECONDS:
                say("Le serveur web ne répond toujours pas ; voyez les messages ci-dessus.")
                welcomed = True
            time.sleep(0.2)
        say("Arrêt demandé : le travail en cours se termine.")
        return 0

    def _end(self) -> None:
        for _part, process in self.running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for _part, process in self.running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


if __name__ == "__main__":
    raise SystemExit(Supervisor(Served(**json.loads(sys.argv[1]))).run())
