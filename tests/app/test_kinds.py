"""Cases of each kind of input that people got wrong elsewhere (tests/kinds) come out right at least as often as they did."""

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.benchmarks.kinds import DOORS, FOLDER, cases, score

FLOORS = {
    "telephones": 0.975,
    "postal_codes": 1.0,
    "mailboxes": 0.975,
    "addresses": 1.0,
    "several": 0.9,
    "states": 1.0,
    "refused": 0.975,
    "sheets": 1.0,
}
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_kind_has_forty_cases_a_door_and_a_floor() -> None:
    kinds = {path.stem for path in FOLDER.glob("*.jsonl")}

    assert kinds == set(DOORS) == set(FLOORS)
    assert {kind: len(cases(kind)) for kind in kinds} == dict.fromkeys(kinds, 40)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", DOORS)
def test_a_kind_of_input_comes_out_right_as_often_as_it_did(app: Flask, kind: str) -> None:
    with app.test_request_context(method="POST"):
        assert round(score(kind), 3) >= FLOORS[kind]


def test_every_kind_of_the_list_has_its_test() -> None:
    rows = [line for line in (FOLDER / "README.md").read_text(encoding="utf-8").splitlines() if "::" in line]
    root = Path(__file__).parents[2]

    assert len(rows) == 23
    assert [row for row in rows if not TEST.search(row)] == []
    named = [found.groups() for row in rows for found in TEST.finditer(row)]
    assert [
        (path, name)
        for path, name in named
        if f"def {name}(" not in (root / path).read_text(encoding="utf-8")
    ] == []
