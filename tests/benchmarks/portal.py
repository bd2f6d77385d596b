"""What each page and file of everybody's costs on a portal of 1,250 committees, 20,000 open needs and 126 actions, and how many are within the bounds.

Milliseconds of processor and kilobytes, asked for as a browser asks that brings no cookie and takes gzip: the median of several visits
while nobody writes, and of as many before each of which somebody wrote (`app.standing`); a first visit does not count. Addresses that hold somebody's key or token are left out: nobody else opens them.
"""

import gc
import gzip
import logging
import re
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col
from werkzeug.routing import Rule

from app import create_app, migrate
from app.db import db, transaction
from app.models import Organisation
from app.web import logs
from app.web.access import Who, declared
from config import Settings
from tests.benchmarks import front
from tests.benchmarks.pages import MOMENT
from tests.benchmarks.pages_world import Sizes, load

SIZES = Sizes(articles=25_000, needs=25_000, proposals=3_000, letters=1_000)
"""Four needs in five are open."""
TIMES = 5
MOST_MS, MOST_KB = 60, 100
WIDTH = 62
FILES = frozenset({"static", "security.static", "photos.show", "handovers.worker"})
"""What costs what the file holds."""
PIECES = frozenset({"offers.understood"})
"""What answers no address without a question."""
GIVEN = frozenset({"key", "token"})
"""Arguments that somebody was given."""

VALUES: dict[str, Sequence[Any]] = {
    "colour": ("1f4e79",),
    "number": (7,),
    "need_id": (7,),
}
SLUGS = {
    "aide": ("donner",),
    "comite": ("comite-7",),
    "association": ("association-1", "association-2"),
    "action": ("action-2",),
    "catalogue": ("chaise",),
}
"""The first association answers for every other committee."""
OVER = "action-3"
"""The action that is over, and told of."""

ASKED: dict[str, tuple[str, ...]] = {
    "actions.everybody": ("page=3", "terminees=oui"),
    "api.needs": ("limit=100", "item=chaise"),
    "api.committees": ("limit=100",),
    "catalogue.suggestions": ("q=chai",),
    "directory.associations": ("page=2",),
    "directory.association": ("page=20",),
    "directory.everybody": ("page=20", "q=69", "q=canapé+Lyon", "departement=75,92,93,94", "association=association-1"),
    "directory.search": ("q=chaise+Lyon", "q=69200", "q=exemple", "q=rien+du+tout"),
    "impact.association": ("page=5",),
    "offers.new": ("article=lave-linge&comite=comite-7&quantite=2",),
    "offers.understood": ("prefix=articles-0&articles-0-what=chaise",),
    "offers.communes": ("postal_code=69200",),
    "public.needs": ("page=20", "page=300", "code_postal=69200", "q=chaise", "departement=69"),
    "public.home": ("lire_en=en",),
    "reuse.elsewhere": ("article=armoire&code_postal=69700",),
}  # fmt: skip
"""What a page is narrowed or turned to, besides as it opens."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one address: milliseconds of processor, also right after something was written, bytes as sent and as read, and what it answered."""

    path: str
    status: int
    milliseconds: float
    anew: float
    sent: int
    read: int

    @property
    def faults(self) -> list[str]:
        """What is beyond the bounds, in words."""
        return [
            *([f"answers {self.status}"] if self.status not in {200, 301, 302, 303} else []),
            *([f"> {MOST_MS} ms"] if self.milliseconds > MOST_MS else []),
            *([f"> {MOST_KB} kB"] if self.read > 1000 * MOST_KB else []),
        ]


