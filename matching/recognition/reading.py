"""Which of a text's beginnings to believe, and what the thing found there is once its description is read."""

from collections.abc import Sequence
from itertools import islice, pairwise

from matching.items import Catalogue
from matching.recognition.announcements import COMPLEMENT, CONTAINERS
from matching.recognition.belongings import accessory, belonging, part_left, whole_of
from matching.recognition.company import AUDIENCES, implied, judge, meanings
from matching.recognition.complements import strays
from matching.recognition.heads import Head, Reading, Text
from matching.recognition.language import BREAKS, singular, vocabulary
from matching.recognition.lexicon import Lexicon, Match, Wording, meaningful
from matching.recognition.parts import EXTRAS, SPARES, accessory_of

_MOST_STARTS = 12
_MOST_MEANINGS = 6
_MOST_OTHERS = 8
_MOST_DENIALS = 3
_FURTHEST = 24
_FURTHEST_OTHER = 40
# What such words introduce is not the thing: "pour notre bibliothèque, nous cherchons des livres".
_OPENERS = vocabulary("pour dans suite depuis apres afin chez lors avant comme")
# Whoever stands before one of these asks or gives: "l'épicerie cherche un congélateur".
_THIRD_PERSON = frozenset(
    {"cherche", "recherche", "donne", "propose", "offre", "besoin", "aurait", "souhaite", "demande"}
)
# *Il nous en faut un.*
_WANTED = vocabulary("faut faudrait cherche cherchons recherche voudrais voudrions aurait manque veut veux")
_ONLY = vocabulary("mais juste seulement")
# What tells that a thing is no longer there to be given, or no good.
_SPENT = vocabulary("hs casse cassee panne vendu vendue mort morte foutu foutue jete jetee")
_NO_LONGER = {
    (singular(verb), singular(said))
    for verb, said in (
        ("ai", "plus"),
        ("avons", "plus"),
        ("utilise", "plus"),
        ("utilisons", "plus"),
        ("change", "de"),
    )
}
_OFFERED = vocabulary("donner recuperer prendre emporter dispo disponible disponibles")
_HAVING = frozenset({"j", "nou", "on", "utilise", "sert", "sers", "possede"})
_MEANT_FOR = vocabulary("pour avec sans")
_BRANDED_TOYS = frozenset({"figurines", "jeu-construction"})
# Such a word does not become a toy by what it is about.
_NEVER_TOYS = vocabulary(
    """
    cours lecon reparation reparateur depannage location formation initiation atelier stage benevole echange nettoyage montage
    notice mode emballage autocollant sticker catalogue magasin boutique photo affiche poster garantie etiquette boite carton sac
    magazine video film rangement moule gateau emploi recherche maquette
    """
)
# Whatever it shows: *vache en peluche*, *avion télécommandé*.
_TOYS_BY_NAME = {
    "peluche": "peluche",
    "playmobil": "figurines",
    "lego": "jeu-construction",
    "telecommande": "voiture-telecommandee",
    "radiocommande": "voiture-telecommandee",
    "radiocommandee": "voiture-telecommandee",
}


def read(words: Sequence[str], base: Lexicon, taught: Lexicon | None, catalogue: Catalogue) -> Reading:
    """Find the thing in `words`."""
    if all(word in BREAKS for word in words):
        return Reading(why="empty")
    text = Text(words, base, taught, catalogue)
    reading = _decide(text)
    reading.others.extend(_others(text, reading.head))
    return reading


def _decide(text: Text) -> Reading:
    first = text.head(0)
    anchors = list(islice(text.anchors(), _MOST_STARTS))
    opened = text.words[0] in _OPENERS
    sure = first.match is not None and not first.skipped and not (opened and anchors)
    if sure and not _is_who_asks(text, first, anchors):
        instead = _given_instead(text, first, anchors)
        if instead is not None:
            return instead
        reading = _settle(text, first)
        return reading if reading.why != "negated" else _after_negation(text, reading, anchors)
    for _, start in anchors:
        head = text.head(start)
        if head.match is not None:
            return _settle(text, head)
        if head.unknown is not None:
            return _in_doubt(text, head)
    if first.match is not None:
        return _settle(text, first)
    if first.unknown is not None and not opened:
        return _in_doubt(text, first)
    for start in islice(text.clauses(), _MOST_STARTS):
        head = text.head(start)
        if head.match is not None:
            return _settle(text, head)
        if head.unknown is not None:
            break
    return Reading()


