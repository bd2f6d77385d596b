"""A round: one van, one day, some stops in an order, each at an hour. Its values, what a stop takes, and the hours of an order.

Times are whole minutes after the van may leave, distances whole metres of road, volumes whole litres. Roads are great
circles times a factor, driven at one speed: no map is asked. Who chooses the stops and their order is `routing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import ceil

from matching.items import Size
from matching.rules import distance_km
from matching.types import Place

ROAD_FACTOR = 1.3
"""Kilometres of road for one as the crow flies: what is usually measured between French communes lies from 1.2 to 1.4."""
SPEED_KMH = 40

LITRES = {Size.SMALL: 10, Size.MEDIUM: 150, Size.LARGE: 700, Size.VERY_LARGE: 1_800}
"""The room that one piece takes in a van, by its size: a toaster, a chair, a washing machine with what cannot stand on it, a sofa.

Sizes are those of the catalogue, which says how a thing travels; weights say little here, for light things are bulky.
"""

GREETING = 8
"""Minutes of any stop: find the door, ring, sign."""
CARRYING = {Size.SMALL: 0.2, Size.MEDIUM: 1.0, Size.LARGE: 5.0, Size.VERY_LARGE: 10.0}
"""Minutes to carry and stow one piece from the ground floor, by its size."""
STAIRS, LIFT = 0.35, 0.1
"""How much longer carrying takes for each floor, without and with a lift. Where nobody said, there is none."""
LONGEST = 120
"""Minutes beyond which a stop is not one of a round; what is longer is planned as so long."""


class Why(StrEnum):
    """Why a stop is left out."""

    LARGE = "large"
    """It alone does not fit into the van."""
    HOURS = "hours"
    """Its hours are not those of the van, or there and back is longer than the day."""
    FULL = "full"
    """The van is full without it."""
    TIME = "time"
    """The day is too short for this one, too."""


@dataclass(frozen=True, slots=True)
class Van:
    """What drives from `home` and back, within `minutes`; `litres` is the room in it."""

    home: Place
    litres: int
    minutes: int
    speed_kmh: int = SPEED_KMH
    road_factor: float = ROAD_FACTOR


@dataclass(frozen=True, slots=True)
class Stop:
    """Where the van may call: it arrives from `earliest` to `latest` and stays for `minutes`. What is `promised` goes before what is not."""

    id: str
    place: Place
    litres: int
    minutes: int
    earliest: int = 0
    latest: int | None = None
    promised: bool = False

    def last(self, van: Van) -> int:
        """The latest arrival that makes any sense."""
        return van.minutes if self.latest is None else min(self.latest, van.minutes)


@dataclass(frozen=True, slots=True)
class Visit:
    """The van at a stop, after `metres` of road."""

    stop: str
    arrives: int
    leaves: int
    metres: int


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A stop at which the van does not call."""

    stop: str
    why: Why


@dataclass(frozen=True, slots=True)
class Route:
    """The visits in their order; the van leaves home, returns, and has driven so far in all."""

    visits: tuple[Visit, ...]
    leaves: int
    returns: int
    metres: int
    left_out: tuple[LeftOut, ...] = ()

    def cost(self, van: Van) -> int:
        """Metres driven, and for each minute away as many as the van drives in one: what a good round has little of."""
        return self.metres + (self.returns - self.leaves) * metres_a_minute(van)


def metres_a_minute(van: Van) -> int:
    """How far the van comes in a minute."""
    return round(van.speed_kmh * 1000 / 60)


def drive(van: Van, here: Place, there: Place) -> tuple[int, int]:
    """Metres and minutes from one place to another; a minute that has begun counts."""
    metres = round(distance_km(here, there) * van.road_factor * 1000)
    return metres, -(-metres * 60 // (van.speed_kmh * 1000))


def litres(pieces: Iterable[tuple[Size | None, int]]) -> int:
    """The room that so many pieces of each size take. A size that nobody knows counts as medium."""
    return sum(LITRES[size or Size.MEDIUM] * number for size, number in pieces)


def minutes(
    pieces: Iterable[tuple[Size | None, int]], floor: int | None = None, lift: bool | None = None
) -> int:
    """How long a stop takes: the greeting, then each piece, the longer the higher it stands."""
    higher = 1 + (floor or 0) * (LIFT if lift else STAIRS)
    carrying = sum(CARRYING[size or Size.MEDIUM] * number for size, number in pieces)
    return min(LONGEST, ceil(GREETING + carrying * higher))


def follow(van: Van, order: Sequence[Stop]) -> Route | None:
    """The round through these stops in this order, away for the shortest time and back the soonest; None where none keeps the hours.

    Volumes are not looked at: two people may see that a bed comes apart.
    """
    places = [van.home, *(stop.place for stop in order), van.home]
    roads = [drive(van, here, there) for here, there in pairwise(places)]
    soonest = _hours(order, roads, 0, van.minutes)
    if soonest is None:
        return None
    leaves = _latest_departure(order, roads, soonest)
    arrivals = _hours(order, roads, leaves, van.minutes) or soonest
    visits = tuple(
        Visit(stop.id, at, at + stop.minutes, metres)
        for stop, at, (metres, _minutes) in zip(order, arrivals, roads, strict=False)
    )
    return Route(visits, leaves, arrivals[-1], sum(metres for metres, _minutes in roads))


def _hours(
    order: Sequence[Stop], roads: Sequence[tuple[int, int]], leaves: int, until: int
) -> list[int] | None:
    """When the van that leaves then arrives at each stop, and home, each as soon as it can; None where it comes too late."""
    found, moment = [], leaves
    for stop, (_metres, minutes) in zip(order, roads, strict=False):
        moment = max(moment + minutes, stop.earliest)
        if moment > (until if stop.latest is None else stop.latest):
            return None
        found.append(moment)
        moment += stop.minutes
    found.append(moment + roads[-1][1])
    return found if found[-1] <= until else None


def _latest_departure(order: Sequence[Stop], roads: Sequence[tuple[int, int]], soonest: Sequence[int]) -> int:
    """How late the van may leave and still be home as soon as ever: it waits at home rather than at a door."""
    moment = soonest[-1] - roads[-1][1]
    for stop, (_metres, minutes) in zip(reversed(order), reversed(roads[:-1]), strict=True):
        moment -= stop.minutes
        moment = moment if stop.latest is None else min(moment, stop.latest)
        moment -= minutes
    return moment


def rank(van: Van, stops: Sequence[Stop], order: Sequence[Stop]) -> tuple[int, int, int]:
    """What makes this order of some of the stops better than another, the less the better: promises not kept, stops left out, the cost.

    Raises ValueError where no round keeps its hours.
    """
    found = follow(van, order)
    if found is None:
        raise ValueError("this order keeps no hours")
    kept = sum(stop.promised for stop in order)
    return sum(stop.promised for stop in stops) - kept, len(stops) - len(order), found.cost(van)


def left_out(van: Van, stops: Sequence[Stop], taken: Sequence[Stop]) -> tuple[LeftOut, ...]:
    """The stops that are not among those taken, each with why."""
    room = van.litres - sum(stop.litres for stop in taken)
    ids = {stop.id for stop in taken}
    return tuple(LeftOut(stop.id, _why(van, stop, room)) for stop in stops if stop.id not in ids)


def _why(van: Van, stop: Stop, room: int) -> Why:
    if stop.litres > van.litres:
        return Why.LARGE
    if follow(van, [stop]) is None:
        return Why.HOURS
    return Why.FULL if stop.litres > room else Why.TIME
