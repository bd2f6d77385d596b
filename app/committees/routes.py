"""A committee's own pages, the public ones, and the list for coordinators."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.committees import queries, service
from app.committees.effects import effects, rules_changed
from app.committees.forms import CommitteeForm, FoundForm, committee_data
from app.committees.inheriting import still_followed
from app.committees.sentences import rule_words, ruled, rules_in_words
from app.committees.service import CommitteeError, CommitteeRefusal
from app.committees.stops import stops
from app.days import day_of
from app.db import session, transaction
from app.explaining import ways
from app.explaining.helping import OF_RULES, not_yet, read, widened
from app.explaining.why_not import clause
from app.figures.queries import pieces_of_month
from app.matches.queries import storage
from app.models import Committee, Organisation
from app.models.states import NeedState, Right
from app.needs import queries as needs
from app.photos.queries import of_items
from app.public.queries import figures
from app.rooms import queries as rooms
from app.web import asked
from app.web.access import Who, access, current_account, deciding, signed_in
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.current_committee import (
    answers_awaited,
    approved_before,
    committees_of,
    may,
    may_act_for,
    may_here,
    own_committee,
)
from app.web.opening import links
from app.web.seen import filled_with, unchanged
from app.web.text import _, language
from app.web.week import week
from notifications import zones

blueprint = Blueprint("committees", __name__)

blueprint.add_app_template_global(answers_awaited)
blueprint.add_app_template_global(may_here)
blueprint.add_app_template_global(ruled)
blueprint.add_app_template_global(rule_words)


@blueprint.get("/mon-comite")
@access(Who.MEMBER)
def home() -> str:
    """What is proposed to us, what is coming, what is still missing and why."""
    committee = own_committee("committees.index")
    key = committee.id
    moment = now()
    incoming = queries.incoming(session(), key, approved_before=approved_before())
    standing = needs.of_committee(session(), key, [NeedState.OPEN, NeedState.EXPIRED])
    lines = [line for line in standing if line.remaining and line.need.state is NeedState.OPEN]
    aside = sum(line.need.state is NeedState.EXPIRED for line in standing)
    missing, together = _what_would_help(committee, lines)
    return render_template(
        "committees/home.html",
        committee=committee,
        others=committees_of(signed_in()),
        to_answer=queries.by_trip(row for row in incoming if row.to_answer),
        today=day_of(moment, committee.zone),
        due=queries.by_trip(row for row in incoming if row.to_report(moment)),
        coming=queries.by_trip(row for row in incoming if not (row.to_answer or row.to_report(moment))),
        photos=of_items(session(), [row.item.id for row in incoming]),
        missing=missing,
        together=together,
        aside=aside,
        asked=aside + sum(line.need.asked_at is not None for line in lines),
        received=pieces_of_month(session(), committee, now()),
        sentences=our_rules(committee),
        stops=stops(session(), committee, moment),
    )


def _what_would_help(
    committee: Committee, lines: list[needs.NeedLine]
) -> tuple[list[tuple[needs.NeedLine, ways.Near]], list[ways.Way]]:
    """Each need that lacks something with what came near it, and the changes that would help several."""
    vans = queries.collectors(session(), committee, [line.need for line in lines])
    storing = ways.Storing(storage.room_of(session(), committee), storage.proposed_to(session(), committee))
    found = [ways.near(line.need, line.found, committee, storing, vans[line.need.id]) for line in lines]
    together = ways.shared(found)
    return [(line, ways.without(each, together)) for line, each in zip(lines, found, strict=True)], together


# What anybody may see


def _public(slug: str) -> Committee:
    """A committee that is at work, or nothing."""
    committee = queries.by_slug(session(), slug)
    if committee is None or not committee.active:
        abort(404)
    return committee


def our_rules(committee: Committee) -> list[str]:
    """The committee's rules in sentences, as they hold now."""
    return rules_in_words(committee, storage.room_of(session(), committee), day_of(now()))


def _asked(committee: Committee) -> list[needs.Asked]:
    return needs.asked(needs.of_committee(session(), committee.id, [NeedState.OPEN]))


@blueprint.get("/comites/<slug:slug>")
@access(Who.PUBLIC)
def page(slug: str) -> str:
    committee = _public(slug)
    account = current_account()
    return render_template(
        "committees/page.html",
        committee=committee,
        organisation=session().get_one(Organisation, committee.organisation_id),
        week=week(committee.opening_hours),
        wanted=_asked(committee),
        sentences=our_rules(committee),
        zone=zones.named(committee.zone, language())
        if zones.differ(committee.zone, zones.HOME, now())
        else "",
        actions=queries.actions_of(session(), committee.id, day_of(now())),
        received=figures(session(), committee_id=committee.id),
        room=rooms.is_open(session(), committee.id),
        mine=account is not None and may(account, committee.id, Right.SEE),
    )


@blueprint.get("/comites/<slug:slug>/affiche")
@access(Who.PUBLIC)
def poster(slug: str) -> str:
    """The needs on a sheet of paper, with a code for telephones."""
    committee = _public(slug)
    return render_template(
        "committees/poster.html",
        committee=committee,
        organisation=session().get_one(Organisation, committee.organisation_id),
        week=week(committee.opening_hours),
        wanted=_asked(committee),
        address=links().url(url_for("doors.short", number=committee.id)),
    )


# What members and coordinators change


