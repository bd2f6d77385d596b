"""The donor asks for the tax receipt of a trip that brought something, and sees where it stands."""

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue

from app.db import session
from app.models.states import ReceiptState
from app.papers import service
from app.papers.forms import MOST, WHO, receipt_form, to_value
from app.papers.queries import receipts_of
from app.papers.record import name_of
from app.papers.routes import blueprint, of_donor
from app.papers.rules import rule
from app.papers.service import ReceiptError, ReceiptRefusal
from app.transitions import DONOR
from app.web.access import Who, access
from app.web.answers import done, form_page, trying
from app.web.clock import now
from app.web.text import _

CORRECTABLE = frozenset({ReceiptState.ASKED, ReceiptState.REFUSED})


def why(error: ReceiptError) -> str:
    return {
        ReceiptRefusal.NOT_OFFERED: _("Cette association n'établit pas de reçu fiscal par le portail."),
        ReceiptRefusal.CHANGED: _(
            "Le compte rendu de ce don a changé depuis : le donateur doit demander le reçu de nouveau, pour ce qui est vraiment venu."
        ),
        ReceiptRefusal.TOO_LATE: _("Ce reçu a changé de situation entre-temps : voici où il en est."),
    }[error.code]


@blueprint.route("/offre/suivi/<token>/recu/<int:handover_id>", methods=["GET", "POST"])
@access(Who.LINK)
def ask(token: str, handover_id: int) -> ResponseReturnValue:
    found = of_donor(token, handover_id)
    receipt = receipts_of(session(), [handover_id]).get(handover_id)
    if found.offer.anonymised_at is not None or not (found.may_ask or receipt):
        abort(404)
    back = url_for("offers.track", token=token)
    if not found.may_ask or (receipt is not None and receipt.state not in CORRECTABLE):
        return render_template("papers/asked.html", trip=found, receipt=receipt, back=back)
    form = receipt_form(found, receipt.model_dump(include=set(WHO)) if receipt else {})
    too_many = len(to_value(found)) > MOST
    if too_many or not form.validate_on_submit():
        of = "entreprise" if found.company else "particulier"
        return form_page(
            "papers/ask.html",
            form,
            trip=found,
            receipt=receipt,
            back=back,
            too_many=too_many,
            rules=[rule(f"{each}-{of}") for each in ("valeur", "eligibilite", "formulaire")],
        )
    names = {each.match.id: name_of(each) for each in found.came}
    with trying(why, back) as current:
        service.ask(current, handover_id, form.draft(), names, DONOR, now())
    return done(
        _("C'est noté : l'association vérifie, et vous remet elle-même le reçu si elle l'établit."), back
    )
