"""What one cell says: a number, a condition, how urgent, a day. Each gives None where the cell says something else."""

import re
import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from app.models.states import Condition, Urgency
from matching.items import load, normalise

LARGEST_QUANTITY = 1_000_000
WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
"""What stands in lists beside articles; the file says of each table what it is for."""
CONDITIONS = [(start, Condition(name)) for name, starts in WORDS["conditions"].items() for start in starts]
URGENCIES = [
    (re.compile(rf"\b{said}\b"), Urgency(name))
    for name, words in WORDS["urgencies"].items()
    for said in words
]
PIECES, PACKS = (frozenset(WORDS["units"][name]) for name in ("pieces", "packs"))
COUNTED_AFTER, SIZED = frozenset(WORDS["counting"]["after"]), frozenset(WORDS["counting"]["sized"])
MONTHS = WORDS["months"]["names"]
UNSAID = frozenset(WORDS["gifts"]["unsaid"])

DIGITS = r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]{1,9}"
BEFORE = re.compile(rf"(?:({DIGITS})\s*[x×]?|[x×]\s*({DIGITS}))\s+(?=\D)")
AFTER = re.compile(rf"(?:(?<![0-9])[:=(]\s*[x×]?|(?<=[^\W\d]\s)[x×])\s*({DIGITS})(?:\s*\))?$")
"""At the end of a cell without spaces around it. No two runs of spaces side by side, nor one in front: on sixty thousand
spaces either takes a minute."""
WHOLE = re.compile(rf"({DIGITS})(?:[.,]0{{1,2}}|[.,]0{{4,}})?")
"""« 4,00 »; what « 4.000 » means nobody knows."""
AROUND_NUMBER = re.compile(
    r"^(?:env(?:iron)?\.?|~|±|x|×)\s*(?=[0-9])|(?<=[0-9])\s*(?:env(?:iron)?\.?|x|×)$", re.IGNORECASE
)
COUNTED = re.compile(rf"[\s:(]({DIGITS})\s([^\W\d]{{1,12}})\.?\)?$")
"""« 40 paires » at the end of an article."""
AMISS = re.compile(r"[^\w\s]*[\d¼½¾][\d.,]*(?:[eE][-+]?\d+)?(?=\s|$)")
"""What was meant as a number and is none: -1, 1e9, 2,5, ٣."""
URGENT = re.compile(r"(?<!\w)(?:(tr[èe]s)\s|(pas|peu|non)[\s-])?urgent(?:e|s|es)?(?!\w)", re.IGNORECASE)
STATE = re.compile(
    r"(?<!\w)(?:en\s)?(?:(?!en\s)(?:tr[èe]s\s)?\w+\s[ée]tat|[ée]tat\s(?:tr[èe]s\s)?\w+)$", re.IGNORECASE
)
AROUND = " ,:;.!()-–—"
LAST = re.compile(r"(?:(?<=[sx])\s([0-9]{1,2})|\s(1))$")
"""A number after a plural, "Chaises 12": after a singular any but 1 is a size or a model, "lit 140", "iPhone 8"."""
MOST_AFTER = 50
FIRST_DAY = date(1899, 12, 30)
"""Day 0 of spreadsheets."""

IN_ONE, SHARED = "whole", "shared"
YES = frozenset({"oui", "o", "yes", "x", "vrai"})
YES_OR_NO = YES | {"non", "n", "no", "faux"}
MOST_CENTS = 1_000_000_000

NONE_SAID = -1
"""In place of a quantity: the line says none."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What names articles: the item of a text (a slug, or None), and the quantity that its words tell (or None)."""

    item: Callable[[str], str | None]
    quantity: Callable[[str], int | None]


def number(cell: str) -> int | None:
    """A quantity, from 1 to LARGEST_QUANTITY, with a unit or « environ » beside it or without."""
    typed = AROUND_NUMBER.sub("", cell.strip())
    head, _space, unit = typed.rpartition(" ")
    if head and normalise(unit) in PIECES:
        typed = head
    elif unit and not head and (glued := re.fullmatch(r"([0-9]+)([^\W\d]+)\.?", unit)):
        typed = glued[1] if normalise(glued[2]) in PIECES else typed
    found = WHOLE.fullmatch(typed.strip())
    value = int(re.sub(r"\D", "", found[1])) if found else 0
    return value if 1 <= value <= LARGEST_QUANTITY else None


