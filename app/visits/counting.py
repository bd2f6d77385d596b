"""Counts who sees public pages: in memory while a request runs, into the database later, in a thread of its own.

Nothing of a visitor is kept but what the row says: the page, the day, the host of the site that led here. Robots, what is fetched ahead,
people who have signed in and those who ask not to be followed (Sec-GPC, DNT) are not counted.
"""

import re
from collections import Counter
from datetime import date
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Response, current_app, request, session

from app.db import WRITES
from app.models import Visits
from app.models.base import LINE
from app.web.clock import now, paris
from app.web.later import Later
from app.web.searched import SEARCHED
from notifications.types import insert

TABLE = Visits.__table__  # type: ignore[attr-defined]

MOST_ORIGINS = 500
"""Sites that one worker tells apart in a day: whoever invents more fills no table."""
OTHERS = "*"
COUNTED = SEARCHED | {
    "impact.association", "impact.committee", "impact.action", "committees.poster", "directory.search", "doors.embed",
}  # fmt: skip
ROBOTS = re.compile(
    r"bot\b|bot[/;-]|crawl|spider|slurp|archiv|preview|monitor|scan|lighthouse|headless|fetch|http|curl|wget|python|java/|okhttp|go-http|feed",
    re.IGNORECASE,
)
"""What programs call themselves. Browsers of people name no address (`http`)."""
HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,188}[a-z0-9])?")
Key = tuple[str, date, str]


class VisitCounter(Later[Key]):
    """The counts of one worker."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.origins: set[tuple[date, str]] = set()

    def count(self, page: str, day: date, origin: str) -> None:
        with self._lock:
            origin = self._told_apart(day, origin)
        self.note((page, day, origin))

    def _told_apart(self, day: date, origin: str) -> str:
        if not origin or (day, origin) in self.origins:
            return origin
        self.origins = {known for known in self.origins if known[0] == day}
        if len(self.origins) >= MOST_ORIGINS:
            return OTHERS
        self.origins.add((day, origin))
        return origin

    def add(self, engine: sa.Engine, counts: Counter[Key]) -> None:
        row = insert(TABLE, engine.dialect)
        added = row.on_conflict_do_update(
            index_elements=[TABLE.c.page, TABLE.c.day, TABLE.c.origin],
            set_={"seen": TABLE.c.seen + row.excluded.seen},
        )
        # In one order, so that two workers that add to the same rows wait for each other and never both.
        rows = [
            {"page": page, "day": day, "origin": origin, "seen": seen}
            for (page, day, origin), seen in sorted(counts.items())
        ]
        with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            connection.execute(added, rows)


def _is_person() -> bool:
    asked = request.headers
    named = asked.get("User-Agent", "")
    return (
        bool(named)
        and ROBOTS.search(named) is None
        and "prefetch" not in f"{asked.get('Sec-Purpose', '')}{asked.get('Purpose', '')}"
        and "1" not in {asked.get("Sec-GPC"), asked.get("DNT")}
        and "_user_id" not in session
    )


def _origin() -> str:
    """The host of the other site that led here."""
    try:
        host = (urlsplit(request.referrer or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    own = (urlsplit(current_app.extensions["settings"].base_url).hostname, request.host.partition(":")[0])
    return host if HOST.fullmatch(host) and host not in own else ""


def _seen(response: Response) -> Response:
    # A path is typed by anybody, but of these pages only those of rows that there are answer 200.
    if (
        request.endpoint in COUNTED
        and request.method == "GET"
        and response.status_code == 200
        and len(request.path) <= LINE
        and _is_person()
    ):
        counter: VisitCounter = current_app.extensions["visits"]
        counter.count(request.path, paris(now()).date(), _origin())
    return response


def init_app(app: Flask) -> None:
    app.extensions["visits"] = VisitCounter(app)
    app.after_request(_seen)
