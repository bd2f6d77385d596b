"""Being told to stop while something is put back: a failure like another, until it is too late for one."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from app.backup.errors import BackupError

FAILURES = (signal.SIGTERM, signal.SIGHUP)
"""By default they end a process where it stands; SIGINT already raises."""


@contextmanager
def stoppable() -> Iterator[Callable[[], None]]:
    """Make of a signal a BackupError, so that all is undone; what is given is called before the last, short step.

    Nothing stops that step any more, nor what follows it inside the block.
    """
    if threading.current_thread() is not threading.main_thread():  # others never hear of signals
        yield lambda: None
        return
    before = {number: signal.getsignal(number) for number in (*FAILURES, signal.SIGINT)}

    def too_late() -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)

    for number in FAILURES:
        signal.signal(number, _fail)
    try:
        yield too_late
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _fail(_number: int, _frame: FrameType | None) -> None:
    raise BackupError("La restauration a été interrompue : rien n'a changé.")
