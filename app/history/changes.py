"""What was corrected, field by field, in words: « quantité : 3 → 2 »."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from flask_babel.speaklater import LazyString

from app.models import Decision
from app.models.states import Aside, Condition, Part, Repeat, RuleKind, Size, Urgency, Worded
from app.web.navigation import shown_name
from app.web.text import _, euros, full_date, lazy, mass, plural
from app.web.words import DAYS, storey, word

FIELDS: Mapping[str, LazyString] = {
    "item": lazy("article"),
    "description": lazy("description"),
    "quantity": lazy("quantité"),
    "condition": lazy("état"),
    "minimum_condition": lazy("état voulu"),
    "divisible": lazy("lot à partager"),
    "size": lazy("encombrement"),
    "photos": lazy("photos"),
    "measure": lazy("taille"),
    "erased": lazy("données effacées"),
    "dismantled": lazy("démonté"),
    "unit_value": lazy("valeur d'une pièce"),
    "unit_grams": lazy("poids d'une pièce"),
    "street": lazy("rue"),
    "postal_code": lazy("code postal"),
    "commune": lazy("commune"),
    "available_from": lazy("disponible à partir du"),
    "available_until": lazy("disponible jusqu'au"),
    "availability": lazy("moments"),
    "delivers_km": lazy("kilomètres que le donateur fait"),
    "name": lazy("nom"),
    "phone": lazy("téléphone"),
    "company": lazy("entreprise"),
    "email": lazy("adresse e-mail"),
    "urgency": lazy("urgence"),
    "needed_by": lazy("avant le"),
    "reason": lazy("raison"),
    "action_id": lazy("action"),
    "part": lazy("rôle"),
    "repeats": lazy("revient"),
    "next_on": lazy("la prochaine fois le"),
    "takes": lazy("prend seulement"),
    "refuses": lazy("ne prend pas"),
    "minimum_conditions": lazy("état voulu par famille"),
    "largest_size": lazy("taille au plus"),
    "collects_km": lazy("va chercher, en kilomètres"),
    "collects_at_once": lazy("collectes en même temps"),
    "highest_floor": lazy("étage sans ascenseur"),
    "room": lazy("place pour de gros meubles"),
    "opening_hours": lazy("heures d'ouverture"),
    "collection_hours": lazy("jours de collecte"),
    "closures": lazy("fermetures"),
    "slug": lazy("adresse sur le site"),
    "follows": lazy("suit l'association pour"),
}
"""What can be corrected, by the name under which a decision keeps the change."""

WORDED: Mapping[str, type[Worded] | Any] = {
    "condition": Condition,
    "minimum_condition": Condition,
    "size": Size,
    "largest_size": Size,
    "urgency": Urgency,
    "part": Part,
    "repeats": Repeat,
}


def changed_words(decision: Decision) -> str:
    """« quantité : 3 → 2 ; état : Bon état → Usé mais utilisable »; empty where nothing is told."""
    return _(" ; ").join(_lines(decision))


def changed_fields(decision: Decision, but: Collection[str] = ()) -> str:
    """« rue, disponible jusqu'au »: what was corrected, without a value that others than who typed it should not read."""
    names = (name for name in decision.data.get("changes", {}) if name not in but)
    return _(", ").join(str(FIELDS.get(name, lazy("autre précision"))) for name in names)


def _lines(decision: Decision) -> Iterator[str]:
    corrected = "changes" in decision.data
    for name, values in decision.data.get("changes", decision.data).items():
        if (corrected or name in FIELDS) and isinstance(values, list) and len(values) == 2:
            before, after = (_value(name, value) for value in values)
            field = str(FIELDS.get(name, lazy("autre précision")))
            yield _("%(field)s : %(before)s → %(after)s", field=field, before=before, after=after)


def _value(name: str, value: Any) -> str:
    if name == "size" and value is None:
        return _("comme d'ordinaire")
    if name == "highest_floor" and value is not None:
        return storey(value)
    if value in (None, "", [], {}):
        return _("rien")
    if isinstance(value, list | dict):
        return _(", ").join(_several(name, value))
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if name == "unit_value":
        return euros(value)
    if name == "unit_grams":
        return mass(value / 1000)
    if name == "item":
        return shown_name(str(value), "")
    if name in WORDED:
        return word(WORDED[name](value))
    return " ".join(str(value).split())[:80]


def _several(name: str, values: list[Any] | dict[str, Any]) -> Iterator[str]:
    """The rules of a committee that are lists: of items, items with conditions, days with hours, days on which it is closed."""
    if name in {"opening_hours", "collection_hours"} and isinstance(values, dict):
        for key, day in DAYS:
            for start, end in values.get(key, ()):
                yield f"{str(day).lower()} {start}-{end}"
    elif isinstance(values, dict):
        for slug, least in values.items():
            yield _("%(item)s : %(aside)s", item=shown_name(slug, ""), aside=word(Condition(least)))
    elif name == "follows":
        yield from (word(RuleKind(kind)).lower() for kind in values)
    elif name == "closures":
        for pair in values:
            yield " - ".join(full_date(date.fromisoformat(day)) for day in dict.fromkeys(pair))
    else:
        yield from (shown_name(str(slug), "") for slug in values)


def aside_words(decision: Decision) -> str:
    """Which article, and what it has become: « Lave-linge : Refusé », « Lave-linge et 3 autres articles : En attente »."""
    name = shown_name(decision.data.get("item"), str(decision.data.get("text", "")).partition("\n")[0][:80])
    if others := decision.data.get("others"):
        name = plural(
            "%(item)s et un autre article", "%(item)s et %(num)s autres articles", others, item=name
        )
    now = decision.data["aside"][1]
    return name if now is None else _("%(item)s : %(aside)s", item=name, aside=word(Aside(now)))
