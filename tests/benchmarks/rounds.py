"""What a round saves against calling at the same doors in the order in which they were promised, on generated territories; how near
the best it comes where that is proven; how long twelve stops take."""

import random
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise

from matching.exhausting import exhaust
from matching.items import Size
from matching.rounds import Stop, Van, drive, follow, litres, minutes, rank
from matching.route_checks import check_route
from matching.routing import plan
from matching.types import Place

TERRITORIES = 40
STOPS = 12
TOWNS = 6


def figures() -> Iterator[tuple[str, float]]:
    """Shares saved (0 to 1) of kilometres and of hours from home to home, over all territories; the worst gap to the proven optimum
    (0.02: two hundredths longer; 1: a stop too few), of five to fourteen stops; the most seconds of processor for twelve stops."""
    metres, hours, slowest = [0, 0], [0, 0], 0.0
    for seed in range(TERRITORIES):
        van, stops = territory(seed, STOPS)
        began = time.process_time()
        found = plan(van, stops)
        slowest = max(slowest, time.process_time() - began)
        check_route(found, van, stops)
        promised = in_order(van, [stop for stop in stops if stop.id in {each.stop for each in found.visits}])
        for total, mine, theirs in (
            (metres, found.metres, promised[0]),
            (hours, found.returns - found.leaves, promised[1]),
        ):
            total[0] += mine
            total[1] += theirs
    yield "rounds.km_saved", 1 - metres[0] / metres[1]
    yield "rounds.hours_saved", 1 - hours[0] / hours[1]
    yield from _gaps()
    yield "rounds.seconds_12_stops", slowest


def territory(seed: int, size: int) -> tuple[Van, list[Stop]]:
    """A van of four hours and 9 m³ in a country of small towns, and gifts in the order in which they were promised: most at a town's
    own point, for addresses are known by commune, one in five with an hour of its own."""
    chance = random.Random(seed)
    home = Place(45.59, 4.77)
    towns = [
        Place(45.59 + chance.uniform(-0.14, 0.14), 4.77 + chance.uniform(-0.2, 0.2)) for _ in range(TOWNS)
    ]
    stops = []
    for number in range(size):
        town = chance.choice(towns)
        place = Place(town.latitude + chance.gauss(0, 0.01), town.longitude + chance.gauss(0, 0.01))
        pieces = [(chance.choices(list(Size), [2, 4, 4, 1])[0], chance.choice([1, 1, 1, 2, 4]))]
        floor = chance.choice([0, 0, 0, 1, 2, 4])
        opens = chance.randrange(0, 180, 30)
        own = (opens, opens + 60) if chance.random() < 0.2 else (0, None)
        stay = minutes(pieces, floor, lift=chance.random() < 0.5)
        stops.append(Stop(f"{number:02d}", place, litres(pieces), stay, own[0], own[1], own[1] is not None))
    return Van(home, 9_000, 240), stops


def in_order(van: Van, stops: Sequence[Stop]) -> tuple[int, int]:
    """Metres and minutes of calling at these doors one after the other, as they were promised: by hand nobody keeps a map of hours, so those
    of the donors do not count against it."""
    places = [van.home, *(stop.place for stop in stops), van.home]
    roads = [drive(van, here, there) for here, there in pairwise(places)]
    return sum(road[0] for road in roads), sum(road[1] for road in roads) + sum(
        stop.minutes for stop in stops
    )


def _gaps() -> Iterator[tuple[str, float]]:
    gaps, proven = [], 0
    for seed in range(2 * TERRITORIES):
        van, stops = territory(1_000 + seed, 5 + seed % 10)
        possible = [stop for stop in stops if stop.litres <= van.litres and follow(van, [stop]) is not None]
        optimum = exhaust(van, possible, most=14, effort=3_000_000)
        if not optimum:
            continue
        proven += 1
        by_id = {stop.id: stop for stop in possible}
        mine = rank(van, possible, [by_id[each.stop] for each in plan(van, possible).visits])
        best = rank(van, possible, optimum)
        gaps.append(mine[2] / best[2] - 1 if mine[:2] == best[:2] else 1.0)
    yield "rounds.proven", proven
    yield "rounds.gap_worst", max(gaps)
