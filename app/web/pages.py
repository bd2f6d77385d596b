"""Long lists, a page at a time. Pages count from 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")
Other = TypeVar("Other")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Page `number` of a list, with its `rows`; `total` rows on all pages, None where nobody counts them."""

    rows: Sequence[Row]
    number: int
    size: int
    total: int | None = None
    more: bool = False
    """Whether a page follows."""

    @property
    def pages(self) -> int | None:
        return None if self.total is None else max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many rows stand on the pages before."""
        return (self.number - 1) * self.size

    def holding(self, rows: Sequence[Other]) -> "Page[Other]":
        """The same page of these rows."""
        return Page(rows, self.number, self.size, self.total, self.more)


def turned_to(asked: int, total: int, size: int) -> Page[Any]:
    """The page of a counted list that was asked for, or its last one; its rows are still to be read."""
    number = min(asked, max(1, -(-total // size)))
    return Page((), number, size, total, number * size < total)


def cut(rows: Sequence[Row], asked: int, size: int) -> Page[Row]:
    """A page of rows that are all at hand."""
    page = turned_to(asked, len(rows), size)
    return page.holding(rows[page.offset : page.offset + size])


def peeked(rows: Sequence[Row], number: int, size: int) -> Page[Row]:
    """A page of a list that nobody counts: `rows` were read from its offset, with one more if there is one."""
    return Page(rows[:size], number, size, more=len(rows) > size)
