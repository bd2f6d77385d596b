"""Where a text names a thing: each place a name may begin, and the word that is the thing there."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from matching.items import Catalogue
from matching.recognition.company import Company
from matching.recognition.language import BREAKS, WORDS, phrase_at
from matching.recognition.lexicon import Lexicon, Match, Wording
from matching.said import Said

_UNKNOWN_SKIPPED = 3
_FURTHEST = 24
_LONGEST_OPENING = 9
_SETTLES = WORDS.settles | BREAKS
_NO_MARKS: Mapping[int, str] = MappingProxyType({})
_ADDS = WORDS.joints | {"+"}
_NEW = (Said.NEW, Said.SEALED)
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
    """The words of one text, read against a catalogue, its wordings and their company, and what was taught.

    `given` is where a participle that no word tells without its accent says that something was given: *donné*; `marks` are the signs that end sentences.
    """

    def __init__(
        self,
        words: Sequence[str],
        catalogue: Catalogue,
        base: Lexicon,
        company: Company,
        taught: Lexicon | None = None,
        given: Collection[int] = (),
        marks: Mapping[int, str] = _NO_MARKS,
    ) -> None:
        self.words = words
        self.given = given
        self.marks = marks
        self.catalogue = catalogue
        self.base = base
        self.company = company
        self.taught = taught
        self._found: dict[int, Match | None] = {}
        self._states: frozenset[int] | None = None

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
                inside = self._contents(match) or self._within(match)
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
        if self._following(match.start) in WORDS.contents:
            # *Palette de 40 couvertures*
            counted = self._following(after)[0].isdigit() or self._following(after) in WORDS.numbers
            after += 2 if counted else 1
        inner = self.match_at(after) if after < len(self.words) else None
        if inner is None:
            return None
        own, held = match.wording.slug, inner.wording.slug
        loose = self.words[match.start] in WORDS.loose_containers
        # *Sac de chaussures femme* is no *sac femme*.
        alone = WORDS.audiences.issuperset(match.wording.words[1:]) and (loose or after > match.start + 1)
        return after if alone or own == held or own in self.catalogue.ancestors(held) else None

    def _within(self, match: Match) -> int | None:
        """Where a longer name begins that an adjective hides: *petite chaise haute* is no *petite chaise*."""
        after = match.start + 1
        if self.words[match.start] not in WORDS.small or after >= match.end:
            return None
        inner = self.match_at(after)
        return after if inner is not None and inner.end > match.end and not inner.typo else None

    def passes_over(self, at: int) -> bool:
        """Whether the word at `at` may stand before a name, or after it, without saying what the thing is."""
        word = self.words[at]
        if word in WORDS.containers:
            loose = word in WORDS.loose_containers or word in _PASSED_OVER
            return loose or self._following(at) in WORDS.contents
        counted = word in WORDS.units and at > 0 and self.words[at - 1][0].isdigit()
        return word in _PASSED_OVER or word[0].isdigit() or counted or len(word) == 1

    def counts_or_holds(self, at: int) -> bool:
        """Whether the word at `at` counts what follows, holds it or is its article: it is told with it."""
        word = self.words[at]
        known = word in WORDS.determiners or word in WORDS.numbers or word in WORDS.containers
        return known or word[0].isdigit() or word in WORDS.links

    def says_nothing(self, at: int) -> bool:
        """As `passes_over`, makers and what is said of states included."""
        return self.passes_over(at) or self.words[at] in WORDS.makers or at in self.states()

    def states(self) -> frozenset[int]:
        """Where the words stand that say something of a state."""
        if self._states is None:
            turns = ((at, self._turn(at)) for at, word in enumerate(self.words) if word in WORDS.said)
            self._states = frozenset(
                each for at, turn in turns if turn for each in range(at, at + len(turn[0]))
            )
        return self._states

    def _turn(self, at: int) -> tuple[tuple[str, ...], str] | None:
        """The longest turn of phrase about a state that begins at `at`, with its code."""
        turns = WORDS.said.get(self.words[at], ())
        return next((each for each in turns if tuple(self.words[at : at + len(each[0])]) == each[0]), None)

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

    def closing(self, start: int) -> int:
        """Where the parenthesis that opens at `start` closes; 0 where none opens, or where it adds something: *(+ chaises)*."""
        if self.marks.get(start) != "(" or self._following(start) in _ADDS:
            return 0
        inside = range(start + 1, len(self.words))
        return next((at for at in inside if self.marks.get(at) == ")"), len(self.words))

    def goes_with(self, end: int) -> bool:
        """Whether the thing named before `end` is said to come with another, or to lack: *télécommande fournie*."""
        at = end + (end < len(self.words) and self.words[end] in WORDS.denials)
        return at < len(self.words) and phrase_at(self.words, at, WORDS.supplied) > 0

    def anchors(self) -> Iterator[tuple[int, int]]:
        """Each verb of giving or asking that something follows: where it begins, and what follows it."""
        at = 0
        while at < len(self.words):
            length = phrase_at(self.words, at, WORDS.starts)
            end = at + max(length, 1)
            # *Tout nous manque : frigo, lit…*
            named = end + 1 if end < len(self.words) and self.words[end] == "." else end
            if length and named < len(self.words) and self.words[named] in WORDS.openers:
                # *Cherchons pour une famille : un lit*
                announced = range(named, min(len(self.words) - 1, named + _LONGEST_OPENING))
                named = next((at + 1 for at in announced if self.marks.get(at) == ":"), named)
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
        for at in range(start, min(end + 2, len(self.words))):
            if phrase_at(self.words, at, WORDS.gone) and not self.denied(at, 2):
                return True
        # *Frigo réservé*, *frigo - réservé*
        last = end + 1 if end + 1 < len(self.words) and self._following(end + 1) in BREAKS else end - 1
        return any(self._taken(at) for at in {end - 1, last} if at >= start)

    def corrected(self, end: int) -> bool:
        """Whether what was named before `end` was but asked, and denied: *une caisse à savon ? non : un établi*."""
        asked = self.marks.get(end, "").startswith("?")
        return asked and end + 2 < len(self.words) and self.words[end + 1] == "non"

    def _taken(self, at: int) -> bool:
        said = self.words[at] in WORDS.taken or at in self.given
        return said and not self.denied(at, 2)

    def asks(self) -> bool:
        """Whether somebody asks whether a thing is still there."""
        return any(phrase_at(self.words, at, WORDS.asked) for at in range(len(self.words)))

    def denied(self, at: int, within: int) -> bool:
        """Whether a denial stands among so many words before the one at `at`."""
        before = self.words[max(at - within, 0) : at]
        return not WORDS.denials.isdisjoint(before) or not WORDS.nomore.isdisjoint(before[-1:])

    def opens_gone(self) -> bool:
        """Whether the text begins by saying that its things found their taker: *RÉSERVÉ - table basse*."""
        at = next((at for at, word in enumerate(self.words) if word not in BREAKS), 0)
        if not self.words or self._following(at) not in BREAKS:
            return bool(self.words) and phrase_at(self.words, at, WORDS.gone) > 0
        return self._taken(at)

    def said(self, start: int, end: int, named: int) -> Iterator[tuple[int, str]]:
        """What is said of states between two places, with where: the codes of `Said`. The thing's name ends at `named`."""
        at = free = start
        while at < end:
            if self.words[at] in WORDS.said and (own := self.match_at(at)) is not None and own.end > at + 1:
                # *Grille-pain*
                at = own.end
                continue
            turn = self._turn(at)
            if turn is None:
                at += 1
                continue
            phrase, code = turn
            if code and not self._unsaid(at, free, code, named):
                yield at, code
            at = free = at + len(phrase)

    def _unsaid(self, at: int, free: int, code: str, named: int) -> bool:
        """Whether the words before a turn of phrase make it say nothing: *pas déchiré*, *comme neuf*, *neuf chaises*."""
        word, before = self.words[at], self.words[at - 1] if at else ""
        if code in _NEW and before in WORDS.alike:
            return True
        if word in WORDS.numbers and self._following(at) != "." and self.match_at(at + 1) is not None:
            return True
        if word in WORDS.lacking and at < named:
            return True
        for back in range(at - 1, max(free, at - 5) - 1, -1):
            if self.words[back] in WORDS.denials:
                return True
            if self.words[back] in _SETTLES or not self.passes_over(back):
                return False
        return False

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
