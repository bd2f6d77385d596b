"""Who is signed in, for Flask-Login: the cookie carries a random key, and the table says whose session that opens, and whether still.

Flask-Login's and Flask-Security's own means were looked at: `fs_uniquifier` ends all sessions of an account or none, and a copied
cookie outlives signing out; `session_protection` signs out whoever's telephone changes networks. Flask-Session keeps the whole
cookie in a table, a row for each visitor and a write for each page, and cannot tell whose it is. So the cookie stays Flask's own,
for language, drafts and forms; only who is signed in is looked up.
"""

import secrets
from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Any

from flask import Flask, Response, after_this_request, current_app, flash, g, request
from flask import session as cookie
from flask_login import user_logged_out
from flask_security import password_reset, user_authenticated
from flask_security.utils import set_request_attr
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import connections, sessions
from app.accounts.connections import Arrival
from app.accounts.sessions import Open, SeenFrom
from app.accounts.user_agents import browser_and_system
from app.db import WRITES, db, session, transaction
from app.models import Account
from app.web.access import current_account
from app.web.clock import now
from app.web.devices import is_act, was_shared
from app.web.limits import place
from app.web.text import _

DEVICE = "appareil"
DEVICE_SECONDS = 400 * 24 * 3600
"""Browsers keep no cookie longer."""
LONGEST_COOKIE = 200
REMEMBERED = max(each.longest for each in sessions.LIMITS.values())


def opened() -> Open | None:
    """The session of this request, where somebody is signed in."""
    found: Open | None = g.get("opened")
    return found if current_account() is not None else None


def shared_idle() -> timedelta:
    """After so long without an act a shared computer signs out."""
    return timedelta(minutes=int(current_app.extensions["settings"].shared_minutes))


def _load(key: object) -> Account | None:
    """Whose session this key opens; Flask-Login's question, once a request."""
    found = sessions.found(session(), sessions.hashed(str(key)))
    if found is None or sessions.is_over(found[1], shared_idle(), now()):
        g.session_over = True
        return None
    account, g.opened = found
    set_request_attr("fs_authn_via", "session")
    set_request_attr("fs_paa", cookie.get("fs_paa", 0))
    return account


def _say_that_it_is_over() -> None:
    """Before each page: whose session has ended elsewhere, or by itself, reads so once."""
    if "_user_id" not in cookie or request.endpoint == "static" or current_account() is not None:
        return
    if g.get("session_over"):
        for key in ("_user_id", "_fresh", "_id"):
            cookie.pop(key, None)
        cookie["_remember"] = "clear"
        if request.endpoint != "security.logout":
            flash(_("Votre connexion a pris fin. Connectez-vous de nouveau pour continuer."), "info")


# The device


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="portail-device")


def device() -> str:
    """What this browser was given when somebody signed in here; nothing where nobody has."""
    sent = request.cookies.get(DEVICE, "")
    if not sent or len(sent) > LONGEST_COOKIE:
        return ""
    try:
        known = _signer().loads(sent)
    except BadSignature:
        return ""
    return known if isinstance(known, str) else ""


def _keep_device(response: Response, known: str) -> None:
    response.set_cookie(
        DEVICE,
        str(_signer().dumps(known)),
        max_age=DEVICE_SECONDS,
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )


def seen_from() -> SeenFrom:
    """From where this request comes, as far as it is kept: names of closed lists, and the network of many subscribers."""
    browser, system = browser_and_system(request.user_agent.string)
    return SeenFrom(browser=browser, system=system, network=_network(place()))


def _network(address: str) -> str:
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


# Coming and going


def _begin(_app: Flask, user: Account, **_extra: Any) -> None:
    """In a transaction of its own, once the request's work is committed: checking a password takes too long to lock for."""
    key, known, before = secrets.token_urlsafe(32), device() or secrets.token_urlsafe(16), g.get("opened")
    cookie["_user_id"] = key
    arrival = Arrival(
        key=sessions.hashed(key),
        device_key=sessions.hashed(known),
        source=seen_from(),
        shared=was_shared(),
        instead_of=before.id if before else None,
    )
    account_id = user.id

    @after_this_request
    def write_down(response: Response) -> Response:
        with transaction() as current:
            connections.begin(current, account_id, arrival, now())
        _keep_device(response, known)
        return response


def _trust(_app: Flask, user: Account, **_extra: Any) -> None:
    """Whoever opens the letter that a new password is asked for by owns the account: no letter warns of this device."""
    account_id, known = user.id, device() or secrets.token_urlsafe(16)

    @after_this_request
    def write_down(response: Response) -> Response:
        with transaction() as current:
            connections.know_device(current, account_id, sessions.hashed(known), now())
        _keep_device(response, known)
        return response


def _end(_app: Flask, **_extra: Any) -> None:
    over: Open | None = g.pop("opened", None)
    if over is None:
        return

    @after_this_request
    def write_down(response: Response) -> Response:
        with transaction() as current:
            sessions.end(current, over.id, now())
        return response


def _seen(response: Response) -> Response:
    """After a person's act, where some minutes have gone by since the last that was written down."""
    here: Open | None = g.get("opened")
    if here is None or not is_act() or now() - here.last_seen_at < sessions.SEEN_EVERY:
        return response
    # A page is shown whether or not this can be written.
    with (
        suppress(SQLAlchemyError),
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        sessions.seen(connection, here.id, now())
    return response


def init_app(app: Flask) -> None:
    """After Flask-Security has set up Flask-Login."""
    app.config.update(SESSION_PROTECTION=None, REMEMBER_COOKIE_DURATION=REMEMBERED)
    app.login_manager.user_loader(_load)  # type: ignore[attr-defined]
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_end, app)
    password_reset.connect(_trust, app)
    app.before_request(_say_that_it_is_over)
    app.after_request(_seen)
