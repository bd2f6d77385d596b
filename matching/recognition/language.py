"""What a language does, read from words/<language>.toml: texts made plain, words made comparable, numbers and sizes found.

Words are compared as `plain` leaves a text and `singular` leaves a word. What each list of words is for is told beside it in
words/fr.toml; the lists of both languages count together, since people mix them.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

MOST = 1_000_000
"""The largest quantity that a text may tell."""

_LIGATURES = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "×": "x",
        "″": '"',
        "”": '"',
        "“": '"',
        "²": "2",
    }
)
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_ODD = re.compile(r"[^\x00-\x7f]")
_TOKEN = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)?|[.;:!?\n]+|[,()/|•–—\[\]]|[+&]| - ")
_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_TIMES = re.compile("x([0-9]{1,4})")
_LEADING = re.compile(r"[0-9]{1,5}(?![0-9])")
BREAKS = frozenset(".,+")

Phrases = dict[str, list[tuple[str, ...]]]
"""Fixed turns of phrase by their first word, the longest first."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes and sounds."""

    plural: tuple[tuple[str, str], ...]
    sounds: tuple[tuple[re.Pattern[str], str], ...]
    elided: re.Pattern[str]
    dropped: re.Pattern[str]
    glued: re.Pattern[str]
    infinitive: re.Pattern[str]
    telephone: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Implied:
    """What a number from `least` to `most` implies beside things called one of `of` (any, when empty) or before a `unit`.

    Without `least` the unit alone implies it. Only among the first `within` words of a description.
    """

    says: tuple[str, ...]
    of: frozenset[str]
    unit: frozenset[str]
    least: int | None
    most: int
    within: int


@dataclass(frozen=True, slots=True)
class Words:
    """The lists of every language, in the singular."""

    determiners: frozenset[str]
    owners: frozenset[str]
    places: frozenset[str]
    links: frozenset[str]
    of: frozenset[str]
    contents: frozenset[str]
    complements: frozenset[str]
    asides: frozenset[str]
    settles: frozenset[str]
    small: frozenset[str]
    openers: frozenset[str]
    only: frozenset[str]
    taken: frozenset[str]
    containers: frozenset[str]
    loose_containers: frozenset[str]
    makers: frozenset[str]
    parts: frozenset[str]
    extras: frozenset[str]
    loose: frozenset[str]
    telling: frozenset[str]
    audiences: frozenset[str]
    children: frozenset[str]
    young: frozenset[str]
    toy_stuff: frozenset[str]
    worn_in_pairs: frozenset[str]
    units: frozenset[str]
    heads: frozenset[str]
    ends: frozenset[str]
    capitalised: frozenset[str]
    joints: frozenset[str]
    definite: frozenset[str]
    denials: frozenset[str]
    nomore: frozenset[str]
    alike: frozenset[str]
    wholes: frozenset[str]
    lacking: frozenset[str]
    away: frozenset[str]
    of_parts: frozenset[str]
    given: frozenset[str]
    matters: frozenset[str]
    starts: Phrases
    negations: Phrases
    gone: Phrases
    asked: Phrases
    wishes: Phrases
    takers: Phrases
    givers: Phrases
    supplied: Phrases
    said: Mapping[str, Sequence[tuple[tuple[str, ...], str]]]
    phrases: Mapping[str, str]
    written: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, int]
    implied: tuple[Implied, ...]
    sizes: tuple[re.Pattern[str], ...]
    quantities: tuple[re.Pattern[str], ...]


def plain(text: str) -> str:
    """The text in lower case, without accents, ligatures or typographic quotes.

    A single character may stand for eighteen: of what a text stands for, three for each of its characters are read.
    """
    bare = _bare(text)
    for phrase, word in WORDS.phrases.items():
        bare = bare.replace(phrase, word)
    return bare


def _bare(text: str) -> str:
    if text.isascii():
        return text.lower().replace("`", "'")
    folded = unicodedata.normalize("NFKD", text.lower().translate(_LIGATURES))[: 3 * len(text)]
    return _MARKS.sub("", folded).translate(_LIGATURES)


