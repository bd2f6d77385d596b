"""« Ce que le portail nous a apporté » for a committee, « Bilan » for coordinators: pages, a sheet to print, files."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.committees import queries as committees
from app.days import day_of
from app.db import session, transaction
from app.figures import asking, pictures, queries, service, stock, tables, wording
from app.figures.asking import Question
from app.figures.brought import Brought, brought
from app.figures.course import GOAL_HOURS, course
from app.figures.forms import EquippedForm, equipped_data, families, scale_form
from app.figures.measures import Scale
from app.figures.months import Period
from app.figures.queries import Extent
from app.models import Committee
from app.models.states import Right
from app.web import exports
from app.web.access import Who, access, signed_in
from app.web.alphabet import alphabetical
from app.web.answers import done, form_page
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.exports import ExportTable
from app.web.navigation import shown_name
from app.web.seen import filled_with, unchanged
from app.web.text import _, full_date

blueprint = Blueprint("figures", __name__)
FILES = ("csv", "ods")
SHOWN = 12
"""Lines of a table on a page; a file has them all."""


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


def _file(name: str, scope: Extent, sheets: Sequence[ExportTable], explained: Sequence[str]) -> Response:
    form = request.args.get("format", "")
    source = current_app.extensions["settings"].portal_name
    notes = tables.notes(explained, source, full_date(now()))
    return exports.answer(
        form if form in FILES else FILES[0], f"{name}-{tables.period_name(scope)}", sheets, notes
    )


def _bilan(name: str, scope: Extent) -> Response:
    found = brought(session(), scope)
    return _file(name, scope, tables.tables(found), tables.explained(found))


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
    return _bilan(f"bilan-{committee.slug}", _ours(committee).scope)


@blueprint.get("/mon-comite/recus")
@access(Who.MEMBER)
def our_stock() -> Response:
    committee = own_committee("figures.everybody")
    return _stock(f"recus-{committee.slug}", _ours(committee).scope)


def _stock(name: str, scope: Extent) -> Response:
    table = stock.table(_received(scope), Scale(queries.values(session())))
    return exports.answer("csv", f"{name}-{tables.period_name(scope)}", [table])


def _received(scope: Extent) -> Iterator[Any]:
    # The session of the request is closed by the time the file is written: this one is that of the writing.
    yield from queries.one_by_one(session(), scope)


# Everybody's


@blueprint.get("/coordination/bilan")
@access(Who.COORDINATOR)
def everybody() -> str:
    asked = asking.of_everybody(day_of(now()))
    found = brought(session(), asked.scope)
    return _page("everybody", asked, found, choices=_choices(asked.scope, found.names.actions))


def _choices(scope: Extent, actions: Mapping[int, str]) -> dict[str, Sequence[tuple[Any, str]]]:
    """What a report may be narrowed to. An article that is no family is there where it was asked for."""
    items, asked = families(), scope.item
    return {
        "committees": committees.choices(session()),
        "organisations": [(row.id, row.name) for row in committees.organisations(session())],
        "actions": sorted(actions.items(), key=lambda action: alphabetical(action[1])),
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
    return _bilan("bilan", asking.of_everybody(day_of(now())).scope)


@blueprint.get("/coordination/recus")
@access(Who.COORDINATOR)
def all_stock() -> Response:
    return _stock("recus", asking.of_everybody(day_of(now())).scope)


@blueprint.get("/coordination/bilan/parcours")
@access(Who.COORDINATOR)
def passage() -> str:
    """How far gifts come and how long it takes, what never comes, what nobody asks for, who is served."""
    asked = asking.of_everybody(day_of(now()), asking.QUARTER)
    found = course(session(), asked.scope, SHOWN)
    return render_template(
        "figures/course.html",
        asked=asked,
        found=found,
        sheets=tables.of_course(found, SHOWN),
        more={"unmet": len(found.unmet), "unasked": len(found.unasked), "fairness": len(found.committees)},
        shown=SHOWN,
        explained=tables.explained_course(),
        say=wording,
        share=pictures.share,
        goal=GOAL_HOURS,
        choices=_choices(asked.scope, queries.actions(session())),
    )


@blueprint.get("/coordination/bilan/parcours/tableur")
@access(Who.COORDINATOR)
def passage_file() -> Response:
    found = course(session(), asking.of_everybody(day_of(now()), asking.QUARTER).scope)
    return _file("parcours", found.scope, [*tables.of_course(found).values()], tables.explained_course())


@blueprint.route("/administration/valeurs", methods=["GET", "POST"])
@access(Who.ADMINISTRATOR)
def values() -> ResponseReturnValue:
    """What a kilogram of each family is worth: while nobody says, no value is estimated."""
    filled_with(values=_scale(session()))
    form = scale_form(queries.values(session()))
    if not form.validate_on_submit():
        return form_page("figures/values.html", form)
    with transaction() as current:
        unchanged(values=_scale(current))
        service.set_values(current, form.cents(), now())
    said = (
        _("Le barème est enregistré.")
        if form.cents()
        else _("Le barème est vide : aucune valeur n'est estimée.")
    )
    return done(said, url_for("figures.everybody"))


def _scale(current: Session) -> list[list[Any]]:
    return [[row.family, row.cents] for row in queries.values(current)]
