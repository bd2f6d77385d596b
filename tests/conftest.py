"""What every test may ask for: both databases, an application on a frozen clock, a way to sign in.

A test that touches the database runs twice, on SQLite and on PostgreSQL, each time on a database of its own; a test of
pages on one of the two (`--database sqlite` runs all on one).
"""

import gc
import inspect
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol
from zlib import crc32

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask, current_app
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis
from sqlmodel import Session

from app import migrate
from app.db import create_engine, transaction
from app.models import Account
from app.solving.solver import Solver
from config import Settings
from tests import buckets
from tests.builders import Builder
from tests.lending import lent
from tests.postgresql import Emptied, running_server

# How long an example takes is the machine's affair; where examples come from stays as hypothesis has it there.
hypothesis.register_profile(
    "portail", hypothesis(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis.load_profile("portail")

PATIENCE = 90
"""Seconds that a busy machine may take for what is done in a moment; nothing waits so long that happens."""

ROOM_IN_MEMORY = 500_000_000
DATABASES_KEPT = 8
"""Of SQLite, a worker's: no test has more at a time."""

DATABASES = ("sqlite", "postgresql")
MANY_CASES = 4
PAGES = frozenset({"client", "browser"})
"""What a test of pages asks for; the queries and verbs behind a page have tests of their own."""

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, ten o'clock in Paris."""

ANSWER_WITHIN, UNDO_WITHIN, OFFER_LASTS = timedelta(days=5), timedelta(seconds=60), timedelta(days=60)
"""The delays of the settings that the tests run with."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=DATABASES, help="run on this database only")
    parser.addoption(
        "--screenshots", action="store_true", help="leave pictures of the journeys under build/journeys"
    )
    parser.addoption(
        "--sequences", type=int, default=4, help="how many random weeks of a territory are lived"
    )
    parser.addoption("--fuzz", type=int, default=400, help="how many requests are drawn for each database")
    parser.addoption(
        "--installation",
        action="store_true",
        help="install the portal on an empty machine, by its page alone",
    )
    parser.addoption(
        "--rewrite-expected", action="store_true", help="write what was compared to tests/**/expected anew"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" in metafunc.fixturenames:
        only = metafunc.config.getoption("--database")
        marker = metafunc.definition.get_closest_marker("databases")
        names = marker.args if marker else DATABASES
        metafunc.parametrize("database", [name for name in names if only in (None, name)], scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every test runs on both databases. Each case of a test of pages, or of one with many cases, runs on one of the two, by its name."""
    if config.getoption("--database"):
        return
    cases = Counter(map(_test_and_database, items))
    left = []
    for item in items:
        test = _test_and_database(item)
        by_turns = cases[test] > MANY_CASES or not PAGES.isdisjoint(getattr(item, "fixturenames", ()))
        if test[1] and by_turns and test[1] != _its_database(item.nodeid):
            left.append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: a full collection of garbage looked at all of it, some 200 times."""
    gc.collect()
    gc.freeze()


def _test_and_database(item: pytest.Item) -> tuple[str, str]:
    """Its name without its case, and the database if the test runs on both."""
    case = getattr(item, "callspec", None)
    marker = item.get_closest_marker("databases")
    both = case is not None and "database" in case.params and (marker is None or len(marker.args) > 1)
    return item.nodeid.partition("[")[0], case.params["database"] if both and case is not None else ""


def _its_database(name: str) -> str:
    first, second = DATABASES
    return DATABASES[crc32(name.replace(second, first).encode()) % 2]


class FrozenClock:
    """Stands still until a test moves it."""

    def __init__(self, moment: datetime = MOMENT) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> datetime:
        self.moment += timedelta(**duration)
        return self.moment


def act(app: Flask, clock: FrozenClock, work: Callable[..., Any], *values: Any) -> Any:
    """Do this in a transaction of its own: `work` is given the values, then, by their names, what else it asks for."""
    known = {
        "desk": app.extensions["desk"],
        "answer_within": ANSWER_WITHIN,
        "undo_within": UNDO_WITHIN,
        "offer_lasts": OFFER_LASTS,
    }
    asked = list(inspect.signature(work).parameters.values())[1 + len(values) :]
    given = [known.get(each.name, clock()) for each in asked if each.default is each.empty]
    with app.app_context(), transaction() as session:
        return work(session, *values, *given)


def told(session: Session) -> Session:
    """The same session, once the letters about what was decided are written: as at the end of its transaction."""
    current_app.extensions["before_commit"](session)
    return session


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """A PostgreSQL server of this worker's own; its address, at the database `postgres`."""
    with running_server(PATIENCE) as address:
        yield address


class NewDatabase(Protocol):
    def __call__(self) -> str: ...


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is room: every commit waits for a disk, and no test pulls the plug."""
    shared = Path("/dev/shm")
    if not shared.is_dir() or shutil.disk_usage(shared).free < ROOM_IN_MEMORY:
        yield tmp_path_factory.mktemp("sqlite")
        return
    with TemporaryDirectory(prefix="portail-sqlite-", dir=shared) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_databases(memory: Path) -> NewDatabase:
    folder, lately = memory, deque[Path](maxlen=DATABASES_KEPT)
    count = iter(range(1_000_000))
    template = folder / "template.sqlite3"
    engine = create_engine(f"sqlite:///{template}")
    migrate.upgrade(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()

    def copy_file() -> str:
        path = folder / f"{next(count)}.sqlite3"
        shutil.copy(template, path)
        if len(lately) == DATABASES_KEPT:
            for old in folder.glob(f"{lately[0].name}*"):
                old.unlink()
        lately.append(path)
        return f"sqlite:///{path}"

    return copy_file


@pytest.fixture(scope="session")
def postgresql_databases(postgresql: str) -> NewDatabase:
    count = iter(range(1_000_000))

    def named(name: str) -> str:
        return postgresql.replace("/postgres?", f"/{name}?").replace("postgresql://", "postgresql+psycopg://")

    with psycopg.connect(postgresql, autocommit=True) as server:
        server.execute("CREATE DATABASE template_portail")
    engine = create_engine(named("template_portail"))
    migrate.upgrade(engine)
    engine.dispose()

    def copy_database() -> str:
        name = f"portail_{next(count)}"
        with psycopg.connect(postgresql, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE template_portail STRATEGY FILE_COPY".encode())
        return named(name)

    return copy_database


@pytest.fixture(scope="session")
def emptied_postgresql(postgresql_databases: NewDatabase) -> NewDatabase:
    return Emptied(postgresql_databases)


@pytest.fixture
def new_database(database: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Make one migrated, empty database after the other, by copying a template."""
    found: NewDatabase = request.getfixturevalue(f"{database}_databases")
    return found


@pytest.fixture
def empty_database(new_database: NewDatabase, database: str, request: pytest.FixtureRequest) -> NewDatabase:
    """The same as `new_database` to whoever has no use for more than one at a time."""
    found: NewDatabase = (
        request.getfixturevalue("emptied_postgresql") if database == "postgresql" else new_database
    )
    return found


@pytest.fixture
def database_url(empty_database: NewDatabase) -> str:
    return empty_database()


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    """An engine on the test's database, outside any application."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings.from_environ(
        {
            "DATA_DIR": str(tmp_path / "var"),
            "DATABASE_URL": database_url,
            "PORTAIL_SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop",
            "PORTAIL_BASE_URL": "http://localhost",
        }
    )


@pytest.fixture(scope="session")
def what_if() -> Iterator[Solver]:
    """A solver whose process starts with the first question and stays for the next test's."""
    solver = Solver(seconds=PATIENCE)
    yield solver
    solver.stop()


@pytest.fixture
def app(settings: Settings, clock: FrozenClock, what_if: Solver) -> Iterator[Flask]:
    """The portal, empty, at `clock`. Requests and `with app.app_context()` each have a session of their own."""
    with lent(settings, clock) as portal:
        portal.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
        portal.extensions["what_if"] = what_if
        yield portal


@pytest.fixture(scope="session")
def s3() -> Iterator[int]:
    """The port of a server of S3's protocol."""
    with buckets.running() as port:
        yield port


@pytest.fixture
def bucket(s3: int) -> str:
    """The address of an empty bucket."""
    return buckets.new(s3)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A unit of work on the portal's database, for tests of services: rolled back unless the test commits."""
    with app.app_context(), transaction() as current:
        yield current


@pytest.fixture
def build(app: Flask, clock: FrozenClock) -> Builder:
    """Builders of committed rows: `build.need(quantity=2)` (see tests/builders.py)."""
    return Builder(app, clock)


SignIn = Callable[[FlaskClient, Account], None]


def enter(client: FlaskClient, account: Account) -> None:
    """Sign a client in as an account, the way Flask-Login remembers it."""
    with client.session_transaction() as cookie:
        cookie["_user_id"] = account.fs_uniquifier
        cookie["_fresh"] = True
        cookie["fs_cc"] = "set"
        cookie["fs_paa"] = time.time()  # the password was typed just now


@pytest.fixture
def sign_in() -> SignIn:
    return enter
