"""Open data: the published tables as rows with named columns, and what each column holds."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString

from app.impact.tables import OTHERS, FigureLine, Published
from app.web.exports import Cell
from app.web.navigation import shown_name
from app.web.text import _, lazy

COLUMNS: dict[str, LazyString] = {
    "premier_mois": lazy("premier mois de la ligne, AAAA-MM"),
    "dernier_mois": lazy("dernier mois de la ligne, AAAA-MM : des mois de trop peu de donateurs sont réunis"),
    "association": lazy("nom de l'association"),
    "comite": lazy("nom du comité"),
    "action": lazy("titre de l'action solidaire"),
    "famille": lazy("famille d'articles du catalogue"),
    "offres": lazy("offres confirmées par leur donateur, au mois où elles ont été faites"),
    "dons": lazy("articles d'offres qu'un comité a reçus, au mois de la remise"),
    "objets": lazy("pièces de ces articles"),
    "kilogrammes": lazy(
        "poids habituel de ces pièces d'après le catalogue ; vide s'il porte sur trop peu de donateurs"
    ),
    "co2_kg": lazy(
        "équivalent CO₂, en kilogrammes, de la fabrication et de la distribution des mêmes objets neufs, quand il est connu : un maximum ; vide s'il porte sur trop peu de donateurs"
    ),
    "kilometres": lazy("à vol d'oiseau, un aller par remise"),
}
MEASURED = ("dons", "objets", "kilogrammes", "co2_kg", "kilometres")
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class OpenTable:
    title: LazyString
    columns: tuple[str, ...]
    rows: Callable[[Published], Iterator[Row]]


def measured(line: FigureLine) -> dict[str, Cell]:
    return {
        "dons": line.gifts,
        "objets": line.pieces,
        "kilogrammes": None if line.grams is None else round(line.grams / 1000, 1),
        "co2_kg": None if line.co2 is None else round(line.co2 / 1000, 1),
        "kilometres": round(line.kilometres, 1),
    }


def name_of(cut: str, key: Any, found: Published) -> str:
    """What a line of a cut is called."""
    if key == OTHERS:
        return _("Tous les autres")
    if cut == "famille":
        return shown_name(key) if key else _("Hors du catalogue")
    names = {
        "association": found.past.associations,
        "comite": found.past.committees,
        "action": found.past.actions,
    }
    return names[cut].get(key) or _("Hors action solidaire")


def _months(found: Published) -> Iterator[Row]:
    for line in found.portal.months if found.portal else ():
        first, last = (f"{line.key[at]:%Y-%m}" for at in (0, -1))
        yield {"premier_mois": first, "dernier_mois": last, "offres": line.offers} | measured(line)


def _committees(found: Published) -> Iterator[Row]:
    for above in found.by_association:
        for line in found.by_committee[above.key]:
            yield {
                "association": name_of("association", above.key, found),
                "comite": name_of("comite", line.key, found),
            } | measured(line)


def _cut(name: str, lines: Callable[[Published], Any]) -> OpenTable:
    def rows(found: Published) -> Iterator[Row]:
        for line in lines(found):
            yield {name: name_of(name, line.key, found)} | measured(line)

    titles = {
        "association": lazy("Par association"),
        "action": lazy("Par action solidaire"),
        "famille": lazy("Par famille d'articles"),
    }
    return OpenTable(titles[name], (name, *MEASURED), rows)


TABLES: Mapping[str, OpenTable] = {
    "mois": OpenTable(lazy("Par mois"), ("premier_mois", "dernier_mois", "offres", *MEASURED), _months),
    "associations": _cut("association", lambda found: found.by_association),
    "comites": OpenTable(lazy("Par comité"), ("association", "comite", *MEASURED), _committees),
    "actions": _cut("action", lambda found: found.by_action),
    "familles": _cut("famille", lambda found: found.by_family),
}
"""By the name of the file."""
