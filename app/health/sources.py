"""Whether all requests seem to come from one address: a proxy stands before the portal, and nobody told it so.

Counted in each worker's memory, where the address stays; what is written down, later and in a thread of its own, is a number.
"""

from datetime import datetime, timedelta
from ipaddress import ip_address
from threading import Lock, Timer

import structlog
from flask import Flask, Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.db import WRITES, db
from app.health import looking
from app.models import HealthLook
from app.web.clock import Clock
from app.web.guard import QUIET

log = structlog.get_logger("portail")
ENOUGH = 50
"""Requests in a row."""
MOST_BROWSERS = 5
"""One person has no more."""
AGAIN = timedelta(minutes=30)


class Sources:
    """What one worker has seen since the address changed last."""

    def __init__(self, app: Flask, clock: Clock) -> None:
        self.app, self.clock = app, clock
        self.address, self.requests = "", 0
        self.browsers: set[int] = set()
        self._lock = Lock()
        self._written: tuple[bool, datetime] | None = None

    def count(self, address: str, browser: str, *, forwarded: bool) -> None:
        """`forwarded`: the request says that it was handed on, and nobody may be believed who does."""
        with self._lock:
            if address != self.address:
                other = bool(self.address)
                self.address, self.requests = address, 0
                self.browsers.clear()
                if not other:
                    return
            self.requests += 1
            if len(self.browsers) < MOST_BROWSERS:
                self.browsers.add(hash(browser))
            suspect = self.requests >= ENOUGH and (forwarded or self._strange())
            if not suspect and self.requests > 1:
                return
            now = self.clock()
            known = self._written
            if known is not None and known[0] == suspect and now - known[1] < AGAIN:
                return
            self._written = suspect, now
        self._later(suspect)

    def _strange(self) -> bool:
        """No person's address, and more browsers than one person's."""
        try:
            return len(self.browsers) >= MOST_BROWSERS and ip_address(self.address).is_private
        except ValueError:
            return False

    def _later(self, suspect: bool) -> None:
        if self.app.testing:
            self.write(suspect)
            return
        timer = Timer(1, self.write, (suspect,))
        timer.daemon = True
        timer.start()

    def write(self, suspect: bool) -> None:
        look = HealthLook(name="sources", at=self.clock(), facts={"same": suspect})
        try:
            with self.app.app_context(), Session(db.engine.execution_options(**{WRITES: True})) as session:
                looking.keep(session, {look.name: look})
                session.commit()
        except SQLAlchemyError as error:
            log.warning("sources_not_written", error=type(error).__name__)


def _seen(response: Response) -> Response:
    if request.endpoint not in QUIET:
        sources: Sources = current_app.extensions["sources"]
        trusted = current_app.extensions["settings"].proxies
        sources.count(
            request.remote_addr or "",
            request.headers.get("User-Agent", ""),
            forwarded=not trusted and "X-Forwarded-For" in request.headers,
        )
    return response


def init_app(app: Flask, clock: Clock) -> None:
    """For a portal of people alone: who tries it at home is alone."""
    app.extensions["sources"] = Sources(app, clock)
    if app.extensions["settings"].is_production:
        app.after_request(_seen)
