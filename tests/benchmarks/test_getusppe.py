"""The calendar and the strategies of the GetUsPPE benchmark on a tiny invented world, without the package."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.getusppe import peers
from tests.benchmarks.getusppe.calendar import Rows, World, measures, play
from tests.benchmarks.getusppe.ours import Ours
from tests.benchmarks.getusppe.settings import SETTINGS, near

DAY = 24 * 3600 * 10**9
MINUTE = 60 * 10**9
MONDAY = 1_590_969_600 * 10**9


def rows(*given: tuple[int, int, int, int]) -> Rows:
    """(who, kind, days after Monday, units) each."""
    who, kind, days, units = (np.array(column, dtype=np.int64) for column in zip(*given, strict=True))
    return Rows(who, kind, MONDAY + days * DAY, units)


WORLD = World(
    given=rows((0, 0, 0, 10), (0, 0, 3, 10), (1, 1, 1, 5)),
    asked=rows((0, 0, 0, 15), (1, 0, 8, 50), (1, 1, 1, 4), (0, 1, 2, 50)),
    miles=np.array([[12.0, 40.0], [45.0, 20.0]]),
    donors=("ann", "bob"),
    recipients=("clinic", "hospice"),
    kinds=("gowns", "masks"),
)
FRUGAL, PLAIN = SETTINGS["frugal"], near(580, 0.0, 0.0)


def test_units_leave_in_the_order_in_which_they_came_and_are_counted_as_long_as_they_were_held() -> None:
    sent = play(WORLD, Ours(WORLD, PLAIN))

    days = [(each.at - MONDAY + MINUTE) // DAY for each in sent]
    found = [
        (day, each.donor, each.recipient, each.kind, each.units) for day, each in zip(days, sent, strict=True)
    ]
    assert found == [(7, 0, 0, 0, 15), (7, 1, 0, 1, 1), (7, 1, 1, 1, 4), (8, 0, 1, 0, 5)]
    assert [each.held for each in sent] == [10 * 7 + 5 * 4, 6, 4 * 6, 5 * 5]


def test_the_measures_are_those_of_the_package_and_of_the_paper() -> None:
    found = measures(WORLD, play(WORLD, Ours(WORLD, PLAIN)))

    assert found == pytest.approx(
        {
            "units": 25,
            "fill_rate": ((1 + 0.1) / 2 + (1 + 0.02) / 2) / 2,
            "miles": (15 * 12 + 4 * 20 + 1 * 45 + 5 * 40) / 25,
            "days_held": (90 + 24 + 6 + 25) / 25,
            "shipments": 4 / 2,
            "full_recipients": 2 / 4,
            "within_30_miles": 2 / 4,
        }
    )


def test_a_calendar_that_begins_earlier_decides_on_other_days() -> None:
    assert {(each.at - MONDAY + MINUTE) // DAY for each in play(WORLD, Ours(WORLD, FRUGAL), offset=3)} == {
        4,
        8,
    }
    assert measures(WORLD, play(WORLD, Ours(WORLD, FRUGAL), interval=1))["days_held"] < 2


def test_nothing_goes_farther_than_the_reach_nor_where_no_distance_is_known() -> None:
    lost = replace(WORLD, miles=np.array([[np.nan, 40.0], [45.0, 20.0]]))

    assert {each.recipient for each in play(lost, Ours(lost, near(42, 0.6, 0.02), verified=True))} == {1}


@pytest.mark.parametrize("order", range(3))
def test_another_order_of_the_rows_changes_nothing_but_what_is_equal(order: int) -> None:
    sent, mixed = (measures(WORLD, play(WORLD, Ours(WORLD, FRUGAL, each))) for each in (0, order))

    assert mixed == sent


def test_the_peers_are_the_package_s_first_come_and_nearest() -> None:
    first = {(each.donor, each.recipient, each.units) for each in play(WORLD, peers.first_come)}
    near_by = [(each.donor, each.recipient, each.units) for each in play(WORLD, peers.nearest(WORLD))]

    assert (1, 0, 5) in first
    assert near_by == [(0, 0, 15), (1, 1, 4), (0, 1, 5), (1, 0, 1)]


def test_a_world_is_read_as_it_was_written(tmp_path: Path) -> None:
    sides = {
        f"{side}_{name}": getattr(table, name)
        for side, table in (("given", WORLD.given), ("asked", WORLD.asked))
        for name in ("who", "kind", "at", "units")
    }
    np.savez(
        tmp_path / "data.npz",
        miles=WORLD.miles,
        donors=np.array(WORLD.donors),
        recipients=np.array(WORLD.recipients),
        kinds=np.array(WORLD.kinds),
        **sides,
    )

    assert World.read(tmp_path / "data.npz").kinds == WORLD.kinds
