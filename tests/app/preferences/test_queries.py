"""What the writers of digests are told."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session

from app.models import Preference
from app.preferences.queries import DigestPreference, digest_preferences

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_who_never_chose_has_the_defaults(session: Session) -> None:
    session.add(
        Preference(party="committee:7", digest_weekday=5, digest_hour=18, digests_off=True, changed_at=NOW)
    )
    session.flush()

    found = digest_preferences(session, ["committee:7", "account:2"])

    assert found == {
        "committee:7": DigestPreference(weekday=5, hour=18, off=True),
        "account:2": DigestPreference(weekday=1, hour=8),
    }


@pytest.mark.parametrize(
    ("preference", "wanted"),
    [
        (DigestPreference(), True),
        (DigestPreference(off=True), False),
        (DigestPreference(paused_until=date(2026, 11, 22)), True),
        (DigestPreference(paused_until=date(2026, 11, 23)), False),
    ],
)
def test_a_pause_lasts_until_its_last_day_included(preference: DigestPreference, wanted: bool) -> None:
    assert preference.wants(NOW) is wanted


def test_a_pause_ends_at_midnight_in_paris() -> None:
    paused = DigestPreference(paused_until=date(2026, 11, 23))

    assert not paused.wants(datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    assert paused.wants(datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
