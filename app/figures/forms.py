"""Numbers that people may leave empty: families and people of a month, euros a kilogram of a family."""

from collections.abc import Sequence
from typing import Any

from app.models import Equipped, FamilyValue
from app.web.fields import EurosField, OptionalNumberField, PortalForm
from app.web.navigation import shown_name
from app.web.text import lazy
from matching.items import load


class EquippedForm(PortalForm):
    families: Any = OptionalNumberField(lazy("Familles équipées ce mois-là"))
    people: Any = OptionalNumberField(lazy("Personnes équipées ce mois-là"))


def equipped_data(row: Equipped | None) -> dict[str, str]:
    said = {} if row is None else {"families": row.families, "people": row.people}
    return {name: str(value) for name, value in said.items() if value is not None}


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