def figures() -> Iterator[tuple[str, str]]:
    """A line an address, those beyond the bounds marked, and how many are within; then the ratios of `tests.benchmarks.front`."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="portal", dir=memory) as folder:
        settings = {
            "DATA_DIR": folder,
            "PORTAIL_SECRET_KEY": "bench-only-" + "0" * 32,
            "PORTAIL_CONTACT_EMAIL": "contact@portail.example",
        }
        app = create_app(Settings.from_environ(settings), lambda: MOMENT)
        app.config["RATELIMIT_ENABLED"] = False
        logs.init(json=True)
        logging.getLogger().setLevel(logging.WARNING)
        with app.app_context():
            migrate.upgrade(db.engine)
            load(db.engine, SIZES, MOMENT)
        gc.collect()
        gc.freeze()
        yield from table(measured(app))
        yield from front.ratios(app)


def table(costs: Iterator[Cost]) -> Iterator[tuple[str, str]]:
    """The lines of some addresses and, last, the sentence."""
    seen = within = quick = 0
    for cost in costs:
        seen, within, quick = seen + 1, within + (not cost.faults), quick + (cost.anew <= MOST_MS)
        told = f"{cost.milliseconds:8.1f} ms {cost.anew:8.1f} ms anew {cost.sent / 1000:8.1f} kB as sent {cost.read / 1000:8.1f} kB"
        yield cost.path, " " * max(0, WIDTH - len(cost.path)) + "  ".join([told, *cost.faults])
    yield "portal", f"{within} of {seen} answer within {MOST_MS} ms of processor and {MOST_KB} kB"
    yield "portal, right after something was written", f"{quick} of {seen} within {MOST_MS} ms"


def measured(app: Flask, times: int = TIMES) -> Iterator[Cost]:
    """Each address, opened once and then so many times."""
    client = app.test_client(use_cookies=False)
    with app.test_request_context():
        found = list(dict.fromkeys(addresses(app)))
    for path in found:
        yield _measure(app, client, path, times)


def addresses(app: Flask) -> Iterator[str]:
    """Every GET route that is everybody's, with each kind of row that it is opened with, and each way in which it can be asked."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        endpoint = str(rule.endpoint)
        public = declared(app, endpoint) is Who.PUBLIC and "GET" in (rule.methods or ())
        if not public or endpoint in FILES or rule.arguments & GIVEN:
            continue
        names = sorted(rule.arguments)
        for chosen in product(*(_values(rule, name) for name in names)):
            values: dict[str, Any] = dict(zip(names, chosen, strict=True))
            if "kind" in values and not values["slug"].startswith(values["kind"].removesuffix("s")):
                continue  # the card of an action, under that action's name
            path = app.url_for(endpoint, **values)
            asked = ASKED.get(endpoint, ())
            for query in asked if endpoint in PIECES else ("", *asked):
                yield f"{path}?{query}" if query else path


def _values(rule: Rule, name: str) -> Sequence[Any]:
    if name == "slug" and "bilan" in rule.rule:
        return [OVER]
    if name == "slug":
        return [slug for kind, slugs in SLUGS.items() if kind in rule.rule for slug in slugs] or SLUGS[
            "comite"
        ]
    listed = re.search(rf"<any\(([^)]*)\):{name}>", rule.rule)
    return listed[1].replace(" ", "").split(",") if listed else VALUES[name]


def _measure(app: Flask, client: FlaskClient, path: str, times: int) -> Cost:
    warm: list[float] = []
    anew: list[float] = []
    for _ in range(times + 1):
        with app.app_context(), transaction() as current:
            current.execute(
                sa.update(Organisation)
                .where(col(Organisation.id) == SIZES.associations)
                .values(description=str(time.monotonic_ns()))
            )
        for costs in (anew, warm):
            began = time.process_time()
            answer = client.get(quote(path, safe="/?=&+,%"), headers={"Accept-Encoding": "gzip"})
            sent = answer.data
            costs.append(time.process_time() - began)
    read = gzip.decompress(sent) if answer.content_encoding == "gzip" else sent
    quiet, changed = (1000 * statistics.median(costs[1:]) for costs in (warm, anew))
    return Cost(path, answer.status_code, quiet, changed, len(sent), len(read))
