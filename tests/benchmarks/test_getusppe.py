"""The strategy of the GetUsPPE benchmark on a tiny invented table, without the package."""

from dataclasses import replace

import numpy as np

from tests.benchmarks.getusppe.settings import FRUGAL
from tests.benchmarks.getusppe.strategy import WEEK, Shipment, Side, Strategy

MONDAY = 1_590_969_600


def side(*rows: tuple[str, str, int], since: int = MONDAY) -> Side:
    who, kind, units = zip(*rows, strict=True)
    return Side(list(who), list(kind), np.array(units), np.full(len(rows), since))


def test_a_donation_goes_to_the_nearest_who_asks_for_its_kind() -> None:
    donors = side(("ann", "gowns", 50), ("bob", "masks", 20))
    recipients = side(("far", "gowns", 500), ("near", "gowns", 500), ("near", "masks", 500))
    miles = np.array([[40.0, 3.0, 3.0], [5.0, 30.0, 30.0]])

    sent = Strategy(FRUGAL).decide(MONDAY, donors, recipients, miles)

    assert sent == [Shipment("ann", "near", "gowns", 50), Shipment("bob", "near", "masks", 20)]


def test_a_fresh_donation_waits_for_somebody_nearer_and_reaches_further_each_week() -> None:
    donors, recipients = side(("ann", "gowns", 100)), side(("far", "gowns", 900))
    strategy = Strategy(replace(FRUGAL, reach=50.0, growth=4.0, share=0.0, parcel=0.0))
    miles = np.array([[120.0]])

    assert strategy.decide(MONDAY, donors, recipients, miles) == []
    assert strategy.decide(MONDAY + WEEK, donors, recipients, miles) == [Shipment("ann", "far", "gowns", 100)]


def test_no_pair_without_a_distance_is_used() -> None:
    donors, recipients = side(("ann", "gowns", 10)), side(("lost", "gowns", 10))

    assert Strategy(FRUGAL).decide(MONDAY, donors, recipients, np.array([[np.nan]])) == []
