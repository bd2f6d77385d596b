"""A committee as a coordinator sees it: how to reach it, what it waits for and lacks, and everything that happened."""

from flask import abort, render_template

from app.committees import queries
from app.committees.routes import blueprint, our_rules
from app.db import session
from app.history.pages import remembered
from app.history.queries import of_committee
from app.models import Committee, Organisation
from app.models.states import NeedState
from app.needs import queries as needs
from app.todo.queries import errands_of
from app.web.access import Who, access
from app.web.clock import now
from app.web.week import week

SHOWN = 20
UNMET = (NeedState.OPEN, NeedState.PAUSED, NeedState.EXPIRED)


@blueprint.get("/coordination/comites/<int:committee_id>")
@access(Who.COORDINATOR)
def show(committee_id: int) -> str:
    committee = session().get(Committee, committee_id) or abort(404)
    moment = now()
    lines = needs.of_committee(session(), committee_id, UNMET)
    wanted = [line for line in lines if line.remaining]
    return render_template(
        "committees/show.html",
        committee=committee,
        organisation=session().get_one(Organisation, committee.organisation_id),
        week=week(committee.opening_hours),
        sentences=our_rules(committee),
        members=queries.members(session(), committee_id),
        incoming=queries.incoming(session(), committee_id, approved_before=moment),
        wanted=wanted[:SHOWN],
        more=len(wanted) - SHOWN,
        waiting=errands_of(session(), moment, "committee", [committee_id]),
        now=moment,
        **remembered(of_committee(session(), committee_id)),
    )
