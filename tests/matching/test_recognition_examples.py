"""Recognition over the packaged catalogue: the examples we work on, and the half that nobody works on."""

from pathlib import Path

from matching.items import load
from matching.recognition import recognise
from tests.benchmarks.recognition import LABELLED, f1, read_labelled, trap_precision

EXAMPLES = read_labelled(Path(__file__).with_name("recognition_examples.tsv"))


def answer(text: str) -> str | None:
    return recognise(text).item


def test_examples_name_items_of_the_catalogue() -> None:
    assert len(EXAMPLES) >= 1_000
    assert {slug for row in EXAMPLES for slug in row.items} <= load().keys()


def test_examples_are_recognised() -> None:
    assert f1(EXAMPLES, answer) >= 0.97
    assert trap_precision(EXAMPLES, answer) >= 0.97


def test_the_measuring_half_keeps_its_figures() -> None:
    """Two sums and no text: nobody works on what this half gets wrong."""
    half = [row for row in read_labelled(LABELLED) if row.measure]

    assert f1(half, answer) >= 0.95
    assert trap_precision(half, answer) >= 0.95


def test_every_name_is_recognised_as_its_item() -> None:
    missed = [
        (name, item.slug, answer(name))
        for item in load().values()
        for name in (item.fr, *item.aliases)
        if answer(name) != item.slug
    ]

    assert missed == []
