"""`/suggestions?q=fri`: what a field that names an item may offer while it is being filled in."""

from dataclasses import asdict

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from app.catalogue import queries
from app.web.access import Who, access
from app.web.text import language

blueprint = Blueprint("catalogue", __name__)


@blueprint.get("/suggestions")
@access(Who.PUBLIC)
def suggestions() -> ResponseReturnValue:
    """[{"item": slug, "label": its name, "wording": the words that begin as typed, "handled": true}, …]."""
    found = queries.suggestions(request.args.get("q", "")[:200], english=language() == "en")
    response = jsonify([asdict(suggestion) for suggestion in found])
    response.headers["Cache-Control"] = "private, max-age=300"
    response.headers["Vary"] = "Cookie, Accept-Language"
    return response
