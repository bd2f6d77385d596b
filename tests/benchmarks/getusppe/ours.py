"""Our strategy is `matching.plan`, with weights and the pairs within reach. Nothing else decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from matching import Need, Offer, Weights, check, plan
from matching.arrays import Ints
from matching.items import Catalogue, Item, Size
from matching.validation import MOST_UNITS
from tests.benchmarks.getusppe.calendar import Open, Week, World

KM = 1.609344
"""Kilometres in a mile."""


@dataclass(frozen=True)
class Setting:
    """The engine's weights, and how many miles apart a pair may be."""

    weights: Weights
    reach: float


@dataclass(frozen=True)
class Ours:
    """A setting as a strategy. `order` above 0 mixes in which order rows come; what is equal for the weights then goes elsewhere.
    `verified` checks each plan from scratch.
    """

    world: World
    setting: Setting
    order: int = 0
    verified: bool = False

    def __call__(self, week: Week) -> Iterator[tuple[int, int, int]]:
        """Places of what is given and asked, and units."""
        o, n, miles = self._within_reach(week)
        offers, needs = _names(week.given, self._mixed(0)), _names(week.asked, self._mixed(1))
        pairs = zip(map(offers.__getitem__, o.tolist()), map(needs.__getitem__, n.tolist()), strict=True)
        kinds = self.world.kinds
        instance: dict[str, Any] = {
            "offers": [
                Offer(offers[at], units, item=kinds[kind], offered_at=_moment(since))
                for at, units, kind, since in _rows(week.given, o)
            ],
            "needs": [
                Need(
                    needs[at],
                    min(units, MOST_UNITS),
                    item=kinds[kind],
                    collects_km=self.setting.reach * KM,
                    declared_at=_moment(since),
                )
                for at, units, kind, since in _rows(week.asked, n)
            ],
            "weights": self.setting.weights,
            "now": _moment(week.at),
            "distances": dict(zip(pairs, (miles * KM).tolist(), strict=True)),
            "catalogue": Catalogue({kind: Item(kind, kind, kind, Size.SMALL, 0.1) for kind in kinds}),
        }
        found = plan(**instance)
        if self.verified:
            check(found, **instance)
        given, asked = ({name: at for at, name in enumerate(names)} for names in (offers, needs))
        for each in found.pairings:
            yield given[each.offer], asked[each.need], each.quantity

    def _within_reach(self, week: Week) -> tuple[Ints, Ints, Any]:
        found = []
        for kind in np.intersect1d(week.given.kind, week.asked.kind).tolist():
            i, j = np.flatnonzero(week.given.kind == kind), np.flatnonzero(week.asked.kind == kind)
            apart = self.world.miles[np.ix_(week.given.who[i], week.asked.who[j])]
            row, column = np.nonzero(apart <= self.setting.reach)
            found.append((i[row], j[column], apart[row, column]))
        o, n, miles = (np.concatenate(each) for each in zip(*found, strict=True))
        return o, n, miles

    def _mixed(self, side: int) -> Ints:
        """The number that each donor, or recipient, goes by."""
        people = self.world.miles.shape[side]
        return np.random.default_rng(self.order).permutation(people) if self.order else np.arange(people)


def _names(rows: Open, number: Ints) -> Sequence[str]:
    return [
        f"{who:05}:{kind}" for who, kind in zip(number[rows.who].tolist(), rows.kind.tolist(), strict=True)
    ]


def _rows(rows: Open, chosen: Ints) -> Iterator[tuple[int, int, int, int]]:
    at = np.unique(chosen)
    columns = (at, rows.units[at], rows.kind[at], rows.since[at])
    return zip(*(column.tolist() for column in columns), strict=True)


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds / 1e9, UTC)
