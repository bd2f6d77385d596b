"""What requests have to note and nobody waits for: counted in each worker's memory, written in a thread of its own once a minute.

No request takes the database's one lock for it. A worker that is asked to stop writes first; one that is killed loses a minute.
"""

import atexit
from abc import ABC, abstractmethod
from collections import Counter
from threading import Lock, Timer
from typing import Generic, TypeVar

import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.db import db

log = structlog.get_logger("portail")
Key = TypeVar("Key")
SECONDS = 60


class Later(ABC, Generic[Key]):
    """What one worker noted, and how often."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.counts: Counter[Key] = Counter()
        self._lock, self._due, self._lasts = Lock(), False, False

    @abstractmethod
    def add(self, engine: sa.Engine, counts: Counter[Key]) -> None:
        """Write these into the table, in one transaction."""

    def note(self, *keys: Key) -> None:
        with self._lock:
            self.counts.update(keys)
            if self._due or self.app.testing:
                return
            self._due = True
            if not self._lasts:
                # A worker that is asked to stop ends what it does, then Python: nothing is lost.
                atexit.register(self.write)
                self._lasts = True
        timer = Timer(SECONDS, self.write)
        timer.daemon = True
        timer.start()

    def write(self) -> None:
        """What cannot be written is kept for the next time."""
        with self._lock:
            counts, self.counts, self._due = self.counts, Counter(), False
        if not counts:
            return
        try:
            with self.app.app_context():
                self.add(db.engine, counts)
        except SQLAlchemyError as error:
            log.warning("not_written", what=type(self).__name__, error=type(error).__name__)
            with self._lock:
                self.counts += counts
