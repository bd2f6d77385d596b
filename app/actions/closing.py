"""How actions go on and end: their steps, the year's plan, the closing report."""

from flask import Response, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions import boxes, queries, report, service, steps
from app.actions.queries import by_slug
from app.actions.routes import blueprint
from app.actions.step_forms import ConclusionForm, StepForm
from app.committees import queries as committees
from app.db import session, transaction
from app.models import Action
from app.printing import pdf
from app.printing.paper import Paper
from app.web.access import Who, access
from app.web.answers import done, form_page
from app.web.asked import number
from app.web.clock import now, paris
from app.web.limits import limiter
from app.web.seen import filled_with, unchanged
from app.web.text import _

YEARS = (2000, 2100)


def _action(slug: str) -> Action:
    return by_slug(session(), slug) or abort(404)


def _report(slug: str) -> Paper:
    action = _action(slug)
    if action.closed_at is None:
        abort(404)
    told = queries.campaign(session(), action)
    found, done_of = boxes.of_action(session(), action.id), steps.of_action(session(), action.id)
    return report.report(told, found, done_of, paris(now()).date())


@blueprint.get("/actions/<slug:slug>/bilan")
@access(Who.PUBLIC)
def outcome(slug: str) -> str:
    """The closing report, to read and to print."""
    file, back = url_for(".outcome_file", slug=slug), url_for(".page", slug=slug)
    return render_template("papers/paper.html", paper=_report(slug), file=file, back=back)


@blueprint.get("/actions/<slug:slug>/bilan.pdf")
@access(Who.PUBLIC)
@limiter.limit("60 per hour")
def outcome_file(slug: str) -> Response:
    return pdf.answer(_report(slug), f"bilan-{slug}")


@blueprint.get("/programme")
@access(Who.PUBLIC)
def programme() -> str:
    """What a year holds: who does what, and by when."""
    today = paris(now()).date()
    asked = number("annee") or today.year
    year = min(max(asked, YEARS[0]), YEARS[1])
    return render_template("actions/programme.html", year=year, today=today, plan=steps.year(session(), year))


@blueprint.route("/coordination/actions/<slug:slug>/cloture", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def close(slug: str) -> ResponseReturnValue:
    action = _action(slug)
    filled_with(action=action)
    form, action_id = ConclusionForm(data={"conclusion": action.conclusion}), action.id
    if not form.validate_on_submit():
        return form_page("actions/close.html", form, action=action)
    with transaction() as current:
        held = service.held(current, action_id)
        unchanged(action=held)
        service.conclude(held, form.conclusion.data or "", now())
    return done(_("L'action est terminée, et son bilan est public."), url_for(".outcome", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/rouvrir")
@access(Who.COORDINATOR)
def reopen(slug: str) -> ResponseReturnValue:
    action_id = _action(slug).id
    with transaction() as current:
        service.reopen(service.held(current, action_id))
    return done(_("L'action est rouverte : son bilan n'est plus public."), url_for(".prepare", slug=slug))


@blueprint.route("/coordination/actions/<slug:slug>/etapes", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def schedule(slug: str) -> ResponseReturnValue:
    """What has to be done, by which committee and by when."""
    action = _action(slug)
    found = steps.of_action(session(), action.id)
    form = StepForm(
        data={"committee_id": str(action.committee_id)},
        committees=committees.choices(session(), [action.committee_id]),
    )
    if not form.validate_on_submit():
        return form_page(
            "actions/steps.html", form, action=action, steps=found, names=steps.names(session(), found)
        )
    action_id = action.id
    with transaction() as current:
        steps.add(current, action_id, form.draft())
    return done(_("L'étape est ajoutée."), url_for(".schedule", slug=slug))


@blueprint.post("/coordination/actions/<slug:slug>/etapes/<int:step_id>")
@access(Who.COORDINATOR)
def settle(slug: str, step_id: int) -> ResponseReturnValue:
    """Done, not done after all, or taken off."""
    action_id, verb = _action(slug).id, request.form.get("verb", "")
    with transaction() as current:
        steps.settle(current, action_id, step_id, verb, paris(now()).date())
    return done(_("C'est enregistré."), url_for(".schedule", slug=slug))
