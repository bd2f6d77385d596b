"""What gunicorn calls while its workers come and go: named by `app.serve`, which waits for the first of them."""

import os
from contextlib import suppress
from typing import Any

from app.serve import READY


def post_worker_init(_worker: Any) -> None:
    """A worker is about to answer: whoever started this server may take the one before it away."""
    with suppress(KeyError, OSError):
        os.write(int(os.environ[READY]), b".")
