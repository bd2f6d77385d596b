"""The labelled texts are well formed, and the measuring half is the one drawn; recognition_labelled.md says by which rule."""

import hashlib
from collections import Counter
from pathlib import Path

from matching.items import load, normalise

LABELLED = Path(__file__).with_name("recognition_labelled.tsv")
HEADER, *LINES = LABELLED.read_text(encoding="utf-8").splitlines()
ROWS = [line.split("\t") for line in LINES]
DRAWN = ROWS[:922]
"""The texts among which the halves were drawn; those further down came later, all to work on."""
MEASURING_HALF = "d80865b0729b0b73a4d41cb41ee2f5c1135363c79b109b2fe156763304227981"
"""SHA-256 of the measuring half's lines: whoever corrects one writes the new value here, and says so."""


def drawn(text: str) -> str:
    return "measure" if hashlib.sha256(f"labelled-2026:{text}".encode()).digest()[0] % 2 else "work"


def test_the_header_names_the_columns() -> None:
    assert HEADER.split("\t") == ["text", "item", "kind", "half"]


def test_every_line_has_its_four_columns() -> None:
    assert [row for row in ROWS if len(row) != 4] == []
    assert [row for row in ROWS if row[0] != row[0].strip() or not row[0]] == []
    assert {row[2] for row in ROWS} == {"plain", "trap"}


def test_every_label_is_an_item_or_two_different_ones() -> None:
    catalogue = load()
    labels = [row[1].split("|") for row in ROWS if row[1]]

    assert {slug for label in labels for slug in label} - catalogue.keys() == set()
    assert [label for label in labels if len(label) > 2 or len(set(label)) != len(label)] == []


def test_there_are_enough_texts_and_a_third_are_traps() -> None:
    assert len(ROWS) >= 660
    assert 3 * sum(row[2] == "trap" for row in ROWS) >= len(ROWS)


def test_no_text_comes_twice_however_it_is_spelt() -> None:
    counts = Counter(normalise(row[0]) for row in ROWS)

    assert [text for text, times in counts.items() if times > 1] == []


def test_the_halves_are_the_ones_drawn_and_about_even() -> None:
    assert [row[0] for row in DRAWN if row[3] != drawn(row[0])] == []
    assert 0.45 <= sum(row[3] == "measure" for row in DRAWN) / len(DRAWN) <= 0.55


def test_only_the_half_to_work_on_has_grown() -> None:
    assert {row[3] for row in ROWS[len(DRAWN) :]} == {"work"}


def test_nobody_touched_the_measuring_half() -> None:
    half = "\n".join(line for line in LINES if line.endswith("\tmeasure"))

    assert hashlib.sha256(half.encode()).hexdigest() == MEASURING_HALF


def test_each_half_has_its_third_of_traps() -> None:
    for half in ("work", "measure"):
        kinds = Counter(row[2] for row in ROWS if row[3] == half)
        assert 3 * kinds["trap"] >= kinds.total(), half
