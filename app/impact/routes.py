"""« Ce que le portail a permis »: of the portal, an association, a committee, an action; and the open data."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlmodel import col, select

from app.db import session
from app.figures.service import impact
from app.impact import opened, queries
from app.impact.opened import COLUMNS, TABLES, name_of
from app.impact.tables import FigureLine, Published, SubjectFigures, publish
from app.merging import FEWEST
from app.models import Action, Committee, Organisation
from app.web import asked, exports
from app.web.access import Who, access
from app.web.clock import now
from app.web.exports import OPEN_LICENCE, ExportTable
from app.web.pages import cut
from app.web.searched import NAMED
from app.web.text import _, full_date, month_name

blueprint = Blueprint("impact", __name__)

KEPT = timedelta(minutes=10)
"""How long figures stand before they are counted anew."""
DRAWN, PAGE = 24, 40
LICENCE_AT = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"


def published() -> tuple[Published, datetime]:
    """The tables, and when they were counted."""
    kept: tuple[Published, datetime] | None = current_app.extensions.get("impact")
    moment = now()
    if kept is None or not kept[1] <= moment < kept[1] + KEPT:
        kept = current_app.extensions["impact"] = (publish(queries.past(session())), moment)
    return kept


def months_in_words(line: FigureLine) -> str:
    first, last = month_name(line.key[0]), month_name(line.key[-1])
    return first if first == last else f"{first} – {last}"


def _page(
    subject: str, name: str, back: str, told: SubjectFigures | None, lines: Any = (), **more: Any
) -> str:
    found, at = published()
    drawn = told.months[-DRAWN:] if told else ()
    return render_template(
        "impact/page.html",
        subject=subject,
        name=name,
        back=back,
        told=told,
        found=found,
        at=at,
        fewest=FEWEST,
        drawn=drawn,
        most=max([1, *(line.pieces for line in drawn)]),
        page=cut(lines, asked.page(), PAGE),
        source=impact([]).source,
        name_of=name_of,
        months_in_words=months_in_words,
        **more,
    )


@blueprint.get("/impact")
@access(Who.PUBLIC)
def portal() -> str:
    found, _at = published()
    return _page("portal", "", "", found.portal, found.by_association)


@blueprint.get("/associations/<slug:slug>/impact")
@access(Who.PUBLIC)
def association(slug: str) -> str:
    row = _row(Organisation, slug)
    found, _at = published()
    lines = found.by_committee.get(row.id, ()) if row.id in found.associations else ()
    return _page(
        "association", row.name, "directory.association", found.associations.get(row.id), lines, slug=slug
    )


@blueprint.get("/comites/<slug:slug>/impact")
@access(Who.PUBLIC)
def committee(slug: str) -> str:
    row = _row(Committee, slug)
    if not row.active:
        abort(404)
    return _page("committee", row.name, "committees.page", published()[0].committees.get(row.id), slug=slug)


@blueprint.get("/actions/<slug:slug>/impact")
@access(Who.PUBLIC)
def action(slug: str) -> str:
    row = _row(Action, slug)
    return _page("action", row.title, "actions.page", published()[0].actions.get(row.id), slug=slug)


MOST_NAMED = 3_000
"""Of a kind: a site map holds 50,000 addresses at most."""


def _told(kind: Any, figures: Mapping[int, SubjectFigures]) -> list[str]:
    """The names in addresses of those that have figures of their own; of committees, those at work."""
    query = select(kind.slug).where(col(kind.id).in_(sorted(figures)[:MOST_NAMED])).order_by(kind.slug)
    return list(session().exec(query.where(col(kind.active).is_(True)) if kind is Committee else query))


NAMED |= {
    "impact.association": lambda: _told(Organisation, published()[0].associations),
    "impact.committee": lambda: _told(Committee, published()[0].committees),
    "impact.action": lambda: _told(Action, published()[0].actions),
}


def _row(kind: Any, slug: str) -> Any:
    return session().exec(select(kind).where(col(kind.slug) == slug)).first() or abort(404)


@blueprint.get("/donnees-ouvertes")
@access(Who.PUBLIC)
def open_data() -> str:
    found, at = published()
    return render_template(
        "impact/open_data.html",
        tables=TABLES,
        counts={name: sum(1 for _row in table.rows(found)) for name, table in TABLES.items()},
        columns=COLUMNS,
        found=found,
        at=at,
        fewest=FEWEST,
        licence=OPEN_LICENCE,
        licence_at=LICENCE_AT,
        source=impact([]).source,
    )


@blueprint.get("/donnees-ouvertes/<any(" + ", ".join(TABLES) + "):name>.<any(csv, json):form>")
@access(Who.PUBLIC)
def file(name: str, form: str) -> ResponseReturnValue:
    found, at = published()
    table = TABLES[name]
    response = (_csv if form == "csv" else _json)(name, table, found, at)
    response.headers["Cache-Control"] = f"public, max-age={round(KEPT.total_seconds())}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Link"] = f'<{LICENCE_AT}>; rel="license"'
    return response


def _source(found: Published) -> str:
    name: str = current_app.extensions["settings"].portal_name
    return _("%(portal)s, données d'exemple : rien n'en est vrai", portal=name) if found.past.sample else name


def _csv(name: str, table: opened.OpenTable, found: Published, at: datetime) -> Response:
    rows = [[row[column] for column in table.columns] for row in table.rows(found)]
    notes = [
        _("Source : %(source)s, le %(day)s.", source=_source(found), day=full_date(at)),
        _("Licence : %(licence)s.", licence=OPEN_LICENCE),
    ]
    return exports.answer(
        "csv", f"portail-des-dons-{name}", [ExportTable(str(table.title), table.columns, rows)], notes
    )


def _json(_name: str, table: opened.OpenTable, found: Published, at: datetime) -> Response:
    return jsonify(
        title=str(table.title),
        source=_source(found),
        sample=found.past.sample,
        licence=OPEN_LICENCE,
        licence_url=LICENCE_AT,
        counted_at=at.isoformat(timespec="seconds"),
        co2_source=impact([]).source,
        columns={column: str(COLUMNS[column]) for column in table.columns},
        rows=[dict(row) for row in table.rows(found)],
    )
