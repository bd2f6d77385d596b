"""Both databases, for real: SQLite in a file, PostgreSQL from a wheel."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from tests.notifications.databases import open_engine, recreate


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An engine on an empty database that has the tables."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/test.db"
    else:
        url = request.getfixturevalue("postgresql").replace("postgresql://", "postgresql+psycopg://")
    engine = open_engine(url)
    recreate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session


@pytest.fixture
def new_session(engine: sa.Engine) -> Callable[[], Session]:
    return lambda: Session(engine)
