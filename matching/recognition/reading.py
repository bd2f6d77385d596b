"""Which of a text's beginnings to believe, and what the thing found there is once its description is read."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from matching.items import Catalogue
from matching.recognition.heads import Head, Reading, Text
from matching.recognition.language import BREAKS, FRENCH, WORDS
from matching.recognition.lexicon import Lexicon, Match, meaningful

_LONGEST_HEADING = 8
_LONG_ENOUGH = 6
_UNFORESEEN = 0.7
_TO_BE_NARROWED = 0.85
_NEAR = 3
_IN_DOUBT = frozenset({"unknown", "ambiguous"})
_MOST_STARTS = 12
_MOST_MEANINGS = 6
_MOST_OTHERS = 8
_MOST_TRIED = 3
_FURTHEST_OTHER = 40
_OTHERS_TELL = 0.25
BELONGING = WORDS.parts | WORDS.extras
_TELL_NO_KIND = WORDS.telling | WORDS.small | WORDS.makers


def read(text: Text) -> Reading:
    """Find the thing that the text names."""
    if all(word in BREAKS for word in text.words):
        return Reading(why="empty")
    reading = _decide(text)
    if reading.why in _IN_DOUBT and reading.slug is None and len(text.words) >= _LONG_ENOUGH:
        reading = _after_an_article(text) or reading
    reading.others.extend(_others(text, reading.head))
    return reading


def _decide(text: Text) -> Reading:
    first = text.head(0)
    anchors = list(islice(text.anchors(), _MOST_STARTS))
    opened = text.words[0] in WORDS.openers
    sure = first.match is not None and not first.skipped and not (opened and anchors)
    if sure:
        reading = settle(text, first)
        return reading if reading.why != "negated" else _after_negation(text, reading, anchors)
    for _, start in anchors:
        head = text.head(start)
        if head.match is not None:
            return settle(text, head)
        if head.unknown is not None:
            return _in_doubt(text, head)
    if first.match is not None:
        return settle(text, first)
    if first.unknown is not None and not opened:
        return _under_heading(text, first) or _in_doubt(text, first)
    for start in islice(text.clauses(), _MOST_STARTS):
        head = text.head(start)
        if head.match is not None:
            return settle(text, head)
        if head.unknown is not None:
            break
    return Reading()


def _after_an_article(text: Text) -> Reading | None:
    """The first thing with an article, a number or an owner before it, behind a sentence that nobody foresaw: *serait-il possible de faire
    enlever un congélateur ?* What stands behind a preposition is where or for what, not what is given.
    """
    starts = (
        at
        for at in range(1, min(len(text.words) - 1, _FURTHEST_OTHER))
        if (text.words[at] in WORDS.owners or text.words[at] in WORDS.numbers or text.words[at][0].isdigit())
        and text.words[at - 1] not in WORDS.places
    )
    for at in islice(starts, _MOST_TRIED):
        head = text.head(at + 1)
        if head.match is None or head.skipped or head.match.typo or head.match.start > at + _NEAR:
            continue
        reading = settle(text, replace(head, earliest=at))
        if reading.slug is not None:
            reading.confidence = min(reading.confidence, _UNFORESEEN)
            return reading
    return None


def _under_heading(text: Text, first: Head) -> Reading | None:
    """What a heading that names nothing announces: *Salon : canapé, fauteuils*."""
    colon = first_break(text, first.stranger)
    if text.marks.get(colon) != ":" or colon - first.stranger > _LONGEST_HEADING:
        return None
    head = text.head(colon + 1)
    return settle(text, head) if head.match is not None and not head.skipped else None


def _after_negation(text: Text, denied: Reading, anchors: Sequence[tuple[int, int]]) -> Reading:
    """What is named after that which is denied: *pas de meubles mais de la vaisselle*."""
    assert denied.head is not None
    past = denied.head.end
    starts = [start for _, start in anchors if start > past]
    starts += [at + 1 for at in range(past, len(text.words) - 1) if text.words[at] in WORDS.only]
    starts += [past + 2] if text.corrected(past) else []
    for start in starts[:_MOST_TRIED]:
        head = text.head(start)
        if head.match is not None:
            reading = settle(text, head)
            if reading.slug is not None:
                return reading
    return denied


def _in_doubt(text: Text, head: Head) -> Reading:
    """What belongs to a known thing, or nothing, with what the unknown word may mean when it has several meanings."""
    word, at = text.words[head.stranger], head.stranger
    if word in BELONGING and (part := _part(text, head, at + 1, text.scope(at + 1))) is not None:
        return part
    meant = text.company.meanings(word)
    if not meant and text.ends_with(at):
        meant = sorted(set(text.base.begun_by(word)))[:_MOST_MEANINGS]
    return Reading(why="ambiguous" if meant else "unknown", others=meant)


def settle(text: Text, head: Head) -> Reading:
    """What a head that names something means beside its description."""
    assert head.match is not None
    match = head.match
    if text.negated(match.start, head.earliest) or text.gone(match.end) or text.corrected(match.end):
        return Reading(head=match, why="negated", others=[match.wording.slug])
    end = text.scope(match.end)
    if (last := _second_of_two(text, match, end)) is not None:
        return Reading(last, last.wording.slug, 0.75, "head", head.earliest, [match.wording.slug])
    own = match
    match, slug, why = _meaning(text, match, end)
    if match is own and slug == own.wording.slug and _ends_as_another(text, match, end):
        named = _named_last(text, match, end, head.earliest)
        if named is not None:
            return named
    if slug is None:
        return Reading(head=match, why=why, others=[match.wording.slug])
    if head.skipped:
        alone = head.skipped == 1 and text.words[head.stranger] in BELONGING
        part = _part(text, head, head.stranger + 1, match.end) if alone else None
        closes = match.wording.foreign and match.end >= end and not match.typo
        if part is None and (closes or _names_a_model(text, head)):
            # *Hospital blanket*: where the thing is named last, words that nobody knows tell its kind.
            return Reading(match, slug, 0.75, "head", head.earliest)
        return part or Reading(head=match, why="ambiguous", others=[slug])
    complete = match.end >= end
    if why == "alias":
        why = _how(match, complete=complete)
    confidence = _confidence(match, why, complete=complete)
    if _says_little(text, match, why) or _leaves_open(text, match, slug, complete=complete):
        confidence = min(confidence, _TO_BE_NARROWED)
    if why == "head" and _turns(text, match, end):
        confidence = min(confidence, 0.8)
    return Reading(match, slug, confidence, why, head.earliest)


def _second_of_two(text: Text, match: Match, end: int) -> Match | None:
    """The second of two English names that end the description, where it is an item's own: a *sleigh bed* is a bed, no sleigh."""
    if not match.wording.foreign or match.typo or match.end + 1 != end:
        return None
    last = text.match_at(match.end)
    if last is None or not last.wording.foreign or text.words[match.end] in WORDS.heads:
        return None
    return last if meaningful(text.catalogue[last.wording.slug].en) == last.wording.words else None


