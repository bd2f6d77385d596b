"""What the first pages cost against bare ones (`tests.benchmarks.front`); what each page of a coordinator and of a committee's responsible costs on a portal with 50,000 articles, and how many are within the bounds.

Its own processor time and that of the process that it asks (`app.solving.solver`), HTML as it is sent before compression, and
SQL statements. On SQLite, or on the empty database of DATABASE_URL. The portal stands still at MOMENT; what is
loaded once is loaded by a first visit, which does not count.
"""

import gc
import logging
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psutil
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlmodel import SQLModel
from werkzeug.routing import Rule

from app import create_app, migrate
from app.db import db
from app.models.states import MatchState
from app.web import logs
from app.web.access import Who, declared
from config import Settings
from tests.benchmarks import front
from tests.benchmarks.pages_world import Sizes, load

MOMENT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TIMES = 3
MOST_MS, MOST_KB = 100, 150
"""Milliseconds of processor and kilobytes (1,000 bytes) of HTML."""
WIDTH = 58

ASKED: dict[str, tuple[str, ...]] = {
    "todo.index": ("page=2", "page=100", "quoi=proposal", "quoi=letter"),
    "donors.choose": ("q=exemple+12345", "avec=2"),
    "matches.board": ("page=2", "texte=chaise", "urgence=high", "comite=3"),
    "matches.index": (
        "page=2",
        "page=50",
        "etat=completed",
        "comite=3",
        "texte=chaise",
        "texte=exemple&tri=note",
        "tri=attendus&etat=approved",
    ),
    "matches.why_not": (
        "page=2",
        "texte=chaise",
        "comite=3",
        "cote=dons",
        "cote=dons&page=2",
        "cote=dons&texte=chaise",
    ),
    "finding.search": (
        "q=ex",
        "q=exemple",
        "q=donatrice+12345",
        "q=06+39+98+12+34",
        "q=chaise",
        "q=lyon+chaise+exemple",
        "q=exemple&quoi=offer&page=20",
        "q=rien+du+tout",
    ),
    "offers.index": (
        "page=2",
        "page=200",
        "etat=",
        "q=exemple",
        "q=donatrice+12345",
        "a_reconnaitre=1",
        "tri=fin",
        "q=exemple&tri=recentes",
    ),
    "needs.everywhere": (
        "page=2",
        "page=200",
        "etat=",
        "texte=chaise",
        "comite=3",
        "a_reconnaitre=oui",
        "tri=urgents&texte=exemple",
    ),
    "catalogue.waiting": ("page=2",),
    "figures.everybody": ("de=2026-11&a=2026-11", "comite=3", "article=meubles", "de=2021-12"),
    "figures.passage": ("comite=3", "article=meubles", "de=2025-12"),
    "journal.index": (
        "qui=compte+d",
        "par=system",
        "comite=3",
        "geste=approve",
        "raison=too_far",
        "avant=30000",
        "du=2026-09-01&au=2026-09-30",
    ),
    "catalogue.words": ("texte=bidule", "retires=oui"),
    "lessons.index": ("page=2",),
    "weights.index": ("fit=0&nearness=100", "fit=0&nearness=100&garder=oui"),
    "figures.ours": ("de=2025-12", "de=2021-12"),
    "figures.our_sheet": ("de=2025-12",),
    "around.index": ("page=2", "texte=chaise"),
    "committees.month": ("mois=2026-12",),
    "directory.everybody": ("page=20", "q=69", "q=canap%C3%A9+Lyon", "departement=75,92,93,94"),
    "directory.search": ("q=chaise+Lyon", "q=69200", "q=exemple"),
    "public.needs": ("page=20", "code_postal=69200", "q=chaise", "departement=69"),
    "committees.edit": ("collects_km=900",),
}
"""What a list is narrowed or turned to, besides as it opens: queries of its address, by endpoint."""

ALWAYS = {
    "weights.confirm": "fit=0&nearness=100",
    "needs.new": "comite=comite-1",
    "listing.bring_needs": "comite=comite-1",
}
"""Queries without which an address leads elsewhere."""

ALSO = (
    "needs.new",
    "needs.edit",
    "listing.bring_needs",
    "committees.edit",
    "committees.page",
    "directory.everybody",
    "directory.search",
    "public.needs",
    "preferences.mine",
)
"""Pages of everybody's."""

FILES = (
    "packing.file",
    "figures.file",
    "figures.passage_file",
    "figures.all_stock",
    "figures.our_file",
    "figures.our_stock",
    "handovers.committee_answer_calendar",
    "journal.file",
    "papers.committee_file",
)
"""No pages: these cost what their lines cost."""

