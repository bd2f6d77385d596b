"""One portal a worker and kind of database, lent to test after test: making one takes longer than most tests.

Each test gets it as it was made, on its own settings, clock and database. Routes cannot be added to it: it has
answered once, and Flask refuses. A test that changes more than its dictionaries makes its own with `create_app`.
"""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect

from app import create_app, equip
from app.db import db
from app.standing import StandingValues
from app.visits.counting import VisitCounter
from app.web.clock import Clock
from app.web.lookups import LookupLog
from config import Settings

_made: dict[Settings, Flask] = {}


@contextmanager
def lent(settings: Settings, clock: Clock) -> Iterator[Flask]:
    """The portal of these settings, put back as it was when the block ends."""
    kind = dataclasses.replace(
        settings, data_dir=Path(), database_url=sa.make_url(settings.database_url).drivername
    )
    portal = _made.get(kind)
    if portal is None:
        portal = _made[kind] = create_app(settings, clock)
        # What makes a password slow to guess makes a suite slow to run; what is hashed is hashed the same way.
        portal.extensions["security"].pwd_context.update(argon2__rounds=1, argon2__memory_cost=32)
        with portal.app_context():
            event.listen(db.engine, "do_connect", _to_the_database_of(portal))
        portal.test_client().get("/healthz")
        portal.extensions["standing"].close()
    kept: list[tuple[dict[Any, Any], dict[Any, Any]]] = [
        (each, dict(each)) for each in (portal.config, portal.extensions, portal.view_functions)
    ]
    equip(portal, settings, clock)
    portal.extensions["lookups"] = LookupLog(portal)
    portal.extensions["visits"] = VisitCounter(portal)  # what a test before saw is not this one's
    portal.extensions["standing"] = StandingValues(settings.database_url)
    try:
        yield portal
    finally:
        portal.extensions["standing"].close()
        for changed, before in kept:
            changed.clear()
            changed.update(before)
        with portal.app_context():
            db.engine.dispose()


def _to_the_database_of(portal: Flask) -> Any:
    """The engine with all that it has compiled stays; its connections lead to where the settings say now."""

    def connect(dialect: Dialect, _entry: object, _words: object, _named: object) -> DBAPIConnection:
        url = sa.make_url(portal.extensions["settings"].database_url)
        words, named = dialect.create_connect_args(url)
        return dialect.connect(*words, **named)

    return connect
