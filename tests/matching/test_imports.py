"""The web process imports the engine; the solver, which pulls in pandas, belongs to the scheduler alone."""

import subprocess
import sys


def test_the_solver_is_imported_only_when_a_flow_is_solved() -> None:
    code = (
        "import sys, matching, matching.rules, matching.scoring, matching.catalogue, matching.explanation,"
        " matching.instance, matching.planner\n"
        "print([name for name in ('ortools', 'pandas', 'flask', 'sqlmodel') if name in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "[]\n"
