"""A committee's opening hours as a calendar (RFC 5545): an event a week for each, and the days on which it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.days import day_of, start_of
from app.late import Late
from app.models import Committee
from app.web.text import _

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Late("icalendar")

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PRODUCT = "-//Portail des dons//Ouvertures//FR"


@dataclass(frozen=True, slots=True)
class OpenEveryWeek:
    """From the day `first` on, but for the days `without`."""

    first: date
    begins: time
    ends: time
    without: Sequence[date]


def calendar(committee: Committee, url: str, now: datetime) -> bytes:
    """In the clock of the committee. Its days of closure have no opening."""
    made = icalendar.Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", committee.name)
    today = day_of(now, committee.zone)
    monday = today - timedelta(days=today.weekday())
    closed = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in committee.closures]
    for day, spans in sorted(committee.opening_hours.items()):
        on = monday + timedelta(days=int(day) - 1)
        without = [
            first + timedelta(days=number)
            for first, last in closed
            for number in range((last - first).days + 1)
            if (first + timedelta(days=number)).isoweekday() == int(day)
            and first + timedelta(days=number) >= on
        ]
        for begins, ends in spans:
            made.add_component(
                _opening(
                    committee,
                    OpenEveryWeek(on, time.fromisoformat(begins), time.fromisoformat(ends), without),
                    url,
                    now,
                )
            )
    for first, last in closed:
        if last >= today:
            event = _event(
                committee,
                f"fermeture-{first.isoformat()}",
                _("%(name)s : fermé", name=committee.name),
                url,
                now,
            )
            event.add("dtstart", first)
            event.add("dtend", last + timedelta(days=1))
            made.add_component(event)
    made.add_missing_timezones(first_date=monday.replace(month=1, day=1))
    written: bytes = made.to_ical()
    return written


def _opening(committee: Committee, open_at: "OpenEveryWeek", url: str, now: datetime) -> "icalendar.Event":
    zone, day = ZoneInfo(committee.zone), open_at.first
    place = (committee.street, f"{committee.postal_code} {committee.commune}".strip())
    name = f"ouverture-{day.isoweekday()}-{open_at.begins:%H%M}"
    event = _event(committee, name, _("%(name)s : ouvert", name=committee.name), url, now)
    event.add("dtstart", datetime.combine(day, open_at.begins, zone))
    event.add("dtend", datetime.combine(day, open_at.ends, zone))
    event.add("rrule", {"FREQ": "WEEKLY", "BYDAY": DAYS[day.weekday()]})
    event.add("location", ", ".join(filter(None, place)))
    if open_at.without:
        event.add("exdate", [datetime.combine(each, open_at.begins, zone) for each in open_at.without])
    return event


def _event(committee: Committee, name: str, summary: str, url: str, now: datetime) -> "icalendar.Event":
    event = icalendar.Event()
    event.add("uid", f"{name}-{committee.id}@{url.split('://')[1].split('/')[0]}")
    event.add("dtstamp", start_of(day_of(now)))
    event.add("summary", summary)
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    return event
