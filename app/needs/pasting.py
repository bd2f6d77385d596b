"""A list pasted from a spreadsheet, line by line: quantity, article, condition, details.

Cells are parted by tabulations, or by semicolons where a line has no tabulation. The quantity may come first or second,
or be written in front of the article ("4 chaises") or with it ("lot de 4 chaises", "une dizaine de draps"). A line of headings is passed over.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.catalogue.queries import recognise, recognised
from app.models.states import Condition
from matching.items import load, normalise

LONGEST = 60_000
MOST_LINES = 200
LONGEST_NAME, LONGEST_DETAILS = 200, 1500
LARGEST_QUANTITY = 1_000_000

HEADINGS = frozenset(
    {
        "quantite",
        "qte",
        "nombre",
        "nb",
        "article",
        "articles",
        "designation",
        "besoin",
        "objet",
        "quantity",
        "item",
    }
)
CONDITIONS = (
    ("tres bon", Condition.VERY_GOOD),
    ("comme neuf", Condition.VERY_GOOD),
    ("very good", Condition.VERY_GOOD),
    ("neuf", Condition.NEW),
    ("new", Condition.NEW),
    ("bon", Condition.GOOD),
    ("good", Condition.GOOD),
    ("use", Condition.FAIR),
    ("correct", Condition.FAIR),
    ("moyen", Condition.FAIR),
    ("worn", Condition.FAIR),
    ("fair", Condition.FAIR),
    ("pour piece", Condition.FOR_PARTS),
    ("for parts", Condition.FOR_PARTS),
    ("hs", Condition.FOR_PARTS),
)


class Trouble(StrEnum):
    """Why a line cannot be declared."""

    NO_NAME = "no_name"
    NO_QUANTITY = "no_quantity"
    CONDITION = "condition"
    TOO_LONG = "too_long"
    NOT_HANDLED = "not_handled"


@dataclass(frozen=True, slots=True)
class Pasted:
    """One line and what was made of it. `number` counts from 1; `item` is a slug or None; `trouble` is None when sound."""

    number: int
    name: str = ""
    quantity: int = 0
    condition: Condition | None = None
    details: str = ""
    item: str | None = None
    trouble: Trouble | None = None


def read(text: str) -> list[Pasted]:
    """One entry for each line that says something; at most MOST_LINES + 1 are looked at."""
    found: list[Pasted] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = _cells(line)
        if not any(cells) or (not found and _is_heading(cells)):
            continue
        found.append(_line(number, cells))
        if len(found) > MOST_LINES:
            break
    return found


def _cells(line: str) -> list[str]:
    parts = line.split("\t") if "\t" in line else line.split(";")
    return [part.strip().strip('"').strip() for part in parts]


def _is_heading(cells: list[str]) -> bool:
    return any(normalise(cell) in HEADINGS for cell in cells[:2])


def _line(number: int, cells: list[str]) -> Pasted:
    quantity, rest = _quantity(cells)
    name = rest[0] if rest else ""
    details = ", ".join(cell for cell in rest[2:] if cell)
    said = rest[1] if len(rest) > 1 else ""
    condition = _condition(said)
    item = recognised(name) if name else None
    trouble = None
    if not name:
        trouble = Trouble.NO_NAME
    elif len(name) > LONGEST_NAME or len(details) > LONGEST_DETAILS:
        trouble = Trouble.TOO_LONG
    elif quantity is None:
        trouble = Trouble.NO_QUANTITY
    elif said and condition is None:
        trouble = Trouble.CONDITION
    elif item is not None and not load()[item].handled:
        trouble = Trouble.NOT_HANDLED
    return Pasted(
        number, name[:LONGEST_NAME], quantity or 0, condition, details[:LONGEST_DETAILS], item, trouble
    )


def _number(cell: str) -> int | None:
    typed = re.sub(r"[\s\u00a0\u202f]", "", cell)
    if not re.fullmatch(r"[0-9]{1,9}", typed) or not 1 <= int(typed) <= LARGEST_QUANTITY:
        return None
    return int(typed)


def _quantity(cells: list[str]) -> tuple[int | None, list[str]]:
    """The quantity and the other cells; None where there is a cell for it that holds no quantity."""
    if len(cells) == 1:
        glued = re.match(r"([0-9]{1,9})\s*[x×]?\s+(?=\D)", cells[0])
        if glued is None:
            return recognise(cells[0]).quantity, cells
        return _number(glued[1]), [cells[0][glued.end() :].strip()]
    if _number(cells[0]) is not None:
        return _number(cells[0]), cells[1:]
    if _number(cells[1]) is not None:
        return _number(cells[1]), [cells[0], *cells[2:]]
    said = recognise(cells[0]).quantity
    return (said, cells) if said is not None else (None, cells[1:])


def _condition(said: str) -> Condition | None:
    plain = normalise(said)
    if plain in set(Condition):
        return Condition(plain)
    return next((condition for start, condition in CONDITIONS if plain.startswith(start)), None)
