"""A hundred schedulers that never rest, one after the other, each stopped by a signal. Argument: the file of their lock."""

import os
import random
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from notifications.leader import FileLeader
from notifications.runs import Recorder
from notifications.scheduler import run
from tests.notifications.databases import open_engine, recreate


def main() -> None:
    (lock,) = sys.argv[1:]
    engine = open_engine(f"sqlite:///{lock}.db")
    recreate(engine)
    moments, never = random.Random(7), threading.Event()
    recorder = Recorder(lambda: Session(engine), lambda: datetime.now(UTC))

    def disturb(after: float) -> None:
        never.wait(after)
        os.kill(os.getpid(), signal.SIGTERM)

    for _ in range(100):
        started = threading.Event()

        def tell(started: threading.Event = started) -> None:
            if not started.is_set():
                started.set()
                threading.Thread(target=disturb, args=(moments.uniform(0.0, 0.02),), daemon=True).start()

        run([], FileLeader(Path(lock)), recorder, poll=0.0, alive=tell)
    print("100 stopped", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
