"""Coordinators add, correct and remove places where things may go."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.models import ReusePlace
from app.reuse import queries, service
from app.reuse.forms import ReusePlaceForm
from app.reuse.routes import blueprint
from app.web import asked
from app.web.access import Who, access
from app.web.answers import done, form_page
from app.web.seen import filled_with, unchanged
from app.web.text import _


@blueprint.get("/coordination/lieux")
@access(Who.PORTAL)
def index() -> str:
    typed, where, problem = asked.place()
    page = queries.kept(session(), where.postal_code if where else "", asked.page())
    return render_template(
        "reuse/index.html",
        page=page,
        typed=typed,
        where=where,
        problem=problem,
        last=queries.last_import(session()),
    )


@blueprint.route("/coordination/lieux/nouveau", methods=["GET", "POST"])
@access(Who.PORTAL)
def new() -> ResponseReturnValue:
    form = ReusePlaceForm()
    if not form.validate_on_submit():
        return form_page("reuse/form.html", form, place=None)
    with transaction() as current:
        service.add(current, form.described())
    return done(_("Le lieu est ajouté."), url_for("reuse.index"))


@blueprint.route("/coordination/lieux/<int(max=2147483647):place_id>", methods=["GET", "POST"])
@access(Who.PORTAL)
def edit(place_id: int) -> ResponseReturnValue:
    place = session().get(ReusePlace, place_id) or abort(404)
    filled_with(place=place)
    form = ReusePlaceForm(place)
    if not form.validate_on_submit():
        return form_page("reuse/form.html", form, place=place)
    said = form.described()
    with transaction() as current:
        unchanged(place=(here := service.held(current, place_id) or abort(404)))
        service.correct(current, here, said)
    return done(_("C'est enregistré. Les mises à jour n'y toucheront pas."), url_for("reuse.index"))


@blueprint.post("/coordination/lieux/<int(max=2147483647):place_id>/retirer")
@access(Who.PORTAL)
def remove(place_id: int) -> ResponseReturnValue:
    with transaction() as current:
        unchanged(place=(place := service.held(current, place_id) or abort(404)))
        service.remove(current, place)
    return done(_("Le lieu est retiré : personne n'y est plus envoyé."), url_for("reuse.index"))


@blueprint.post("/coordination/lieux/<int(max=2147483647):place_id>/rendre")
@access(Who.PORTAL)
def hand_back(place_id: int) -> ResponseReturnValue:
    with transaction() as current:
        unchanged(place=(place := service.held(current, place_id) or abort(404)))
        if place.identifier is None:
            abort(404)
        service.hand_back(place)
    return done(_("C'est noté : la prochaine mise à jour dira ce qu'il en est."), url_for("reuse.index"))
