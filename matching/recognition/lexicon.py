"""The catalogue's wordings, arranged so that the longest one that begins at a word of a text is found at once.

A wording is kept as its words that carry meaning ("machine à laver" as *machine, laver*): the small words between them
vary from writer to writer. Spelling is forgiven within bounds that grow with the length of the word, and never where
what is written is itself a word.
"""

from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.recognition.language import BREAKS, REAL_WORDS, WORDS, plain, singular, sound, tokens

_GLUE_MIN = 6
_WIDEST = 14
_FOREIGN_MIN = 7
_LENGTHS_APART = 4
_DIGITS = "0123456789"
_SMALL = WORDS.small | WORDS.asides | WORDS.links
_NO_SLIPS = (REAL_WORDS, WORDS.small, WORDS.numbers, WORDS.units, WORDS.asides)


@dataclass(frozen=True, slots=True)
class Wording:
    """One name of an item: its meaningful words in the singular, and as it is written in the catalogue.

    `foreign` where no French name begins with its first word.
    """

    words: tuple[str, ...]
    slug: str
    label: str
    taught: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A wording found in a text. `start` and `end` index its tokens.

    With `typo` a word is misspelt; with `loose` words stand further on; with `turned` it is not written out at all: the
    company of its first word decided.
    """

    wording: Wording
    start: int
    end: int
    typo: bool = False
    loose: bool = False
    turned: bool = False


def meaningful(text: str) -> tuple[str, ...]:
    """The words of a wording that carry its meaning, in the singular."""
    return _without_links(_said(text))


def _without_links(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in WORDS.links) or words


def _said(label: str) -> tuple[str, ...]:
    return tuple(singular(word) for word in tokens(plain(label)) if word not in BREAKS)


class Lexicon:
    """Wordings by first word. Build once per catalogue; reading is safe from any thread.

    `wordings` and `foreign` are pairs (label, slug); slips are forgiven sparingly in the foreign ones.
    """

    def __init__(
        self,
        wordings: Iterable[tuple[str, str]],
        foreign: Iterable[tuple[str, str]] = (),
        *,
        taught: bool = False,
    ) -> None:
        self._by_first: dict[str, list[Wording]] = {}
        seen: set[tuple[str, ...]] = set()
        for label, slug in wordings:
            self._add(_said(label), label, slug, seen, taught=taught)
        native = set(self._by_first)
        for label, slug in foreign:
            # "car", "for", "some" are small words of French announcements before they are English ones.
            said = _said(label)
            if not _SMALL.issuperset(_without_links(said)):
                self._add(said, label, slug, seen, native=native)
        self._known = {word for words in seen for word in words}
        self._by_second: dict[str, dict[str, list[int]]] = {}
        self._firsts_by_length: dict[int, list[str]] = {}
        for first, found in self._by_first.items():
            found.sort(key=lambda wording: -len(wording.words))
            if len(found[0].words) > 1:
                seconds = self._by_second.setdefault(first, {})
                for rank, wording in enumerate(found):
                    seconds.setdefault(wording.words[1] if len(wording.words) > 1 else "", []).append(rank)
            if len(first) >= 4 and (first in native or len(first) >= _FOREIGN_MIN):
                self._firsts_by_length.setdefault(len(first), []).append(first)
        self._corrected: dict[str, str | None] = {}

    # Only slips are heard: a process that meets none need not know how its words sound.
    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for firsts in self._firsts_by_length.values():
            for first in firsts:
                found.setdefault(sound(first), []).append(first)
        return found

    def _add(
        self,
        said: tuple[str, ...],
        label: str,
        slug: str,
        seen: set[tuple[str, ...]],
        *,
        taught: bool = False,
        native: Set[str] | None = None,
    ) -> None:
        for form in _forms(said):
            if form not in seen:
                seen.add(form)
                foreign = native is not None and form[0] not in native
                self._by_first.setdefault(form[0], []).append(Wording(form, slug, label, taught, foreign))

    def knows(self, word: str) -> bool:
        """Whether this singular word is part of any wording."""
        return word in self._known

    def begins(self, word: str) -> bool:
        """Whether a wording begins with this singular word."""
        return word in self._by_first

    def begun_by(self, first: str) -> list[str]:
        """The slug of each wording that begins with `first`."""
        return [wording.slug for wording in self._by_first.get(first, ())]

    def whole(self, words: tuple[str, ...]) -> Wording | None:
        """The wording made of exactly these words."""
        return next((each for each in self._by_first.get(words[0], ()) if each.words == words), None)

    def longest(self, text: Sequence[str], start: int, end: int) -> Match | None:
        """The longest wording that begins at `start` and is written out there, slips forgiven after its first word.

        Two words may be one of the catalogue's written apart.
        """
        found = self._longest(text, start, end, text[start], typo=False)
        if found is None and start + 1 < end and len(text[start]) + len(text[start + 1]) >= _GLUE_MIN:
            alone = self.whole((text[start] + text[start + 1],))
            return None if alone is None else Match(alone, start, start + 2)
        return found

    def guessed(self, text: Sequence[str], start: int, end: int) -> Match | None:
        """As `longest`, the first word being a slip for one that begins a wording."""
        first = self.corrected(text[start])
        return None if first is None else self._longest(text, start, end, first, typo=True)

    def _longest(self, text: Sequence[str], start: int, end: int, first: str, *, typo: bool) -> Match | None:
        if first not in self._by_first:
            return None
        reach = range(start + 1, min(end, start + _WIDEST))
        further = [(at, text[at]) for at in reach if text[at] not in WORDS.links]
        for wording in self._beginning(first, further[0][1] if further else ""):
            if len(wording.words) <= len(further) + 1:
                found = self._written_out(wording, further, start, typo=typo)
                if found is not None:
                    return found
        return None

    def _beginning(self, first: str, then: str) -> list[Wording]:
        """The wordings that begin with `first` and may go on with `then`, longest first."""
        found, known = self._by_first[first], then in self._known
        if first not in self._by_second:
            return found
        ranks = (
            rank
            for second, ranks in self._by_second[first].items()
            if not second or (then and near(then, second, known=known))
            for rank in ranks
        )
        return [found[rank] for rank in sorted(ranks)]

    def _written_out(
        self, wording: Wording, further: Sequence[tuple[int, str]], start: int, *, typo: bool
    ) -> Match | None:
        end = start + 1
        for expected, (at, written) in zip(wording.words[1:], further, strict=False):
            end = at + 1
            if written != expected:
                if not near(written, expected, known=written in self._known):
                    return None
                typo = True
        return Match(wording, start, end, typo)

    def scatters(self, first: str) -> bool:
        """Whether some wording that begins with `first` has further words, which may stand apart from it."""
        return first in self._by_second and first not in WORDS.small

    def scattered(self, first: str, at: int, further: Collection[str]) -> Match | None:
        """The longest wording that begins with `first`, the word at `at`, and has its other words among `further`."""
        if not self.scatters(first):
            return None
        found, seconds = self._by_first[first], self._by_second[first]
        ranks = [
            rank
            for word in further
            for rank in seconds.get(word, ())
            if all(word in further for word in found[rank].words[2:])
        ]
        return Match(found[min(ranks)], at, at + 1, loose=True) if ranks else None

    def narrowed(self, match: Match, said: Sequence[str], implied: Iterable[str]) -> Match:
        """The longer wording with the same first word whose further words are all `said` or `implied`, if there is one.

        Of several, the longest; then the one that rests on what is said, and said first.
        """
        place = {word: len(said) for word in implied}
        place.update({word: at for at, word in reversed(list(enumerate(said)))})
        if not place:
            return match
        own = match.wording.words
        best, rank = match, (len(own), 0)
        for wording in self._by_first.get(own[0], ()):
            if len(wording.words) < rank[0] or len(wording.words) == len(own):
                break
            added = self._added(wording, own, place)
            if added is not None and ((new := (len(wording.words), -added)) > rank or best is match):
                best, rank = Match(wording, match.start, match.end, match.typo, loose=True), new
        return best

    def _added(self, wording: Wording, own: tuple[str, ...], place: dict[str, int]) -> int | None:
        """How far the last of the wording's words beyond `own` is found in `place`; None when one is not."""
        added = set(wording.words).difference(own)
        if len(added) != len(wording.words) - len(own):
            return None
        furthest = 0
        for word in added:
            at = place.get(word)
            if at is None:
                at = next(
                    (at for said, at in place.items() if near(said, word, known=said in self._known)), None
                )
            if at is None:
                return None
            furthest = max(furthest, at)
        return furthest

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
        if not 4 <= len(word) <= 40 or word in self._known:
            return None
        if word[0].isdigit() or word[-1].isdigit() or any(word in words for words in _NO_SLIPS):
            return None
        heard = sound(word)
        alike = self._by_sound.get(heard, [])
        if alike and len(heard) >= 3:
            (distance, nearest), *further = sorted((OSA.distance(word, first), first) for first in alike)
            if not further or further[0][0] > distance:
                return nearest
        return self._nearest(word)

    def _nearest(self, word: str) -> str | None:
        reach = 2 if len(word) >= 8 else 1
        lengths = range(max(4, len(word) - reach), len(word) + reach + 1)
        firsts = [first for length in lengths for first in self._firsts_by_length.get(length, ())]
        found = process.extract(word, firsts, scorer=OSA.distance, score_cutoff=reach, limit=6)
        ranked = sorted(
            (distance, first[0] != word[0], first)
            for first, distance, _ in found
            if distance <= slips(word, first)
        )
        if not ranked or (ranked[0][1] and len(word) < 6):
            return None
        if len(ranked) > 1 and ranked[1][:2] == ranked[0][:2]:
            return None
        return ranked[0][2]


