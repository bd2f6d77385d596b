"""Groups of at least five people, of which no table tells more. Pure.

A person is a donor. A part of a table with fewer than FEWEST is merged with others; so is the next smallest where what was merged
would still be too few, for it could be told from the total.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence, Set
from datetime import date
from typing import TypeVar

FEWEST = 5
Key = TypeVar("Key", bound=Hashable)


def is_few(people: Collection[int]) -> bool:
    """Too few to be told of, and not nobody."""
    return 0 < len(people) < FEWEST


def hidden(parts: Mapping[Key, Set[int]]) -> set[Key]:
    """The parts, by the people of each, that must not be told of: together they are nobody, or as many as may be."""
    kept_back: set[Key] = set()
    people: set[int] = set()
    for key in sorted(parts, key=lambda each: (len(parts[each]), str(each))):
        if not parts[key]:
            continue
        if not is_few(parts[key]) and not is_few(people):
            break
        kept_back.add(key)
        people |= parts[key]
    return kept_back


def runs(months: Iterable[date], few: Callable[[Sequence[date]], bool]) -> list[tuple[date, ...]]:
    """The months in their order, as many in a run as it takes until there are not too `few` people in it. What is left at the end
    goes to the last run; nothing where all months together have too few."""
    found: list[tuple[date, ...]] = []
    run: list[date] = []
    for month in sorted(months):
        run.append(month)
        if not few(run):
            found.append(tuple(run))
            run = []
    while run and found:
        run = [*found.pop(), *run]
        if not few(run):
            found.append(tuple(run))
            run = []
    return found
