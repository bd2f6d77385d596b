"""An upgrade and the way back, as docs/installation.md says them, while people go on: a link that leads to one version and then to another.

The second version is this one with one more migration, as all of them are: it adds.
"""

import http.client
import json
import re
import shutil
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from app import migrate
from tests.app.test_serve import PRODUCTION, ROOT, Served, ended
from tests.conftest import PATIENCE
from tests.ports import reserved_port

OURS = ("app", "matching", "notifications", "config.py", "wsgi.py", "pyproject.toml")
HEAD = migrate.heads()[0]
NEXT = f"{int(HEAD) + 1:04d}"
MIGRATION = f'''"""Say how loud it was.

After: {HEAD}
"""

import sqlalchemy as sa
from alembic import op

revision = "{NEXT}"
down_revision = "{HEAD}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("loud", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("visits", "loud")
'''


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

    def ask(self, path: str, **headers: str) -> str:
        """One answer, whatever its status."""
        connection = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=PATIENCE)
        with closing(connection):
            connection.request("GET", path, headers={"Host": "dons.essai.example", **headers})
            return connection.getresponse().read().decode()

    def healthz(self) -> dict[str, str]:
        answer: dict[str, str] = json.loads(self.ask("/healthz"))
        return answer

    def counted(self) -> float:
        """As Prometheus is told: what all workers together have answered, in one and the other web server."""
        told = self.ask("/metrics", Authorization=f"Bearer {PRODUCTION['PORTAIL_METRICS_TOKEN']}")
        assert re.search(r'portail_jobs_total{job="courriels",outcome="ok"} [1-9]', told), "the clock's, too"
        counts = re.findall(
            r'^portail_requests_total{endpoint="public.privacy".*} (\S+)$', told, re.MULTILINE
        )
        return sum(map(float, counts))

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


def version(folder: Path, *, newer: bool) -> None:
    folder.mkdir()
    for name in OURS:
        if newer and name == "app":
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").symlink_to(sys.prefix)
    if newer:
        (folder / "app" / "migrations" / "versions" / f"{NEXT}_how_loud.py").write_text(MIGRATION)
        routes = folder / "app" / "health" / "routes.py"
        routes.write_text(routes.read_text().replace('{"status": "ok"}', '{"status": "ok", "newer": "yes"}'))


@pytest.fixture
def linked(tmp_path: Path) -> Iterator[tuple[Served, Path]]:
    """The portal served from a link, and the link."""
    version(tmp_path / "version-1", newer=False)
    version(tmp_path / "version-2", newer=True)
    link = tmp_path / "app"
    link.symlink_to("version-1")
    (tmp_path / "var").mkdir()
    settings = PRODUCTION | {"PWD": str(link)}
    python = link / ".venv" / "bin" / Path(sys.executable).name
    with (
        reserved_port() as port,
        ended(Served(tmp_path / "var", port, settings, python=python, cwd=link)) as running,
    ):
        yield running, link


def schema(served: Served) -> str:
    with closing(sqlite3.connect(served.folder / "portail.sqlite3")) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def leads_to(link: Path, name: str) -> None:
    link.with_name("next").symlink_to(name)
    link.with_name("next").replace(link)


@pytest.mark.slow
def test_a_newer_version_takes_over_and_gives_back_while_people_click_and_the_death_of_the_clock_stops_no_web(
    linked: tuple[Served, Path],
) -> None:
    served, link = linked
    served.until_said("Portail des dons : https://dons.essai.example")
    first = served.child("gunicorn").pid
    with Clicking(served) as people:
        told = [people.healthz()]
        for number, name in enumerate(("version-2", "version-1"), 1):
            leads_to(link, name)
            served.process.send_signal(signal.SIGHUP)
            served.until_said("Rechargé : la nouvelle version répond.", times=number)
            people.once_more()
            told.append(people.healthz())
        served.child("scheduler").kill()
        served.until_said("Arrêt inattendu : l'horloge (code -9). Le portail reste ouvert")
        people.once_more()
        migrations = json.loads(people.ask("/readyz"))["migrations"]
    counted = people.counted()

    assert told == [{"status": "ok"}, {"status": "ok", "newer": "yes"}, {"status": "ok"}]
    assert people.others == [], "each was answered, by the one or by the other"
    assert counted == people.answers, "by the workers of all three, added up"
    assert (schema(served), migrations) == (NEXT, "ok"), "nothing was taken away from the newer one"
    assert f"Schéma : {NEXT}, plus récent que ce code ({HEAD}), qui sait travailler avec." in served.words()
    assert not psutil.pid_exists(first)
    served.until_child("scheduler")
    served.child("gunicorn").kill()
    assert served.wait() == 1
    assert "inattendu : le serveur web" in served.words()
