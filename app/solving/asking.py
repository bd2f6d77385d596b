"""Which solver a page asks."""

from flask import current_app

from app.solving.solver import Solver


def solver() -> Solver:
    """One for each worker, started when it is first asked."""
    found: Solver = current_app.extensions.setdefault("what_if", Solver())
    return found
