"""A scheduler process for the tests: says `lead` on its output at each tick while it leads. Argument: database."""

import logging
import os
import sys
from datetime import UTC, datetime

from sqlmodel import Session

from notifications.leader import leader_for
from notifications.runs import Recorder
from notifications.scheduler import Job, every, run
from tests.notifications.databases import open_engine


def main() -> None:
    (url,) = sys.argv[1:]
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    engine = open_engine(url)

    def say() -> None:
        print(f"lead {os.getpid()}", flush=True)  # noqa: T201

    recorder = Recorder(lambda: Session(engine), lambda: datetime.now(UTC))
    run([Job("say", every(seconds=0.2), say)], leader_for(url), recorder, poll=0.2)
    print("stopped", flush=True)  # noqa: T201
    engine.dispose()


if __name__ == "__main__":
    main()
