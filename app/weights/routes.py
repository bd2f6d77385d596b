"""« Et si… ? »: move a weight, see who would receive what, and decide only then."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import matching.types as engine
from app.claims import alone
from app.db import session, transaction
from app.matches.queries.engine import exceeds, read_board
from app.matches.queries.rows import past_weeks
from app.models import WeightsChoice
from app.solving.asking import solver
from app.solving.solver import SolverError, SolverRefusal
from app.transitions import Actor
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.limits import limiter
from app.web.seen import filled_with, unchanged
from app.web.text import _, decimal
from app.weights import forms, queries, service, wording
from app.weights.comparing import Comparison, compare
from app.weights.forms import WeightsForm
from app.weights.learnt import groups
from app.weights.queries import current_weights, of_row, what_was_learnt

blueprint = Blueprint("weights", __name__)


@dataclass(frozen=True, slots=True)
class Effect:
    """What the page shows beside the dials: a comparison, or why there is none."""

    comparison: Comparison | None = None
    trouble: str = ""


def _keep() -> bool:
    """Whether to look at the next plan, calm and all, or at what the weights alone would do."""
    return request.args.get("garder") == "oui"


def _effect(current: engine.Weights, other: engine.Weights) -> Effect:
    if exceeds(session(), now(), solver().largest):
        return Effect(trouble=forms.sentence(SolverRefusal.TOO_LARGE))
    asked = [current] if current == other else [current, other]
    board = read_board(session(), now(), turns=True, ahead=any(each.ahead_days for each in asked))
    try:
        plans = solver().plans(board, asked, keep=_keep())
    except SolverError as error:
        return Effect(trouble=forms.sentence(error.code))
    return Effect(compare(board, plans[0], plans[-1], other))


@blueprint.get("/coordination/reglages")
@access(Who.PORTAL)
@limiter.limit("120 per minute")
def index() -> ResponseReturnValue:
    """The dials and what they would do. With htmx, the effect alone."""
    current = current_weights(session())
    form = WeightsForm.read(request.args, current)
    valid = form.validate()
    partly = request.headers.get("HX-Request") == "true"
    page = render_template(
        "weights/_effect.html" if partly else "weights/index.html",
        turns=forms.TURNS,
        whole=forms.WHOLE,
        parts=forms.PARTS,
        manners=forms.MANNERS,
        original=forms.shown(engine.Weights()),
        known="" if partly else wording.known_past(past_weeks(session(), now())),
        **_told(form, current, form.weights() if valid else None),
    )
    return page, 200 if valid else 422


def _told(form: WeightsForm, current: engine.Weights, other: engine.Weights | None) -> dict[str, Any]:
    """What pages say of other weights; of those in force where the others make no sense."""
    looked_at = other or current
    return {
        "form": form,
        "moved": forms.changes(current, other or current),
        "effect": other and _effect(current, other),
        "keep": _keep(),
        "decimal": decimal,
        "costs": wording.costs,
        "without": wording.without,
        "awaited": wording.awaited(looked_at, past_weeks(session(), now())) if looked_at.ahead_days else "",
        "shown": forms.shown(looked_at),
    }


@blueprint.get("/coordination/reglages/adopter")
@access(Who.PORTAL)
@limiter.limit("120 per minute")
def confirm() -> ResponseReturnValue:
    """What would be decided, once more, before it is."""
    current = current_weights(session())
    filled_with(weights=current.version)
    form = WeightsForm.read(request.args, current)
    if not form.validate():
        return _amend(form)
    if form.weights().version == current.version:
        flash(_("Ces réglages sont déjà en vigueur."), "warning")
        return redirect(url_for("weights.index"), 303)
    return render_template("weights/confirm.html", **_told(form, current, form.weights()))


def _amend(form: WeightsForm) -> ResponseReturnValue:
    """Back to the dials, with what was typed and what is wrong with it."""
    sent: dict[str, Any] = {name: (form[name].data or "")[:20] for name in forms.DIALS}
    return redirect(url_for("weights.index", **sent), 303)


@blueprint.post("/coordination/reglages/adopter")
@access(Who.PORTAL)
def choose() -> ResponseReturnValue:
    current = current_weights(session())
    form = WeightsForm.read(request.form, current)
    if not form.validate():
        if any(form[name].errors for name in forms.DIALS):
            return _amend(form)
        return render_template("weights/confirm.html", **_told(form, current, form.weights())), 422
    with transaction() as work:
        alone(work, WeightsChoice)
        unchanged(weights=current_weights(work).version)
        done = service.choose(
            work, form.weights(), form.note.data or "", Actor.account(signed_in().id), now()
        )
    if done:
        flash(_("Réglages adoptés. Le prochain plan s'en servira."), "success")
    else:
        flash(_("Ces réglages sont déjà en vigueur."), "warning")
    return redirect(url_for("weights.versions"), 303)


@blueprint.get("/coordination/reglages/appris")
@access(Who.PORTAL)
def learnt() -> str:
    """What the portal's own outcomes taught of what works out, and whether plans use it."""
    known = what_was_learnt(session(), now())
    chances = of_row(known.row) if known.row else None
    return render_template(
        "weights/learnt.html",
        known=known,
        chances=chances,
        groups=groups(session(), chances) if chances else [],
        weight=current_weights(session()).chance,
        decimal=decimal,
    )


@blueprint.get("/coordination/reglages/versions")
@access(Who.PORTAL)
def versions() -> str:
    """Which weights were in force, since when, by whose decision."""
    original, chosen = engine.Weights(), queries.history(session())
    rows = [(each, forms.changes(original, each.weights), forms.shown(each.weights)) for each in chosen]
    return render_template(
        "weights/versions.html",
        rows=rows,
        original=forms.shown(original),
        original_in_force=current_weights(session()).version == original.version,
    )
