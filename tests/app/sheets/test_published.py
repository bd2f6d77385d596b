"""Lists of the kind that municipalities, schools and associations publish, with their mess: every article line, and nothing else."""

import re

import pytest
from flask import Flask

from app.catalogue.queries import sense
from app.sheets.files import table
from app.sheets.lines import SheetLine
from app.sheets.reading import read
from tests.app.sheets.making import Published, published


def told(line: SheetLine, expected: str) -> bool:
    """Whether a line is as « 4 | chaises | condition=good details=… » says; « ! » where it must be asked about."""
    quantity, name, more = ([part.strip() for part in expected.split("|")] + [""])[:3]
    facts = {
        "condition": line.condition, "urgency": line.urgency, "by": line.needed_by, "details": line.details
    }  # fmt: skip
    right = all(
        value.strip() in str(facts[key]) for key, value in re.findall(r"(\w+)=(.*?)(?= \w+=|$)", more)
    )
    how_many = (
        line.trouble is not None if quantity == "!" else line.quantity == int(quantity) and not line.trouble
    )
    return right and how_many and line.name.casefold() == name.casefold()


def score(case: Published) -> tuple[int, int, list[str]]:
    """(lines read right, lines there are or were made up, what went wrong)."""
    with_lines = [line for line in read(table(case.bytes), sense()).lines if line.passed is None]
    left, wrong = list(with_lines), []
    for expected in case.expected:
        found = next((line for line in left if told(line, expected)), None)
        if found is None:
            wrong.append(f"missing: {expected}")
        else:
            left.remove(found)
    right = len(case.expected) - len(wrong)
    return (
        right,
        len(case.expected) + max(0, len(left) - len(wrong)),
        wrong + [f"made up: {line}" for line in left],
    )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("case", [*published("tuned"), *published("unseen")], ids=lambda case: case.name)
def test_every_article_line_is_read(app: Flask, case: Published) -> None:
    with app.app_context():
        right, of, wrong = score(case)

    assert wrong == []
    assert right == of
