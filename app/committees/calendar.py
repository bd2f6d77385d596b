"""A committee's month: its appointments, its closures, and the days by which something is needed."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import render_template, request

from app.committees import queries
from app.committees.queries import FixedTrip
from app.committees.routes import blueprint
from app.days import day_of, is_closed, start_of
from app.db import session
from app.models import Committee, Need
from app.web.access import Who, access, signed_in
from app.web.clock import now
from app.web.current_committee import committees_of, own_committee
from app.web.words import DAYS


@dataclass(slots=True)
class Day:
    """A day of the page, and what is on it; `other` is a day of the month before or after that fills a week."""

    date: date
    other: bool
    closed: bool
    appointments: list[FixedTrip] = field(default_factory=list)
    needed: list[Need] = field(default_factory=list)


def month_asked(today: date) -> date:
    """The first of the month that the address names, or of this one."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", request.args.get("mois", ""))
    return date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)


def weeks(
    committee: Committee,
    first: date,
    appointments: Mapping[date, Sequence[FixedTrip]],
    needed: Sequence[Need],
) -> list[list[Day]]:
    """The weeks of the month, Monday first."""
    found = [
        [
            Day(
                day,
                day.month != first.month,
                is_closed(committee.closures, day),
                list(appointments.get(day, ())),
            )
            for day in week
        ]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month)
    ]
    for need in needed:
        for day in (day for week in found for day in week if day.date == need.needed_by):
            day.needed.append(need)
    return found


@blueprint.get("/mon-comite/calendrier")
@access(Who.MEMBER)
def month() -> str:
    committee = own_committee("committees.index")
    today = day_of(now(), committee.zone)
    first = month_asked(today)
    following = (first + timedelta(days=31)).replace(day=1)
    begins, ends = (start_of(day, zone=committee.zone) for day in (first, following))
    by_day: dict[date, list[FixedTrip]] = {}
    for one in queries.appointments(session(), committee, begins, ends):
        by_day.setdefault(day_of(one.starts_at, committee.zone), []).append(one)
    return render_template(
        "committees/month.html",
        committee=committee,
        others=committees_of(signed_in()),
        today=today,
        first=first,
        days=[str(name) for _code, name in DAYS],
        before=(first - timedelta(days=1)).replace(day=1),
        following=following,
        weeks=weeks(
            committee, first, by_day, queries.needed_between(session(), committee.id, first, following)
        ),
    )
