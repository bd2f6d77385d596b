"""Where in a text the thing is named: the order in which beginnings are tried, and what each one yields."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from matching.company import implied, judge, meanings, turned
from matching.french import (
    ANNOUNCING,
    ASIDES,
    BRANDS,
    BREAKS,
    COMPLEMENT,
    CONTAINERS,
    FLUFF,
    LINKS,
    NEGATIONS,
    NUMBERS,
    PEOPLE,
    STARTS,
    UNITS,
)
from matching.homographs import PARTS, TURNS
from matching.items import Catalogue
from matching.lexicon import Lexicon, Match, Wording
from matching.spelling import slip_of_any

_UNKNOWN_SKIPPED = 3
_FURTHEST = 24
_MOST_STARTS = 12
_OPENERS = frozenset(["pour", "dans", "suite", "depuis", "apres", "afin", "chez", "lors", "avant", "comme"])
_TELLS = COMPLEMENT - {"de", "d"}
_MEANT_FOR = frozenset({"pour", "avec", "sans"})
_SETTLES = frozenset(["avec", "sans", "et", "ou", "+", ".", ",", "mais", "contre"])


def _by_first(phrases: Sequence[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    """The phrases by first word, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return found


_STARTS = _by_first(STARTS)
_NEGATIONS = _by_first(NEGATIONS)


@dataclass(frozen=True, slots=True)
class Head:
    """What one beginning yields: a match, or the `unknown` word that names the thing, or neither (nothing but fluff)."""

    match: Match | None = None
    unknown: str | None = None
    skipped: int = 0
    earliest: int = 0


@dataclass(slots=True)
class Reading:
    """What the whole text yields."""

    head: Match | None = None
    slug: str | None = None
    confidence: float = 0.0
    why: str = "unknown"
    earliest: int = 0
    others: list[str] = field(default_factory=list)


def read(words: Sequence[str], base: Lexicon, taught: Lexicon | None, catalogue: Catalogue) -> Reading:
    """Find the thing in `words`; the reading's `slug` is None when there is none or it is in doubt."""
    reader = _Reader(words, base, taught, catalogue)
    if not any(word not in BREAKS for word in words):
        return Reading(why="empty")
    reading = reader.decide()
    reading.others.extend(reader.others(reading.head))
    return reading


