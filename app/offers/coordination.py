"""The coordinators' pages about offers: the list, one offer, refuse, confirm by hand."""

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.explaining.why_not import explain_misses
from app.hand.wording import kept_sentence
from app.history.pages import remembered
from app.history.queries import of_offer
from app.matches.queries import earmarks
from app.models import Offer
from app.models.states import LookupKind, OfferState, Reason
from app.offers import correcting, queries, service
from app.offers.companies.queries import along
from app.offers.following import not_to_extend, nothing_to_confirm
from app.offers.forms import RefusalForm
from app.offers.queries import OfferOrder
from app.offers.routes import blueprint
from app.offers.wishes import recorded_with
from app.web import asked
from app.web.access import Who, access, deciding
from app.web.answers import done, trying
from app.web.clock import now
from app.web.lookups import looked_at
from app.web.pages import cut
from app.web.seen import told
from app.web.text import _
from app.web.words import choices

ROW = "int(max=2147483647)"
"""What a path takes for a row's number: no more than the databases do."""

TOGETHER: dict[OfferState | None, tuple[str, ...]] = {
    OfferState.EXPIRED: ("prolonger",),
    **dict.fromkeys((OfferState.CLOSED, OfferState.WITHDRAWN, OfferState.REFUSED), ()),
}
"""What can be done to many offers of one state (`app.offers.many`); of the others, anything."""


@blueprint.get("/coordination/offres")
@access(Who.COORDINATOR)
def index() -> str:
    state, words = asked.member(OfferState, "etat", OfferState.OPEN), asked.words("q")
    unrecognised = request.args.get("a_reconnaitre") == "1"
    order = asked.member(OfferOrder, "tri") or OfferOrder.OLDEST
    page = queries.listed(
        session(), state=state, words=words, unrecognised=unrecognised, asked=asked.page(), order=order
    )
    if words:
        looked_at(LookupKind.SEARCH, [row.donor.id for row in page.rows])
    return render_template(
        "offers/index.html",
        page=page,
        state=state,
        words=words,
        unrecognised=unrecognised,
        states=choices(OfferState),
        order=order,
        orders=choices(OfferOrder),
        refusal=RefusalForm(formdata=None),
        acts=TOGETHER.get(state, ("prolonger", "refuser")),
    )


@blueprint.get(f"/coordination/offres/<{ROW}:offer_id>")
@access(Who.COORDINATOR)
def show(offer_id: int) -> str:
    return _page(offer_id)


def _page(offer_id: int, *, refusal: RefusalForm | None = None) -> str:
    found = queries.tracked(session(), offer_id)
    if found is None:
        abort(404)
    looked_at(LookupKind.OFFER, [found.donor.id])
    return render_template(
        "offers/offer.html",
        found=found,
        page=cut(found.articles, asked.page(), queries.ARTICLES),
        may_be_put_back=correcting.may_be_put_back,
        wish=recorded_with(session(), found.offer),
        along=along(session(), found.offer),
        proposals=queries.proposals(session(), offer_id),
        refusal=refusal or RefusalForm(formdata=None),
        explain=explain_misses,
        told_by=queries.told_by,
        endangers=queries.endangers,
        today=now().date(),
        kept=earmarks.told(session(), now(), [article.row.id for article in found.articles]),
        kept_sentence=kept_sentence,
        before=[
            (each, url_for(".show", offer_id=each.id))
            for each in queries.offered_before(session(), found.offer)
        ],
        **remembered(of_offer(session(), found.offer)),
    )


def _known(offer_id: int) -> str:
    """The page of this offer, if there is one."""
    session().get(Offer, offer_id) or abort(404)
    return url_for("offers.show", offer_id=offer_id)


@blueprint.post(f"/coordination/offres/<{ROW}:offer_id>/refuser")
@access(Who.COORDINATOR)
def refuse(offer_id: int) -> ResponseReturnValue:
    back, form = _known(offer_id), RefusalForm()
    if not form.validate():
        return _page(offer_id, refusal=form), 422
    reason, note = Reason(form.reason.data), form.note.data or ""
    with trying(counted_on) as current:
        refused = service.refuse_offer(current, offer_id, reason, note, deciding(), now())
    if not refused:
        return done(told() or _("Cette offre était déjà terminée : rien n'a changé."), back, "warning")
    return done(_("L'offre est refusée. Le donateur est prévenu, sauf pour un message indésirable."), back)


def counted_on(_error: service.OfferError) -> str:
    return _("Un comité compte déjà sur ce don : mettez d'abord fin au rapprochement, puis refusez l'offre.")


@blueprint.post(f"/coordination/offres/<{ROW}:offer_id>/confirmer")
@access(Who.COORDINATOR)
def confirm_by_hand(offer_id: int) -> ResponseReturnValue:
    """The donor confirmed on the telephone."""
    back = _known(offer_id)
    with trying(nothing_to_confirm) as current:
        first = service.confirm_offer(current, offer_id, deciding(), now())
    return done(_("L'offre est confirmée.") if first else _("L'offre était déjà confirmée."), back)


@blueprint.post(f"/coordination/offres/<{ROW}:offer_id>/rouvrir")
@access(Who.COORDINATOR)
def reopen(offer_id: int) -> ResponseReturnValue:
    """The donor still has it: an offer that ended is proposed again."""
    back, lasts = _known(offer_id), current_app.extensions["settings"].offer_lasts
    with trying(not_to_extend) as current:
        service.extend_offer(current, offer_id, deciding(), now(), lasts)
    return done(_("L'offre est de nouveau ouverte."), back)