def slips(written: str, expected: str) -> int:
    """How many typing errors may part these two words."""
    shorter = min(len(written), len(expected))
    if shorter < 4 or (shorter == 4 and len(written) == len(expected)):
        return 0
    return 2 if shorter >= 9 and written[0] == expected[0] else 1


@lru_cache(maxsize=65_536)
def near(written: str, expected: str, *, known: bool) -> bool:
    """Whether `written` may be another form of or a slip for `expected`, which its place in the text makes likely.

    A word that is itself `known`, or a word of its own, is only ever another form, one that sounds alike.
    """
    if written == expected:
        return True
    # Asked of every wording that begins alike: each call counts.
    one, other = len(written), len(expected)
    if one < 3 or other < 3 or not -_LENGTHS_APART <= one - other <= _LENGTHS_APART:
        return False
    if written[-1] in _DIGITS or expected[-1] in _DIGITS:
        return False
    if sound(written) == sound(expected) and len(sound(expected)) >= 3 and written not in WORDS.small:
        return True
    if known or written in REAL_WORDS:
        return False
    bound = slips(written, expected)
    return OSA.distance(written, expected, score_cutoff=bound) <= bound


def _forms(said: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The words of a wording and, for two or three words, written as one."""
    words = _without_links(said)
    if not 1 < len(words) <= 3:
        return [words]
    glued = dict.fromkeys(("".join(words), "".join(said)))
    return [words, *((form,) for form in glued if len(form) >= _GLUE_MIN)]
