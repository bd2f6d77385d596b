"""The day's list: what a committee ticks as it comes; twice is once, and what changed meanwhile is said."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import transaction
from app.handovers import reporting
from app.handovers.reporting import HandoverReport, Says
from app.models import Match, OutboxMessage
from app.models.states import MatchState, Reason, Side
from app.transitions import COMMITTEE
from tests.app.handovers.trip import Company
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

LIST = "/mon-comite/aujourdhui"
JSON = {"Accept": "application/json"}


@pytest.fixture
def company(app: Flask, clock: FrozenClock, build: Builder, client: FlaskClient, sign_in: SignIn) -> Company:
    """Three articles of one trip, on its day, and a member who looks at the list."""
    company = Company(app, clock, build)
    company.fix()
    company.clock.advance(days=2)
    sign_in(client, build.account(committee=company.committee))
    return company


def tick(client: FlaskClient, match_id: int, **sent: Any) -> dict[str, Any]:
    answer = client.post(f"{LIST}/{match_id}/recu", data=sent, headers=JSON)
    found: dict[str, Any] = answer.get_json()
    return found


def seen(client: FlaskClient) -> str:
    found = re.search(r'name="seen" value="(\d+)"', client.get(LIST).text)
    assert found is not None
    return found[1]


def test_the_list_tells_whom_to_meet_and_each_article_is_ticked_by_itself(
    company: Company, client: FlaskClient
) -> None:
    shown = words(client.get(LIST))
    for said in ("06 00 00 00 00", "1 rue du Don", "Lave-linge", "Chaise", "Table basse"):
        assert said in shown, said

    done = client.post(f"{LIST}/{company.ids[0]}/recu", follow_redirects=True)

    assert "C'est noté : reçu." in words(done)
    assert company.states() == [MatchState.COMPLETED, MatchState.SCHEDULED, MatchState.SCHEDULED]
    assert "1 pièce reçue" in words(done)


def test_what_is_ticked_one_after_the_other_is_thanked_for_in_one_letter(
    company: Company, client: FlaskClient
) -> None:
    page = seen(client)
    for match_id in company.ids:
        assert tick(client, match_id, seen=page)["done"] is True
        company.clock.advance(minutes=5)

    assert [message for _party, message, _subject in company.waiting()] == ["thank_you"]
    letter = company.letter("thank_you")
    assert all(name in letter.body_text for name in ("Lave-linge", "Chaise", "Table basse"))
    assert letter.not_before <= company.clock()


def test_the_same_tick_sent_twice_is_one(company: Company, client: FlaskClient) -> None:
    before = seen(client)

    assert tick(client, company.ids[0], seen=before)["done"] is True
    again = tick(client, company.ids[0], seen=before)

    assert again["done"] is False
    with company.app.app_context(), transaction() as session:
        assert len(session.exec(select(OutboxMessage).where(OutboxMessage.message == "thank_you")).all()) == 1


def test_a_tick_that_comes_late_changes_nothing_and_says_what_changed(
    company: Company, client: FlaskClient
) -> None:
    before = seen(client)
    company.clock.advance(minutes=1)
    said = HandoverReport(Says.NO, reason=Reason.NO_SHOW)
    company.do(reporting.report, company.ids[0], Side.COMMITTEE, said, COMMITTEE)

    late = tick(client, company.ids[0], seen=before)

    assert late["done"] is False
    assert company.states()[0] is MatchState.FAILED


def test_what_is_to_come_and_what_others_receive_is_not_on_the_list(
    company: Company, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    starts = clock() + timedelta(days=2)
    later = build.match(
        build.offered_item(item="lit", description="lit"),
        build.need(company.committee),
        state=MatchState.SCHEDULED,
    )
    other = build.match(build.offered_item(item="lit", description="lit"), state=MatchState.SCHEDULED)
    build.handover(later, starts_at=starts, ends_at=starts + timedelta(hours=1))
    build.handover(other, starts_at=clock(), ends_at=clock() + timedelta(hours=1))

    assert "Lit" not in words(client.get(LIST)).replace("Lits", "")
    assert client.post(f"{LIST}/{other.id}/recu").status_code == 404
    with company.app.app_context(), transaction() as session:
        assert session.get_one(Match, other.id).state is MatchState.SCHEDULED
