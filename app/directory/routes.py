"""The directory with its map, and the search on one line."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.committees.queries import organisation_by_slug
from app.db import session
from app.directory import queries
from app.directory.drawing import Pin, draw
from app.directory.reading import SearchLine, names_room, read
from app.guides import GUIDES
from app.places.outlines import departments
from app.public.queries import TO_BRING_KM, figures, lacking
from app.standing import stands
from app.web import asked
from app.web.access import Who, access
from app.web.clock import now, paris
from app.web.colours import LEAST, hexadecimal, style_sheet, worst
from app.web.pages import cut
from app.web.searched import NAMED, SEARCHED
from app.web.text import _, plural

blueprint = Blueprint("directory", __name__)

SHORT = 6
"""Committees in the answer to a search, which leads to the others."""


@blueprint.get("/comites")
@access(Who.PUBLIC)
def everybody() -> str:
    """Committees by place, by association and by what they take, with their map."""
    current, line, association = session(), read(asked.words("q")), asked.words("association", 80)
    within = queries.within(asked.words("departement", 400), line)
    room = bool(request.args.get("espace"))
    found = queries.seats(stands(queries.branches), line, association, within, room=room)
    page = cut(tuple(found), asked.page(), queries.PAGE)
    return render_template(
        "directory/everybody.html",
        line=line,
        association=association,
        associations=queries.associations(current),
        within=within,
        room=room,
        page=page,
        lacking=tuple(queries.lacking_at(current, [seat.id for seat in page.rows]).items()),
        drawing=draw(found, within, line.place),
        kept={
            "espace": "oui" if room else None,
            "q": line.typed or None,
            "association": association or None,
            "departement": ",".join(within) if request.args.get("departement") else None,
        },
    )


@blueprint.get("/associations")
@access(Who.PUBLIC)
def associations() -> str:
    page = cut(queries.associations(session()), asked.page(), queries.PAGE)
    return render_template("directory/associations.html", page=page)


@blueprint.get("/associations/<slug:slug>")
@access(Who.PUBLIC)
def association(slug: str) -> str:
    """The front page of an association: what it lacks, its committees on their map, its actions."""
    current = session()
    row = organisation_by_slug(current, slug) or abort(404)
    found = queries.seats(stands(queries.branches), SearchLine(), slug, ())
    page = cut(tuple(found), asked.page(), queries.PAGE)
    return render_template(
        "directory/association.html",
        organisation=row,
        needs=stands(lacking, association=slug, asked=1),
        short=SHORT,
        page=page,
        lacking=tuple(queries.lacking_at(current, [seat.id for seat in page.rows]).items()),
        drawing=draw(found, (), None),
        line=SearchLine(),
        association=slug,
        actions=queries.actions(current, SearchLine(), paris(now()).date(), association=slug),
        received=stands(figures, organisation_id=row.id),
    )


@blueprint.get("/couleurs/<colour>.css")
@access(Who.PUBLIC)
def colours(colour: str) -> Response:
    """The style sheet of an association's colour, which never changes: the address says the colour."""
    known = hexadecimal(colour)
    if known is None or worst(known) < LEAST:
        abort(404)
    response = Response(style_sheet(known), mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/chercher")
@access(Who.PUBLIC)
def search() -> str:
    """A thing, a place or a name on one line: what is lacking, who takes it, which actions ask for it."""
    current, line = session(), read(asked.words("q"))
    needs = committees = actions = None
    if line.typed:
        within = queries.within("", line)
        named = line.words and line.item is None
        needs = (
            None
            if named
            else stands(lacking, item=line.item, place=line.place, department=line.department, asked=1)
        )
        committees = tuple(queries.seats(stands(queries.branches), line, "", within))
        if line.place:
            committees = tuple(seat for seat in committees if (seat.km or 0) <= TO_BRING_KM) or committees[:3]
        actions = queries.actions(current, line, paris(now()).date())
    return render_template(
        "directory/search.html",
        line=line,
        needs=needs,
        committees=committees,
        actions=actions,
        rooms=_rooms(line) if names_room(line) else (),
        short=SHORT,
    )


def _rooms(line: SearchLine) -> list[queries.Branch]:
    """The committees with a computer room near where the line says, the nearest first; the three nearest where none is near."""
    where = SearchLine(place=line.place, department=line.department)
    found = queries.seats(stands(queries.branches), where, "", queries.within("", line), room=True)
    return [seat for seat in found if (seat.km or 0) <= TO_BRING_KM] or found[:3]


@blueprint.app_template_global()
def department_name(code: str) -> str:
    """« Rhône (69) »; what lies in none is elsewhere."""
    known = departments().get(code)
    return f"{known.name} ({code})" if known else _("Ailleurs")


@blueprint.app_template_global()
def mark_words(mark: Pin, *, close: bool) -> str:
    """« Comité de Givors », « Rhône et 2 autres départements : 14 comités »."""
    if len(mark.seats) == 1:
        return f"{mark.seats[0].name} ({mark.seats[0].commune})"
    names = mark.communes if close else [departments()[code].name for code in mark.codes]
    where, more = names[0], len(names) - 1
    if more and close:
        where = plural(
            "%(name)s et %(num)s autre commune", "%(name)s et %(num)s autres communes", more, name=where
        )
    elif more:
        where = plural(
            "%(name)s et %(num)s autre département",
            "%(name)s et %(num)s autres départements",
            more,
            name=where,
        )
    count = plural("%(num)s comité", "%(num)s comités", len(mark.seats))
    return _("%(where)s : %(count)s", where=where, count=count)


@blueprint.app_template_global()
def mark_leads(mark: Pin, line: SearchLine, association: str, *, close: bool) -> str:
    """Where a mark leads: to its only committee, else closer."""
    if len(mark.seats) == 1:
        return url_for("committees.page", slug=mark.seats[0].slug)
    if close:
        there = f"{line.words} {mark.seats[0].postal_code}".strip()
        return url_for("directory.everybody", q=there, association=association or None)
    return url_for(
        "directory.everybody",
        q=line.words or None,
        departement=",".join(mark.codes),
        association=association or None,
    )


@blueprint.get("/sitemap.xml")
@access(Who.PUBLIC)
def sitemap() -> ResponseReturnValue:
    """Every page that is searched, in French: each names its other languages."""
    named = {**queries.named(session()), "public.guide": tuple(GUIDES)}
    named |= {endpoint: names() for endpoint, names in NAMED.items()}
    nothing: list[dict[str, Any]] = [{}]
    paths = [
        url_for(endpoint, **values)
        for endpoint in sorted(SEARCHED)
        for values in ([{"slug": slug} for slug in named[endpoint]] if endpoint in named else nothing)
    ]
    base = current_app.extensions["settings"].base_url
    page = render_template("directory/sitemap.xml", pages=[f"{base}{path}" for path in paths])
    return Response(page, mimetype="application/xml")
