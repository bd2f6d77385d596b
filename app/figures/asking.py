"""What the address of a page of figures asks for: a period and the cuts. What makes no sense asks for nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.figures.months import YEAR, Period, first_of, later
from app.figures.queries import Extent
from app.web import asked
from matching.items import load

OFFERED, MOST, QUARTER = 36, 60, 3
"""Months back that a page offers, at most in one period, and in a quarter."""


@dataclass(frozen=True, slots=True)
class Question:
    """The scope, as the address says it, and this month."""

    scope: Extent
    this_month: date

    @property
    def address(self) -> dict[str, Any]:
        """The same as arguments of an address, but for a committee of one's own."""
        scope = self.scope
        return self.period(scope.period) | {
            "association": scope.organisation_id, "action": scope.action_id, "article": scope.item,
        }  # fmt: skip

    @staticmethod
    def period(period: Period) -> dict[str, Any]:
        return {"de": f"{period.first:%Y-%m}", "a": f"{period.last:%Y-%m}"}

    @property
    def offered(self) -> Sequence[date]:
        """The months to choose from, the latest first."""
        period = self.scope.period
        known = {later(self.this_month, -each) for each in range(OFFERED)} | {period.first, period.last}
        return sorted(known, reverse=True)

    @property
    def shortcuts(self) -> dict[str, Period]:
        now = self.this_month
        new_year = date(now.year, 1, 1)
        return {
            "month": Period(now, now),
            "last_month": Period(later(now, -1), later(now, -1)),
            "quarter": Period(later(now, 1 - QUARTER), now),
            "year": Period(new_year, now),
            "last_year": Period(later(new_year, -YEAR), later(new_year, -1)),
            "twelve": Period(later(now, 1 - YEAR), now),
        }


def of_committee(today: date, committee_id: int) -> Question:
    """A committee looks at this month, unless it asks for others."""
    return _asked(first_of(today), 1, committee_id)


def of_everybody(today: date, count: int = YEAR) -> Question:
    """Coordinators look at so many months, this one among them."""
    return _asked(first_of(today), count, asked.number("comite"))


def _asked(this_month: date, count: int, committee_id: int | None) -> Question:
    last = min(_month("a") or this_month, this_month)
    first = _month("de") or later(last, 1 - count)
    first, last = min(first, last), max(first, last)
    item = asked.words("article", 80)
    scope = Extent(
        Period(max(first, later(last, 1 - MOST)), last),
        committee_id,
        asked.number("association"),
        asked.number("action"),
        item if item in load() else None,
    )
    return Question(scope, this_month)


def _month(name: str) -> date | None:
    typed = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", asked.words(name, 7))
    return date(int(typed[1]), int(typed[2]), 1) if typed else None
