"""A shared computer: whoever signs out leaves nothing on it, and whoever forgets to is signed out.

"Poste partagé" is ticked when signing in, and the device remembers that it was. Then nobody stays signed in, and a session at which
nobody does anything ends by itself: the page warns and leaves (`shared.js`), and without JavaScript the next request is not answered.
The start page of a computer room says the same of the device that opens it: whoever sits there without an account says « J'ai fini »
instead of signing out, and finds that page again.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, g, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import logout_user, user_authenticated

from app import naming
from app.db import session
from app.models import Account, Committee
from app.rooms.queries import shown
from app.web.access import Who, access, current_account
from app.web.answers import done
from app.web.clock import now
from app.web.devices import (
    DEVICE,
    LAST_ACT,
    is_act,
    is_shared,
    keeps_drafts,
    remember_device,
    room_of_device,
    was_shared,
)
from app.web.guard import csrf
from app.web.text import _, plural

blueprint = Blueprint("shared", __name__)

DEVICE_SECONDS = 365 * 24 * 3600
GRACE_SECONDS = 30
"""So much later than its page the server ends a session: who says at the last moment to be there is heard."""
FRESH_SECONDS = 5
"""An act so short after another is not written down: a late answer must not bring back a cookie that signing out has taken."""
ENDS = frozenset({"security.login", "security.logout"})
"""Where whoever has signed out in another page arrives: no act."""
KEPT = frozenset({"language", "_remember", "fs_cc", "_flashes"})
"""What a session may keep of somebody who has left: the first is no secret, the others are how it ends."""
NOTHING_LEFT = '"cache", "storage"'


def idle_seconds() -> int:
    """After so long without an act somebody is signed out."""
    return int(current_app.extensions["settings"].shared_minutes) * 60


def _begin(_app: Flask, user: Account, **_extra: Any) -> None:  # noqa: ARG001 - the signal's
    cookie.pop(LAST_ACT, None)
    if was_shared():
        cookie[LAST_ACT] = int(now().timestamp())


def _end_of_idleness() -> ResponseReturnValue | None:
    """Before each request: who has done nothing for too long is signed out, whatever is asked for."""
    last = cookie.get(LAST_ACT)
    if last is None or request.endpoint == "static" or current_account() is None:
        return None
    moment = int(now().timestamp())
    if moment - last >= idle_seconds() + GRACE_SECONDS:
        logout_user()
        return _told()
    if is_act() and request.endpoint not in ENDS and moment - last >= FRESH_SECONDS:
        cookie[LAST_ACT] = moment
    return None


def _told() -> ResponseReturnValue:
    _forget()
    said = plural(
        "Vous avez été déconnecté : ce poste est partagé et personne n'a rien fait pendant %(num)s minute.",
        "Vous avez été déconnecté : ce poste est partagé et personne n'a rien fait pendant %(num)s minutes.",
        idle_seconds() // 60,
    )
    flash(said, "warning")
    return redirect(after_leaving() or url_for("security.login"), 303)


def after_leaving() -> str:
    """Where a device of a computer room begins anew; nothing elsewhere."""
    room = room_of_device()
    room = naming.present(session(), Committee, room) or room
    return url_for("rooms.start", slug=room) if room and shown(session(), room) else ""


def _forget() -> None:
    for key in set(cookie) - KEPT:
        del cookie[key]
    g.nothing_left = True


def leaving(view: Callable[..., Any]) -> Callable[..., Any]:
    """Signing out, so that nothing stays behind; `inactif` is sent by a page at which nobody does anything."""

    def leave() -> Any:
        shared, signed_in = is_shared(), current_account() is not None
        if signed_in and current_app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
        response = view()
        if shared and "inactif" in request.form:
            return _told()
        _forget()
        back = after_leaving()
        if not signed_in or back:
            flash(_("Rien de ce que vous avez fait ici ne reste sur cet ordinateur."), "success")
        return redirect(back, 303) if back else response

    return leave


def _finish(response: Response) -> Response:
    if "nothing_left" in g:
        response.headers["Clear-Site-Data"] = NOTHING_LEFT
    if "device_shared" in g:
        if g.device_shared:
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            response.set_cookie(
                DEVICE,
                g.device_shared,
                max_age=DEVICE_SECONDS,
                secure=secure,
                httponly=True,
                samesite="Lax",
            )
        elif DEVICE in request.cookies:
            response.delete_cookie(DEVICE)
    return response


@blueprint.get("/poste-partage")
@access(Who.SIGNED_IN)
def go_on() -> ResponseReturnValue:
    """An open page says that somebody is still there."""
    return "", 204


@blueprint.post("/poste-partage/arreter")
@access(Who.PUBLIC)
def stop() -> ResponseReturnValue:
    """Whoever sits at a computer of their own takes back that it is shared."""
    remember_device(shared=False)
    return done(_("Cet appareil n'est plus un poste partagé."), url_for("public.home"))


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """For the layout and the page to sign in."""
    return {
        "is_shared": is_shared,
        "was_shared": was_shared,
        "after_leaving": after_leaving,
        "idle_seconds": idle_seconds,
        "keeps_drafts": keeps_drafts,
    }


def init_app(app: Flask) -> None:
    app.before_request(_end_of_idleness)
    app.after_request(_finish)
    leave = leaving(app.view_functions["security.logout"])
    # Without an account there is nothing that another site could end, and a page that lay open since somebody left must go on ending.
    app.view_functions["security.logout"] = csrf.exempt(leave)
    user_authenticated.connect(_begin, app)
