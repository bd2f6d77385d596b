"""Cases of each kind of input that people got wrong elsewhere (tests/kinds) come out right at least as often as they did."""

import pytest
from flask import Flask

from tests.benchmarks.kinds import DOORS, FOLDER, cases, score

FLOORS = {
    "telephones": 0.95,
    "postal_codes": 1.0,
    "mailboxes": 0.975,
    "addresses": 0.975,
    "several": 0.9,
    "states": 0.975,
    "refused": 0.95,
    "sheets": 0.85,
}


def test_every_kind_has_forty_cases_a_door_and_a_floor() -> None:
    kinds = {path.stem for path in FOLDER.glob("*.jsonl")}

    assert kinds == set(DOORS) == set(FLOORS)
    assert {kind: len(cases(kind)) for kind in kinds} == dict.fromkeys(kinds, 40)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", DOORS)
def test_a_kind_of_input_comes_out_right_as_often_as_it_did(app: Flask, kind: str) -> None:
    with app.test_request_context(method="POST"):
        assert round(score(kind), 3) >= FLOORS[kind]
