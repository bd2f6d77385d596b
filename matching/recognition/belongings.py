"""What belongs to what: the part or the accessory that a text names beside the thing it is for."""

from matching.recognition.company import turned
from matching.recognition.complements import MATTERS
from matching.recognition.heads import Head, Reading, Text
from matching.recognition.lexicon import Match, Wording, meaningful
from matching.recognition.parts import SPARES, accessory_of


def part_left(text: Text, head: Head, whole: Match) -> Reading | None:
    """The part of a thing named before: *plus de four, mais deux grilles*."""
    if head.stranger < 0:
        return None
    word = text.words[head.stranger]
    named = text.base.scattered(word, head.stranger, _kinds(text, whole.wording.slug))
    if named is not None and not text.catalogue.is_same_or_narrower(named.wording.slug, whole.wording.slug):
        return Reading(named, named.wording.slug, 0.75, "company", head.stranger, [whole.wording.slug])
    slug = accessory(text, head.stranger, whole.wording.slug) if word in SPARES else None
    return (
        None if slug is None else Reading(whole, slug, 0.75, "company", head.stranger, [whole.wording.slug])
    )


def belonging(text: Text, head: Head, start: int, end: int) -> Reading | None:
    """What is named as a part or an accessory of the thing that stands between `start` and `end`."""
    whole = whole_of(text, start, end)
    slug = None if whole is None else accessory(text, head.stranger, whole.wording.slug)
    if whole is None or slug is None or text.negated(head.stranger, head.earliest):
        return None
    return Reading(whole, slug, 0.75, "company", head.earliest, [whole.wording.slug])


def accessory(text: Text, at: int, owner: str) -> str | None:
    """The item of the accessory at `at` of `owner`: one that bears both names, else the one of all that belongs to it."""
    kinds = _kinds(text, owner)
    own = text.base.scattered(text.words[at], at, kinds)
    broader = own is not None and text.catalogue.is_same_or_narrower(owner, own.wording.slug)
    if own is None or broader or kinds.isdisjoint(own.wording.words):
        return accessory_of(owner, text.catalogue)
    return own.wording.slug


def _kinds(text: Text, owner: str) -> set[str]:
    """The words that name a thing, and the first of those that name what it is a kind of."""
    named = [meaningful(text.catalogue[slug].fr) for slug in (owner, *text.catalogue.ancestors(owner))]
    return {*named[0], *(words[0] for words in named)}


def whole_of(text: Text, start: int, end: int) -> Match | None:
    """The thing that a part belongs to: named next but for small words, makers, matters and parts, or after *pour*."""
    at = start
    while at < end and _leads_to_the_whole(text, at, end):
        at += 1
    found = text.match_at(at) if at < end else None
    if found is None:
        after = next((at + 1 for at in range(start, end) if text.words[at] == "pour"), end)
        found = text.match_at(after) if after < end else None
    return None if found is None else _in_company(text, found, end)


def _in_company(text: Text, match: Match, end: int) -> Match:
    """The match, or what its bare word means beside its description: *clavier Yamaha*."""
    if len(match.wording.words) > 1 or match.turned:
        return match
    turn = turned(match.wording.words[0], text.words[match.end : end], text.catalogue)
    if turn is None or turn[0] is None:
        return match
    return Match(
        Wording(match.wording.words, turn[0], match.wording.label), match.start, match.end, turned=True
    )


def _leads_to_the_whole(text: Text, at: int, end: int) -> bool:
    word = text.words[at]
    if at + 1 < end and (word in MATTERS or word in SPARES):
        found = text.match_at(at)
        return found is None or found.end == at + 1
    # *Filtre à charbon hotte*: what the part is made of, or does.
    unknown = text.match_at(at) is None
    return unknown and (text.says_nothing(at) or text.words[at - 1] == "a")
