"""A need as a coordinator sees it: what stands, what goes towards it, and everything that happened."""

from flask import abort, render_template

from app.committees import queries as committees
from app.db import session
from app.explaining.ways import Storing, near
from app.history.pages import remembered
from app.history.queries import of_need
from app.matches.queries import storage
from app.models import Committee, Need
from app.needs import queries
from app.needs.routes import blueprint
from app.web.access import Who, access


@blueprint.get("/coordination/besoins/<int(max=2147483647):need_id>")
@access(Who.COORDINATOR)
def show(need_id: int) -> str:
    need = session().get(Need, need_id) or abort(404)
    line = queries.with_quantities(session(), [need])[0]
    committee = session().get_one(Committee, need.committee_id)
    collector = committees.collectors(session(), committee, [need])[need_id]
    storing = Storing(storage.room_of(session(), committee), storage.proposed_to(session(), committee))
    return render_template(
        "needs/show.html",
        need=need,
        line=line,
        committee=committee,
        coming=queries.coming_for(session(), need_id),
        found=near(need, line.found, committee, storing, collector),
        **remembered(of_need(session(), need)),
    )
