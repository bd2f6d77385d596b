"""`flask --app wsgi serve`: one command starts the web server and the clock; the end of one is seen and said."""

import http.client
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
        self, folder: Path, port: int, settings: Mapping[str, str], asked_on: int | None = None
    ) -> None:
        self.port, self.folder = port, folder
        self.said: list[str] = []
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
        if (
            asked_on is not None
        ):  # as systemd hands a socket over: the third descriptor, for this process alone
            command = [sys.executable, "-c", HANDED_OVER, str(asked_on), *command]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
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

    def until_said(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.words():
            assert time.monotonic() < deadline, self.words()
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


class Clicking:
    """People who ask for a page again and again, some on a connection of their own, some on one that is kept."""

    def __init__(self, served: Served) -> None:
        self.served, self.answers, self.others = served, 0, list[str]()
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._click, args=(kept,)) for kept in (False, True, False)]

    def __enter__(self) -> "Clicking":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def once_more(self) -> None:
        """Wait for answers to questions that are asked from now on."""
        enough, deadline = self.answers + 6, time.monotonic() + PATIENCE
        while self.answers < enough and time.monotonic() < deadline:
            self._over.wait(0.05)

    def _click(self, kept: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=PATIENCE)
        headers = {"Host": "dons.essai.example", "Connection": "keep-alive" if kept else "close"}
        while not self._over.wait(0.03):
            try:
                connection.request("GET", "/vos-donnees", headers=headers)
                answer = connection.getresponse()
                complete = answer.read().rstrip().endswith(b"</html>")
            except (OSError, http.client.HTTPException) as error:
                self.others.append(repr(error))
                connection.close()
                continue
            if answer.status == 200 and complete:
                self.answers += 1
            else:
                self.others.append(f"{answer.status}, {complete}")
        connection.close()


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


@pytest.mark.slow
def test_who_reloads_while_people_click_loses_nobody_and_the_death_of_the_clock_stops_no_web(
    in_production: Served,
) -> None:
    """In production, where nothing is lived first: who dies does not depend on what is served."""
    in_production.until_said("Portail des dons : https://dons.essai.example")
    before = in_production.child("gunicorn").pid
    with Clicking(in_production) as people:
        in_production.process.send_signal(signal.SIGHUP)
        in_production.until_said("Rechargé : la nouvelle version répond.")
        in_production.child("scheduler").kill()
        in_production.until_said("Arrêt inattendu : l'horloge (code -9). Le portail reste ouvert")
        people.once_more()

    assert people.answers > 20
    assert people.others == [], "each was answered, by the old one or by the new one"
    assert not psutil.pid_exists(before)
    in_production.until_child("scheduler")
    in_production.child("gunicorn").kill()
    assert in_production.wait() == 1
    assert "inattendu : le serveur web" in in_production.words()


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


@pytest.fixture
def in_production(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "var").mkdir()
    with reserved_port() as port, ended(Served(tmp_path / "var", port, PRODUCTION)) as running:
        yield running


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
            heard = [manager.recv(100) for _ in range(3)]
            strangers, _ = running.get("/healthz")
            running.process.terminate()
            status = running.wait()
        while heard[-1] == b"WATCHDOG=1":
            heard.append(manager.recv(100))

    assert (heard[0], heard[1], heard[-1]) == (b"READY=1", b"WATCHDOG=1", b"STOPPING=1")
    assert strangers == 400
    assert status == 0
    assert "Portail des dons : https://dons.essai.example" in running.words()
    assert "ne répond toujours pas" not in running.words()
    for left_out in ("PORTAIL_PROXIES", "PORTAIL_CONTACT_EMAIL", "PORTAIL_BACKUP_DIR"):
        assert f"Attention : {left_out}" in running.words()


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
