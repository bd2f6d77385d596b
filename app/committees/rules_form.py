"""What may be said of the things that are taken, by a committee of itself or by an association for its committees."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectChoice
from wtforms.validators import StopValidation

from app.catalogue.queries import recognised
from app.committees.service import Rules
from app.models import Committee, Organisation
from app.models.base import HIGHEST_FLOOR, MOST_ITEMS, NAME
from app.models.states import Condition, Size
from app.web.fields import MenuField, PortalForm, choice, line, paragraph
from app.web.text import _, lazy
from app.web.words import CONDITIONS, SIZES, item_name, storey
from matching.items import load

FAMILIES = (1, 2, 3, 4, 5)
"""So many families may have a condition of their own."""
FIELDS = {
    "takes": ("takes",),
    "refuses": ("refuses",),
    "minimum_condition": ("minimum_condition",),
    "minimum_conditions": tuple(f"{name}_{number}" for number in FAMILIES for name in ("family", "least")),
    "largest_size": ("largest_size",),
    "highest_floor": ("highest_floor",),
}
"""The fields in which each column is typed."""


def _conditions(worst: Condition) -> list[SelectChoice]:
    words = dict(CONDITIONS)
    return [SelectChoice(each.value, words[each]) for each in Condition if each.rank <= worst.rank]


def _least() -> MenuField:
    return MenuField(
        lazy("Au moins"),
        required=lazy("Choisissez un état dans la liste."),
        choices=_conditions(Condition.FOR_PARTS),
        default=Condition.GOOD.value,
    )


class RulesForm(PortalForm):
    takes = paragraph(lazy("Ce que vous prenez, et rien d'autre"), most=8000)
    refuses = paragraph(lazy("Ce que vous ne prenez pas"), most=8000)
    minimum_condition = MenuField(
        lazy("En quel état, au moins ?"),
        required=lazy("Choisissez un état dans la liste."),
        choices=[SelectChoice("", lazy("Selon chaque besoin")), *_conditions(Condition.FAIR)],
        default="",
    )
    highest_floor = MenuField(
        lazy("Sans ascenseur, jusqu'à quel étage ?"),
        required=lazy("Choisissez un étage dans la liste."),
        default="",
    )
    largest_size = choice(
        lazy("Jusqu'à quelle taille ?"),
        SIZES,
        required=lazy("Choisissez la plus grande taille que vous prenez."),
        default=Size.VERY_LARGE,
    )
    family_1 = line(lazy("Famille"), most=NAME)
    family_2 = line(lazy("Famille"), most=NAME)
    family_3 = line(lazy("Famille"), most=NAME)
    family_4 = line(lazy("Famille"), most=NAME)
    family_5 = line(lazy("Famille"), most=NAME)
    least_1 = _least()
    least_2 = _least()
    least_3 = _least()
    least_4 = _least()
    least_5 = _least()

    taken: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conditions: dict[str, str] = {}
        self.highest_floor.choices = [
            SelectChoice("", _("À tout étage")),
            *(SelectChoice(str(floor), storey(floor).capitalize()) for floor in range(HIGHEST_FLOOR + 1)),
        ]

    @property
    def families(self) -> list[tuple[Any, Any]]:
        """The families that have a condition of their own, each with its menu."""
        return [(self[f"family_{number}"], self[f"least_{number}"]) for number in FAMILIES]

    def validate_takes(self, field: Any) -> None:
        self.taken = self._items(field)

    def validate_refuses(self, field: Any) -> None:
        self.slugs = self._items(field)
        for taken in self.taken:
            if any(load().is_same_or_narrower(taken, refused) for refused in self.slugs):
                raise StopValidation(
                    _("Vous écrivez que vous prenez « %(item)s », et que non.", item=item_name(taken))
                )

    def validate(self, extra_validators: Any = None) -> bool:
        sound: bool = super().validate(extra_validators)
        for family, least in self.families:
            if not family.data or family.errors or least.errors:
                continue
            slug = recognised(family.data)
            if slug is None or slug in self.conditions:
                twice = _("Cette famille est déjà plus haut.")
                family.errors = [
                    twice if slug else _("Nous ne reconnaissons pas cet article. Écrivez-le autrement.")
                ]
                sound = False
            else:
                self.conditions[slug] = least.data
        return sound

    def _items(self, field: Any) -> tuple[str, ...]:
        names = [name.strip() for name in (field.data or "").splitlines() if name.strip()]
        if len(names) > MOST_ITEMS:
            raise StopValidation(_("Cent articles au plus. Écrivez plutôt une famille : « meubles »."))
        found = [(name, recognised(name)) for name in names]
        unknown = [name for name, slug in found if slug is None]
        if unknown:
            raise StopValidation(
                _(
                    "Nous ne reconnaissons pas : %(names)s. Écrivez un article par ligne, avec d'autres mots.",
                    names=", ".join(name[:40] for name in unknown[:5]),
                )
            )
        return tuple(dict.fromkeys(slug for _name, slug in found if slug is not None))

    def said(self) -> dict[str, Any]:
        """What was typed, as `Rules` holds it. The form has been validated."""
        return {
            "takes": self.taken,
            "refuses": self.slugs,
            "minimum_condition": Condition(self.minimum_condition.data)
            if self.minimum_condition.data
            else None,
            "minimum_conditions": self.conditions,
            "largest_size": Size(self.largest_size.data),
            "highest_floor": int(self.highest_floor.data) if self.highest_floor.data else None,
        }

    def rules(self) -> Rules:
        return Rules(**self.said())


def rules_data(row: Committee | Organisation) -> dict[str, Any]:
    """The form's fields filled in from what a committee or an association says."""
    known = [(slug, least) for slug, least in row.minimum_conditions.items() if slug in load()]
    return {
        "takes": _names(row.takes),
        "refuses": _names(row.refuses),
        "minimum_condition": row.minimum_condition or "",
        "largest_size": row.largest_size,
        "highest_floor": "" if row.highest_floor is None else str(row.highest_floor),
        **{f"family_{number}": item_name(slug) for number, (slug, _least) in enumerate(known, 1)},
        **{f"least_{number}": least for number, (_slug, least) in enumerate(known, 1)},
    }


def _names(slugs: Sequence[str]) -> str:
    return "\n".join(item_name(slug) for slug in slugs if slug in load())
