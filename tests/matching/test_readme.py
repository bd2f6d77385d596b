"""The manual is true: its examples run, its tables list what there is."""

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

import matching
from matching import Weights
from matching.candidates import MAX_PAIRS
from matching.explanation import REASONS
from matching.instance import _INSTANCE, _NEED, _OFFER
from matching.rings import MISSES
from matching.strict import LARGEST_BYTES, MOST_VALUES
from matching.types import COLLECTS_KM, DELIVERS_KM, RULES, Condition, LessonKind, Size, Urgency
from matching.validation import LONGEST_ID, LONGEST_TEXT, MOST_UNITS
from tests.matching.shell import ask

README = (Path(matching.__file__).parent / "README.md").read_text(encoding="utf-8")
WORDS = " ".join(README.split())


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def _named(section: str) -> set[str]:
    """Every word in backquotes of a section."""
    (text,) = re.findall(rf"^## {re.escape(section)}\n(.*?)(?=^## |\Z)", README, re.DOTALL | re.MULTILINE)
    return {word for words in re.findall(r"`([^`\n]+)`", text) for word in re.findall(r"\w+", words)}


def test_the_python_examples_run() -> None:
    exec(compile("\n".join(_blocks("python")), "README.md", "exec"), {})


def test_the_document_in_gives_the_document_out() -> None:
    instance, expected = _blocks("json")

    told = ask(instance.encode())

    assert json.loads(told.stdout) == json.loads(expected)


def test_the_error_is_told_as_the_manual_says() -> None:
    document = json.loads(_blocks("json")[0])
    document["needs"] += [{**document["needs"][0], "id": "n3"}, {**document["needs"][0], "quantity": -1}]

    told = ask(json.dumps(document).encode())

    assert told.stderr.decode().strip() in README


def test_every_rule_has_a_row() -> None:
    (table,) = re.findall(r"^\| rule \| .*?\n\n", README, re.DOTALL | re.MULTILINE)

    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == RULES


def test_every_weight_has_its_default() -> None:
    told: dict[str, float] = {}
    for names, values in re.findall(r"^\| ((?:`\w+` ?)+)\| ([\d. ]+) \|", README, re.MULTILINE):
        told |= zip(re.findall(r"\w+", names), map(float, values.split()), strict=True)

    assert told == {entry.name: getattr(Weights(), entry.name) for entry in fields(Weights)}


@pytest.mark.parametrize(
    ("section", "names"),
    [
        ("instance.json", {*_INSTANCE, *_OFFER, *_NEED}),
        ("instance.json", {each.value for kind in (Condition, Size, Urgency, LessonKind) for each in kind}),
        ("plan.json", {*json.loads(_blocks("json")[1]), "taken", "met", "waits"}),
    ],
    ids=["fields in", "words in", "fields out"],
)
def test_every_name_is_in_its_section(section: str, names: set[str]) -> None:
    assert names - _named(section) == set()


def test_every_reason_is_documented_where_the_manual_points() -> None:
    assert "`explanation.REASONS`" in README
    assert all(REASONS.values())


@pytest.mark.parametrize(
    "words",
    [
        f"(1 to {LONGEST_ID} characters)",
        f"(1 to {MOST_UNITS:,})",
        f"(at most {LONGEST_TEXT:,} characters)",
        f"| `collects_km` | {COLLECTS_KM:g} |",
        f"| `delivers_km` | {DELIVERS_KM:g}: the donor does not bring |",
        f"At most {LARGEST_BYTES // 10**6} MB and {MOST_VALUES // 10**6} million values",
        f"{MAX_PAIRS // 10**6} million permitted pairs",
        "at most three nearest misses",
    ],
)
def test_limits_and_defaults_are_those_of_the_code(words: str) -> None:
    assert MISSES == 3
    assert words in WORDS


def test_every_module_is_told() -> None:
    modules = {path.stem for path in Path(matching.__file__).parent.glob("*.py")} - {"__init__"}

    assert (modules | {"recognition"}) - _named("How it is built") == set()
