"""What a description says that a coordinator has to look at first: a danger, a date that is over, a thing beside it that nobody may give."""

import re
from collections.abc import Sequence
from datetime import date
from itertools import chain

from app.catalogue.queries import SURE_ENOUGH, recognise, said_of
from matching.items import ALWAYS_UNSAFE, load
from matching.said import Said

LASTS = 10
"""Years after which what bears a date is over, from the year it was made or bought in: makers give child seats, helmets, life jackets
and smoke alarms ten at most."""
_DAY = re.compile(
    r"(?<![\w:/.,-])(?:(?:\d{1,2}[/.-])?(?P<month>0?[1-9]|1[0-2])[/.-])?(?P<year>(?:19[6-9]|20[0-4])\d)(?![\w-]|\s*(?:€|(?:euros?|km|g|ml|w)\b))"
)
_SHORT = re.compile(
    r"(?<![\w:/.,-])(?:\d{1,2}[/.-])?(?P<month>0?[1-9]|1[0-2])[/.-](?P<year>1[3-9]|[2-4]\d)(?![\w/.-]*\d)"
)
"""A month and a year of two digits, from 13 on: *05/12* may as well be a day of December."""
_ENDS = re.compile(
    r"(?:jusqu|avant|p[ée]rim|p[ée]remption|expir|\bexp\b\.?|d\.?l\.?c\b\.?|dluo|ddm|valable|limite|use by|best before|until)[^.;\n]{0,30}$",
    re.I,
)
_NORM = re.compile(r"(?:norme|standard|\b(?:EN|NF|ISO|ECE|R44|R129))[\w\s/.:-]{0,12}$")
_OF_ELSE = re.compile(
    r"\b(?:n[ée]+e?s?|naissance|born|rue|avenue|boulevard|place|tailles?|size|t[ée]l|t[ée]l[ée]phone|mod[èe]les?|model"
    r"|(?:mon|ma|mes|notre|nos|son|sa|ses|my|our)\s+(?:petite?s?[\s-])?(?:fils|filles?|enfants?|gar[çc]ons?|jum\w+|neveux?|ni[èe]ces?|mari|femme|son|daughter|kids?)"
    r")\b[^,;\n]{0,25}$",
    re.I,
)
_GOT = re.compile(r"(?:achet|achat|offert|fabriqu|acquis|neuf en|bought|made)[^.;\n]{0,40}$", re.I)
_LEFT_OUT = re.compile(r"\b(?:sans|pas|non|manque|aucune?|hors|sauf|without|no|not|missing)\b", re.I)
_DANGEROUS_BESIDE = ("bouteille-gaz", "produits-chimiques", "medicaments", "armes")
"""What makes a danger beside something else: fuel, solvents and asbestos are chemical products, ammunition and fireworks weapons."""
_PLAYED = frozenset({"jouets", "vetements", "accessoires-vetements", "culture"})
"""Beside those a pistol is one to play with."""
_CLAUSES = 20
_BROUGHT = re.compile(r"(?:\b(?:avec|et|plus|ainsi que|with|and)\b|[+&])", re.I)
_GIVEN_ALONG = re.compile(r"\b(?:fourni|inclu|compris|offert|livr[ée])\w*|\bincluded\b", re.I)
_ALONE = re.compile(
    r"[\s*•-]*(?:\d+|une?|deux|trois|quelques|des|du|reste\w*|bouteilles?|bonbonnes?|cartouches?|recharges?|bidons?|jerr[iy]cans?"
    r"|bo[îi]tes?|flacons?|m[ée]dicaments?|munitions?|p[ée]tards?|solvants?|white)\b(?:\W+\w+){0,6}\W*$",
    re.I,
)
_ONLY_USED = re.compile(
    r"\b(?:pour|ou|fonctionn|marche|tourn|aliment|utilis|serv|rang|stock|trait|nettoy|lav[ée]|d[ée]sinfect|d[ée]cap|compatible"
    r"|branch|raccord|chang|vidang|r[ée]vis|à m[ée]dic|odeur|sent|works|used|cleaned|treated)\w*",
    re.I,
)
"""What says that the thing only works with, or was only cleaned with or made for what follows."""


def danger(text: str, item: str | None, today: date) -> Said | None:
    """What a text says that makes a danger of such a thing: a child seat after an accident, or of 2005. None where nothing does."""
    unsafe = load().unsafe(item) if item in load() and item else ALWAYS_UNSAFE
    said = next((each for each in said_of(text, item) if each in unsafe), None)
    return said or (Said.EXPIRED if Said.EXPIRED in unsafe and _over(text, today) else None)


def to_look_at(description: str, item: str | None, today: date) -> bool:
    """Whether a coordinator looks at an article before anybody is offered it; the first line says what it is, the others the details."""
    return danger(description, item, today) is not None or bool(
        refused_beside(description.partition("\n")[2], item)
    )


def _over(text: str, today: date) -> bool:
    """Whether a date in the text is past as an end, or so long ago that what was made then is over."""
    for found in (*_DAY.finditer(text), *_SHORT.finditer(text)):
        before, month = text[: found.start()], int(found["month"] or 12)
        short = len(found["year"]) == 2
        year = int(found["year"]) + 2000 * short
        if _ENDS.search(before):
            if (year, month) < (today.year, today.month):
                return True
            continue
        of_else = _NORM.search(before) or (_OF_ELSE.search(before) and not _GOT.search(before))
        if not short and not of_else and year + LASTS < today.year:
            return True
    return False


def refused_beside(details: str, item: str | None = None) -> Sequence[str]:
    """The dangerous things that details bring along with such an item: *avec sa bouteille de gaz*; not *sans la bouteille*."""
    found: dict[str, None] = {}
    clauses = [each for each in re.split(r"[.;\n]", details) if each.strip()]
    for part in chain.from_iterable(map(_brought_by, clauses[:_CLAUSES])):
        for thing in recognise(part).things:
            if thing.item and thing.confidence >= SURE_ENOUGH and _endangers(thing.item, item):
                found[thing.item] = None
    return tuple(found)


def _brought_by(clause: str) -> Sequence[str]:
    """The parts of a clause that say what comes along."""
    if _LEFT_OUT.search(clause):
        return ()
    if _GIVEN_ALONG.search(clause) or _ALONE.match(clause):
        return () if _ONLY_USED.search(clause) else (clause, *_BROUGHT.split(clause)[1:])
    first = _BROUGHT.search(clause)
    if first is None or _ONLY_USED.search(clause[: first.start()]):
        return ()
    return [_ONLY_USED.split(each)[0] for each in _BROUGHT.split(clause[first.start() :])]


def _endangers(brought: str, item: str | None) -> bool:
    known = load()
    kinds = {brought, *known.ancestors(brought)}.intersection(_DANGEROUS_BESIDE)
    if item in known and item and not _PLAYED.isdisjoint({item, *known.ancestors(item)}):
        kinds.discard("armes")
    return bool(kinds)
