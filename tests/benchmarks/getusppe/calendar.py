"""The package's simulation over again, on arrays: what is open on each day of the calendar, what leaves it, and the measures.

A test of its being the same is part of the benchmark: what was decided here is replayed by the package, whose measures must agree.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.arrays import Floats, Ints

_DAY = 24 * 3600 * 10**9
_MINUTE = 60 * 10**9


@dataclass(frozen=True)
class Rows:
    """What was given, or asked for: who, of what kind, when (nanoseconds since 1970), how many units."""

    who: Ints
    kind: Ints
    at: Ints
    units: Ints


@dataclass(frozen=True)
class World:
    """All rows, and the miles between each donor and each recipient; names are sorted, and numbered so."""

    given: Rows
    asked: Rows
    miles: Floats
    donors: tuple[str, ...]
    recipients: tuple[str, ...]
    kinds: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "World":
        """As `export` wrote it."""
        with np.load(path) as found:
            given, asked = (
                Rows(*(found[f"{side}_{name}"] for name in ("who", "kind", "at", "units")))
                for side in ("given", "asked")
            )
            names = (tuple(found[name].tolist()) for name in ("donors", "recipients", "kinds"))
            return cls(given, asked, found["miles"], *names)


@dataclass(frozen=True)
class Open:
    """Open rows of one side, one of a person and kind, sorted by both: units left, and the first of their moments."""

    who: Ints
    kind: Ints
    units: Ints
    since: Ints

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True)
class Week:
    """One day of the calendar: its number, its moment, and what is open on it."""

    number: int
    at: int
    given: Open
    asked: Open


@dataclass(frozen=True)
class Shipment:
    """So many units of a kind, sent on one day of the calendar."""

    at: int
    donor: int
    recipient: int
    kind: int
    units: int
    held: float
    """Days since the donation, times units."""


Decide = Callable[[Week], Iterator[tuple[int, int, int]]]
"""What to send: places in `given` and in `asked`, and units."""


def play(
    world: World, decide: Decide, *, offset: int = 0, interval: int = 7, weeks: int = 10_000
) -> list[Shipment]:
    """The shipments of a calendar that begins `offset` days before the package's and goes on by `interval` days."""
    side_given, side_asked = _Side(world.given), _Side(world.asked)
    start = min(world.given.at.min(), world.asked.at.min()) - _MINUTE - offset * _DAY
    end = max(world.given.at.max(), world.asked.at.max()) + _MINUTE
    sent: list[Shipment] = []
    since, last, number = int(start), False, 0
    while not last:
        until = since + interval * _DAY
        if until > end:
            until, last = int(end) + 2 * _MINUTE, True
        side_given.come(since, until)
        side_asked.come(since, until)
        given, asked = side_given.open(), side_asked.open()
        if np.intersect1d(given.kind, asked.kind).size:
            for offer, need, units in list(decide(Week(number, until, given, asked))):
                donor, recipient, kind = int(given.who[offer]), int(asked.who[need]), int(given.kind[offer])
                held = side_given.take(donor, kind, units, until)
                side_asked.take(recipient, kind, units, until)
                sent.append(Shipment(until, donor, recipient, kind, units, held))
            number += 1
        if number >= weeks:
            break
        since = until
    return sent


class _Side:
    """The open rows of one side, first come first gone."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._order = np.argsort(rows.at, kind="stable")
        self._sorted = rows.at[self._order]
        self._left: defaultdict[tuple[int, int], list[list[int]]] = defaultdict(list)

    def come(self, since: int, until: int) -> None:
        """Take what came between the two moments, both left out, as the package does."""
        first, last = (
            np.searchsorted(self._sorted, since, "right"),
            np.searchsorted(self._sorted, until, "left"),
        )
        for row in self._order[first:last].tolist():
            who, kind = int(self._rows.who[row]), int(self._rows.kind[row])
            self._left[who, kind].append([int(self._rows.at[row]), int(self._rows.units[row])])

    def open(self) -> Open:
        """What is left, by person and kind."""
        keys = sorted(self._left)
        table = np.array(
            [(*key, sum(units for _, units in self._left[key]), self._left[key][0][0]) for key in keys],
            dtype=np.int64,
        ).reshape(-1, 4)
        return Open(table[:, 0], table[:, 1], table[:, 2], table[:, 3])

    def take(self, who: int, kind: int, units: int, now: int) -> float:
        """Let so many units go; the days that they were held, rounded as the package does, times units."""
        rows, held = self._left[who, kind], 0.0
        while units:
            least = min(units, rows[0][1])
            held += least * float(np.round((now - rows[0][0]) / _DAY))
            rows[0][1] -= least
            units -= least
            if not rows[0][1]:
                rows.pop(0)
        if not rows:
            del self._left[who, kind]
        return held


def measures(world: World, sent: list[Shipment]) -> dict[str, float]:
    """The package's five measures, and the two of its authors' paper."""
    asked: defaultdict[tuple[int, int], int] = defaultdict(int)
    for who, kind, units in zip(
        world.asked.who.tolist(), world.asked.kind.tolist(), world.asked.units.tolist(), strict=True
    ):
        asked[who, kind] += units
    got: defaultdict[tuple[int, int], int] = defaultdict(int)
    for each in sent:
        got[each.recipient, each.kind] += each.units
    rates: defaultdict[int, list[float]] = defaultdict(list)
    for (who, kind), units in asked.items():
        rates[kind].append(min(1.0, got.get((who, kind), 0) / units))
    units = sum(each.units for each in sent)
    parcels = {(each.donor, each.recipient, each.at) for each in sent}
    return {
        "units": units,
        "fill_rate": float(np.mean([np.mean(each) for each in rates.values()])),
        "miles": sum(each.units * world.miles[each.donor, each.recipient] for each in sent) / units,
        "days_held": sum(each.held for each in sent) / units,
        "shipments": len(parcels) / len({each.donor for each in sent}),
        "full_recipients": float(np.mean([units >= asked[key] for key, units in got.items()])),
        "within_30_miles": float(
            np.mean([world.miles[donor, recipient] < 30 for donor, recipient, _ in parcels])
        ),
    }
