"""A list pasted from a spreadsheet, line by line: quantity, article, condition, details.

Cells are parted by tabulations, or by semicolons where a line has no tabulation. The quantity may come first or second,
or be written in front of the article ("4 chaises"), after it ("Chaises 12") or with it ("lot de 4 chaises", "une dizaine de
draps"). How urgent it is and its condition may stand beside the article ("3 frigos urgent", "5 PC, état correct"). A line that says no
number means one, and `assumed` says that nobody wrote it. A line of headings and the dots or dashes of a list are passed over.
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.catalogue.queries import recognise, recognised
from app.models.states import Condition, Urgency
from matching.items import load, normalise

LONGEST = 60_000
MOST_LINES = 200
LONGEST_NAME, LONGEST_DETAILS = 200, 1500
LARGEST_QUANTITY = 1_000_000
BULLET = re.compile(r"^\s*(?:[-–—•*·▪◦]|[0-9]{1,3}[.)])\s+")
DIGITS = r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]{1,9}"
BEFORE = re.compile(rf"(?:({DIGITS})\s*[x×]?|[x×]\s*({DIGITS}))\s+(?=\D)")
AFTER = re.compile(rf"[:=(]\s*({DIGITS})(?:\s*\))?$")
"""At the end of a cell without spaces around it. No two runs of spaces side by side, nor one in front: on sixty thousand
spaces either takes a minute."""
COMMA = re.compile(r"(?<![0-9]),|,(?![0-9])")
UNIT = re.compile(r"(?<=[0-9])\s*(?:unit[ée]s?|pi[èe]ces?|pcs|exemplaires?|x)\.?$", re.IGNORECASE)
AMISS = re.compile(r"[^\w\s]*[\d¼½¾][\d.,]*(?:[eE][-+]?\d+)?(?=\s|$)")
"""What was meant as a number and is none: -1, 1e9, 2,5, ٣."""

URGENT = re.compile(r"(?<!\w)(?:(tr[èe]s)\s|(pas|peu|non)[\s-])?urgent(?:e|s|es)?(?!\w)", re.IGNORECASE)
STATE = re.compile(
    r"(?<!\w)(?:en\s)?(?:(?!en\s)(?:tr[èe]s\s)?\w+\s[ée]tat|[ée]tat\s(?:tr[èe]s\s)?\w+)$", re.IGNORECASE
)
AROUND = " ,:;.!()-–—"
LAST = re.compile(r"(?<=[sx])\s([0-9]{1,2})$")
"""A number after a plural, "Chaises 12": after a singular it is a size or a model, "lit 140", "iPhone 8"."""
MOST_AFTER = 50

WORDS = tomllib.loads(Path(__file__).with_name("pasting.toml").read_text(encoding="utf-8"))
"""What stands in lists beside articles; the file says of each table what it is for."""
HEADINGS, COUNTED_AFTER, SIZED = (frozenset(WORDS[name]) for name in ("headings", "counted_after", "sized"))
CONDITIONS = [(start, Condition(name)) for name, starts in WORDS["conditions"].items() for start in starts]

NONE_SAID = -1
"""In place of a quantity: the line says none."""


class LineTrouble(StrEnum):
    """Why a line cannot be declared."""

    NO_NAME = "no_name"
    NO_QUANTITY = "no_quantity"
    CONDITION = "condition"
    TOO_LONG = "too_long"
    NOT_HANDLED = "not_handled"


@dataclass(frozen=True, slots=True)
class Pasted:
    """One line and what was made of it. `number` counts from 1; `item` is a slug or None; `trouble` is None when sound.

    `assumed`: the line says no number, and `quantity` is 1.
    """

    number: int
    name: str = ""
    quantity: int = 0
    condition: Condition | None = None
    details: str = ""
    item: str | None = None
    trouble: LineTrouble | None = None
    assumed: bool = False
    urgency: Urgency | None = None


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
    if "\t" in line:
        return _bare(line.split("\t"))
    line = BULLET.sub("", line)
    by_comma = _bare(COMMA.split(line))
    if ";" not in line and any(_number(cell) is not None for cell in by_comma[:2]):
        return by_comma
    return _bare(line.split(";"))


def _bare(parts: list[str]) -> list[str]:
    return [part.strip().strip('"').strip() for part in parts]


def _is_heading(cells: list[str]) -> bool:
    return any(normalise(cell) in HEADINGS for cell in cells[:2])


def _line(number: int, cells: list[str]) -> Pasted:
    urgency, cells = _urgency(cells)
    quantity, rest = _quantity(cells)
    assumed = quantity == NONE_SAID
    name = rest[0] if rest else ""
    details = ", ".join(cell for cell in rest[2:] if cell)
    said = rest[1] if len(rest) > 1 else ""
    if not said:
        name, said = _state(name)
    condition = _condition(said)
    item = recognised(name) if name else None
    trouble = None
    if not any(letter.isalpha() for letter in name):
        trouble = LineTrouble.NO_NAME
    elif len(name) > LONGEST_NAME or len(details) > LONGEST_DETAILS:
        trouble = LineTrouble.TOO_LONG
    elif quantity is None:
        trouble = LineTrouble.NO_QUANTITY
    elif said and condition is None:
        trouble = LineTrouble.CONDITION
    elif item is not None and not load()[item].handled:
        trouble = LineTrouble.NOT_HANDLED
    return Pasted(
        number,
        name[:LONGEST_NAME],
        1 if assumed else quantity or 0,
        condition,
        details[:LONGEST_DETAILS],
        item,
        trouble,
        assumed,
        urgency,
    )


def _urgency(cells: list[str]) -> tuple[Urgency | None, list[str]]:
    """How urgent the line says it is, at the beginning or the end of a cell, and the cells without it."""
    for at, cell in enumerate(cells):
        for found in URGENT.finditer(cell):
            before, after = cell[: found.start()].rstrip(AROUND), cell[found.end() :].lstrip(AROUND)
            if before and after:
                continue
            urgency = Urgency.CRITICAL if found[1] else Urgency.LOW if found[2] else Urgency.HIGH
            rest = [before or after] if before or after or at else []
            return urgency, [*cells[:at], *rest, *cells[at + 1 :]]
    return None, cells


def _state(name: str) -> tuple[str, str]:
    """The article without the condition that is written after it, and that condition; "" where none is."""
    head, comma, tail = name.rpartition(",")
    said = normalise(tail)
    if (
        comma
        and head.strip()
        and any(said in {start, f"{start}s", f"{start}e", f"{start}es"} for start, _ in CONDITIONS)
    ):
        return head.rstrip(), tail.strip()
    found = STATE.search(name)
    before = name[: found.start()].rstrip(AROUND) if found else ""
    return (before, found.group()) if found and before else (name, "")


def _number(cell: str) -> int | None:
    typed = re.sub(r"[\s\u00a0\u202f]", "", UNIT.sub("", cell))
    if not re.fullmatch(r"[0-9]{1,9}", typed) or not 1 <= int(typed) <= LARGEST_QUANTITY:
        return None
    return int(typed)


def _quantity(cells: list[str]) -> tuple[int | None, list[str]]:
    """The quantity and the other cells. None where something stands for a quantity and is none; NONE_SAID where nothing does."""
    if len(cells) == 1:
        return _in_words(cells[0])
    first, second = cells[0], cells[1]
    if _number(first) is not None:
        return _number(first), cells[1:]
    if _number(second) is not None:
        return _number(second), [first, *cells[2:]]
    if AMISS.fullmatch(first):
        return None, cells[1:]
    if AMISS.fullmatch(second):
        return None, [first, *cells[2:]]
    if not first:
        return NONE_SAID, cells[1:]
    quantity, words = _in_words(first)
    if quantity == NONE_SAID and recognised(first) is None and recognised(second) is not None:
        return None, cells[1:]  # "beaucoup" before an article
    return quantity, [*words, *cells[1:]]


def _in_words(cell: str) -> tuple[int | None, list[str]]:
    """A quantity written with its article, and the article."""
    before, after = BEFORE.match(cell), AFTER.search(cell)
    if before is not None:
        return _number(before[1] or before[2]), [cell[before.end() :].strip()]
    if after is not None:
        return _number(after[1]), [cell[: after.start()].rstrip()]
    if AMISS.match(cell):
        return None, [cell]
    said = recognise(cell).quantity
    if said is None:
        return _last(cell)
    return said, [cell]


def _last(cell: str) -> tuple[int, list[str]]:
    """A number that ends the cell and counts what is before it."""
    found = LAST.search(cell)
    words = cell[: found.start()].rstrip() if found else ""
    item = recognised(words) if words and not any(sign.isdigit() for sign in words) else None
    if found is None or item is None or not 1 <= int(found[1]) < MOST_AFTER:
        return NONE_SAID, [cell]
    families = {item, *load().ancestors(item)}
    if families & SIZED or not families & COUNTED_AFTER:
        return NONE_SAID, [cell]
    return int(found[1]), [words]


def _condition(said: str) -> Condition | None:
    plain = normalise(said).removeprefix("en ").removeprefix("etat ")
    if plain in set(Condition):
        return Condition(plain)
    return next((condition for start, condition in CONDITIONS if plain.startswith(start)), None)
