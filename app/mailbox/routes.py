"""`/courriels`: what the portal has written to whom. Development only; in production the page does not exist."""

from flask import Blueprint, Response, abort, render_template
from sqlmodel import Session

from app.db import session
from app.mailbox import queries
from app.models import OutboxMessage
from app.web.access import Who, access

blueprint = Blueprint("mailbox", __name__, cli_group=None)

LETTER_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self';"
    " sandbox allow-top-navigation-by-user-activation"
)
"""Letters carry their styles inline, as mail readers want them; nothing else may run in them."""


def _message(current: Session, number: int) -> OutboxMessage:
    return current.get(OutboxMessage, number) or abort(404)


@blueprint.get("/courriels")
@access(Who.DEVELOPMENT)
def index() -> str:
    return render_template("mailbox/index.html", messages=queries.latest(session()))


@blueprint.get("/courriels/<int:number>")
@access(Who.DEVELOPMENT)
def show(number: int) -> str:
    return render_template("mailbox/show.html", message=_message(session(), number))


@blueprint.get("/courriels/<int:number>/html")
@access(Who.DEVELOPMENT)
def html(number: int) -> Response:
    letter = _message(session(), number).body_html.replace("<head>", '<head><base target="_top">', 1)
    response = Response(letter, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


@blueprint.get("/courriels/<int:number>/pieces/<int:position>")
@access(Who.DEVELOPMENT)
def attachment(number: int, position: int) -> Response:
    attachments = _message(session(), number).attachments
    if position >= len(attachments):
        abort(404)
    found = attachments[position]
    response = Response(found["content"], content_type="text/calendar; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=found["filename"])
    return response