OF_A_ROUND = (
    "rounds.show",
    "rounds.sheet",
    "rounds.calendar",
    "on_behalf.slip",
    "packing.edit",
    "packing.arrival",
)
"""Pages of a round, which hold what one day holds, of a box, and the slip of what a volunteer recorded: `pages_world` has none of them."""

SUBJECTS = {
    "letter_id": "outbox_message",
    "item_id": "offered_item",
    "article_id": "offered_item",
    "place_id": "reuse_place",
}
"""The table of an argument that is not called after it."""

KINDS = {"offre": "offer", "donateur": "donor"}
"""Of pages about several kinds of things, that which is opened."""

STATES = {
    "handovers.served": (MatchState.COMPLETED,),
    "matches.show": (MatchState.PROPOSED, MatchState.SCHEDULED, MatchState.COMPLETED),
    "handovers.donor_on_the_phone": (MatchState.APPROVED, MatchState.SCHEDULED),
    "handovers.committee_answer": (MatchState.APPROVED, MatchState.SCHEDULED, MatchState.COMPLETED),
    "handovers.committee_answer_report": (MatchState.SCHEDULED, MatchState.COMPLETED),
    "handovers.committee_answer_slip": (MatchState.SCHEDULED,),
}
"""Which matches a page is opened for, if not for a proposal."""


@dataclass(frozen=True, slots=True)
class Page:
    """One address, and what opening it costs: milliseconds of processor (the least of several), bytes, SQL statements."""

    name: str
    path: str
    status: int = 0
    milliseconds: float = 0.0
    size: int = 0
    statements: int = 0

    @property
    def faults(self) -> list[str]:
        """What is beyond the bounds, in words."""
        return [
            *([f"answers {self.status}"] if self.status != 200 else []),
            *([f"> {MOST_MS} ms"] if self.milliseconds > MOST_MS else []),
            *([f"> {MOST_KB} kB"] if self.size > 1000 * MOST_KB else []),
        ]


def figures() -> Iterator[tuple[str, str]]:
    """A line a page, those beyond the bounds marked, then how many are within."""
    with tempfile.TemporaryDirectory(prefix="pages") as folder:
        url = os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/pages.sqlite3"
        environment = {
            "DATA_DIR": folder,
            "DATABASE_URL": url,
            "PORTAIL_SECRET_KEY": "bench-only-" + "0" * 32,
        }
        app = create_app(Settings.from_environ(environment), lambda: MOMENT)
        logs.init(json=True)
        logging.getLogger().setLevel(logging.WARNING)
        with app.app_context():
            migrate.upgrade(db.engine)
            began = time.process_time()
            load(db.engine, Sizes(), MOMENT)
            yield "pages: processor seconds to load the world", f"{time.process_time() - began:.1f}"
        gc.collect()
        gc.freeze()
        yield from front.ratios(app)
        yield from table(measured(app))
        if solver := app.extensions.get("what_if"):
            solver.stop()


def table(pages: Iterator[Page]) -> Iterator[tuple[str, str]]:
    """The lines of some pages and, last, the sentence."""
    seen = within = 0
    for page in pages:
        seen, within = seen + 1, within + (not page.faults)
        cost = f"{page.milliseconds:8.1f} ms {page.size / 1000:8.1f} kB {page.statements:4} statements"
        yield page.name, " " * max(0, WIDTH - len(page.name)) + "  ".join([cost, *page.faults])
    yield "pages", f"{within} of {seen} answer within {MOST_MS} ms of processor and {MOST_KB} kB"


def measured(app: Flask, times: int = TIMES) -> Iterator[Page]:
    """Each page, opened once, then so many times: by account 1 of `pages_world`, who coordinates, then by the responsible of the
    committee that most is agreed with."""
    with app.app_context():
        committee = _busiest()
    for account, ours in ((1, None), (committee + 2, committee)):
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=f"exemple-{account}", _fresh=True, fs_cc="set")
        with app.app_context():
            found = list(pages(app, ours))
        for page in found:
            yield _measure(app, client, page, times)


