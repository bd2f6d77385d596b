"""A committee's rounds: which day, with which van; what it collects in which order; the hours that donors are asked for; a sheet for the road."""

from collections.abc import Callable
from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import col

from app.days import day_of, start_of
from app.db import session
from app.handovers.calendar import CalendarEntry, Organizer, calendar_file
from app.handovers.rounds import forms, planning, queries, service
from app.handovers.rounds.drawing import draw
from app.handovers.rounds.planning import StopWish
from app.handovers.rounds.queries import Drive, Pickup, Standing
from app.handovers.rounds.service import RoundError
from app.handovers.rounds.wording import REFUSALS, STANDINGS, TROUBLES
from app.handovers.slots import Span
from app.history import queries as history
from app.history.queries import PAGE
from app.history.wording import decision_words
from app.late import Late
from app.models import Committee, Decision, Round
from app.models.states import Right, RoundState
from app.solving.asking import solver
from app.solving.solver import SolverError
from app.web import asked
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, form_page, trying, turn_back
from app.web.clock import now
from app.web.current_committee import (
    approved_before,
    committees_of,
    may_act_for,
    own_committee,
    remember,
    rights,
)
from app.web.opening import links
from app.web.seen import on
from app.web.text import _, decimal, language, plural
from app.web.words import counted
from matching.rounds import ROAD_FACTOR
from notifications.typography import clock
from notifications.zones import local

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")

blueprint = Blueprint("rounds", __name__)
blueprint.add_app_template_global(forms.vehicle_name, "vehicle_name")


def _found(round_id: int) -> Drive:
    this = session().get(Round, round_id) or abort(404)
    account = signed_in()
    if not may_act_for(account, this.committee_id):
        abort(404)
    drive = queries.drive(session(), this)
    if rights(account, this.committee_id):
        remember(drive.committee)
    return drive


def _url(round_id: int) -> str:
    return url_for("rounds.show", round_id=round_id)


def _why(error: RoundError) -> str:
    return str(REFUSALS.get(error.code) or abort(404))


def _pickups(this: Round, committee: Committee) -> list[Pickup]:
    day = day_of(this.starts_at, committee.zone)
    whole = Span(start_of(day, zone=committee.zone), start_of(day + timedelta(days=1), zone=committee.zone))
    return queries.pickups(session(), committee, whole, approved_before(), of_round=this.id)


def _planned(this: Round, committee: Committee, drive: Drive | None, back: str) -> planning.RoundPlan:
    """Asked of the solver before anything is locked; where it has no answer, the page `back` says why."""
    try:
        return planning.plan(this, committee, _pickups(this, committee), drive, solver().route, now())
    except SolverError as error:
        turn_back(str(TROUBLES[error.code]), back)


@blueprint.get("/mon-comite/tournees")
@access(Who.MEMBER)
def index() -> str:
    committee = own_committee("committees.index")
    return render_template(
        "rounds/index.html",
        committee=committee,
        others=committees_of(signed_in()),
        page=queries.listed(session(), committee.id, asked.page()),
        now=now(),
    )


@blueprint.route("/mon-comite/tournees/nouvelle", methods=["GET", "POST"])
@access(Who.MEMBER, Right.RECEIVE)
def new() -> ResponseReturnValue:
    committee, moment = own_committee("committees.index"), now()
    usual = forms.usual(committee, queries.latest(session(), committee.id), moment)
    form = forms.RoundForm(committee.zone, moment, data=usual)
    if not form.validate_on_submit():
        return form_page("rounds/new.html", form, committee=committee, factor=decimal(ROAD_FACTOR))
    this = service.sketch(committee.id, form.draft(), moment)
    plan = _planned(this, committee, None, url_for(".new"))
    with trying(_why, url_for(".index")) as current:
        round_id = service.draw_up(current, this, plan, deciding(), moment).id
    return done(_("La tournée est préparée. Rien n'est encore proposé aux donateurs."), _url(round_id))


@blueprint.get("/mon-comite/tournees/<int:round_id>")
@access(Who.MEMBER)
def show(round_id: int) -> str:
    drive = _found(round_id)
    return render_template("rounds/show.html", **_told(drive))


