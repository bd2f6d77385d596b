"""Every thing that a text names, and whether they are asked for: *lot de 6 chaises + table*, *lit avec matelas*, *je cherche un frigo*.

After the first thing another is named where a joint leads straight to its name. What describes the one before names none: its
matter, its parts, what it serves (*table en bois et verre*, *commode, 4 tiroirs*, *imprimante avec scanner*).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from matching.recognition.heads import Head, Reading, Text
from matching.recognition.language import BREAKS, MOST, WORDS, phrase_at
from matching.recognition.lexicon import Match, meaningful
from matching.recognition.reading import BELONGING, first_break, for_whom, settle

_MOST_JOINTS = 30
_COUNT = re.compile(r"[0-9]{1,7}")
_UNSURE = ("unknown", "ambiguous")
_WITH = ("avec", "with")
_NO_NAMES = BREAKS | WORDS.small
_PARTS = WORDS.parts | WORDS.telling
_NAMING = WORDS.determiners - WORDS.of
_GOVERNING = WORDS.complements - WORDS.determiners - WORDS.joints - {"a"}
_LEADING_AWAY = _GOVERNING | WORDS.lacking | WORDS.away


@dataclass(frozen=True, slots=True)
class ThingRead:
    """One thing of a text: what is read of it, and the words that speak of it, from `start` to before `end`."""

    reading: Reading
    start: int
    end: int


def several(text: Text, first: Reading) -> list[ThingRead]:
    """Every thing that the text names, in order, `first` being what was read of the whole; empty when it names none.

    Where the first is unknown and another is not, it is there too, without a slug.
    """
    gone = first.head is not None and first.why == "negated" and text.gone(first.head.end)
    if first.slug is None and first.why not in _UNSURE and not gone:
        return []
    starts, readings = [0], [first]
    at = first.head.end if first.head is not None else first_break(text, 0)
    tried = 0
    while at < len(text.words) and tried < _MOST_JOINTS:
        if not _joins(text, at):
            at += 1
            continue
        tried += 1
        if readings[-1].slug is not None and (closed := text.closing(at)):
            at = closed
            continue
        found = _next(text, at, readings)
        if found is None:
            at += 1
            continue
        start, reading = found
        listed = text.words[at] in "," or text.words[at] in WORDS.joints
        at = reading.head.end if reading.head is not None else at + 1
        if reading.slug is not None:
            reading.slug = _for_the_same(text, first, reading) if listed else reading.slug
            starts.append(start)
            readings.append(reading)
    if first.slug is None and len(readings) == 1:
        return []
    if gone:
        del starts[0], readings[0]
    ends = [_without_joint(text, start) for start in starts[1:]]
    return [ThingRead(*each) for each in zip(readings, starts, [*ends, len(text.words)], strict=True)]


def _for_the_same(text: Text, first: Reading, reading: Reading) -> str:
    """The item of the same name for those whom the first thing of a list is for: *polaire homme, jean*."""
    assert reading.slug is not None
    if first.head is None or reading.head is None:
        return reading.slug
    end = text.scope(first.head.end)
    stated = next((at for at in range(first.head.start, end) if text.words[at] in BREAKS), end)
    told = text.words[reading.head.start : text.scope(reading.head.end)]
    if not WORDS.audiences.isdisjoint(told):
        return reading.slug
    return for_whom(text, reading.slug, text.words[first.head.start : stated])


def _without_joint(text: Text, start: int) -> int:
    """Where the words before a thing that begins at `start` end, what joins the two left out."""
    while start > 0 and (text.words[start - 1] in BREAKS or text.words[start - 1] in WORDS.joints):
        start -= 1
    return start


def _joins(text: Text, at: int) -> bool:
    """Whether another thing may be named after the word at `at`, or counted by it: *table 4 chaises*."""
    word = text.words[at]
    if word in BREAKS or word in WORDS.joints:
        return True
    return _counts(text, at) and at + 1 < len(text.words) and text.match_at(at + 1) is not None


def _counts(text: Text, at: int) -> bool:
    word = text.words[at]
    following = text.words[at + 1] if at + 1 < len(text.words) else ""
    return (word.isdigit() or word in WORDS.numbers) and following not in WORDS.units


def _next(text: Text, joint: int, before: Sequence[Reading]) -> tuple[int, Reading] | None:
    """The thing that the words after a joint name at once, with where they begin; None when they describe the one before."""
    begin = joint + (text.words[joint] in BREAKS or text.words[joint] in WORDS.joints)
    if begin >= len(text.words):
        return None
    last = before[-1]
    joined = text.words[joint] not in ".+"
    head, apart = None, text.head(begin)
    # What stands after a plus is named by its own words, if they name something.
    if joined or (text.words[joint] == "+" and (apart.match is None or apart.skipped)):
        head = _accessory(text, begin, last) or _accessory(text, begin, before[0])
    if head is None:
        head = apart
        if (
            head.match is None
            or head.skipped
            or _of_before(text, head.match)
            or (joined and _describes(text, joint, begin, head.match, last))
        ):
            return None
    assert head.match is not None
    start = max((at + 1 for at in range(begin, head.match.start) if text.words[at] in BREAKS), default=begin)
    if _tells_of_before(text, joint, start, head.match, last):
        return None
    reading = settle(text, replace(head, earliest=start))
    part = last.slug is not None and reading.slug == text.catalogue.accessories(last.slug)
    if part and text.words[joint] in WORDS.joints and _comes_with(text, last, joint):
        return None
    if part and reading.why == "company" and not head.match.turned and text.words[joint] in ",":
        return None
    if (
        reading.slug is not None
        and text.marks.get(joint, ",") != "\n"
        and text.words[joint] in ",."
        and _again(text, reading, before)
    ):
        return None
    return start, reading


def _tells_of_before(text: Text, joint: int, start: int, match: Match, last: Reading) -> bool:
    """Whether the words around a name make it a part or a supply of the thing before, or what that came from."""
    before_name = text.words[start : match.start]
    if not _LEADING_AWAY.isdisjoint(before_name):
        return True
    own = match.wording.words[0] in _PARTS or (
        last.slug is not None and match.wording.slug == text.catalogue.accessories(last.slug)
    )
    if own and text.goes_with(match.end):
        return True
    if not before_name and _a_part_described(text, joint, match):
        return True
    if match.end == match.start + 1 and match.start in text.states():
        return True
    # *Salon de jardin : 1 table*, not *salon de jardin : table + 4 chaises*, nor *aspirateur, sac à dos*, nor *canapé et une housse*
    link = joint - 1 if _counts(text, joint) else joint
    added = (
        text.words[link] not in (*BREAKS, *_WITH)
        or text.marks.get(link) == "\n"
        or "+" in text.words[match.end : match.end + 1]
        or not _NAMING.isdisjoint(before_name)
        or len(match.wording.words) > 1
    )
    return not added and last.slug is not None and text.company.comprises(last.slug, match.wording.words[0])


def _accessory(text: Text, begin: int, last: Reading) -> Head | None:
    """An accessory of the thing before, where a wording says so of both: *vélo avec casque*."""
    at = next((at for at in range(begin, len(text.words)) if not text.counts_or_holds(at)), len(text.words))
    if at >= len(text.words) or last.head is None or text.words[at] in _NO_NAMES:
        return None
    alone = at + 1 >= len(text.words) or text.words[at + 1] in BREAKS | WORDS.joints
    link = text.words[begin - 1]
    if text.words[at] in WORDS.parts and link in BREAKS and not alone:
        return None
    if text.words[at] in WORDS.telling and link in _WITH:
        return None
    found = text.match_at(at)
    single = found is not None and found.end == at + 1 and text.words[at] in BELONGING
    if found is not None and not single:
        return None
    served = last.head.wording.words if link != "+" else last.head.wording.words[:1]
    if last.slug is not None:
        served += tuple(
            _first(text.catalogue[each].fr) for each in (last.slug, *text.catalogue.ancestors(last.slug))
        )
    for word in served:
        whole = text.base.whole((text.words[at], word))
        if whole is not None and whole.slug != last.slug:
            return Head(Match(whole, at, at + 1, turned=True), earliest=begin)
    return None


@lru_cache(maxsize=4_096)
def _first(name: str) -> str:
    """The first word that carries meaning in an item's name."""
    return meaningful(name)[0]