class _Reader:
    def __init__(
        self, words: Sequence[str], base: Lexicon, taught: Lexicon | None, catalogue: Catalogue
    ) -> None:
        self.words = words
        self.base = base
        self.taught = taught
        self.catalogue = catalogue
        self._found: dict[int, Match | None] = {}

    def decide(self) -> Reading:
        first = self.head(0)
        anchors = list(islice(self.anchors(), _MOST_STARTS))
        opens = self.words[0] in _OPENERS and bool(anchors)
        if first.match is not None and not first.skipped and not opens:
            return self.settle(first)
        for anchor in anchors:
            head = self.head(anchor)
            if head.match is not None:
                return self.settle(head)
            if head.unknown is not None:
                return self.in_doubt(head.unknown)
        if first.match is not None:
            return self.settle(first)
        if first.unknown is not None:
            return self.in_doubt(first.unknown)
        for start in islice(self.clauses(), _MOST_STARTS):
            head = self.head(start)
            if head.match is not None:
                return self.settle(head)
            if head.unknown is not None:
                break
        return Reading(why="unknown")

    def in_doubt(self, word: str) -> Reading:
        """Nothing, with what the word may mean when it has several meanings."""
        meant = meanings(word, self.catalogue)
        return Reading(why="ambiguous" if meant else "unknown", others=meant)

    def anchors(self) -> Iterator[int]:
        """Where a verb of giving or asking has just ended."""
        at = 0
        while at < len(self.words):
            length = _phrase_at(self.words, at, _STARTS)
            at += max(length, 1)
            if length and at < len(self.words) and self.words[at] not in BREAKS:
                yield at

    def clauses(self) -> Iterator[int]:
        for at, word in enumerate(self.words[:-1]):
            if word in BREAKS:
                yield at + 1

    def head(self, start: int) -> Head:
        """Read from `start` to the first word that names something, within the sentence."""
        at, skipped = start, 0
        while at < len(self.words):
            word = self.words[at]
            if word in BREAKS:
                if skipped or (at > start and word == "."):
                    break
                at += 1
                continue
            match = self.match_at(at)
            if match is not None:
                inside = self.contents(match)
                if inside is None:
                    return Head(match=match, skipped=skipped, earliest=start)
                at = inside
                continue
            following = self.words[at + 1] if at + 1 < len(self.words) else "."
            if self.passes_over(at) or word in BRANDS:
                at += 1
                continue
            guess = self.guess_at(at)
            if guess is not None:
                return Head(match=guess, skipped=skipped, earliest=start)
            if slip_of_any(word, ANNOUNCING):
                at += 1
                continue
            if at > start and self.words[at - 1] in PEOPLE and following not in COMPLEMENT:
                at += 1
                continue
            skipped += 1
            if following in COMPLEMENT or skipped > _UNKNOWN_SKIPPED:
                return Head(unknown=word, skipped=skipped, earliest=start)
            at += 1
        return Head(skipped=skipped, earliest=start, unknown="?" if skipped else None)

    def match_at(self, at: int) -> Match | None:
        """The wording that begins at `at`, taught ones first, then written out, then scattered, then by company."""
        if at not in self._found:
            self._found[at] = self._match_at(at)
        return self._found[at]

    def _match_at(self, at: int) -> Match | None:
        own = self.base.longest(self.words, at, len(self.words))
        if self.taught is not None:
            learnt = self.taught.longest(self.words, at, len(self.words))
            usable = learnt is not None and learnt.wording.slug in self.catalogue
            if learnt is not None and usable and (own is None or learnt.end >= own.end):
                return learnt
        word = self.words[at]
        if own is not None or not (self.base.begins(word) or word in TURNS):
            return own
        said = self.words[at + 1 : self.scope(at)]
        own = self.base.scattered(word, at, {*said, *implied(word, said)})
        if (
            own is None
            and (turn := turned(word, self.words[at + 1 : self.sentence(at)], self.catalogue))
            and turn[0]
        ):
            own = Match(Wording((word,), turn[0], word), at, at + 1, turned=True)
        return own

    def guess_at(self, at: int) -> Match | None:
        return self.base.guessed(self.words, at, len(self.words))

    def contents(self, match: Match) -> int | None:
        """Where the things begin that the match only holds or counts: *sac de vêtements*, *lot de draps*."""
        after = match.start + 1
        if self.words[match.start] not in CONTAINERS:
            return None
        if after < len(self.words) and self.words[after] in ("de", "d"):
            after += 1
        inner = self.match_at(after) if after < len(self.words) and self.words[after] not in BREAKS else None
        if inner is None:
            return None
        own, held = match.wording.slug, inner.wording.slug
        alone = len(match.wording.words) == 1 and after > match.start + 1
        return after if alone or own == held or own in self.catalogue.ancestors(held) else None

    def passes_over(self, at: int) -> bool:
        word = self.words[at]
        following = self.words[at + 1] if at + 1 < len(self.words) else "."
        return (
            word in FLUFF or word in LINKS or word in ASIDES or word in NUMBERS
            or (word in CONTAINERS and following not in _TELLS)
            or word[0].isdigit() or (word in UNITS and at > 0 and self.words[at - 1][0].isdigit())
            or word in ("x", "plus", "pas") or len(word) == 1
        )  # fmt: skip

    def settle(self, head: Head) -> Reading:
        match = head.match
        assert match is not None
        if self.negated(match.start, head.earliest):
            return Reading(head=match, why="negated", others=[match.wording.slug])
        end = self.scope(match.end)
        said = self.words[match.end : end]
        slug: str | None
        if match.turned:
            slug, why = match.wording.slug, "company"
        else:
            if not match.wording.taught:
                hints = implied(match.wording.words[0], self.words[match.end : self.sentence(match.end)])
                match = self.base.narrowed(match, said, hints)
            slug, why = (None, "unknown") if self.part(match, end) else judge(match, said, self.catalogue)
            if slug == match.wording.slug:
                slug = self.narrower(slug, match.end, end)
        if slug is None:
            return Reading(head=match, why=why, others=[match.wording.slug])
        if head.skipped:
            return Reading(head=match, why="ambiguous", others=[slug])
        confidence = _confidence(match, why, complete=match.end >= end)
        if why == "alias":
            why = (
                "extra_alias"
                if match.wording.taught
                else "typo"
                if match.typo
                else "alias"
                if match.end >= end
                else "head"
            )
        return Reading(match, slug, confidence, why, head.earliest)

    def part(self, match: Match, end: int) -> bool:
        """Whether the match is a part of the thing named next: *pied de table*."""
        if len(match.wording.words) > 1 or match.wording.words[0] not in PARTS:
            return False
        after = match.end
        while after < end and self.words[after] in LINKS:
            after += 1
        whole = self.match_at(after) if after < end else None
        return whole is not None and whole.wording.slug != match.wording.slug

    def narrower(self, slug: str, start: int, end: int) -> str:
        """A narrower item that the description names: *machine à café Nespresso*, *jouets Lego*."""
        below = self.catalogue.descendants(slug)
        for at in range(start, end) if below else ():
            if self.words[at - 1] not in _MEANT_FOR and self.base.begins(self.words[at]):
                named = self.match_at(at)
                if named is not None and named.wording.slug in below:
                    return named.wording.slug
        return slug

    def scope(self, start: int) -> int:
        """Where the description of the thing that ends at `start` ends."""
        furthest = min(len(self.words), start + _FURTHEST)
        return next((at for at in range(start, furthest) if self.words[at] in _SETTLES), furthest)

    def sentence(self, start: int) -> int:
        """Where the sentence or the list's entry that holds `start` ends."""
        furthest = min(len(self.words), start + _FURTHEST)
        return next((at for at in range(start, furthest) if self.words[at] in ".+"), furthest)

    def negated(self, start: int, earliest: int) -> bool:
        """Whether a negation governs the word at `start`: nothing but small words stands between them."""
        for at in range(start - 1, max(earliest - 4, -1), -1):
            if self.words[at] == "pour":
                return False
            length = _phrase_at(self.words, at, _NEGATIONS)
            if length and at + length <= start:
                return not self.words[at + length][0].isdigit()
            if self.words[at] in BREAKS or not self.passes_over(at):
                return False
        return False

    def others(self, head: Match | None) -> list[str]:
        """Slugs of everything else the text names, in order."""
        found: list[str] = []
        at = 0
        while at < len(self.words) and len(found) < 8:
            if head is not None and head.start <= at < head.end:
                at = head.end
                continue
            match = None if self.words[at] in BREAKS else self.match_at(at)
            if match is not None:
                found.append(match.wording.slug)
            at = match.end if match is not None else at + 1
        return found


def _phrase_at(words: Sequence[str], at: int, phrases: dict[str, list[tuple[str, ...]]]) -> int:
    for phrase in phrases.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _confidence(match: Match, why: str, *, complete: bool) -> float:
    confidence = 1.0 if complete else 0.9
    if match.wording.taught:
        return 1.0
    if match.typo:
        confidence -= 0.15
    if why == "company":
        confidence = min(confidence, 0.85)
    return round(confidence, 3)
