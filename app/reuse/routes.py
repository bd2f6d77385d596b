"""« Où donner autrement »: for anybody, whatever became of an offer."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.catalogue.queries import recognised
from app.db import session
from app.reuse import queries
from app.reuse.reading import ADDRESS, LICENCE
from app.web import asked
from app.web.access import Who, access
from app.web.words import advice_for

blueprint = Blueprint("reuse", __name__)


@blueprint.app_context_processor
def _credits() -> dict[str, object]:
    """What the piece `reuse/_elsewhere.html` says of the data, wherever it stands."""
    return {
        "reuse_licence": LICENCE,
        "reuse_address": ADDRESS,
        "reuse_origin": lambda ways: queries.origin(session(), ways),
        "advice_for": advice_for,
    }


@blueprint.get("/donner-autrement")
@access(Who.PUBLIC)
def elsewhere() -> ResponseReturnValue:
    """Without an article, the kinds of places; with one and a postal code, the nearest."""
    words = asked.words("article")
    typed, where, problem = asked.place()
    item = recognised(words) if words else None
    ways = queries.ways(session(), [item], where.latitude, where.longitude) if where and item else []
    return render_template(
        "reuse/elsewhere.html", words=words, item=item, typed=typed, where=where, problem=problem, ways=ways
    )
