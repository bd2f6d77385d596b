"""What became of earlier proposals teaches which will work out; a coordinator sees what was learnt, and how plans use it."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

import matching
from app.db import session as read_session
from app.db import transaction
from app.matches import planning
from app.matches.pairs import replayed
from app.matches.queries.engine import read_board
from app.models import Account, ChancesVersion, Match
from app.models.states import MatchState, NeedState, OfferState, Transport
from app.weights import queries
from app.weights.learning import learn_now
from matching.chances import LEAST_OUTCOMES, PastPairing
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

PAGE = "/coordination/reglages/appris"


@pytest.fixture(autouse=True)
def context(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


@pytest.fixture
def past(build: Builder, clock: FrozenClock, app: Flask) -> dict[str, Any]:
    """Two committees at one place, one of which hardly ever answers; each was asked a hundred and fifty times."""
    answers, silent = build.committee(name="Comité qui répond"), build.committee(name="Comité muet")
    item = build.offered_item(build.offer(state=OfferState.CLOSED), quantity=400)
    ways = [
        (build.need(each, state=NeedState.MET), often) for each, often in ((answers, 0.95), (silent, 0.15))
    ]
    random = Random(1)
    with app.app_context(), transaction() as session:
        for at in range(300):
            need, often = ways[at % 2]
            asked = clock() - timedelta(days=400 - at)
            session.add(
                Match(
                    offered_item_id=item.id,
                    need_id=need.id,
                    state=MatchState.LAPSED if random.random() > often else MatchState.COMPLETED,
                    distance_km=2.0,
                    weights_version="test",
                    proposed_at=asked,
                    approved_at=asked,
                    closed_at=asked + timedelta(days=5),
                )
            )
    return {"answers": answers, "silent": silent}


def learn(clock: FrozenClock) -> int:
    return learn_now(clock())


def test_below_two_hundred_nothing_is_learnt_and_the_page_says_how_many_are_lacking(
    build: Builder, client: FlaskClient, coordinator: Account, clock: FrozenClock
) -> None:
    build.match(state=MatchState.LAPSED, approved_at=clock() - timedelta(days=9))

    assert learn(clock) == 0
    page = plain(client.get(PAGE).text)
    assert f"il en manque {LEAST_OUTCOMES - 1}" in page
    assert "Appris le" not in page


def test_the_committee_that_answers_is_proposed_first_and_the_reasons_say_so(
    build: Builder, past: dict[str, Any], client: FlaskClient, coordinator: Account, clock: FrozenClock
) -> None:
    assert learn(clock) == 1
    build.need(past["silent"])
    wanted = build.need(past["answers"])
    build.offered_item()

    planning.make_plan(clock())

    match = read_session().exec(select(Match).where(Match.state == MatchState.PROPOSED)).one()
    assert match.need_id == wanted.id
    assert match.parts["chance"] > 0.8
    assert replayed(match).same
    page = plain(client.get(f"/coordination/rapprochements/{match.id}").text)
    assert "Ce comité répond presque toujours : avec lui, 9 propositions sur 10 aboutissent." in page
    assert "Chances d'aboutir, d'après ce qui s'est passé ici : 9" in page


def test_the_page_shows_by_how_much_each_thing_counts(
    past: dict[str, Any], client: FlaskClient, coordinator: Account, clock: FrozenClock
) -> None:
    learn(clock)

    page = plain(client.get(PAGE).text)

    assert "Les plans en tiennent compte." in page
    assert page.index("Comité qui répond") < page.index("Comité muet")
    assert "de 300 propositions" in page


def test_what_was_learnt_twice_is_one_version_and_new_outcomes_make_another(
    build: Builder, past: dict[str, Any], clock: FrozenClock
) -> None:
    assert [learn(clock), learn(clock)] == [1, 0]
    build.match(state=MatchState.FAILED, approved_at=clock() - timedelta(days=3))

    assert learn(clock) == 1
    assert len(read_session().exec(select(ChancesVersion)).all()) == 2


def test_what_tells_no_better_than_the_mean_is_not_used_and_the_page_says_so(
    client: FlaskClient, coordinator: Account, clock: FrozenClock, app: Flask
) -> None:
    with transaction() as session:
        session.add(
            ChancesVersion(
                version="x",
                chances={"outcomes": 300, "base": 1.0, "odds": {}},
                brier=0.25,
                base_brier=0.24,
                created_at=clock(),
            )
        )

    assert queries.current_chances(read_session()) is None


def test_weights_that_ignore_chances_plan_as_if_nothing_was_learnt(
    build: Builder, past: dict[str, Any], clock: FrozenClock
) -> None:
    learn(clock)
    board = read_board(read_session(), clock())
    assert board.chances is not None
    deaf = matching.types.Weights(chance=0)

    heard = matching.plan(board.offers, board.needs, **{**board.surroundings(), "weights": deaf})
    unheard = matching.plan(
        board.offers, board.needs, **{**board.surroundings(), "weights": deaf, "chances": None}
    )

    assert [each.worth for each in heard.pairings] == [each.worth for each in unheard.pairings]


def test_outcomes_are_told_as_on_the_day_of_the_asking(build: Builder, clock: FrozenClock) -> None:
    committee = build.committee()
    asked = clock() - timedelta(days=100)
    offer = build.offer(confirmed_at=asked - timedelta(days=4))
    build.match(
        build.offered_item(offer),
        build.need(committee),
        state=MatchState.COMPLETED,
        received_quantity=0,
        approved_at=asked,
        transport=Transport.DONOR_BRINGS,
        distance_km=3.2,
    )
    build.match(
        build.offered_item(),
        build.need(committee),
        state=MatchState.ACCEPTED,
        approved_at=asked - timedelta(days=20),
    )
    build.match(
        build.offered_item(),
        build.need(committee),
        state=MatchState.DECLINED,
        approved_at=asked - timedelta(days=40),
    )

    found = list(queries.outcomes(read_session(), clock()))

    (declined, nothing_came) = found
    assert not declined.handed_over
    assert nothing_came == PastPairing(
        False, 3.2, Transport.DONOR_BRINGS, nothing_came.item, str(committee.id), 4, 1
    )


def test_what_the_catalogue_does_not_know_is_not_counted_as_enough(
    build: Builder, client: FlaskClient, coordinator: Account, clock: FrozenClock
) -> None:
    build.match(
        build.offered_item(item=None, description="truc bleu"),
        state=MatchState.LAPSED,
        approved_at=clock() - timedelta(days=9),
    )

    assert f"il en manque {LEAST_OUTCOMES}." in plain(client.get(PAGE).text)
