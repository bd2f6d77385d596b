"""How a French word sounds and how far a slip may go: what tells *poucette* and *frijo* from words of their own."""

import re
from functools import lru_cache

import snowballstemmer
from rapidfuzz.distance import OSA

from matching.recognition.announcements import FLUFF
from matching.recognition.everyday import REAL_WORDS

_STEMMER = snowballstemmer.stemmer("french")
_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(?<=eu)z$", "se"),
        (r"(?<!s)c(?=[eiy])", "s"),
        # What a final mute "e" follows is heard; the mark keeps it from being dropped with the mute consonants.
        (r"(?:er|ez|ee|et|ait|ai|e)$", "'"),
        (r"oeu", "eu"),
        (r"eau|au|eo$", "o"),
        (r"ph", "f"),
        (r"ch|sh", "S"),
        (r"qu|ck|q", "k"),
        (r"sc(?=[eiy])|c(?=[eiy])|z", "s"),
        (r"c", "k"),
        (r"gu(?=[eiy])", "G"),
        (r"ge(?=[ao])|g(?=[eiy])", "j"),
        (r"h", ""),
        (r"y", "i"),
        (r"w", "v"),
        (r"(?<=i)ll", "l"),
        (r"ai|ei", "e"),
        (r"(?:en|em|an|am)(?=[^aeiounm'])", "A"),
        (r"(?:in|im|ain|ein)(?=[^aeiounm']|'?$)", "I"),
        (r"(.)\1+", r"\1"),
        (r"(?<=..)[dtsxp]+$|'$", ""),
    )
)


@lru_cache(maxsize=32_768)
def stem(word: str) -> str:
    """The word's French stem."""
    return str(_STEMMER.stemWord(word))


@lru_cache(maxsize=32_768)
def sound(word: str) -> str:
    """A rough key of how a plain French word sounds: words that sound alike share it."""
    for pattern, heard in _SOUNDS:
        word = pattern.sub(heard, word)
    return word


_LENGTHS_APART = 4
_INFLECTED = re.compile(r"(?:er|ez|ais?|ait|aient|era|erai|ant|ent|on|it|iez|ir|ira|u|ee)$")


def conjugated(written: str, expected: str) -> bool:
    """Whether `written` looks like a form of a verb that `expected`, a noun, only happens to resemble."""
    found = _INFLECTED.search(written)
    return found is not None and not expected.endswith(found.group()) and written[:-1] != expected


@lru_cache(maxsize=4_096)
def slip_of_any(written: str, words: frozenset[str]) -> bool:
    """Whether `written` is one slip away from one of `words`; both must be long enough for that to mean something."""
    if len(written) < 5 or written in REAL_WORDS:
        return False
    return any(OSA.distance(written, word, score_cutoff=1) <= 1 for word in words if len(word) >= 5)


def slips(written: str, expected: str) -> int:
    """How many typing errors may part these two words."""
    shorter = min(len(written), len(expected))
    if shorter < 4 or (shorter == 4 and len(written) == len(expected)):
        return 0
    if shorter < 8:
        return 1
    return 2 if written[0] == expected[0] and shorter >= 9 else 1


@lru_cache(maxsize=65_536)
def near(written: str, expected: str, *, known: bool, strict: bool = True) -> bool:
    """Whether `written` may be a form of or a slip for `expected`, which its place in the text makes likely.

    A word that is itself `known` is never a slip, only ever another form; nor, when `strict`, is a word of its own.
    """
    if written == expected:
        return True
    if (
        abs(len(written) - len(expected)) > _LENGTHS_APART
        or min(len(written), len(expected)) < 3
        or written[-1].isdigit()
        or expected[-1].isdigit()
    ):
        return False
    # Forms of a word begin alike; finding its stem is dear.
    if written[:2] == expected[:2] and stem(written) == stem(expected):
        return True
    if sound(written) == sound(expected) and len(sound(expected)) >= 3 and written not in FLUFF:
        return True
    if known:
        return False
    if strict and written in REAL_WORDS:
        return False
    bound = slips(written, expected)
    return OSA.distance(written, expected, score_cutoff=bound) <= bound
