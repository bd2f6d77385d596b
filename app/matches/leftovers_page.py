"""« Pourquoi pas ? »: each need and each gift that the last plan left aside, with what came nearest."""

from flask import render_template, request

from app.db import session
from app.matches import forms
from app.matches.queries import leftovers
from app.matches.queries.leftovers import LeftoverKind, Sought
from app.matches.routes import blueprint, for_templates, pulse
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
        committee_id=forms.number(request.args.get("comite", "")) if side is LeftoverKind.NEEDS else None,
        text=forms.words(request.args.get("texte", "")),
    )
    page = min(forms.number(request.args.get("page", "")) or 1, 100_000)
    fresh, offset = pulse(current, moment), (page - 1) * PAGE
    found = (
        leftovers.unmet(current, fresh, paris(moment).date(), sought, offset=offset, limit=PAGE)
        if side is LeftoverKind.NEEDS
        else leftovers.unplaced(current, fresh, sought, offset=offset, limit=PAGE)
    )
    return render_template(
        "matches/why_not.html",
        side=side,
        found=found,
        sought=sought,
        page=page,
        pages=max(1, -(-found.total // PAGE)),
        committees=leftovers.committees(current) if side is LeftoverKind.NEEDS else [],
        taught=any(miss["detail"].get("lesson") for row in found.rows for miss in row.misses),
        pulse=fresh,
        **for_templates(moment),
    )
