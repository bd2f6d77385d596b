"""What a description says that a coordinator has to look at first: a danger, a date that is over, a thing beside it that nobody may give."""

import re
from collections.abc import Sequence
from datetime import date

from app.catalogue.queries import SURE_ENOUGH, recognise, said_of
from matching.items import ALWAYS_UNSAFE, load
from matching.said import Said

LASTS = 10
"""Years after which what bears a date is over, from the year it was made or bought in: makers give child seats, helmets, life jackets
and smoke alarms ten at most."""
_DAY = re.compile(
    r"(?<![\w:/.,-])(?:(?:\d{1,2}[/.-])?(?P<month>0?[1-9]|1[0-2])[/.-])?(?P<year>(?:19[6-9]|20[0-4])\d)(?![\w-]|\s*(?:€|(?:euros?|km|g|ml|w)\b))"
)
_ENDS = re.compile(
    r"(?:jusqu|avant|p[ée]rim|p[ée]remption|expir|dlc|dluo|ddm|valable|limite|use by|best before|until)[^.;\n]{0,30}$",
    re.I,
)
_NORM = re.compile(r"(?:norme|standard|\b(?:EN|NF|ISO|ECE|R44|R129))[\w\s/.:-]{0,12}$")
_LEFT_OUT = re.compile(r"\b(?:sans|pas|non|manque|aucune?|hors|sauf|without|no|not|missing)\b", re.I)


def danger(text: str, item: str | None, today: date) -> Said | None:
    """What a text says that makes a danger of such a thing: a child seat after an accident, or of 2005. None where nothing does."""
    unsafe = load().unsafe(item) if item in load() and item else ALWAYS_UNSAFE
    said = next((each for each in said_of(text, item) if each in unsafe), None)
    return said or (Said.EXPIRED if Said.EXPIRED in unsafe and _over(text, today) else None)


def to_look_at(description: str, item: str | None, today: date) -> bool:
    """Whether a coordinator looks at an article before anybody is offered it; the first line says what it is, the others the details."""
    return danger(description, item, today) is not None or bool(
        refused_beside(description.partition("\n")[2])
    )


def _over(text: str, today: date) -> bool:
    """Whether a date in the text is past as an end, or so long ago that what was made then is over."""
    for found in _DAY.finditer(text):
        before, year, month = text[: found.start()], int(found["year"]), int(found["month"] or 12)
        if _ENDS.search(before):
            if (year, month) < (today.year, today.month):
                return True
        elif not _NORM.search(before) and year + LASTS < today.year:
            return True
    return False


def refused_beside(details: str) -> Sequence[str]:
    """The things that details speak of and that the portal does not take: *avec sa bouteille de gaz*; not *sans la bouteille*."""
    found: dict[str, None] = {}
    for clause in re.split(r"[.;\n]", details):
        read = recognise(clause) if clause.strip() and not _LEFT_OUT.search(clause) else None
        for thing in read.things if read is not None else ():
            if thing.item and thing.confidence >= SURE_ENOUGH and not load()[thing.item].handled:
                found[thing.item] = None
    return tuple(found)
