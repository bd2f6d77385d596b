"""A line is put right by hand, or left out; and lines are kept as plain JSON."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.models.states import Condition, Urgency
from app.sheets import cells
from app.sheets.cells import NONE_SAID, Sense
from app.sheets.lines import LineTrouble, PassedOver, SheetLine, judged

KINDS: Mapping[str, Callable[[Any], Any]] = {
    "condition": Condition,
    "urgency": Urgency,
    "needed_by": date.fromisoformat,
    "trouble": LineTrouble,
    "passed": PassedOver,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """What somebody says of one line. `quantity` and `needed_by` as they were typed; `out`: leave it out."""

    name: str
    quantity: str
    condition: Condition | None
    urgency: Urgency | None
    needed_by: str
    details: str
    out: bool


def mended(line: SheetLine, mend: Mend, sense: Sense, today: date | None) -> SheetLine:
    if mend.out:
        return line if line.passed else replace(line, passed=PassedOver.BY_HAND)
    day = cells.day(mend.needed_by)
    said = replace(
        line,
        name=mend.name,
        condition=mend.condition,
        urgency=mend.urgency,
        needed_by=day,
        details=mend.details,
        passed=None,
    )
    quantity = cells.number(mend.quantity) if mend.quantity.strip() else NONE_SAID
    found = judged(said, sense, quantity=quantity, typed=mend.quantity)
    if found.trouble is None and mend.needed_by.strip() and day is None:
        return replace(found, trouble=LineTrouble.DAY, typed=mend.needed_by)
    return timely(found, today)


def split(lines: Iterable[SheetLine], number: int, words: Sequence[str], sense: Sense) -> list[SheetLine]:
    """The lines, the one of this number made one for each of the `words`; the first keeps its number, and how many it says."""
    found, last = [], 0
    for line in lines:
        found.append(line)
        last = max(last, line.number)
    at = next((at for at, line in enumerate(found) if line.number == number), None)
    if at is None or not words:
        return found
    whole, parts = found[at], []
    for more, said in enumerate(words):
        quantity, name = cells.quantity_in_words(said, sense)
        if quantity == NONE_SAID and not more and not whole.assumed:
            quantity = whole.quantity
        part = replace(whole, number=last + more if more else number, name=name)
        parts.append(judged(part, sense, quantity=quantity))
    return [*found[:at], *parts, *found[at + 1 :]]


def timely(line: SheetLine, today: date | None) -> SheetLine:
    """A day that is over is asked about. None: days do not matter."""
    late = today is not None and line.needed_by is not None and line.needed_by < today
    return replace(line, trouble=LineTrouble.PAST) if late and line.counts else line


def kept(lines: Iterable[SheetLine]) -> list[dict[str, Any]]:
    """As JSON; what says nothing is left out."""
    return [
        {
            name: str(value) if name in KINDS else value
            for name in SheetLine.__dataclass_fields__
            if (value := getattr(line, name))
        }
        for line in lines
    ]


def again(written: Sequence[Mapping[str, Any]]) -> list[SheetLine]:
    """The lines that were kept."""
    return [
        SheetLine(**{name: KINDS[name](value) if name in KINDS else value for name, value in each.items()})
        for each in written
    ]
