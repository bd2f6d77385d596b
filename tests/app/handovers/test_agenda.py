"""The committee's private calendar: what it holds, what it keeps to itself, and how its address stops."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from app.db import transaction
from app.handovers import service
from app.models import Committee, Match
from app.models.states import Language, MatchState, Reason, Side
from app.preferences.queries import agenda_token, agenda_version
from app.transitions import COMMITTEE
from app.web.links import LIFETIMES, Links, Purpose, path_of
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

Arrange = Callable[..., Match]


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors")


@pytest.fixture
def arrange(build: Builder, clock: FrozenClock) -> Arrange:
    """A match with a handover tomorrow, for this committee."""

    def make(committee: Committee, state: MatchState = MatchState.SCHEDULED, **values: object) -> Match:
        donor = build.donor(name="Donatrice exemple", phone="06 11 22 33 44")
        item = build.offered_item(build.offer(donor, street="12 rue Secrète"), quantity=2)
        match = build.match(item, build.need(committee, quantity=2), state=state, quantity=2)
        starts = clock() + timedelta(days=1)
        base: dict[str, object] = {
            "starts_at": starts,
            "ends_at": starts + timedelta(hours=2),
            "place": "12 rue Secrète, Givors",
        }
        build.handover(match, **base | values)
        return match

    return make


def address(app: Flask, committee: Committee, now: datetime) -> str:
    with app.app_context(), transaction() as session:
        version = agenda_version(session, committee.id)
    links: Links = app.extensions["links"]
    return path_of(Purpose.AGENDA, agenda_token(links, committee.id, version, now))


def events(text: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in Calendar.from_ical(text).walk("VEVENT")]


def test_it_holds_that_committee_s_appointments_and_no_others(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    arrange: Arrange,
    clock: FrozenClock,
) -> None:
    arrange(committee)
    arrange(build.committee())
    for state in (MatchState.ACCEPTED, MatchState.COMPLETED, MatchState.FAILED, MatchState.LAPSED):
        arrange(committee, state)
    arrange(committee, starts_at=None, ends_at=None)

    answer = client.get(address(app, committee, clock()))

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert events(answer.text) == ["Don\u00a0: 2 × Lave-linge"]
    assert Calendar.from_ical(answer.text)["X-WR-CALNAME"] == "Dons\u00a0: Comité de Givors"


def test_whoever_it_is_forwarded_to_learns_neither_name_nor_telephone(
    app: Flask, client: FlaskClient, committee: Committee, arrange: Arrange, clock: FrozenClock
) -> None:
    match = arrange(committee)

    text = client.get(address(app, committee, clock())).text.replace("\r\n ", "")

    for secret in ("Donatrice", "06 11", "/reponse/"):
        assert secret not in text
    assert f"http://localhost/mon-comite/dons/{match.id}" in text


def test_it_speaks_the_committee_s_language(
    app: Flask, client: FlaskClient, build: Builder, arrange: Arrange, clock: FrozenClock
) -> None:
    committee = build.committee(language=Language.ENGLISH)
    arrange(committee)

    text = client.get(address(app, committee, clock()), headers={"Accept-Language": "fr"}).text

    assert "Washing machine" in text


def test_it_is_not_sent_again_while_nothing_has_changed(
    app: Flask, client: FlaskClient, committee: Committee, arrange: Arrange, clock: FrozenClock
) -> None:
    match = arrange(committee)
    path = address(app, committee, clock())
    first = client.get(path)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    clock.advance(hours=3)

    assert client.get(path, headers={"If-None-Match": etag}).status_code == 304
    assert client.get(path, headers={"If-Modified-Since": changed}).status_code == 304
    assert "no-cache" in first.headers["Cache-Control"]
    assert "private" in first.headers["Cache-Control"]

    with app.app_context(), transaction() as session:
        service.decline(session, match.id, Side.COMMITTEE, Reason.NO_ROOM, "", COMMITTEE, clock())

    for headers in ({"If-None-Match": etag}, {"If-Modified-Since": changed}):
        again = client.get(path, headers=headers)
        assert again.status_code == 200
        assert events(again.text) == []


def test_the_address_is_the_same_from_one_look_to_the_next(
    app: Flask, committee: Committee, clock: FrozenClock
) -> None:
    first = address(app, committee, clock())

    assert address(app, committee, clock.advance(days=20)) == first


def test_renewing_the_address_stops_the_old_one(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    sign_in: SignIn,
    committee: Committee,
    clock: FrozenClock,
) -> None:
    old = address(app, committee, clock())
    sign_in(client, build.account(committee=committee))
    assert old in client.get("/mon-comite/preferences").text

    page = client.post("/mon-comite/agenda/renouveler", follow_redirects=True).text

    new = address(app, committee, clock())
    assert new in page
    assert old not in page
    stranger = app.test_client()
    assert stranger.get(old).status_code == 404
    assert stranger.get(new).status_code == 200


def test_the_address_is_kept_when_the_digest_changes(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    sign_in: SignIn,
    committee: Committee,
    clock: FrozenClock,
) -> None:
    old = address(app, committee, clock())
    sign_in(client, build.account(committee=committee))
    client.post("/mon-comite/preferences", data={"language": "fr", "weekday": "3", "hour": "9"})

    assert client.get(old).status_code == 200


def test_a_closed_committee_has_no_calendar(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    closed = build.committee(active=False)

    assert client.get(address(app, closed, clock())).status_code == 404


def test_hostile_addresses_open_nothing(
    app: Flask, client: FlaskClient, committee: Committee, clock: FrozenClock
) -> None:
    number, now = committee.id, clock()
    links = app.extensions["links"]
    tokens = [
        links.token(Purpose.UNSUBSCRIBE, 1, f"committee:{number}", now),
        links.token(Purpose.AGENDA, 2, f"committee:{number}", now),
        links.token(Purpose.AGENDA, 1, f"account:{number}", now),
        links.token(Purpose.AGENDA, 1, "committee:", now),
        links.token(Purpose.AGENDA, 1, "committee:²", now),
        links.token(Purpose.AGENDA, 1, f"committee:{2**70}", now),
        "x" * 600,
        "..%2f",
        "é",
    ]

    assert [client.get(f"/agenda/{token}.ics").status_code for token in tokens] == [404] * len(tokens)
    clock.advance(seconds=LIFETIMES[Purpose.AGENDA].total_seconds() + 1)
    assert client.get(address(app, committee, now)).status_code == 410
