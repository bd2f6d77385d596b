"""A territory, drawn from territory.toml and a seed: who lives where, what comes and is asked for through a year, and how likely each
step of a match is to go well. The same seed is the same territory, arrivals and luck, whatever a policy does.
"""

import csv
import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from app.places.lookup import TABLE
from matching import Condition, Need, Offer, Place, Transport, Urgency
from matching.items import load
from matching.rules import distance_km

FILE = Path(__file__).with_name("territory.toml")
START = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""A Monday."""
WEEKS = 52
ZONE_KM = 20
_DEGREE_KM = 111.195


@cache
def parameters() -> dict[str, Any]:
    """What the file says."""
    return tomllib.loads(FILE.read_text())


@dataclass(frozen=True, slots=True)
class Branch:
    """A committee of the territory: where it is and how it takes; `room` is large pieces at a time, None without limit."""

    name: str
    place: Place
    collects_km: float
    room: int | None
    refuses: tuple[str, ...]
    minimum_condition: Condition
    appetite: float


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came or was asked for: in which week (from 0), of which item, in which zone, how many; `side` as in Unrecognised."""

    week: int
    item: str
    zone: str
    units: int
    side: str


@dataclass(frozen=True, slots=True)
class Territory:
    """`offers` and `needs` in the order in which they come (`offered_at`, `declared_at`). `harder` is taken from the log-odds of each step."""

    seed: int
    committees: Mapping[str, Branch]
    offers: Sequence[Offer]
    needs: Sequence[Need]
    manners: Mapping[tuple[str, str], float]
    harder: float = 0.0
    families: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def chance(
        self,
        step: str,
        committee: str,
        item: str,
        *,
        km: float,
        transport: Transport,
        waited: int,
        asked: int,
    ) -> float:
        """The true chance that this step goes well: `waited` is days since the offer, `asked` how often the committee was asked lately."""
        of = parameters()["chances"][step]
        odds = of["base"] - self.harder + self.manners[step, committee]
        odds += of.get("asked", 0) * asked + of.get("km", 0) * km / 10 + of.get("waited", 0) * waited / 10
        odds += of.get(transport.value, 0)
        odds += sum(more for family, more in of.get("families", {}).items() if family in self.families[item])
        return float(1 / (1 + math.exp(-odds)))

    def luck(self, *about: object) -> float:
        """From 0 to 1, evenly: always the same for the same things."""
        digest = blake2b(repr((self.seed, *about)).encode(), digest_size=8).digest()
        return int.from_bytes(digest) / 2**64

    def one_of(self, days: Sequence[int], *about: object) -> timedelta:
        """So many days, from a list."""
        return timedelta(days=days[int(self.luck("days", *about) * len(days))])


def draw(seed: int, *, harder: float = 0.0, weeks: int = WEEKS) -> Territory:
    """The territory of that seed."""
    random = np.random.default_rng(seed)
    towns = _towns()
    committees = _committees(random, towns)
    manners = {
        (step, name): float(random.normal(0, of.get("committee", 0)))
        for step, of in parameters()["chances"].items()
        for name in committees
    }
    catalogue = load()
    return Territory(
        seed,
        committees,
        _offers(random, towns, weeks),
        _needs(random, committees, weeks),
        manners,
        harder,
        {item: frozenset((item, *catalogue.ancestors(item))) for item in parameters()["items"]},
    )


