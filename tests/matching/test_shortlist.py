"""The best flow from a shortlist of edges is the best over all, and its prices are prices."""

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching import shortlist
from matching.flow import Problem, min_cost_flow
from matching.shortlist import best_flow, dual_prices


def _problem(random: Random, offers: int, needs: int, most: int, gains: int) -> Problem:
    """Every offer may go to nearly every need; gains are few or many."""
    offered = np.array([random.randint(1, most) for _ in range(offers)])
    asked = np.array([random.randint(1, most) for _ in range(needs)])
    pairs = [(offer, need) for offer in range(offers) for need in range(needs) if random.random() < 0.9]
    offer, need = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    nothing = np.zeros(len(offer), dtype=np.bool_)
    gain = np.array([random.randint(1, gains) for _ in pairs], dtype=np.int64)
    capacity = np.minimum(offered[offer], asked[need])
    return Problem(offer, need, gain, capacity, nothing, offered, asked, np.zeros(offers, dtype=np.bool_))


@pytest.mark.parametrize("rounds", [shortlist.ROUNDS, 1], ids=["edges added", "given up"])
@given(
    st.integers(2, 30),
    st.integers(2, 30),
    st.sampled_from((1, 3, 40)),
    st.sampled_from((1, 5, 2_000_000)),
    st.randoms(use_true_random=False),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_best_flow_from_a_shortlist_is_the_best_over_all(
    monkeypatch: pytest.MonkeyPatch,
    rounds: int,
    offers: int,
    needs: int,
    most: int,
    gains: int,
    random: Random,
) -> None:
    small = {"MANY": 1, "DENSE": 0, "FEWEST": 1, "COVER": 1, "SAMPLE": 2, "MORE": 1, "ROUNDS": rounds}
    for name, value in small.items():
        monkeypatch.setattr(shortlist, name, value)
    problem = _problem(random, offers, needs, most, gains)

    found = best_flow(problem)

    assert found.value == problem.value(found.flow) == min_cost_flow(problem)[1]
    assert (problem.given(found.flow) <= problem.offered).all()
    assert (problem.received(found.flow) <= problem.asked).all()
    assert ((found.flow >= 0) & (found.flow <= problem.capacity)).all()
    near = best_flow(problem, 0.3)
    assert problem.value(near.flow) <= found.value <= near.value <= 1.31 * problem.value(near.flow) + 1


@given(st.integers(1, 12), st.integers(1, 12), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_at_the_prices_of_a_flow_no_other_is_worth_more(offers: int, needs: int, random: Random) -> None:
    problem = _problem(random, offers, needs, 9, 1_000)
    flow, value = min_cost_flow(problem)

    prices = dual_prices(problem, flow)

    # What offers are worth, and what each need gains beyond it from the best edges: halves of millionths are rounded.
    beyond = problem.gain - prices[problem.offer]
    bought = 0
    for need, asked in enumerate(problem.asked.tolist()):
        left = asked
        for edge in sorted(np.flatnonzero(problem.need == need).tolist(), key=lambda at: -beyond[at]):
            units = min(left, int(problem.capacity[edge])) if beyond[edge] > 0 else 0
            bought, left = bought + units * int(beyond[edge]), left - units
    bound = int((prices * problem.offered).sum()) + bought
    assert value <= bound <= value + int(problem.offered.sum())
    assert (prices >= 0).all()


def test_a_shortlist_is_short_where_offers_gain_alike() -> None:
    problem = _problem(Random(1), 900, 300, 9, 1)

    found = best_flow(problem)

    assert found.value == min_cost_flow(problem)[1]
    assert len(found.shortlist) < len(problem) / 4
