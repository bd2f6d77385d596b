"""Pairs offers with needs, optimally for stated weights, and explains it. README.md is its manual."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from matching import types
from matching.types import *  # noqa: F403

if TYPE_CHECKING:
    from matching.ahead import prices_of_plan
    from matching.checks import check
    from matching.learning import learn_in_time
    from matching.planner import Planner, plan
    from matching.scoring import score_pair

__all__ = ["Planner", "check", "learn_in_time", "plan", "prices_of_plan", "score_pair"]
__all__ += types.__all__

_LATE = {
    "Planner": "matching.planner",
    "check": "matching.checks",
    "learn_in_time": "matching.learning",
    "plan": "matching.planner",
    "prices_of_plan": "matching.ahead",
    "score_pair": "matching.scoring",
}
"""What is loaded when first asked for: numpy and the solver are for whoever plans, words and values for everybody."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATE[name]), name)
