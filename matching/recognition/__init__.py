"""Which item of the catalogue a text names, in the words people use; or that it names none.

French puts the thing first: *housse pour ordinateur portable* is a *housse*. The reader finds where the thing's name
begins, takes the longest wording of the catalogue that starts there, and lets what follows narrow it or, for a few
words, turn it into something else. When it does not know, it says so: a person decides.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from matching.items import Catalogue, load
from matching.neighbours import NearWordings
from matching.recognition.company import Company, meant
from matching.recognition.heads import Reading, Text
from matching.recognition.language import (
    BREAKS,
    WORDS,
    origins,
    placed,
    plain,
    singular,
    size_in,
    tokens,
)
from matching.recognition.lexicon import Lexicon, meaningful
from matching.recognition.reading import BELONGING, read
from matching.recognition.several import ThingRead, quantity_in, several, wished
from matching.said import Said

LONGEST_TEXT = 2_000
_MOST_WORDS = 100
_MOST_ALTERNATIVES = 4
SURE = 0.7
"""Below this confidence a person is asked."""
_SURELY_NEAR = 3
_MUTE = WORDS.links | WORDS.asides | WORDS.determiners | BREAKS
_IDLE = (WORDS.small - WORDS.audiences) | WORDS.links | WORDS.asides | WORDS.makers | BREAKS
_NO_ALIASES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ThingNamed:
    """One of the things that a text names.

    `item` (a slug, None for one that is not known beside others that are), `confidence` and `quantity` are as in
    `Recognition`. `words` are those of the text that speak of it, as they were typed; `said` is what they say of its state.
    """

    item: str | None
    confidence: float
    quantity: int | None
    words: str
    said: tuple[Said, ...]

    def as_dict(self) -> dict[str, Any]:
        """As the JSON door tells it."""
        return {**{each.name: getattr(self, each.name) for each in fields(self)}, "said": list(self.said)}


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a text was taken for.

    `item` is a slug, or None when the text names nothing of the catalogue or leaves doubt; `confidence` is in 0..1 and
    belongs to `item` (0.0 with None). `quantity` and `size_text` are what the text says, None where it says nothing.
    `alternatives` are other items it may mean, likeliest first, each with a confidence below `confidence` or below 0.6.
    `why` is a code: `exact`, `alias`, `extra_alias`, `typo`, `head` (further words follow), `company` (the words around
    decide), `broader` (only a family is named), or, with None: `unknown`, `empty`, `negated`, `ambiguous`.
    `things` are all that the text names, in its order; the first has the item, confidence and quantity told above.
    `wish` says that it is looked for, `gone` that it has found its taker.
    """

    item: str | None
    confidence: float
    quantity: int | None
    size_text: str | None
    alternatives: tuple[tuple[str, float], ...]
    why: str
    things: tuple[ThingNamed, ...] = ()
    wish: bool = False
    gone: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As the JSON door tells it; `wish` and `gone` only where they are so."""
        told = {
            "item": self.item,
            "confidence": self.confidence,
            "things": [each.as_dict() for each in self.things],
        }
        return told | {name: True for name in ("wish", "gone") if getattr(self, name)}


@dataclass(frozen=True, slots=True)
class _Typed:
    """A text as it was typed, the same made plain, and its words with where each stands in the plain one."""

    text: str
    plain: str
    places: Sequence[tuple[int, int]]
    words: Text


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
        typed = self._typed(text)
        reading, named = _named(typed.words)
        told = _told(typed, named)
        size, others = size_in(typed.plain), _alternatives(reading)
        gone = _gone(typed.words, reading)
        if reading.head is None or reading.slug is None:
            wish = wished(typed.words, len(typed.places), len(typed.places))
            return Recognition(None, 0.0, None, size, others, reading.why, told, wish, gone)
        wish = wished(typed.words, reading.head.start, reading.head.end)
        why = _why(reading, self._catalogue, typed.plain)
        return Recognition(
            reading.slug, reading.confidence, told[0].quantity, size, others, why, told, wish, gone
        )

    def suggestions(self, text: str, most: int = 5) -> tuple[str, ...]:
        """Items for a person to choose from where nothing is sure: what `text` may mean, then those written most nearly so."""
        read, _ = _named(self._typed(text).words)
        meant = [] if read.slug is None else [read.slug]
        meant += [slug for slug, _ in _alternatives(read)][:2]
        return tuple(dict.fromkeys((*meant, *self.alike(text, most))))[:most]

    def alike(self, text: str, most: int = 5) -> list[str]:
        """Items of which a name is written most nearly as `text` is, whatever it means, nearest first.

        The first call of a process builds an index, some 0.3 s; then a few milliseconds, however long the text.
        """
        words = [word for word in self._typed(text).words.words if word not in _MUTE and not word.isdigit()]
        telling = [word for word in words if word not in _IDLE or word in WORDS.makers]
        if not telling:
            return []
        found = _neighbours(self._catalogue).nearest(words, most, _IDLE)
        if telling[0] in BELONGING:
            # *Filtre pour hotte*: what belongs to a thing may be among what belongs to all such things.
            parts = (self._catalogue.accessories(slug) for slug in found[:_SURELY_NEAR])
            part = next((slug for slug in parts if slug is not None and slug not in found), None)
            found[_SURELY_NEAR - 1 : _SURELY_NEAR - 1] = [part] if part else []
        return found[:most]

    def said_of(self, text: str, item: str | None = None) -> tuple[Said, ...]:
        """What `text` says of the state of `item`, a slug: of all that it names where it does not name that one."""
        typed = self._typed(text)
        words = typed.words
        if WORDS.said.keys().isdisjoint(words.words):
            return ()
        _, named = _named(words)
        about = [each for each in named if self._alike(each.reading.slug, item)] or named
        if not about:
            codes = {code for _, code in words.said(0, len(words.words), 0)}
            return _in_order(meant(codes, item, self._catalogue))
        told = zip(named, _said(words, named, item), strict=True)
        return _in_order({code for each, said in told for code in said if each in about})

    def _alike(self, slug: str | None, item: str | None) -> bool:
        """Whether one of the two may be the other."""
        if slug is None or item is None or item not in self._catalogue:
            return slug is None or item is None
        above = self._catalogue.is_same_or_narrower
        return above(slug, item) or above(item, slug)

    def _typed(self, text: str) -> "_Typed":
        text = text[:LONGEST_TEXT]
        # A single letter may stand for eighteen.
        written = plain(text)[:LONGEST_TEXT]
        spelt, places = placed(written, _MOST_WORDS)
        words = [singular(word) for word in spelt]
        given = _given(text, written, words, places)
        marks = {at: written[places[at][0]] for at, word in enumerate(words) if word in ".,"}
        return _Typed(
            text,
            written,
            places,
            Text(words, self._catalogue, self._base, self._company, self._taught, given, marks),
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


def said_of(text: str, item: str | None = None, *, catalogue: Catalogue | None = None) -> tuple[Said, ...]:
    """`Recogniser.said_of` without aliases."""
    return Recogniser(catalogue).said_of(text, item)


def suggest(prefix: str, limit: int = 8, *, catalogue: Catalogue | None = None) -> list[tuple[str, str]]:
    """`Recogniser.suggest` without aliases."""
    return Recogniser(catalogue).suggest(prefix, limit)


def _given(
    text: str, written: str, words: Sequence[str], places: Sequence[tuple[int, int]]
) -> Collection[int]:
    """Where a participle stands that only its accent tells from a verb: *donné*."""
    said = [at for at, word in enumerate(words) if word in WORDS.given]
    if not said:
        return said
    origin = origins(text, written)
    return [at for at in said if not text[origin[places[at][0]] : origin[places[at][1]]].isascii()]


def _gone(text: Text, reading: Reading) -> bool:
    if text.opens_gone():
        return True
    if reading.slug is not None or text.asks():
        return False
    return text.gone(0 if reading.head is None else reading.head.end)


def _named(words: Text) -> tuple[Reading, list[ThingRead]]:
    """What is read of the whole, and every thing that it names."""
    reading = read(words)
    named = several(words, reading)
    if named and reading.why == "negated":
        # The first is gone, another is there.
        return named[0].reading, named
    return reading, named


def _told(typed: _Typed, named: Sequence[ThingRead]) -> tuple[ThingNamed, ...]:
    """The things as they are told."""
    if not named:
        return ()
    places, origin = typed.places, origins(typed.text, typed.plain)
    found = []
    for each, said in zip(named, _said(typed.words, named), strict=True):
        reading, head = each.reading, each.reading.head
        begin, end = _begins(typed.words, each), each.end
        if each is named[-1]:
            end = _ends(typed.words, each)
        alone = len(named) == 1
        part = typed.plain if alone else typed.plain[places[each.start][0] : places[each.end - 1][1] + 1]
        earliest = max(each.start, reading.earliest)
        counted = None if head is None else quantity_in(part, typed.words.words, head.start, earliest)
        words = typed.text[origin[places[begin][0]] : origin[places[end - 1][1]]].strip()
        words += ")" * (words.count("(") > words.count(")"))
        found.append(ThingNamed(reading.slug, reading.confidence, counted, words, said))
    return tuple(found)


def _begins(text: Text, named: ThingRead) -> int:
    """Where the words of a thing begin: greetings and verbs before it are not its own."""
    head = named.reading.head
    if head is None:
        return named.start
    begin = max(named.start, named.reading.earliest)
    begin = next(
        (at + 1 for at in range(head.start - 1, begin - 1, -1) if not text.counts_or_holds(at)), begin
    )
    # *Besoin de draps*
    return begin + (begin < head.start and text.words[begin] in ("de", "d"))


def _ends(text: Text, named: ThingRead) -> int:
    """Where the words of the last thing end: with its sentence."""
    head = named.reading.head
    end = (
        named.end
        if head is None
        else text.words.index(".", head.end)
        if "." in text.words[head.end :]
        else named.end
    )
    while end > named.start + 1 and text.words[end - 1] in BREAKS:
        end -= 1
    return end


def _said(text: Text, named: Sequence[ThingRead], item: str | None = None) -> list[tuple[Said, ...]]:
    """What is said of each thing, and of all of them where the words say so: *le tout hs*."""
    own: list[set[str]] = []
    of_all: set[str] = set()
    for each in named:
        head = each.reading.head
        own.append(set())
        for at, code in text.said(each.start, each.end, each.start if head is None else head.end):
            own[-1].add(code)
            if not WORDS.wholes.isdisjoint(text.words[max(at - 3, each.start) : at]):
                of_all.add(code)
        own[-1] = meant(own[-1], each.reading.slug or item, text.catalogue)
    if any(own[1:]):
        _endanger(text, [each.reading.slug for each in named], own)
    return [_in_order(codes | of_all) for codes in own]


def _endanger(text: Text, slugs: Sequence[str | None], said: Sequence[set[str]]) -> None:
    """What makes a danger of one thing alone is said of it too: *siège auto, voiture accidentée*."""
    unsafe = [frozenset[Said]() if slug is None else text.catalogue.unsafe(slug) for slug in slugs]
    for own, dangers in zip(said, unsafe, strict=True):
        others = ((codes, theirs) for codes, theirs in zip(said, unsafe, strict=True) if codes is not own)
        own |= {code for codes, theirs in others for code in codes & (dangers - theirs)}


def _in_order(codes: Collection[str]) -> tuple[Said, ...]:
    """The codes, worst first; what is sealed is new."""
    return tuple(
        code for code in Said if code in codes and (code is not Said.NEW or Said.SEALED not in codes)
    )


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
def _neighbours(catalogue: Catalogue) -> NearWordings:
    return NearWordings((meaningful(name), item.slug) for item in catalogue.values() for name in item.names)


@lru_cache(maxsize=8)
def _suggestable(catalogue: Catalogue) -> tuple[tuple[str, str, str, int], ...]:
    entries = []
    for item in catalogue.values():
        for place, name in enumerate(item.names):
            rank = 0 if place == 0 else 1 if place <= len(item.aliases) else 2
            entries.append((" ".join(tokens(plain(name))), item.slug, name, rank))
    return tuple(entries)
