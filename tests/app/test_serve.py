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
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from tests.conftest import PATIENCE
from tests.ports import reserved_port

ROOT = Path(__file__).parents[2]


class Served:
    """The command under way, its words as they come, and its children."""

    def __init__(self, folder: Path, port: int, **settings: str) -> None:
        self.port, self.folder = port, folder
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PORT": str(port), **settings},
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

    def wait(self) -> int:
        status = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return status


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with reserved_port() as port:
        running = Served(tmp_path / "var", port)
        yield running
        if running.process.poll() is None:
            running.process.terminate()
            running.wait()
        if running.process.stdout:
            running.process.stdout.close()


@pytest.mark.slow
def test_it_serves_sample_data_with_the_clock_beside_it_and_stops_on_ctrl_c(served: Served) -> None:
    assert served.until_ready()["scheduler"] == "ok"

    assert "60 besoins et 152 offres d'exemple" in served.words()
    assert "coordination@portail.example" in served.words()
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
@pytest.mark.parametrize(
    ("pattern", "said"), [("scheduler", "inattendu : l'horloge"), ("gunicorn", "inattendu : le serveur web")]
)
def test_the_death_of_one_is_said_and_stops_the_other(in_production: Served, pattern: str, said: str) -> None:
    """In production, where nothing is lived first: who dies does not depend on what is served."""
    in_production.until_said("Portail des dons : https://dons.essai.example")

    in_production.child(pattern).kill()

    assert in_production.wait() == 1
    assert said in in_production.words()


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        served = Served(tmp_path / "var", taken.getsockname()[1])

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


@pytest.fixture
def in_production(tmp_path: Path) -> Iterator[Served]:
    (tmp_path / "var").mkdir()
    with reserved_port() as port:
        running = Served(
            tmp_path / "var",
            port,
            PORTAIL_ENV="production",
            PORTAIL_SECRET_KEY="0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEF",
            PORTAIL_BASE_URL="https://dons.essai.example",
            PORTAIL_MAIL_SERVER="127.0.0.1",
            PORTAIL_MAIL_PORT="1",
            PORTAIL_MAIL_SENDER="dons@essai.org",
        )
        yield running
        if running.process.poll() is None:
            running.process.terminate()
            running.wait()
        if running.process.stdout:
            running.process.stdout.close()


@pytest.mark.slow
def test_in_production_too_it_finds_itself_and_says_where_it_is(in_production: Served) -> None:
    """It asks itself by its public name: by any other it is refused, as strangers are."""
    deadline = time.monotonic() + PATIENCE
    while "https://dons.essai.example" not in in_production.words() and time.monotonic() < deadline:
        in_production.get("/healthz")
        assert in_production.process.poll() is None, in_production.words()
    strangers, _ = in_production.get("/healthz")
    in_production.process.terminate()

    assert in_production.wait() == 0
    assert "Portail des dons : https://dons.essai.example" in in_production.words()
    assert "ne répond toujours pas" not in in_production.words()
    assert strangers == 400


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
