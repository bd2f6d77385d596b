"""The races of the benchmark, a few of each."""

from flask import Flask

from tests.benchmarks.races import PAIRS, WON, Track, results
from tests.conftest import FrozenClock

FEW = 3


def test_one_wins_and_the_other_is_told(app: Flask, clock: FrozenClock) -> None:
    ends = dict(results(Track.of(app, clock), FEW))

    assert {name: dict(found) for name, found in ends.items() if set(found) != {WON}} == {}
    assert set(ends) == set(PAIRS)
