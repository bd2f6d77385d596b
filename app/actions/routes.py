"""Actions: the public pages, and the coordinators' ones."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import queries, service
from app.actions.forms import ActionForm, action_data
from app.actions.queries import Campaign
from app.committees import queries as committees
from app.db import session, transaction
from app.web.access import Who, access, deciding
from app.web.answers import done, form_page
from app.web.clock import now, paris
from app.web.seen import filled_with, unchanged
from app.web.text import _

blueprint = Blueprint("actions", __name__)


def _campaign(slug: str) -> Campaign:
    action = queries.by_slug(session(), slug) or abort(404)
    [campaign] = queries.campaigns(session(), only=action.id)
    return campaign


@blueprint.get("/actions")
@access(Who.PUBLIC)
def everybody() -> str:
    """What is going on now."""
    today = paris(now()).date()
    return render_template(
        "actions/everybody.html", campaigns=queries.campaigns(session(), on=today), today=today
    )


@blueprint.get("/actions/<slug:slug>")
@access(Who.PUBLIC)
def page(slug: str) -> str:
    return render_template("actions/page.html", campaign=_campaign(slug), today=paris(now()).date())


@blueprint.get("/coordination/actions")
@access(Who.COORDINATOR)
def index() -> str:
    return render_template(
        "actions/index.html", campaigns=queries.campaigns(session()), today=paris(now()).date()
    )


@blueprint.route("/coordination/actions/nouvelle", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def new() -> ResponseReturnValue:
    form = ActionForm(committees=committees.choices(session()))
    if not form.validate_on_submit():
        return form_page("actions/form.html", form, action=None)
    with transaction() as current:
        slug = service.begin(current, form.description(), now()).slug
    said = _("L'action est créée. Choisissez maintenant les besoins qui lui appartiennent.")
    return done(said, url_for("actions.edit", slug=slug))


@blueprint.route("/coordination/actions/<slug:slug>/modifier", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def edit(slug: str) -> ResponseReturnValue:
    action = queries.by_slug(session(), slug) or abort(404)
    filled_with(action=action, needs=queries.need_ids(session(), action.id))
    form = ActionForm(
        data=action_data(action), committees=committees.choices(session(), [action.committee_id])
    )
    if not form.validate_on_submit():
        attachable = queries.attachable(session(), action)
        return form_page("actions/form.html", form, action=action, attachable=attachable)
    with transaction() as current:
        unchanged(action=service.held(current, action.id))
        service.tell(current, action.id, form.description())
    return done(_("C'est enregistré."), url_for("actions.edit", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/besoins")
@access(Who.COORDINATOR)
def gather(slug: str) -> ResponseReturnValue:
    """The needs ticked are the action's; of those that the page showed, the others are not."""
    action = queries.by_slug(session(), slug) or abort(404)
    action_id = action.id
    with transaction() as current:
        service.held(current, action_id)
        unchanged(needs=queries.need_ids(current, action_id))
        service.gather(current, action_id, _ids("shown"), _ids("chosen"), deciding(), now())
    return done(_("Les besoins de l'action sont enregistrés."), url_for("actions.edit", slug=slug))


def _ids(name: str) -> set[int]:
    sent = request.form.getlist(name)[: queries.MOST_ATTACHABLE]
    return {int(value) for value in sent if value.isascii() and value.isdigit() and len(value) < 10}
