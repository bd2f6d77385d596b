"""The yardstick of looking ahead: what was lived is permitted, and less than what hindsight comes to."""

from tests.benchmarks.ahead import Market


def test_nobody_does_better_than_the_plan_that_knew_everything() -> None:
    market = Market.of(3)

    lived, best = market.live(None), market.hindsight()

    assert 0.8 * best.worth < lived.worth < best.worth
    assert 0 < lived.units < best.units
    assert 0 < lived.days / lived.units < 60
