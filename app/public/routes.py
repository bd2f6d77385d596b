"""What anybody sees: the front page, how it works, the language."""

from datetime import date, timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue

from app.guides import GUIDES
from app.models.states import Role
from app.places.outlines import departments
from app.public import queries
from app.public import rules as given
from app.public import style as looks
from app.standing import stands
from app.web import asked
from app.web.access import Who, access, current_account
from app.web.clock import now
from app.web.languages import languages
from app.web.links import LIFETIMES, Purpose
from app.web.pages import Page

blueprint = Blueprint("public", __name__)
DECLARED = date(2026, 11, 30)
"""When the criteria of docs/accessibility.md were last gone through."""
OWN_GUIDE = {Role.MEMBER: "comite", Role.COORDINATOR: "coordination", Role.ADMINISTRATOR: "administration"}


@blueprint.get("/")
@access(Who.PUBLIC)
def home() -> str:
    return render_template(
        "public/home.html", wanted=stands(queries.most_wanted), figures=stands(queries.figures)
    )


@blueprint.get("/besoins")
@access(Who.PUBLIC)
def needs() -> str:
    words = asked.words("q")
    typed, where, problem = asked.place()
    department = departments().get(asked.words("departement"))
    page = stands(
        queries.lacking,
        words=words,
        place=where,
        department=department.code if department else "",
        asked=asked.page(),
    )
    return render_template(
        "public/needs.html",
        page=page,
        words=words,
        postal_code=typed,
        where=where,
        problem=problem,
        department=department,
    )


@blueprint.get("/comment-ca-marche")
@access(Who.PUBLIC)
def how() -> str:
    return render_template("public/how.html")


@blueprint.get("/aide")
@access(Who.PUBLIC)
def guides() -> str:
    account = current_account()
    own = OWN_GUIDE[account.role] if account else "donner"
    return render_template("public/guides.html", guides=GUIDES, own=own)


@blueprint.get("/aide/<slug>")
@access(Who.PUBLIC)
def guide(slug: str) -> str:
    return render_template("public/guide.html", name=slug, guide=GUIDES.get(slug) or abort(404))


@blueprint.get("/charte-graphique")
@access(Who.PUBLIC)
def style() -> str:
    """What pages are made of, shown by what makes them. For who works on the portal: it is not searched."""
    page: Page[None] = Page((), number=2, size=15, total=40, more=True)
    return render_template("public/style.html", colours=looks.colours(), form=looks.sample(), page=page)


@blueprint.get("/ce-que-nous-prenons")
@access(Who.PUBLIC)
def rules() -> str:
    return render_template(
        "public/rules.html",
        taken=given.taken(),
        refused=given.refused(),
        held=given.held(),
        sources=given.SOURCES,
        consulted=given.CONSULTED,
    )


@blueprint.get("/vos-donnees")
@access(Who.PUBLIC)
def privacy() -> str:
    settings = current_app.extensions["settings"]
    return render_template(
        "public/privacy.html",
        retention_days=settings.retention_days,
        unconfirmed_days=LIFETIMES[Purpose.CONFIRM_OFFER].days,
        contact_email=settings.contact_email,
        partner=urlsplit(settings.partner_url).hostname,
    )


@blueprint.get("/accessibilite")
@access(Who.PUBLIC)
def accessibility() -> str:
    return render_template(
        "public/accessibility.html",
        contact_email=current_app.extensions["settings"].contact_email,
        declared=DECLARED,
    )


@blueprint.post("/langue")
@access(Who.PUBLIC)
def set_language() -> ResponseReturnValue:
    """Remember the language chosen by hand and go back to the page it was chosen on."""
    chosen = request.form.get("language", "")
    if chosen in languages():
        cookie["language"] = chosen
    back = request.form.get("back", "/")
    safe = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return redirect(back if safe else "/", 303)


@blueprint.get("/favicon.ico")
@access(Who.PUBLIC)
def favicon() -> ResponseReturnValue:
    return redirect(url_for("static", filename="icon.svg"), 302)


@blueprint.get("/robots.txt")
@access(Who.PUBLIC)
def robots() -> ResponseReturnValue:
    """Search engines may read what is public; links with secrets in them are none of their business."""
    kept_out = (
        "/offre/",
        "/offrir/",
        "/reponse/",
        "/photos/",
        "/coordination",
        "/connexion",
        "/agenda/",
        "/desabonnement/",
    )
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out)]
    lines.append(f"Sitemap: {current_app.extensions['settings'].base_url}{url_for('directory.sitemap')}")
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/.well-known/security.txt")
@access(Who.PUBLIC)
def security() -> ResponseReturnValue:
    """RFC 9116; only where somebody reads the address."""
    contact = current_app.extensions["settings"].contact_email
    if not contact:
        abort(404)
    expires = (now() + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    text = f"Contact: mailto:{contact}\nExpires: {expires}\nPreferred-Languages: fr, en\n"
    return Response(text, mimetype="text/plain")
