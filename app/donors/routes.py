"""A donor's page: who it is, all that it offered, and everything that happened."""

from flask import Blueprint, abort, render_template

from app.db import session
from app.donors import queries
from app.history.pages import remembered
from app.history.queries import of_donor
from app.models import Donor
from app.web.access import Who, access

blueprint = Blueprint("donors", __name__)


@blueprint.get("/coordination/donateurs/<int:donor_id>")
@access(Who.COORDINATOR)
def show(donor_id: int) -> str:
    donor = session().get(Donor, donor_id) or abort(404)
    keys = [donor_id]
    return render_template(
        "donors/show.html",
        donor=donor,
        offers=queries.offers_of(session(), keys),
        most=queries.SHOWN,
        **remembered(of_donor(session(), donor_id, keys)),
    )
