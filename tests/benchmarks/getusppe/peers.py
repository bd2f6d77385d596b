"""The package's two strategies over again, on arrays; the benchmark compares their first weeks with the package's own."""

from collections.abc import Iterator

import numpy as np

from tests.benchmarks.getusppe.calendar import Decide, Week, World


def first_come(week: Week) -> Iterator[tuple[int, int, int]]:
    """Of each kind the first donor's to the first recipient, the second's to the second, by name."""
    for kind in np.intersect1d(week.given.kind, week.asked.kind).tolist():
        offers, needs = np.flatnonzero(week.given.kind == kind), np.flatnonzero(week.asked.kind == kind)
        for offer, need in zip(offers.tolist(), needs.tolist(), strict=False):
            yield offer, need, int(min(week.given.units[offer], week.asked.units[need]))


def nearest(world: World) -> Decide:
    """Each donor's to whoever asks nearest, donors in the order of their names."""

    def decide(week: Week) -> Iterator[tuple[int, int, int]]:
        left = week.asked.units.copy()
        for offer in np.argsort(week.given.kind, kind="stable").tolist():
            needs = np.flatnonzero((week.asked.kind == week.given.kind[offer]) & (left > 0))
            if not len(needs):
                continue
            need = int(needs[np.argmin(world.miles[week.given.who[offer], week.asked.who[needs]])])
            units = int(min(week.given.units[offer], left[need]))
            left[need] -= units
            yield offer, need, units

    return decide
