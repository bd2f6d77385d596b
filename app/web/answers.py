"""How a page answers what was asked of it: done and said so, the form once more, or why not."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from flask import Response, abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.db import transaction
from app.refusing import RefusedError
from app.web.errors import DomainError
from app.web.fields import PortalForm
from app.web.seen import StaleError, own_page, told


def done(said: str, to: str, kind: str = "success") -> ResponseReturnValue:
    """Go on to the page `to`, which says what was done."""
    flash(said, kind)
    return redirect(to, 303)


def turn_back(why: str, back: str, kind: str = "warning") -> NoReturn:
    """End the request: the page `back` says why nothing was done."""
    flash(why, kind)
    abort(redirect(back, 303))


def form_page(template: str, form: PortalForm, **context: Any) -> tuple[str, int]:
    """A page with its form: 422 where what was typed could not be taken."""
    return render_template(template, form=form, **context), 422 if form.is_submitted() else 200


@contextmanager
def trying(why: Callable[[Any], str], back: str | None = None, kind: str = "warning") -> Iterator[Session]:
    """A transaction. Where a service refuses, the request ends with what `why` says of it, or with who was quicker: on the
    page `back`, or on one of its own."""
    try:
        with transaction() as current:
            yield current
    except (RefusedError, StaleError) as error:
        if isinstance(error, StaleError) and own_page():
            raise
        late = error.sentence if isinstance(error, StaleError) else told()
        if back is None:
            raise (StaleError(late) if late else DomainError(why(error))) from None
        turn_back(late or why(error), back, "warning" if late else kind)


FEED_SECONDS = 600


def for_others(response: Response, seconds: int = FEED_SECONDS) -> Response:
    """What other sites and readers may keep so long, and then ask for by its mark."""
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.add_etag()
    response.make_conditional(request)
    return response