def pages(app: Flask, committee: int | None = None) -> Iterator[Page]:
    """Every route that shows a coordinator something, or a committee of its own, with the rows it needs, and each way in which it
    can be asked."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        endpoint = str(rule.endpoint)
        who = declared(app, endpoint)
        ours = who is Who.MEMBER if committee else who is Who.COORDINATOR or endpoint in ALSO
        if not ours or endpoint in (*FILES, *OF_A_ROUND) or "GET" not in (rule.methods or ()):
            continue
        for word, values in _arguments(rule, committee):
            with app.test_request_context():
                path = app.url_for(endpoint, **values)
            always = "" if committee else ALWAYS.get(endpoint, "")
            for query in dict.fromkeys((always, *ASKED.get(endpoint, ()))):
                name = " ".join(filter(None, ("ours:" if committee else "", endpoint, word, query)))
                yield Page(name, f"{path}?{query}" if query else path)


def _arguments(rule: Rule, committee: int | None) -> list[tuple[str, dict[str, Any]]]:
    """Each set of values that the rule is opened with, with the word that tells them apart."""
    endpoint, names = str(rule.endpoint), set(rule.arguments)
    if "match_id" in names:
        states = STATES.get(endpoint, (MatchState.PROPOSED,))
        told, found = endpoint in STATES, [(state, _match(state, committee)) for state in states]
        return [(state if told else "", {"match_id": key}) for state, key in found if key]
    if "handover_id" in names:
        trip = _trip(_match(MatchState.COMPLETED, committee))
        return [
            (kind, {"kind": kind, "handover_id": trip}) for kind in ("recapitulatif", "convention") if trip
        ]
    if "kind" in names:
        kind = next(kind for kind in KINDS if re.search(rf"\b{kind}\b", rule.rule))
        return [("", {"kind": kind, "key": _first(KINDS[kind])})]
    if endpoint == "catalogue.name":
        kinds = {"articles": "offered_item", "besoins": "need"}
        return [(kind, {"kinds": kind, "key": _first(kinds[kind], "item IS NULL")}) for kind in kinds]
    if "slug" in names:
        kind = (
            "action"
            if "/actions/" in rule.rule
            else "association"
            if "/associations/" in rule.rule
            else "comite"
        )
        return [("", {"slug": f"{kind}-{committee or 1}"})]
    if "item" in names:
        return [("", {"item": "chaise"})]
    where = f"committee_id = {committee}" if committee else "true"
    return [("", {name: _first(SUBJECTS.get(name, name.removesuffix("_id")), where) for name in names})]


def _first(table: str, where: str = "true") -> int:
    """The row with the lowest number; an argument that names no table belongs into SUBJECTS."""
    query = sa.select(sa.func.min(SQLModel.metadata.tables[table].c.id)).where(sa.text(where))
    return int(db.session.execute(query).scalar_one())


def _trip(match_id: int) -> int:
    """That of a match; 0 where there is none."""
    match = SQLModel.metadata.tables["match"]
    query = sa.select(match.c.handover_id).where(match.c.id == match_id)
    return int(db.session.execute(query).scalar() or 0)


def _busiest() -> int:
    """The committee that most appointments are fixed with."""
    match, need = (SQLModel.metadata.tables[name] for name in ("match", "need"))
    query = (
        sa.select(need.c.committee_id)
        .join(match, match.c.need_id == need.c.id)
        .where(match.c.state == MatchState.SCHEDULED)
        .group_by(need.c.committee_id)
        .order_by(sa.func.count().desc(), need.c.committee_id)
        .limit(1)
    )
    return int(db.session.execute(query).scalar_one())


def _match(state: MatchState, committee: int | None) -> int:
    """A match in this state, of the committee if given, of the item that is offered most: it has the most rivals. 0 where the
    committee has none."""
    match, need, item = (SQLModel.metadata.tables[name] for name in ("match", "need", "offered_item"))
    offered = sa.select(item.c.item, sa.func.count().label("times")).group_by(item.c.item).subquery()
    query = (
        sa.select(match.c.id)
        .join(need, need.c.id == match.c.need_id)
        .join(offered, offered.c.item == need.c.item)
        .where(match.c.state == state, need.c.committee_id == committee if committee else sa.true())
        .order_by(offered.c.times.desc(), match.c.id)
        .limit(1)
    )
    found = db.session.execute(query)
    return int((found.scalar() or 0) if committee else found.scalar_one())


def _measure(app: Flask, client: FlaskClient, page: Page, times: int) -> Page:
    with app.app_context():
        database = db.engine
    client.get(page.path)
    costs = []
    for _ in range(times):
        with _counted(database) as statements:
            cost, answer = _processor(lambda: client.get(page.path))
        costs.append(cost)
    return Page(
        page.name, page.path, answer.status_code, 1000 * min(costs), len(answer.data), len(statements)
    )


def _processor(work: Callable[[], Any]) -> tuple[float, Any]:
    """Processor seconds of this process and its children, and what the work gave."""
    before = _children()
    began = time.process_time()
    given = work()
    own = time.process_time() - began
    return own + _children() - before, given


def _children() -> float:
    spent = [child.cpu_times() for child in psutil.Process().children()]
    return float(sum(each.user + each.system for each in spent))


@contextmanager
def _counted(database: sa.Engine) -> Iterator[list[str]]:
    """The statements that are executed meanwhile, without those that begin a transaction."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.append(statement)

    event.listen(database, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database, "before_cursor_execute", note)
