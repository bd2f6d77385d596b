"""What somebody typed, as terms that all hold; each holds in one of several ways, a way being words found together."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from app.finding.words import ADDRESS, LONGEST, NUMBER, SHORTEST_PART, dialled, words
from matching.items import load

MOST_TYPED = 100
"""Characters that are read."""
MOST_TERMS = 8
LONGEST_NAME = 4
"""Words of an article's name that are tried together."""

Way = tuple[str, ...]
"""Beginnings of words, all of one subject."""


@dataclass(frozen=True, slots=True)
class Term:
    """`items` are slugs of the catalogue: one of them will do as well as one of the ways."""

    ways: tuple[Way, ...]
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Search:
    """`number` is what was typed where that is a whole number; `items` are those that it was taken for."""

    typed: str
    terms: tuple[Term, ...] = ()
    number: int | None = None

    @property
    def items(self) -> tuple[str, ...]:
        return tuple(term.items[0] for term in self.terms if term.items)


Namer = Callable[[str], str | None]
"""Which item some words name, all of them taken together."""


def read(typed: str, named: Namer) -> Search:
    """The search for these words. Without terms where they hold neither letter nor digit."""
    typed = typed.strip()[:MOST_TYPED]
    bare = typed.lstrip("n°N#º ")
    number = int(bare) if bare.isascii() and bare.isdigit() and len(bare) < 10 else None
    terms = list(_terms(typed if number is None else bare, named))
    # « d' », « à », « 2 »: where anything else is said, they say nothing.
    telling = [term for term in terms if term.items or any(map(_tells, term.ways))] or terms
    return Search(typed, tuple(telling[:MOST_TERMS]), number)


def _tells(way: Way) -> bool:
    return any(len(word) > 1 for word in way)


def _terms(typed: str, named: Namer) -> Iterator[Term]:
    rest, addresses = _taken(ADDRESS, typed)
    for address in filter(None, (each.strip("@.\"'()").casefold() for each in addresses)):
        yield Term((_cut(address),))
    rest, numbers = _taken(NUMBER, rest)
    for number in numbers:
        yield _number(number)
    yield from _said(words(rest), named)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    return pattern.sub(" ", text), pattern.findall(text)


def _cut(word: str) -> Way:
    return (word[:LONGEST],)


def _number(typed: str) -> Term:
    """The digits of a telephone number, or numbers side by side."""
    apart, together = words(typed), dialled(typed)
    if len(together) < SHORTEST_PART or apart == [together]:
        return Term((tuple(apart),))
    return Term((_cut(together), tuple(apart)))


def _said(said: Sequence[str], named: Namer) -> Iterator[Term]:
    """A term for each word, but one for words that name an article together: the most words first."""
    at = 0
    while at < len(said):
        for end in range(min(len(said), at + LONGEST_NAME), at, -1):
            item = named(" ".join(said[at:end]))
            if item is not None:
                break
        yield Term((tuple(said[at:end]),), _served(item))
        at = end


def _served(item: str | None) -> tuple[str, ...]:
    """The item and all that is narrower."""
    return () if item is None else (item, *load().descendants(item))
