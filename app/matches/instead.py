"""A coordinator prefers a runner-up, or reads who else there is."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.matches import pairs, service, wording
from app.matches.routes import blueprint, card_of, for_templates
from app.matches.service import MatchError, MatchRefusal
from app.models import Match
from app.transitions import Actor
from app.web.access import Who, access, signed_in
from app.web.asked import whole
from app.web.clock import now


@blueprint.get("/coordination/rapprochements/<int:match_id>/autres")
@access(Who.COORDINATOR)
def others(match_id: int) -> str:
    """A piece of the board: who else could have the article, what else could serve the need."""
    card = card_of(match_id)
    found = pairs.others(session(), card.match, now())
    return render_template("matches/_others.html", others=found, card=card, **for_templates(now()))


@blueprint.post("/coordination/rapprochements/<int:match_id>/plutot")
@access(Who.COORDINATOR)
def give_instead(match_id: int) -> ResponseReturnValue:
    """Approve this runner-up in the place of the proposal."""
    card_of(match_id)
    need_id, item_id = (whole(request.form.get(name, "")) for name in ("besoin", "article"))
    try:
        with transaction() as work:
            match = work.get_one(Match, match_id)
            proposal = pairs.instead(work, match, now(), need_id=need_id, item_id=item_id)
            if proposal is None or (need_id is None) == (item_id is None):
                raise MatchError(MatchRefusal.NOT_PERMITTED)
            within = current_app.extensions["settings"].answer_within
            actor = Actor.account(signed_in().id)
            chosen = service.give_instead(work, match_id, proposal, actor, now(), within)
            done = chosen.id
    except MatchError as error:
        flash(wording.refusal(error.code), "error")
        return redirect(url_for("matches.show", match_id=match_id), 303)
    return redirect(url_for("matches.board", fait=done), 303)