def _given_instead(text: Text, first: Head, anchors: Sequence[tuple[int, int]]) -> Reading | None:
    """What is given once the first thing is said to be gone or broken: *la télé est cassée, je donne la télécommande*."""
    assert first.match is not None
    past = first.match.end
    if any(start <= first.match.start and text.words[verb] not in _HAVING for verb, start in anchors):
        return None
    later = [start for _, start in anchors if start > past]
    clauses = [
        at
        for at in islice(text.clauses(), _MOST_STARTS)
        if at > past and not _OFFERED.isdisjoint(text.words[at : text.sentence(at)])
    ]
    for start in sorted({*later[:_MOST_DENIALS], *clauses[:_MOST_DENIALS]}):
        if text.words[start] == "pour" or not _is_spent(text.words[:start]):
            continue
        head = text.head(start)
        part = part_left(text, head, first.match)
        if part is not None:
            return part
        if head.match is None:
            continue
        if head.match.start > past and (start in later or _is_part_of(text, head.match, first.match)):
            reading = _settle(text, head)
            if reading.slug is not None and reading.slug != first.match.wording.slug:
                return reading
    return None


def _is_spent(words: Sequence[str]) -> bool:
    return not _SPENT.isdisjoint(words) or any(pair in _NO_LONGER for pair in pairwise(words))


def _is_part_of(text: Text, match: Match, whole: Match) -> bool:
    holder = accessory_of(whole.wording.slug, text.catalogue)
    return holder is not None and text.catalogue.is_same_or_narrower(match.wording.slug, holder)


def _after_negation(text: Text, denied: Reading, anchors: Sequence[tuple[int, int]]) -> Reading:
    """What is named after that which is denied: *pas de meubles mais de la vaisselle*; or itself: *il nous en faut un*."""
    assert denied.head is not None
    past = denied.head.end
    starts = [start for _, start in anchors if start > past]
    starts += [at + 1 for at in range(past, len(text.words) - 1) if text.words[at] in _ONLY]
    starts += [
        at for at in text.clauses() if at > past and "uniquement" in text.words[at : text.sentence(at)]
    ]
    for start in starts[:_MOST_DENIALS]:
        head = text.head(start)
        if head.match is not None:
            reading = _settle(text, head)
            if reading.why != "negated":
                return reading
        elif (part := part_left(text, head, denied.head)) is not None:
            return part
    if any(
        text.words[at] == "en" and text.words[at + 1] in _WANTED for at in range(past, len(text.words) - 1)
    ):
        return _taken_as(text, Head(denied.head, earliest=denied.head.start))
    return denied


def _is_who_asks(text: Text, first: Head, anchors: Sequence[tuple[int, int]]) -> bool:
    """Whether the first name is the one who asks or gives, and something is named after the verb."""
    if first.match is None or not anchors:
        return False
    verb, start = anchors[0]
    return (
        first.match.end <= verb <= text.scope(first.match.end)
        and not _THIRD_PERSON.isdisjoint(text.words[verb:start])
        and text.head(start).match is not None
    )


def _in_doubt(text: Text, head: Head) -> Reading:
    """What belongs to a known thing, or nothing, with what the unknown word may mean when it has several meanings."""
    word, at = text.words[head.stranger], head.stranger
    if (word in SPARES or word in EXTRAS) and (
        reading := belonging(text, head, at + 1, text.scope(at + 1))
    ) is not None:
        return reading
    shows = _shown_as(text, at)
    if shows is not None and _TOYS_BY_NAME[shows] in text.catalogue:
        toy = _TOYS_BY_NAME[shows]
        return Reading(
            Match(Wording((word,), toy, word), at, at + 1, turned=True), toy, 0.75, "company", head.earliest
        )
    meant = meanings(word, text.catalogue)
    if not meant and text.ends_with(at):
        meant = sorted(text.base.begun_by(word))[:_MOST_MEANINGS]
    return Reading(why="ambiguous" if meant else "unknown", others=meant)


def _shown_as(text: Text, at: int) -> str | None:
    """The toy's name that follows the unknown word at `at` and makes a toy of it: *vache en peluche*, not *cours de lego*."""
    if text.words[at] in SPARES or text.words[at] in _NEVER_TOYS:
        return None
    for word in text.words[at + 1 : text.scope(at)]:
        if word in _TOYS_BY_NAME:
            return word
        if word in COMPLEMENT and word != "en":
            return None
    return None


def _settle(text: Text, head: Head) -> Reading:
    assert head.match is not None
    match = head.match
    if text.negated(match.start, head.earliest) or text.gone(match.end):
        return Reading(head=match, why="negated", others=[match.wording.slug])
    return _taken_as(text, head)


