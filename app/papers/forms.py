"""What a donor says for a tax receipt, what an association refuses it with."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.validators import StopValidation

from app.models.base import LINE, NAME, TEXT
from app.models.receipts import LEGAL_FORM
from app.papers.queries import GiftTrip, GivenLine
from app.papers.record import name_of
from app.papers.service import ReceiptDraft
from app.siret import SiretError, SiretTrouble, tidy
from app.web.fields import EurosField, PortalForm, line, paragraph
from app.web.text import _, lazy

MOST = 100
"""Articles whose value one page asks for."""
DIGITS = 7
WHO = ("name", "street", "postal_code", "commune", "siret", "legal_form")


def to_value(trip: GiftTrip) -> Sequence[GivenLine]:
    """Of what came, what the donor is asked the value of: all of a few articles; of many, those of which nothing is said."""
    return trip.came if len(trip.came) <= MOST else [line for line in trip.came if line.unit_value is None]


class ReceiptForm(PortalForm):
    """Beside these, `value_<match>` for each article to value: euros a piece."""

    name = line(lazy("Nom et prénom"), most=NAME, required=lazy("Écrivez le nom qui figurera sur le reçu."))
    street = line(
        lazy("Adresse"),
        most=LINE,
        required=lazy("Écrivez votre adresse complète : l'administration la demande."),
    )
    postal_code = line(lazy("Code postal"), most=10, required=lazy("Écrivez votre code postal."))
    commune = line(lazy("Commune"), most=NAME, required=lazy("Écrivez votre commune."))

    asks: Sequence[GivenLine] = ()
    known: Mapping[int, int] = {}

    @property
    def valued(self) -> list[tuple[GivenLine, Any]]:
        """Each article to value, with its field."""
        return [(each, self[f"value_{each.match.id}"]) for each in self.asks]

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        for _line, field in self.valued:
            if field.cents is None and not field.errors:
                field.errors = [_("Écrivez ce que vaut une pièce, en euros ; 0 si elle ne vaut rien.")]
                sound = False
        if sound and not any(self.values().values()):
            self.form_errors.append(_("Un reçu fiscal d'un don sans valeur n'a pas d'objet."))
            sound = False
        return sound

    def values(self) -> dict[int, int]:
        """Cents a piece, by match."""
        typed = {each.match.id: field.cents or 0 for each, field in self.valued}
        return {**self.known, **typed}

    def draft(self) -> ReceiptDraft:
        said = {name: self[name].data or "" for name in WHO if name in self}
        return ReceiptDraft(**said, values=self.values())


class CompanyReceiptForm(ReceiptForm):
    name = line(lazy("Qui représente l'entreprise"), most=NAME, required=lazy("Écrivez un nom."))
    siret = line(lazy("SIRET"), required=lazy("Écrivez le SIRET : quatorze chiffres."))
    legal_form = line(
        lazy("Forme juridique"),
        most=LEGAL_FORM,
        required=lazy("Écrivez la forme juridique : SARL, SAS, EURL…"),
    )

    def validate_siret(self, field: Any) -> None:
        try:
            field.data = tidy(field.data or "")
        except SiretError as error:
            if error.code is SiretTrouble.KEY:
                raise StopValidation(
                    _("Ce SIRET n'existe pas : un chiffre est faux, ou deux sont inversés.")
                ) from None
            raise StopValidation(_("Écrivez le SIRET : quatorze chiffres.")) from None


def receipt_form(trip: GiftTrip, said: Mapping[str, Any]) -> ReceiptForm:
    """The form for this trip, filled with what is known, or with what was `said` the last time."""
    asks, by, offer = to_value(trip), trip.consignment, trip.offer
    base = CompanyReceiptForm if trip.company else ReceiptForm
    fields = {f"value_{each.match.id}": EurosField(name_of(each), digits=DIGITS) for each in asks}
    known = {each.match.id: each.unit_value for each in trip.came if each.unit_value is not None}
    data = {
        "name": (by.contact_name if by else "") or trip.giver,
        "siret": by.siret if by else "",
        "street": offer.street,
        "postal_code": offer.postal_code,
        "commune": offer.commune,
        **said,
        **{
            f"value_{each.match.id}": written(known[each.match.id]) for each in asks if each.match.id in known
        },
    }
    form: ReceiptForm = type("OfTrip", (base,), fields)(data=data)
    form.asks, form.known = asks, known
    return form


def written(cents: int) -> str:
    return f"{cents / 100:.2f}".replace(".", ",")


class ReceiptRefusalForm(PortalForm):
    note = paragraph(
        lazy("Pourquoi, en une phrase que le donateur lira"),
        most=TEXT,
        required=lazy("Dites pourquoi : le donateur le lira."),
    )
