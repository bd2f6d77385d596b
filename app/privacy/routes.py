"""What the portal holds of people, as they read it."""

from flask import Blueprint, current_app, render_template

from app.privacy import register as register_of
from app.web.access import Who, access

blueprint = Blueprint("privacy", __name__)


@blueprint.get("/vos-donnees/registre")
@access(Who.PUBLIC)
def register() -> str:
    settings = current_app.extensions["settings"]
    return render_template(
        "privacy/register.html",
        rows=list(register_of.rows(settings)),
        contact_email=settings.contact_email,
        copies=settings.backup_copies,
    )
