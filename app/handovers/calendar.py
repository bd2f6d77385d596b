"""Calendar files (RFC 5545, 5546): the same UID all along, a higher SEQUENCE at each change.

PUBLISH, not REQUEST: nobody is asked to answer to the portal's mailbox. Moments are in UTC, which every calendar program
shows in its reader's own time, nights of the change of hour included.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.handovers.slots import Span
from app.late import Late

if TYPE_CHECKING:
    import icalendar
else:
    icalendar = Late("icalendar")

PRODUCT = "-//Portail des dons//Remises//FR"
REMINDER = timedelta(hours=2)
REFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who publishes the appointment: RFC 5546 wants one in each file, the same for the cancellation."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What a calendar shows. `now` stamps the event: when it was last changed. A cancellation needs no `span`."""

    uid: str
    sequence: int
    span: Span | None
    summary: str
    place: str
    description: str
    now: datetime
    organizer: Organizer
    url: str = ""


def calendar_file(appointment: CalendarEntry, *, cancelled: bool = False) -> str:
    """One event as a PUBLISH file, or its cancellation, which tells neither where nor with whom any more."""
    event = _event(replace(appointment, place="", description="") if cancelled else appointment)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if not cancelled:
        event.add_component(_alarm(appointment.summary))
    calendar = _calendar("CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return _written(calendar)


def calendar_feed(name: str, appointments: Iterable[CalendarEntry]) -> str:
    """All of them, for a program that comes back. Without alarms: readers set their own for a whole calendar."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", icalendar.vDuration(REFRESH), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", icalendar.vDuration(REFRESH))
    for appointment in appointments:
        event = _event(appointment)
        event.add("status", "CONFIRMED")
        calendar.add_component(event)
    return _written(calendar)


def _calendar(method: str) -> "icalendar.Calendar":
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _event(appointment: CalendarEntry) -> "icalendar.Event":
    event = icalendar.Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.now)
    event.add("last-modified", appointment.now)
    if appointment.span is not None:
        event.add("dtstart", appointment.span.starts_at)
        event.add("dtend", appointment.span.ends_at)
    event.add("summary", appointment.summary)
    event.add("location", appointment.place)
    event.add("description", appointment.description)
    event.add("transp", "OPAQUE")
    address = icalendar.vCalAddress(f"mailto:{appointment.organizer.email}")
    address.params["CN"] = icalendar.vText(appointment.organizer.name)
    event["organizer"] = address
    if appointment.url:
        event.add("url", appointment.url)
    return event


def _alarm(words: str) -> "icalendar.Alarm":
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -REMINDER)
    return alarm


def _written(calendar: "icalendar.Calendar") -> str:
    return str(calendar.to_ical().decode())
