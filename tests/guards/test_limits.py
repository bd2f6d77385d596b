"""Each door with a limit stands in docs/limits.md, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIMITERS = {"limit", "shared_limit", "writes_to"}
WRITTEN = {"careful", "careful_again", "second_step", "counted"}
"""No decorated view: what surrounds signing in, and what all doors for programs share."""


def limited() -> Iterator[str]:
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and path.name != "limits.py":
                calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
                names = {
                    each.attr if isinstance(each, ast.Attribute) else ast.unparse(each) for each in calls
                }
                if names & LIMITERS:
                    yield node.name


def test_each_limited_door_is_in_the_table() -> None:
    rows = [
        line.split("|")[2]
        for line in (ROOT / "docs" / "limits.md").read_text().splitlines()
        if line[:1] == "|"
    ]
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}

    assert told == set(limited()) | WRITTEN
