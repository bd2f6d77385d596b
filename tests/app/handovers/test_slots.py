"""Times proposed from opening hours, in France's time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.handovers.slots import (
    HORIZON,
    LONGEST,
    MOST,
    NOTICE,
    BadSpanError,
    Span,
    decode,
    encode,
    local_span,
    suggest,
)

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAYS = {"2": [["14:00", "17:00"]]}


def test_a_committee_open_on_tuesdays_is_proposed_the_next_ones() -> None:
    spans = suggest(TUESDAYS, date(2026, 11, 20), date(2027, 1, 1), MONDAY)

    assert [span.starts_at for span in spans] == [
        datetime(2026, 11, 24, 13, 0, tzinfo=UTC) + timedelta(weeks=week) for week in range(4)
    ]


def test_nothing_is_proposed_outside_the_donor_s_dates() -> None:
    spans = suggest(TUESDAYS, date(2026, 11, 30), date(2026, 12, 2), MONDAY)

    assert [span.starts_at.date() for span in spans] == [date(2026, 12, 1)]
    assert suggest(TUESDAYS, date(2026, 11, 25), date(2026, 11, 30), MONDAY) == []
    assert suggest({}, date(2026, 11, 20), date(2027, 1, 1), MONDAY) == []


def test_summer_and_winter_time_keep_the_hour_on_the_clock() -> None:
    friday = datetime(2026, 10, 23, 8, 0, tzinfo=UTC)

    spans = suggest({"6": [["09:00", "12:00"]]}, friday.date(), date(2026, 12, 1), friday)

    assert [span.starts_at.hour for span in spans[:2]] == [
        7,
        8,
    ]  # 24 October still in summer, 31 October in winter


@given(
    hours=st.dictionaries(
        st.sampled_from("1234567"),
        st.lists(
            st.tuples(st.times(), st.times()).map(lambda pair: [f"{t:%H:%M}" for t in pair]), max_size=3
        ),
    ),
    now=st.integers(0, 1_000_000).map(lambda minutes: MONDAY + timedelta(minutes=minutes)),
    start=st.integers(-40, 40),
    length=st.integers(0, 80),
)
def test_suggestions_are_few_ordered_ahead_and_within_bounds(
    hours: dict[str, list[list[str]]], now: datetime, start: int, length: int
) -> None:
    first = now.date() + timedelta(days=start)

    spans = suggest(hours, first, first + timedelta(days=length), now)

    assert len(spans) <= MOST
    assert all(now + NOTICE <= span.starts_at <= now + HORIZON + timedelta(days=1) for span in spans)
    short = [span for span in spans if span.ends_at - span.starts_at <= LONGEST]
    assert [decode(encode(span), now) for span in short] == short


@pytest.mark.parametrize(
    ("day", "start", "end", "code"),
    [
        (date(2026, 11, 24), time(15), time(14), "order"),
        (date(2026, 11, 24), time(15), time(15), "order"),
        (date(2026, 11, 22), time(14), time(15), "past"),
        (date(2027, 11, 24), time(14), time(15), "far"),
        (date(2026, 11, 24), time(6), time(22), "long"),
    ],
)
def test_a_time_that_makes_no_appointment_says_why(day: date, start: time, end: time, code: str) -> None:
    with pytest.raises(BadSpanError) as caught:
        local_span(day, start, end, MONDAY)

    assert caught.value.code == code


@given(st.text(max_size=60))
def test_a_posted_value_is_never_trusted(value: str) -> None:
    try:
        span = decode(value, MONDAY)
    except BadSpanError:
        return
    assert encode(span) == value


def test_a_span_cannot_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="ends after"):
        Span(MONDAY, MONDAY)