def _comes_with(text: Text, last: Reading, joint: int) -> bool:
    """Whether what a joint leads to comes with the thing before: *guitare avec housse et sangle*."""
    return last.head is not None and not set(_WITH).isdisjoint(text.words[last.head.end : joint + 1])


def _a_part_described(text: Text, joint: int, match: Match) -> bool:
    """Whether a part without an article is told with its state, as that of the thing before: *poubelle, pédale un peu dure*."""
    if text.words[joint] not in ",." or text.marks[joint] == "\n":
        return False
    first, said = (*text.words[match.start : match.start + 2], "")[:2]
    if first not in _PARTS or match.wording.words == meaningful(text.catalogue[match.wording.slug].fr):
        # *Ordinateur, tablette neuve*
        return False
    told = said in WORDS.of_parts and (match.end == match.start + 1 or said not in WORDS.links)
    return told or match.start + 1 in text.states()


def _of_before(text: Text, match: Match) -> bool:
    """Whether a part or a matter is that of the thing before: *canapé. Le tissu est usé*."""
    word = match.wording.words[0]
    said = word in BELONGING or word in WORDS.telling
    return said and len(match.wording.words) == 1 and text.words[match.start - 1] in WORDS.definite


def _describes(text: Text, joint: int, begin: int, match: Match, last: Reading) -> bool:
    """Whether what a joint leads to is said of the thing before: a part of it, its matter, what else it serves or does."""
    word, link = match.wording.words[0], text.words[joint]
    single = len(match.wording.words) == 1
    counted = any(_counts(text, at) for at in range(begin, match.start)) or begin == joint
    named = counted or any(text.words[at] in _NAMING for at in range(begin, match.start))
    if match.typo and not named:
        return True
    loosely = not named and link != "," and link not in _WITH
    if loosely and last.head is not None and _serves(text, last.head.end, joint):
        return True
    if single and word in WORDS.units and counted:
        return True
    if link in WORDS.joints and last.head is not None and not counted:
        both = (last.head.wording.words[0], word)
        both_in_one = text.base.whole(both)
        if (
            link in _WITH
            and both_in_one
            and last.slug in (both_in_one.slug, *text.catalogue.ancestors(both_in_one.slug))
        ):
            return True
    if not single:
        return False
    if word in WORDS.telling and not named and text.words[joint - 1] in WORDS.telling:
        return True
    if word in WORDS.parts and not match.turned:
        told = match.end < len(text.words) and text.words[match.end] in WORDS.telling
        belongs = last.slug is not None and text.catalogue.accessories(last.slug) is not None
        whole = link in _WITH and word in WORDS.telling
        return told or whole or (belongs and (link == "," or link in _WITH))
    # *Canapé, tissu gris*
    alone = match.end >= len(text.words) or text.words[match.end] in BREAKS
    return word in WORDS.matters and not named and not alone


