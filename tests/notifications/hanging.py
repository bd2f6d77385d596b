"""A scheduler that asks whether it leads and gets no answer. Argument: the file of its database."""

import sys
import threading
from datetime import UTC, datetime
from functools import partial

from sqlmodel import Session

from notifications.runs import Recorder
from notifications.scheduler import run, watchdog
from tests.notifications.databases import open_engine, recreate


class Silent:
    """A lock whose server has stopped answering."""

    def acquire(self) -> bool:
        return True

    def held(self) -> bool:
        return threading.Event().wait()

    def release(self) -> None:
        """Nothing was held."""


if __name__ == "__main__":
    engine = open_engine(f"sqlite:///{sys.argv[1]}")
    recreate(engine)
    recorder = Recorder(lambda: Session(engine), lambda: datetime.now(UTC))
    run([], Silent(), recorder, poll=0.01, alive=partial(watchdog, 0.5))
