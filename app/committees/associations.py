"""What an association says of itself and for its committees, written by who answers for it."""

from collections.abc import Callable, Sequence

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from app import naming
from app.committees import queries, service
from app.committees.association_forms import LogoForm, OrganisationForm
from app.committees.forms import SlugForm
from app.committees.routes import blueprint
from app.committees.rules_form import RulesForm, rules_data
from app.db import session, transaction
from app.models import Committee, Organisation
from app.models.states import Right, RuleKind
from app.papers.queries import of_receipts
from app.photos.queries import logo_of
from app.photos.service import NotKept, forget_logo, keep_logo, read_uploads
from app.web.access import Who, access, deciding, signed_in
from app.web.answers import done, form_page, turn_back
from app.web.clock import now
from app.web.current_committee import may_act_for
from app.web.guard import MEGABYTE, takes_up_to
from app.web.opening import links
from app.web.seen import filled_with, unchanged
from app.web.text import _

LARGEST_LOGO, LONGEST_SIDE = 30 * MEGABYTE, 480
"""Of the request in bytes, and of the logo that is kept in pixels: twice what the pages show."""


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


@blueprint.route("/coordination/associations/<slug:slug>/logo", methods=["GET", "POST"])
@access(Who.COORDINATOR)
@takes_up_to(LARGEST_LOGO)
def logo(slug: str) -> ResponseReturnValue:
    row = queries.organisation_by_slug(session(), slug) or abort(404)
    key, known = row.id, logo_of(session(), row.id)
    filled_with(logo=known)
    form = LogoForm(data={"caption": known.caption if known else row.name})
    file = request.files.get("picture")
    upload = read_uploads([file] if file else [], current_app.extensions["photos"], longest=LONGEST_SIDE)
    problems: Sequence[NotKept] = upload.problems
    if form.validate_on_submit() and not problems:
        if not upload.pictures and known is None:
            turn_back(_("Choisissez d'abord une image."), url_for("committees.logo", slug=slug))
        with transaction() as current:
            service.held_organisation(current, key)
            unchanged(logo=logo_of(current, key))
            problems = keep_logo(
                current,
                key,
                upload,
                form.caption.data or "",
                now(),
            )
        if not problems:
            return done(_("C'est enregistré."), url_for("committees.edit_organisation", slug=slug))
    shown = render_template(
        "committees/logo.html", form=form, organisation=row, logo=known, problems=problems
    )
    return shown, 422 if form.errors or problems else 200


@blueprint.post("/coordination/associations/<slug:slug>/logo/retirer")
@access(Who.COORDINATOR)
def hide_logo(slug: str) -> ResponseReturnValue:
    key = (queries.organisation_by_slug(session(), slug) or abort(404)).id
    with transaction() as current:
        service.held_organisation(current, key)
        unchanged(logo=logo_of(current, key))
        forget_logo(current, key)
    return done(_("Le logo est retiré."), url_for("committees.edit_organisation", slug=slug))


@blueprint.route("/coordination/associations/<slug:slug>/adresse", methods=["GET", "POST"])
@access(Who.COORDINATOR)
def association_address(slug: str) -> ResponseReturnValue:
    row = queries.organisation_by_slug(session(), slug) or abort(404)

    def rename(current: Session, name: str) -> None:
        held = service.held_organisation(current, row.id)
        unchanged(slug=held.slug)
        naming.readdress(current, held, name)

    return _renamed(row, rename, "directory.association", "committees.edit_organisation")


@blueprint.route("/comites/<slug:slug>/adresse", methods=["GET", "POST"])
@access(Who.MEMBER, Right.DESCRIBE)
def committee_address(slug: str) -> ResponseReturnValue:
    row = queries.by_slug(session(), slug)
    if row is None or not may_act_for(signed_in(), row.id):
        abort(404)

    def rename(current: Session, name: str) -> None:
        held = service.held(current, row.id)
        unchanged(slug=held.slug)
        service.rename(current, held, name, deciding(), now())

    return _renamed(row, rename, "committees.page", "committees.edit")


def _renamed(
    row: Committee | Organisation, rename: Callable[[Session, str], None], shown: str, back: str
) -> ResponseReturnValue:
    """The page on which a committee or an association gets another name in addresses; `shown` and `back` are endpoints."""
    filled_with(slug=row.slug)
    form, slug = SlugForm(data={"slug": row.slug}), row.slug
    if form.validate_on_submit():
        try:
            name = (form.slug.data or "").lower()
            with transaction() as current:
                rename(current, name)
        except naming.NamingError as error:
            form.refuse(error)
        else:
            return done(_("L'adresse est changée. L'ancienne y mène."), url_for(back, slug=name))
    return form_page(
        "committees/address.html",
        form,
        row=row,
        former=naming.former(session(), row),
        there=url_for(shown, slug=slug),
        before=url_for(shown, slug=slug).removesuffix(slug),
        back=url_for(back, slug=slug),
        base=links().base_url,
    )
