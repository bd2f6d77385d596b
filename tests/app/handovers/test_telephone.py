"""A donor telephones: the coordinator writes down the answer, and it counts as the donor's own."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import session as read_session
from app.db import transaction
from app.handovers import service
from app.handovers.service import Terms
from app.handovers.slots import Span, encode
from app.lessons import queries as lessons
from app.models import Account, Match, OutboxMessage
from app.models.states import MatchState, Transport
from app.transitions import COMMITTEE
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock
from tests.reading import plain


@pytest.fixture
def match_id(build: Builder, clock: FrozenClock, coordinator: Account) -> int:
    match = build.match(state=MatchState.APPROVED, approved_at=clock(), answer_by=clock() + timedelta(days=5))
    return match.id


def url(match_id: int, act: str = "") -> str:
    return f"/coordination/rapprochements/{match_id}/donateur{act}"


def state(app: Flask, match_id: int) -> MatchState:
    with app.app_context():
        return read_session().get_one(Match, match_id).state


def test_the_page_of_the_match_leads_there(client: FlaskClient, match_id: int) -> None:
    page = plain(client.get(f"/coordination/rapprochements/{match_id}").text)
    assert f'href="{url(match_id)}">Noter la réponse du donateur' in page
    assert f'href="/mon-comite/dons/{match_id}">Répondre pour le comité' in page
    assert "06 00 00 00 00" in client.get(url(match_id)).text


def test_a_yes_and_a_time_are_the_donors_own_with_the_name_of_who_wrote_them(
    app: Flask, client: FlaskClient, clock: FrozenClock, match_id: int
) -> None:
    assert client.post(url(match_id, "/oui")).status_code == 303
    span = Span(clock() + timedelta(days=1), clock() + timedelta(days=1, hours=2))
    with app.app_context(), transaction() as work:
        terms = Terms([span], Transport.COMMITTEE_COLLECTS)
        service.accept_with_times(work, match_id, terms, COMMITTEE, clock(), ANSWER_WITHIN)

    assert "Le moment qui lui convient" in client.get(url(match_id)).text
    client.post(url(match_id, "/moment"), data={"slot": encode(span)})

    assert state(app, match_id) is MatchState.SCHEDULED
    trail = plain(client.get(f"/coordination/rapprochements/{match_id}").text)
    assert "Accepté par le donateur (noté par Coordinatrice Exemple)" in trail
    assert "Rendez-vous fixé par le donateur (noté par Coordinatrice Exemple)" in trail


def test_a_gift_that_is_gone_ends_the_match_tells_the_committee_and_teaches_nothing(
    app: Flask, client: FlaskClient, clock: FrozenClock, match_id: int
) -> None:
    wrong = client.post(url(match_id, "/non"), data={"reason": "no_show", "note": "Gardez ce mot"})
    assert wrong.status_code == 422
    assert "Gardez ce mot" in wrong.text

    answer = client.post(url(match_id, "/non"), data={"reason": "too_far", "note": ""})

    assert answer.headers["Location"] == f"/coordination/rapprochements/{match_id}"
    assert state(app, match_id) is MatchState.DECLINED
    with app.app_context():
        letters = read_session().exec(select(OutboxMessage.message)).all()
        assert list(letters) == ["donor_declined"]
        assert lessons.active(read_session(), clock()) == []


def test_what_is_over_or_was_never_begun_is_told(
    app: Flask, client: FlaskClient, build: Builder, match_id: int
) -> None:
    proposed = build.match().id
    for address in (url(proposed), url(proposed, "/oui"), url(proposed, "/moment")):
        answer = client.post(address) if address != url(proposed) else client.get(address)
        assert answer.status_code == 303
    assert state(app, proposed) is MatchState.PROPOSED
    assert client.get(url(99999)).status_code == 404


def test_a_time_that_was_never_proposed_is_refused(app: Flask, client: FlaskClient, match_id: int) -> None:
    for slot in ("", "%00", "2020-01-01T10:00/2020-01-01T12:00", "x" * 5000):
        answer = client.post(url(match_id, "/moment"), data={"slot": slot}, follow_redirects=True)
        assert "Ce moment n'est plus proposé" in plain(answer.text)
    assert state(app, match_id) is MatchState.APPROVED


def test_a_donor_whom_no_time_suits_says_so_on_the_telephone(
    app: Flask, client: FlaskClient, clock: FrozenClock, build: Builder, match_id: int
) -> None:
    with app.app_context(), transaction() as work:
        span = Span(clock() + timedelta(days=1), clock() + timedelta(days=1, hours=2))
        terms = Terms([span], Transport.DONOR_BRINGS)
        service.accept_with_times(work, match_id, terms, COMMITTEE, clock(), ANSWER_WITHIN)
    assert client.post(url(match_id, "/autre-moment"), data={"words": ""}).status_code == 422

    said = client.post(url(match_id, "/autre-moment"), data={"words": "Le samedi"}, follow_redirects=True)

    assert "le comité proposera d'autres moments" in plain(said.text)
    assert "Accepté par le donateur (noté par Coordinatrice Exemple)" in plain(said.text)
    assert "Le samedi" in client.get(url(match_id)).text
    assert "Le samedi" in client.get(f"/mon-comite/dons/{match_id}").text
