"""Who may enter each route. Every view says so with `@access(...)`; one that does not is closed to everybody.

@blueprint.get("/coordination")
@access(Who.COORDINATOR)
def board() -> str: ...
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from app.models import Account
from app.models.states import Right, Role
from app.transitions import Actor
from app.web import addressed

View = TypeVar("View", bound=Callable[..., Any])
DECLARED = "__portail_access__"
RIGHT = "__portail_right__"


class Who(StrEnum):
    """The widest circle that a route is open to."""

    PUBLIC = "public"
    """Anybody."""
    LINK = "link"
    """Anybody who holds a signed link; the view reads it."""
    HOOK = "hook"
    """A program that holds the hook's secret; the view checks it."""
    MEMBER = "member"
    """A committee member, for the committees of that account; coordinators too."""
    COORDINATOR = "coordinator"
    """Of one association too, who sees only what concerns that one (`app.apart`)."""
    PORTAL = "portal"
    """Who coordinates the whole portal: what all associations share."""
    ADMINISTRATOR = "administrator"
    SIGNED_IN = "signed_in"
    DEVELOPMENT = "development"
    """Anybody, in development only; elsewhere the page does not exist."""


RANK = {role: rank for rank, role in enumerate(Role)}
NEEDED = {
    Who.SIGNED_IN: Role.MEMBER,
    Who.MEMBER: Role.MEMBER,
    Who.COORDINATOR: Role.COORDINATOR,
    Who.PORTAL: Role.COORDINATOR,
    Who.ADMINISTRATOR: Role.ADMINISTRATOR,
}
"""The least role that may enter."""

# Views that come with a library and carry no declaration of ours.
LIBRARY_VIEWS = {
    "static": Who.PUBLIC,
    "security.static": Who.PUBLIC,
    "security.login": Who.PUBLIC,
    "security.logout": Who.PUBLIC,
    "security.verify": Who.SIGNED_IN,
    "security.forgot_password": Who.PUBLIC,
    "security.reset_password": Who.LINK,
    "security.change_password": Who.SIGNED_IN,
}


def access(who: Who, right: Right = Right.SEE) -> Callable[[View], View]:
    """Declare who may enter a view, and which right a member needs in the committee that it is about. Who may enter is checked
    before the view and before any of its decorators; the right, once the committee is known (`app.web.current_committee`).
    """

    def declare(view: View) -> View:
        setattr(view, DECLARED, who)
        setattr(view, RIGHT, right)
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Who | None:
    """What the endpoint declares, or None if it declares nothing."""
    found: Who | None = getattr(app.view_functions[endpoint], DECLARED, None)
    return found or LIBRARY_VIEWS.get(endpoint)


def needed_right() -> Right:
    """The right that the view of this request asks for."""
    found: Right = getattr(current_app.view_functions[request.endpoint or ""], RIGHT, Right.SEE)
    return found


def current_account() -> Account | None:
    """The account that is signed in, if any."""
    return current_user._get_current_object() if current_user.is_authenticated else None  # noqa: SLF001


def as_nobody() -> None:
    """For the rest of this request nobody is signed in: what follows must not ask who is."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask-Login's


def signed_in() -> Account:
    """The account that is signed in, on a route that requires one."""
    account = current_account()
    if account is None:
        abort(403)
    return account


def deciding() -> Actor:
    """The account that is signed in, as whoever takes a decision."""
    return Actor.account(signed_in().id)


def check_entry() -> ResponseReturnValue | None:
    """Before each request: let in, send to sign in, or refuse."""
    if request.endpoint is None:
        return None
    who = declared(current_app, request.endpoint)
    if who in {Who.PUBLIC, Who.LINK, Who.HOOK}:
        return None
    if who is Who.DEVELOPMENT:
        return None if not current_app.extensions["settings"].is_production else abort(404)
    if who is None:
        abort(403)
    account = current_account()
    if account is None:
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    if RANK[account.role] < RANK[NEEDED[who]]:
        abort(403)
    if account.organisation_id is not None:
        if who is Who.PORTAL:
            abort(403)
        g.seen_by = account.organisation_id
        addressed.check()
    return None
