"""`flask --app wsgi serve`: one command starts the web server and the clock; the end of one is seen and said."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from app import serve
from tests.conftest import PATIENCE
from tests.ports import reserved_port

ROOT = Path(__file__).parents[2]

HANDED_OVER = """import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ |= {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid())}
os.execv(sys.argv[2], sys.argv[2:])"""


class Served:
    """The command under way, its words as they come, and its children."""

    def __init__(
        self,
        folder: Path,
        port: int,
        settings: Mapping[str, str],
        asked_on: int | None = None,
        *,
        python: Path | str = sys.executable,
        cwd: Path = ROOT,
    ) -> None:
        self.port, self.folder = port, folder
        self.said: list[str] = []
        command = [str(python), "-m", "flask", "--app", "wsgi", "serve"]
        if (
            asked_on is not None
        ):  # as systemd hands a socket over: the third descriptor, for this process alone
            command = [sys.executable, "-c", HANDED_OVER, str(asked_on), *command]
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PORT": str(port), **settings},
            pass_fds=() if asked_on is None else (asked_on,),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.said.append(line.rstrip())

    def words(self) -> str:
        return "\n".join(self.said)

    def get(self, path: str) -> tuple[int, str]:
        try:
            asked = urllib.request.Request(
                f"http://127.0.0.1:{self.port}{path}", headers={"User-Agent": "Firefox/140.0"}
            )
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def until_ready(self) -> dict[str, str]:
        """Wait until database, migrations and the clock's first tick are well: the sample data live half a year first."""
        deadline = time.monotonic() + 3 * PATIENCE
        while time.monotonic() < deadline:
            status, body = self.get("/readyz")
            if status == 200 and "Ctrl-C" in self.words():
                answer: dict[str, str] = json.loads(body)
                return answer
            # Asking without a pause would take from the portal the processor that it starts on.
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"ended with {self.process.wait(0.2)}: {self.words()}")
        raise AssertionError(f"not ready: {self.words()}")

    def until_said(self, words: str, times: int = 1) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.words().count(words) < times:
            assert time.monotonic() < deadline, self.words()
            assert "abandonné" not in self.words(), self.words()
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"ended with {self.process.wait(0.1)}: {self.words()}")

    def child(self, pattern: str) -> psutil.Process:
        for process in psutil.Process(self.process.pid).children(recursive=True):
            if re.search(pattern, " ".join(process.cmdline())):
                return process
        raise AssertionError(f"no child like {pattern}")

    def until_child(self, pattern: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with suppress(AssertionError, psutil.NoSuchProcess):
                self.child(pattern)
                return
            with suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"ended with {self.process.wait(0.1)}: {self.words()}")
        raise AssertionError(f"no child like {pattern} comes: {self.words()}")

    def wait(self) -> int:
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with reserved_port() as port, ended(Served(tmp_path / "var", port, {})) as running:
        yield running


@pytest.mark.slow
def test_it_serves_sample_data_with_the_clock_beside_it_and_stops_on_ctrl_c(served: Served) -> None:
    assert served.until_ready()["scheduler"] == "ok"

    assert "60 besoins et 152 offres d'exemple" in served.words()
    assert "coordination@portail.example" in served.words()
    assert "Attention : PORTAIL_ENV" in served.words()
    assert "Lave-linge" in served.get("/besoins")[1]
    assert served.child("scheduler").nice() > served.child("gunicorn").nice(), "the clock gives way to people"
    children = psutil.Process(served.process.pid).children(recursive=True)
    served.process.send_signal(signal.SIGINT)

    assert served.wait() == 0
    assert not any(child.is_running() for child in children)
    with closing(sqlite3.connect(served.folder / "portail.sqlite3")) as database:
        # Counted in a worker's memory a moment ago.
        assert database.execute("SELECT page, seen FROM visits").fetchall() == [("/besoins", 1)]


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        served = Served(tmp_path / "var", taken.getsockname()[1], {})

        assert served.wait() == 1

    assert "est déjà occupé" in served.words()
    if served.process.stdout:
        served.process.stdout.close()


@pytest.mark.parametrize("words", ["serve", "db upgrade", "plan", "create-account a@b.example"])
def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path, words: str) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "postgresql://127.0.0.1:1/absente",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *words.split()]

    ended = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert ended.returncode == 1
    assert "La base de données ne répond pas" in ended.stderr
    assert "Traceback" not in ended.stderr


