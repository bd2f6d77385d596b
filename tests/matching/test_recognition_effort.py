"""Whatever the text, recognising takes a bounded number of steps: no clock, steps are function calls counted."""

import gc
import sys
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.items import load
from matching.recognition import LONGEST_TEXT, recognise
from matching.recognition.language import plain
from tests.matching.hostile import JOINTS, hostile, misspelt

MOST_CALLS = 30_000
"""Of functions, in Python or in C. An ordinary text takes 1,000; the dearest known, that names thirty things, 21,000, and 12,400 once its words were seen."""
NAMES = [name for item in load().values() for name in item.names]


@pytest.fixture(autouse=True, scope="module")
def ready() -> None:
    """What is built once per process is not counted."""
    recognise("frgio")


def calls(text: str) -> int:
    """How many functions are called to recognise `text`."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    # What others let the collector call, when it happens to run, is not recognising's.
    gc.disable()
    sys.setprofile(counted)
    try:
        recognise(text)
    finally:
        sys.setprofile(before)
        gc.enable()
    return count


def test_the_dearest_texts_known_take_bounded_steps() -> None:
    texts = Random(1).sample(list(hostile(load())), 150)

    assert max(map(calls, texts)) <= MOST_CALLS


@pytest.mark.parametrize("word", ["e", "3", "45", "3d", "materiel", "car"])
def test_a_word_over_and_over_is_not_described_anew_by_each_of_its_followers(word: str) -> None:
    assert calls(f"{word} " * LONGEST_TEXT) <= MOST_CALLS // 2


def test_of_a_character_that_stands_for_many_little_is_read() -> None:
    assert len(plain("\ufdfa" * 100)) <= 300
    assert plain("…éﬃ½") == "...effi1⁄2"


@settings(max_examples=60)
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
