"""Which item of the catalogue a text names, in the words people use; or that it names none.

French puts the thing first: *housse pour ordinateur portable* is a *housse*. The reader finds where the thing's name
begins, takes the longest wording of the catalogue that starts there, and lets what follows narrow it or, for a few
words, turn it into something else. When it does not know, it says so: a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from matching.items import Catalogue, load
from matching.recognition.company import Company
from matching.recognition.heads import Reading, Text
from matching.recognition.language import plain, quantity_in, singular, size_in, tokens
from matching.recognition.lexicon import Lexicon, meaningful
from matching.recognition.reading import read

LONGEST_TEXT = 2_000
_MOST_WORDS = 100
_MOST_ALTERNATIVES = 4
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a text was taken for.

    `item` is a slug, or None when the text names nothing of the catalogue or leaves doubt; `confidence` is in 0..1 and
    belongs to `item` (0.0 with None). `quantity` and `size_text` are what the text says, None where it says nothing.
    `alternatives` are other items it may mean, likeliest first, each with a confidence below `confidence` or below 0.6.
    `why` is a code: `exact`, `alias`, `extra_alias`, `typo`, `head` (further words follow), `company` (the words around
    decide), `broader` (only a family is named), or, with None: `unknown`, `empty`, `negated`, `ambiguous`.
    """

    item: str | None
    confidence: float
    quantity: int | None
    size_text: str | None
    alternatives: tuple[tuple[str, float], ...]
    why: str


class Recogniser:
    """Recognises over one catalogue and what coordinators taught. Immutable, and safe from any thread.

    `extra_aliases` (wording → slug) win over the catalogue's own wordings; those that hold no word, or whose slug the
    catalogue does not hold, are ignored. Cheap to build anew when they change: some 30 µs an alias, while what the
    catalogue itself needs is built once per process and shared.
    """

    __slots__ = ("_base", "_catalogue", "_company", "_taught", "_wordings")

    def __init__(
        self, catalogue: Catalogue | None = None, extra_aliases: Mapping[str, str] = _NO_ALIASES
    ) -> None:
        self._catalogue = load() if catalogue is None else catalogue
        self._base, self._company = _built(self._catalogue)
        usable = [
            (label, slug)
            for label, slug in extra_aliases.items()
            if slug in self._catalogue and meaningful(label)
        ]
        self._taught = Lexicon(usable, taught=True) if usable else None
        self._wordings = tuple((" ".join(tokens(plain(label))), slug, label, 0) for label, slug in usable)

    def recognise(self, text: str) -> Recognition:
        """The item that `text` names. Only the first 2,000 characters are read. Never raises, whatever the text."""
        # A single letter may stand for eighteen.
        written = plain(text[:LONGEST_TEXT])[:LONGEST_TEXT]
        words = [singular(word) for word in tokens(written)][:_MOST_WORDS]
        reading = read(Text(words, self._catalogue, self._base, self._company, self._taught))
        size = size_in(written)
        if reading.head is None or reading.slug is None:
            return Recognition(None, 0.0, None, size, _alternatives(reading), reading.why)
        quantity = quantity_in(written, words, reading.head.start, reading.earliest)
        return Recognition(
            reading.slug,
            reading.confidence,
            quantity,
            size,
            _alternatives(reading),
            _why(reading, self._catalogue, written),
        )

    def suggest(self, prefix: str, limit: int = 8) -> list[tuple[str, str]]:
        """Items whose name or alias begins as `prefix` does: (slug, the wording that matched), best first, each item once.

        A wording's own beginning comes before the beginning of a later word, French names and what was taught before
        aliases, short before long.
        """
        typed = " ".join(word for word in tokens(plain(prefix[:80])))
        if not typed or limit < 1:
            return []
        taught = {key for key, *_ in self._wordings}
        known = (entry for entry in _suggestable(self._catalogue) if entry[0] not in taught)
        return list(_suggestions(typed, (*self._wordings, *known)))[:limit]


def recognise(
    text: str, *, catalogue: Catalogue | None = None, extra_aliases: Mapping[str, str] = _NO_ALIASES
) -> Recognition:
    """The item that `text` names: `Recogniser.recognise` for a single text, or without aliases."""
    return Recogniser(catalogue, extra_aliases).recognise(text)


def suggest(prefix: str, limit: int = 8, *, catalogue: Catalogue | None = None) -> list[tuple[str, str]]:
    """`Recogniser.suggest` without aliases."""
    return Recogniser(catalogue).suggest(prefix, limit)


def _alternatives(reading: Reading) -> tuple[tuple[str, float], ...]:
    others = list(dict.fromkeys(slug for slug in reading.others if slug != reading.slug))[:_MOST_ALTERNATIVES]
    return tuple((slug, round(0.5 / (rank + 1), 3)) for rank, slug in enumerate(others))


def _why(reading: Reading, catalogue: Catalogue, written: str) -> str:
    if reading.why != "alias" or reading.slug is None:
        return reading.why
    item = catalogue[reading.slug]
    if plain(item.fr) == written.strip():
        return "exact"
    return "broader" if catalogue.children(item.slug) else "alias"


def _suggestions(typed: str, entries: Iterable[tuple[str, str, str, int]]) -> Iterator[tuple[str, str]]:
    found = []
    for order, (key, slug, label, rank) in enumerate(entries):
        if key.startswith(typed):
            found.append((rank, len(key), order, slug, label))
        elif f" {typed}" in key:
            found.append((rank + 4, len(key), order, slug, label))
    seen: set[str] = set()
    for *_, slug, label in sorted(found):
        if slug not in seen:
            seen.add(slug)
            yield slug, label


# Building either index takes some 150 ms: they are kept for the few catalogues a process ever holds.
@lru_cache(maxsize=8)
def _built(catalogue: Catalogue) -> tuple[Lexicon, Company]:
    french = [(name, item.slug) for item in catalogue.values() for name in (item.fr, *item.aliases)]
    english = [(name, item.slug) for item in catalogue.values() for name in (item.en, *item.aliases_en)]
    return Lexicon(french, english), Company(catalogue)


@lru_cache(maxsize=8)
def _suggestable(catalogue: Catalogue) -> tuple[tuple[str, str, str, int], ...]:
    entries = []
    for item in catalogue.values():
        for place, name in enumerate(item.names):
            rank = 0 if place == 0 else 1 if place <= len(item.aliases) else 2
            entries.append((" ".join(tokens(plain(name))), item.slug, name, rank))
    return tuple(entries)
