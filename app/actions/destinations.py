"""Where an action's things go, by the name that people give it: « Nioro du Sahel, Mali », « Givors », « Bénin »."""

import re
from functools import cache

from babel import Locale

from app.models.base import Where
from app.places import UnknownPostalCode, called, reached
from app.places.names import folded
from app.places.towns import MainTown, capital, towns
from app.places.zones import FRANCE
from app.web.place_form import countries

_PARTED = re.compile(r"\s*[,;()/]\s*")


class UnknownPlaceError(ValueError):
    """Nothing of that name is known."""


class SeveralPlacesError(ValueError):
    """Places of several countries have that name: `codes` are theirs."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


def found(words: str) -> Where:
    """The place that the words name: a town and its country, a French commune, or a country, for which its capital stands.

    Raises UnknownPlaceError, SeveralPlacesError.
    """
    parts = [part for part in _PARTED.split(words) if part]
    country = _codes().get(folded(parts[-1]), "") if parts else ""
    name = " ".join(parts[:-1]) if country else " ".join(parts)
    if country and not name and country != FRANCE:
        seat = capital(country)
        if seat is not None:
            return _where(seat, approximate=True)
    here = _commune(name) if name and country in ("", FRANCE) else None
    there = towns(name, country) if name else ()
    codes = [*([FRANCE] if here else []), *(town.country for town in there)]
    if len(codes) > 1:
        raise SeveralPlacesError(codes)
    if not codes:
        raise UnknownPlaceError(words)
    return here or _where(there[0])


def _commune(name: str) -> Where | None:
    try:
        spots = reached(name).places
    except UnknownPostalCode:
        spots = called(name)
    if not spots:
        return None
    spot = spots[0]
    return Where(
        postal_code=spot.postal_code,
        commune=spot.commune,
        country=FRANCE,
        latitude=spot.latitude,
        longitude=spot.longitude,
    )


def _where(town: MainTown, *, approximate: bool = False) -> Where:
    return Where(
        postal_code="",
        commune=town.name,
        country=town.country,
        latitude=town.latitude,
        longitude=town.longitude,
        approximate=approximate,
    )


def country_name(code: str) -> str:
    """In the page's language."""
    return dict(countries()).get(code, code)


@cache
def _codes() -> dict[str, str]:
    """Countries as French and English name them."""
    return {
        folded(name): code
        for language in ("en", "fr")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