def _ends_as_another(text: Text, match: Match, end: int) -> bool:
    """Whether the description ends with a word that is the thing where things are named last: a *glass kettle* is no glass."""
    if match.end >= end or text.words[end - 1] not in WORDS.ends:
        return False
    between = text.words[match.end : end - 1]
    return not any(word[0].isdigit() or word in WORDS.small or word in WORDS.links for word in between)


def _named_last(text: Text, match: Match, end: int, earliest: int) -> Reading | None:
    """What the longest name that ends where the description does makes of it; None when it is what `match` names too."""
    own = match.wording.slug
    found = (text.match_at(at) for at in range(match.start + 1, end))
    last = next((each for each in found if each is not None and each.end == end and not each.typo), None)
    if last is None:
        return Reading(head=match, why="ambiguous", others=[own])
    toy = text.company.toy(last.wording.slug, text.words[match.start : match.end])
    slug = toy or (own if text.catalogue[own].makes else last.wording.slug)
    if text.catalogue.is_same_or_narrower(own, slug):
        return None
    return Reading(last, slug, 0.75, "head", earliest, [own])


def _names_a_model(text: Text, head: Head) -> bool:
    """Whether the unknown words before a name follow a maker's: *Whirlpool 6e sens sèche-linge*."""
    at = head.stranger
    while at > head.earliest and text.words[at - 1][0].isdigit():
        at -= 1
    return (
        at > head.earliest
        and text.words[at - 1] in WORDS.makers
        and text.words[head.stranger] not in BELONGING
    )


