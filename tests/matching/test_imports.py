"""The web process imports the engine; the solver, which pulls in pandas, belongs to the scheduler alone.

The checker shares no code with the planner.
"""

import ast
import subprocess
import sys
from pathlib import Path

import matching


def test_the_solver_is_imported_only_when_a_flow_is_solved() -> None:
    code = (
        "import sys, matching, matching.rules, matching.scoring, matching.catalogue, matching.explanation,"
        " matching.instance, matching.planner\n"
        "print([name for name in ('ortools', 'pandas', 'flask', 'sqlmodel') if name in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"


_SHARED = {"matching", "matching.types", "matching.catalogue", "matching.items"}
"""What the checker may import of the engine: values, the catalogue, and how a text is recognised in it."""
_PLANNER = {
    "rules",
    "scoring",
    "columns",
    "nearby",
    "candidates",
    "allocation",
    "cycles",
    "lots",
    "solving",
    "planner",
}


def test_the_checker_shares_no_code_with_the_planner() -> None:
    package = Path(matching.__file__).parent

    def imported(module: str) -> set[str]:
        tree = ast.parse((package / f"{module}.py").read_text(encoding="utf-8"))
        froms = {
            f"{node.module}.{each.name}" if node.module == "matching" else node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for each in node.names
        }
        plain = {each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names}
        return {name for name in froms | plain if name.startswith("matching")}

    seen: set[str] = set()
    waiting = ["checks"]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += [name.removeprefix("matching.") for name in imported(module)]

    assert imported("checks") <= _SHARED
    assert not seen & _PLANNER
