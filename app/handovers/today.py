"""The day's list of a committee, for a telephone and one thumb: each article is ticked as it comes, with or without a network.

A service worker keeps the page; what is ticked meanwhile is sent when the network is back, and the answer says what became of it. The
same tick twice is told so and changes nothing.
"""

from flask import current_app, jsonify, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app.db import session, transaction
from app.handovers import queries, reporting
from app.handovers.entering import REFUSALS, answering, blueprint, by_account
from app.handovers.reporting import HandoverReport, Received, Says
from app.handovers.trips import HandoverError, HandoverRefusal
from app.models import Match, OfferedItem
from app.models.states import MatchState, Right, Side
from app.transitions import Actor
from app.web.access import Who, access, signed_in
from app.web.answers import done
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.seen import StaleError
from app.web.text import _


@blueprint.get("/mon-comite/aujourdhui")
@access(Who.MEMBER)
def today() -> str:
    committee, moment = own_committee("committees.index"), now()
    calls = [
        call
        for call in queries.of_day(session(), committee, moment)
        if reporting.opens(call.handover, call.offer, committee, moment)
    ]
    return render_template(
        "handovers/today.html",
        committee=committee,
        others=committees_of(signed_in()),
        calls=calls,
        now=moment,
    )


@blueprint.get("/mon-comite/sw.js")
@access(Who.PUBLIC)
def worker() -> ResponseReturnValue:
    """The service worker: from here, because it may serve what lies beside it alone."""
    response = send_from_directory(current_app.static_folder or "", "sw.js", mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    return response


def _received(current: Session, match_id: int, actor: Actor) -> None:
    match = current.get_one(Match, match_id)
    if match.state is not MatchState.SCHEDULED:
        raise HandoverError(HandoverRefusal.TOO_LATE)
    condition = current.get_one(OfferedItem, match.offered_item_id).condition
    said = HandoverReport(Says.YES, {match_id: Received(match.quantity, condition)})
    reporting.report(current, match_id, Side.COMMITTEE, said, actor, now(), lines=[match_id])


@blueprint.post("/mon-comite/aujourdhui/<int:match_id>/recu")
@access(Who.MEMBER, Right.RECEIVE)
def tick(match_id: int) -> ResponseReturnValue:
    """This article came as it was announced."""
    actor, back = by_account(match_id).actor, url_for(".today")
    if request.accept_mimetypes.best != "application/json":
        with answering(back) as current:
            _received(current, match_id, actor)
        return done(_("C'est noté : reçu."), back)
    try:
        with transaction() as current:
            _received(current, match_id, actor)
    except StaleError as late:
        return jsonify(done=False, said=late.sentence)
    except HandoverError as refused:
        return jsonify(done=False, said=str(REFUSALS[refused.code]))
    return jsonify(done=True, said=_("C'est noté : reçu."))
