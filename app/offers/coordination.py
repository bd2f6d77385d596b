"""The coordinators' pages about offers: the list, one offer, refuse, confirm by hand."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session, transaction
from app.explaining.why_not import explain_misses
from app.models.states import OfferState, Reason
from app.offers import queries, service
from app.offers.forms import RefusalForm
from app.offers.routes import blueprint
from app.transitions import Actor
from app.web import asked
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.errors import DomainError
from app.web.text import _
from app.web.words import choices

ROW = "int(max=2147483647)"
"""What a path takes for a row's number: no more than the databases do."""


@blueprint.get("/coordination/offres")
@access(Who.COORDINATOR)
def index() -> str:
    state, words = asked.member(OfferState, "etat", OfferState.OPEN), asked.words("q")
    unrecognised = request.args.get("a_reconnaitre") == "1"
    page = queries.listed(session(), state=state, words=words, unrecognised=unrecognised, asked=asked.page())
    return render_template(
        "offers/index.html",
        page=page,
        state=state,
        words=words,
        unrecognised=unrecognised,
        states=choices(OfferState),
    )


@blueprint.get(f"/coordination/offres/<{ROW}:offer_id>")
@access(Who.COORDINATOR)
def show(offer_id: int) -> str:
    return _page(offer_id)


def _page(offer_id: int, *, refusal: RefusalForm | None = None) -> str:
    found = queries.tracked(session(), offer_id)
    if found is None:
        abort(404)
    return render_template(
        "offers/offer.html",
        found=found,
        proposals=queries.proposals(session(), offer_id),
        decisions=queries.decisions(session(), offer_id),
        refusal=refusal or RefusalForm(formdata=None),
        explain=explain_misses,
    )


def _back(offer_id: int) -> ResponseReturnValue:
    return redirect(url_for("offers.show", offer_id=offer_id), 303)


def _actor() -> Actor:
    return Actor.account(signed_in().id)


def _known(offer_id: int) -> None:
    if not queries.exists(session(), offer_id):
        abort(404)


@blueprint.post(f"/coordination/offres/<{ROW}:offer_id>/refuser")
@access(Who.COORDINATOR)
def refuse(offer_id: int) -> ResponseReturnValue:
    _known(offer_id)
    form, actor = RefusalForm(), _actor()
    if not form.validate():
        return _page(offer_id, refusal=form), 422
    try:
        with transaction() as current:
            done = service.refuse_offer(
                current, offer_id, Reason(form.reason.data), form.note.data or "", actor, now()
            )
    except service.OfferError:
        raise DomainError(
            _("Un comité compte déjà sur ce don : mettez d'abord fin au rapprochement, puis refusez l'offre.")
        ) from None
    if done:
        flash(_("L'offre est refusée. Le donateur est prévenu, sauf pour un message indésirable."), "success")
    else:
        flash(_("Cette offre était déjà terminée : rien n'a changé."), "warning")
    return _back(offer_id)


@blueprint.post(f"/coordination/offres/<{ROW}:offer_id>/confirmer")
@access(Who.COORDINATOR)
def confirm_by_hand(offer_id: int) -> ResponseReturnValue:
    """The donor confirmed on the telephone."""
    _known(offer_id)
    actor = _actor()
    try:
        with transaction() as current:
            first = service.confirm_offer(current, offer_id, actor, now())
    except service.OfferError:
        raise DomainError(_("Cette offre est terminée : il n'y a plus rien à confirmer.")) from None
    flash(_("L'offre est confirmée.") if first else _("L'offre était déjà confirmée."), "success")
    return _back(offer_id)


@blueprint.post(f"/coordination/offres/<{ROW}:offer_id>/rouvrir")
@access(Who.COORDINATOR)
def reopen(offer_id: int) -> ResponseReturnValue:
    """The donor still has it: an offer that ended is proposed again."""
    _known(offer_id)
    actor = _actor()
    try:
        with transaction() as current:
            service.extend_offer(
                current, offer_id, actor, now(), current_app.extensions["settings"].offer_lasts
            )
    except service.OfferError:
        raise DomainError(_("Cette offre est terminée : elle ne peut plus être prolongée.")) from None
    flash(_("L'offre est de nouveau ouverte."), "success")
    return _back(offer_id)
