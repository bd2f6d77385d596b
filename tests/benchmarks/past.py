"""What `make run` writes into an empty database before it serves: the sample's six months of life, and its present."""

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from sqlmodel import col, func, select

from app import create_app, migrate, sample
from app.db import db, session, transaction
from app.models import Decision, OutboxMessage
from config import Settings

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def figures() -> Iterator[tuple[str, float]]:
    """Seconds of processor, without the loading of the portal and its migrations."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Settings.from_environ({"DATA_DIR": folder}))
        with app.app_context():
            migrate.upgrade(db.engine)
            before = time.process_time()
            with transaction() as work:
                sample.load(work, MOMENT, "", sample.SixMonths(app.extensions["desk"]))
            yield "processor seconds of sample data with its past", time.process_time() - before
            yield "decisions of sample data", session().exec(select(func.count(col(Decision.id)))).one()
            yield "letters of sample data", session().exec(select(func.count(col(OutboxMessage.id)))).one()
            db.engine.dispose()
