"""One command for one machine: the web server and the scheduler side by side, each in a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from urllib.parse import urlsplit

from config import Settings

GRACE_SECONDS = 20
"""How long a process may take to finish what it is doing before it is killed."""
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One of the processes that make up the portal."""

    name: str
    command: tuple[str, ...]


def parts(settings: Settings) -> tuple[Part, ...]:
    web = (
        "gunicorn",
        "wsgi:app",
        f"--bind=127.0.0.1:{settings.port}",
        f"--workers={settings.web_workers}",
        "--worker-class=gthread",
        "--threads=4",
        "--no-control-socket",
        "--log-level=warning",
        f"--graceful-timeout={GRACE_SECONDS - 5}",
    )
    scheduler = ("flask", "--app", "wsgi", "scheduler")
    return (
        Part("le serveur web", (sys.executable, "-m", *web)),
        Part("l'horloge", (sys.executable, "-m", *scheduler)),
    )


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(settings: Settings) -> bool:
    """Whether the portal answers here to its public name: in production it answers to no other."""
    name = urlsplit(settings.base_url).hostname or "127.0.0.1"
    asked = urllib.request.Request(f"http://127.0.0.1:{settings.port}/healthz", headers={"Host": name})
    try:
        with urllib.request.urlopen(asked, timeout=2) as response:  # noqa: S310
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


class Supervisor:
    """Starts the parts, says when the portal answers, stops all when one ends or a signal comes."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self.settings, self.say = settings, say
        self.stopping = False
        self.running: list[tuple[Part, subprocess.Popen[bytes]]] = []

    def run(self, welcome: str) -> int:
        """Returns the exit status: 0 after a signal, 1 when a part died by itself."""
        if not port_is_free(self.settings.port):
            self.say(
                f"Le port {self.settings.port} est déjà occupé. Choisissez-en un autre :"
                f" make run PORT={self.settings.port + 1 if self.settings.port < 65535 else 8000}"
            )
            return 1
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        # A session of its own: Ctrl-C reaches this process alone, which then stops the parts in order.
        self.running = [
            (part, subprocess.Popen(part.command, start_new_session=True, env=os.environ))  # noqa: S603
            for part in parts(self.settings)
        ]
        try:
            return self._watch(welcome)
        finally:
            self._end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _watch(self, welcome: str) -> int:
        welcomed, started = False, time.monotonic()
        while not self.stopping:
            for part, process in self.running:
                if process.poll() is not None:
                    self.say(
                        f"Arrêt inattendu : {part.name} (code {process.returncode}). Le portail s'arrête aussi."
                    )
                    return 1
            if not welcomed and answers(self.settings):
                self.say(welcome)
                welcomed = True
            elif not welcomed and time.monotonic() - started > PATIENCE_SECONDS:
                self.say("Le serveur web ne répond toujours pas ; voyez les messages ci-dessus.")
                welcomed = True
            time.sleep(0.2)
        self.say("Arrêt demandé : le travail en cours se termine.")
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
