"""How far offers come and how long it takes; what never comes, what nobody asks for, what was missed, who is served."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.figures.course import Course, Demand, Unasked, course
from app.figures.months import Period
from app.figures.queries import Extent
from app.models import Account, Committee, Decision, Match
from app.models.states import ActorKind, MatchState, NeedState, OfferState, Reason, Verb
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

PATH = "/coordination/bilan/parcours"
PERIOD = Period(date(2026, 9, 1), date(2026, 11, 1))


@pytest.fixture
def lived(app: Flask, build: Builder, clock: FrozenClock) -> tuple[Committee, Committee]:
    """Two committees. Of five articles offered one was refused, one found nobody, one was declined, one missed, one received."""
    now = clock()
    served, other = build.committee(name="Comité servi"), build.committee(name="Comité oublié")
    start = now - timedelta(days=10)

    def match(committee: Committee, item: str, state: MatchState, hours: int, **more: Any) -> Match:
        offer = build.offer(created_at=start, confirmed_at=start)
        article, need = build.offered_item(offer, item=item), build.need(committee, item=item, quantity=4)
        approved = start + timedelta(hours=hours)
        return build.match(article, need, state=state, approved_at=approved, **more)

    def answers(hours: int) -> dict[str, Any]:
        return {
            "donor_answered_at": start + timedelta(hours=hours),
            "committee_answered_at": start + timedelta(hours=hours - 1),
        }

    match(other, "table-basse", MatchState.DECLINED, 10, donor_answered_at=start + timedelta(hours=11))
    missed = match(other, "chaise", MatchState.FAILED, 20, **answers(30))
    got = match(served, "lave-linge", MatchState.COMPLETED, 90, received_quantity=3, **answers(100))
    build.handover(got, starts_at=start + timedelta(hours=148), ends_at=start + timedelta(hours=149))
    build.offered_item(build.offer(created_at=start), item="piano")
    build.offered_item(build.offer(created_at=start, state=OfferState.REFUSED), item="piano")
    build.offered_item(build.offer(created_at=start - timedelta(days=200)), item="piano")
    build.need(other, item="lits", quantity=5)
    build.need(other, item="lits", quantity=50, state=NeedState.WITHDRAWN)
    build._save(
        Decision(
            at=now, actor=ActorKind.COMMITTEE, verb=Verb.FAIL, reason=Reason.NO_SHOW, match_id=missed.id,
            from_state=MatchState.SCHEDULED, to_state=MatchState.FAILED,
        )
    )  # fmt: skip
    return served, other


def found(app: Flask, **cut: Any) -> Course:
    with app.app_context():
        return course(session(), Extent(PERIOD, **cut))


def test_each_figure_of_the_course(app: Flask, lived: tuple[Committee, Committee]) -> None:
    served, other = lived
    seen = found(app)

    assert dict(seen.stages) == {"offered": 4, "proposed": 3, "approved": 3, "agreed": 2, "received": 1}
    assert {leg: hours and round(hours, 3) for leg, hours in seen.hours.items()} == {
        "decided": 20, "answered": 10, "met": 48, "whole": 148,
    }  # fmt: skip
    assert seen.unmet == [
        Demand("lits", 5, 0),
        Demand("chaise", 4, 0),
        Demand("table-basse", 4, 0),
        Demand("lave-linge", 4, 3),
    ]
    assert seen.unasked == [Unasked("piano", 1, 1)]
    assert seen.committees == [Demand(other.id, 13, 0), Demand(served.id, 4, 3)]
    assert (dict(seen.missed), seen.kept) == ({Reason.NO_SHOW: 1}, 1)


def test_it_is_narrowed(app: Flask, lived: tuple[Committee, Committee]) -> None:
    served, other = lived

    mine = found(app, committee_id=served.id)
    assert dict(mine.stages) == {"offered": 0, "proposed": 1, "approved": 1, "agreed": 1, "received": 1}
    assert mine.committees == [Demand(served.id, 4, 3)]
    assert found(app, organisation_id=other.organisation_id).kept == 0
    assert found(app, item="sieges").stages["offered"] == 1
    assert found(app, action_id=9).is_empty


def test_a_coordinator_reads_it(
    client: FlaskClient, coordinator: Account, lived: tuple[Committee, Committee]
) -> None:
    page = " ".join(plain(client.get(PATH).text).split())

    for words in ("20 h", "objectif : 72 h", "Comité oublié", "Piano", "Personne n'est venu", "reçus"):
        assert words in page, words
    assert "style=" not in page
    assert client.get(f"{PATH}/tableur").text.count("Comité oublié") == 1
    assert "Rien n'a été proposé ni demandé" in plain(client.get(f"{PATH}?de=2025-01&a=2025-02").text)
