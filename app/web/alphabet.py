"""The order in which French readers look for names. Databases order by code point, which puts « Épicerie » after « Vienne »."""

from collections.abc import Iterable

from matching.items import normalise


def alphabetical(name: str) -> tuple[str, str]:
    """A key to sort names by: accents, case and signs count only between names that are otherwise the same."""
    return normalise(name), name


def for_menu(rows: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """(id, name) in the order of names."""
    return sorted(rows, key=lambda row: alphabetical(row[1]))
