"""Whatever the text, recognising takes a bounded number of steps: no clock, steps are function calls counted."""

import sys
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.catalogue import LONGEST_TEXT, recognise
from matching.items import load
from tests.matching.hostile import JOINTS, hostile, misspelt

MOST_CALLS = 50_000
"""Of functions, in Python or in C. An ordinary text takes 400; the dearest known 26,000."""
NAMES = [name for item in load().values() for name in item.names]


@pytest.fixture(autouse=True, scope="module")
def ready() -> None:
    """What is built once per process is not counted."""
    recognise("frigo")


def calls(text: str) -> int:
    """How many functions are called to recognise `text`."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        recognise(text)
    finally:
        sys.setprofile(before)
    return count


def test_the_dearest_texts_known_take_bounded_steps() -> None:
    texts = Random(1).sample(list(hostile(load())), 150)

    assert max(map(calls, texts)) <= MOST_CALLS


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(NAMES) | st.text("abcdeilmnorstu' ", min_size=3, max_size=14),
        min_size=30,
        max_size=400,
    ),
    st.sampled_from(JOINTS),
    st.integers(0, 9),
)
def test_any_text_takes_bounded_steps(words: list[str], joint: str, seed: int) -> None:
    random = Random(seed)
    text = joint.join(misspelt(word, random) if random.random() < 0.5 else word for word in words)

    assert calls(text[:LONGEST_TEXT]) <= MOST_CALLS


def test_a_longer_text_takes_no_more_steps() -> None:
    text = "je donne une machine à laver et " * 63
    recognise(text)

    assert calls(text * 50) <= calls(text) + 10
