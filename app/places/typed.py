"""A postal code as people type it: with the town, the country or « CEDEX » beside it, or of no commune at all."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from app.places.lookup import Place, UnknownPostalCode, places, suggest
from app.places.names import expanded

_WHOLE = re.compile(r"(?<!\w)(?:FR?)?([0-9]{5})(?!\w)", re.IGNORECASE)
_IN_TWO = re.compile(r"(?<![0-9])(?<![0-9][ .])([0-9]{2})\s([0-9]{3})(?![ .]?[0-9])")
_ABROAD = re.compile(r"(?<!\w)(?!FR|CP|F\b)[A-Z]{1,2}\s?-\s?[0-9]")
_DISTRICT = "arrondissement"
_MOST_NEAR = 300


@dataclass(frozen=True, slots=True)
class Reached:
    """The places that what was typed may mean, most populous first. `near`: no commune has the code, these lie around it."""

    places: Sequence[Place]
    near: bool = False


def code_in(typed: str) -> str:
    """The five digits of the one French postal code in what was typed. Raises `UnknownPostalCode`."""
    bare = "".join(typed.split())
    found = [bare] if re.fullmatch("[0-9]{5}", bare) else _WHOLE.findall(typed)
    found = found or ["".join(parts) for parts in _IN_TWO.findall(typed)]
    if len(set(found)) != 1 or _ABROAD.search(typed):
        raise UnknownPostalCode("malformed")
    return found[0]


def reached(typed: str) -> Reached:
    """The communes of the code, only those that the words beside it name where they name some.

    Of the code of a whole town (69000) its districts; of any other that no commune has, the communes whose codes begin with
    the same three digits, or two. Raises `UnknownPostalCode`.
    """
    code = code_in(typed)
    words = expanded(typed.replace(code, " "))
    with suppress(UnknownPostalCode):
        return Reached(_named(places(code), words))
    around = suggest(code[:3], _MOST_NEAR) or suggest(code[:2], _MOST_NEAR)
    if not around:
        raise UnknownPostalCode("unknown")
    districts = [place for place in around if _DISTRICT in place.commune and code.endswith("000")]
    if districts:
        return Reached(_named(districts, words))
    once = list({place.insee: place for place in reversed(around)}.values())[::-1]
    named = _named(once, words)
    if len(named) == 1 < len(once):
        return Reached(named)
    return Reached([replace(place, approximate=True) for place in named], near=True)


def _named(found: Sequence[Place], words: str) -> Sequence[Place]:
    """Those of them that the words name, the whole name or how it begins; all where they name none."""
    names = {place: expanded(place.commune) for place in found}
    told = {place: name for place, name in names.items() if f" {name} " in f" {words} "}
    told = {
        place: name
        for place, name in told.items()
        if not any(f" {name} " in f" {other} " and name != other for other in told.values())
    }
    begun = [place for place, name in names.items() if words and f"{name} ".startswith(f"{words} ")]
    return list(told) or begun or list(found)
