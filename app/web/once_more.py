"""A request that the database undid in favour of another, or whose connection was lost, is answered from the beginning.

Only while it has committed nothing: then nothing of it was kept. Where the connection was lost during a commit, PostgreSQL is asked first what
became of it (`app.db`); while that is in doubt, nothing is done a second time.

What a view leaves for after itself (`after_this_request`) is done here too, each piece with tries of its own: Flask would do it where trouble has
no page of its own any more.
"""

from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask import session as cookie
from flask.globals import request_ctx

from app.db import in_doubt, nothing_kept, session
from app.trouble import again

log = structlog.get_logger("portail")


def init_app(app: Flask) -> None:
    answer: Callable[..., Any] = app.dispatch_request

    def dispatch(*given: Any) -> Response:
        before, left = dict(cookie), request_ctx._after_request_functions  # noqa: SLF001 - Flask has no other name for it
        earlier = list(left)

        def undo() -> None:
            log.warning("request.again", endpoint=request.endpoint)
            session().rollback()
            cookie.clear()
            cookie.update(before)
            left[:] = earlier
            for files in request.files.listvalues():
                for file in files:
                    file.stream.seek(0)

        response = app.make_response(again(lambda: answer(*given), _may, undo))
        try:
            while left:
                response = _afterwards(app, left.pop(0), response)
        except Exception:
            # Nobody has come in whose coming was not written down; the page of trouble is not made for them.
            left.clear()
            cookie.clear()
            cookie.update(before)
            raise
        return response

    app.dispatch_request = dispatch  # type: ignore[method-assign]


def _afterwards(app: Flask, work: Callable[[Response], Any], response: Response) -> Response:
    kept = not nothing_kept()
    g.kept = False

    def undo() -> None:
        log.warning("request.again", endpoint=request.endpoint)
        session().rollback()

    try:
        done: Response = again(lambda: app.ensure_sync(work)(response), _may, undo)
    finally:
        g.kept = kept or not nothing_kept()
    return done


def _may() -> bool:
    return nothing_kept() and not in_doubt()
