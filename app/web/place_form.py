"""Where a thing is, as people type it: a postal code in France, coordinates anywhere else."""

import re
from typing import Any

from babel import Locale
from wtforms import SelectChoice, StringField
from wtforms.validators import StopValidation

from app.models.base import NAME, Where
from app.places import BadCoordinates, UnknownCommune, UnknownPostalCode, coordinates, place, places
from app.web.fields import AtMost, MenuField, PortalForm, Printable, strip
from app.web.text import _, language, lazy

FRANCE = "FR"


def countries() -> list[tuple[str, str]]:
    """(code, name) of the countries in the page's language, France first."""
    names = Locale(language()).territories
    found = [
        (code, name)
        for code, name in names.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}
    ]
    return sorted(found, key=lambda pair: (pair[0] != FRANCE, pair[1]))


class PlaceForm(PortalForm):
    """A place: a postal code in France, coordinates anywhere else. `where` is set once validated."""

    country = MenuField(lazy("Pays"), required=lazy("Choisissez un pays dans la liste."), default=FRANCE)
    # Not optional(): whether they may be left empty depends on the country.
    postal_code = StringField(lazy("Code postal"), filters=[strip], validators=[Printable(), AtMost(10)])
    commune = StringField(lazy("Commune"), filters=[strip], validators=[Printable(), AtMost(NAME)])
    latitude = StringField(lazy("Latitude"), filters=[strip])
    longitude = StringField(lazy("Longitude"), filters=[strip])

    where: Where

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._which = ""
        self.country.choices = [SelectChoice(code, name) for code, name in countries()]

    @property
    def by_coordinates(self) -> bool:
        """Abroad; or in France when only coordinates are given."""
        only = bool(self.latitude.data) and not self.postal_code.data
        return only or bool(self.country.data != FRANCE)

    def validate_postal_code(self, field: Any) -> None:
        if self.by_coordinates:
            return
        try:
            found = place(field.data or "", self.commune.data or None)
        except UnknownCommune:
            known = ", ".join(each.commune for each in places(field.data)[:8])
            self._which = _("Ce code postal est celui de : %(communes)s.", communes=known)
            raise StopValidation(_("Ce code postal et cette commune ne vont pas ensemble.")) from None
        except UnknownPostalCode as error:
            raise StopValidation(wrong_code(error)) from None
        self.where = Where(
            postal_code=found.postal_code,
            commune=found.commune,
            country=FRANCE,
            latitude=found.latitude,
            longitude=found.longitude,
            approximate=found.approximate,
        )

    def validate_commune(self, field: Any) -> None:
        if self._which:
            raise StopValidation(self._which)
        if self.by_coordinates and not field.data:
            raise StopValidation(_("Écrivez le nom de la ville ou du village."))

    def validate_longitude(self, _field: Any) -> None:
        if not self.by_coordinates:
            return
        try:
            latitude, longitude = coordinates(self.latitude.data or "", self.longitude.data or "")
        except BadCoordinates as error:
            wrong = self.latitude if error.field == "latitude" else self.longitude
            sentence = _(
                "Écrivez un nombre en degrés, avec une virgule ou un point. Exemple : 15,2286 (négatif au sud et à l'ouest)."
            )
            if wrong is self.latitude:
                self.latitude.errors = [sentence]
                return
            raise StopValidation(sentence) from None
        self.where = Where(
            postal_code=(self.postal_code.data or "")[:10],
            commune=self.commune.data or "",
            country=self.country.data or "",
            latitude=latitude,
            longitude=longitude,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        # The latitude may be found wrong while the longitude is read, after its own turn.
        return bool(super().validate(extra_validators)) and not self.latitude.errors


def wrong_code(error: UnknownPostalCode) -> str:
    """What to do about a postal code that says no place."""
    if error.code == "malformed":
        return _("Écrivez un code postal de cinq chiffres. Exemple : 69700")
    return _("Nous ne connaissons pas ce code postal. Vérifiez-le, ou donnez celui de votre mairie.")


def place_data(row: Any) -> dict[str, Any]:
    """The place's fields filled in from a row; coordinates only where they, and no postal code, say where it is."""
    postal_code = getattr(row, "postal_code", "")
    data = {"country": row.country, "postal_code": postal_code, "commune": getattr(row, "commune", "")}
    if row.country != FRANCE or not postal_code:
        for name in ("latitude", "longitude"):
            data[name] = f"{getattr(row, name):.5f}".rstrip("0").rstrip(".")
    return data
