"""Papers as files. A long one is drawn by a process that is bounded in time and memory: no request holds up the others for it."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from flask import Response, abort

from app.late import Late
from app.printing.paper import Paper

if TYPE_CHECKING:
    from app.printing import drawing
else:
    drawing = Late("app.printing.drawing")

LONG = 200
"""Rows of a paper that is drawn apart."""
CHILD = Path(__file__).with_name("drawing.py")
WAITS = 45
"""Seconds of the clock; the process itself ends after its seconds of work."""
AT_ONCE = BoundedSemaphore(1)
"""A worker's long papers, one after the other: who would have to wait is asked to come back, and holds no thread meanwhile."""
MINUTE = 60


def pdf(paper: Paper) -> bytes:
    """Its bytes. Ends the request with 503, to come back in a moment, where a long one is being drawn or could not be in its time."""
    if sum(len(block.rows) for block in paper.blocks) <= LONG:
        return drawing.draw(asdict(paper))
    if not AT_ONCE.acquire(blocking=False):
        abort(503, retry_after=MINUTE)
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of the paper among its arguments
            [sys.executable, str(CHILD)], input=json.dumps(asdict(paper)).encode(), capture_output=True, timeout=WAITS, check=True,
        )  # fmt: skip
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        abort(503, retry_after=MINUTE)
    finally:
        AT_ONCE.release()
    return done.stdout


def answer(paper: Paper, name: str) -> Response:
    """The PDF to be kept, as a file `name`."""
    response = Response(pdf(paper), content_type="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename={name}.pdf"
    return response
