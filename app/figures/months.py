"""Months and periods. A month is named by its first day; whose clock it goes by is said where rows are counted. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

YEAR = 12


def first_of(day: date) -> date:
    return day.replace(day=1)


def later(month: date, by: int) -> date:
    """So many months later, or before."""
    number = month.year * YEAR + month.month - 1 + by
    return date(number // YEAR, number % YEAR + 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """The months from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def months(self) -> Sequence[date]:
        count = (self.last.year - self.first.year) * YEAR + self.last.month - self.first.month + 1
        return [later(self.first, each) for each in range(count)]

    @property
    def a_year_before(self) -> "Period":
        return Period(later(self.first, -YEAR), later(self.last, -YEAR))

    @property
    def drawn(self) -> "Period":
        """What a picture by months shows: the period, or the year that it ends."""
        return Period(min(self.first, later(self.last, 1 - YEAR)), self.last)

    @property
    def read(self) -> "Period":
        """All that is compared: what is drawn, and the year before."""
        return Period(self.drawn.a_year_before.first, self.last)

    def __contains__(self, month: date) -> bool:
        return self.first <= month <= self.last
