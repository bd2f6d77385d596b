"""What a page needs to show the history of its row."""

from typing import Any

from flask import url_for

from app.db import session
from app.history import wording
from app.history.queries import PARTIES, Scope, history
from app.history.topics import Topic
from app.web import asked


def remembered(scope: Scope) -> dict[str, Any]:
    """The values of `history/_history.html`."""
    endpoint, arguments = scope.here.place
    return {
        "here": scope.here,
        "past": history(session(), scope, asked.page()),
        "told": wording,
        "back": url_for(endpoint, **arguments),
        "readers": _readers(scope),
    }


def _readers(scope: Scope) -> list[Topic]:
    """Who can be written to from this page."""
    if scope.here.kind in PARTIES:
        return [scope.here]
    return [Topic(kind, key) for kind in PARTIES for key in scope.beside.get(kind, ())]
