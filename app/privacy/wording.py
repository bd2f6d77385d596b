"""What is held of somebody, in words and as files."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from flask_babel.speaklater import LazyString

from app.models.personal import Data
from app.models.worded import Worded
from app.privacy.queries import HeldRows
from app.web.text import _, euros, full_date, kilometres, lazy, mass, plural
from app.web.words import OF_THE_ENGINE, item_name, storey, word

TITLES: Mapping[str, LazyString] = {
    "donor": lazy("La personne"),
    "consignment": lazy("Les envois d'entreprise"),
    "offer": lazy("Les dons"),
    "offered_item": lazy("Les articles"),
    "photo": lazy("Les photos"),
    "earmark": lazy("Pour qui ils sont gardés"),
    "match": lazy("À qui ils sont proposés"),
    "handover": lazy("Les remises"),
    "handover_slot": lazy("Les moments proposés"),
    "receipt": lazy("Les reçus fiscaux"),
    "note": lazy("Ce que nos coordinateurs ont noté"),
    "decision": lazy("Ce qui a été décidé"),
    "phone_call": lazy("Les appels"),
    "outbox_message": lazy("Les e-mails"),
    "refused_address": lazy("Ce que la messagerie a refusé"),
    "follower": lazy("Les actions suivies"),
    "kept_form": lazy("Les formulaires commencés"),
}
"""What is handed out, in the order in which it is read."""


FIGURES: Mapping[str, Callable[[Any], str]] = {
    "quantity": lambda value: plural("%(num)s pièce", "%(num)s pièces", value),
    "received_quantity": lambda value: plural("%(num)s reçue", "%(num)s reçues", value),
    "floor": storey,
    "delivers_km": lambda value: _("apporte jusqu'à %(km)s", km=kilometres(value)),
    "distance_km": lambda value: _("à %(km)s", km=kilometres(value)),
    "unit_value": lambda value: _("%(value)s la pièce", value=euros(value)),
    "unit_grams": lambda value: _("%(mass)s la pièce", mass=mass(value / 1000)),
    "cents": euros,
    "available_from": lambda value: _("à partir du %(day)s", day=full_date(value)),
    "available_until": lambda value: _("jusqu'au %(day)s", day=full_date(value)),
    "item": item_name,
}
"""What says nothing without its unit; other numbers stand in the file for programs alone."""


def _shown(name: str, value: Any) -> str:
    """One value; nothing of what only a program reads."""
    if name in FIGURES:
        return FIGURES[name](value)
    if isinstance(value, StrEnum):
        return _of_choice(value)
    if isinstance(value, date):
        return full_date(value)
    return value if isinstance(value, str) else ""


def _of_choice(member: StrEnum) -> str:
    """The word on the screen; nothing for what only the machinery calls so."""
    return word(member) if isinstance(member, Worded) or member in OF_THE_ENGINE else ""


def _of_row(row: Mapping[Data, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """What a row holds, by kind: « l'adresse e-mail », « anne@exemple.fr ». Moments of its life follow by themselves."""
    for data, values in row.items():
        if data is Data.MOMENT:
            continue
        said = [words for name, value in values.items() if (words := _shown(name, value))]
        if said:
            yield word(data), ", ".join(dict.fromkeys(said))
    moments = [value for value in row.get(Data.MOMENT, {}).values() if isinstance(value, datetime)]
    state = row.get(Data.MOMENT, {}).get("state") or row.get(Data.MOMENT, {}).get("verb")
    if moments or state:
        days = ", ".join(dict.fromkeys(full_date(each) for each in sorted(moments)))
        yield (
            word(Data.MOMENT),
            " : ".join(filter(None, (_of_choice(state) if isinstance(state, StrEnum) else "", days))),
        )


def lines(section: HeldRows, most: int | None = None) -> list[list[tuple[str, str]]]:
    """Its rows in words, the first ones where there are too many to show."""
    return [list(_of_row(row)) for row in section.rows[:most]]


def as_text(sections: Iterable[HeldRows]) -> str:
    """For who reads it anywhere."""
    told: list[str] = []
    for section in sections:
        told += [str(TITLES[section.table]), ""]
        for row in lines(section):
            told += [f"{name} : {words}" for name, words in row] + [""]
    return "\n".join(told)


def as_json(sections: Sequence[HeldRows]) -> str:
    """For programs: by table, each row with the names of its columns."""
    tables = {
        section.table: [
            {name: value for values in row.values() for name, value in values.items()} for row in section.rows
        ]
        for section in sections
    }
    return json.dumps(tables, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
