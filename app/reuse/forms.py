"""What a coordinator says of a place."""

from typing import Any

from wtforms import SelectChoice
from wtforms.validators import StopValidation

from app.models import ReusePlace
from app.models.reuse import HOURS
from app.models.states import PlaceKind
from app.reuse.objects import kinds, kinds_in, mask
from app.reuse.reading import website
from app.reuse.service import Described
from app.web.fields import MenuField, PhoneField, TicksField, line
from app.web.place_form import PlaceForm
from app.web.text import _, language, lazy
from app.web.words import word


class ReusePlaceForm(PlaceForm):
    name = line(lazy("Nom"), required=lazy("Écrivez le nom de ce lieu."))
    kind = MenuField(lazy("Ce que c'est"), required=lazy("Choisissez dans la liste."))
    street = line(lazy("Rue"))
    phone = PhoneField(lazy("Téléphone"))
    website = line(lazy("Site"))
    hours = line(lazy("Horaires"), most=HOURS)
    gives = TicksField(lazy("Prend en don"), validate_choice=False)
    repairs = TicksField(lazy("Répare"), validate_choice=False)
    sorts = TicksField(lazy("Prend pour recycler"), validate_choice=False)

    def __init__(self, place: ReusePlace | None = None) -> None:
        super().__init__(data=_data(place) if place else None)
        self._place = place
        self.kind.choices = [SelectChoice(each.value, word(each)) for each in PlaceKind]
        for ticks in (self.gives, self.repairs, self.sorts):
            ticks.choices = [
                SelectChoice(kind.code, kind.en if language() == "en" else kind.fr)
                for kind in kinds().values()
            ]

    def validate_postal_code(self, field: Any) -> None:
        if self._same_place():
            return
        super().validate_postal_code(field)

    def validate_website(self, field: Any) -> None:
        if field.data and not website(field.data):
            raise StopValidation(_("Écrivez une adresse entière. Exemple : https://exemple.fr"))

    def validate_gives(self, _field: Any) -> None:
        if not mask([*(self.gives.data or ()), *(self.repairs.data or ()), *(self.sorts.data or ())]):
            raise StopValidation(
                _("Cochez au moins une sorte d'objets que ce lieu prend, répare ou recycle.")
            )

    def _same_place(self) -> bool:
        """Whether it stays where the data puts it, which knows more than a postal code does."""
        old = self._place
        return old is not None and (old.postal_code, old.commune) == (
            self.postal_code.data,
            self.commune.data,
        )

    def described(self) -> Described:
        """What was typed. The form has been validated."""
        old = self._place if self._same_place() else None
        where = old or self.where
        return Described(
            name=self.name.data or "",
            kind=PlaceKind(self.kind.data),
            street=self.street.data or "",
            postal_code=where.postal_code,
            commune=where.commune,
            latitude=where.latitude,
            longitude=where.longitude,
            phone=self.phone.data or "",
            website=self.website.data or "",
            hours=self.hours.data or "",
            gives=mask(self.gives.data or ()),
            repairs=mask(self.repairs.data or ()),
            sorts=mask(self.sorts.data or ()),
        )


def _data(place: ReusePlace) -> dict[str, Any]:
    ticked = {
        name: [kind.code for kind in kinds_in(getattr(place, name))] for name in ("gives", "repairs", "sorts")
    }
    return {**place.model_dump(), "kind": place.kind.value, **ticked, "latitude": "", "longitude": ""}
