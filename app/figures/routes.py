"""« Ce que le portail nous a apporté » for a committee, « Bilan » for coordinators: pages, a sheet to print, files."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.committees import queries as committees
from app.days import day_of
from app.db import session, transaction
from app.figures import asking, pictures, queries, service, tables, wording
from app.figures.asking import Question
from app.figures.brought import Brought, brought
from app.figures.forms import EquippedForm, equipped_data
from app.figures.months import Period
from app.models import Committee
from app.models.states import Right
from app.web import exports
from app.web.access import Who, access, signed_in
from app.web.alphabet import alphabetical
from app.web.answers import done
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.navigation import shown_name
from app.web.seen import filled_with, unchanged
from app.web.text import _, full_date
from matching.items import load

blueprint = Blueprint("figures", __name__)
FILES = ("csv", "ods")


def _page(template: str, asked: Question, found: Brought, **more: Any) -> str:
    return render_template(
        f"figures/{template}.html",
        asked=asked,
        found=found,
        picture=pictures.columns(found.months),
        say=wording,
        share=pictures.share,
        explained=tables.explained(found),
        now=now(),
        **more,
    )


def _file(found: Brought, name: str) -> Response:
    form = request.args.get("format", "")
    source = current_app.extensions["settings"].portal_name
    return exports.answer(
        form if form in FILES else FILES[0],
        f"{tables.file_name(found.scope)}{name}",
        tables.tables(found),
        tables.notes(found, source, full_date(now())),
    )


# A committee's own


def _ours(committee: Committee) -> Question:
    return asking.of_committee(day_of(now(), committee.zone), committee.id)


@blueprint.get("/mon-comite/apports")
@access(Who.MEMBER)
def ours() -> ResponseReturnValue:
    committee = own_committee("figures.everybody")
    asked = _ours(committee)
    return _our_page(committee, asked, _equipped_form(committee, asked))


@blueprint.post("/mon-comite/apports")
@access(Who.MEMBER, Right.RECEIVE)
def say_equipped() -> ResponseReturnValue:
    """Whom the committee equipped in a month: it alone knows."""
    committee = own_committee("figures.everybody")
    key, slug, asked = committee.id, committee.slug, _ours(committee)
    month, form = asked.scope.period.last, _equipped_form(committee, asked)
    if not form.validate_on_submit():
        return _our_page(committee, asked, form)
    with transaction() as current:
        unchanged(equipped=equipped_data(queries.equipped(current, key, month)))
        service.say_equipped(current, key, month, form.families.value, form.people.value)
    back = url_for("figures.ours", comite=slug, **asked.period(Period(month, month)))
    return done(_("C'est noté : votre bilan en tient compte."), back)


def _equipped_form(committee: Committee, asked: Question) -> EquippedForm:
    said = equipped_data(queries.equipped(session(), committee.id, asked.scope.period.last))
    filled_with(equipped=said)
    return EquippedForm(data=said)


def _our_page(committee: Committee, asked: Question, form: EquippedForm) -> ResponseReturnValue:
    """Whom it equipped is asked where the period is one month."""
    period = asked.scope.period
    found, others = brought(session(), asked.scope), committees_of(signed_in())
    month = period.last if period.first == period.last else None
    page = _page("ours", asked, found, committee=committee, others=others, form=form, month=month)
    return page, 422 if form.is_submitted() else 200


@blueprint.get("/mon-comite/apports/feuille")
@access(Who.MEMBER)
def our_sheet() -> str:
    committee = own_committee("figures.everybody")
    asked = _ours(committee)
    back = url_for("figures.ours", comite=committee.slug, **asked.period(asked.scope.period))
    return _page("sheet", asked, brought(session(), asked.scope), who=committee.name, back=back)


@blueprint.get("/mon-comite/apports/tableur")
@access(Who.MEMBER)
def our_file() -> Response:
    committee = own_committee("figures.everybody")
    return _file(brought(session(), _ours(committee).scope), f"-{committee.slug}")


# Everybody's


@blueprint.get("/coordination/bilan")
@access(Who.COORDINATOR)
def everybody() -> str:
    asked = asking.of_everybody(day_of(now()))
    found = brought(session(), asked.scope)
    return _page("everybody", asked, found, choices=_choices(found))


def _choices(found: Brought) -> dict[str, Sequence[tuple[Any, str]]]:
    """What a report may be narrowed to. An article that is no family is there where it was asked for."""
    items = [item.slug for item in load().values() if item.parent is None and item.handled]
    asked = found.scope.item
    return {
        "committees": committees.choices(session()),
        "organisations": [(row.id, row.name) for row in committees.organisations(session())],
        "actions": sorted(found.names.actions.items(), key=lambda action: alphabetical(action[1])),
        "items": [
            (slug, shown_name(slug)) for slug in ([asked] if asked not in (None, *items) else []) + items
        ],
    }


@blueprint.get("/coordination/bilan/feuille")
@access(Who.COORDINATOR)
def sheet() -> str:
    asked = asking.of_everybody(day_of(now()))
    found = brought(session(), asked.scope)
    back = url_for("figures.everybody", comite=asked.scope.committee_id, **asked.address)
    who = (
        found.names.committees.get(asked.scope.committee_id or 0)
        or current_app.extensions["settings"].portal_name
    )
    return _page("sheet", asked, found, who=who, back=back)


@blueprint.get("/coordination/bilan/tableur")
@access(Who.COORDINATOR)
def file() -> Response:
    return _file(brought(session(), asking.of_everybody(day_of(now())).scope), "")
