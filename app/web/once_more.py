"""A request that the database undid in favour of another, or whose connection was lost, is answered from the beginning.

Only while it has committed nothing: then nothing of it was kept. Where the connection was lost during a commit, PostgreSQL is asked first what
became of it (`app.db`); while that is in doubt, nothing is done a second time.
"""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, request
from flask import session as cookie

from app.db import in_doubt, nothing_kept, session
from app.trouble import again

log = structlog.get_logger("portail")


def init_app(app: Flask) -> None:
    answer: Callable[..., Any] = app.dispatch_request

    def dispatch(*given: Any) -> Any:
        before = dict(cookie)

        def undo() -> None:
            log.warning("request.again", endpoint=request.endpoint)
            session().rollback()
            cookie.clear()
            cookie.update(before)
            for file in request.files.values():
                file.stream.seek(0)

        return again(lambda: answer(*given), lambda: nothing_kept() and not in_doubt(), undo)

    app.dispatch_request = dispatch  # type: ignore[method-assign]
