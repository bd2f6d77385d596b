"""What is said of security is said of each requirement, and every test that it names is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "security.md").read_text()
ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| [^|]+ \| (met|not met|n/a) \| [^|]+ \|$", re.MULTILINE)
OF_CHAPTERS = (27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7)
"""Requirements of levels 1 and 2 in the 17 chapters of ASVS 5.0."""


def test_each_requirement_is_gone_through_once() -> None:
    found = [tuple(map(int, row[:3])) for row in ROW.findall(DOCUMENT)]

    assert len(found) == len(set(found))
    assert tuple(sum(row[0] == chapter for row in found) for chapter in range(1, 18)) == OF_CHAPTERS
    states = [row[3] for row in ROW.findall(DOCUMENT)]
    counts = f"Met: {states.count('met')}. Not met: {states.count('not met')}. Not applicable: {states.count('n/a')}."
    assert counts in DOCUMENT


def test_every_test_and_file_that_it_names_is_there() -> None:
    named = set(re.findall(r"`((?:app|tests|docs)/[^`<]+\.\w+(?:::\w+)?)`", DOCUMENT))
    absent = []
    for each in named:
        path, _, test = each.partition("::")
        file = ROOT / path
        if not file.exists() or (test and f"def {test}(" not in file.read_text()):
            absent.append(each)

    assert len(named) > 80
    assert absent == []


def test_what_is_met_by_a_test_is_not_met_by_words_alone() -> None:
    """What opens to whom, what is forgotten, what is signed: each names its test."""
    for number in ("3.5.1", "7.4.1", "8.2.1", "8.2.2", "8.4.1", "9.1.1", "14.2.4", "16.4.1"):
        [row] = re.findall(rf"^\| {re.escape(number)} \| .*$", DOCUMENT, re.MULTILINE)
        assert "::test_" in row, number
