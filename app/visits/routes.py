"""« Visites »: of a committee's pages, for its members; of all, for administrators."""

from flask import Blueprint, render_template

from app.db import session
from app.models import Committee
from app.naming import former
from app.visits import counting, queries
from app.web.access import Who, access, signed_in
from app.web.clock import now, paris
from app.web.current_committee import committees_of, own_committee

blueprint = Blueprint("visits", __name__)


def _page(committee: Committee | None) -> str:
    found = queries.seen(
        session(), paris(now()).date(), [committee.slug, *former(session(), committee)] if committee else ()
    )
    return render_template(
        "visits/page.html",
        found=found,
        most=max([1, *found.days.values()]),
        others_sign=counting.OTHERS,
        kept_days=queries.KEPT_DAYS,
        committee=committee,
        others=committees_of(signed_in()) if committee else [],
    )


@blueprint.get("/mon-comite/visites")
@access(Who.MEMBER)
def ours() -> str:
    return _page(own_committee("visits.everything"))


@blueprint.get("/administration/visites")
@access(Who.ADMINISTRATOR)
def everything() -> str:
    return _page(None)
