"""What an association says of itself and for its committees, written by who answers for it."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from app.committees import queries, service
from app.committees.association_forms import OrganisationForm
from app.committees.routes import blueprint
from app.committees.rules_form import RulesForm, rules_data
from app.db import session, transaction
from app.models.states import RuleKind
from app.papers.queries import of_receipts
from app.web.access import Who, access, deciding
from app.web.answers import done, form_page
from app.web.clock import now
from app.web.seen import filled_with, unchanged
from app.web.text import _


@blueprint.route("/coordination/associations/nouvelle", methods=["GET", "POST"])
@access(Who.PORTAL)
def new_organisation() -> ResponseReturnValue:
    form = OrganisationForm()
    if not form.validate_on_submit():
        return form_page("committees/organisation_form.html", form, organisation=None, rules=of_receipts())
    with transaction() as current:
        service.found_organisation(current, form.draft(), now())
    return done(_("L'association est créée."), url_for("committees.index"))


@blueprint.route("/coordination/associations/<slug:slug>/modifier", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def edit_organisation(slug: str) -> ResponseReturnValue:
    row = queries.organisation_by_slug(session(), slug) or abort(404)
    filled_with(organisation=row)
    form = OrganisationForm(obj=row)
    if not form.validate_on_submit():
        return form_page("committees/organisation_form.html", form, organisation=row, rules=of_receipts())
    with transaction() as current:
        unchanged(organisation=service.held_organisation(current, row.id))
        service.describe_organisation(current, row.id, form.draft())
    return done(_("C'est enregistré."), url_for("committees.index"))


@blueprint.route("/coordination/associations/<slug:slug>/regles", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def rules(slug: str) -> ResponseReturnValue:
    """What the association's committees take where they have no rule of their own."""
    row = queries.organisation_by_slug(session(), slug) or abort(404)
    filled_with(organisation=row)
    form = RulesForm(data=rules_data(row))
    if not form.validate_on_submit():
        follows = queries.follows_of(session(), row.id)
        return form_page(
            "committees/association_rules.html",
            form,
            organisation=row,
            followed=[(kind, sum(kind in each for each in follows)) for kind in RuleKind],
            all=len(follows),
        )
    with transaction() as current:
        unchanged(organisation=service.held_organisation(current, row.id))
        service.rule(current, row.id, form.rules(), deciding(), now())
    said = _(
        "C'est enregistré pour les comités qui suivent ces règles. Les prochaines propositions en tiennent compte."
    )
    return done(said, url_for("committees.edit_organisation", slug=slug))
