"""At the doors of accounts: how often passwords are tried, and new ones asked for, without locking anybody out.

What is typed decides what is done, never whether there is such an account: each try is counted, looked up and hashed alike, and
a request for a new password is a row that the clock looks at (`service.answer_requests`).
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any

import sqlalchemy as sa
from flask import (
    Flask,
    Response,
    after_this_request,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_security.mail_util import EmailValidateException
from sqlalchemy.exc import SQLAlchemyError

from app.accounts import connections, forms, service, sessions, throttling
from app.accounts.signed_in import device, opened, seen_from
from app.accounts.throttling import Heard, Try
from app.db import WRITES, db, session, transaction
from app.models import Account
from app.web.access import current_account, signed_in
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


def careful_again(view: Callable[..., Any], refused: Callable[[Account, str], str]) -> Callable[..., Any]:
    """The same for whoever is signed in, and says the password again: by account and session. `refused` is the page with a sentence."""

    @wraps(view)
    def confirm(**values: Any) -> ResponseReturnValue:
        account, here = current_account(), opened()
        if request.method != "POST" or account is None or here is None:
            return make_response(view(**values))
        account_id, door = account.id, throttling.door("again", account.id, here.id)
        wait = wait_at(door)
        if wait:
            response = make_response(refused(signed_in(), not_looked_at(wait)), 429)
            response.headers["Retry-After"] = str(throttling.seconds(wait))
            return response
        response = make_response(view(**values))
        if g.pop("password_was_wrong", False):
            session().rollback()
            with transaction() as current:
                connections.refuse_again(current, account_id, seen_from(), now())
        elif response.status_code == 302:
            forgive_at(door)
        return response

    return confirm


def wait_at(door: str) -> timedelta:
    """A try at this door is counted as failed before it is looked at; how long it is not."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return timedelta(0)
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        wait = throttling.ask_at(connection, door, now())
    session().rollback()
    return wait


def forgive_at(door: str) -> None:
    """It was right."""
    _later(lambda connection: throttling.forgive_at(connection, door))


def _verify_page(account: Account, sentence: str) -> str:
    form = forms.ConfirmPasswordForm(user=account)
    form.form_errors.append(sentence)
    return render_template("security/verify.html", verify_form=form)


def _change_page(_account: Account, sentence: str) -> str:
    form = forms.ChangeForm()
    form.form_errors.append(sentence)
    return render_template("security/change_password.html", change_password_form=form, active_password=True)


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
    _later(lambda connection: throttling.forgive(connection, tried, heard, now()))


def _later(forgive: Callable[[sa.Connection], None]) -> None:
    """Once what the library has to write is written: SQLite lets nobody write who has read what is over by now. Whoever was right is let
    in whether or not that can be written."""
    if not current_app.config["RATELIMIT_ENABLED"]:
        return

    @after_this_request
    def write_down(response: Response) -> Response:
        with (
            suppress(SQLAlchemyError),
            db.engine.connect().execution_options(**{WRITES: True}) as connection,
            connection.begin(),
        ):
            forgive(connection)
        return response


def _too_soon(wait: timedelta) -> Response:
    form = forms.SignInForm()
    form.form_errors.append(waiting(wait))
    response = make_response(render_template("security/login_user.html", login_user_form=form), 429)
    response.headers["Retry-After"] = str(throttling.seconds(wait))
    return response


def waiting(wait: timedelta) -> str:
    """« Trop d'essais. Réessayez dans 40 secondes… »."""
    way = _("Pour entrer sans attendre, demandez un lien par « Mot de passe oublié ? ».")
    return f"{not_looked_at(wait)} {way}" if wait > throttling.FIRST_WAIT else not_looked_at(wait)


def not_looked_at(wait: timedelta) -> str:
    why = _("Ce mot de passe n'a pas été regardé : il y a eu trop d'essais.")
    return f"{why} {try_again(wait)}"


def try_again(wait: timedelta) -> str:
    """« Réessayez dans 40 secondes. »"""
    seconds = throttling.seconds(wait)
    if seconds < 100:
        return plural("Réessayez dans %(num)s seconde.", "Réessayez dans %(num)s secondes.", seconds)
    return plural("Réessayez dans %(num)s minute.", "Réessayez dans %(num)s minutes.", -(-seconds // 60))


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
    views["security.verify"] = careful_again(views["security.verify"], _verify_page)
    views["security.change_password"] = careful_again(views["security.change_password"], _change_page)
