"""Where a text names a thing: each place a name may begin, and the word that is the thing there."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from matching.items import Catalogue
from matching.recognition.announcements import (
    ANNOUNCING,
    ASIDES,
    BRANDS,
    COMPLEMENT,
    CONTAINERS,
    FLUFF,
    GONE,
    LINKS,
    LOOSE_CONTAINERS,
    NEGATIONS,
    PEOPLE,
    STARTS,
)
from matching.recognition.company import implied, turned
from matching.recognition.homographs import TURNS
from matching.recognition.language import BREAKS, NUMBERS, UNITS, vocabulary
from matching.recognition.lexicon import Lexicon, Match, Wording
from matching.recognition.spelling import slip_of_any

_UNKNOWN_SKIPPED = 3
_FURTHEST = 24
_SETTLES = vocabulary("avec sans et ou mais contre with without and or") | BREAKS
_GIVING = ANNOUNCING - {"besoin"}
# *Ne marche pas* denies nothing.
_WORKS = vocabulary("sert marche fonctionne utilise utilisons servons tient rentre convient va suis est")
_TAKEN = frozenset({"reserve", "reservee", "vendu", "vendue"})
# Words that people use alone for the one thing whose name they begin.
_CUT_SHORT = vocabulary(
    """
    abattant abri adaptable aerosol agre arche attelage badminton ballet cabine capsule carburant carriole cave chaudiere clef combustible
    companion composant composteur compteuse conte couvre cosmetique decapeur dechiqueteuse destructeur detecteur diffuseur dosseret drone
    encolleur enfile engrais enroulage epluche epurateur etend extracteur fendeuse filament fondue frein galette golf graveur habillage
    hachoir helicoptere hotte hublot hygiene induction informatique injecteur insert interphone jerrican judo kangourou kart lavante
    leurre malaxeur malette manuel massage materiau mercerie metre mouchoir moule monture necessaire orgue palet parure patee pelote
    perle petanque petrole peinture ping poelon pommeau poid portant rafraichisseur rambarde receveur recuperateur reducteur
    refroidisseur rehausse relax releve repeteur replicateur repose reveille salopette sapin separateur shorty sonnette souleve stere
    sticker store sucette suceur switch tambourin tipi touret transformateur triangle trousseau turbine utilitaire vestiaire visiere
    visionneuse voile walkie xylophone yoga
    """
)


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
    """The words of one text, read against the wordings of a catalogue and those that were taught."""

    def __init__(
        self, words: Sequence[str], base: Lexicon, taught: Lexicon | None, catalogue: Catalogue
    ) -> None:
        self.words = words
        self.base = base
        self.taught = taught
        self.catalogue = catalogue
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
                if not self._almost_says_nothing(at, start):
                    skipped += 1
                    stranger = at if stranger < 0 else stranger
                    if self._following(at) in COMPLEMENT or skipped > _UNKNOWN_SKIPPED:
                        return Head(None, word, skipped, stranger, start)
            at += 1
        return Head(None, self.words[stranger] if skipped else None, skipped, stranger, start)

    def match_at(self, at: int) -> Match | None:
        """The wording that begins at `at`: taught, or written out, or scattered, or by company, or cut short."""
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
        if own is not None or not (self.base.begins(word) or word in TURNS):
            return own
        if self.base.scatters(word):
            said = self.words[at + 1 : self.scope(at)]
            own = self.base.scattered(word, at, {*said, *implied(word, said)})
        return own or self._by_company(at) or self._cut_short(at)

    def _by_company(self, at: int) -> Match | None:
        word = self.words[at]
        turn = turned(word, self.words[at + 1 : self.sentence(at)], self.catalogue)
        if turn is None or turn[0] is None:
            return None
        return Match(Wording((word,), turn[0], word), at, at + 1, turned=True)

    def _cut_short(self, at: int) -> Match | None:
        """*Hachoir* for *hachoir électrique*: nothing follows, and the word begins the names of one item only."""
        word = self.words[at]
        if word not in _CUT_SHORT or word in TURNS or self.passes_over(at) or not self.ends_with(at):
            return None
        slugs = self.base.begun_by(word)
        top = next((slug for slug in slugs if slugs <= {slug, *self.catalogue.descendants(slug)}), None)
        return None if top is None else Match(Wording((word,), top, word), at, at + 1, turned=True)

    def ends_with(self, at: int) -> bool:
        """Whether nothing that matters follows the word at `at` before the description ends."""
        return all(map(self.passes_over, range(at + 1, self.scope(at))))

    def _contents(self, match: Match) -> int | None:
        """Where the things begin that the match only holds or counts: *sac de vêtements*, *lot de draps*."""
        after = match.start + 1
        if self.words[match.start] not in CONTAINERS:
            return None
        if after < len(self.words) and self.words[after] in ("de", "d"):
            after += 1
        inner = self.match_at(after) if after < len(self.words) else None
        if inner is None:
            return None
        own, held = match.wording.slug, inner.wording.slug
        alone = len(match.wording.words) == 1 and (
            after > match.start + 1 or self.words[match.start] == "carton"
        )
        return after if alone or own == held or own in self.catalogue.ancestors(held) else None

    def passes_over(self, at: int) -> bool:
        """Whether the word at `at` may stand before a name, or after it, without saying what the thing is."""
        word = self.words[at]
        return (
            word in FLUFF or word in LINKS or word in ASIDES or word in NUMBERS
            or (word in CONTAINERS and (word in LOOSE_CONTAINERS or word in NUMBERS or self._following(at) in ("de", "d")))
            or word[0].isdigit() or (word in UNITS and at > 0 and self.words[at - 1][0].isdigit())
            or word in ("x", "plus", "pas") or len(word) == 1
        )  # fmt: skip

    def says_nothing(self, at: int) -> bool:
        """As `passes_over`, makers included."""
        return self.passes_over(at) or self.words[at] in BRANDS

    def _almost_says_nothing(self, at: int, start: int) -> bool:
        """Whether the word is a slip for one that says nothing, or tells who: *maman isolée*."""
        before = at - 2 if at - 1 > start and self.words[at - 1] in ("du", "de", "d", "des") else at - 1
        tells_who = before >= start and self.words[before] in PEOPLE and self._following(at) not in COMPLEMENT
        return tells_who or slip_of_any(self.words[at], ANNOUNCING)

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
            length = phrase_at(self.words, at, _STARTS)
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
        if any(phrase_at(self.words, at, _GONE) for at in range(start, min(end + 2, len(self.words)))):
            return True
        return end > start and self.words[end - 1] in _TAKEN

    def emptied(self, match: Match) -> bool:
        """Whether only what held the thing is left: *caisse de vin vide*."""
        held = match.start > 1 and self.words[match.start - 1] in ("de", "d", "a")
        following = self.words[match.end] if match.end < len(self.words) else ""
        return held and self.words[match.start - 2] in CONTAINERS and following == "vide"

    def _denying_verb(self, at: int) -> int:
        """The length of *ne … pas* around a verb that takes or gives, 0 where there is none."""
        verb = self.words[at : at + 3]
        return (
            3
            if len(verb) == 3 and verb[0] in ("ne", "n") and verb[2] == "pas" and verb[1] not in _WORKS
            else 0
        )

    def negated(self, start: int, earliest: int) -> bool:
        """Whether a negation governs the word at `start`: nothing but small words stands between them."""
        for at in range(start - 1, max(earliest - 4, -1), -1):
            if self.words[at] == "pour":
                return at > 0 and self.words[at - 1] == "merci"
            length = phrase_at(self.words, at, _NEGATIONS) or self._denying_verb(at)
            if length and at + length <= start:
                return not self.words[at + length][0].isdigit()
            if self.words[at] in BREAKS or self.words[at] in _GIVING or not self.passes_over(at):
                return False
        return False


def phrase_at(words: Sequence[str], at: int, phrases: dict[str, list[tuple[str, ...]]]) -> int:
    """How many words the longest of `phrases` that begins at `at` has; 0 when none does."""
    for phrase in phrases.get(words[at], ()):
        if tuple(words[at : at + len(phrase)]) == phrase:
            return len(phrase)
    return 0


def _by_first(phrases: Sequence[tuple[str, ...]]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(phrases, key=len, reverse=True):
        found.setdefault(phrase[0], []).append(phrase)
    return found


_STARTS = _by_first(STARTS)
_NEGATIONS = _by_first(NEGATIONS)
_GONE = _by_first(GONE)
