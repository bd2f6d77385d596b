"""Each rule of pairing stands in the engine, and once more in the checker, which shares no code with it."""

import ast
from pathlib import Path

from matching import checks, pair_checks, rules
from matching.types import RULES


def demanded() -> set[str]:
    """The promises by the names that the checker reports them with."""
    calls = (
        node
        for file in (checks.__file__, pair_checks.__file__)
        for node in ast.walk(ast.parse(Path(file).read_text()))
        if isinstance(node, ast.Call)
    )
    return {
        node.args[1].value
        for node in calls
        if getattr(node.func, "id", "") == "demand"
        if isinstance(node.args[1], ast.Constant) and isinstance(node.args[1].value, str)
    }


def test_each_rule_is_checked_again() -> None:
    assert tuple(rules._RULES) == RULES
    assert set(RULES) - demanded() == set()
