"""« Pourquoi pas ? »: each need and each gift that the last plan left aside, with what came nearest."""

from flask import render_template, request

from app.db import session
from app.matches.queries import leftovers
from app.matches.queries.leftovers import LeftoverKind, Sought
from app.matches.room import blueprint, for_templates, pulse
from app.web import asked
from app.web.access import Who, access
from app.web.clock import now, paris

PAGE = 20


@blueprint.get("/coordination/pourquoi-pas")
@access(Who.COORDINATOR)
def why_not() -> str:
    """For each need, or each article: what came nearest, and what was missing."""
    current, moment = session(), now()
    side = LeftoverKind.GIFTS if request.args.get("cote") == LeftoverKind.GIFTS else LeftoverKind.NEEDS
    sought = Sought(
        committee_id=asked.number("comite") if side is LeftoverKind.NEEDS else None,
        text=asked.words(),
    )
    fresh, number = pulse(current, moment), asked.page()
    page = (
        leftovers.unmet(current, fresh, paris(moment).date(), sought, asked=number, size=PAGE)
        if side is LeftoverKind.NEEDS
        else leftovers.unplaced(current, fresh, sought, asked=number, size=PAGE)
    )
    return render_template(
        "matches/why_not.html",
        side=side,
        sought=sought,
        page=page,
        committees=leftovers.committees(current, sought.committee_id) if side is LeftoverKind.NEEDS else [],
        taught=any(miss["detail"].get("lesson") for row in page.rows for miss in row.misses),
        pulse=fresh,
        **for_templates(moment),
    )
