"""Places outside the portal: 300,000 rows of the open data, written by a program and no real ones, are imported, imported again,
and asked for the nearest that take an article, on SQLite and on PostgreSQL.

Where to look first (`queries.RINGS_KM`) was chosen on this same made country, with other towns asking than here.

Memory is the greatest resident size of the command's process, less that of the same command with a file of ten rows. A question is
who takes one article as a gift near a place where people live, a page is all three lists (gifts, repair, sorting); processor time is this process's own, and
beside it, for PostgreSQL, stands the time that passed, since its server works in processes of its own.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session, col

from app import migrate
from app.db import create_engine
from app.models import ReusePlace
from app.places.lookup import TABLE
from app.reuse import queries
from app.reuse.objects import kind_of, kinds
from tests.postgresql import running_server
from tests.reuse_file import country, write

ROWS = 300_000
QUESTIONS = 300
PATIENCE_SECONDS = 90
ROOT = Path(__file__).parents[2]
ITEMS = (
    "armoire",
    "refrigerateur",
    "velo",
    "livres",
    "pantalon",
    "guitare",
    "ordinateur-portable",
    "poussette",
)
CENTRE = (48.8566, 2.3522)
"""Where places lie densest."""


def figures() -> Iterator[tuple[str, float]]:
    with tempfile.TemporaryDirectory() as folder, running_server(PATIENCE_SECONDS) as server:
        few = write(Path(folder, "few.csv"), country(10, seed=2))
        file = write(Path(folder, "all.csv"), country(ROWS))
        yield "reuse.file_mb", file.stat().st_size / 1e6
        for name, address in (("sqlite", ""), ("postgresql", server)):
            yield from _figures(name, Path(folder, name), address, few, file)


def _figures(name: str, data: Path, address: str, few: Path, file: Path) -> Iterator[tuple[str, float]]:
    data.mkdir()
    engine = create_engine(address or f"sqlite:///{data}/portail.sqlite3")
    migrate.upgrade(engine)
    _seconds, least = _import(data, address, few)
    for which in ("first", "again"):
        seconds, most = _import(data, address, file, "--fewer")
        yield f"reuse.{name}.{which}_import_cpu_s", seconds
        yield f"reuse.{name}.{which}_import_mb", (most - least) / 1024
    if address:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE reuse_place"))
    with Session(engine) as session:
        yield f"reuse.{name}.places", session.scalar(sa.select(sa.func.count(col(ReusePlace.id)))) or 0
        yield from _asked(name, session)
    engine.dispose()


def _import(data: Path, address: str, file: Path, *more: str) -> tuple[float, int]:
    """Seconds of processor, and the greatest resident size in KiB."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "import-places", str(file), *more]
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment | ({"DATABASE_URL": address} if address else {}),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _pid, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError("the import failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss


def _asked(name: str, session: Session) -> Iterator[tuple[str, float]]:
    towns = [row.split(",") for row in TABLE.read_text("utf-8").splitlines()[1:]]
    places = random.Random(7).choices(towns, [int(town[-1]) for town in towns], k=QUESTIONS)
    here = [(float(town[3]), float(town[4])) for town in places]
    for asked in ("question", "page"):
        spent, passed = [], []
        for number, where in enumerate(here):
            item = ITEMS[number % len(ITEMS)]
            kind = kind_of(item)
            began, at = time.process_time(), time.perf_counter()
            if asked == "page":
                queries.ways(session, [item], *where)
            elif kind is not None:
                queries.nearest(session, col(ReusePlace.gives), kind.bit, *where, most=queries.GIVE)
            spent.append(1000 * (time.process_time() - began))
            passed.append(1000 * (time.perf_counter() - at))
            session.expunge_all()
        for what, times in (("cpu_ms", sorted(spent)), ("ms", sorted(passed))):
            yield f"reuse.{name}.{asked}_median_{what}", times[QUESTIONS // 2]
            yield f"reuse.{name}.{asked}_p99_{what}", times[int(QUESTIONS * 0.99)]
    began = time.perf_counter()
    # A bit that no place has: every ring is looked through in vain, in the densest town.
    found = queries.nearest(session, col(ReusePlace.gives), 1 << (len(kinds()) + 1), *CENTRE, most=3)
    yield f"reuse.{name}.in_vain_ms", 1000 * (time.perf_counter() - began)
    if found:
        raise RuntimeError("nothing was to be found")
