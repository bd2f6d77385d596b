"""What the written architecture and the table of changes point at is there, and a change of each kind stays small."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILE = re.compile(r"`((?:app|docs|matching|notifications|tests)/[^`]+)`")


def test_every_path_that_it_names_exists() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    named = set(re.findall(r"`((?:app|matching|notifications|tests)/[\w./-]+)`", text))

    assert len(named) > 40
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def rows() -> dict[str, str]:
    """Of the table of changes: what is new, and the files that it touches."""
    table = re.findall(r"^\| ([^|]+) \| (.+) \|$", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)
    return dict(table)


def test_every_file_of_the_table_of_changes_exists() -> None:
    named = {file for row in rows().values() for file in FILE.findall(row) if "<" not in file}

    assert len(named) > 20
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize(
    ("change", "most"), [("message", 4), ("reason", 3), ("role", 5), ("field of an article", 7)]
)
def test_a_common_change_touches_few_files(change: str, most: int) -> None:
    row = rows()[change]

    assert len(FILE.findall(row)) + row.count("a migration") <= most
