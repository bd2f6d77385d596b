"""One search for coordinators: whoever telephones is found by a number, a name or a thing."""

from dataclasses import replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.db import session
from app.finding import queries
from app.finding.results import told
from app.models.states import Findable, LookupKind
from app.web import asked
from app.web.access import Who, access
from app.web.lookups import looked_at

blueprint = Blueprint("finding", __name__)

FEW, MANY = 5, 20
"""Lines of a kind among the others, and alone."""
LISTS = {
    Findable.OFFER: ("offers.index", "q"),
    Findable.NEED: ("needs.everywhere", "texte"),
    Findable.MATCH: ("matches.index", "texte"),
}
"""The list of each kind that has one, and its argument for words."""


@blueprint.get("/coordination/chercher")
@access(Who.COORDINATOR)
def search() -> ResponseReturnValue:
    """What is found, by kind; a piece of the page for each letter that is typed."""
    words, only = asked.words("q"), asked.member(Findable, "quoi")
    kinds = tuple(Findable) if only is None else (only,)
    size = FEW if only is None else MANY
    pages = queries.find(session(), words, kinds, asked=asked.page(), size=size)
    found = {
        kind: replace(page, rows=told(session(), kind, page.rows))
        for kind, page in pages.items()
        if page.rows
    }
    if Findable.DONOR in found:
        looked_at(LookupKind.SEARCH, pages[Findable.DONOR].rows)
    part = request.headers.get("HX-Request") == "true"
    return render_template(
        "finding/_found.html" if part else "finding/search.html",
        words=words,
        wanted=queries.search(words),
        only=only,
        found=found,
        lists=LISTS,
    )
