"""The coordinator's board: what is proposed and why, and what is decided of it, one by one or the obvious at once."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.db import session, transaction
from app.many import Outcomes
from app.matches import forms, service, wording
from app.matches.history import match_page
from app.matches.presence import looked_at
from app.matches.queries import board as reads
from app.matches.queries import leftovers
from app.matches.queries.board import BoardFilters, Card
from app.matches.queries.pulse import Pulse
from app.matches.room import (
    blueprint,
    card_of,
    for_templates,
    learnt,
    new_form,
    pulse,
    settings,
    teaches,
    undoable,
)
from app.matches.service import MatchError, MatchRefusal
from app.models.states import MatchState, Reason, Urgency
from app.transitions import Actor
from app.web import asked
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done
from app.web.clock import now, paris
from app.web.seen import StaleError, posted, told
from app.web.text import _, plural
from app.web.words import URGENCIES

PAGE = 12
SHOWN_UNMET = 5
OBVIOUS_SCORE = 0.75
OBVIOUS_KM = 15
LATELY = timedelta(hours=2)


@blueprint.get("/coordination")
@access(Who.COORDINATOR)
def board() -> str:
    """Proposals, what waits longest and is most urgent first."""
    return _board()


def _board() -> str:
    current, moment = session(), now()
    narrowed = _filters()
    page = reads.waiting(current, narrowed, asked=asked.page(), size=PAGE)
    committees, actions = reads.boardwide_choices(current, narrowed)
    told, lately = _done(), _lately(moment)
    shown = reads.cards(current, page.rows)
    fresh = pulse(current, moment)
    return render_template(
        "matches/board.html",
        page=page.holding(shown),
        reject_forms=_reject_forms(shown),
        teaches=teaches(shown, moment),
        learnt=learnt(told, moment),
        filters=narrowed,
        urgencies=URGENCIES,
        committees=committees,
        actions=actions,
        figures=reads.figures(current, moment),
        done=told,
        undoable=[card for card in told if undoable(moment)(card)],
        lately=lately,
        looked_at=looked_at(current, page.rows, moment),
        skip_to=_skip_to(request.full_path.rstrip("?")),
        many=forms.RejectForm(0, MultiDict()),
        unmet=[] if shown or narrowed else _unmet(fresh, moment),
        pulse=fresh,
        back=request.full_path.rstrip("?"),
        **for_templates(moment),
    )


def _filters() -> BoardFilters:
    return BoardFilters(
        committee_id=asked.number("comite"),
        action_id=asked.number("action"),
        urgency=asked.member(Urgency, "urgence"),
        text=asked.words(),
        skipped=tuple(forms.numbers(request.args.get("passe", "").split(","))),
    )


def _skip_to(back: str) -> Callable[[int], str]:
    """The board without this proposal, for the moment."""
    path, _separator, query = back.partition("?")
    pairs = [each for each in parse_qsl(query) if each[0] != "fait"]
    skipped = dict(pairs).get("passe", "")
    rest = [each for each in pairs if each[0] != "passe"]
    return lambda key: f"{path}?{urlencode([*rest, ('passe', f'{skipped},{key}'.strip(','))])}"


def _lately(moment: datetime) -> list[Card]:
    """What this account decided in the last hours and may take back, but for what the page tells of already."""
    told = set(forms.numbers(request.args.get("fait", "").split(",")))
    ids = reads.decided_lately(session(), signed_in().id, moment - LATELY, PAGE)
    cards = reads.cards(session(), [key for key in ids if key not in told])
    return [card for card in cards if undoable(moment)(card)]


def _unmet(fresh: Pulse, moment: datetime) -> Sequence[leftovers.Unserved]:
    return leftovers.unmet(session(), fresh, paris(moment).date(), size=SHOWN_UNMET).rows


def _reject_forms(cards: Sequence[Card]) -> dict[int, forms.RejectForm]:
    return {card.match.id: new_form(card.match.id) for card in cards}


def _done() -> list[Card]:
    """What was decided just before, as the address says, for the notice with its undo."""
    ids = forms.numbers(request.args.get("fait", "").split(","))
    return [card for card in reads.cards(session(), ids) if card.match.state is not MatchState.PROPOSED]


@blueprint.post("/coordination/rapprochements/<int:match_id>/approuver")
@access(Who.COORDINATOR)
def approve(match_id: int) -> ResponseReturnValue:
    return _decide(
        match_id, lambda work, actor: service.approve(work, match_id, actor, now(), settings().answer_within)
    )


@blueprint.post("/coordination/rapprochements/<int:match_id>/ecarter")
@access(Who.COORDINATOR)
def reject(match_id: int) -> ResponseReturnValue:
    form = forms.RejectForm(match_id, request.form)
    if not form.validate():
        if _by_htmx():
            return _fragment(card_of(match_id), form=form), 422
        return match_page(match_id, form), 422
    reason, note = Reason(form.reason.data), form.note.data or ""
    for_all = form.for_all.data
    return _decide(
        match_id,
        lambda work, actor: service.reject(work, match_id, reason, note, actor, now(), for_all=for_all),
    )


@blueprint.post("/coordination/rapprochements/<int:match_id>/annuler")
@access(Who.COORDINATOR)
def undo(match_id: int) -> ResponseReturnValue:
    return _decide(
        match_id, lambda work, actor: service.undo(work, match_id, actor, now(), settings().undo_within)
    )


Decision = Callable[[Any, Actor], object]


def _decide(match_id: int, decision: Decision) -> ResponseReturnValue:
    """Take one decision; answer with the card (htmx) or go back to where it was taken."""
    refused = None
    try:
        with transaction() as work:
            decision(work, deciding())
    except StaleError as late:
        refused = late.sentence
    except MatchError as error:
        refused = told(0 if error.code is MatchRefusal.DECIDED else None) or wording.refusal(error.code)
    card = card_of(match_id)
    if _by_htmx():
        return _fragment(card, refused), 200 if refused is None else 409
    if refused is not None:
        flash(refused, "error")
    return redirect(_back([match_id] if refused is None else []), 303)


def _by_htmx() -> bool:
    return request.headers.get("HX-Request") == "true"


def _fragment(card: Card, refused: str | None = None, form: forms.RejectForm | None = None) -> str:
    back, moment = _safe_back(), now()
    return render_template(
        "matches/_swapped.html",
        card=card,
        figures=reads.figures(session(), moment) if _of_board(back) else None,
        form=form or new_form(card.match.id),
        refused=refused,
        back=back,
        skip_to=_skip_to(back) if _of_board(back) else None,
        teaches=teaches([card], moment),
        learnt=learnt([card], moment),
        **for_templates(moment),
    )


def _of_board(back: str) -> bool:
    return back.partition("?")[0] == url_for("matches.board")


def _safe_back() -> str:
    """The page of the coordinator's room that a form was sent from."""
    return asked.back(url_for("matches.board"))


