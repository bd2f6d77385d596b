"""How a donor is reached: the address put right after sending, and the links sent again to who has lost them."""

from flask import abort, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.models.states import OfferState
from app.offers import correcting, lost_links, on_behalf, queries
from app.offers.routes import TOO_MANY_WAIT, blueprint
from app.offers.service import OfferError, hold_offer
from app.photos.service import KEY
from app.transitions import DONOR
from app.web import seen
from app.web.access import Who, access, current_account
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.devices import sent_by_another
from app.web.fields import EmailAddressField, EmptyField, PortalForm
from app.web.limits import writes_to
from app.web.text import _, lazy


class DonorAddressForm(PortalForm):
    email = EmailAddressField(lazy("Adresse e-mail"))


class LostLinkForm(DonorAddressForm):
    rappel = EmptyField()


@blueprint.route("/offrir/<key>/adresse", methods=["GET", "POST"])
@access(Who.PUBLIC)
@writes_to(per_address="3 per hour")
def correct_address(key: str) -> ResponseReturnValue:
    """Until the offer is confirmed, by whoever sent the form, who alone knows `key`."""
    found, back = _sent(key), url_for("offers.recorded", key=key)
    offer, known = found.offer, found.donor.email
    if offer.state is not OfferState.UNCONFIRMED:
        return done(_confirmed_already(), back, "warning")
    seen.filled_with(email=known)
    form = DonorAddressForm(data={"email": known})
    if not form.validate_on_submit():
        return form_page("offers/address.html", form, back=back, offer=offer)
    with trying(_not_corrected, back) as current:
        hold_offer(current, offer.id)
        seen.unchanged(email=queries.address_of(current, offer.id))
        changed = correcting.readdress(current, offer.id, form.email.data or "", DONOR, now())
    if not changed:
        return done(_("C'est déjà l'adresse de ce don : nous y avons écrit."), back, "info")
    return done(
        _("L'adresse est corrigée : nous y avons écrit. Le lien envoyé à l'autre ne mène plus nulle part."),
        back,
    )


def _sent(key: str) -> queries.Tracked:
    """What was recorded for somebody is shown to whoever may see it, once signed in."""
    offer = queries.of_submission(session(), key) if KEY.fullmatch(key) else None
    found = queries.tracked(session(), offer.id) if offer is not None else None
    if found is None or found.offer.anonymised_at is not None:
        abort(404)
    if found.offer.recorded_by_id is None and sent_by_another(key):
        abort(404)
    account = current_account()
    if found.offer.recorded_by_id is not None and (
        account is None or not on_behalf.may_see(found.offer, account)
    ):
        abort(404)
    return found


def _confirmed_already() -> str:
    return _("L'adresse ne se corrige plus ici : ce don n'attend plus de confirmation.")


def _not_corrected(error: OfferError | correcting.CorrectionError) -> str:
    if isinstance(error, OfferError):
        return str(TOO_MANY_WAIT)
    if error.code is correcting.CorrectionRefusal.ADDRESSES:
        return _(
            "L'adresse de ce don a déjà été corrigée trois fois : proposez-le de nouveau avec la bonne adresse."
        )
    return _confirmed_already()


@blueprint.route("/offre/lien-perdu", methods=["GET", "POST"])
@access(Who.PUBLIC)
@writes_to(per_address="3 per hour")
def lost_link() -> ResponseReturnValue:
    """The same answer for every address: nobody learns here who gives."""
    form = LostLinkForm()
    if not form.validate_on_submit():
        return form_page("offers/lost_link.html", form)
    with trying(_not_corrected) as current:
        lost_links.ask(current, form.email.data or "", now())
    return done(
        _(
            "Si des dons sont proposés avec cette adresse, un e-mail y part avec leurs liens. Rien reçu d'ici quelques minutes ? Regardez dans les courriers indésirables."
        ),
        url_for(".lost_link"),
    )
