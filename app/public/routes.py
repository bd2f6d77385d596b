"""What anybody sees: the front page, how it works, the language."""

from flask import Blueprint, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from app.web.access import Who, access
from app.web.text import LANGUAGES

blueprint = Blueprint("public", __name__)


@blueprint.get("/")
@access(Who.PUBLIC)
def home() -> str:
    return render_template("public/home.html")


@blueprint.get("/besoins")
@access(Who.PUBLIC)
def needs() -> str:
    return render_template("public/needs.html")


@blueprint.get("/comment-ca-marche")
@access(Who.PUBLIC)
def how() -> str:
    return render_template("public/how.html")


@blueprint.get("/vos-donnees")
@access(Who.PUBLIC)
def privacy() -> str:
    settings = current_app.extensions["settings"]
    return render_template(
        "public/privacy.html", retention_days=settings.retention_days, contact_email=settings.contact_email
    )


@blueprint.get("/accessibilite")
@access(Who.PUBLIC)
def accessibility() -> str:
    return render_template(
        "public/accessibility.html", contact_email=current_app.extensions["settings"].contact_email
    )


@blueprint.post("/langue")
@access(Who.PUBLIC)
def set_language() -> ResponseReturnValue:
    """Remember the language chosen by hand and go back to the page it was chosen on."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    back = request.form.get("back", "/")
    safe = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return redirect(back if safe else "/", 303)
