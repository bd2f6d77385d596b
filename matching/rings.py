"""Offers or needs near a place, by item: cells of half a degree, ring by ring, with which nearest misses are found."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any, Generic

from matching.types import Need, Offer, Row

MISSES = 3
LOOKED_AT = 12
"""Neighbours of which all rules are read."""
GLANCED_AT = 48
"""Neighbours among which those are chosen, by what a glance tells."""
RINGS = 3
_CELL_DEGREES = 0.5

Spot = tuple[str, int, int]
"""An item, and the half-degree cell of latitude and longitude where it is offered or asked."""


class Rings(Generic[Row]):
    """Offers or needs by item and half-degree cell, each list by `key`. What nobody looks for is not sorted."""

    def __init__(self, rows: Iterable[Row], key: Callable[[Row], Any]) -> None:
        self._key: Callable[[Row], Any] = key
        self._unsorted: defaultdict[str, list[Row]] = defaultdict(list)
        self._everywhere: dict[str, list[Row]] = {}
        self._cells: defaultdict[Spot, list[Row]] = defaultdict(list)
        row: Row
        for row in rows:
            self._unsorted[row.item or ""].append(row)

    def around(
        self, other: Offer | Need, items: Iterable[str], kin: Iterable[str]
    ) -> tuple[list[Row], int | None]:
        """Neighbours with these items, ring by ring, then from anywhere: at most GLANCED_AT. Kin where they are too few.
        And beyond how many rings nobody was looked for; None where the rings did not hold enough.
        """
        found: dict[str, Row] = {}
        rings = self._gather(found, other, self._sorted(items), GLANCED_AT)
        if len(found) < MISSES:
            self._gather(found, other, self._sorted(kin), LOOKED_AT)
        return list(found.values()), rings

    def _sorted(self, items: Iterable[str]) -> list[str]:
        """Those of the items that there are, once each, their rows in order from here on."""
        there = [item for item in dict.fromkeys(items) if item in self._unsorted]
        for item in there:
            if item not in self._everywhere:
                self._everywhere[item] = sorted(self._unsorted[item], key=self._key)
                for row in self._everywhere[item]:
                    self._cells[spot_of(row)].append(row)
        return there

    def _gather(
        self, found: dict[str, Row], other: Offer | Need, wanted: Sequence[str], most: int
    ) -> int | None:
        _item, latitude, longitude = spot_of(other)
        for ring in range(RINGS + 1):
            for step in _ring(ring):
                for item in wanted:
                    rows = self._cells.get((item, latitude + step[0], longitude + step[1]), ())
                    found.update((row.id, row) for row in islice(rows, most - len(found)))
                    if len(found) >= most:
                        return ring
        enough = len(found) >= LOOKED_AT
        for item in wanted:
            if len(found) >= LOOKED_AT:
                break
            found.update((row.id, row) for row in islice(self._everywhere[item], MISSES))
        return RINGS if enough else None


def spot_of(row: Offer | Need) -> Spot:
    """Where it is; without a place, where all without one are."""
    if row.place is None:
        return row.item or "", 0, 0
    place = row.place
    return row.item or "", int(place.latitude // _CELL_DEGREES), int(place.longitude // _CELL_DEGREES)


def within(rings: int, spot: Spot, others: Iterable[Spot]) -> bool:
    """Whether one of the others is in so many rings around the spot."""
    _item, latitude, longitude = spot
    return any(abs(north - latitude) <= rings and abs(east - longitude) <= rings for _, north, east in others)


def _ring(radius: int) -> list[tuple[int, int]]:
    reach = range(-radius, radius + 1)
    return [(north, east) for north in reach for east in reach if max(abs(north), abs(east)) == radius]
