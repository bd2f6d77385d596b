"""States are written in one place: `app.transitions.move`."""

import ast
from enum import StrEnum
from pathlib import Path

from app.models import states
from app.web.words import OF_THE_ENGINE

ROOT = Path(__file__).parents[2]


def test_no_other_file_assigns_a_state() -> None:
    wrong = []
    for path in sorted((ROOT / "app").rglob("*.py")):
        if path.name == "transitions.py" or "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "values"
                and any(keyword.arg == "state" for keyword in node.keywords)
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")

    assert wrong == []


def test_every_member_of_an_enumeration_has_its_words() -> None:
    """Of the domain's and of the engine's alike: a page that meets one must have something to say."""
    kinds = [each for each in vars(states).values() if isinstance(each, type) and issubclass(each, StrEnum)]
    silent = {states.Worded, states.Occasion}
    named = [member for kind in kinds if kind not in silent for member in kind]

    assert len(named) > 80
    assert [
        member for member in named if not getattr(member, "french", None) and member not in OF_THE_ENGINE
    ] == []
    assert len(OF_THE_ENGINE) == sum(
        len(kind) for kind in kinds if kind not in silent and not issubclass(kind, states.Worded)
    )


def test_every_reason_is_offered_to_somebody() -> None:
    offered = {reason for reasons in states.REASONS.values() for reason in reasons}
    assert set(states.Reason) - offered == {states.Reason.ERASED}, "that one erasing gives, and nobody"
