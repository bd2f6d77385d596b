"""A paper of a trip: as a page to print, and as a PDF. For the donor by the link that follows the offer, for the committee and coordinators signed in."""

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from app.db import session
from app.papers import agreement, record
from app.papers.queries import GiftTrip, trip
from app.post.bearers import is_borne_by
from app.printing import pdf
from app.printing.paper import Paper
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.current_committee import may_act_for
from app.web.limits import limiter
from app.web.links import Purpose
from app.web.opening import claim
from app.web.text import printed

blueprint = Blueprint("papers", __name__)
RECORD, AGREEMENT = "recapitulatif", "convention"
FILES = "120 per hour"
KIND = f"<any({RECORD}, {AGREEMENT}):kind>"


def _paper(found: GiftTrip, kind: str) -> Paper:
    """What was forgotten has none any more; what has not come has no record, and a private person signs no agreement."""
    if found.offer.anonymised_at is not None or not (found.came if kind == RECORD else found.company):
        abort(404)
    if kind == AGREEMENT:
        return agreement.agreement(found, now())
    return record.record(found, current_app.extensions["settings"].portal_name, now())


def of_donor(token: str, handover_id: int) -> GiftTrip:
    said = claim(Purpose.TRACK_OFFER, token)
    found = trip(session(), handover_id)
    if found is None or found.offer.id != said.subject:
        abort(404)
    if not is_borne_by(session(), said.party, found.donor):
        abort(404)
    return found


def _of_committee(handover_id: int) -> GiftTrip:
    found = trip(session(), handover_id)
    if found is None or not may_act_for(signed_in(), found.committee.id):
        abort(404)
    return found


def _file(found: GiftTrip, kind: str) -> Response:
    return pdf.answer(_paper(found, kind), f"{kind}-{found.offer.reference}-{found.number}")


@blueprint.before_request
def in_the_letters_of_a_font() -> None:
    if request.path.endswith(".pdf"):
        printed()


@blueprint.get(f"/offre/suivi/<token>/papiers/<int:handover_id>/{KIND}")
@access(Who.LINK)
def donor_page(token: str, handover_id: int, kind: str) -> str:
    paper = _paper(of_donor(token, handover_id), kind)
    file = url_for(".donor_file", token=token, handover_id=handover_id, kind=kind)
    return render_template(
        "papers/paper.html", paper=paper, file=file, back=url_for("offers.track", token=token)
    )


@blueprint.get(f"/offre/suivi/<token>/papiers/<int:handover_id>/{KIND}.pdf")
@access(Who.LINK)
@limiter.limit(FILES)
def donor_file(token: str, handover_id: int, kind: str) -> Response:
    return _file(of_donor(token, handover_id), kind)


@blueprint.get(f"/mon-comite/papiers/<int:handover_id>/{KIND}")
@access(Who.MEMBER)
def committee_page(handover_id: int, kind: str) -> str:
    found = _of_committee(handover_id)
    file = url_for(".committee_file", handover_id=handover_id, kind=kind)
    back = url_for("handovers.committee_answer", match_id=found.lines[0].match.id)
    return render_template("papers/paper.html", paper=_paper(found, kind), file=file, back=back)


@blueprint.get(f"/mon-comite/papiers/<int:handover_id>/{KIND}.pdf")
@access(Who.MEMBER)
@limiter.limit(FILES)
def committee_file(handover_id: int, kind: str) -> Response:
    return _file(_of_committee(handover_id), kind)
