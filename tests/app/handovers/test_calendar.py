"""The calendar file, read back with the library."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar

from app.handovers.calendar import Appointment, calendar_file
from app.handovers.slots import Span

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPAN = Span(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))


def entry(**values: object) -> Appointment:
    base: dict[str, object] = {
        "uid": "remise-1@portail-des-dons",
        "sequence": 0,
        "span": SPAN,
        "summary": "Don : Lave-linge",
        "place": "1 rue de l'Exemple, 69700 Givors",
        "description": "Le comité vient chercher.",
        "now": NOW,
    }
    return Appointment(**base | values)  # type: ignore[arg-type]


def test_a_calendar_program_reads_the_appointment() -> None:
    calendar = Calendar.from_ical(calendar_file(entry()))
    (event,) = calendar.walk("VEVENT")

    assert calendar["METHOD"] == "PUBLISH"
    assert event.decoded("dtstart") == SPAN.starts_at
    assert event.decoded("dtend") == SPAN.ends_at
    assert event["SUMMARY"] == "Don : Lave-linge"
    assert event["UID"] == "remise-1@portail-des-dons"


def test_a_cancellation_bears_the_same_uid_and_a_higher_sequence() -> None:
    calendar = Calendar.from_ical(calendar_file(entry(sequence=3), cancelled=True))
    (event,) = calendar.walk("VEVENT")

    assert calendar["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("remise-1@portail-des-dons", 3, "CANCELLED")


def test_hostile_words_stay_words() -> None:
    hostile = "Don\r\nBEGIN:VALARM;x=,\\ 🎁 مثال" + "é" * 500

    calendar = Calendar.from_ical(calendar_file(entry(summary=hostile)))
    (event,) = calendar.walk("VEVENT")

    assert str(event["SUMMARY"]).replace("\n", "").replace("\r", "") == hostile.replace("\r\n", "")
    assert len(calendar.walk("VALARM")) == 1
    assert all(len(line.encode()) <= 75 for line in calendar_file(entry(summary=hostile)).split("\r\n"))