def arrivals(territory: Territory) -> list[Arrival]:
    """All that comes and is asked for in the territory's year, by week, item and zone."""
    rows: list[tuple[datetime | None, Offer | Need, str]] = [
        *((row.offered_at, row, "offer") for row in territory.offers),
        *((row.declared_at, row, "need") for row in territory.needs),
    ]
    return [
        Arrival(max(0, (at - START).days // 7), row.item or "", zone(row.place), row.quantity, side)
        for at, row, side in rows
        if at is not None and row.place is not None
    ]


def zone(place: Place) -> str:
    """The square of some 20 km that a place lies in."""
    north = math.floor(place.latitude * _DEGREE_KM / ZONE_KM)
    east = math.floor(place.longitude * _DEGREE_KM * math.cos(math.radians(45.6)) / ZONE_KM)
    return f"{north}:{east}"


@cache
def _towns() -> tuple[tuple[Place, int], ...]:
    """The communes around, each once, with how many people live there."""
    people = parameters()["people"]
    centre = Place(people["latitude"], people["longitude"])
    with TABLE.open(newline="", encoding="utf-8") as file:
        rows = {row["insee"]: row for row in csv.DictReader(file)}
    found = [
        (Place(float(row["latitude"]), float(row["longitude"])), int(row["population"] or 0))
        for _insee, row in sorted(rows.items())
    ]
    return tuple(each for each in found if distance_km(centre, each[0]) <= people["within_km"])


def _committees(random: np.random.Generator, towns: Sequence[tuple[Place, int]]) -> dict[str, Branch]:
    people, of = parameters()["people"], parameters()["committees"]
    large = [(place, size**0.5) for place, size in towns if size >= people["smallest_commune"]]
    shares = np.array([share for _place, share in large])
    chosen = random.choice(len(large), people["committees"], replace=False, p=shares / shares.sum())
    return {
        f"c{number:02}": Branch(
            f"c{number:02}",
            large[at][0],
            float(_drawn(random, of["collects_km"])),
            int(_drawn(random, of["room"])) or None,
            tuple(family for family, share in of["refuses"].items() if random.random() < share),
            Condition(_drawn(random, of["minimum_condition"])),
            float(random.lognormal(0, of["appetite"])),
        )
        for number, at in enumerate(chosen.tolist())
    }


def _offers(random: np.random.Generator, towns: Sequence[tuple[Place, int]], weeks: int) -> list[Offer]:
    of = parameters()["offers"]
    homes = np.array([float(size) for _place, size in towns])
    rows: list[Offer] = []
    for at, item in _coming(random, "offered", of, weeks):
        pieces = _pieces(random, item, "offered")
        rows.append(
            Offer(
                f"o{len(rows):05}",
                pieces,
                item=item,
                place=_around(random, towns[int(random.choice(len(towns), p=homes / homes.sum()))][0]),
                condition=Condition(_drawn(random, of["condition"])),
                delivers_km=float(_drawn(random, of["delivers_km"])),
                available_until=(at + timedelta(days=int(_drawn(random, of["days"])))).date(),
                divisible=bool(random.random() >= of["lots"] or pieces == 1),
                offered_at=at,
                said=(),
            )
        )
    return rows


def _needs(random: np.random.Generator, committees: Mapping[str, Branch], weeks: int) -> list[Need]:
    of = parameters()["needs"]
    names = list(committees)
    shares = np.array([committees[name].appetite for name in names])
    families = load()
    rows: list[Need] = []
    for at, item in _coming(random, "asked", of, weeks):
        who = committees[names[int(random.choice(len(names), p=shares / shares.sum()))]]
        pieces, urgency = _pieces(random, item, "asked"), Urgency(_drawn(random, of["urgency"]))
        until = (at + timedelta(days=int(_drawn(random, of["days"])))).date()
        if any(each in (item, *families.ancestors(item)) for each in who.refuses):
            continue
        rows.append(
            Need(
                f"n{len(rows):05}",
                pieces,
                item=item,
                place=who.place,
                committee=who.name,
                minimum_condition=who.minimum_condition,
                collects_km=who.collects_km,
                urgency=urgency,
                declared_at=at,
                needed_by=until,
                refuses=who.refuses,
            )
        )
    return rows


def _coming(
    random: np.random.Generator, side: str, of: Mapping[str, Any], weeks: int
) -> list[tuple[datetime, str]]:
    """When things come or are asked for, and which; by day, as many as the months say."""
    items = parameters()["items"]
    found = []
    flat = [1.0] * 12
    for day in range(weeks * 7):
        at = START + timedelta(days=day)
        month = at.month - 1
        shares = np.array([each[side] * each.get(f"{side}_months", flat)[month] for each in items.values()])
        usual = sum(each[side] for each in items.values())
        rate = of["a_year"] / 365 * of["months"][month] * shares.sum() / usual
        for _each in range(int(random.poisson(rate))):
            item = list(items)[int(random.choice(len(items), p=shares / shares.sum()))]
            found.append((at + timedelta(minutes=int(random.integers(-60 * 24, 0))), item))
    return sorted(found)


def _pieces(random: np.random.Generator, item: str, side: str) -> int:
    return int(random.geometric(1 / parameters()["items"][item].get(f"{side}_pieces", 1)))


def _around(random: np.random.Generator, place: Place) -> Place:
    """Some way from a commune's middle."""
    north, east = random.normal(0, 1.5, 2).tolist()
    return Place(
        place.latitude + north / _DEGREE_KM,
        place.longitude + east / (_DEGREE_KM * math.cos(math.radians(place.latitude))),
    )


def _drawn(random: np.random.Generator, shares: Mapping[str, float]) -> str:
    of = np.array(list(shares.values()), dtype=np.float64)
    return list(shares)[int(random.choice(len(shares), p=of / of.sum()))]
