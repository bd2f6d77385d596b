"""So many requests that nobody means (`tests/app/fuzzing.py`), to each database in turn, each few thousand to a new portal.

`make bench ONLY=fuzz N=1000000 SEED=3` goes on until they are sent or one is a fault; the same seed sends the same.
"""

import logging
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from app import create_app, migrate
from app.db import create_engine
from app.web import logs
from config import Settings
from tests.app.test_fuzz import fuzz
from tests.builders import Builder
from tests.conftest import FrozenClock, enter
from tests.postgresql import running_server

COUNT = int(os.environ.get("N") or 10_000)
SEED = int(os.environ.get("SEED") or 1)
A_PORTAL = 2_500
PATIENCE = 60


def figures() -> Iterator[tuple[str, float | int | str]]:
    logs.init(json=False)
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="fuzz") as folder, running_server(PATIENCE) as server:
        sent, began = {"sqlite": 0, "postgresql": 0}, time.process_time()
        for number in range(-(-COUNT // A_PORTAL)):
            kind = ("sqlite", "postgresql")[number % 2]
            count = min(A_PORTAL, COUNT - sum(sent.values()))
            fault = _one(
                Path(folder) / str(number), _database(kind, folder, server, number), count, SEED + number
            )
            sent[kind] += count
            if fault:
                yield f"fuzz.{kind}.fault (seed {SEED + number})", fault
                break
        yield from ((f"fuzz.{kind}.requests", count) for kind, count in sent.items())
        yield "fuzz.ms_of_processor_a_request", 1000 * (time.process_time() - began) / sum(sent.values())


def _database(kind: str, folder: str, server: str, number: int) -> str:
    if kind == "sqlite":
        return f"sqlite:///{folder}/{number}.sqlite3"
    engine = create_engine(server.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE fuzz{number}")
    engine.dispose()
    return server.replace("/postgres?", f"/fuzz{number}?")


def _one(folder: Path, url: str, count: int, seed: int) -> str:
    """What was wrong, or nothing."""
    settings = Settings.from_environ(
        {
            "DATA_DIR": str(folder),
            "DATABASE_URL": url,
            "PORTAIL_SECRET_KEY": "f" * 40,
            "PORTAIL_BASE_URL": "http://localhost",
        }
    )
    engine = create_engine(settings.database_url)
    migrate.upgrade(engine)
    engine.dispose()
    clock = FrozenClock()
    app = create_app(settings, clock)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    try:
        fuzz(app, clock, Builder(app, clock), enter, count, seed)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:2000]
    return ""