def origins(text: str, written: str) -> Sequence[int]:
    """For each place of `written`, which is `plain(text)` or its beginning, and its end: where in `text` it comes from."""
    if len(text) == len(written):
        return range(len(text) + 1)
    found: list[int] = []
    past = 0
    for odd in _ODD.finditer(text):
        at = odd.start()
        found += range(past, at)
        found += [at] * len(_bare(odd.group()))
        past = at + 1
    found += range(past, len(text))
    bare = _bare(text)
    for phrase, word in WORDS.phrases.items():
        at = bare.find(phrase)
        while at >= 0:
            found[at : at + len(phrase)] = [found[at]] * len(word)
            bare = f"{bare[:at]}{word}{bare[at + len(phrase) :]}"
            at = bare.find(phrase, at + len(word))
    # Where the text was cut, or stands for more than it says, the rest is its end's.
    found += [len(text)] * (len(written) + 1 - len(found))
    return found


def tokens(text: str) -> list[str]:
    """The words of a plain text in order; a break becomes one of ``.`` (sentence), ``,`` or ``+`` (and).

    Abbreviations are spelt out and small numbers become figures, so that two ways of writing compare equal.
    """
    return placed(text)[0]


def placed(text: str, most: int = MOST) -> tuple[list[str], list[tuple[int, int]]]:
    """`tokens`, `most` of them, and where in the text each begins and ends."""
    words: list[str] = []
    places: list[tuple[int, int]] = []
    text = FRENCH.telephone.sub(_blank, text)
    parted = FRENCH.elided.sub(r"\1 ", FRENCH.dropped.sub("  ", text)) if "'" in text else text
    for found in _TOKEN.finditer(parted):
        if len(words) >= most:
            break
        said, (start, end) = found.group(), found.span()
        first = said[0]
        if first.isalnum():
            full = WORDS.written.get(said) or WORDS.written.get(singular(said))
            if full is None:
                counted = (FRENCH.glued if first.isdigit() else _TIMES).fullmatch(said)
                full = counted.groups() if counted else (said,)
            words += full
            places += [(start, end)] * len(full)
            continue
        words.append("." if first in ".;:!?\n" else "+" if first in "+&" else ",")
        places.append((start, end))
    return words[:most], places[:most]


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


@lru_cache(maxsize=32_768)
def singular(word: str) -> str:
    """The word without the mark of the plural; only meant for comparing two words treated alike."""
    if len(word) > 3 and not word[-1].isdigit():
        for ending, instead in FRENCH.plural:
            if word.endswith(ending):
                return word[: len(word) - len(ending)] + instead
    return word


@lru_cache(maxsize=32_768)
def sound(word: str) -> str:
    """A rough key of how a plain French word sounds: words that sound alike share it."""
    for pattern, heard in FRENCH.sounds:
        word = pattern.sub(heard, word)
    return word


def vocabulary(text: str) -> frozenset[str]:
    """The words of a list written as a text, in the singular."""
    return frozenset(singular(word) for word in text.split())


def phrase_at(words: Sequence[str], at: int, phrases: Phrases) -> int:
    """How many words the longest of `phrases` that begins at `at` has; 0 when none does."""
    for phrase in phrases.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def implied(first: str, description: Sequence[str]) -> list[str]:
    """Words that the description of a thing called `first` implies: an age names a child, a width a double bed."""
    rules = [rule for rule in WORDS.implied if not rule.of or first in rule.of]
    found: list[str] = []
    for at, (word, following) in enumerate(zip(description, [*description[1:], ""], strict=False)):
        number = _leading_number(word)
        for rule in rules:
            counted = rule.least is None or rule.least <= number <= rule.most
            if counted and at < rule.within and (not rule.unit or following in rule.unit):
                found += rule.says
    return found


@lru_cache(maxsize=8_192)
def _leading_number(word: str) -> int:
    """The number that a word begins with, 0 without one."""
    found = _LEADING.match(word)
    return int(found.group()) if found else 0


def size_in(text: str) -> str | None:
    """The first size in a plain text, as written: ``140x190``, ``taille 38``, ``24 pouces``, ``256 Go``."""
    for pattern in WORDS.sizes:
        found = pattern.search(text)
        if found:
            *before, last = found.group().strip().split()
            return " ".join([*before, last.capitalize() if last in WORDS.capitalised else last])
    return None


