"""Real words that are no typing errors: the list derived from a frequency list, and how it is derived."""

from matching.items import load
from matching.recognition import recognise
from matching.recognition.language import REAL_WORDS, plain, singular
from matching.recognition.words.derive import SHORTEST, TABLE, mistakable


def test_only_words_that_could_be_taken_for_another_are_kept() -> None:
    words = ["chaînes", "sable", "avion", "chemise", "fer", "tablier", "chaise", "abc4", "Σκύλος"]

    assert set(mistakable(words, ["chaise", "chemise", "table", "four"])) == {"chaine", "sable"}


def test_a_word_that_sounds_alike_is_kept() -> None:
    assert set(mistakable(["philtre", "feutre"], ["filtre"])) == {"philtre"}


def test_the_list_is_sorted_plain_singular_and_short_enough_to_load_with_each_process() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()

    assert lines == sorted(set(lines))
    assert [word for word in lines if singular(plain(word)) != word or len(word) < SHORTEST] == []
    assert TABLE.stat().st_size <= 50_000
    assert set(lines) == REAL_WORDS


def test_a_real_word_is_no_slip_and_a_slip_is_no_real_word() -> None:
    assert "regie" in REAL_WORDS
    assert recognise("régie").item is None
    assert "regel" not in REAL_WORDS
    assert recognise("regel").item == recognise("règle").item is not None


def test_the_names_of_items_need_no_entry() -> None:
    names = {plain(item.fr) for item in load().values()}

    assert names & REAL_WORDS == set()
