"""Flask-Security, told about the portal's accounts, its clock, its words and its transactions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask, abort, render_template, request
from flask_security import (
    FSQLALiteUserDatastore,
    MailUtil,
    PasswordUtil,
    RoleMixin,
    Security,
)

from app.accounts import connections, forms, knocking, messages, shared, signed_in
from app.accounts.factors import entering
from app.accounts.passwords import RESET_WITHIN, SHORTEST, weakness
from app.db import db, session, transaction
from app.models import Account
from app.web.clock import now
from config import Settings

ADDRESSES: dict[str, Any] = {
    "SECURITY_LOGIN_URL": "/connexion",
    "SECURITY_LOGOUT_URL": "/deconnexion",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_RESET_URL": "/mot-de-passe-oublie",
    "SECURITY_CHANGE_URL": "/mot-de-passe",
    "SECURITY_VERIFY_URL": "/verification",
    "SECURITY_POST_LOGIN_VIEW": "/accueil",
    "SECURITY_POST_LOGOUT_VIEW": "/",
}
# Links hold a hash of argon2's answer, and are signed: to hash that half a million times protects nobody, and takes a
# third of a second from everybody. Links that are out already were.
OF_LINKS = {
    "SECURITY_HASHING_SCHEMES": ["hex_sha256", "sha256_crypt"],
    "SECURITY_DEPRECATED_HASHING_SCHEMES": [],
}

View = Callable[..., Any]


class NoRole(RoleMixin):
    """Flask-Security wants a role model; the portal's role is a column of the account."""

    name = ""


class Passwords(PasswordUtil):
    """The portal's own rules, with its own sentences."""

    def validate(self, password: str, is_register: bool, **known: Any) -> tuple[list[str] | None, str]:  # noqa: ARG002
        account = known.get("user")
        normal = self.normalize(password)
        about = [account.name, account.email] if isinstance(account, Account) else []
        found = weakness(normal, about)
        return ([messages.weakness_sentence(found)] if found else None), normal


class AccountMail(MailUtil):
    """Addresses in the portal's normal form.

    The library renders nothing and sends nothing: it says what was done, in the transaction in progress; that is noted, and told.
    """

    def send_mail(self, template: str, *_words: Any, **context: Any) -> None:
        user: Account = context["user"]
        if template.endswith("_notice"):  # of a new password, by a link or by somebody who is signed in
            by_link = template.startswith("reset")
            connections.change_password(session(), user.id, now(), by_link=by_link)

    def normalize(self, email: str) -> str:
        return str(super().normalize(email.strip())).lower()

    def validate(self, email: str) -> str:
        return self.normalize(email)


def _page(template: str, **context: Any) -> Any:
    """A library's page in the house's manner: a refused form is 422."""
    if request.method != "POST":
        return render_template(template, **context)
    return render_template(template, **context), 422


def in_transaction(view: View) -> View:
    """What a library's view writes is committed together: the account, the letter, or neither."""

    @wraps(view)
    def wrapped(**values: Any) -> Any:
        if request.method != "POST":
            return view(**values)
        with transaction():
            return view(**values)

    return wrapped


def _refuse_json() -> None:
    """The library's views would answer JSON in English and hand out tokens; the portal has no use for either."""
    if request.blueprint == "security" and request.is_json:
        abort(400)


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SALT=settings.secret_key,
        SECURITY_PASSWORD_LENGTH_MIN=SHORTEST,
        SECURITY_PASSWORD_NORMALIZE_FORM="NFKC",  # noqa: S106 - the name of a form
        **OF_LINKS,
        SECURITY_DATETIME_FACTORY=now,
        **ADDRESSES,
        SECURITY_RESET_PASSWORD_WITHIN=RESET_WITHIN,
        SECURITY_RECOVERABLE=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_REGISTERABLE=False,
        SECURITY_TRACKABLE=False,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_PLAINTEXT=False,
        SECURITY_EMAIL_HTML=False,
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"email": {"mapper": _mapped, "case_insensitive": False}}],
        # The library writes "no-store=True", which browsers read as a word they do not know: the portal says it instead.
        SECURITY_CACHE_CONTROL={},
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        # Its commands know roles that are not the portal's, and leave no decision.
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        **{f"SECURITY_MSG_{name}": message for name, message in messages.MESSAGES.items()},
    )
    datastore: Any = FSQLALiteUserDatastore(db, Account, NoRole)
    security = Security(
        app,
        datastore,
        login_form=forms.SignInForm,
        verify_form=forms.ConfirmPasswordForm,
        reset_password_form=forms.NewPasswordForm,
        change_password_form=forms.ChangeForm,
        mail_util_cls=AccountMail,
        password_util_cls=Passwords,
        render_template=_page,
    )
    security.want_json(lambda _request: False)
    app.before_request(_refuse_json)
    signed_in.init_app(app)
    shared.init_app(app)
    entering.init_app(app, security)
    for name in ("reset_password", "change_password"):
        app.view_functions[f"security.{name}"] = in_transaction(app.view_functions[f"security.{name}"])
    knocking.init_app(app)
    app.jinja_env.globals["password_rules"] = messages.rules


def _mapped(identity: str) -> str | None:
    return identity.strip().lower() or None
