"""Where a text names a thing: each place a name may begin, and the word that is the thing there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from matching.items import Catalogue
from matching.recognition.company import Company
from matching.recognition.language import BREAKS, WORDS, phrase_at
from matching.recognition.lexicon import Lexicon, Match, Wording

_UNKNOWN_SKIPPED = 3
_FURTHEST = 24
_SETTLES = WORDS.settles | BREAKS
_PASSED_OVER = WORDS.small | WORDS.links | WORDS.asides | WORDS.numbers.keys()


@dataclass(frozen=True, slots=True)
class Head:
    """What one beginning yields.

    A `match`, or the `unknown` word that names the thing, or neither: nothing but fluff. `skipped` counts the unknown
    words passed before the match, `stranger` is where the first of them or the `unknown` one stands; `earliest` is where
    the reading began.
    """

    match: Match | None = None
    unknown: str | None = None
    skipped: int = 0
    stranger: int = -1
    earliest: int = 0


@dataclass(slots=True)
class Reading:
    """What the whole text yields: `slug` is None when it names nothing or leaves doubt; `others` are other slugs."""

    head: Match | None = None
    slug: str | None = None
    confidence: float = 0.0
    why: str = "unknown"
    earliest: int = 0
    others: list[str] = field(default_factory=list)


class Text:
    """The words of one text, read against a catalogue, its wordings and their company, and what was taught."""

    def __init__(
        self,
        words: Sequence[str],
        catalogue: Catalogue,
        base: Lexicon,
        company: Company,
        taught: Lexicon | None = None,
    ) -> None:
        self.words = words
        self.catalogue = catalogue
        self.base = base
        self.company = company
        self.taught = taught
        self._found: dict[int, Match | None] = {}

    def head(self, start: int) -> Head:
        """Read from `start` to the first word that names something, within the sentence."""
        at, skipped, stranger = start, 0, -1
        while at < len(self.words):
            word = self.words[at]
            if word in BREAKS:
                if skipped or (at > start and word == "."):
                    break
                at += 1
                continue
            match = self.match_at(at)
            if match is not None:
                inside = self._contents(match)
                if inside is None:
                    return Head(match, None, skipped, stranger, start)
                at = inside
                continue
            if not self.says_nothing(at):
                guess = self.base.guessed(self.words, at, len(self.words))
                if guess is not None:
                    return Head(guess, None, skipped, stranger, start)
                skipped += 1
                stranger = at if stranger < 0 else stranger
                if self._following(at) in WORDS.complements or skipped > _UNKNOWN_SKIPPED:
                    return Head(None, word, skipped, stranger, start)
            at += 1
        return Head(None, self.words[stranger] if skipped else None, skipped, stranger, start)

    def match_at(self, at: int) -> Match | None:
        """The wording that begins at `at`: taught, or written out, or scattered, or by company."""
        if at not in self._found:
            self._found[at] = None if self.words[at] in BREAKS else self._match_at(at)
        return self._found[at]

    def _match_at(self, at: int) -> Match | None:
        own = self.base.longest(self.words, at, len(self.words))
        if self.taught is not None:
            learnt = self.taught.longest(self.words, at, len(self.words))
            usable = learnt is not None and learnt.wording.slug in self.catalogue
            if learnt is not None and usable and (own is None or learnt.end >= own.end):
                return learnt
        word = self.words[at]
        if own is not None or not (self.base.begins(word) or self.company.knows(word)):
            return own
        if self.base.scatters(word):
            said = self.words[at + 1 : self.scope(at)]
            own = self.base.scattered(word, at, {*said, *self.company.hints(word, said)})
        return own or self._by_company(at)

    def _by_company(self, at: int) -> Match | None:
        word = self.words[at]
        slug = self.company.turned(word, self.words[at + 1 : self.sentence(at)])
        return None if slug is None else Match(Wording((word,), slug, word), at, at + 1, turned=True)

    def ends_with(self, at: int) -> bool:
        """Whether nothing that matters follows the word at `at` before the description ends."""
        return all(map(self.passes_over, range(at + 1, self.scope(at))))

    def _contents(self, match: Match) -> int | None:
        """Where the things begin that the match only holds or counts: *sac de vêtements*, *lot de draps*."""
        after = match.start + 1
        if self.words[match.start] not in WORDS.containers:
            return None
        if after < len(self.words) and self.words[after] in ("de", "d"):
            after += 1
        inner = self.match_at(after) if after < len(self.words) else None
        if inner is None:
            return None
        own, held = match.wording.slug, inner.wording.slug
        alone = len(match.wording.words) == 1 and after > match.start + 1
        return after if alone or own == held or own in self.catalogue.ancestors(held) else None

    def passes_over(self, at: int) -> bool:
        """Whether the word at `at` may stand before a name, or after it, without saying what the thing is."""
        word = self.words[at]
        if word in WORDS.containers:
            loose = word in WORDS.loose_containers or word in _PASSED_OVER
            return loose or self._following(at) in ("de", "d")
        counted = word in WORDS.units and at > 0 and self.words[at - 1][0].isdigit()
        return word in _PASSED_OVER or word[0].isdigit() or counted or len(word) == 1

    def says_nothing(self, at: int) -> bool:
        """As `passes_over`, makers included."""
        return self.passes_over(at) or self.words[at] in WORDS.makers

    def _following(self, at: int) -> str:
        return self.words[at + 1] if at + 1 < len(self.words) else "."

    def scope(self, start: int) -> int:
        """Where the description of the thing that ends at `start` ends."""
        furthest = min(len(self.words), start + _FURTHEST)
        return next((at for at in range(start, furthest) if self.words[at] in _SETTLES), furthest)

    def sentence(self, start: int) -> int:
        """Where the sentence or the list's entry that holds `start` ends."""
        furthest = min(len(self.words), start + _FURTHEST)
        return next((at for at in range(start, furthest) if self.words[at] in ".+"), furthest)

    def anchors(self) -> Iterator[tuple[int, int]]:
        """Each verb of giving or asking that something follows: where it begins, and what follows it."""
        at = 0
        while at < len(self.words):
            length = phrase_at(self.words, at, WORDS.starts)
            end = at + max(length, 1)
            # *Tout nous manque : frigo, lit…*
            named = end + 1 if end < len(self.words) and self.words[end] == "." else end
            if length and named < len(self.words) and self.words[named] not in BREAKS:
                yield at, named
            at = end

    def clauses(self) -> Iterator[int]:
        """Where each clause but the first begins."""
        return (at + 1 for at, word in enumerate(self.words[:-1]) if word in BREAKS)

    def gone(self, start: int) -> bool:
        """Whether what was named before `start` is said to have found its taker: *déjà donné*, *réservé*."""
        end = next(
            (at for at in range(start, self.sentence(start)) if self.words[at] in BREAKS),
            self.sentence(start),
        )
        if any(phrase_at(self.words, at, WORDS.gone) for at in range(start, min(end + 2, len(self.words)))):
            return True
        return end > start and self.words[end - 1] in WORDS.taken

    def negated(self, start: int, earliest: int) -> bool:
        """Whether a negation governs the word at `start`: nothing but small words stands between them."""
        for at in range(start - 1, max(earliest - 4, -1), -1):
            if self.words[at] == "pour":
                return at > 0 and self.words[at - 1] == "merci"
            length = phrase_at(self.words, at, WORDS.negations)
            if length and at + length <= start:
                return not self.words[at + length][0].isdigit()
            if self.words[at] in BREAKS or not self.passes_over(at):
                return False
        return False
