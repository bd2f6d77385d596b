"""Calendar files (RFC 5545) for an appointment: the same UID all along, a higher SEQUENCE at each change."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Alarm, Calendar, Event

from app.handovers.slots import Span

PRODUCT = "-//Portail des dons//Remises//FR"


@dataclass(frozen=True, slots=True)
class Appointment:
    """What a calendar shows. `now` stamps the file."""

    uid: str
    sequence: int
    span: Span
    summary: str
    place: str
    description: str
    now: datetime


def calendar_file(appointment: Appointment, *, cancelled: bool = False) -> str:
    """One event as a PUBLISH file, or its cancellation; moments are in UTC, which every calendar program reads."""
    event = Event()
    event.add("uid", appointment.uid)
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", appointment.now)
    event.add("dtstart", appointment.span.starts_at)
    event.add("dtend", appointment.span.ends_at)
    event.add("summary", appointment.summary)
    event.add("location", appointment.place)
    event.add("description", appointment.description)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    if not cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", appointment.summary)
        alarm.add("trigger", timedelta(hours=-2))
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(event)
    return str(calendar.to_ical().decode())
