"""A committee's computer room: what everybody sees of it, the start page of its computers, and what its members change."""

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.committees.service import held as hold_committee
from app.days import day_of
from app.db import session, transaction
from app.models import Committee, ComputerRoom, Organisation
from app.models.states import Right, RoomAccess, RoomHelp, RoomUse
from app.rooms import queries, service
from app.rooms.forms import RoomForm, SitesForm, room_data
from app.rooms.shortcuts import others, shortcuts, usual
from app.web.access import Who, access, current_account, signed_in
from app.web.answers import done, form_page
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.devices import begin_sharing
from app.web.seen import filled_with, unchanged
from app.web.text import _
from app.web.week import closed_days, week

blueprint = Blueprint("rooms", __name__)


def _shown(slug: str) -> tuple[ComputerRoom, Committee]:
    return queries.shown(session(), slug) or abort(404)


@blueprint.get("/comites/<slug:slug>/espace-numerique")
@access(Who.PUBLIC)
def page(slug: str) -> str:
    room, committee = _shown(slug)
    return render_template(
        "rooms/page.html",
        room=room,
        committee=committee,
        organisation=session().get_one(Organisation, committee.organisation_id),
        week=week(room.opening_hours or committee.opening_hours),
        closed=list(closed_days(committee.closures, day_of(now(), committee.zone))),
        uses=[each for each in RoomUse if each in room.uses],
        helps=[each for each in RoomHelp if each in room.helps],
        access=[each for each in RoomAccess if each in room.access],
    )


@blueprint.get("/comites/<slug:slug>/accueil-poste")
@access(Who.PUBLIC)
def start(slug: str) -> str:
    """The page that a shared computer opens with. Whoever sits there without an account is on a shared computer from now on; who has signed
    in looks at how it is."""
    room, committee = _shown(slug)
    if current_account() is None and request.headers.get("Sec-Fetch-Dest", "document") == "document":
        begin_sharing(slug)
    return render_template("rooms/start.html", committee=committee, sites=shortcuts(room.sites))


@blueprint.route("/mon-comite/espace-numerique", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def ours() -> ResponseReturnValue:
    committee = own_committee("committees.index")
    key, slug = committee.id, committee.slug
    room = queries.of_committee(session(), key)
    filled_with(room=room)
    form = RoomForm(data=room_data(room) if room else {})
    if not form.validate_on_submit():
        return form_page(
            "rooms/ours.html", form, committee=committee, others=committees_of(signed_in()), room=room
        )
    with transaction() as current:
        hold_committee(current, key)  # of two who describe a new room at once, the second is told so
        unchanged(room=service.held(current, key))
        service.describe(current, key, form.draft(), usual())
    said = (
        _("C'est enregistré, et votre espace numérique a sa page.")
        if form.shown.data
        else _("C'est enregistré. La page n'est pas montrée tant que la case du haut n'est pas cochée.")
    )
    return done(said, url_for("rooms.ours", comite=slug))


@blueprint.route("/mon-comite/espace-numerique/accueil", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def sites() -> ResponseReturnValue:
    """Where the start page of the computers leads, in which order."""
    committee = own_committee("committees.index")
    key, slug = committee.id, committee.slug
    room = queries.of_committee(session(), key)
    if room is None:
        return done(_("Décrivez d'abord votre espace numérique."), url_for("rooms.ours", comite=slug), "info")
    filled_with(sites=room.sites)
    shown = shortcuts(room.sites)
    form = SitesForm(data={"shown": [each.key for each in shown]}, offered=[*shown, *others(room.sites)])
    if not form.validate_on_submit():
        return form_page(
            "rooms/sites.html", form, committee=committee, others=committees_of(signed_in()), room=room
        )
    with transaction() as current:
        now_there = service.held(current, key)
        unchanged(sites=now_there.sites if now_there else [])
        service.choose_sites(current, key, form.chosen(request.form.get("up", "")))
    return done(_("C'est enregistré."), url_for("rooms.sites", comite=slug))
