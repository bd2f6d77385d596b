"""A line is put right by hand, or left out; and lines are kept as plain JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.models.states import Condition, Urgency
from app.sheets import cells
from app.sheets.cells import NONE_SAID, Sense
from app.sheets.lines import LONGEST_DETAILS, LineTrouble, PassedOver, SheetLine, judged, unread
from matching.items import normalise

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
    gift: "GiftMend | None" = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftMend:
    """What more is said of a line of a giver's inventory, as it was typed."""

    value: str
    weight: str
    site: str
    lot: str


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
    gift = mend.gift
    if gift is not None:
        said = replace(
            said, value=cells.cents(gift.value), grams=cells.grams(gift.weight), site=gift.site, lot=gift.lot
        )
    quantity = cells.number(mend.quantity) if mend.quantity.strip() else NONE_SAID
    found = judged(said, sense, quantity=quantity, typed=mend.quantity)
    if found.trouble is None and mend.needed_by.strip() and day is None:
        return replace(found, trouble=LineTrouble.DAY, typed=mend.needed_by)
    return timely(unread(found, gift.value, gift.weight) if gift else found, today)


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


def placed(line: SheetLine, sites: Mapping[str, str]) -> SheetLine:
    """The line at one of the sites, its commune by its name: the first where it says none; one that is not among them is asked about."""
    if line.passed is not None or not sites or line.site in sites:
        return line if line.trouble is not LineTrouble.SITE else replace(line, trouble=None, typed="")
    said = normalise(line.site)
    asked = line.trouble is LineTrouble.SITE
    if (not said or len(sites) == 1) and not asked:
        return _at(line, next(iter(sites)), sites)
    named = [name for name, commune in sites.items() if said in {normalise(name), normalise(commune)}] or [
        name for name in sites if f" {normalise(name)} " in f" {said} "
    ]
    if len(named) == 1:
        return _at(line, named[0], sites)
    return replace(line, trouble=LineTrouble.SITE, typed=line.site) if line.counts else line


def _at(line: SheetLine, name: str, sites: Mapping[str, str]) -> SheetLine:
    """The line at this site; what its list says more of the place goes into the details."""
    told = {"", normalise(name), normalise(sites[name])}
    if normalise(line.site) not in told and line.site not in line.details:
        line = replace(line, details=f"{line.details}, {line.site}".strip(", ")[:LONGEST_DETAILS])
    asked = line.trouble is LineTrouble.SITE
    return replace(
        line, site=name, trouble=None if asked else line.trouble, typed="" if asked else line.typed
    )


def answered(
    before: Sequence[SheetLine], after: Iterable[SheetLine], sites: Mapping[str, str]
) -> Iterator[SheetLine]:
    """The lines `after` somebody said of some where they are: all that named the same place are there."""
    pairs = list(zip(before, after, strict=True))
    unknown = [(old, new) for old, new in pairs if old.site and old.site not in sites]
    said = {normalise(old.site): new.site for old, new in reversed(unknown) if new.site in sites}
    for old, new in pairs:
        name = new.site if new.site in sites else said.get(normalise(old.site), "")
        moved = name and old.site and old.site not in sites and new.passed is None
        yield _at(replace(new, site=old.site), name, sites) if moved else new


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
