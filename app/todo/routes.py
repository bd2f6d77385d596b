"""« À faire »: where a coordinator's day begins."""

from collections.abc import Sequence

from flask import Blueprint, g, render_template

from app.db import session
from app.todo import queries, wording
from app.todo.queries import Heap
from app.todo.sources import Chore
from app.web import asked
from app.web.access import Who, access
from app.web.clock import now
from app.web.navigation import COUNTS

blueprint = Blueprint("todo", __name__)
CALLS = tuple(chore for chore in Chore if chore is not Chore.PROPOSAL)
"""What the menu counts: proposals have their board."""


@blueprint.get("/coordination/a-faire")
@access(Who.COORDINATOR)
def index() -> str:
    chore, moment = asked.member(Chore, "quoi"), now()
    g.heaps = queries.heaps(session(), moment)
    return render_template(
        "todo/index.html",
        heaps=g.heaps,
        page=queries.callers(session(), moment, chore, asked.page()),
        chore=chore,
        now=moment,
    )


def _count() -> int:
    heaps: Sequence[Heap] = g.heaps if "heaps" in g else queries.heaps(session(), now(), CALLS)
    return sum(heap.count for heap in heaps if heap.chore in CALLS)


COUNTS["todo.index"] = _count


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """For the pages that show what waits about their row."""
    return {"todo": wording}