PRODUCTION = {
    "PORTAIL_ENV": "production",
    "PORTAIL_SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "PORTAIL_BASE_URL": "https://dons.essai.example",
    "PORTAIL_MAIL_SERVER": "127.0.0.1",
    "PORTAIL_MAIL_PORT": "1",
    "PORTAIL_METRICS_TOKEN": "0123456789-abcdefghij-ABCDEFGHIJ",
    "PORTAIL_MAIL_SENDER": "dons@essai.org",
}


@contextmanager
def ended(running: Served) -> Iterator[Served]:
    """Whatever becomes of the test, nothing stays."""
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.terminate()
            running.wait()
        if running.process.stdout:
            running.process.stdout.close()


@pytest.mark.slow
def test_systemd_hands_it_the_socket_hears_that_it_is_ready_and_then_that_it_lives(tmp_path: Path) -> None:
    """By systemd's own words, without systemd. It asks itself by its public name: by any other it is refused, as strangers are."""
    (tmp_path / "var").mkdir()
    with (
        socket.create_server(("127.0.0.1", 0)) as asked_on,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(PATIENCE)
        port = asked_on.getsockname()[1]
        systemd = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "1000000"}
        with ended(Served(tmp_path / "var", port, PRODUCTION | systemd, asked_on.fileno())) as running:
            running.until_said("Portail des dons : https://dons.essai.example")
            heard = [manager.recv(100) for _ in range(4)]
            strangers, _ = running.get("/healthz")
            running.process.terminate()
            status = running.wait()
        while heard[-1] == b"WATCHDOG=1":
            heard.append(manager.recv(100))

    assert heard[0] == b"EXTEND_TIMEOUT_USEC=7200000000", "before the migrations"
    assert (heard[1], heard[2], heard[-1]) == (b"READY=1", b"WATCHDOG=1", b"STOPPING=1")
    assert strangers == 400
    assert status == 0
    assert "Portail des dons : https://dons.essai.example" in running.words()
    assert "ne répond toujours pas" not in running.words()
    for left_out in ("PORTAIL_PROXIES", "PORTAIL_CONTACT_EMAIL", "PORTAIL_BACKUP_DIR"):
        assert running.words().count(left_out) == 1, "said, and not twice"


def test_a_database_of_a_newer_portal_is_said_in_a_sentence(tmp_path: Path) -> None:
    database = tmp_path / "portail.sqlite3"
    with closing(sqlite3.connect(database)) as newer, newer:
        newer.execute("create table alembic_version (version_num varchar(32) not null)")
        newer.execute("insert into alembic_version values ('9999')")
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]

    ended = subprocess.run(
        command,
        env={**os.environ, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 1
    assert "restaurez une sauvegarde" in ended.stderr
    assert "Traceback" not in ended.stderr


class Started:
    """A web server of which the supervisor is told whether a worker is ready."""

    def __init__(self) -> None:
        self.is_ready = False

    def ready(self) -> bool:
        return self.is_ready


def test_a_portal_that_answers_late_is_ready_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemd would end it otherwise, though it works."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with (
        socket.create_server(("127.0.0.1", 0)) as asked_on,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
    ):
        manager.bind(str(tmp_path / "notify"))
        manager.setblocking(False)

        def answer() -> None:
            with asked_on.accept()[0] as asked:
                asked.recv(1000)
                asked.sendall(b"HTTP/1.0 200 OK\r\n\r\n")

        supervisor = serve.Supervisor(serve.Served(1, "localhost", 1, "Bonjour.", asked_on.fileno(), "."))
        supervisor.web = web = Started()  # type: ignore[assignment]
        for _ in range(2):
            supervisor._greet(serve.PATIENCE_SECONDS + 1)
        web.is_ready = True
        answering = threading.Thread(target=answer)
        answering.start()
        supervisor._greet(serve.PATIENCE_SECONDS + 2)
        answering.join(PATIENCE)
        told = manager.recv(100)

    assert told == b"READY=1"
    assert capsys.readouterr().out.splitlines() == [
        "Le serveur web ne répond toujours pas ; voyez les messages ci-dessus.",
        "Bonjour.",
    ]
