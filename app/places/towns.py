"""Main towns of all countries but France, by name. The table beside this file is derived by `app.places.derive_towns`."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.places.names import folded

TABLE = Path(__file__).with_name("towns.csv")
HEADER = "country,name,latitude,longitude,spellings"
CAPITAL = "*"
"""Stands among the spellings of a country's capital."""
LONGEST = 100


@dataclass(frozen=True, slots=True)
class MainTown:
    """`country` is an ISO 3166 code; degrees (WGS 84)."""

    name: str
    country: str
    latitude: float
    longitude: float


def towns(name: str, country: str = "") -> tuple[MainTown, ...]:
    """The towns of this name, however spelt, of that country or of any; of each country the most populous alone."""
    found: dict[str, MainTown] = {}
    for town in _found(folded(name[:LONGEST])):
        if country in ("", town.country):
            found.setdefault(town.country, town)
    return tuple(found.values())


def capital(country: str) -> MainTown | None:
    return next((town for town in _found(CAPITAL) if town.country == country), None)


def _found(spelling: str) -> Iterator[MainTown]:
    """Read when asked: it is, once for an action."""
    if not spelling:
        return
    text, wanted = TABLE.read_text(encoding="utf-8"), f"|{spelling}|"
    at = text.find(wanted)
    while at >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.index("\n", at)
        country, name, latitude, longitude, _spellings = text[start:end].split(",")
        yield MainTown(name, country, float(latitude), float(longitude))
        at = text.find(wanted, end)