def _says_little(text: Text, match: Match, why: str) -> bool:
    """Whether one word was found, no item's own name, that is described or begins names of other families too: *gamelle*, *marcel*."""
    words, item = match.wording.words, text.catalogue[match.wording.slug]
    if len(words) != 1 or match.wording.taught or words in (meaningful(item.fr), meaningful(item.en)):
        return False
    return why == "head" or _families(text.base, text.catalogue, words[0], item.slug) > _OTHERS_TELL


def _leaves_open(text: Text, match: Match, slug: str, *, complete: bool) -> bool:
    """Whether the words around may tell more than what was found: a family that is not all of the text, a bare word in a long one."""
    if match.wording.taught or match.end - match.start == len(text.words):
        return False
    return bool(text.catalogue.children(slug)) or (
        complete and len(match.wording.words) == 1 and len(text.words) > _LONG_ENOUGH
    )


@lru_cache(maxsize=4_096)
def _families(base: Lexicon, catalogue: Catalogue, first: str, slug: str) -> float:
    """Of the names that begin with `first`, the share that belong to other families than `slug` does."""
    begun = base.begun_by(first)
    family = (slug, *catalogue.ancestors(slug))[-1]
    return sum((each, *catalogue.ancestors(each))[-1] != family for each in begun) / max(len(begun), 1)


def _turns(text: Text, match: Match, end: int) -> bool:
    """Whether what follows the name at once may make another thing of it: *lunettes de ski*, *guitare Wii*."""
    if match.end >= end:
        return False
    first, said = (*text.words[match.end : match.end + 2], "")[:2]
    if first in WORDS.of and said not in match.wording.words:
        return _tells_a_kind(text, first, said) and said not in WORDS.audiences
    named = None if first in match.wording.words else text.match_at(match.end)
    if named is None:
        # *Bread pans*: of English words the last is the thing, even one that nobody knows.
        return match.wording.foreign and not text.says_nothing(match.end)
    own, other = match.wording.slug, named.wording.slug
    catalogue = text.catalogue
    return not (catalogue.is_same_or_narrower(own, other) or catalogue.is_same_or_narrower(other, own))


def _meaning(text: Text, match: Match, end: int) -> tuple[Match, str | None, str]:
    """The match narrowed by its description, the slug that both mean together, and a code."""
    if match.turned or match.wording.taught:
        return match, match.wording.slug, "company" if match.turned else "alias"
    said = text.words[match.end : end]
    hints = text.company.hints(match.wording.words[0], text.words[match.end : text.sentence(match.end)])
    match = text.base.narrowed(match, said, hints)
    own, first = match.wording.slug, match.wording.words[0]
    if len(match.wording.words) == 1 and first in BELONGING:
        whole = _whole(text, match.end, end)
        if whole is not None and whole.wording.slug != own:
            accessory = text.catalogue.accessories(whole.wording.slug)
            if accessory is not None and text.catalogue.is_same_or_narrower(own, accessory):
                return match, own, "alias"
            if accessory is not None or first in WORDS.parts:
                return match, accessory, "company" if accessory else "unknown"
    slug, why = text.company.judge(match, said)
    if slug == own:
        slug = _narrower(text, own, match.end, end)
    if slug == own:
        slug = for_whom(text, own, [*said, *hints, *_owners(text, match.start), *_set_apart(text, end)])
    if slug == own and _strays(text, match):
        return match, None, "ambiguous"
    return match, slug, why


def _narrower(text: Text, slug: str, start: int, end: int) -> str:
    """A narrower item that the description names: *machine à café Nespresso*, *jouets Lego*."""
    below = text.catalogue.descendants(slug)
    for at in range(start, end) if below else ():
        if text.base.begins(text.words[at]):
            named = text.match_at(at)
            if named is not None and named.wording.slug in below:
                return named.wording.slug
    return slug


def _owners(text: Text, start: int) -> Sequence[str]:
    """Whose the thing is, told right before it: *women's winter coats*."""
    before = start - 1 if start and text.words[start - 1] != "s" else start - 2
    return text.words[before : before + 1] if before >= 0 else ()


