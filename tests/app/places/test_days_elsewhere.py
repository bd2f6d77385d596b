"""A date that somebody types is a day of that somebody's place, and a day's hour is that place's."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from app.digests.issues import daily, weekly
from app.models.states import Role
from app.preferences.queries import DigestPreference
from tests.app.offers.steps import fill, words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

MARTINIQUE = {"postal_code": "97200", "commune": "Fort-de-France", "latitude": 14.6, "longitude": -61.07}
LATE = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""Ten in the evening of the 23rd at Fort-de-France, the 24th in Paris."""
PAST = {"97200": False, "69700": True}
"""By postal code, whether the 23rd is over."""


@pytest.mark.parametrize(("postal_code", "over"), PAST.items())
def test_a_need_for_today(
    client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn, postal_code: str, over: bool
) -> None:
    committee = build.committee(**(MARTINIQUE if postal_code == "97200" else {}))
    sign_in(client, build.account(Role.MEMBER, committee=committee))
    clock.moment = LATE
    asked = {"item": "frigo", "quantity": "1", "urgency": "normal", "minimum_condition": "fair"}

    answer = client.post(
        "/besoins/nouveau", data=asked | {"needed_by": "2026-11-23", "submission_key": "a" * 32}
    )

    assert ("Cette date est passée" in words(answer), answer.status_code == 303) == (over, not over)


@pytest.mark.parametrize(("postal_code", "over"), PAST.items())
def test_a_gift_until_today(client: FlaskClient, clock: FrozenClock, postal_code: str, over: bool) -> None:
    clock.moment = LATE
    typed = fill(client, postal_code=postal_code, available_from="2026-11-23", available_until="2026-11-23")
    typed |= {"review": "1", "commune": "" if postal_code == "97200" else typed["commune"]}

    answer = client.post("/offrir", data=typed)

    assert answer.status_code == (422 if over else 200), words(answer)


@pytest.mark.parametrize(("postal_code", "over"), PAST.items())
def test_a_pause_until_today(
    client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn, postal_code: str, over: bool
) -> None:
    committee = build.committee(**(MARTINIQUE if postal_code == "97200" else {}))
    sign_in(client, build.account(Role.MEMBER, committee=committee))
    clock.moment = LATE
    wish = {"language": "fr", "digest": "y", "weekday": "1", "hour": "8", "paused_until": "2026-11-23"}

    answer = client.post("/mon-comite/preferences", data=wish, follow_redirects=True)

    assert ("Ce jour est passé" in words(answer)) == over
    assert ("préférences du comité sont enregistrées" in words(answer)) == (not over)


@pytest.mark.parametrize(
    ("zone", "hour"), [("Europe/Paris", 7), ("Indian/Reunion", 4), ("America/Martinique", 12)]
)
def test_a_digest_at_eight(zone: str, hour: int) -> None:
    wish = DigestPreference(weekday=1, hour=8)
    for issue_of in (weekly, daily):
        before, after = (
            issue_of(wish, datetime(2026, 11, 23, hour, minute, tzinfo=UTC), zone) for minute in (0, 1)
        )
        assert before is not None
        assert before.due_at == datetime(2026, 11, 23, hour, tzinfo=UTC)
        assert after == before
        assert issue_of(wish, datetime(2026, 11, 23, hour - 1, 59, tzinfo=UTC), zone) != before
