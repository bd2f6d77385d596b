"""Verifies a round from scratch: shares no code with whoever planned it but the values, and works out roads anew."""

from collections.abc import Sequence
from math import asin, ceil, cos, radians, sin, sqrt

from matching.rounds import Route, Stop, Van
from matching.types import Place

_RADIUS_KM = 6371.0088
_METRES = 3
"""A road is rounded to the metre more than once."""


class RouteError(ValueError):
    """The round breaks a promise; the message says which and where."""


def check_route(found: Route, van: Van, stops: Sequence[Stop]) -> None:
    """Raise RouteError unless the round calls once at the stops that it does not leave out, within their hours and those of the van,
    with room for all, no sooner than roads and stays allow, and has driven as far as it says."""
    known = {stop.id: stop for stop in stops}
    told = sorted([*(visit.stop for visit in found.visits), *(each.stop for each in found.left_out)])
    _must(told == sorted(known), "each stop is visited at or left out, once")
    _must(found.leaves >= 0 and found.returns <= van.minutes, "the van is away within its hours")
    visited = [known[visit.stop] for visit in found.visits]
    _must(sum(stop.litres for stop in visited) <= van.litres, "what is collected has room")
    here, ready, driven = van.home, found.leaves, 0
    for visit, stop in zip(found.visits, visited, strict=True):
        metres, minutes = _road(van, here, stop.place)
        _must(abs(visit.metres - metres) <= _METRES, f"the road to {stop.id} is as long as it says")
        _must(visit.arrives >= ready + minutes, f"there is time to drive to {stop.id}")
        _must(visit.arrives >= stop.earliest, f"{stop.id} is not visited too early")
        _must(stop.latest is None or visit.arrives <= stop.latest, f"{stop.id} is not visited too late")
        _must(visit.leaves == visit.arrives + stop.minutes, f"the van stays at {stop.id} as long as it takes")
        here, ready, driven = stop.place, visit.leaves, driven + visit.metres
    metres, minutes = _road(van, here, van.home)
    _must(found.returns >= ready + minutes, "there is time to drive home")
    _must(abs(found.metres - driven - metres) <= _METRES, "what was driven is the sum of the roads")


def _must(holds: bool, promise: str) -> None:
    if not holds:
        raise RouteError(f"broken: {promise}")


def _road(van: Van, here: Place, there: Place) -> tuple[int, int]:
    """Metres, and the least minutes they can take."""
    latitude, other = radians(here.latitude), radians(there.latitude)
    across = sin((other - latitude) / 2) ** 2
    along = cos(latitude) * cos(other) * sin(radians(there.longitude - here.longitude) / 2) ** 2
    metres = 2 * _RADIUS_KM * asin(min(1.0, sqrt(across + along))) * van.road_factor * 1000
    return round(metres), ceil((metres - _METRES) * 60 / (van.speed_kmh * 1000))