def _taken_as(text: Text, head: Head) -> Reading:
    """What the thing is, be it denied or not."""
    assert head.match is not None
    match = head.match
    if text.emptied(match):
        return Reading(head=match, why="unknown", others=[match.wording.slug])
    thing = _english_head(text, match)
    end = text.scope(thing.end)
    match, slug, why = _meaning(text, thing, end)
    if thing is not head.match and "jouets" in text.catalogue.ancestors(head.match.wording.slug):
        slug, why = accessory_of(head.match.wording.slug, text.catalogue), "company"
    if slug is None:
        return Reading(head=match, why=why, others=[match.wording.slug])
    if head.skipped == 1 and text.words[head.stranger] in SPARES | EXTRAS:
        reading = belonging(text, head, head.stranger + 1, match.end)
        if reading is not None:
            return reading
    shown = head.skipped == 1 and head.stranger == match.start - 1
    if shown and _shown_as(text, head.stranger) == match.wording.words[0]:
        toy = _TOYS_BY_NAME[match.wording.words[0]]
        return Reading(match, toy if toy in text.catalogue else None, 0.75, "company", head.earliest)
    about = head.skipped > 0 and text.words[head.stranger] in _NEVER_TOYS - CONTAINERS
    if head.skipped and (about or slug not in _BRANDED_TOYS):
        return Reading(head=match, why="ambiguous", others=[slug])
    complete = match.end >= end
    if why == "alias":
        why = _how(match, complete=complete)
    return Reading(match, slug, _confidence(match, why, complete=complete), why, head.earliest)


def _english_head(text: Text, match: Match) -> Match:
    """English puts the thing last: a *doll stroller* is a stroller. The match itself when nothing English follows it."""
    if not match.wording.foreign or match.end >= len(text.words):
        return match
    following = text.match_at(match.end)
    return (
        following if following is not None and following.wording.foreign and not following.turned else match
    )


def _meaning(text: Text, match: Match, end: int) -> tuple[Match, str | None, str]:
    """The match narrowed by its description, the slug that both mean together, and a code."""
    if match.turned or match.wording.taught:
        return match, match.wording.slug, "company" if match.turned else "alias"
    said = text.words[match.end : end]
    hints = _asked_for(text, match) + implied(
        match.wording.words[0], text.words[match.end : text.sentence(match.end)]
    )
    match = text.base.narrowed(match, [*said, *_shared(text, end)], hints)
    first = match.wording.words[0]
    if len(match.wording.words) == 1 and (first in SPARES or first in EXTRAS):
        whole = whole_of(text, match.end, end)
        if whole is not None and whole.wording.slug != match.wording.slug:
            own = match.wording.slug
            belonging = accessory(text, match.start, whole.wording.slug)
            if belonging is not None and text.catalogue.is_same_or_narrower(own, belonging):
                return match, own, "alias"
            if belonging is not None or first in SPARES:
                return match, belonging, "company" if belonging else "unknown"
    slug, why = judge(match, said, text.catalogue)
    if slug == match.wording.slug:
        slug = _narrower(text, slug, match.end, end)
    if slug == match.wording.slug:
        slug = _for_whom(text, slug, [*said, *hints])
    if slug == match.wording.slug and strays(text, match):
        return match, None, "ambiguous"
    return match, slug, why


def _shared(text: Text, end: int) -> Sequence[str]:
    """The complement that a thing shares with the one named after *et*: *seau et pelle de plage*."""
    if end + 2 >= len(text.words) or text.words[end] != "et":
        return ()
    until = text.scope(end + 1)
    link = next((at for at in range(end + 2, min(end + 4, until)) if text.words[at] in COMPLEMENT), until)
    return text.words[link:until]


def _asked_for(text: Text, match: Match) -> list[str]:
    """What is implied by those for whom a thing is asked before it is named: *pour mon bébé, je cherche un lit*."""
    for at in range(max(match.start - _FURTHEST, 0), match.start - 1):
        if text.words[at] == "pour" or text.words[at] in CONTAINERS:
            near = text.words[at + 1 : min(at + 8, match.start)]
            return implied(match.wording.words[0], near) + [word for word in near[:3] if word in AUDIENCES]
    return []


def _narrower(text: Text, slug: str, start: int, end: int) -> str:
    """A narrower item that the description names: *machine à café Nespresso*, *jouets Lego*."""
    below = text.catalogue.descendants(slug)
    for at in range(start, end) if below else ():
        if text.words[at - 1] not in _MEANT_FOR and text.base.begins(text.words[at]):
            named = text.match_at(at)
            if named is not None and named.wording.slug in below:
                return named.wording.slug
    return slug


def _for_whom(text: Text, slug: str, said: Sequence[str]) -> str:
    """The item of the same name for those who are named: a *doudoune fille* is a *manteau enfant*."""
    name = meaningful(text.catalogue[slug].fr)
    for word in said:
        if word in AUDIENCES and (found := text.base.whole((*name, word))) is not None:
            return found.slug
    return slug


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
