"""A row becomes a line: article, quantity, condition, how urgent, until when, details; or it is passed over, and why."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from app.models.states import Condition, Urgency
from app.places import UnknownPostalCode, place
from app.sheets import cells
from app.sheets.cells import NONE_SAID, PIECES, WORDS, Sense
from app.sheets.headings import Column, Columns
from app.sheets.text import SheetRow
from matching.items import load, normalise

LONGEST_NAME, LONGEST_DETAILS = 200, 1500
TOTALS, PROSE, STREETS, CLOSINGS = (
    tuple(WORDS["lines"][name]) for name in ("totals", "prose", "streets", "closings")
)
MAILBOX = re.compile(r"\S@\S+\.\w")
TELEPHONE = re.compile(r"(?:\+?33|0)\s?(?:\(0\))?[1-9](?:[\s./-]?\d{2}){4}(?!\d)")


class LineTrouble(StrEnum):
    """Why a line cannot be taken."""

    NO_NAME = "no_name"
    NO_QUANTITY = "no_quantity"
    CONDITION = "condition"
    TOO_LONG = "too_long"
    NOT_HANDLED = "not_handled"
    PAST = "past"
    DAY = "day"
    VALUE = "value"
    WEIGHT = "weight"
    SITE = "site"


class PassedOver(StrEnum):
    """What a row is that is no article."""

    TITLE = "title"
    HEADING = "heading"
    SECTION = "section"
    TOTAL = "total"
    NOTHING = "nothing"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """One line and what was made of it. `number` is the row's; `item` is a slug or None; `trouble` is None when sound.

    `assumed`: the line says no number, and `quantity` is 1. `typed` is what stands for a number, or for a day, and is none.
    `passed` is None for what is taken. Of a giver's inventory alone: `value` of one in cents, `grams` that one weighs, at which `site` it is,
    `lot`: cells.IN_ONE, cells.SHARED or "".
    """

    number: int
    name: str = ""
    quantity: int = 0
    condition: Condition | None = None
    urgency: Urgency | None = None
    needed_by: date | None = None
    details: str = ""
    value: int | None = None
    grams: int | None = None
    site: str = ""
    lot: str = ""
    item: str | None = None
    assumed: bool = False
    typed: str = ""
    trouble: LineTrouble | None = None
    passed: PassedOver | None = None

    @property
    def counts(self) -> bool:
        """Whether it is an article that can be recorded as it stands."""
        return self.passed is None and self.trouble is None


def judged(
    line: SheetLine, sense: Sense, *, quantity: int | None, typed: str = "", unknown_condition: bool = False
) -> SheetLine:
    """The line with its quantity and item, and what is wrong with it. `quantity` None: `typed` stands for one and is none."""
    item = sense.item(line.name) if line.name else None
    trouble = None
    if not any(letter.isalpha() for letter in line.name):
        trouble = LineTrouble.NO_NAME
    elif len(line.name) > LONGEST_NAME or len(line.details) > LONGEST_DETAILS:
        trouble = LineTrouble.TOO_LONG
    elif quantity is None:
        trouble = LineTrouble.NO_QUANTITY
    elif unknown_condition:
        trouble = LineTrouble.CONDITION
    elif item is not None and not load()[item].handled:
        trouble = LineTrouble.NOT_HANDLED
    assumed = quantity == NONE_SAID
    return replace(
        line,
        name=line.name[:LONGEST_NAME],
        details=line.details[:LONGEST_DETAILS],
        quantity=1 if assumed else quantity or 0,
        item=item,
        assumed=assumed,
        typed=typed if quantity is None else "",
        trouble=trouble,
    )


def loose(row: SheetRow, sense: Sense) -> SheetLine:
    """A line that stands for itself. The quantity may come first or second, or be written in front of the article ("4 chaises"),
    after it ("Chaises 12") or with it ("lot de 4 chaises", "une dizaine de draps"). How urgent it is and its condition may
    stand beside the article ("3 frigos urgent", "5 PC, état correct"). A line that says no number means one."""
    urgency, said = cells.urgent_beside(list(row.cells))
    quantity, rest = _quantity(said, sense)
    name = rest[0] if rest else ""
    condition = rest[1] if len(rest) > 1 else ""
    if not condition:
        name, condition = cells.state_after(name)
    found = cells.condition(condition)
    details = ", ".join(cell for cell in rest[2:] if cell)
    line = SheetLine(number=row.number, name=name, condition=found, urgency=urgency, details=details)
    typed = "" if not said or said[0] in rest else said[0]
    return judged(
        line, sense, quantity=quantity, typed=typed, unknown_condition=bool(condition) and found is None
    )


def _quantity(said: list[str], sense: Sense) -> tuple[int | None, list[str]]:
    """The quantity and the other cells. None where something stands for a quantity and is none; NONE_SAID where nothing does."""
    if not said:
        return NONE_SAID, []
    if len(said) == 1:
        quantity, words = cells.quantity_in_words(said[0], sense)
        return quantity, [words]
    first, second = said[0], said[1]
    if cells.number(first) is not None:
        return cells.number(first), said[1:]
    if cells.number(second) is not None:
        return cells.number(second), [first, *said[2:]]
    if cells.AMISS.fullmatch(first):
        return None, said[1:]
    if cells.AMISS.fullmatch(second):
        return None, [first, *said[2:]]
    if not first:
        return NONE_SAID, said[1:]
    quantity, words = cells.quantity_in_words(first, sense)
    if quantity == NONE_SAID and sense.item(first) is None and sense.item(second) is not None:
        return None, said[1:]  # "beaucoup" before an article
    return quantity, [words, *said[1:]]


def in_columns(row: SheetRow, columns: Columns, headings: Mapping[int, str], sense: Sense) -> SheetLine:
    """A line of a table. What its columns do not understand, and columns that nobody knows, go into the details."""
    said = {role: row.cells[at] for at, role in columns.items() if at < len(row.cells) and row.cells[at]}
    condition = cells.condition(said.get(Column.CONDITION, ""))
    urgency = cells.urgency(said.get(Column.URGENCY, ""))
    needed_by = cells.day(said.get(Column.NEEDED_BY, ""))
    where = {role: headings.get(at, "") for at, role in columns.items()}
    value = cells.cents(said.get(Column.VALUE, ""))
    grams = cells.grams(said.get(Column.WEIGHT, ""), where.get(Column.WEIGHT, ""))
    lot = cells.sharing(said.get(Column.SHARING, ""), where.get(Column.SHARING, ""))
    understood = {
        Column.VALUE: value is not None, Column.WEIGHT: grams, Column.SHARING: lot,
        Column.CONDITION: cells.is_condition(said.get(Column.CONDITION, "")), Column.URGENCY: urgency, Column.NEEDED_BY: needed_by,
        Column.UNIT: normalise(said.get(Column.UNIT, "")) in PIECES,
    }  # fmt: skip
    details = [
        cell if columns.get(at) is Column.DETAILS or not headings.get(at) else f"{headings[at]} : {cell}"
        for at, cell in enumerate(row.cells)
        if cell and not _is_told(columns.get(at), understood)
    ]
    name = said.get(Column.ARTICLE, "")
    if Column.QUANTITY in columns.values():
        typed = said.get(Column.QUANTITY, "")
        quantity = cells.number(typed) if typed else NONE_SAID
        if typed and quantity is None:
            quantity = sense.quantity(f"{typed} {name}") if typed[:1].isalpha() else cells.packs(typed)
            details += [typed] if quantity else []
    else:
        quantity, name = cells.quantity_in_words(name, sense)
    line = SheetLine(
        number=row.number, name=name, condition=condition, urgency=urgency, needed_by=needed_by, details=", ".join(details),
        value=value, grams=grams, site=said.get(Column.SITE, "")[:LONGEST_NAME], lot=lot,
    )  # fmt: skip
    found = judged(line, sense, quantity=quantity, typed=said.get(Column.QUANTITY, ""))
    return unread(found, said.get(Column.VALUE, ""), said.get(Column.WEIGHT, ""))


def unread(line: SheetLine, value: str, weight: str) -> SheetLine:
    """The line, asked about where what was typed as its value or its weight says none."""
    for typed, read, trouble in (
        (value, line.value, LineTrouble.VALUE),
        (weight, line.grams, LineTrouble.WEIGHT),
    ):
        if line.trouble is None and cells.is_unread(typed, read):
            return replace(line, trouble=trouble, typed=typed)
    return line


def _is_told(role: Column | None, understood: Mapping[Column, object]) -> bool:
    """Whether a cell of this column needs no place among the details."""
    return role not in {None, Column.DETAILS} and bool(understood.get(role or Column.DETAILS, True))


def passed_in_table(row: SheetRow, columns: Columns, filled: bool) -> PassedOver | None:
    """Why a row of a table is none of its articles. `filled`: nearly every row of it says how many."""
    said = {role: row.cells[at] for at, role in columns.items() if at < len(row.cells) and row.cells[at]}
    texts = [cell for cell in row.cells if cell and not cells.is_figure(cell)]
    if begins(texts[0] if texts else "", TOTALS) or not texts:
        return PassedOver.TOTAL
    if cells.is_nothing(said.get(Column.QUANTITY, "")):
        return PassedOver.NOTHING
    if Column.ARTICLE not in said and Column.QUANTITY not in said:
        return PassedOver.SECTION
    alone = sum(map(bool, row.cells)) == 1
    return PassedOver.SECTION if alone and Column.QUANTITY in columns.values() and filled else None


def passed_alone(row: SheetRow, line: SheetLine, marked: bool, counted: bool) -> PassedOver | None:
    """Why a line that stands for itself is no article. `marked`: the list has dots or numbers; `counted`: most of its lines say how many."""
    texts = [cell for cell in row.cells if cell]
    words = texts[0] if texts else ""
    if begins(words, TOTALS):
        return PassedOver.TOTAL
    if line.item is None and _reaches_somebody(words):
        return PassedOver.TITLE
    if not line.assumed or len(texts) > 1:
        return None
    if not line.name or words.endswith((":", ",")) or (marked and not row.marked):
        return PassedOver.TITLE
    known = line.item is not None and len(words.split()) <= 6
    if begins(words, PROSE) or (words[-1] in "!.?" and len(words.split()) > 3):
        return PassedOver.TITLE
    return PassedOver.SECTION if counted and words.isupper() and not (known and row.marked) else None


def _reaches_somebody(words: str) -> bool:
    """Whether a line says how to reach somebody: a street, a town, a telephone, a mailbox."""
    if MAILBOX.search(words) or TELEPHONE.search(words):
        return True
    number, _space, rest = words.partition(" ")
    if re.fullmatch(r"[0-9]{5}", number):
        with suppress(UnknownPostalCode):
            return bool(place(number, rest))
    rest = re.sub(r"^(?:bis|ter)\b", "", rest.strip(" ,"), flags=re.IGNORECASE).strip(" ,")
    return number.rstrip(",").isdigit() and begins(rest, STREETS)


def begins(said: str, words: Sequence[str]) -> bool:
    plain = f"{normalise(said)} "
    return plain.startswith(tuple(f"{word} " for word in words))
