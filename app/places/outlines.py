"""The plane that maps are drawn on, and the outlines of the French départements on it. The table beside this file is derived
by `app.places.derive_outlines`.

One unit is a hundredth of a degree of longitude; y grows southwards (Mercator). The départements overseas stand, enlarged or
reduced, in the sea west of Brittany and Aquitaine, as French maps have them.
"""

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from app.places.lookup import UnknownPostalCode, places
from app.places.names import department_of

TABLE = Path(__file__).with_name("outlines.csv")
HEADER = "department,name,outline"
INSETS = {
    "971": (16.2, -61.4, 1.2, -700, -5420),
    "972": (14.65, -61.0, 1.8, -700, -5290),
    "973": (3.95, -53.1, 0.3, -700, -5160),
    "974": (-21.12, 55.53, 1.5, -700, -5035),
    "976": (-12.82, 45.15, 2.5, -700, -4915),
}
"""Of each département overseas: the latitude and longitude of its middle, how much it is enlarged, where its middle is drawn."""

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def plane(latitude: float, longitude: float) -> Point:
    """Where a place in Europe is drawn."""
    return longitude * 100, -100 * math.degrees(math.asinh(math.tan(math.radians(latitude))))


def drawn_at(department: str, latitude: float, longitude: float) -> Point:
    """Where a place of that département is drawn."""
    x, y = plane(latitude, longitude)
    if department not in INSETS:
        return x, y
    middle_latitude, middle_longitude, scale, left, top = INSETS[department]
    middle_x, middle_y = plane(middle_latitude, middle_longitude)
    return left + (x - middle_x) * scale, top + (y - middle_y) * scale


@dataclass(frozen=True, slots=True)
class Department:
    """`path` is the d of an SVG path."""

    code: str
    name: str
    path: str
    box: Box


@cache
def departments() -> dict[str, Department]:
    """By code, in its order."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    return {
        code: Department(code, name, path, _box(path))
        for code, name, path in (line.split(",") for line in lines)
    }


def _box(path: str) -> Box:
    """Around a path of absolute M and relative l, in whole numbers."""
    xs, ys = [], []
    for ring in path.split("M")[1:]:
        numbers = [int(each) for each in re.findall(r"-?\d+", ring)]
        x, y = numbers[:2]
        for index in range(2, len(numbers) + 2, 2):
            xs.append(x)
            ys.append(y)
            if index < len(numbers):
                x, y = x + numbers[index], y + numbers[index + 1]
    return min(xs), min(ys), max(xs), max(ys)


@lru_cache(maxsize=50_000)
def department_at(country: str, postal_code: str) -> str:
    """The code of the département that a postal code lies in; "" abroad, and where nobody knows."""
    if country != "FR":
        return ""
    try:
        return places(postal_code)[0].department
    except UnknownPostalCode:
        guessed = department_of(postal_code)
        return guessed if guessed in departments() else ""


def codes_of(department: str) -> tuple[str, ...]:
    """How the postal codes of a département begin; a few communes have the code of their neighbours."""
    return {"2A": ("200", "201"), "2B": ("202", "206")}.get(department, (department,))
