"""A year of the portal's life on a frozen clock: the real table of jobs, people who answer, forget, refuse and come back.

2028 has a 29 February and two nights when the clocks change. What was written to whom, and when, is compared with
`expected/year.txt`, which was read line by line. After a change that means to change it: `pytest tests/app/test_year.py
--rewrite-expected`, and read the difference.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app import create_app, migrate
from app.db import create_engine, db, transaction
from app.models import (
    Donor,
    Match,
    Offer,
    OfferedItem,
)
from app.models.states import MatchState, OfferState
from config import Settings
from tests.app.indexed import written_along, written_anew
from tests.app.year_life import (
    ANSWERS,
    YEAR,
    Year,
    ask_and_give,
    settle_down,
    someone_reopens_what_was_set_aside,
)
from tests.builders import Builder
from tests.conftest import FrozenClock

EXPECTED = Path(__file__).parent / "expected" / "year.txt"
CLOCK_BORN = frozenset(
    {
        "reminder_donor", "reminder_times", "reminder_committee", "match_lapsed", "match_lapsed_committee",
        "appointment_tomorrow", "appointment_tomorrow_committee", "did_it_happen", "did_it_happen_committee",
        "offer_ending", "offer_expired", "need_still_true", "weekly_digest", "coordinator_digest",
    }
)  # fmt: skip
NOT_ON_SUNDAY = CLOCK_BORN - {
    "match_lapsed", "match_lapsed_committee", "appointment_tomorrow", "appointment_tomorrow_committee",
    "did_it_happen", "did_it_happen_committee", "offer_expired",
}  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The whole year, lived once, on SQLite."""
    folder = tmp_path_factory.mktemp("year")
    settings = Settings.from_environ(
        {
            "DATA_DIR": str(folder),
            "PORTAIL_SECRET_KEY": "tests-only-0123456789-abcdefghijklmnop",
            "PORTAIL_BASE_URL": "http://localhost",
            "PORTAIL_RETENTION_DAYS": "90",
            "PORTAIL_PLAN_MINUTES": "1440",
        }
    )
    engine = create_engine(settings.database_url)
    migrate.upgrade(engine)
    engine.dispose()
    clock = FrozenClock(datetime(YEAR - 1, 12, 31, 23, 0, tzinfo=UTC))
    app = create_app(settings, clock)
    lived = Year(app, settings, clock)
    settle_down(lived, Builder(app, clock))
    ask_and_give(lived)
    someone_reopens_what_was_set_aside(lived)
    for offset in range(366):
        lived.day(date(YEAR, 1, 1) + timedelta(days=offset))
    yield lived
    with app.app_context():
        db.engine.dispose()


def rows(year: Year, model: type[Any]) -> list[Any]:
    with year.app.app_context(), transaction() as session:
        found = list(session.exec(select(model)))
        session.expunge_all()
    return found


def test_the_year_is_as_it_was_read(year: Year, request: pytest.FixtureRequest) -> None:
    lived = "".join(f"{line}\n" for line in year.log)
    if request.config.getoption("--rewrite-expected"):
        EXPECTED.write_text(lived, encoding="utf-8")
    assert lived == EXPECTED.read_text(encoding="utf-8")


def test_every_message_of_the_year_came(year: Year) -> None:
    """All that time and answers bring; accounts and what mail servers refuse are other stories."""
    came = {line.message for line in year.log}
    assert (CLOCK_BORN | set(ANSWERS)) - came == set()


def test_nobody_is_woken_up(year: Year) -> None:
    night = [
        str(line)
        for line in year.log
        if line.message in CLOCK_BORN - {"weekly_digest"} and not 8 <= line.at.hour < 20
    ]
    assert night == []
    sundays = [
        str(line)
        for line in year.log
        if line.message in NOT_ON_SUNDAY - {"weekly_digest"} and line.at.isoweekday() == 7
    ]
    assert sundays == []


def test_nothing_is_said_twice(year: Year) -> None:
    counted = Counter((line.event, line.party, line.message) for line in year.log)
    assert [key for key, times in counted.items() if times > 1] == []


def test_one_digest_a_week_at_most_even_when_clocks_change(year: Year) -> None:
    weeks = Counter(
        (line.to, line.at.isocalendar()[:2]) for line in year.log if line.message == "weekly_digest"
    )
    assert max(weeks.values()) == 1
    days = Counter((line.to, line.at.date()) for line in year.log if line.message == "coordinator_digest")
    assert max(days.values()) == 1


def test_no_reminder_follows_an_answer(year: Year) -> None:
    """Once an appointment is fixed nobody is asked to answer, and once it happened nobody is asked whether it did."""
    settled: dict[str, set[str]] = {}
    ends = {
        "appointment": {"reminder_donor", "reminder_times", "reminder_committee"},
        "thank_you": {"did_it_happen", "did_it_happen_committee", "appointment_tomorrow"},
        "match_lapsed": set(ANSWERS),
    }
    for line in year.log:
        assert line.message not in settled.get(line.about, set()), str(line)
        if line.message == "times_proposed":
            settled.pop(line.about, None)
        settled.setdefault(line.about, set()).update(ends.get(line.message, set()))


def test_quantities_hold_at_the_end_of_the_year(year: Year) -> None:
    taken: Counter[int] = Counter()
    for match in rows(year, Match):
        if match.state in {
            MatchState.APPROVED,
            MatchState.ACCEPTED,
            MatchState.SCHEDULED,
            MatchState.COMPLETED,
        }:
            taken[match.offered_item_id] += match.quantity
    offered = {item.id: item.quantity for item in rows(year, OfferedItem)}
    assert all(taken[key] <= offered[key] for key in taken)
    assert not [
        match for match in rows(year, Match) if match.state is MatchState.APPROVED and match.closed_at
    ]


def test_what_a_search_finds_by_is_what_the_rows_say(year: Year) -> None:
    """Whatever wrote, changed or forgot them."""
    assert written_along(year.app) == written_anew(year.app)


def test_who_gave_long_ago_is_forgotten(year: Year) -> None:
    old = datetime(YEAR, 9, 1, tzinfo=UTC)
    over = [
        offer for offer in rows(year, Offer) if offer.state is not OfferState.OPEN and offer.closed_at < old
    ]
    assert over
    assert {(offer.street, offer.contact_name) for offer in over} == {("", "")}
    assert [donor for donor in rows(year, Donor) if donor.anonymised_at and donor.name] == []
