"""What is said of a day is true on that day and after it."""

from datetime import timedelta

import pytest
from flask import Flask

from app.web.text import before
from tests.conftest import FrozenClock

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "avant le 24 novembre 2026"),
        (0, "avant le 23 novembre 2026"),
        (-1, "attendu depuis le 22 novembre 2026"),
    ],
)
def test_a_day_that_has_gone_by_is_not_said_to_come(
    app: Flask, clock: FrozenClock, days: int, said: str
) -> None:
    with app.test_request_context():
        assert before(clock().date() + timedelta(days=days)) == said
