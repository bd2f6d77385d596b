"""Hours typed for a place are that place's, whoever reads them; a reader who lives by another clock is told whose they are."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlmodel import col, select

from app.db import session, transaction
from app.handovers import waiting
from app.models import Handover, Match, OutboxMessage
from app.models.states import MatchState, Role, Transport
from app.web.links import Purpose, path_of
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

REUNION = {"postal_code": "97400", "commune": "Saint-Denis", "latitude": -20.88, "longitude": 55.45}
NIORO = {
    "country": "ML",
    "postal_code": "",
    "commune": "Nioro du Sahel",
    "latitude": 15.23,
    "longitude": -9.59,
}
OPEN = {"opening_hours": {"3": [["09:00", "12:00"]]}}
"""« 9h-12h » on Wednesdays."""


def calendar(file: bytes | str) -> tuple[str, str]:
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    return tuple(event.decoded(end).strftime("%d %H:%M") for end in ("dtstart", "dtend"))


def letter(app: Flask, message: str) -> OutboxMessage:
    with app.app_context():
        query = select(OutboxMessage).where(OutboxMessage.message == message)
        found = session().exec(query.order_by(col(OutboxMessage.id).desc())).first()
        assert found is not None, message
        session().expunge(found)
    return found


def plain_text(row: OutboxMessage) -> str:
    return row.body_text.replace("\u00a0", " ")


class Meeting:
    """A committee's match on its page, and the same match on the donor's."""

    def __init__(
        self, app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, **committee: Any
    ) -> None:
        self.app, self.client = app, client
        self.offer = build.offer()
        self.committee = build.committee(**OPEN, **committee)
        self.match: Match = build.match(
            build.offered_item(self.offer), build.need(self.committee), state=MatchState.APPROVED
        )
        with app.app_context():
            links, party = app.extensions["desk"].links, f"donor:{self.offer.donor_id}"
            self.donors = path_of(
                Purpose.DONOR_ANSWER, links.token(Purpose.DONOR_ANSWER, self.match.id, party, clock())
            )

    @property
    def page(self) -> str:
        return f"/mon-comite/dons/{self.match.id}"

    def propose(self, **terms: str) -> None:
        sent = self.client.post(f"{self.page}/accepter", data={"transport": "donor_brings"} | terms)
        assert sent.status_code == 303, words(sent)

    def choose(self) -> None:
        shown = self.client.get(self.donors).text
        slot = shown.split('name="slot" value="')[1].split('"')[0]
        assert self.client.post(f"{self.donors}/moment", data={"slot": slot}).status_code == 303

    @property
    def ours(self) -> tuple[str, str]:
        return calendar(self.client.get(f"{self.page}/remise.ics").data)


@pytest.fixture(autouse=True)
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(client, build.account(Role.COORDINATOR))


def test_nine_o_clock_on_la_reunion_is_five_o_clock_utc(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    meeting = Meeting(app, client, build, clock, **REUNION)
    seen = "mercredi 25 novembre, de 9 h à 12 h"
    shown = client.get(meeting.page)
    assert seen in words(shown)
    assert "heure de La Réunion" not in words(shown)

    meeting.propose(slots="20261125T0500-20261125T0800")

    proposed = plain_text(letter(app, "times_proposed"))
    assert "mercredi 25 novembre de 9 h à 12 h (heure de La Réunion)" in proposed
    assert f"{seen} (heure de La Réunion)" in words(client.get(meeting.donors))
    meeting.choose()
    assert meeting.ours == ("25 05:00", "25 08:00")
    assert "de 9 h à 12 h (heure de La Réunion)" in plain_text(letter(app, "appointment"))
    theirs = letter(app, "appointment_committee")
    assert "de 9 h à 12 h" in plain_text(theirs)
    assert "heure de La Réunion" not in plain_text(theirs) + theirs.subject
    assert calendar(theirs.attachments[0]["content"]) == ("25 05:00", "25 08:00")
    for page, named in ((meeting.page, False), (f"/coordination/rapprochements/{meeting.match.id}", True)):
        assert (f"{seen} (heure de La Réunion)" in words(client.get(page))) is named, page
        assert seen in words(client.get(page)), page


def test_nine_o_clock_at_nioro_du_sahel_is_nine_o_clock_utc(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    meeting = Meeting(app, client, build, clock, **NIORO)

    meeting.propose(day="2026-11-27", start="9 h", end="11 h 30")

    meeting.choose()
    assert meeting.ours == ("27 09:00", "27 11:30")
    assert "vendredi 27 novembre de 9 h à 11 h 30 (heure de Bamako)" in plain_text(letter(app, "appointment"))


def test_who_is_fetched_from_meets_by_the_clock_of_the_own_place(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    """A committee in Mali that has a gift fetched at Givors types the hours of Givors."""
    meeting = Meeting(app, client, build, clock, **NIORO)

    meeting.propose(day="2026-11-27", start="9 h", end="11 h", transport="committee_collects")

    assert "de 9 h à 11 h" in plain_text(letter(app, "times_proposed"))
    assert "heure de" not in plain_text(letter(app, "times_proposed"))
    assert "vendredi 27 novembre, de 9 h à 11 h (heure de Paris)" in words(client.get(meeting.page))
    meeting.choose()
    assert meeting.ours == ("27 08:00", "27 10:00")


def test_at_home_no_clock_is_named(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    meeting = Meeting(app, client, build, clock)
    meeting.propose(slots="20261125T0800-20261125T1100")
    meeting.choose()

    said = [plain_text(letter(app, name)) for name in ("times_proposed", "appointment")]
    assert not any("heure de" in text for text in said)
    assert all("mercredi 25 novembre de 9 h à 12 h" in text for text in said)
    assert meeting.ours == ("25 08:00", "25 11:00")


def test_told_of_tomorrow_and_asked_the_day_after_by_their_own_days(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    """Saturday nine o'clock at Nouméa is Friday evening in Paris."""
    committee = build.committee(
        postal_code="98800", commune="Nouméa", latitude=-22.27, longitude=166.45, **OPEN
    )
    match = build.match(None, build.need(committee), state=MatchState.SCHEDULED)
    starts = datetime(2026, 11, 27, 22, tzinfo=UTC)
    with app.app_context(), transaction() as current:
        handover = current.get_one(Handover, match.handover_id)
        handover.transport = Transport.DONOR_BRINGS
        handover.starts_at, handover.ends_at = starts, starts + timedelta(hours=2)
        handover.fixed_at = clock()

    def at(day: int, hour: int, work: Callable[..., int]) -> int:
        clock.moment = datetime(2026, 11, day, hour, tzinfo=UTC)
        with app.app_context(), transaction() as current:
            return work(current, app.extensions["desk"], clock())

    told = waiting.tell_of_tomorrow
    assert [at(26, hour, told) for hour in (12, 20, 22)] == [0, 0, 1]
    row = letter(app, "appointment_tomorrow_committee")
    assert "samedi 28 novembre de 9 h à 11 h" in plain_text(row)
    assert row.not_after == datetime(2026, 11, 27, 13, tzinfo=UTC)
    asked = waiting.ask_whether_it_happened
    assert [at(day, hour, asked) for day, hour in ((28, 3), (28, 20), (28, 23))] == [0, 0, 1]
    assert "samedi 28 novembre" in plain_text(letter(app, "did_it_happen_committee"))
