"""Fewer parcels: what a plan sends in several pieces is joined where a parcel saved is worth more than the miles it adds.

The engine's price of a handover is linear (matching/README.md says why). Here the parcels of one donor are looked at one by
one with their whole price, and what travels with another kind of the same week is free.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Table:
    """One kind's offers (rows) and requests (columns): units, miles, and prices in miles a unit (see strategy.Policy).

    `parcel` is the price of a parcel for each pair, 0 where one goes already; `first` says whose first parcel is free.
    """

    offered: Ints
    asked: Ints
    miles: Floats
    reach: Floats
    sharing: Floats
    parcel: Floats
    first: Bools

    def value(self, offer: int, need: int, units: int) -> float:
        """What a parcel of so many units is worth."""
        price = self.reach[offer] + self.sharing[need] - self.miles[offer, need]
        return float(units * price - self.parcel[offer, need])


def join(pieces: Iterable[tuple[int, int, int]], table: Table) -> Iterator[tuple[int, int, int]]:
    """The pieces (offer, request, units) again, fewer of them, each request within what it asks."""
    room = table.asked.copy()
    by_offer: dict[int, dict[int, int]] = {}
    for offer, need, units in pieces:
        by_offer.setdefault(offer, {})[need] = units
        room[need] -= units
    for offer in sorted(by_offer, key=lambda each: (-len(by_offer[each]), each)):
        parcels = by_offer[offer]
        while len(parcels) > (1 if table.first[offer] else 0) and _improve(offer, parcels, room, table):
            pass
        yield from ((offer, need, units) for need, units in sorted(parcels.items()))


def _improve(offer: int, parcels: dict[int, int], room: Ints, table: Table) -> bool:
    """Make the best change to a donor's parcels, where there is one: drop one, add it to another, or send all to one."""
    worth = {need: table.value(offer, need, units) for need, units in parcels.items()}
    best, change = 1e-9, None
    for need, units in parcels.items():
        if -worth[need] > best:
            best, change = -worth[need], (need, -1)
        for other in parcels:
            if other != need and room[other] >= units:
                gain = table.value(offer, other, units + parcels[other]) - worth[need] - worth[other]
                if gain > best:
                    best, change = gain, (need, other)
    whole, target = _to_one(offer, parcels, room, table)
    if whole - sum(worth.values()) > best:
        for need, units in parcels.items():
            room[need] += units
        room[target] -= sum(parcels.values())
        total = sum(parcels.values())
        parcels.clear()
        parcels[target] = total
        return True
    if change is None:
        return False
    need, other = change
    units = parcels.pop(need)
    room[need] += units
    if other >= 0:
        parcels[other] += units
        room[other] -= units
    return True


def _to_one(offer: int, parcels: dict[int, int], room: Ints, table: Table) -> tuple[float, int]:
    """The best single request for all that a donor sends of this kind, and what that is worth."""
    total = sum(parcels.values())
    free = room.copy()
    for need, units in parcels.items():
        free[need] += units
    price = table.reach[offer] + table.sharing - table.miles[offer]
    value = np.where(free >= total, total * price - table.parcel[offer], -np.inf)
    target = int(np.argmax(value))
    return float(value[target]), target
