"""A need holds the lots that are worth most together."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.knapsack import Knapsack

lots = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 2_000_000)), max_size=7)
KNAPSACK = Knapsack(40)


@given(lots, st.integers(1, 40), st.booleans())
def test_what_is_packed_fits_and_no_other_choice_is_worth_more(
    rows: list[tuple[int, int]], width: int, split: bool
) -> None:
    rest = (width - np.arange(width + 1)) * (150_000 if split else 0)

    worth = np.array([each for _, each in rows], dtype=np.int64)
    packed = KNAPSACK.packed([size for size, _ in rows], worth, rest)

    worths = {
        chosen: sum(rows[at][1] for at in chosen) + int(rest[size])
        for many in range(len(rows) + 1)
        for chosen in combinations(range(len(rows)), many)
        if (size := sum(rows[at][0] for at in chosen)) <= width
    }
    assert worths[tuple(packed)] == max(worths.values())


def test_worths_too_large_for_a_table_are_packed_in_coarser_steps() -> None:
    worths = np.array([3, 4, 5], dtype=np.int64) << 55

    assert KNAPSACK.packed([3, 4, 5], worths, np.zeros(10, dtype=np.int64)) == [1, 2]
