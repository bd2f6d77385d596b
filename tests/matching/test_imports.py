"""The web process imports the engine's words and rules; numpy and the solver belong to whoever plans.

The checker shares no code with the planner.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import matching

HEAVY = ("flask", "numpy", "ortools", "pandas", "sqlmodel")


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ("matching, matching.rules, matching.scoring, matching.explanation, matching.recognition", []),
        ("matching.checks, matching.instance", []),
        ("matching.rounds, matching.route_checks", []),
        ("matching.planner", ["numpy", "ortools"]),
    ],
)
def test_only_who_plans_loads_the_solver_and_pandas_waits_for_split_lots(
    modules: str, heavy: list[str]
) -> None:
    code = f"import sys, {modules}\nprint([name for name in {HEAVY} if name in sys.modules])"

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == f"{heavy}\n"


_SHARED = {"types", "recognition", "items"}
"""What the checker may import of the engine: values, the catalogue, and how a text is recognised in it."""
_PLANNER = {
    "rules",
    "rings",
    "scoring",
    "columns",
    "nearby",
    "candidates",
    "allocation",
    "flow",
    "shortlist",
    "cycles",
    "exact",
    "lots",
    "prices",
    "solving",
    "task",
    "memory",
    "planner",
}


def imported(module: str) -> set[str]:
    """The modules and packages of the engine that one of them imports, anywhere in it."""
    engine = Path(matching.__file__).parent
    found: set[str] = set()
    for path in [*engine.glob(f"{module}.py"), *engine.glob(f"{module}/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "matching":
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").removeprefix("matching."))
            elif isinstance(node, ast.Import):
                found |= {each.name.removeprefix("matching.") for each in node.names}
    names = {name.split(".")[0] for name in found} - {module}
    return {name for name in names if (engine / f"{name}.py").exists() or (engine / name).is_dir()}


def reached(module: str) -> set[str]:
    """The module and all that it imports, directly or not."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += imported(name)
    return seen


def test_the_checker_shares_no_code_with_the_planner() -> None:
    assert imported("checks") <= _SHARED | {"pair_checks"}
    assert imported("pair_checks") <= _SHARED
    assert not reached("checks") & _PLANNER
    assert reached("planner") >= _PLANNER
