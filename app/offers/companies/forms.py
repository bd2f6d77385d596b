"""What a company or an institution is asked, step by step: who it is, from where it gives, what the list does not say."""

import re
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from flask import request
from wtforms import RadioField, SelectChoice
from wtforms.validators import StopValidation

from app.models.base import NAME
from app.models.states import GiverKind
from app.offers.article_form import answer, yes_or_no
from app.offers.companies.sites import Site
from app.offers.correction_forms import YES_OR_NO
from app.offers.forms import BRINGS, COLLECTED, GivingForm
from app.sheets.cells import IN_ONE, SHARED
from app.siret import SiretError, SiretTrouble, tidy
from app.web.fields import (
    EmailAddressField,
    EmptyField,
    KeyField,
    PhoneField,
    PortalForm,
    choice,
    line,
    new_key,
)
from app.web.text import _, lazy
from app.web.words import CONDITIONS, choices, language_of_letters

LOTS = [
    SelectChoice(SHARED, lazy("Ils peuvent être partagés entre plusieurs comités")),
    SelectChoice(IN_ONE, lazy("Chacun va à un seul comité, en entier")),
]


class GiverForm(PortalForm):
    """Who gives, and whom to write to."""

    kind = choice(
        lazy("Vous êtes"),
        choices(GiverKind),
        required=lazy("Choisissez ce que vous êtes : les règles ne sont pas les mêmes."),
    )
    company = line(
        lazy("Nom de l'entreprise ou de l'établissement"),
        most=NAME,
        required=lazy("Indiquez le nom de l'entreprise ou de l'établissement."),
    )
    siret = line(lazy("Numéro SIRET"), most=40)
    contact_name = line(lazy("Votre nom"), most=NAME, required=lazy("Indiquez votre nom."))
    contact_function = line(lazy("Votre fonction"), most=NAME)
    email = EmailAddressField(lazy("Votre adresse e-mail"))
    phone = PhoneField(lazy("Votre téléphone"))
    submission_key = KeyField(default=new_key)
    rappel = EmptyField()

    def validate_company(self, field: Any) -> None:
        if len(re.findall(r"[^\W\d_]", field.data or "")) < 2 or re.search(r"@|://", field.data or ""):
            raise StopValidation(
                _("Écrivez un nom, tel qu'il est sur vos papiers. Exemple : Mairie de Givors")
            )

    def validate_siret(self, field: Any) -> None:
        if not field.data:
            return
        try:
            field.data = tidy(field.data)
        except SiretError as error:
            raise StopValidation(wrong_siret(error.code)) from None

    def values(self) -> dict[str, Any]:
        """The columns of a consignment."""
        return {
            "kind": GiverKind(self.kind.data),
            "company": self.company.data,
            "siret": self.siret.data or "",
            "contact_name": self.contact_name.data,
            "contact_function": self.contact_function.data or "",
            "contact_email": self.email.data,
            "contact_phone": self.phone.data or "",
            "language": language_of_letters(),
        }


def wrong_siret(trouble: SiretTrouble) -> str:
    """What to do about it."""
    return {
        SiretTrouble.FORM: _("Un SIRET compte 14 chiffres. Vérifiez-le, ou laissez vide."),
        SiretTrouble.ONLY_SIREN: _(
            "C'est un SIREN, de 9 chiffres : ajoutez les 5 chiffres de l'établissement, ou laissez vide."
        ),
        SiretTrouble.KEY: _(
            "Ce numéro n'existe pas : un chiffre est faux, ou deux sont inversés. Vérifiez-le, ou laissez vide."
        ),
    }[trouble]


class SiteForm(GivingForm):
    """Where a part of the gift stands, and how it is fetched there; filled in with the `changed` site, if it is to change one."""

    name = line(lazy("Nom du lieu"), most=NAME)
    contact = line(lazy("Sur place, demander"), most=NAME)
    phone = PhoneField(lazy("Téléphone sur place"))
    dock = yes_or_no(lazy("Y a-t-il un quai de déchargement ?"), lazy("Oui"), lazy("Non"))
    lift_truck = yes_or_no(lazy("Y a-t-il un chariot élévateur ?"), lazy("Oui"), lazy("Non"))

    def __init__(
        self,
        *,
        today: date,
        lasts: timedelta,
        taken: Collection[str],
        changed: Site | None = None,
        **kwargs: Any,
    ) -> None:
        new = request.method == "GET" and not kwargs
        super().__init__(today=today, data=_typed(changed) if changed and new else None, **kwargs)
        del self.email, self.company
        self.taken = taken
        if new and not changed:
            self.available_from.data, self.available_until.data = today, today + lasts

    @property
    def called(self) -> str:
        """What the place is called: as its commune, unless somebody says otherwise."""
        return self.name.data or (self.place.commune if self.place else "")

    def validate_contact(self, _field: Any) -> None:
        if self.called in self.taken:
            self.name.errors = [_("Vous avez déjà un lieu de ce nom. Donnez-en un autre à celui-ci.")]

    def validate(self, extra_validators: Any = None) -> bool:
        # The name may be found wrong once the place is known, after its own turn.
        return bool(super().validate(extra_validators)) and not self.name.errors

    def site(self) -> Site:
        """The typed values of a form that is valid."""
        if self.place is None or self.available_from.data is None or self.available_until.data is None:
            raise ValueError("the form has not been validated")
        return Site(
            name=self.called,
            place=self.place,
            street=self.street.data or "",
            available_from=max(self.available_from.data, self.today),
            available_until=self.available_until.data,
            availability=self.availability.data or "",
            delivers_km=self.kilometres,
            dock=answer(self.dock),
            lift_truck=answer(self.lift_truck),
            contact=", ".join(filter(None, (self.contact.data, self.phone.data))),
        )


def _typed(site: Site) -> dict[str, Any]:
    """What a form that says this was filled in with."""
    contact, _comma, phone = site.contact.rpartition(", ")
    if not re.search(r"\d", phone):
        contact, phone = site.contact, ""
    return asdict(site) | {
        "postal_code": site.place.postal_code,
        "commune": site.place.insee,
        "contact": contact,
        "phone": phone,
        "dock": YES_OR_NO[site.dock],
        "lift_truck": YES_OR_NO[site.lift_truck],
        "transport": BRINGS if site.delivers_km else COLLECTED,
        "delivers_km": str(site.delivers_km or 10),
    }


class SummaryForm(PortalForm):
    """What the list does not say, asked once for all of it."""

    condition = choice(
        lazy("Dans quel état est ce dont la liste ne le dit pas ?"),
        CONDITIONS,
        required=lazy("Choisissez l'état qui décrit le mieux ces articles."),
    )
    lots = RadioField(
        lazy("Les lots dont la liste ne dit rien"), choices=LOTS, default=SHARED, validate_choice=False
    )

    def validate_lots(self, field: Any) -> None:
        if field.data not in {IN_ONE, SHARED}:
            raise StopValidation(_("Dites si ces lots peuvent être partagés."))
