"""The forms by which a coordinator puts an offer right: those of its donor, filled in with what stands."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

from flask import request
from wtforms import RadioField, SelectChoice
from wtforms.validators import StopValidation

from app.models import Donor, Offer, OfferedItem
from app.models.offers import usual_size
from app.models.states import REASONS, Aside, Occasion, Reason, Size
from app.offers.article_form import ArticleForm
from app.offers.correcting import contact_of
from app.offers.drafts import ArticleDraft, CorrectedDraft, DonorContact, OfferCorrection
from app.offers.forms import BRINGS, COLLECTED, TRANSPORTS, GivingForm, communes_of
from app.photos.service import KEY, new_key
from app.sheets import cells
from app.web.fields import (
    EmailAddressField,
    EurosField,
    MenuField,
    PhoneField,
    PortalForm,
    WholeNumberField,
    choice,
    line,
    paragraph,
)
from app.web.text import _, lazy
from app.web.words import SIZES, choices, word


class CorrectionForm(GivingForm):
    """What a coordinator corrects of an offer, filled in with it. What was there already is not judged anew."""

    name = line(lazy("Nom"), most=120, required=lazy("Indiquez le nom de la personne qui donne."))
    email = EmailAddressField(lazy("Adresse e-mail"))
    phone = PhoneField(lazy("Téléphone"))
    transport = RadioField(
        lazy("Comment le don peut-il voyager ?"),
        choices=[
            SelectChoice(BRINGS, lazy("Le donateur l'apporte")),
            SelectChoice(COLLECTED, lazy("Il faut venir le chercher")),
        ],
        validate_choice=False,
    )
    availability = paragraph(lazy("Quand est-il disponible ?"), most=1000)

    def __init__(
        self, offer: Offer, contact: DonorContact, email: str, *, today: date, street: str | None = None
    ) -> None:
        communes = communes_of(offer.postal_code).places
        there = next((each.insee for each in communes if each.commune == offer.commune), "")
        super().__init__(
            today=today,
            data={
                "postal_code": offer.postal_code,
                "commune": there,
                "street": offer.street if street is None else street,
                "available_from": offer.available_from,
                "available_until": offer.available_until,
                "availability": offer.availability,
                "transport": BRINGS if offer.delivers_km else COLLECTED,
                "delivers_km": str(offer.delivers_km or 10),
                "name": contact.name,
                "phone": contact.phone,
                "company": contact.company,
                "email": email,
            },
        )
        self._kept = (offer.postal_code, there)
        self._dates = (offer.available_from, offer.available_until)

    def validate_postal_code(self, field: Any) -> None:
        if (field.data, self.commune.data or "") != self._kept:
            super().validate_postal_code(field)

    def validate_available_from(self, field: Any) -> None:
        if field.data != self._dates[0]:
            super().validate_available_from(field)

    def validate_available_until(self, field: Any) -> None:
        if (self.available_from.data, field.data) != self._dates:
            super().validate_available_until(field)

    def terms(self) -> OfferCorrection:
        """The typed values of a form that is valid."""
        return OfferCorrection(
            contact=DonorContact(self.name.data or "", self.phone.data or "", self.company.data or ""),
            email=self.email.data or "",
            place=self.place,
            street=self.street.data or "",
            available_from=self.available_from.data or self._dates[0],
            available_until=self.available_until.data or self._dates[1],
            availability=self.availability.data or "",
            delivers_km=self.kilometres,
        )


class DonorTermsForm(CorrectionForm):
    """What a donor changes of where and when. The street and the telephone are not shown to whoever holds the link: left empty,
    they stay as they are. Who gives, and the address, are not asked."""

    name = email = company = None  # type: ignore[assignment]
    transport = RadioField(
        lazy("Comment le don peut-il voyager ?"), choices=TRANSPORTS, validate_choice=False
    )
    availability = paragraph(lazy("Quand êtes-vous disponible ?"), most=1000)
    phone = PhoneField(lazy("Votre téléphone"))

    def __init__(self, offer: Offer, contact: DonorContact, *, today: date) -> None:
        hidden = replace(contact, phone="")
        super().__init__(offer, hidden, "", today=today, street="")
        self.street.flags.unshown = self.phone.flags.unshown = True

    def terms_of(self, offer: Offer, donor: Donor) -> OfferCorrection:
        """The typed values of a form that is valid."""
        contact = contact_of(offer, donor)
        return OfferCorrection(
            contact=replace(contact, phone=self.phone.data or contact.phone),
            email=donor.email,
            place=self.place,
            street=self.street.data or offer.street,
            available_from=self.available_from.data or offer.available_from,
            available_until=self.available_until.data or offer.available_until,
            availability=self.availability.data or "",
            delivers_km=self.kilometres,
        )


YES_OR_NO = {None: "", True: "oui", False: "non"}


class ArticleCorrectionForm(ArticleForm):
    """One article of an offer that stands; new photos wait under `key`, in slot 0, until it is sent."""

    what = line(lazy("Qu'est-ce que c'est ?"), most=200, required=lazy("Dites ce qui est donné."))
    quantity = WholeNumberField(lazy("Combien y en a-t-il ?"))
    size = MenuField(lazy("Encombrement"), required=lazy("Choisissez une taille dans la liste."))

    unit_value = EurosField(lazy("Valeur d'une pièce (€)"), digits=7)
    unit_weight = line(lazy("Poids d'une pièce (kg)"), most=30)

    def __init__(self, row: OfferedItem, *, of_company: bool) -> None:
        what, _newline, note = row.description.partition("\n")
        super().__init__(
            prefix="articles-0-",
            data={
                "what": what,
                "chosen": row.item or "",
                "chosen_for": what,
                "note": note,
                "quantity": str(row.quantity),
                "condition": row.condition.value,
                "divisible": row.divisible,
                "size": row.size or "",
                "measure": row.measure,
                "erased": YES_OR_NO[row.erased],
                "dismantled": YES_OR_NO[row.dismantled],
                "unit_value": _typed(row.unit_value, 100),
                "unit_weight": _typed(row.unit_grams, 1000),
            },
        )
        if not of_company and row.unit_value is None and row.unit_grams is None:
            del self.unit_value, self.unit_weight
        self.size.choices = [
            SelectChoice("", self._usual()),
            *(SelectChoice(size.value, words) for size, words in SIZES),
        ]
        self.slot.data = "0"
        sent = request.form.get("submission_key", "")
        self.key = sent if KEY.fullmatch(sent) else new_key()

    def _usual(self) -> str:
        usual = usual_size(self.understanding.item)
        if usual is None:
            return _("Comme d'ordinaire")
        return _("Comme d'ordinaire (%(size)s)", size=word(usual).lower())

    def draft(self) -> ArticleDraft:
        return replace(super().draft(), size=Size(self.size.data) if self.size.data else None)

    def validate_unit_weight(self, field: Any) -> None:
        if cells.is_unread(field.data or "", cells.grams(field.data or "")):
            raise StopValidation(_("Écrivez le poids d'une pièce en kilogrammes, comme 12 ou 1,5, ou rien."))

    def corrected(self) -> CorrectedDraft:
        """What stands and what was typed of it."""
        said = asdict(self.answered())
        if "unit_value" not in self:
            return CorrectedDraft(**said)
        grams = cells.grams(self.unit_weight.data or "")
        return CorrectedDraft(**said, unit_value=self.unit_value.cents, unit_grams=grams)


def _typed(value: int | None, of_one: int) -> str:
    """As a person types it: 85, 85,5; nothing for None."""
    return "" if value is None else f"{value / of_one:.3f}".rstrip("0").rstrip(".").replace(".", ",")


BECOMES = (
    (Aside.HELD, lazy("Le mettre en attente")),
    (Aside.REFUSED, lazy("Le refuser")),
    (Aside.WITHDRAWN, lazy("Le retirer")),
)


class AsideForm(PortalForm):
    """What becomes of one article of an offer."""

    aside = choice(lazy("Que faire de cet article ?"), BECOMES, required=lazy("Choisissez ce qu'il devient."))
    reason = choice(
        lazy("Pourquoi le refuser ?"),
        choices(REASONS[Occasion.COORDINATOR_REFUSES_OFFER]),
        required=lazy("Choisissez une raison : elle est donnée au donateur."),
        default=Reason.NOT_HANDLED,
    )
    note = paragraph(lazy("Note pour les coordinateurs"), most=1000)