def _told(drive: Drive) -> dict[str, Any]:
    this, committee = drive.round, drive.committee
    lines = [*drive.stops, *drive.outside]
    places = [(line.call.offer.latitude, line.call.offer.longitude) for line in drive.stops]
    return {
        "drive": drive,
        "committee": committee,
        "now": now(),
        "begun": this.starts_at <= now(),
        "standings": STANDINGS,
        "windows": {line.stop.id: planning.window(this, line) for line in lines},
        "bounds": {line.stop.id: planning.bounds(this, line.pickup, line.stop) for line in lines},
        "rooms": {line.stop.id: decimal(ceil(planning.litres_of(line.pickup) / 100) / 10) for line in lines},
        "drawing": draw((committee.latitude, committee.longitude), places) if places else None,
        "hour": lambda moment: clock(local(moment, committee.zone), language()),
        "typed": lambda moment: f"{local(moment, committee.zone):%H:%M}" if moment else "",
        "past": history.decided(session(), [col(Decision.round_id) == this.id], PAGE)[0],
        "decision_words": decision_words,
        "factor": decimal(ROAD_FACTOR),
        "day": day_of(this.starts_at, committee.zone),
    }


def _anew(round_id: int, said: str, wish: StopWish | None = None) -> ResponseReturnValue:
    drive, back = _found(round_id), _url(round_id)
    wished = planning.granted(drive, wish) if wish else drive
    plan = _planned(drive.round, drive.committee, wished, back)
    with trying(_why, back) as current:
        service.order_anew(current, round_id, plan, deciding(), now(), wish)
    if wish is not None:
        after = _found(round_id)
        left = next((line for line in after.outside if line.stop.id == wish.stop_id), None)
        if left is not None and wish.hours is None:
            why = _("Cet arrêt n'a pas pu être ajouté : %(why)s.", why=_(left.stop.outside.french).lower())  # type: ignore[union-attr]
            return done(why, back, "warning")
    return done(said, back)


@blueprint.post("/mon-comite/tournees/<int:round_id>/ordre")
@access(Who.MEMBER, Right.RECEIVE)
def order(round_id: int) -> ResponseReturnValue:
    """Choose and order anew, with what there is to collect by now."""
    return _anew(round_id, _("La tournée est réordonnée."))


@blueprint.post("/mon-comite/tournees/<int:round_id>/arrets/<int:stop_id>/ajouter")
@access(Who.MEMBER, Right.RECEIVE)
def put_in(round_id: int, stop_id: int) -> ResponseReturnValue:
    return _anew(round_id, _("L'arrêt est ajouté."), StopWish(stop_id))


@blueprint.post("/mon-comite/tournees/<int:round_id>/arrets/<int:stop_id>/heures")
@access(Who.MEMBER, Right.RECEIVE)
def bound(round_id: int, stop_id: int) -> ResponseReturnValue:
    drive, form = _found(round_id), forms.HoursForm()
    if not form.validate_on_submit():
        return done(
            _("Écrivez des heures comme 14 h 30, la seconde après la première."), _url(round_id), "warning"
        )
    day = day_of(drive.round.starts_at, drive.committee.zone)
    hours = [
        planning.moment_there(day, field.moment, drive.committee.zone)
        for field in (form.not_before, form.not_after)
    ]
    return _anew(
        round_id, _("C'est noté, et la tournée en tient compte."), StopWish(stop_id, (hours[0], hours[1]))
    )


def _acting(round_id: int, said: str, verb: Callable[..., object], *arguments: Any) -> ResponseReturnValue:
    _found(round_id)
    with trying(_why, _url(round_id)) as current:
        verb(current, round_id, *arguments, deciding(), now())
    return done(said, _url(round_id))


@blueprint.post("/mon-comite/tournees/<int:round_id>/arrets/<int:stop_id>/<any(monter, descendre):way>")
@access(Who.MEMBER, Right.RECEIVE)
def shift(round_id: int, stop_id: int, way: str) -> ResponseReturnValue:
    return _acting(round_id, _("L'ordre est changé."), service.shift, stop_id, -1 if way == "monter" else 1)