def cents(cell: str) -> int | None:
    """An amount of money: « 1 200,50 € », « 85 », « 85.00 EUR », « env. 450 € pièce », « 450,- ». « 1,200 » may be either."""
    typed = re.sub(r"^(?:€|eur) ?| ?(?:€|eur(?:os?)?) ?(?:ht|ttc)?$", "", _of_one(cell))
    typed = re.sub(r"[.,]-+$| ", "", typed)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d{1,2}", typed):
        typed = typed.replace(",", "")
    found = re.fullmatch(r"(\d{1,8})(?:[.,](\d{1,2}|\d{2}0{2,}))?", re.sub(r"\.(?=\d{3}(?:,|$))", "", typed))
    value = int(found[1]) * 100 + int((found[2] or "")[:2].ljust(2, "0")) if found else None
    return value if value is None or value <= MOST_CENTS else None


def grams(cell: str, heading: str = "") -> int | None:
    """A weight, in kilograms unless the cell or its heading says grams."""
    found = re.fullmatch(r"(\d{1,6})(?:[.,](\d{1,3})0*)?(kgs?|kilos?|gr?)?", _of_one(cell).replace(" ", ""))
    if found is None:
        return None
    unit = {"k": "kg", "g": "g"}.get((found[3] or "")[:1]) or (
        "g" if {"g", "grammes"} & set(normalise(heading).split()) else "kg"
    )
    value = int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0"))
    return (value if unit == "kg" else round(value / 1000)) or None


def _of_one(cell: str) -> str:
    """The cell in lower case, without « environ » and « la pièce »."""
    said = re.sub(r"^(?:env(?:iron)?\b\.?|[~≈±]) ?", "", " ".join(cell.lower().split()))
    return re.sub(
        r"(?: ?/ ?| (?:par |à la |la |à )?(?:l['’])?)(?:u|unité|pièce|pce)\.?$| ?env(?:iron)?\.?$", "", said
    )


def is_unread(cell: str, read: int | None) -> bool:
    """Whether something stands in a cell of which nothing was read, and not only that nobody knows."""
    return read is None and not is_nothing(cell) and normalise(cell) not in UNSAID


def sharing(cell: str, heading: str = "") -> str:
    """Whether a lot goes to one committee, IN_ONE, or may be SHARED; "" where nothing of the kind is said."""
    plain = normalise(cell)
    if plain in YES_OR_NO:
        asked = _shared_or_whole(normalise(heading))
        return asked if plain in YES else {IN_ONE: SHARED, SHARED: IN_ONE}.get(asked, "")
    said = _shared_or_whole(plain)
    return "" if said == IN_ONE and re.search(r"\d", plain) else said  # « Bloc 3 » is its number


def _shared_or_whole(plain: str) -> str:
    """« Indivisible », « lot entier » before « partage »."""
    named = {IN_ONE: WORDS["sharing"]["whole"], SHARED: WORDS["sharing"]["shared"]}
    return next(
        (which for which, words in named.items() if any(f" {word}" in f" {plain}" for word in words)), ""
    )


def packs(cell: str) -> int | None:
    """How many packs, kilograms or litres: « 5 ramettes »."""
    head, _space, unit = cell.strip().rpartition(" ")
    return number(head) if head and normalise(unit) in PACKS else None


def is_nothing(cell: str) -> bool:
    """« 0 », « 0,00 », « - »."""
    return bool(re.fullmatch(r"0+(?:[.,]0+)?|[-–—]", cell.strip()))


def is_figure(cell: str) -> bool:
    """Whether a cell holds a number of any kind, an amount of money among them."""
    return bool(re.fullmatch(r"[-+]?[0-9][0-9 .,\u00a0\u202f]*\s?[€%]?", cell.strip()))


def condition(said: str) -> Condition | None:
    plain = normalise(said).removeprefix("en ").removeprefix("etat ")
    if plain in set(Condition):
        return Condition(plain)
    return next((found for start, found in CONDITIONS if plain.startswith(start)), None)


