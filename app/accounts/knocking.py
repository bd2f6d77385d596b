"""At the doors of accounts: how often passwords are tried, and new ones asked for, without locking anybody out.

What is typed decides what is done, never whether there is such an account: each try is counted, looked up and hashed alike, and
a request for a new password is a row that the clock looks at (`service.answer_requests`).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security.mail_util import EmailValidateException

from app.accounts import forms, service, sessions, throttling
from app.accounts.signed_in import device, seen_from
from app.accounts.throttling import Heard, Try
from app.db import WRITES, db, session, transaction
from app.web.access import current_account
from app.web.clock import now
from app.web.limits import place, writes_to
from app.web.text import _, plural

LONGEST_ADDRESS = 254


def _typed() -> str:
    """The address in the form in which accounts are looked up, or as it was typed where it is none: ways to write it are one door."""
    sent = request.form.get("email", "")[:LONGEST_ADDRESS].replace("\0", "")
    try:
        normal: str = current_app.extensions["security"].mail_util.normalize(sent)
    except (EmailValidateException, ValueError):
        return sent.strip().lower()
    return normal


def careful(view: Callable[..., Any]) -> Callable[..., Any]:
    """Signing in with a password, as fast as its door allows."""

    @wraps(view)
    def sign_in(**values: Any) -> ResponseReturnValue:
        # Whoever is signed in is led on without a password, and must not make a try elsewhere forgiven.
        if request.method != "POST" or current_account() is not None:
            return make_response(view(**values))
        tried = Try(_typed(), place(), sessions.hashed(device()))
        heard = _heard(tried)
        if heard.wait:
            return _too_soon(heard.wait)
        response = make_response(view(**values))
        _settle(tried, heard, right=response.status_code == 302)
        return response

    return sign_in


def _heard(tried: Try) -> Heard:
    if not current_app.config["RATELIMIT_ENABLED"]:
        return Heard(timedelta(0), known=False)
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        heard = throttling.ask(connection, tried, now())
    session().rollback()
    return heard


def _settle(tried: Try, heard: Heard, *, right: bool) -> None:
    if not right:
        session().rollback()  # a password that was hashed anew, of an account that is closed
        with transaction() as current:
            sessions.refuse(current, tried.email, seen_from(), now())
        return
    if not current_app.config["RATELIMIT_ENABLED"]:
        return

    @after_this_request
    def forgive(response: Response) -> Response:
        """Once what the library has to write is written: SQLite lets nobody write who has read what is over by now."""
        with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            throttling.forgive(connection, tried, heard, now())
        return response


def _too_soon(wait: timedelta) -> Response:
    form = forms.SignInForm()
    form.form_errors.append(waiting(wait))
    response = make_response(render_template("security/login_user.html", login_user_form=form), 429)
    response.headers["Retry-After"] = str(throttling.seconds(wait))
    return response


def waiting(wait: timedelta) -> str:
    """« Trop d'essais. Réessayez dans 40 secondes… »."""
    seconds = throttling.seconds(wait)
    if seconds < 100:
        again = plural("Réessayez dans %(num)s seconde.", "Réessayez dans %(num)s secondes.", seconds)
    else:
        again = plural("Réessayez dans %(num)s minute.", "Réessayez dans %(num)s minutes.", -(-seconds // 60))
    why = _("Ce mot de passe n'a pas été regardé : il y a eu trop d'essais.")
    way = _("Pour entrer sans attendre, demandez un lien par « Mot de passe oublié ? ».")
    return f"{why} {again} {way}"


@writes_to(per_address="3 per hour")
def forgotten() -> ResponseReturnValue:
    """The same answer, in the same time, for every address."""
    form = forms.ForgottenForm()
    if not form.validate_on_submit():
        status = 422 if form.is_submitted() else 200
        return render_template("security/forgot_password.html", forgot_password_form=form), status
    email = form.email.data or ""
    with transaction() as current:
        service.want_password(current, email, now())
    said = _(
        "Si un compte existe pour %(email)s, un e-mail part à l'instant avec un lien pour choisir un nouveau mot de passe.",
        email=email,
    )
    flash(said, "info")
    return redirect(url_for("security.login"), 303)


def init_app(app: Flask) -> None:
    """In the place of Flask-Security's views, or around them."""
    views: dict[str, Any] = app.view_functions
    views["security.login"] = careful(views["security.login"])
    views["security.forgot_password"] = forgotten
