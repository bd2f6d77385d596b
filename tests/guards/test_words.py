"""Knowledge is data: what recognises texts holds no item and no list of words, which stand in TOML beside it.

A word here and there (« pour », « paire ») is a rule's own. A list is a collection, an alternation or a text to be split that
names more than three. Names of fields, codes and sentences of errors are no such lists.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from matching.items import load

ROOM = Path(__file__).parents[2] / "matching" / "recognition"
FEW = 3
_WORD = re.compile(r"[a-zà-öø-ÿœæ][a-zà-öø-ÿœæ' -]+")
_ALTERNATIVE = re.compile(r"(?<![\w\\])[a-z]{2,}\??(?=\||\)|$)|(?<=\|)[a-z]{2,}")


def _documentation(tree: ast.AST) -> set[int]:
    """The texts that are statements of their own."""
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _texts(nodes: list[ast.expr | None]) -> list[str]:
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def _listed(node: ast.AST) -> list[str]:
    """The words that a node lists."""
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return [text for text in _texts([*node.elts]) if _WORD.fullmatch(text)]
    if isinstance(node, ast.Dict):
        return [text for text in _texts([*node.keys, *node.values]) if _WORD.fullmatch(text)]
    if isinstance(node, ast.Call):
        split = (
            [node.func.value] if isinstance(node.func, ast.Attribute) and node.func.attr == "split" else []
        )
        given = [] if isinstance(node.func, ast.Name) and node.func.id.endswith("Exit") else node.args
        return [word for text in _texts([*split, *given]) for word in text.split() if _WORD.fullmatch(word)]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "|" in node.value:
        return _ALTERNATIVE.findall(node.value)
    return []


def faults(source: str) -> Iterator[str]:
    """Each item of the catalogue and each list of words in a Python source, with its line."""
    tree = ast.parse(source)
    documentation = _documentation(tree)
    for node in ast.walk(tree):
        if id(node) in documentation:
            continue
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Constant) and node.value in load():
            yield f"line {line}: names the item {node.value!r}"
        words = _listed(node)
        if len(words) > FEW:
            yield f"line {line}: lists {' '.join(words[:5])}"


def test_recognition_holds_no_item_and_no_list_of_words() -> None:
    found = {path.name: list(faults(path.read_text(encoding="utf-8"))) for path in ROOM.rglob("*.py")}

    assert {name: lines for name, lines in found.items() if lines} == {}


def test_recognition_is_seven_files_at_most() -> None:
    """Beside what derives its lists of words."""
    assert len(list(ROOM.glob("*.py"))) <= 7


@pytest.mark.parametrize(
    "source",
    [
        'FRIDGE = "refrigerateur"',
        'if slug == "lave-linge": pass',
        'BEDS = {"lit", "matelas", "sommier", "futon"}',
        'BEDS = ("lit une place", "grand lit", "lit gigogne", "futon")',
        'TOYS = {"peluche": "doudou", "figurine": "playmobil"}',
        'BEDS = vocabulary("lit matelas sommier futon")',
        'BEDS = "lit matelas sommier futon".split()',
        'BEDS = re.compile(r"\\b(?:lit|matelas|sommier|futon)s?")',
    ],
)
def test_each_way_of_writing_one_is_seen(source: str) -> None:
    assert list(faults(source)) != []


@pytest.mark.parametrize(
    "source",
    [
        '"""Beds: lit matelas sommier futon."""',
        'if word in ("paire", "pair"): pass',
        'raise SystemExit("pip is needed to fetch the package")',
        '__slots__ = ("_base", "_catalogue", "_company", "_taught")',
        'TOKEN = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)?|[.;:!?]+|[,()/|]")',
    ],
)
def test_nothing_else_is(source: str) -> None:
    assert list(faults(source)) == []
