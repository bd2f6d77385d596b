"""One name is one thing: whoever reads it anywhere in the portal need not ask which one is meant."""

import ast
from collections import defaultdict

from tests.guards.test_imports import ROOT, sources

SHARED = {
    "Language": "whom the portal speaks to; what a language does to words (matching)",
    "Match": "a row; a run of words that an item was found in (matching)",
    "Need": "a row; the same as the engine takes it",
    "Offer": "a row; the same as the engine takes it",
    "Place": "a commune as it was found; a point as the engine measures from",
    "Reason": "why a person refused; why the engine paired",
}
"""Names of two classes, and what keeps them apart: the engine stands alone, and the domain has one word for each."""


def test_no_two_classes_have_one_name() -> None:
    found = defaultdict(list)
    for path in (path for room in ("app", "matching", "notifications") for path in sources(room)):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(path.relative_to(ROOT)))

    twice = {name: places for name, places in found.items() if len(places) > 1}
    assert twice.keys() == SHARED.keys(), twice
    assert all(sum(not place.startswith("matching/") for place in twice[name]) == 1 for name in SHARED), twice
