"""Whether anything can still be written: a row of the database, and a little of the disk beside it."""

import errno
import os
import time
from pathlib import Path
from threading import Lock

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.db import WRITES, db
from app.models import HealthLook
from app.web.clock import Clock
from notifications.types import insert

log = structlog.get_logger("portail")
SECONDS = 5.0
"""How long an answer stands: whoever asks again and again makes nothing be written."""
BYTES = 65_536
NOT_KNOWN = {errno.EISDIR, errno.EOPNOTSUPP, errno.EINVAL}
"""What a file system answers that has no files without a name: it is not asked then."""
TABLE = HealthLook.__table__  # type: ignore[attr-defined]


class Writable:
    """The last answer of this process."""

    def __init__(self) -> None:
        self._lock, self._until, self._answer = Lock(), 0.0, False

    def ask(self, app: Flask) -> bool:
        with self._lock:
            if time.monotonic() >= self._until:
                self._answer = _row(app.extensions["clock"]) and _disk(app.extensions["settings"].data_dir)
                self._until = time.monotonic() + (0 if app.testing else SECONDS)
            return self._answer


def possible(app: Flask) -> bool:
    """Whether a write succeeds, as tried within the last seconds. It leaves nothing that grows."""
    writable: Writable = app.extensions["writable"]
    return writable.ask(app)


def _row(clock: Clock) -> bool:
    row = insert(TABLE, db.engine.dialect).values(name="write", at=clock(), facts={})
    statement = row.on_conflict_do_update(index_elements=["name"], set_={"at": row.excluded.at})
    try:
        with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            connection.execute(statement)
    except SQLAlchemyError as error:
        log.error("write.database", error=type(error).__name__, words=str(getattr(error, "orig", ""))[:200])
        return False
    return True


def _disk(folder: Path) -> bool:
    """Blocks that are taken and given back; a database may go on for a while in those that it has."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
        try:
            os.posix_fallocate(handle, 0, BYTES)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno in NOT_KNOWN:
            return True
        log.error("write.disk", error=error.strerror)
        return False
    return True


def init_app(app: Flask) -> None:
    app.extensions["writable"] = Writable()
