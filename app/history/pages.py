"""What a page needs to show the history of its row."""

from typing import Any

from flask import url_for

from app.db import session
from app.history import wording
from app.history.queries import Scope, history
from app.web import asked


def remembered(scope: Scope) -> dict[str, Any]:
    """The values of `history/_history.html`."""
    endpoint, arguments = scope.here.place
    return {
        "here": scope.here,
        "past": history(session(), scope, asked.page()),
        "told": wording,
        "back": url_for(endpoint, **arguments),
    }
