"""Opening a signed link within a request: what it claims, or a page that says kindly why not."""

from typing import NoReturn

from flask import current_app, make_response, render_template
from werkzeug.exceptions import HTTPException

from app.web.clock import now
from app.web.links import BadLinkError, Claim, ExpiredLinkError, Links, Purpose, path_of
from app.web.seen import on_link


class LinkPage(HTTPException):
    """Ends the request with the page about a link that is not good."""


def links() -> Links:
    """The portal's signer of links."""
    signer: Links = current_app.extensions["links"]
    return signer


def new_link(purpose: Purpose, subject: int, party: str) -> str:
    """The path of a page to which somebody who is here already is led on, by a link of its own."""
    return path_of(purpose, links().token(purpose, subject, party, now()))


def claim(purpose: Purpose, token: str) -> Claim:
    """What the link says. Ends the request with 410 for one that has expired, 404 for one that was never good."""
    try:
        found = links().read(purpose, token, now())
        on_link(purpose, found.subject)
        return found
    except ExpiredLinkError:
        page, status = render_template("errors/link.html", expired=True), 410
    except BadLinkError:
        not_good()
    raise LinkPage(response=make_response(page, status))


def not_good() -> NoReturn:
    """End the request as for a link that was never good: what it was about is gone, or was never its bearer's."""
    raise LinkPage(response=make_response(render_template("errors/link.html", expired=False), 404))
