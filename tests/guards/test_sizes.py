"""No function that needs a map."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST = 50


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for folder in ("app", "matching", "notifications")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "versions" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST
    ]

    assert long == []
