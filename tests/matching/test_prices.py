"""The bound that prices give is one: no plan of whole lots is worth more."""

from random import Random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import exact, lots
from matching.flow import Problem, min_cost_flow
from matching.prices import lagrangian_bound

sizes = st.lists(st.tuples(st.integers(1, 7), st.booleans()), min_size=2, max_size=7)


@given(sizes, st.lists(st.integers(1, 12), min_size=2, max_size=4), st.randoms(use_true_random=False))
@settings(max_examples=100)
def test_no_plan_is_worth_more_than_the_bound_of_prices(
    offers: list[tuple[int, bool]], asked: list[int], random: Random
) -> None:
    pairs = [
        (offer, need, random.randint(1, 2_000_000))
        for offer, (units, whole) in enumerate(offers)
        for need, room in enumerate(asked)
        if not whole or units <= room
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 3)
    offered = np.array([units for units, _ in offers])
    capacity = np.minimum(offered[table[:, 0]], np.array(asked)[table[:, 1]])
    problem = lots.usable(
        Problem(
            table[:, 0],
            table[:, 1],
            table[:, 2],
            capacity,
            np.zeros(len(table), dtype=np.bool_),
            offered,
            np.array(asked),
            np.array([whole for _, whole in offers]),
        )
    )
    relaxed, best = min_cost_flow(problem)

    plan, optimum = exact.search(problem, np.zeros(len(problem), dtype=np.int64), effort=100.0)
    bound, _ = lagrangian_bound(problem, relaxed, 0, best)

    assert problem.value(plan) == optimum <= bound <= best