def _set_apart(text: Text, end: int) -> Sequence[str]:
    """For whom the thing is, told behind a break and alone there: *winter jackets - men*, *pantalons (homme)*."""
    word, after = (*text.words[end + 1 : end + 3], ".", ".")[:2]
    return [word] if word in WORDS.audiences and after in BREAKS else []


def for_whom(text: Text, slug: str, said: Sequence[str]) -> str:
    """The item of the same name for those who are named: a *doudoune fille* is a *manteau enfant*."""
    name = meaningful(text.catalogue[slug].fr)
    wanted = (text.base.whole((*name, word)) for word in said if word in WORDS.audiences)
    return next((found.slug for found in wanted if found is not None), slug)


def _part(text: Text, head: Head, start: int, end: int) -> Reading | None:
    """What is named as a part or an accessory of the thing that stands between `start` and `end`."""
    whole = _whole(text, start, end)
    slug = None if whole is None else text.catalogue.accessories(whole.wording.slug)
    if whole is None or slug is None or text.negated(head.stranger, head.earliest):
        return None
    return Reading(whole, slug, 0.75, "company", head.earliest, [whole.wording.slug])


def _whole(text: Text, start: int, end: int) -> Match | None:
    """The thing that a part belongs to: named next but for small words, makers, matters and parts, or after *pour*."""
    at = start
    while at < end and _leads_to_the_whole(text, at, end):
        at += 1
    found = text.match_at(at) if at < end else None
    if found is None:
        after = next((at + 1 for at in range(start, end) if text.words[at] == "pour"), end)
        found = text.match_at(after) if after < end else None
    return found


def _leads_to_the_whole(text: Text, at: int, end: int) -> bool:
    word = text.words[at]
    if at + 1 < end and word in WORDS.parts:
        found = text.match_at(at)
        return found is None or found.end == at + 1
    # *Filtre à charbon hotte*: what the part is made of, or does.
    unknown = text.match_at(at) is None
    return unknown and (text.says_nothing(at) or text.words[at - 1] == "a")


def _strays(text: Text, match: Match) -> bool:
    """Whether its complement may make another thing of a word of loose meaning: a *pelle à tarte* is no *pelle*."""
    if len(match.wording.words) != 1 or match.wording.words[0] not in WORDS.loose:
        return False
    link, said = (*text.words[match.end : match.end + 2], "", "")[:2]
    if link == "pour":
        named = text.match_at(match.end + 1) if said else None
        return named is not None and said not in _TELL_NO_KIND
    return _tells_a_kind(text, link, said)


def _tells_a_kind(text: Text, link: str, said: str) -> bool:
    """Whether these two words after a name are a complement that may say what kind of thing it is."""
    if link not in WORDS.of or not said or said in BREAKS or said[0].isdigit() or len(said) == 1:
        return False
    # *Table à repasser* says what it is for, *fer à lisser* what it is: only words of the catalogue tell.
    if link == "a" and FRENCH.infinitive.search(said) and not text.base.knows(said):
        return False
    return said not in _TELL_NO_KIND


def _others(text: Text, head: Match | None) -> list[str]:
    """Slugs of everything else the text names, in order."""
    found: list[str] = []
    at = 0
    while at < min(len(text.words), _FURTHEST_OTHER) and len(found) < _MOST_OTHERS:
        if head is not None and head.start <= at < head.end:
            at = head.end
            continue
        match = text.match_at(at)
        if match is not None:
            found.append(match.wording.slug)
        at = match.end if match is not None else at + 1
    return found


def _how(match: Match, *, complete: bool) -> str:
    if match.wording.taught:
        return "extra_alias"
    if match.typo:
        return "typo"
    return "alias" if complete else "head"


def _confidence(match: Match, why: str, *, complete: bool) -> float:
    if match.wording.taught:
        return 1.0
    confidence = 1.0 if complete else 0.9
    if match.typo:
        confidence -= 0.15
    return round(min(confidence, 0.85) if why == "company" else confidence, 3)


def first_break(text: Text, start: int) -> int:
    """Where the first break from `start` stands, or the text ends."""
    return next((at for at in range(start, len(text.words)) if text.words[at] in BREAKS), len(text.words))
