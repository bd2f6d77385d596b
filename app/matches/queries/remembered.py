"""The rows of the last plan, and what was made of them: what is the same is neither read nor made again.

PostgreSQL tells by one number what the rows of a part of a table, so many ids, hold: where that is the same, so are they. SQLite is in
this process, where telling costs as much as reading: there all rows are read, and those that are the same serve again.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlmodel import Session

T = TypeVar("T")
Row = tuple[Any, ...]
Parts = Mapping[int, Sequence[Row]]
"""Rows in the order of their ids, with which they begin; those of a part are the very same list while all of them are the same."""

PART = 256
"""Ids of a part: of fewer, less is read again where a row changed; of more, fewer parts are told of."""
_MOST_APART = 20
"""Of more parts that changed, all rows are read: one after the other is quicker than here and there."""
_AT_ONCE = 1_000
"""Rows fetched at once: one by one costs as much again."""


def rows_of(session: Session, query: sa.Select[*tuple[Any, ...]]) -> Iterator[Any]:
    """The rows as the database gives them: the ORM would go through each once more, though no object of its own is among them."""
    session.flush()
    for some in session.connection().execute(query).partitions(_AT_ONCE):
        yield from some


def all_rows(session: Session, query: sa.Select[*tuple[Any, ...]]) -> Parts:
    """The rows of the query as one part."""
    return {0: [tuple(row) for row in rows_of(session, query)]}


def _told(session: Session, query: sa.Select[*tuple[Any, ...]]) -> dict[int, int]:
    """What each part holds, as a number."""
    rows = query.order_by(None).subquery()
    part = (sa.type_coerce(rows.c[0], sa.BigInteger) // PART).label("part")
    held = sa.func.bit_xor(sa.func.hash_record_extended(sa.func.row(*rows.c), 0))
    return dict(tuple(each) for each in rows_of(session, sa.select(part, held).group_by(part).order_by(part)))


def _read(
    session: Session, query: sa.Select[*tuple[Any, ...]], parts: Collection[int]
) -> Mapping[int, Sequence[Row]]:
    """The rows of these parts at least."""
    if len(parts) <= _MOST_APART:
        key = query.column_descriptions[0]["expr"]
        query = query.where(sa.or_(*(key.between(part * PART, part * PART + PART - 1) for part in parts)))
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows_of(session, query):
        found[row[0] // PART].append(tuple(row))
    return found


class MadeOfRows(Generic[T]):
    """The rows of one query last time, and what was made of them, by their ids."""

    def __init__(self) -> None:
        self._read: dict[int, tuple[int, Sequence[Row]]] = {}
        self._under: Any = None
        self._parts: dict[int, tuple[Sequence[Row], dict[int, tuple[Row, T]]]] = {}

    def again(self, session: Session, query: sa.Select[*tuple[Any, ...]]) -> Parts:
        """The rows of a query in the order of the id that it begins with. What is told and what is read must be of one moment: in a
        transaction that sees one (`app.db.at_one_moment`).
        """
        if session.get_bind().dialect.name != "postgresql":
            return all_rows(session, query)
        told, before = _told(session, query), self._read
        new = {part for part, mark in told.items() if part not in before or before[part][0] != mark}
        found = _read(session, query, new) if new else {}
        self._read = {
            part: (mark, found[part]) if part in new else before[part] for part, mark in told.items()
        }
        return {part: rows for part, (_mark, rows) in self._read.items()}

    def of(
        self,
        parts: Parts,
        make: Callable[..., T],
        beside: Callable[[Row], Row | None] = lambda _row: (),
        under: Any = None,
    ) -> dict[int, T]:
        """`make(row, *beside(row))` of each, by its id; of those beside which there is None, nothing.

        The very same as last time where row and what is beside it are equal to those of then. What is beside a row follows from the row
        and from `under`: where that is equal too, parts that are the very same are not looked at.
        """
        alike, self._under = under == self._under, under
        before, self._parts = self._parts, {}
        for number, rows in parts.items():
            was, known = before.get(number, ((), {}))
            if was is not rows or not alike:
                known = dict(_made(rows, known, make, beside))
            self._parts[number] = rows, known
        return {key: made for _rows, known in self._parts.values() for key, (_row, made) in known.items()}


def _made(
    rows: Sequence[Row],
    known: Mapping[int, tuple[Row, T]],
    make: Callable[..., T],
    beside: Callable[[Row], Row | None],
) -> Iterator[tuple[int, tuple[Row, T]]]:
    for row in rows:
        more = beside(row)
        if more is None:
            continue
        parts, was = (row, *more), known.get(row[0])
        yield row[0], was if was is not None and was[0] == parts else (parts, make(*parts))
