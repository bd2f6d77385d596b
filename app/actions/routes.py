"""Actions: the public pages, and the coordinators' ones."""

from collections.abc import Sequence

from flask import Blueprint, abort, current_app, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import boxes, following, queries, service, steps
from app.actions.forms import ActionForm, OneNeedForm, PictureForm, action_data
from app.committees import queries as committees
from app.db import session, transaction
from app.models import Action, Committee, Need
from app.needs import service as needs
from app.photos.service import NotKept, read_uploads
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done, form_page, turn_back
from app.web.clock import now, paris
from app.web.guard import MEGABYTE, takes_up_to
from app.web.seen import filled_with, unchanged
from app.web.text import _, plural

blueprint = Blueprint("actions", __name__)

LARGEST_PICTURES = 120 * MEGABYTE


def _action(slug: str) -> Action:
    return queries.by_slug(session(), slug) or abort(404)


@blueprint.get("/actions")
@access(Who.PUBLIC)
def everybody() -> str:
    """What is going on now; what is over where it is asked for."""
    today, over = paris(now()).date(), "terminees" in request.args
    which = queries.under_way(today)
    return render_template(
        "actions/everybody.html",
        page=queries.cards(session(), asked.page(), ~which if over else which),
        over=over,
        today=today,
    )


@blueprint.get("/actions/<slug:slug>")
@access(Who.PUBLIC)
def page(slug: str) -> str:
    action = _action(slug)
    found = steps.of_action(session(), action.id)
    return render_template(
        "actions/page.html",
        steps=found,
        news=following.news(session(), action.id),
        names=steps.names(session(), found),
        campaign=queries.campaign(session(), action),
        pictures=queries.pictures(session(), action.id),
        boxes=boxes.counted(session(), action.id),
        today=paris(now()).date(),
    )


@blueprint.get("/coordination/actions")
@access(Who.COORDINATOR)
def index() -> str:
    return render_template(
        "actions/index.html", page=queries.cards(session(), asked.page()), today=paris(now()).date()
    )


@blueprint.route("/coordination/actions/nouvelle", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def new() -> ResponseReturnValue:
    form = ActionForm(committees=committees.choices(session()))
    if not form.validate_on_submit():
        return form_page("actions/form.html", form)
    with transaction() as current:
        slug = service.begin(current, form.description(), now()).slug
    said = _("L'action est créée. Ajoutez ses images, et choisissez ou écrivez ses besoins.")
    return done(said, url_for("actions.prepare", slug=slug))


@blueprint.get("/coordination/actions/<slug:slug>")
@access(Who.COORDINATOR)
def prepare(slug: str) -> ResponseReturnValue:
    """What belongs to an action beside its story: pictures, needs."""
    return _prepared(_action(slug), OneNeedForm(), PictureForm())


def _prepared(
    action: Action, need_form: OneNeedForm, picture_form: PictureForm, problems: Sequence[NotKept] = ()
) -> ResponseReturnValue:
    filled_with(needs=queries.need_ids(session(), action.id))
    shown = render_template(
        "actions/prepare.html",
        action=action,
        committee=session().get_one(Committee, action.committee_id),
        attachable=queries.attachable(session(), action),
        pictures=queries.pictures(session(), action.id),
        need_form=need_form,
        picture_form=picture_form,
        problems=problems,
    )
    return shown, 422 if need_form.errors or picture_form.errors or problems else 200


@blueprint.route("/coordination/actions/<slug:slug>/modifier", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def edit(slug: str) -> ResponseReturnValue:
    action = _action(slug)
    filled_with(action=action)
    form = ActionForm(
        data=action_data(action), committees=committees.choices(session(), [action.committee_id])
    )
    if not form.validate_on_submit():
        return form_page("actions/form.html", form, action=action)
    with transaction() as current:
        unchanged(action=service.held(current, action.id))
        service.tell(current, action.id, form.description())
    return done(_("C'est enregistré."), url_for("actions.prepare", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/besoins")
@access(Who.COORDINATOR)
def gather(slug: str) -> ResponseReturnValue:
    """The needs ticked are the action's; of those that the page showed, the others are not."""
    action_id = _action(slug).id
    with transaction() as current:
        action = service.held(current, action_id)
        unchanged(needs=queries.need_ids(current, action_id))
        own = queries.own_committees(current, action)
        taken = service.gather(current, action_id, _ids("shown"), _ids("chosen"), deciding(), now())
        _warn(
            current.get_one(Committee, action.committee_id),
            [need for need in taken if need.committee_id not in own],
        )
    return done(_("Les besoins de l'action sont enregistrés."), url_for("actions.prepare", slug=slug))


def _warn(collects: Committee, foreign: Sequence[Need]) -> None:
    """Say of needs that were taken from committees which had nothing to do with the action who goes for their gifts now."""
    if foreign:
        said = plural(
            "Un besoin vient d'un autre comité : prévenez-le. Qui va maintenant chercher ses dons : %(name)s.",
            "%(num)s besoins viennent d'autres comités : prévenez-les. Qui va maintenant chercher leurs dons : %(name)s.",
            len(foreign),
            name=collects.name,
        )
        flash(said, "warning")


@blueprint.post("/coordination/actions/<slug:slug>/besoin")
@access(Who.COORDINATOR)
def need(slug: str) -> ResponseReturnValue:
    """A need of the committee that collects, for this action."""
    action, form = _action(slug), OneNeedForm()
    if not form.validate():
        return _prepared(action, form, PictureForm(formdata=None))
    with transaction() as current:
        draft, key = form.draft(action.id), form.submission_key.data
        needs.declare(current, action.committee_id, draft, key, deciding(), now())
    return done(_("Le besoin est déclaré pour cette action."), url_for("actions.prepare", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/images")
@access(Who.COORDINATOR)
@takes_up_to(LARGEST_PICTURES)
def show(slug: str) -> ResponseReturnValue:
    action, form = _action(slug), PictureForm()
    action_id = action.id
    if not form.validate():
        return _prepared(action, OneNeedForm(formdata=None), form)
    upload = read_uploads(request.files.getlist("picture"), current_app.extensions["photos"])
    if not upload.pictures and not upload.problems:
        turn_back(_("Choisissez d'abord une image."), url_for("actions.prepare", slug=slug))
    with transaction() as current:
        caption = form.caption.data or ""
        problems = service.show(current, action_id, upload, caption, now())
    if problems:
        return _prepared(_action(slug), OneNeedForm(formdata=None), form, problems)
    return done(_("C'est enregistré."), url_for("actions.prepare", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/images/<int:photo_id>/retirer")
@access(Who.COORDINATOR)
def hide(slug: str, photo_id: int) -> ResponseReturnValue:
    action_id = _action(slug).id
    with transaction() as current:
        service.hide(current, action_id, photo_id)
    return done(_("L'image est retirée."), url_for("actions.prepare", slug=slug))


def _ids(name: str) -> set[int]:
    sent = request.form.getlist(name)[: queries.MOST_ATTACHABLE]
    return {int(value) for value in sent if value.isascii() and value.isdigit() and len(value) < 10}