def _language(table: Mapping[str, Any]) -> Language:
    return Language(
        plural=tuple((ending, instead) for ending, instead in table["plural"]),
        sounds=tuple((re.compile(pattern), heard) for pattern, heard in table["sounds"]),
        elided=re.compile(rf"\b({table['elisions']})'(?=[a-z0-9])"),
        dropped=re.compile(rf"\b(?:{table['dropped']})'(?=[a-z0-9])"),
        infinitive=re.compile(rf"(?:{'|'.join(table['infinitive'].split())})$"),
        telephone=re.compile(table["telephone"]),
        glued=re.compile(rf"([0-9]{{1,2}})({'|'.join(table['glued'].split())})"),
    )


def _words(tables: Sequence[Mapping[str, Any]]) -> Words:
    def listed(key: str) -> frozenset[str]:
        return vocabulary(" ".join(table.get(key, "") for table in tables))

    def mapped(key: str) -> dict[str, Any]:
        return {name: value for table in tables for name, value in table.get(key, {}).items()}

    def phrased(key: str) -> Phrases:
        return _by_first(phrase for table in tables for phrase in table.get(key, "").split("|"))

    def patterns(key: str) -> tuple[re.Pattern[str], ...]:
        return tuple(
            re.compile(pattern.replace("{n}", _NUMBER)) for table in tables for pattern in table.get(key, ())
        )

    lists: dict[str, Any] = {
        name: listed(name) for name, kind in Words.__annotations__.items() if kind == frozenset[str]
    }
    lists |= {name: phrased(name) for name, kind in Words.__annotations__.items() if kind == Phrases}
    # Right after a name, such a word is what the text is about only where the thing is named last.
    lists["heads"] = vocabulary(
        " ".join(table.get("heads", "") for table in tables if table["head"] == "last")
    )
    lists["telling"] |= lists["matters"]
    lists["small"] |= lists["determiners"] | listed("people")
    return Words(
        **lists,
        said=_said(tables),
        phrases=mapped("phrases"),
        written={
            short: tuple(full.split()) for full, all_ in mapped("written").items() for short in all_.split()
        },
        numbers={singular(word): number for word, number in mapped("numbers").items()},
        implied=tuple(_implied(rule) for table in tables for rule in table.get("implied", ())),
        sizes=patterns("sizes"),
        quantities=patterns("quantities"),
    )


def _by_first(phrases: Iterable[str]) -> Phrases:
    found: Phrases = {}
    for phrase in sorted((phrase.split() for phrase in phrases if phrase.strip()), key=len, reverse=True):
        words = tuple(singular(word) for word in phrase)
        found.setdefault(words[0], []).append(words)
    return found


def _said(tables: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Each turn of phrase with its code ("" says nothing) by its first word, the longest first; `a/b c` is *a c* and *b c*."""
    found: dict[str, dict[tuple[str, ...], str]] = {}
    for table in tables:
        for code, phrases in table.get("said", {}).items():
            for phrase in filter(str.strip, phrases.split("|")):
                choices = [[singular(word) for word in part.split("/")] for part in phrase.split()]
                for words in product(*choices):
                    found.setdefault(words[0], {})[words] = "" if code == "nothing" else code
    return {first: sorted(each.items(), key=lambda one: -len(one[0])) for first, each in found.items()}


def _implied(rule: Mapping[str, Any]) -> Implied:
    return Implied(
        says=tuple(rule["says"].split()),
        of=vocabulary(rule.get("of", "")),
        unit=vocabulary(rule.get("unit", "")),
        least=rule.get("least", 1 if "most" in rule else None),
        most=rule.get("most", MOST),
        within=rule.get("within", MOST),
    )


_TABLES = [
    tomllib.loads(files(__package__).joinpath("words", f"{name}.toml").read_text(encoding="utf-8"))
    for name in ("fr", "en")
]
FRENCH = _language(_TABLES[0])
WORDS = _words(_TABLES)
REAL_WORDS = frozenset(files(__package__).joinpath("words", "fr.txt").read_text(encoding="utf-8").split())
"""Words that are words: however near they come to one of the catalogue's, nobody meant that one (words/derive.py)."""
