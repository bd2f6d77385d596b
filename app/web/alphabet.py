"""The order in which French readers look for names. Databases order by code point, which puts « Épicerie » after « Vienne »."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from matching.items import normalise

LONGEST_MENU = 200


@lru_cache(maxsize=10_000)
def alphabetical(name: str) -> tuple[str, str]:
    """A key to sort names by: accents, case and signs count only between names that are otherwise the same."""
    return normalise(name), name


def for_menu(rows: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """(id, name) in the order of names."""
    return sorted(rows, key=lambda row: alphabetical(row[1]))


def short_menu(
    session: Session, key: Any, name: Any, which: sa.ColumnElement[bool], chosen: int | None
) -> list[tuple[int, str]]:
    """(id, name) of `which` rows, in the order of names: for pages whose search finds them by name too.

    Nobody looks for one name among hundreds, which outweigh the page: of more than LONGEST_MENU only the `chosen` one is there.
    """
    query = sa.select(key, name)
    rows = session.execute(query.where(which).limit(LONGEST_MENU + 1)).all()
    if len(rows) > LONGEST_MENU:
        rows = session.execute(query.where(key == chosen)).all() if chosen else []
    return for_menu((number, words) for number, words in rows)