def _serves(text: Text, start: int, end: int) -> bool:
    """Whether the last clause between two places says what the thing serves: *meuble pour télé et livres*, not *en panne et…*."""
    begin = max((at + 1 for at in range(start, end) if text.words[at] in BREAKS), default=start)
    for at in range(begin, end - 1):
        served = at + 1 + (text.words[at + 1] in WORDS.determiners)
        if text.words[at] in _GOVERNING and served < end and text.match_at(served) is not None:
            return served not in text.states()
    return False


def _again(text: Text, reading: Reading, before: Sequence[Reading]) -> bool:
    """Whether a thing is named again and not counted: *Canapé. Canapé en très bon état*."""
    assert reading.head is not None
    if any(_counts(text, at) for at in range(reading.earliest, reading.head.start)):
        return False
    return any(
        each.head is not None
        and each.slug is not None
        and text.catalogue.is_same_or_narrower(each.slug, reading.slug or "")
        and each.head.wording.words[0] == reading.head.wording.words[0]
        for each in before
    )


def quantity_in(text: str, words: Sequence[str], head: int, earliest: int) -> int | None:
    """How many of the thing whose name begins at token `head`; None when the text does not count it."""
    for pattern in WORDS.quantities:
        found = pattern.search(text)
        if found:
            count = next(group for group in found.groups() if group)
            return _within(WORDS.numbers.get(count) or int(count))
    pair = 1
    for at in range(head - 1, earliest - 1, -1):
        word = words[at]
        if word in ("paire", "pair"):
            pair = 1 if words[head] in WORDS.worn_in_pairs else 2
            continue
        count = _count(words, at, head)
        if count is not None:
            return _within(count * pair)
        if not any(word in passed for passed in (WORDS.small, WORDS.links, WORDS.containers)):
            break
    return 2 if pair == 2 else None


def _count(words: Sequence[str], at: int, head: int) -> int | None:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else ""
    if following in WORDS.units and at + 1 != head:
        return None
    if _COUNT.fullmatch(word):
        return int(word)
    if word == "neuf":
        # Nine, or new.
        new = (at > 0 and words[at - 1] in WORDS.small) or following in WORDS.small
        return None if new else 9
    return WORDS.numbers.get(word)


def _within(count: int) -> int | None:
    return count if 1 <= count <= MOST else None


def wished(text: Text, start: int, end: int) -> bool:
    """Whether the thing named from `start` to `end` is looked for."""
    wish, at = False, 0
    while at < start:
        length = phrase_at(text.words, at, WORDS.negations)
        if length:
            wish, at = False, at + length
            continue
        length = phrase_at(text.words, at, WORDS.wishes)
        if length:
            takes = _takes(text, at + length, start)
            wish = not text.denied(at, 2) and not takes
            if takes:
                # What they need is what is given: *cherche quelqu'un qui a besoin d'un frigo*.
                length = max(length, min(text.scope(at + length), start) - at)
        elif wish and (giver := phrase_at(text.words, at, WORDS.givers)):
            length = giver
        elif phrase_at(text.words, at, WORDS.starts):
            wish = False
        at += length or 1
    if wish or any(phrase_at(text.words, at, WORDS.starts) for at in range(start)):
        return wish
    # *Frigo recherché*
    for at in range(end, text.sentence(end)):
        length = phrase_at(text.words, at, WORDS.wishes)
        after = range(at + length, text.scope(at + length))
        if length and not text.denied(at, 2) and all(map(text.passes_over, after)):
            return not _takes(text, at + length, text.sentence(end))
    return False


def _takes(text: Text, start: int, end: int) -> bool:
    """Whether who is looked for takes: *association pour mon frigo*; not *association qui donne*."""
    if any(phrase_at(text.words, at, WORDS.givers) for at in range(start, end)):
        return False
    return any(phrase_at(text.words, at, WORDS.takers) for at in range(start, end))