def _back(done: Sequence[int]) -> str:
    """The same page again, with what was done in its address."""
    path, _separator, query = _safe_back().partition("?")
    kept = [pair for pair in query.split("&") if pair and not pair.startswith("fait=")]
    if done and _of_board(path):
        kept.append("fait=" + ",".join(map(str, done)))
    return f"{path}?{'&'.join(kept)}" if kept else path


@blueprint.post("/coordination/rapprochements/annuler")
@access(Who.COORDINATOR)
def undo_many() -> ResponseReturnValue:
    """Take back what was just approved in one go."""
    ids = forms.numbers(request.form.getlist("match"))
    with transaction() as work:
        outcomes = service.undo_many(work, ids, deciding(), now(), settings().undo_within, since=posted())
    undone = sum(outcome.refused is None for outcome in outcomes)
    flash(plural("%(num)s décision annulée.", "%(num)s décisions annulées.", undone), "success")
    _tell_refusals(outcomes)
    return redirect(url_for("matches.board"), 303)


def _each(found: Outcomes) -> list[service.ActOutcome]:
    return [
        *map(service.ActOutcome, found.done),
        *(service.ActOutcome(key, MatchRefusal.DECIDED) for key in found.late),
        *(service.ActOutcome(key, error.code) for key, error in found.refused.items()),
    ]


def _tell_refusals(outcomes: Sequence[service.ActOutcome]) -> None:
    """One sentence for each reason, with how many it held back."""
    for code, count in Counter(each.refused for each in outcomes if each.refused is not None).items():
        told = plural(
            "%(num)s rapprochement est resté tel quel : %(why)s",
            "%(num)s rapprochements sont restés tels quels : %(why)s",
            count,
            why=wording.refusal(code),
        )
        flash(told, "error")


@blueprint.post("/coordination/plusieurs")
@access(Who.COORDINATOR)
def decide_many() -> ResponseReturnValue:
    """Approve, or put aside for one reason, all that is ticked on the board."""
    ids = forms.numbers(request.form.getlist("match"))
    if not ids:
        return done(_("Cochez au moins un rapprochement."), _back([]), "error")
    form, rejecting = forms.RejectForm(0, request.form), request.form.get("geste") == "ecarter"
    if rejecting and not form.validate():
        return done(str(next(iter(form.errors.values()))[0]), _back([]), "error")
    with transaction() as work:
        if rejecting:
            reason, note = Reason(form.reason.data), form.note.data or ""
            outcomes = _each(service.reject_many(work, ids, reason, note, deciding(), now(), since=posted()))
        else:
            within = settings().answer_within
            outcomes = service.approve_many(work, ids, deciding(), now(), within, since=posted())
    _tell_refusals(outcomes)
    return redirect(_back([each.match_id for each in outcomes if each.refused is None]), 303)


@blueprint.get("/coordination/evidents")
@access(Who.COORDINATOR)
def obvious() -> str:
    """The proposals that hardly anybody would refuse, to be ticked and approved in one go."""
    return render_template(
        "matches/obvious.html", cards=_obvious(), score=OBVIOUS_SCORE, km=OBVIOUS_KM, **for_templates(now())
    )


def _obvious() -> list[Card]:
    return reads.cards(session(), reads.obvious_ids(session(), OBVIOUS_SCORE, OBVIOUS_KM, forms.MOST_AT_ONCE))


@blueprint.post("/coordination/evidents")
@access(Who.COORDINATOR)
def approve_obvious() -> ResponseReturnValue:
    ids = forms.numbers(request.form.getlist("match"))
    if not ids:
        return done(_("Cochez au moins un rapprochement."), url_for("matches.obvious"), "error")
    with transaction() as work:
        outcomes = service.approve_many(
            work, ids, deciding(), now(), settings().answer_within, since=posted()
        )
    _tell_refusals(outcomes)
    approved = ",".join(str(each.match_id) for each in outcomes if each.refused is None)
    return redirect(url_for("matches.board", fait=approved or None), 303)