@blueprint.post("/mon-comite/tournees/<int:round_id>/arrets/<int:stop_id>/retirer")
@access(Who.MEMBER, Right.RECEIVE)
def take_out(round_id: int, stop_id: int) -> ResponseReturnValue:
    stops = {line.stop.id: line for line in _found(round_id).stops}
    said = _("L'arrêt est retiré de la tournée.")
    if stop_id in stops and stops[stop_id].standing is Standing.FIXED:
        said = _(
            "L'arrêt est retiré de la tournée. Son rendez-vous tient toujours : déplacez-le si personne n'y va."
        )
    return _acting(round_id, said, service.take_out, stop_id)


@blueprint.post("/mon-comite/tournees/<int:round_id>/proposer")
@access(Who.MEMBER, Right.RECEIVE)
def propose(round_id: int) -> ResponseReturnValue:
    drive = _found(round_id)
    on(match_id=[line.match.id for stop in drive.stops for line in stop.call.lines])
    within = current_app.extensions["settings"].answer_within
    with trying(_why, _url(round_id)) as current:
        asked_of = service.propose(current, round_id, deciding(), now(), within)
    said = plural(
        "C'est envoyé : %(num)s donateur reçoit l'heure de votre passage.",
        "C'est envoyé : %(num)s donateurs reçoivent l'heure de votre passage.",
        asked_of,
    )
    return done(said if asked_of else _("Tous les donateurs sont déjà prévenus."), _url(round_id))


@blueprint.post("/mon-comite/tournees/<int:round_id>/annuler")
@access(Who.MEMBER, Right.RECEIVE)
def cancel(round_id: int) -> ResponseReturnValue:
    said = _("La tournée est annulée. Ce qui est fixé ou proposé avec les donateurs tient toujours.")
    return _acting(round_id, said, service.cancel)


@blueprint.post("/mon-comite/tournees/<int:round_id>/reprendre")
@access(Who.MEMBER, Right.RECEIVE)
def take_up_again(round_id: int) -> ResponseReturnValue:
    return _acting(
        round_id, _("La tournée est reprise. Réordonnez-la avant de partir."), service.take_up_again
    )


@blueprint.get("/mon-comite/tournees/<int:round_id>/feuille")
@access(Who.MEMBER)
def sheet(round_id: int) -> str:
    """For the road: on paper or on a telephone. Its codes lead to pages behind the committee's door."""
    drive = _found(round_id)
    reports = {
        line.stop.id: links().url(
            url_for("handovers.committee_answer_report", match_id=line.call.lines[0].match.id)
        )
        for line in drive.stops
        if line.standing in {Standing.ASKED, Standing.FIXED}
    }
    codes = {
        key: segno.make(report, error="m").svg_data_uri(scale=3, border=1) for key, report in reports.items()
    }
    return render_template("rounds/sheet.html", **_told(drive), reports=reports, codes=codes)


@blueprint.get("/mon-comite/tournees/<int:round_id>/tournee.ics")
@access(Who.MEMBER)
def calendar(round_id: int) -> Response:
    """For volunteers: when, from where, what; who gives it stands behind the committee's door."""
    drive = _found(round_id)
    this, committee = drive.round, drive.committee
    settings = current_app.extensions["settings"]
    what = [
        _("%(time)s : %(commune)s, %(things)s", time=clock(local(line.stop.arrives_at, committee.zone), language()),
          commune=line.call.offer.commune,
          things=", ".join(counted(each.item, each.match.quantity, committee.language) for each in line.call.lines))
        for line in drive.stops
        if line.stop.arrives_at and line.call.lines
    ]  # fmt: skip
    entry = CalendarEntry(
        uid=f"tournee-{this.id}@portail-des-dons",
        sequence=this.sequence,
        span=Span(this.leaves_at or this.starts_at, this.returns_at or this.ends_at),
        summary=plural("Tournée : %(num)s arrêt", "Tournée : %(num)s arrêts", len(drive.stops)),
        place=", ".join(filter(None, (committee.street, f"{committee.postal_code} {committee.commune}"))),
        description="\n".join(what),
        now=now(),
        organizer=Organizer(settings.portal_name, settings.mail_sender),
        url=links().url(_url(this.id)),
    )
    cancelled = this.state is RoundState.CANCELLED
    response = Response(
        calendar_file(entry, cancelled=cancelled), content_type="text/calendar; charset=utf-8"
    )
    response.headers.set("Content-Disposition", "attachment", filename="tournee.ics")
    return response
