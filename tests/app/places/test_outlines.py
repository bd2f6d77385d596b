"""Outlines are simplified without moving what they join."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.places.derive_outlines import inside, simplified

numbers = st.integers(-500, 500).map(float)


@given(st.lists(st.tuples(numbers, numbers), min_size=2, max_size=40), st.floats(0, 50))
def test_a_simplified_line_keeps_its_ends_and_invents_no_point(
    line: list[tuple[float, float]], tolerance: float
) -> None:
    found = simplified(line, tolerance)

    assert (found[0], found[-1]) == (line[0], line[-1])
    rest = iter(line)
    assert all(point in rest for point in found)  # in their order


@pytest.mark.parametrize(("point", "within"), [((5, 5), True), ((5, 15), False), ((2, 2), False)])
def test_a_hole_is_outside(point: tuple[float, float], within: bool) -> None:
    square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]
    hole = [(1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0)]

    assert inside(point, [square, hole]) is within
