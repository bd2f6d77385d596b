"""Instances of whole lots that make searches hang or bounds loose: in one town, by name, of any size."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np

from matching import Condition, Need, Offer, Place, Urgency
from tests.matching.instances import GIVORS, NOW

Rows = tuple[list[Offer], list[Need]]


def families(lots: int, needs: int, seed: int = 0) -> Iterator[tuple[str, Rows]]:
    """So many lots and needs each (of triples three lots a need, where needs are few a tenth), drawn anew for each seed."""
    random = np.random.default_rng(seed)

    def units(least: int, most: int, count: int = lots) -> list[int]:
        return [int(each) for each in random.integers(least, most + 1, count)]

    narrow, asked = units(1, 10), units(1, 20, needs)
    yield "narrow", _town(narrow, asked, seed)
    yield "all alike", _town(narrow, asked, seed, alike=True)
    yield "scarce", _town(narrow, units(lots * 12 // needs, lots * 18 // needs, needs), seed)
    yield "tight", _town(units(5, 10), units(5 * lots // needs, 9 * lots // needs, needs), seed)
    yield "about half", _town(units(8, 13), units(14, 24, needs), seed)
    yield "about half, all alike", _town(units(8, 13), units(14, 24, needs), seed, alike=True)
    yield "just over half", _town(units(11, 20), [20] * needs, seed)
    yield "wide", _town(units(1, 1_000), units(1, 2_000, needs), seed)
    yield "wide and large", _town(units(200, 1_000), units(1_000, 2_000, needs), seed)
    yield "wide, needs larger", _town(units(1, 1_000), units(1_000, 10_000, needs), seed)
    yield "wider", _town(units(1, 1_000_000), units(1_000, 1_000_000, needs), seed)
    triples, small = _triples(random, 1_000, needs), _triples(random, 30, needs)
    yield "triples", _town(triples, [1_000] * needs, seed)
    yield "triples, all alike", _town(triples, [1_000] * needs, seed, alike=True)
    yield "small triples, all alike", _town(small, [30] * needs, seed, alike=True)
    yield (
        "even lots, odd needs",
        _town([2 * each for each in units(1, 10)], [2 * each + 1 for each in units(1, 20, needs)], seed),
    )
    yield "multiples of three", _town([3 * each for each in units(2, 4)], units(7, 29, needs), seed)
    yield "fives and sixes", _town(units(5, 6), [10] * needs, seed)
    yield "fives and sixes, all alike", _town(units(5, 6), [10] * needs, seed, alike=True)
    sevens = [(7, 11)[each] for each in units(0, 1)]
    yield "sevens and elevens", _town(sevens, units(15, 39, needs), seed)
    yield "one larger than every need", _town([*narrow[1:], 500], asked, seed)
    yield "few needs", _town(narrow, units(50, 399, max(2, needs // 10)), seed)
    yield "some divisible", _town(narrow, asked, seed, divisible=0.4)
    yield "wide, some divisible", _town(units(1, 1_000), units(1, 2_000, needs), seed, divisible=0.3)


def _triples(random: np.random.Generator, whole: int, needs: int) -> list[int]:
    """Three lots a need that fill it exactly, if one finds them."""
    found = []
    for _ in range(needs):
        first = int(random.integers(whole * 26 // 100, whole * 40 // 100))
        second = int(random.integers(whole * 26 // 100, min(whole * 49 // 100, whole - first - whole // 4)))
        found += [first, second, whole - first - second]
    return found


def _town(
    lots: Sequence[int], needs: Sequence[int], seed: int, *, alike: bool = False, divisible: float = 0.0
) -> Rows:
    """Lots and needs within some kilometres; all in one place, in the same state and equally urgent where they are `alike`."""
    random = np.random.default_rng(seed + 1_000)
    conditions, urgencies = (Condition.VERY_GOOD, Condition.GOOD, Condition.FAIR), tuple(Urgency)

    def place() -> Place:
        north, east = random.uniform(-0.04, 0.04), random.uniform(-0.05, 0.05)
        return GIVORS if alike else Place(GIVORS.latitude + float(north), GIVORS.longitude + float(east))

    offers = [
        Offer(
            f"o{at:05}",
            units,
            item="chaise",
            place=place(),
            condition=Condition.GOOD if alike else conditions[int(random.integers(3))],
            divisible=bool(random.random() < divisible),
        )
        for at, units in enumerate(lots)
    ]
    return offers, [
        Need(
            f"n{at:05}",
            units,
            item="chaise",
            place=place(),
            urgency=Urgency.NORMAL if alike else urgencies[int(random.integers(4))],
            declared_at=NOW if alike else NOW - timedelta(days=int(random.integers(90))),
        )
        for at, units in enumerate(needs)
    ]
