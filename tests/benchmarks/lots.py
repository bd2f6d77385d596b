"""Whole lots that make searches hang or bounds loose (`tests/matching/whole_lots.py`), one component a plan. Times are of processor.

- **lots.cpu_worst**: seconds of a whole plan, the most over all families of 60 × 24, 100 × 50, 600 × 200 and 2,000 × 500 lots × needs
  in one town; **.over_bound_worst**: value over the bound that the plan states, the least over the same. Both also by size, with
  the family of each.
- **lots.large.cpu**, **.over_bound**, **.cpu_divisible**: 5,000 × 1,000 in one town; and the same rows divisible, which is what candidates
  and flow take alone. **.cpu_worst**, **.over_bound_worst**: the most and the least over the families that are hardest at that size.
- **lots.country.…**: one component of 50,000 × 20,000, three offers in ten being lots.

Every plan of lots is verified from scratch (`matching.check`) once the clock has stopped.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from time import process_time

from matching import Plan, check, plan
from tests.benchmarks.engine import NOW, territory
from tests.matching.whole_lots import Rows, families

SIZES = ((60, 24), (100, 50), (600, 200), (2_000, 500))
LARGE = (5_000, 1_000)
HARDEST = ("just over half", "wide and large", "fives and sixes")
COUNTRY = 50_000


def figures() -> Iterator[tuple[str, float | str]]:
    """Every figure, as it is measured."""
    _measured(dict(families(20, 8))["wide"])
    slowest, least = 0.0, 1.0
    for lots, needs in SIZES:
        slow, low = yield from _worst(f"lots.{lots}x{needs}", families(lots, needs))
        slowest, least = max(slowest, slow), min(least, low)
    yield "lots.cpu_worst", slowest
    yield "lots.over_bound_worst", least
    large = next(rows for name, rows in families(*LARGE) if name == "narrow")
    yield from _beside_divisible("lots.large", large)
    yield from _worst("lots.large", (each for each in families(*LARGE) if each[0] in HARDEST))
    yield from _beside_divisible("lots.country", territory(COUNTRY, 1, lots=0.3))


def _worst(
    name: str, some: Iterable[tuple[str, Rows]]
) -> Generator[tuple[str, float | str], None, tuple[float, float]]:
    """The most seconds and the least value over bound of some families, each told with its own, and answered."""
    found = [(family, *_measured(rows)) for family, rows in some]
    slow = max(found, key=lambda each: each[2])
    low = min(found, key=lambda each: each[1])
    yield f"{name}.cpu_worst", f"{slow[2]:.2f} ({slow[0]})"
    yield f"{name}.over_bound_worst", f"{low[1]:.4f} ({low[0]})"
    return slow[2], low[1]


def _beside_divisible(name: str, rows: Rows) -> Iterator[tuple[str, float]]:
    over, seconds = _measured(rows)
    yield f"{name}.cpu", seconds
    yield f"{name}.over_bound", over
    offers, needs = rows
    yield f"{name}.cpu_divisible", _planned(([replace(row, divisible=True) for row in offers], needs))[1]


def _measured(rows: Rows) -> tuple[float, float]:
    """Value over bound, and seconds."""
    found, seconds = _planned(rows)
    check(found, *rows, now=NOW)
    return found.value / found.bound if found.bound else 1.0, seconds


def _planned(rows: Rows) -> tuple[Plan, float]:
    started = process_time()
    return plan(*rows, now=NOW), process_time() - started
