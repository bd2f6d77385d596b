"""People who sign in: Flask-Security, invitations, passwords."""

from app.accounts.routes import blueprint
from app.accounts.security import init_app

__all__ = ["blueprint", "init_app"]
