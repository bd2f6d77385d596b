"""Opening hours as people write them."""

import pytest

from app.web.hours import BadHoursError, parse, written


@pytest.mark.parametrize(
    ("typed", "ranges"),
    [
        ("", []),
        ("fermé", []),
        ("9h-12h", [["09:00", "12:00"]]),
        ("9 h - 12 h, 14 h-17 h 30", [["09:00", "12:00"], ["14:00", "17:30"]]),
        ("14:00-17:30; 09:00-12:00", [["09:00", "12:00"], ["14:00", "17:30"]]),
        ("de 9h à 12h et de 14h à 18h", [["09:00", "12:00"], ["14:00", "18:00"]]),
        ("9–12", [["09:00", "12:00"]]),
        ("9\u00a0h-12\u00a0h", [["09:00", "12:00"]]),
    ],
)
def test_what_people_write(typed: str, ranges: list[list[str]]) -> None:
    assert parse(typed) == ranges
    assert parse(written(ranges)) == parse(written(ranges, "en")) == ranges


def test_opening_hours_are_written_as_the_rest_of_the_page_writes_hours() -> None:
    ranges = [["09:00", "12:00"], ["14:00", "17:30"]]

    assert written(ranges).replace("\u00a0", " ") == "9 h-12 h, 14 h-17 h 30"
    assert written(ranges, "en") == "09:00-12:00, 14:00-17:30"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("le matin", "unread"),
        ("9h", "unread"),
        ("25h-26h", "unread"),
        ("9h75-10h", "unread"),
        ("٩h-١٢h", "unread"),
        ("12h-9h", "order"),
        ("9h-12h, 11h-14h", "order"),
        ("1h-2h,3h-4h,5h-6h,7h-8h,9h-10h", "many"),
        ("9h-12h" * 100, "unread"),
        ("9h\0-12h", "unread"),
    ],
)
def test_what_cannot_be_read(typed: str, code: str) -> None:
    with pytest.raises(BadHoursError) as raised:
        parse(typed)

    assert raised.value.code == code
