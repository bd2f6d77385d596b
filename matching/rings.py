"""Offers or needs near a place, by item: cells of half a degree, ring by ring, with which nearest misses are found."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Generic

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
    """Offers or needs by item and half-degree cell, each list in the order given."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.cells: defaultdict[tuple[str, int, int], list[Row]] = defaultdict(list)
        self.everywhere: defaultdict[str, list[Row]] = defaultdict(list)
        row: Row
        for row in rows:
            self.cells[spot_of(row)].append(row)
            self.everywhere[row.item or ""].append(row)

    def around(self, other: Offer | Need, items: Iterable[str], kin: Iterable[str]) -> tuple[list[Row], bool]:
        """Neighbours with these items, ring by ring, then from anywhere: at most GLANCED_AT. Kin where they are too few.
        And whether there were enough in the rings.
        """
        wanted = [item for item in dict.fromkeys(items) if item in self.everywhere]
        found: dict[str, Row] = {}
        nearby = self._gather(found, other, wanted, GLANCED_AT)
        if len(found) < MISSES:
            self._gather(found, other, [item for item in kin if item in self.everywhere], LOOKED_AT)
        return list(found.values()), nearby

    def _gather(self, found: dict[str, Row], other: Offer | Need, wanted: Sequence[str], most: int) -> bool:
        _item, latitude, longitude = spot_of(other)
        for ring in range(RINGS + 1):
            for step in _ring(ring):
                for item in wanted:
                    rows = self.cells.get((item, latitude + step[0], longitude + step[1]), ())
                    found.update((row.id, row) for row in islice(rows, most - len(found)))
                    if len(found) >= most:
                        return True
        nearby = len(found) >= LOOKED_AT
        for item in wanted:
            if len(found) >= LOOKED_AT:
                break
            found.update((row.id, row) for row in islice(self.everywhere[item], MISSES))
        return nearby


def spot_of(row: Offer | Need) -> Spot:
    """Where it is; without a place, where all without one are."""
    if row.place is None:
        return row.item or "", 0, 0
    place = row.place
    return row.item or "", int(place.latitude // _CELL_DEGREES), int(place.longitude // _CELL_DEGREES)


def within_rings(spot: Spot, others: Iterable[Spot]) -> bool:
    """Whether one of the others is so near that nearest misses are looked for there first."""
    _item, latitude, longitude = spot
    return any(abs(north - latitude) <= RINGS and abs(east - longitude) <= RINGS for _, north, east in others)


def _ring(radius: int) -> list[tuple[int, int]]:
    reach = range(-radius, radius + 1)
    return [(north, east) for north in reach for east in reach if max(abs(north), abs(east)) == radius]
