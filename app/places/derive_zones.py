"""Derives zones.csv: `python -m app.places.derive_zones [FOLDER]`, where FOLDER holds the unpacked package.

Without FOLDER it is fetched as `app.places.derive` does. A country whose towns all keep the same time, now and in the years to come,
gets one row. Any other gets the towns by which the nearest one tells the zone of all its towns: of several kept
towns the nearest has the zone of the town asked about (Hart's condensed neighbours).
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from app.places.derive import OVERSEAS, fetch
from app.places.lookup import distance_km
from app.places.zones import HEADER, TABLE

SMALLEST = 15_000
"""Inhabitants of the towns by which zones are told apart."""
YEARS = range(2025, 2031)


@dataclass(frozen=True, slots=True)
class Town:
    country: str
    zone: str
    latitude: float
    longitude: float
    population: int


@cache
def behaviour(zone: str) -> tuple[timedelta | None, ...]:
    """What its clocks show over some years: zones that agree are one to whoever makes an appointment."""
    clock = ZoneInfo(zone)
    days = (
        datetime(year, month, day, 12, tzinfo=UTC)
        for year in YEARS
        for month in range(1, 13)
        for day in (1, 15)
    )
    return tuple(day.astimezone(clock).utcoffset() for day in days)


def read_towns(cities: Mapping[str, Mapping[str, object]]) -> Iterator[Town]:
    """The towns of a gazetteer; those of overseas France count for France too, whose coordinates may be anywhere."""
    for city in cities.values():
        country, zone = str(city["countrycode"]), str(city["timezone"])
        latitude, longitude = float(str(city["latitude"])), float(str(city["longitude"]))
        town = Town(country, zone, latitude, longitude, int(str(city["population"])))
        yield town
        if country in OVERSEAS:
            yield Town("FR", zone, latitude, longitude, town.population)


def read_capitals() -> Iterator[Town]:
    """The principal place of each zone of the tz database, for what the gazetteer has no town in."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, place, zone = line.split("\t")[:3]
            middle = max(place.rfind("+"), place.rfind("-"))
            yield Town(country, zone, _degrees(place[:middle]), _degrees(place[middle:]), 0)


def _degrees(iso6709: str) -> float:
    """±DDMM, ±DDDMM, with seconds or without."""
    sign, digits = (-1 if iso6709[0] == "-" else 1), iso6709[1:]
    whole = 3 if len(digits) in (5, 7) else 2
    minutes, seconds = digits[whole : whole + 2], digits[whole + 2 :] or "0"
    return sign * (int(digits[:whole]) + int(minutes) / 60 + int(seconds) / 3600)


def telling(towns: list[Town]) -> list[Town]:
    """The fewest of a country's towns, or nearly, whose nearest tells the zone of each."""
    if len({behaviour(town.zone) for town in towns}) == 1:
        return [max(towns, key=lambda town: (town.population, town.zone))]
    kept: list[Town] = []
    seen = -1
    while len(kept) != seen:
        seen = len(kept)
        for town in sorted(towns, key=lambda each: (-each.population, each.zone, each.latitude)):
            near = min(kept, key=lambda each: _km(each, town), default=None)
            if near is None or behaviour(near.zone) != behaviour(town.zone):
                kept.append(town)
    return kept


def _km(one: Town, other: Town) -> float:
    return distance_km(one.latitude, one.longitude, other.latitude, other.longitude)


def derive(cities: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The rows of the table, sorted."""
    found: defaultdict[str, list[Town]] = defaultdict(list)
    for town in read_towns(cities):
        if town.population >= SMALLEST or town.country in OVERSEAS:
            found[town.country].append(town)
    for town in read_capitals():
        if town.zone not in {each.zone for each in found[town.country]}:
            found[town.country].append(town)
    return sorted(
        f"{town.country},{town.zone},{town.latitude:.2f},{town.longitude:.2f}"
        for towns in found.values()
        for town in telling(towns)
    )


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        if not arguments:
            fetch(folder)
        (source,) = folder.rglob("cities500.json")
        lines = derive(json.loads(source.read_text(encoding="utf-8")))
    TABLE.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(lines)} rows\n")


if __name__ == "__main__":
    main(sys.argv[1:])
