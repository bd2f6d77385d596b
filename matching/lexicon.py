"""The catalogue's wordings, arranged so that the longest one that begins at a word of a text is found at once.

A wording is kept as its words that carry meaning ("machine à laver" as *machine, laver*): the small words between them
vary from writer to writer. Spelling is forgiven within bounds that grow with the length of the word, and never where
what is written is itself a word.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer
from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.everyday import REAL_WORDS
from matching.french import ASIDES, BREAKS, FLUFF, LINKS, NUMBERS, UNITS, plain, singular, tokens

_STEMMER = snowballstemmer.stemmer("french")
_GLUE_MIN = 6


@dataclass(frozen=True, slots=True)
class Wording:
    """One name of an item: its meaningful words in the singular, and as it is written in the catalogue."""

    words: tuple[str, ...]
    slug: str
    label: str
    taught: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A wording found in a text: `start` and `end` index its tokens, `loose` words were found further on."""

    wording: Wording
    start: int
    end: int
    typo: bool = False
    loose: bool = False


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """The word's French stem."""
    return str(_STEMMER.stemWord(word))


def slips(length: int) -> int:
    """How many typing errors a word of this length may hold."""
    if length < 4:
        return 0
    if length < 8:
        return 1
    return 2 if length < 13 else 3


def meaningful(text: str) -> tuple[str, ...]:
    """The words of a wording that carry its meaning, in the singular."""
    words = [singular(word) for word in tokens(plain(text)) if word not in BREAKS]
    kept = [word for word in words if word not in LINKS]
    return tuple(kept or words)


def near(written: str, expected: str, *, known: bool) -> bool:
    """Whether `written` may be a form of or a slip for `expected`, which its place in the text makes likely.

    A word that is itself `known` is never a slip, only ever another form.
    """
    if written == expected:
        return True
    if min(len(written), len(expected)) < 4 or written[-1].isdigit():
        return False
    if stem(written) == stem(expected):
        return True
    if known or written in REAL_WORDS:
        return False
    bound = slips(min(len(written), len(expected)))
    return (
        abs(len(written) - len(expected)) <= bound
        and OSA.distance(written, expected, score_cutoff=bound) <= bound
    )


class Lexicon:
    """Wordings by first word. Build once per catalogue; reading is safe from any thread."""

    def __init__(self, wordings: Iterable[tuple[str, str]], *, taught: bool = False) -> None:
        self._by_first: dict[str, list[Wording]] = {}
        self._known: set[str] = set()
        seen: set[tuple[str, ...]] = set()
        for label, slug in wordings:
            words = meaningful(label)
            for form in _forms(label, words):
                if form and form not in seen:
                    seen.add(form)
                    self._by_first.setdefault(form[0], []).append(Wording(form, slug, label, taught))
                    self._known.update(form)
        for found in self._by_first.values():
            found.sort(key=lambda wording: -len(wording.words))
        self._firsts_by_length: dict[int, list[str]] = {}
        for first in self._by_first:
            self._firsts_by_length.setdefault(len(first), []).append(first)
        self._by_stem: dict[str, set[str]] = {}
        for first in self._by_first:
            self._by_stem.setdefault(stem(first), set()).add(first)
        self._corrected: dict[str, str | None] = {}

    def knows(self, word: str) -> bool:
        """Whether this singular word is part of any wording."""
        return word in self._known

    def begins(self, word: str) -> bool:
        """Whether a wording begins with this singular word."""
        return word in self._by_first

    def whole(self, words: tuple[str, ...]) -> Wording | None:
        """The wording made of exactly these words."""
        if not words:
            return None
        return next((found for found in self._by_first.get(words[0], ()) if found.words == words), None)

    def longest(self, text: Sequence[str], start: int, end: int) -> Match | None:
        """The longest wording that begins at `start` and is written out there, slips forgiven after its first word."""
        return self._longest(text, start, end, text[start], typo=False)

    def guessed(self, text: Sequence[str], start: int, end: int) -> Match | None:
        """As `longest`, the first word being a slip for one that begins a wording."""
        first = self.corrected(text[start])
        return None if first is None else self._longest(text, start, end, first, typo=True)

    def _longest(self, text: Sequence[str], start: int, end: int, first: str, *, typo: bool) -> Match | None:
        best: Match | None = None
        for wording in self._by_first.get(first, ()):
            if best is not None and len(wording.words) < len(best.wording.words):
                break
            found = self._written_out(wording, text, start, end, typo=typo)
            if found is not None and (best is None or (best.typo and not found.typo)):
                best = found
        return best

    def _written_out(
        self, wording: Wording, text: Sequence[str], start: int, end: int, *, typo: bool
    ) -> Match | None:
        at = start + 1
        for expected in wording.words[1:]:
            while at < end and text[at] in LINKS and text[at] != expected:
                at += 1
            if at >= end:
                return None
            written = text[at]
            if written != expected:
                if not near(written, expected, known=written in self._known):
                    return None
                typo = typo or stem(written) != stem(expected)
            at += 1
        return Match(wording, start, at, typo)

    def narrowed(self, match: Match, text: Sequence[str], end: int) -> Match:
        """The wording with the same first word whose further words all stand later in the text, if there is one."""
        first = match.wording.words[0]
        later = set(text[match.end : end])
        later.update(match.wording.words[1:])
        best = match
        for wording in self._by_first[first]:
            if len(wording.words) <= len(best.wording.words):
                break
            if set(match.wording.words) <= set(wording.words) and later.issuperset(wording.words[1:]):
                best = Match(wording, match.start, match.end, match.typo, loose=True)
        return best

    def corrected(self, word: str) -> str | None:
        """The one first word of a wording that `word` is a slip for; None when it is none, or when two are as near."""
        if word in self._corrected:
            return self._corrected[word]
        answer = self._correct(word)
        if len(self._corrected) > 20_000:
            self._corrected.clear()
        self._corrected[word] = answer
        return answer

    def _correct(self, word: str) -> str | None:
        if (
            len(word) < 4
            or len(word) > 40
            or word in self._known
            or word in REAL_WORDS
            or word in FLUFF
            or word in NUMBERS
        ):
            return None
        if word in UNITS or word in ASIDES or word[0].isdigit() or word[-1].isdigit():
            return None
        relatives = self._by_stem.get(stem(word), ())
        if len(relatives) == 1 and len(stem(word)) >= 5:
            return next(iter(relatives))
        return self._nearest(word)

    def _nearest(self, word: str) -> str | None:
        bound = slips(len(word))
        near_enough = [
            candidate
            for length in range(len(word) - bound, len(word) + bound + 1)
            for candidate in self._firsts_by_length.get(length, ())
            if length >= 4
        ]
        found = process.extract(word, near_enough, scorer=OSA.distance, score_cutoff=bound, limit=4)
        ranked = sorted((distance, candidate[0] != word[0], candidate) for candidate, distance, _ in found)
        if not ranked:
            return None
        distance, other_initial, best = ranked[0]
        if distance > slips(min(len(best), len(word))) or (len(word) == 4 and len(best) <= 4):
            return None
        if other_initial and len(word) < 6:
            return None
        if len(ranked) > 1 and ranked[1][:2] == (distance, other_initial):
            return None
        return best


def _forms(label: str, words: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The wording itself and, for two or three words, written as one."""
    forms = [words]
    if len(words) > 1 and len(words) <= 3:
        glued = "".join(words)
        every = "".join(singular(word) for word in tokens(plain(label)) if word not in BREAKS)
        forms += [(form,) for form in dict.fromkeys((glued, every)) if len(form) >= _GLUE_MIN]
    return forms
