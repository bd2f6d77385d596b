"""What an association says of itself."""

import math
import re
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, SelectChoice, StringField
from wtforms.validators import StopValidation

from app.committees.service import AssociationDraft
from app.models.base import LINE, NAME, TEXT
from app.papers.queries import kinds
from app.web import colours
from app.web.fields import MenuField, PortalForm, Printable, line, paragraph, strip
from app.web.text import _, decimal, lazy


class OrganisationForm(PortalForm):
    name = line(lazy("Nom de l'association"), most=NAME, required=lazy("Écrivez le nom de l'association."))
    description = paragraph(lazy("Présentation"), most=TEXT)
    website = StringField(lazy("Site internet"), filters=[strip], validators=[Printable()])
    colour = line(lazy("Couleur de ses pages"), most=LINE)
    receipts = BooleanField(lazy("Elle peut établir des reçus fiscaux"))
    kind = MenuField(lazy("À quel titre"), required=lazy("Choisissez dans la liste."), default="")
    registered_as = line(lazy("SIREN ou numéro RNA"), most=14)
    seat = line(lazy("Adresse du siège"), most=LINE)
    purpose = line(lazy("Objet, en une phrase"), most=LINE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [
            SelectChoice("", _("Choisir…")),
            *(SelectChoice(*each) for each in kinds().items()),
        ]

    def draft(self) -> AssociationDraft:
        """What was typed. The form has been validated."""
        said = ("name", "description", "website", "kind", "registered_as", "seat", "purpose", "colour")
        return AssociationDraft(**{name: self[name].data or "" for name in said}, receipts=self.receipts.data)

    def validate_colour(self, field: Any) -> None:
        typed = (field.data or "").strip()
        colour = colours.hexadecimal(typed) if typed else ""
        if colour is None:
            raise StopValidation(_("Écrivez une couleur comme #14594a, ou laissez vide."))
        if colour and colours.worst(colour) < colours.LEAST:
            said = decimal(math.floor(colours.worst(colour) * 10) / 10)
            raise StopValidation(
                _(
                    "Cette couleur se lirait mal sur nos pages : son contraste est de %(said)s, il en faut %(least)s. Choisissez-la plus foncée.",
                    said=said,
                    least=decimal(colours.LEAST),
                )
            )
        field.data = colour

    def validate_registered_as(self, field: Any) -> None:
        plain = re.sub(r"\s", "", field.data or "").upper()
        if plain and not re.fullmatch(r"[0-9]{9}|W[0-9A-Z]{9}", plain):
            raise StopValidation(_("Écrivez un SIREN (9 chiffres) ou un numéro RNA (W et 9 signes)."))
        field.data = plain

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        for field in (self.kind, self.registered_as, self.seat, self.purpose) if self.receipts.data else ():
            if not field.data and not field.errors:
                field.errors = [
                    _("Le modèle de l'administration le demande : sans lui, aucun reçu n'est valable.")
                ]
                sound = False
        return sound

    def validate_website(self, field: Any) -> None:
        typed = field.data or ""
        if typed and "://" not in typed:
            typed = f"https://{typed}"
        try:
            parts = urlsplit(typed)
            sound = not typed or (
                parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and " " not in typed
            )
        except ValueError:
            sound = False
        if not sound or len(typed) > LINE:
            raise StopValidation(_("Écrivez une adresse comme https://www.exemple.fr, ou laissez vide."))
        field.data = typed


class LogoForm(PortalForm):
    """A logo goes with words for whoever does not see it. The file is read from the request."""

    caption = line(
        lazy("Ce que montre le logo"),
        most=LINE,
        required=lazy("Dites en quelques mots ce que montre le logo : certains l'entendent sans le voir."),
    )