def is_condition(said: str) -> bool:
    """Whether a cell names a condition and says no more: « bon état », and not « bon état, une rayure »."""
    plain = normalise(said).removeprefix("en ").removeprefix("etat ").removesuffix(" etat")
    return any(plain in {start, f"{start}s", f"{start}e", f"{start}es"} for start, _found in CONDITIONS)


def urgency(said: str) -> Urgency | None:
    plain = normalise(said)
    if plain in set(Urgency):
        return Urgency(plain)
    return next((found for pattern, found in URGENCIES if pattern.search(plain)), None)


def day(said: str) -> date | None:
    """2026-12-31, 31/12/2026, 31.12.26, 31 décembre 2026, or a spreadsheet's number of days."""
    plain = said.strip()
    parts = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", plain)
    if parts:
        return _date(parts[1], parts[2], parts[3])
    parts = re.fullmatch(r"(?:[^\W\d]+ )?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d\d)", plain)
    if parts:
        return _date(parts[3], parts[2], parts[1])
    parts = re.fullmatch(r"(?:[a-z]+ )?(\d{1,2})(?:er)? ([a-z]+) (\d{4})", normalise(plain))
    if parts and parts[2] in MONTHS:
        return _date(parts[3], str(MONTHS.index(parts[2]) + 1), parts[1])
    if re.fullmatch(r"[345]\d{4}", plain):
        return FIRST_DAY + timedelta(days=int(plain))
    return None


def _date(year: str, month: str, day_of_month: str) -> date | None:
    with suppress(ValueError):
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day_of_month))
    return None


def urgent_beside(cells: list[str]) -> tuple[Urgency | None, list[str]]:
    """How urgent a line says it is, at the beginning or the end of a cell, and the cells without it."""
    for at, cell in enumerate(cells):
        for found in URGENT.finditer(cell):
            before, after = cell[: found.start()].rstrip(AROUND), cell[found.end() :].lstrip(AROUND)
            if before and after:
                continue
            said = Urgency.CRITICAL if found[1] else Urgency.LOW if found[2] else Urgency.HIGH
            rest = [before or after] if before or after or at else []
            return said, [*cells[:at], *rest, *cells[at + 1 :]]
    return None, cells


def state_after(name: str) -> tuple[str, str]:
    """The article without the condition that is written after it, and that condition; "" where none is."""
    head, comma, tail = name.rpartition(",")
    if comma and head.strip() and is_condition(tail):
        return head.rstrip(), tail.strip()
    found = STATE.search(name)
    before = name[: found.start()].rstrip(AROUND) if found else ""
    return (before, found.group()) if found and before else (name, "")


def quantity_in_words(cell: str, sense: Sense) -> tuple[int | None, str]:
    """A quantity written with its article, and the article; None where it is none, NONE_SAID where there is none."""
    before, after = BEFORE.match(cell), AFTER.search(cell)
    if before is not None:
        return number(before[1] or before[2]), cell[before.end() :].strip()
    if after is not None:
        return number(after[1]), cell[: after.start()].rstrip()
    if AMISS.match(cell):
        return None, cell
    counted = COUNTED.search(cell)
    if counted is not None and normalise(counted[2]) in PIECES:
        return number(counted[1]), cell[: counted.start()].rstrip(AROUND)
    said = sense.quantity(cell) or _after_comma(cell, sense)
    return (said, cell) if said is not None else _last(cell, sense)


def _after_comma(cell: str, sense: Sense) -> int | None:
    """« gants et bonnets, une trentaine »."""
    head, _comma, tail = cell.rpartition(",")
    said = sense.quantity(f"{tail.strip()} de {head}") if head and len(tail.split()) < 3 else None
    return said if said and said > 1 else None


def _last(cell: str, sense: Sense) -> tuple[int, str]:
    """A number that ends the cell and counts what is before it."""
    found = LAST.search(cell)
    words = cell[: found.start()].rstrip() if found else ""
    item = sense.item(words) if words and not any(sign.isdigit() for sign in words) else None
    counted = int(found[1] or found[2]) if found else 0
    if item is None or not 1 <= counted < MOST_AFTER:
        return NONE_SAID, cell
    families = {item, *load().ancestors(item)}
    if families & SIZED or not families & COUNTED_AFTER:
        return NONE_SAID, cell
    return counted, words
