"""Postal code → communes with coordinates, suggestions while typing, great circles, typed coordinates.

The table beside this file is read once, on first use, and kept as text: a row becomes a `Place` only when asked for.
"""

import heapq
import math
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from app.late import Late
from app.places.lines import Lines
from app.places.names import department_of, expanded

if TYPE_CHECKING:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA
else:
    process, OSA = Late("rapidfuzz.process"), Late("rapidfuzz.distance.OSA")

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG), the sphere on which every distance of the portal is measured."""

TABLE = Path(__file__).with_name("communes.csv")
HEADER = "postal_code,commune,insee,latitude,longitude,approximate,population"

_POSTAL_CODE = re.compile(r"[0-9]{5}")
_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}(?:[.,][0-9]{1,20})?")
_LONGEST_NAME = 100
SHORTEST_MISTYPED, LONG_NAME = 5, 8
"""Letters of a name that is held against others, and of one in which two may be wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """A commune as one of its postal codes shows it.

    `latitude` and `longitude` are degrees (WGS 84). `approximate` says that they are not the commune's own but a mean
    of its neighbours'. `insee` identifies the commune; `department` is "69", "2A", "974"…
    """

    postal_code: str
    commune: str
    insee: str
    department: str
    latitude: float
    longitude: float
    approximate: bool


class UnknownPostalCode(ValueError):  # noqa: N818
    """`code` is "malformed" (not five digits) or "unknown" (five digits that no commune has, e.g. a CEDEX)."""

    def __init__(self, code: Literal["malformed", "unknown"]) -> None:
        super().__init__(code)
        self.code = code


class UnknownCommune(UnknownPostalCode):
    """The postal code exists, but no commune of that name or INSEE code has it."""

    def __init__(self) -> None:
        super().__init__("unknown")


class BadCoordinates(ValueError):  # noqa: N818
    """`field` is "latitude" or "longitude"; `code` is "malformed" (not a decimal number) or "out_of_range"."""

    def __init__(
        self, field: Literal["latitude", "longitude"], code: Literal["malformed", "out_of_range"]
    ) -> None:
        super().__init__(f"{field}: {code}")
        self.field = field
        self.code = code


def places(postal_code: str) -> tuple[Place, ...]:
    """Every commune that has this postal code, most populous first. Spaces are ignored ("69 700").

    Raises `UnknownPostalCode`.
    """
    rows = _beginning(_rows(), _normalised(postal_code))
    if not rows:
        raise UnknownPostalCode("unknown")
    return tuple(_place(row) for row in sorted(rows, key=_by_population))


def place(postal_code: str, commune: str | None = None) -> Place:
    """The most populous commune of a postal code, or the one named `commune` (a name in any spelling, or an INSEE code).

    Raises `UnknownPostalCode`, of which `UnknownCommune` where the postal code has no such commune.
    """
    found = places(postal_code)
    if commune is None:
        return found[0]
    typed = commune[:_LONGEST_NAME]
    wanted, code = expanded(typed), typed.strip().upper()
    for each in found:
        if code == each.insee or wanted == expanded(each.commune):
            return each
    raise UnknownCommune


def suggest(prefix: str, limit: int = 8) -> tuple[Place, ...]:
    """Places whose postal code or commune name begins with `prefix`, accents, case and hyphens aside.

    The full name first, then the most populous. A commune appears once for each of its postal codes.
    """
    if limit < 1 or len(prefix) > _LONGEST_NAME:
        return ()
    digits = _without_spaces(prefix)
    if digits.isascii() and digits.isdigit():
        found = _beginning(_rows(), digits)
        return tuple(_place(row) for row in heapq.nsmallest(limit, found, key=_by_population))
    wanted = expanded(prefix, last_word_too=prefix[-1:].isspace())
    if not wanted:
        return ()
    # "Paris 1" is complete although the file says "Paris 1er arrondissement".
    complete = (wanted, f"{wanted}er arrondissement", f"{wanted}e arrondissement")
    named = (line.split("\t") for line in _beginning(_names(), wanted))
    best = heapq.nsmallest(limit, named, key=lambda each: (each[0] not in complete, _by_population(each[1])))
    return tuple(_place(row) for _, row in best)


