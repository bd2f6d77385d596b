"""What pieces amount to: their weight by the catalogue, the CO₂ of making them anew by ADEME, their value where somebody set a scale.

Whole numbers throughout, so that every cut adds up to the same total: grams, grams of CO₂ equivalent, cents × grams.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from app.figures.queries import Attendance, Fact
from app.models import FamilyValue
from matching.items import load

FILE = Path(__file__).with_name("ademe.toml")


@cache
def ademe() -> tuple[Mapping[str, Any], Mapping[str, int]]:
    """Where the figures come from, and grams of CO₂ equivalent by item."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    source = tables.pop("source")
    return source, {item: round(1000 * each["kg"]) for each in tables.values() for item in each["items"]}


def family_of(item: str) -> str:
    """The broadest item above, or itself."""
    return (item, *load().ancestors(item))[-1]


@dataclass(frozen=True, slots=True)
class Worth:
    """Of one piece: grams, grams of CO₂ equivalent, cents × grams; None where nobody knows."""

    grams: int | None
    co2: int | None
    value: int | None


class Scale:
    """What each item is worth."""

    def __init__(self, values: list[FamilyValue]) -> None:
        self.cents = {row.family: row.cents for row in values}
        self.set_at = max((row.set_at for row in values), default=None)
        self._known: dict[str | None, Worth] = {}

    def of(self, item: str | None) -> Worth:
        if item not in self._known:
            self._known[item] = self._worth(item)
        return self._known[item]

    def _worth(self, item: str | None) -> Worth:
        if item is None or item not in load():
            return Worth(None, None, None)
        grams = round(1000 * load()[item].kg)
        cents = self.cents.get(family_of(item))
        return Worth(grams, ademe()[1].get(item), None if cents is None else cents * grams)


@dataclass(slots=True)
class Measure:
    """A sum of pieces. `weighed`, `counted` and `valued` are the pieces whose weight, CO₂ or value is known."""

    pieces: int = 0
    grams: int = 0
    weighed: int = 0
    co2: int = 0
    counted: int = 0
    value: int = 0
    valued: int = 0
    trips: int = 0
    kilometres: float = 0.0
    families: int = 0
    people: int = 0

    def add(self, fact: Fact, worth: Worth) -> None:
        self.pieces += fact.pieces
        if worth.grams is not None:
            self.grams, self.weighed = self.grams + fact.pieces * worth.grams, self.weighed + fact.pieces
        if worth.co2 is not None:
            self.co2, self.counted = self.co2 + fact.pieces * worth.co2, self.counted + fact.pieces
        if worth.value is not None:
            self.value, self.valued = self.value + fact.pieces * worth.value, self.valued + fact.pieces

    def attend(self, attendance: Attendance) -> None:
        self.trips += attendance.trips
        self.kilometres += attendance.kilometres
        self.families += attendance.families
        self.people += attendance.people

    def join(self, other: "Measure") -> None:
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    @property
    def kilograms(self) -> float:
        return self.grams / 1000

    @property
    def co2_kilograms(self) -> float:
        return self.co2 / 1000

    @property
    def euros(self) -> float:
        return self.value / 100_000


@dataclass(slots=True)
class Tally:
    """A row of a table: what came in the period, and a year before."""

    key: Any
    now: Measure = field(default_factory=Measure)
    before: Measure = field(default_factory=Measure)
