"""Doors for other sites: a frame and a block of HTML, feeds, calendars, short addresses, cards; and the page that hands them out."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from sqlmodel import col, select

from app.committees import queries as committees
from app.db import session, transaction
from app.doors import cards, feeds, opening, queries, service, structured
from app.doors.forms import DoorForm
from app.late import Late
from app.models import Action, Committee, Organisation
from app.models.states import NeedState, Right
from app.needs import queries as needs
from app.web.access import Who, access, signed_in
from app.web.answers import done, for_others, form_page
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.guard import SOURCES
from app.web.seen import filled_with, unchanged
from app.web.text import _, language

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")

blueprint = Blueprint("doors", __name__)

IN_FRAME, IN_BLOCK = 12, 8
"""Needs in a frame, and in a block of HTML; both lead to the others."""
CARD_SECONDS = 86_400


@blueprint.record_once
def _say(state: BlueprintSetupState) -> None:
    """What pages say of themselves to other sites."""
    state.app.jinja_env.globals |= {
        "schema_of_committee": structured.of_committee,
        "schema_of_room": structured.of_room,
        "schema_of_association": structured.of_association,
        "schema_of_portal": structured.of_portal,
        "schema_of_needs": structured.of_needs,
        "schema_of_action": structured.of_action,
        "base_url": state.app.extensions["settings"].base_url,
    }


def _base() -> str:
    base: str = current_app.extensions["settings"].base_url
    return base


def _committee(slug: str) -> Committee:
    found = committees.by_slug(session(), slug)
    if found is None or not found.active:
        abort(404)
    return found


def _wanted(committee: Committee) -> list[needs.Asked]:
    return needs.asked(needs.of_committee(session(), committee.id, [NeedState.OPEN]))


# On another site


@blueprint.get("/integrer/<slug:slug>")
@access(Who.PUBLIC)
def embed(slug: str) -> Response:
    """The needs of a committee, for a frame on the sites that it chose and on no other."""
    committee = _committee(slug)
    page = render_template("doors/embed.html", committee=committee, wanted=_wanted(committee), most=IN_FRAME)
    response = Response(page)
    sites = " ".join(queries.sites(session(), committee.id)) or "'none'"
    kept = [each for each in SOURCES if not each.startswith(("frame-ancestors", "script-src", "worker-src"))]
    response.headers["Content-Security-Policy"] = "; ".join([*kept, f"frame-ancestors {sites}"])
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.route("/mon-comite/portes", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def ours() -> ResponseReturnValue:
    """What to put on another site, and which sites may."""
    committee = own_committee("committees.index")
    key, slug = committee.id, committee.slug
    sites = queries.sites(session(), key)
    filled_with(sites=sites)
    form = DoorForm(data={"sites": "\n".join(sites)})
    if not form.validate_on_submit():
        wanted = _wanted(committee)
        block = render_template(
            "doors/block.html", committee=committee, wanted=wanted, most=IN_BLOCK, base=_base()
        )
        return form_page(
            "doors/ours.html", form, committee=committee, others=committees_of(signed_in()), sites=sites, block=block, base=_base(),
        )  # fmt: skip
    with transaction() as current:
        unchanged(sites=queries.sites(current, key))
        service.choose_sites(current, key, list(form.origins))
    return done(
        _("C'est enregistré : ces sites, et eux seuls, peuvent montrer vos besoins."),
        url_for("doors.ours", comite=slug),
    )


# Feeds


def _feed(form: str, title: str, page: str, **whose: str) -> Response:
    base = _base()
    found = feeds.Feed(
        title, f"{base}{page}", f"{base}{request.path}", language(), queries.newest(session(), **whose), now()
    )
    if form == "json":
        response = jsonify(feeds.json_feed(found, base))
        response.mimetype = "application/feed+json"
    else:
        response = Response(feeds.atom(found, base), mimetype="application/atom+xml")
    return for_others(response)


@blueprint.get("/besoins.<any(atom, json):form>")
@access(Who.PUBLIC)
def feed(form: str) -> Response:
    name = current_app.extensions["settings"].portal_name
    return _feed(form, _("%(name)s : ce qui manque", name=name), url_for("public.needs"))


@blueprint.get("/associations/<slug:slug>/besoins.<any(atom, json):form>")
@access(Who.PUBLIC)
def association_feed(slug: str, form: str) -> Response:
    row = committees.organisation_by_slug(session(), slug) or abort(404)
    page = url_for("directory.association", slug=slug)
    return _feed(form, _("%(name)s : ce qui manque", name=row.name), page, association=slug)


@blueprint.get("/comites/<slug:slug>/besoins.<any(atom, json):form>")
@access(Who.PUBLIC)
def committee_feed(slug: str, form: str) -> Response:
    row = _committee(slug)
    page = url_for("committees.page", slug=slug)
    return _feed(form, _("%(name)s : ce qui manque", name=row.name), page, committee=slug)


@blueprint.get("/comites/<slug:slug>/ouverture.ics")
@access(Who.PUBLIC)
def calendar(slug: str) -> Response:
    row = _committee(slug)
    address = f"{_base()}{url_for('committees.page', slug=slug)}"
    return for_others(Response(opening.calendar(row, address, now()), mimetype="text/calendar"))


# Short addresses and cards


def _short(number: int) -> Committee:
    found = session().get(Committee, number)
    if found is None or not found.active:
        abort(404)
    return found


@blueprint.get("/c/<int:number>")
@access(Who.PUBLIC)
def short(number: int) -> ResponseReturnValue:
    """The short address of a committee: it is told on the telephone and stays when the name changes."""
    return redirect(url_for("committees.page", slug=_short(number).slug), 301)


@blueprint.get("/c/<int:number>.svg")
@access(Who.PUBLIC)
def short_code(number: int) -> Response:
    drawn = BytesIO()
    address = f"{_base()}{url_for('doors.short', number=_short(number).id)}"
    segno.make(address, error="m").save(drawn, kind="svg", scale=8, border=2, xmldecl=False)
    return for_others(Response(drawn.getvalue(), mimetype="image/svg+xml"), CARD_SECONDS)


CARDS: dict[str, Any] = {"comites": Committee, "associations": Organisation, "actions": Action}


@blueprint.get("/<any(comites, associations, actions):kind>/<slug:slug>/carte.png")
@access(Who.PUBLIC)
def card(kind: str, slug: str) -> Response:
    row: Any = session().exec(select(CARDS[kind]).where(col(CARDS[kind].slug) == slug)).first() or abort(404)
    below: dict[str, Callable[[], str]] = {
        "comites": lambda: row.commune,
        "associations": lambda: _("Ce qui lui manque, et comment donner"),
        "actions": lambda: _("Vers %(destination)s", destination=row.destination),
    }
    drawn = cards.card(
        row.title if kind == "actions" else row.name,
        below[kind](),
        current_app.extensions["settings"].portal_name,
    )
    return for_others(Response(drawn, mimetype="image/png"), CARD_SECONDS)


@blueprint.get("/.well-known/change-password")
@access(Who.PUBLIC)
def change_password() -> ResponseReturnValue:
    """Where password managers lead people who want to change theirs."""
    return redirect(url_for("security.change_password"), 302)
