"""Numbers that people may leave empty: families and people of a month, euros a kilogram of a family."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms import Form, StringField
from wtforms.validators import StopValidation

from app.models import Equipped, FamilyValue
from app.web.fields import OptionalNumberField, PortalForm, strip
from app.web.navigation import shown_name
from app.web.text import _, lazy
from matching.items import load


class EquippedForm(PortalForm):
    families: Any = OptionalNumberField(lazy("Familles équipées ce mois-là"))
    people: Any = OptionalNumberField(lazy("Personnes équipées ce mois-là"))


def equipped_data(row: Equipped | None) -> dict[str, str]:
    said = {} if row is None else {"families": row.families, "people": row.people}
    return {name: str(value) for name, value in said.items() if value is not None}


class EurosField(StringField):
    """Euros and cents a kilogram, up to 10 000; `cents` is 0 where nothing is typed."""

    cents: int = 0

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, filters=[strip], **kwargs)

    def pre_validate(self, _form: Form) -> None:
        typed = (self.data or "").replace("\u00a0", "").replace(" ", "").removesuffix("€")
        if not typed:
            return
        found = re.fullmatch(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?", typed)
        if found is None:
            raise StopValidation(_("Écrivez un montant en euros, par exemple 2,50, ou laissez vide."))
        self.cents = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def families() -> list[str]:
    """Of the catalogue, those that the portal takes."""
    return [item.slug for item in load().values() if item.parent is None and item.handled]


def scale_form(rows: Sequence[FamilyValue]) -> Any:
    """A field for each family, filled with what is set; `cents()` is what was typed."""
    fields = {f"euros_{slug}": EurosField(shown_name(slug)) for slug in families()}
    known = {f"euros_{row.family}": f"{row.cents / 100:.2f}".replace(".", ",") for row in rows}
    return type("ScaleForm", (ScaleForm,), fields)(data=known)


class ScaleForm(PortalForm):
    def cents(self) -> dict[str, int]:
        typed = {slug: self[f"euros_{slug}"].cents for slug in families()}
        return {slug: cents for slug, cents in typed.items() if cents}
