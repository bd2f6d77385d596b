"""The strategy of the GetUsPPE benchmark on tiny invented tables, without the package."""

from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.getusppe.settings import FRUGAL, MANY
from tests.benchmarks.getusppe.strategy import Policy, Shipment, Side, Strategy

MONDAY = 1_590_969_600
PLAIN = replace(FRUGAL, odds=0.0, hope=1.0, nearest=50.0, farthest=200.0, share=0.0, parcel=0.0)


def side(*rows: tuple[str, str, int]) -> Side:
    who, kind, units = zip(*rows, strict=True)
    return Side(list(who), list(kind), np.array(units), np.arange(len(rows)))


@pytest.mark.parametrize("policy", [FRUGAL, MANY])
def test_a_donation_goes_to_the_nearest_who_asks_for_its_kind(policy: Policy) -> None:
    donors = side(("ann", "gowns", 50), ("bob", "masks", 20))
    recipients = side(("far", "gowns", 500), ("near", "gowns", 500), ("near", "masks", 500))
    miles = np.array([[40.0, 3.0, 3.0], [5.0, 30.0, 30.0]])

    strategy = Strategy(policy)

    sent = strategy.decide(MONDAY, donors, recipients, miles)

    strategy.verify()
    assert set(sent) == {Shipment("ann", "near", "gowns", 50), Shipment("bob", "near", "masks", 20)}


def test_a_donation_waits_until_somebody_asks_as_near_as_is_usual() -> None:
    donors, asked = side(("ann", "gowns", 100)), side(("far", "gowns", 900), ("farther", "gowns", 900))
    strategy = Strategy(replace(PLAIN, odds=0.5, hope=0.5))

    assert strategy.decide(MONDAY, donors, asked, np.array([[120.0, 160.0]])) == []
    assert strategy.decide(MONDAY, donors, asked, np.array([[75.0, 160.0]])) == [
        Shipment("ann", "far", "gowns", 100)
    ]


def test_a_small_request_is_served_whole_when_sharing_is_worth_the_miles() -> None:
    donors, recipients = side(("ann", "gowns", 100)), side(("big", "gowns", 900), ("small", "gowns", 10))
    miles = np.array([[10.0, 40.0]])

    alone = Strategy(PLAIN).decide(MONDAY, donors, recipients, miles)
    sharing = replace(PLAIN, share=40_000.0, asking=100.0)
    shared = Strategy(sharing).decide(MONDAY, donors, recipients, miles)

    assert alone == [Shipment("ann", "big", "gowns", 100)]
    assert shared == [Shipment("ann", "big", "gowns", 90), Shipment("ann", "small", "gowns", 10)]


def test_pieces_that_are_not_worth_a_parcel_are_joined() -> None:
    donors, recipients = side(("ann", "gowns", 100)), side(("here", "gowns", 60), ("there", "gowns", 900))
    miles = np.array([[5.0, 8.0]])

    cheap = Strategy(PLAIN).decide(MONDAY, donors, recipients, miles)
    dear = Strategy(replace(PLAIN, parcel=300.0)).decide(MONDAY, donors, recipients, miles)

    assert [each.units for each in cheap] == [60, 40]
    assert dear == [Shipment("ann", "there", "gowns", 100)]


def test_what_goes_with_another_kind_needs_no_parcel_of_its_own() -> None:
    donors = side(("ann", "caps", 10), ("ann", "masks", 10))
    recipients = side(
        ("near", "masks", 90), ("same", "caps", 90), ("same", "masks", 90), ("else", "masks", 9)
    )
    miles = np.array([[2.0, 20.0, 20.0, 30.0], [2.0, 20.0, 20.0, 30.0]])

    sent = Strategy(replace(PLAIN, parcel=300.0)).decide(MONDAY, donors, recipients, miles)

    assert sent == [Shipment("ann", "same", "caps", 10), Shipment("ann", "same", "masks", 10)]


def test_no_pair_without_a_distance_is_used_and_none_gets_more_than_asked_or_offered() -> None:
    donors = side(("ann", "gowns", 10), ("bob", "gowns", 70))
    recipients = side(("lost", "gowns", 10), ("found", "gowns", 30))
    miles = np.array([[np.nan, 4.0], [np.nan, 6.0]])

    sent = Strategy(PLAIN).decide(MONDAY, donors, recipients, miles)

    assert {each.recipient for each in sent} == {"found"}
    assert sum(each.units for each in sent) == 30
    assert sum(each.units for each in sent if each.donor == "ann") <= 10
