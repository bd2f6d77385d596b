"""What gunicorn calls while its workers come and go: named by `app.serve`, which waits for the first of them."""

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from app.late import Late
from app.serve import READY

if TYPE_CHECKING:
    from prometheus_client import multiprocess
else:
    multiprocess = Late("prometheus_client.multiprocess")


def post_worker_init(_worker: Any) -> None:
    """A worker is about to answer: whoever started this server may take the one before it away."""
    with suppress(KeyError, OSError):
        os.write(int(os.environ[READY]), b".")


def child_exit(_server: Any, worker: Any) -> None:
    """A worker has ended: what it counted stays counted, what it was is no more."""
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
