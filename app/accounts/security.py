"""Flask-Security, told about the portal's accounts, its clock and its words."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_security import FSQLALiteUserDatastore, RoleMixin, Security

from app.db import db
from app.models import Account
from config import Settings


class NoRole(RoleMixin):
    """Flask-Security wants a role model; the portal's role is a column of the account."""

    name = ""


def _now() -> datetime:
    return datetime.now(UTC)


def init_app(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of a method
        SECURITY_PASSWORD_SALT=settings.secret_key,
        SECURITY_PASSWORD_LENGTH_MIN=12,
        SECURITY_PASSWORD_COMPLEXITY_CHECKER=None,
        SECURITY_DATETIME_FACTORY=_now,
        SECURITY_LOGIN_URL="/connexion",
        SECURITY_LOGOUT_URL="/deconnexion",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_RESET_URL="/mot-de-passe-oublie",
        SECURITY_CHANGE_URL="/mot-de-passe",
        SECURITY_VERIFY_URL="/verification",
        SECURITY_POST_LOGIN_VIEW="/accueil",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_RECOVERABLE=False,
        SECURITY_CHANGEABLE=False,
        SECURITY_REGISTERABLE=False,
        SECURITY_TRACKABLE=False,
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_ANONYMOUS_USER_DISABLED=False,
        SECURITY_CSRF_IGNORE_UNAUTH_ENDPOINTS=False,
        SECURITY_I18N_DIRNAME=["translations", "builtin"],
    )
    datastore: Any = FSQLALiteUserDatastore(db, Account, NoRole)
    Security(app, datastore)
