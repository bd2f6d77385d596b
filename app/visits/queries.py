"""Reads of visits: of the whole portal, or of the pages of one committee."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from app.models import Visits

KEPT_DAYS = 400
"""A year and the same month of the year before."""
SHOWN_DAYS = 30


@dataclass(frozen=True, slots=True)
class Seen:
    """Visits of the last SHOWN_DAYS days, each day named; pages and sites most seen first, at most `most` of each."""

    total: int
    days: Mapping[date, int]
    pages: list[tuple[str, int]]
    origins: list[tuple[str, int]]


def seen(session: Session, today: date, slugs: Collection[str] = (), most: int = 30) -> Seen:
    """Of all pages, or of those of the committee with these names in addresses. Three statements."""
    since = today - timedelta(days=SHOWN_DAYS - 1)
    wanted = [col(Visits.day) >= since]
    if slugs:
        own = [f"/{kind}/{slug}" for kind in ("comites", "integrer") for slug in slugs]
        below = (
            (col(Visits.page) > f"{page}/") & (col(Visits.page) < f"{page}0") for page in own
        )  # "0" follows "/"
        wanted.append(sa.or_(col(Visits.page).in_(own), *below))
    times = sa.func.sum(col(Visits.seen))

    def most_seen(column: Any) -> list[tuple[str, int]]:
        query = sa.select(column, times).where(*wanted).group_by(column)
        found = session.execute(query.order_by(times.desc(), column).limit(most))
        return [(name, int(count)) for name, count in found]

    by_day = sa.select(col(Visits.day), times).where(*wanted).group_by(col(Visits.day))
    days = {day: int(count) for day, count in session.execute(by_day)}
    all_days = (since + timedelta(days=number) for number in range(SHOWN_DAYS))
    return Seen(
        sum(days.values()),
        {day: days.get(day, 0) for day in all_days},
        most_seen(col(Visits.page)),
        most_seen(col(Visits.origin)),
    )


def forget(session: Session, today: date) -> int:
    """Days of long ago; how many rows went."""
    gone = session.execute(delete(Visits).where(col(Visits.day) < today - timedelta(days=KEPT_DAYS)))
    return int(getattr(gone, "rowcount", 0))
