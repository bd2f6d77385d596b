"""A sheet to bring along: what changes hands, when and where, and a code that opens the report for the committee.

The code leads to a page for members who are signed in: paper gets lost, so nothing on it lets a stranger act.
"""

from typing import TYPE_CHECKING

from flask import abort, render_template, url_for

from app.handovers.entering import REFUSALS, blueprint, by_account, by_link, case_of, donor_match
from app.handovers.meeting import has_address
from app.handovers.queries import Case
from app.handovers.trips import HandoverRefusal
from app.late import Late
from app.models.states import Side
from app.web.access import Who, access
from app.web.answers import turn_back
from app.web.opening import links

if TYPE_CHECKING:
    import segno
else:
    segno = Late("segno")


def _page(case: Case, side: Side, back: str) -> str:
    # Once it is over nobody has to find anybody any more: as on the page itself, names and addresses are gone.
    if case.handover is None or not case.fixed:
        abort(404)
    if not has_address(case.handover, case.offer, case.committee):
        turn_back(str(REFUSALS[HandoverRefusal.NO_ADDRESS]), back)
    report = links().url(url_for("handovers.committee_answer_report", match_id=case.fixed[0].match.id))
    code: str = segno.make(report, error="m").svg_data_uri(scale=5, border=2)
    return render_template(
        "handovers/slip.html", case=case, for_donor=side is Side.DONOR, code=code, report=report, back=back
    )


@blueprint.get("/mon-comite/dons/<int:match_id>/bon")
@access(Who.MEMBER)
def committee_answer_slip(match_id: int) -> str:
    seat = by_account(match_id)
    return _page(case_of(seat.match_id), Side.COMMITTEE, seat.url())


@blueprint.get("/reponse/comite/<token>/bon")
@access(Who.LINK)
def committee_link_slip(token: str) -> str:
    seat = by_link(token)
    return _page(case_of(seat.match_id), Side.COMMITTEE, seat.url())


@blueprint.get("/reponse/donateur/<token>/bon")
@access(Who.LINK)
def donor_slip(token: str) -> str:
    return _page(case_of(donor_match(token)), Side.DONOR, url_for(".donor_answer", token=token))
