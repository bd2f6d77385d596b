"""The bound that prices give is one: no plan of whole lots is worth more, nor, through an edge, more than its limit."""

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import exact, lots, prices
from matching.arrays import by_group, turns
from matching.flow import Problem, min_cost_flow
from matching.prices import Market, haggle, offers_alike
from matching.shortlist import dual_prices

sizes = st.lists(st.tuples(st.integers(1, 7), st.booleans()), min_size=2, max_size=7)


@pytest.mark.parametrize("grids", [prices.GRIDS, (4,)], ids=["measured by the unit", "measured coarsely"])
@given(sizes, st.lists(st.integers(1, 12), min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_plan_is_worth_more_than_the_bound_of_prices(
    monkeypatch: pytest.MonkeyPatch,
    grids: tuple[int, ...],
    offers: list[tuple[int, bool]],
    asked: list[int],
    random: Random,
) -> None:
    monkeypatch.setattr(prices, "GRIDS", grids)
    monkeypatch.setattr(prices, "SPLIT", 4)
    pairs = [
        (offer, need, random.randint(1, 2_000_000))
        for offer, (units, whole) in enumerate(offers)
        for need, room in enumerate(asked)
        if not whole or units <= room
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    offered = np.array([units for units, _ in offers])
    problem = lots.usable(
        Problem(
            table[:, 0],
            table[:, 1],
            table[:, 2],
            np.minimum(offered[table[:, 0]], np.array(asked)[table[:, 1]]),
            np.zeros(len(table), dtype=np.bool_),
            offered,
            np.array(asked),
            np.array([whole for _, whole in offers]),
        )
    )
    relaxed, best = min_cost_flow(problem)
    market = Market.of(problem)

    plan, optimum = exact.search(problem, np.zeros(len(problem), dtype=np.int64), effort=100.0)
    found = haggle(market, dual_prices(problem, relaxed), 0, 30, offers_alike(problem))

    assert problem.value(plan) == optimum <= best
    assert optimum <= found.bound
    few = np.flatnonzero(np.arange(len(problem)) % 2)
    beyond = lots.bought_beyond(problem, found.prices, few)[1]
    assert optimum <= beyond <= market.at(found.prices).bound
    assert grids == (4,) or beyond == market.at(found.prices).bound
    assert (market.limits(found.prices)[plan > 0] >= optimum).all()


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 3)), max_size=30),
    st.sampled_from((1, 1 << 20, 1 << 50, 1 << 58)),
)
def test_the_order_by_group_is_the_same_however_large_the_numbers(
    rows: list[tuple[int, int]], unit: int
) -> None:
    group = np.array([each for each, _ in rows], dtype=np.int64)
    gain = np.array([each for _, each in rows], dtype=np.int64) * unit

    order = by_group(group, gain)

    assert order.tolist() == sorted(range(len(rows)), key=lambda at: (rows[at][0], -rows[at][1], at))
    names = group[order].tolist()
    assert turns(group[order]).tolist() == [names[:place].count(each) for place, each in enumerate(names)]
