"""By day, in Paris, whatever the season: when what can wait arrives."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.days import by_day, days_since, end_of_day, is_day, is_working_day, start_of


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "day", "arrives"),
    [
        (utc("2026-11-27 06:59:59"), False, utc("2026-11-27 07:00:00")),
        (utc("2026-11-27 07:00:00"), True, utc("2026-11-27 07:00:00")),
        (utc("2026-11-27 18:59:59"), True, utc("2026-11-27 18:59:59")),
        (utc("2026-11-27 19:00:00"), False, utc("2026-11-28 07:00:00")),
        (utc("2026-11-28 19:00:00"), False, utc("2026-11-29 09:00:00")),
        (utc("2026-11-29 08:59:59"), False, utc("2026-11-29 09:00:00")),
        (utc("2026-11-29 09:00:00"), True, utc("2026-11-29 09:00:00")),
        # The night that lasts an hour longer, and the one that lasts an hour less: mornings stay at eight.
        (utc("2026-10-24 18:00:00"), False, utc("2026-10-25 09:00:00")),
        (utc("2027-03-27 19:00:00"), False, utc("2027-03-28 08:00:00")),
    ],
)
def test_nothing_that_can_wait_arrives_by_night(moment: datetime, day: bool, arrives: datetime) -> None:
    assert is_day(moment) is day
    assert by_day(moment) == arrives


def test_a_sunday_is_no_working_day() -> None:
    assert is_working_day(utc("2026-11-28 12:00:00"))
    assert not is_working_day(utc("2026-11-29 12:00:00"))


def test_days_begin_and_end_at_midnight_in_paris_also_when_they_last_23_or_25_hours() -> None:
    for day, begins, ends in (
        (date(2026, 11, 27), utc("2026-11-26 23:00:00"), utc("2026-11-27 22:59:59")),
        (date(2026, 10, 25), utc("2026-10-24 22:00:00"), utc("2026-10-25 22:59:59")),
        (date(2027, 3, 28), utc("2027-03-27 23:00:00"), utc("2027-03-28 21:59:59")),
    ):
        assert start_of(day) == begins
        assert end_of_day(start_of(day, 12)) == ends


def test_an_hour_that_march_skips_begins_an_hour_later() -> None:
    assert start_of(date(2027, 3, 28), 2) == utc("2027-03-28 01:00:00")


def test_what_waits_since_an_evening_has_waited_a_night() -> None:
    evening = datetime(2026, 11, 1, 21, tzinfo=UTC)
    assert days_since(evening, evening + timedelta(hours=1)) == 0
    assert days_since(evening, evening + timedelta(hours=9)) == 1
    assert days_since(evening, evening - timedelta(hours=9)) == 0