@blueprint.route("/comites/<slug:slug>/modifier", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def edit(slug: str) -> ResponseReturnValue:
    committee = queries.by_slug(session(), slug)
    if committee is None or not may_act_for(signed_in(), committee.id):
        abort(404)
    filled_with(committee=committee)
    organisation = session().get_one(Organisation, committee.organisation_id)
    left = storage.room_of(session(), committee)
    wanted = read(request.args, OF_RULES) if request.method == "GET" else {}
    if wanted:
        return _what_if(committee, left, wanted)
    form = _form(committee_data(committee, left))
    step = request.form.get("etape")
    if step == "revenir" or not form.validate_on_submit():
        shown, status = form_page(
            "committees/form.html", form, committee=committee, organisation=organisation
        )
        return shown, 200 if step == "revenir" else status
    described = form.description()
    if step != "enregistrer" and rules_changed(committee, _imagined(committee, form), described.room, left):
        unchanged(committee=committee)
        return _preview(committee, form)
    identity = form.identity() if isinstance(form, FoundForm) else None
    with transaction() as current:
        unchanged(committee=service.held(current, committee.id))
        service.describe(current, committee.id, described, deciding(), now(), identity)
    return done(_("C'est enregistré. Les prochaines propositions en tiennent compte."), _back(committee))


def _form(data: dict[str, Any], **options: Any) -> Any:
    """The form of whoever is looking, filled in."""
    if signed_in().is_coordinator:
        return FoundForm(data=data, organisations=queries.organisations(session()), **options)
    return CommitteeForm(data=data, **options)


def _imagined(committee: Committee, form: Any) -> Committee:
    """The committee as the form says it."""
    whose = form.identity().organisation_id if isinstance(form, FoundForm) else committee.organisation_id
    columns = service.columns_of(form.description(), session().get_one(Organisation, whose))
    return Committee(**{**committee.model_dump(), **columns, "organisation_id": whose})


def _back(committee: Committee) -> str:
    if signed_in().is_coordinator:
        return url_for("committees.index")
    return url_for("committees.home", comite=committee.slug)


def _what_if(committee: Committee, left: int | None, wanted: dict[str, Any]) -> ResponseReturnValue:
    """What the change that the address proposes would do, as if it had been typed."""
    columns = widened(committee, left, wanted)
    if not columns:
        said = _("Vos règles le permettent déjà : les prochaines propositions en tiennent compte.")
        return done(said, _back(committee), "info")
    room = columns.pop("room", left)
    columns["follows"] = still_followed(committee.follows, columns)
    imagined = Committee(**{**committee.model_dump(), **columns})
    data = committee_data(imagined, room)
    organisation = session().get_one(Organisation, committee.organisation_id)
    form = _form(data, formdata=MultiDict(data), meta={"csrf": False})
    if not form.validate():
        return form_page("committees/form.html", form, committee=committee, organisation=organisation)
    made = not_yet(wanted, partial(widened, committee, left))
    return _preview(committee, form, ways.wish(made, committee))


def _preview(committee: Committee, form: Any, proposed: str = "") -> str:
    """What the rules in the form would change, with all that stands in it; nothing is saved. `proposed` says a change that
    nobody typed."""
    today, room, imagined = day_of(now()), form.description().room, _imagined(committee, form)
    return render_template(
        "committees/preview.html",
        committee=committee,
        sentences=rules_in_words(imagined, room, today),
        before=our_rules(committee),
        effects=effects(session(), committee, imagined, room, now()),
        typed=[
            (field.name, value)
            for field in form
            if field.name != "csrf_token"
            for value in (field.data if isinstance(field.data, list) else [field.data or ""])
        ],
        proposed=proposed,
        back=_back(committee),
        why=clause,
    )


@blueprint.get("/coordination/comites")
@access(Who.COORDINATOR)
def index() -> str:
    text = asked.words()
    page = queries.everywhere(session(), text, asked.page())
    return render_template("committees/index.html", page=page, text=text)


@blueprint.route("/coordination/comites/nouveau", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def new() -> ResponseReturnValue:
    organisations = queries.organisations(session())
    if not organisations:
        said = _("Commencez par l'association à laquelle le comité appartient.")
        return done(said, url_for("committees.new_organisation"), "info")
    form = FoundForm(organisations=organisations)
    if not form.validate_on_submit():
        only = organisations[0] if len(organisations) == 1 else None
        return form_page("committees/form.html", form, committee=None, organisation=only)
    with transaction() as current:
        committee = service.found(current, form.identity(), form.description(), now())
        name = committee.name
    said = _("Le comité « %(name)s » est créé. Invitez maintenant ses membres.", name=name)
    return done(said, url_for("committees.index"))


def _acting(committee_id: int, verb: Callable[..., Committee], *arguments: Any) -> Committee:
    with trying(_sentence) as current:
        return verb(current, committee_id, *arguments)


def _sentence(error: CommitteeError) -> str:
    if error.code is CommitteeRefusal.UNKNOWN:
        abort(404)
    return _(
        "Un don est promis à ce comité. Menez-le à son terme, ou faites-le décliner, puis fermez le comité."
    )


@blueprint.post("/coordination/comites/<int:committee_id>/fermer")
@access(Who.COORDINATOR)
def close(committee_id: int) -> ResponseReturnValue:
    committee = _acting(committee_id, service.close, deciding(), now())
    said = _("Le comité « %(name)s » est fermé : plus rien ne lui est proposé.", name=committee.name)
    return done(said, url_for("committees.index"))


@blueprint.post("/coordination/comites/<int:committee_id>/rouvrir")
@access(Who.COORDINATOR)
def reopen(committee_id: int) -> ResponseReturnValue:
    committee = _acting(committee_id, service.reopen)
    return done(_("Le comité « %(name)s » est rouvert.", name=committee.name), url_for("committees.index"))