def called(name: str) -> tuple[Place, ...]:
    """The communes of this very name, however spelt, most populous first; of « Lyon 3 » that district, of « Lyon » all. Each once."""
    wanted = expanded(name[:_LONGEST_NAME])
    if not wanted:
        return ()
    district = re.compile(rf"{wanted}((er|e)? arrondissement)?|{wanted} [0-9]+(er|e) arrondissement")
    rows: dict[str, str] = {}
    for line in sorted(
        _beginning(_names(), wanted), key=lambda line: _by_population(line.partition("\t")[2])
    ):
        spelling, _tab, row = line.partition("\t")
        if district.fullmatch(spelling):
            rows.setdefault(row.split(",", 3)[2], row)
    return tuple(map(_place, rows.values()))


def alike(name: str) -> Place | None:
    """The commune that a name may mean which is none: the one whose name goes on after it (« Oullins »), else one that is a letter off,
    or two of a long name, but not of the first two."""
    wanted = expanded(name[:_LONGEST_NAME])
    if len(wanted) < SHORTEST_MISTYPED:
        return None
    known = {line.partition("\t")[0]: line for line in _beginning(_names(), wanted[:2])}
    longer = [line for spelling, line in known.items() if spelling.startswith(f"{wanted} ")]
    if len(longer) == 1:
        return _place(longer[0].partition("\t")[2])
    most = 1 if len(wanted) < LONG_NAME else 2
    found = process.extractOne(wanted, known.keys(), scorer=OSA.distance, score_cutoff=most)
    return _place(known[found[0]].partition("\t")[2]) if found else None


def distance_km(a_latitude: float, a_longitude: float, b_latitude: float, b_longitude: float) -> float:
    """Great circle between two points given in degrees, in kilometres, by the haversine formula."""
    a_phi, b_phi = math.radians(a_latitude), math.radians(b_latitude)
    half_phi = (b_phi - a_phi) / 2
    half_lambda = math.radians(b_longitude - a_longitude) / 2
    chord = math.sin(half_phi) ** 2 + math.cos(a_phi) * math.cos(b_phi) * math.sin(half_lambda) ** 2
    # Rounding can push antipodes just above 1.
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(chord)))


def coordinates(latitude: str, longitude: str) -> tuple[float, float]:
    """Degrees typed by a person, with a comma or a dot: ("15,2286", "-9.5913") → (15.2286, -9.5913).

    Raises `BadCoordinates`.
    """
    return _degrees(latitude, "latitude", 90), _degrees(longitude, "longitude", 180)


def _degrees(text: str, field: Literal["latitude", "longitude"], limit: int) -> float:
    # French word processors write U+2212 for minus.
    plain = text.strip().replace("\N{MINUS SIGN}", "-")
    if not _DECIMAL.fullmatch(plain):
        raise BadCoordinates(field, "malformed")
    value = float(plain.replace(",", "."))
    if abs(value) > limit:
        raise BadCoordinates(field, "out_of_range")
    return value


def _without_spaces(text: str) -> str:
    return "".join(text.split())


def _normalised(postal_code: str) -> str:
    plain = _without_spaces(postal_code)
    if not _POSTAL_CODE.fullmatch(plain):
        raise UnknownPostalCode("malformed")
    return plain


def _by_population(row: str) -> tuple[int, str]:
    return -int(row.rpartition(",")[2]), row


def _place(row: str) -> Place:
    postal_code, commune, insee, latitude, longitude, approximate, _ = row.split(",")
    return Place(
        postal_code=postal_code,
        commune=commune,
        insee=insee,
        department=department_of(insee),
        latitude=float(latitude),
        longitude=float(longitude),
        approximate=approximate == "1",
    )


def _beginning(lines: Lines, start: str) -> list[str]:
    """Of lines that ascend by what they begin with, those that begin with `start` (digits, or letters and spaces)."""
    length = len(start)
    first = bisect_left(lines, start, key=lambda line: line[:length])
    last = bisect_right(lines, start, first, key=lambda line: line[:length])
    return lines[first:last]


@cache
def _rows() -> Lines:
    """The table, by ascending postal code."""
    _header, _, rows = TABLE.read_bytes().partition(b"\n")
    return Lines(rows)


@cache
def _names() -> Lines:
    """Spelling for search, a tab, row: ascending."""
    named = sorted(f"{expanded(row.split(',', 2)[1])}\t{row}\n" for row in _rows())
    return Lines("".join(named).encode())
