"""The fresh batches are well formed, and each keeps its first sight; batches/README.md says how they came about."""

from collections import Counter

from matching.items import load, normalise
from tests.benchmarks.batches import FIRST_SIGHT, FOLDER, read_batch

BATCHES = {path.stem: read_batch(path) for path in sorted(FOLDER.glob("batch*.tsv"))}


def test_every_batch_keeps_its_first_sight_by_kind() -> None:
    kinds = {name: {row.kind for row in rows} | {"all"} for name, rows in BATCHES.items()}

    assert {name: set(told) for name, told in FIRST_SIGHT.items()} == kinds


def test_every_label_holds_an_item_or_nothing() -> None:
    known = {"", *load()}
    rows = [row for rows in BATCHES.values() for row in rows]

    assert [row.text for row in rows if known.isdisjoint(row.items)] == []


def test_no_text_comes_twice_in_a_batch() -> None:
    for name, rows in BATCHES.items():
        counts = Counter(normalise(row.text) for row in rows)
        assert [text for text, times in counts.items() if times > 1] == [], name
