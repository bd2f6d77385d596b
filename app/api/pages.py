"""The documentation of the interface, as a page."""

from flask import Blueprint, current_app, render_template

from app.api.doors import document
from app.api.reading import operations, shapes
from app.models.states import HookEvent
from app.web.access import Who, access

blueprint = Blueprint("programs", __name__)


@blueprint.get("/api")
@access(Who.PUBLIC)
def page() -> str:
    """Every address of the interface, from the document that programs read."""
    base = current_app.extensions["settings"].base_url
    told = document(base)
    return render_template(
        "api/page.html", base=base, operations=operations(told), shapes=shapes(told), events=HookEvent
    )
