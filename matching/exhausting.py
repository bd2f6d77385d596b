"""The best round of all, where the stops are few: labels over sets of stops, until nothing is left to be tried.

The labels are those of the elementary shortest path with resources (Feillet, Dejax, Gendreau and Gueguen, 2004): of two ways to have
called at the same stops and to stand at the same one, that which is nowhere worse is kept.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from matching.rounds import Stop, Van, drive, metres_a_minute

MOST_STOPS = 12
EFFORT = 400_000
"""Ways that are gone before it is given up: a second or two."""


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to the last of some stops: done there at `ready` at the soonest, having left home at `leaves` at the latest for that to
    be possible, and after `busy` minutes without a wait."""

    ready: int
    leaves: int
    busy: int
    metres: int
    stops: tuple[int, ...]

    def beats(self, other: "_Way") -> bool:
        return (
            self.ready <= other.ready
            and self.leaves >= other.leaves
            and self.busy <= other.busy
            and self.metres <= other.metres
        )


Roads = Sequence[Sequence[tuple[int, int]]]
"""Metres and minutes between any two, home being 0."""
Ways = dict[tuple[int, int], list[_Way]]
"""By the set of stops, a bit each, and the number of the last one, home being 0."""


def exhaust(
    van: Van, stops: Sequence[Stop], *, most: int = MOST_STOPS, effort: int = EFFORT
) -> list[Stop] | None:
    """The order of the best round; None where they are more than `most`, or not gone through within `effort`."""
    if len(stops) > most:
        return None
    places = [van.home, *(stop.place for stop in stops)]
    roads = [[drive(van, here, there) for there in places] for here in places]
    layer: Ways = {(0, 0): [_Way(0, van.minutes, 0, 0, ())]}
    best, gone = _Way(0, van.minutes, 0, 0, ()), 0
    while layer:
        following: Ways = {}
        for (called, _last), ways in layer.items():
            best = min((best, *ways), key=lambda way: _worth(van, stops, way, roads))
            for way in ways:
                for number, longer in _longer(van, stops, roads, called, way):
                    gone += 1
                    _keep(following.setdefault((called | 1 << number - 1, number), []), longer)
        if gone > effort:
            return None
        layer = following
    return [stops[number - 1] for number in best.stops]


def _worth(van: Van, stops: Sequence[Stop], way: _Way, roads: Roads) -> tuple[int, int, int]:
    """As `rounds.rank`."""
    metres, minutes = roads[way.stops[-1] if way.stops else 0][0]
    returns = way.ready + minutes
    away = max(way.busy + minutes, returns - way.leaves) if way.stops else 0
    kept = sum(stops[number - 1].promised for number in way.stops)
    promised = sum(stop.promised for stop in stops)
    cost = way.metres + metres + away * metres_a_minute(van)
    return promised - kept, len(stops) - len(way.stops), cost


def _longer(
    van: Van, stops: Sequence[Stop], roads: Roads, called: int, way: _Way
) -> Iterator[tuple[int, _Way]]:
    """The way with one more stop at its end, for each that can be reached in time, has room, and lets the van come home."""
    room = van.litres - sum(stops[number - 1].litres for number in way.stops)
    here = roads[way.stops[-1] if way.stops else 0]
    for number, stop in enumerate(stops, 1):
        if called >> number - 1 & 1 or stop.litres > room:
            continue
        metres, minutes = here[number]
        arrives = max(way.ready + minutes, stop.earliest)
        ready = arrives + stop.minutes
        if arrives > stop.last(van) or ready + roads[number][0][1] > van.minutes:
            continue
        leaves = min(way.leaves, stop.last(van) - minutes - way.busy)
        busy = way.busy + minutes + stop.minutes
        yield number, _Way(ready, leaves, busy, way.metres + metres, (*way.stops, number))


def _keep(ways: list[_Way], way: _Way) -> None:
    if not any(other.beats(way) for other in ways):
        ways[:] = [other for other in ways if not way.beats(other)]
        ways.append(way)
