"""The calendar files, read back with the library."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.handovers.calendar import CalendarEntry, Organizer, calendar_feed, calendar_file
from app.handovers.slots import Span
from notifications.typography import PARIS

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SPAN = Span(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))


def entry(**values: object) -> CalendarEntry:
    base: dict[str, object] = {
        "uid": "remise-1@portail-des-dons",
        "sequence": 0,
        "span": SPAN,
        "summary": "Don : Lave-linge",
        "place": "1 rue de l'Exemple, 69700 Givors",
        "description": "Le comité vient chercher.",
        "now": NOW,
        "organizer": Organizer("Portail des dons", "dons@portail.example"),
    }
    return CalendarEntry(**base | values)  # type: ignore[arg-type]


def test_a_calendar_program_reads_the_appointment() -> None:
    calendar = Calendar.from_ical(calendar_file(entry()))
    (event,) = calendar.walk("VEVENT")

    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert event.decoded("dtstart") == SPAN.starts_at
    assert event.decoded("dtend") == SPAN.ends_at
    assert event.decoded("dtstamp") == NOW
    assert event["SUMMARY"] == "Don : Lave-linge"
    assert event["UID"] == "remise-1@portail-des-dons"
    assert event["ORGANIZER"] == "mailto:dons@portail.example"
    assert event["ORGANIZER"].params["CN"] == "Portail des dons"
    assert "ATTENDEE" not in event  # nobody is asked to answer to the portal's mailbox


def test_a_cancellation_bears_the_same_uid_and_organizer_and_a_higher_sequence() -> None:
    calendar = Calendar.from_ical(calendar_file(entry(sequence=3), cancelled=True))
    (event,) = calendar.walk("VEVENT")

    assert calendar["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == ("remise-1@portail-des-dons", 3, "CANCELLED")
    assert event["ORGANIZER"] == "mailto:dons@portail.example"
    assert calendar.walk("VALARM") == []


def test_hostile_words_stay_words() -> None:
    hostile = "Don\r\nBEGIN:VALARM;x=,\\ 🎁 مثال" + "é" * 500

    calendar = Calendar.from_ical(calendar_file(entry(summary=hostile)))
    (event,) = calendar.walk("VEVENT")

    assert str(event["SUMMARY"]).replace("\n", "").replace("\r", "") == hostile.replace("\r\n", "")
    assert len(calendar.walk("VALARM")) == 1


PRINTABLE = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=120)


@given(PRINTABLE, PRINTABLE, PRINTABLE)
@settings(max_examples=40)
def test_whatever_is_written_is_read_back_from_lines_of_75_octets(words: str, place: str, name: str) -> None:
    written = calendar_file(
        entry(summary=words, place=place, organizer=Organizer(name, "dons@portail.example"))
    )

    (event,) = Calendar.from_ical(written).walk("VEVENT")
    assert (str(event["SUMMARY"]), str(event["LOCATION"])) == (words, place)
    assert len(Calendar.from_ical(written).walk()) == 3
    lines = written.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines[-1] == ""
    assert "\n" not in written.replace("\r\n", "")


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2027, 3, 28, 1, 30, tzinfo=PARIS), "20270328T003000Z"),
        (datetime(2027, 3, 28, 3, 30, tzinfo=PARIS), "20270328T013000Z"),
        (datetime(2026, 10, 25, 2, 30, fold=0, tzinfo=PARIS), "20261025T003000Z"),
        (datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=PARIS), "20261025T013000Z"),
        (datetime(2028, 2, 29, 14, 0, tzinfo=PARIS), "20280229T130000Z"),
        (datetime(2026, 7, 14, 14, 0, tzinfo=PARIS), "20260714T120000Z"),
    ],
)
def test_the_hour_of_paris_is_right_on_the_nights_it_changes(local: datetime, utc: str) -> None:
    starts = local.astimezone(UTC)

    assert f"\r\nDTSTART:{utc}\r\n" in calendar_file(entry(span=Span(starts, starts + timedelta(hours=2))))


def test_a_feed_holds_each_appointment_once_and_says_when_to_come_back() -> None:
    written = calendar_feed("Dons : Givors", [entry(), entry(uid="remise-2@portail-des-dons")])
    calendar = Calendar.from_ical(written)

    assert [str(event["UID"]) for event in calendar.walk("VEVENT")] == [
        "remise-1@portail-des-dons",
        "remise-2@portail-des-dons",
    ]
    assert calendar["X-WR-CALNAME"] == "Dons : Givors"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in written
    assert calendar.walk("VALARM") == []


def test_an_empty_feed_is_a_calendar_all_the_same() -> None:
    assert Calendar.from_ical(calendar_feed("Dons", [])).walk("VEVENT") == []
