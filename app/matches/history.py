"""All matches; one of them with why it was made, what was decided and written, and who else there is, to be preferred even."""

from contextlib import suppress
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.handovers import queries as handovers
from app.history.pages import remembered
from app.history.queries import of_match
from app.matches import forms, pairs, service, wording
from app.matches.presence import looked_at
from app.matches.queries import board as reads
from app.matches.queries import listing
from app.matches.queries.board import Card
from app.matches.queries.listing import MatchFilters, MatchOrder
from app.matches.room import blueprint, card_of, for_templates, learnt, new_form, settings, teaches
from app.matches.service import MatchError, MatchRefusal
from app.models import Match, PlanRun
from app.models.states import MatchState
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import trying
from app.web.clock import now
from app.web.words import choices

TOGETHER: dict[MatchState | None, tuple[str, ...]] = {
    None: ("approuver", "annuler", "ecarter"),
    MatchState.PROPOSED: ("approuver", "ecarter"),
    **dict.fromkeys((MatchState.APPROVED, MatchState.REJECTED), ("annuler",)),
}
"""What can be done to many matches of one state (`app.matches.many`)."""


@blueprint.get("/coordination/rapprochements")
@access(Who.COORDINATOR)
def index() -> str:
    """All matches, as they are looked for."""
    filters = MatchFilters(
        state=asked.member(MatchState, "etat"),
        committee_id=asked.number("comite"),
        text=asked.words(),
        order=asked.member(MatchOrder, "tri") or MatchOrder.NEWEST,
    )
    page = listing.listed(session(), filters, asked.page())
    return render_template(
        "matches/index.html",
        page=page,
        last=reads.last_words(session(), page.rows),
        filters=filters,
        committees=reads.matched_committees(session()),
        states=choices(MatchState),
        orders=choices(MatchOrder),
        refusal=new_form(0),
        acts=TOGETHER.get(filters.state, ()),
        **for_templates(now()),
    )


@blueprint.get("/coordination/rapprochements/<int:match_id>")
@access(Who.COORDINATOR)
def show(match_id: int) -> str:
    """One match: both sides, why, who decided what, which letters left, the appointment."""
    return match_page(match_id, new_form(match_id))


def match_page(match_id: int, form: forms.RejectForm) -> str:
    current, moment, card = session(), now(), card_of(match_id)
    trip = handovers.trips_of(current, [match_id]).get(match_id)
    return render_template(
        "matches/show.html",
        card=card,
        form=form,
        teaches=teaches([card], moment),
        learnt=learnt([card], moment),
        handover=trip,
        together=handovers.together(current, card.match),
        times=handovers.times_of(current, trip),
        others=_others(card, moment),
        replayed=_replayed(card),
        waiting=_waiting(card),
        looked_at=looked_at(current, [match_id], moment),
        **remembered(of_match(current, match_id)),
        **for_templates(moment),
    )


def _others(card: Card, moment: datetime) -> pairs.Others | None:
    """The runners-up while there is something to decide; afterwards what is promised is nobody else's."""
    proposed = card.match.state is MatchState.PROPOSED
    return pairs.others(session(), card.match, moment) if proposed else None


def _replayed(card: Card) -> str:
    """Whether the score is found again from what was stored; empty where nothing was."""
    try:
        return wording.replay_sentence(pairs.replayed(card.match))
    except pairs.NothingStoredError:
        return ""


def _waiting(card: Card) -> str:
    """What the match was compared with, where its plan let things wait for what usually comes."""
    planned_in, weights = card.match.plan_run_id, card.match.inputs.get("weights", {})
    run = session().get(PlanRun, planned_in) if planned_in and weights.get("ahead_days") else None
    with suppress(pairs.NothingStoredError):
        if run and run.prices and (found := pairs.against_waiting(card.match, run.prices)):
            return wording.waiting_sentence(*found)
    return ""


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
    need_id, item_id = (asked.whole(request.form.get(name, "")) for name in ("besoin", "article"))
    back = url_for("matches.show", match_id=match_id)
    with trying(lambda error: wording.refusal(error.code), back, "error") as work:
        match = work.get_one(Match, match_id)
        proposal = pairs.instead(work, match, now(), need_id=need_id, item_id=item_id)
        if proposal is None or (need_id is None) == (item_id is None):
            raise MatchError(MatchRefusal.NOT_PERMITTED)
        within = settings().answer_within
        done = service.give_instead(work, match_id, proposal, deciding(), now(), within).id
    return redirect(url_for("matches.board", fait=done), 303)
