"""What usually comes: what somebody nearby usually asks for is held back, for two days at most, and the pages say why."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

import matching
from app.db import session as read_session
from app.db import transaction
from app.matches import pairs, planning, wording
from app.matches.queries import rows
from app.matches.queries.engine import read_board
from app.models import Account, Committee, Match, OfferedItem, PlanRun
from app.models.states import Aside, MatchState, OfferState, Urgency
from app.solving.solver import Solver, SolverError, SolverRefusal, priced_as
from app.transitions import Actor
from app.weights import service
from app.weights.forms import LONGEST_WAIT
from app.weights.wording import known_past
from matching.weights import LEAST_WEEKS
from tests.app.matches.planned import FAR, matches, plan, usual_past
from tests.builders import Builder
from tests.conftest import PATIENCE, FrozenClock
from tests.reading import plain

AHEAD = matching.Weights(ahead_days=LONGEST_WAIT)
DIALS = "/coordination/reglages"


@pytest.fixture
def far(build: Builder) -> Committee:
    return build.committee(name="Comité lointain", **FAR)


def adopt(app: Flask, coordinator: Account, weights: matching.Weights, clock: FrozenClock) -> None:
    with app.app_context(), transaction() as session:
        service.choose(session, weights, "", Actor.account(coordinator.id), clock())


@pytest.fixture
def awaited(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: Account, far: Committee
) -> OfferedItem:
    """A machine that a committee far away asks for, and that the one at the door usually takes; things may wait for two days."""
    usual_past(build, clock(), 20)
    build.need(far)
    adopt(app, coordinator, AHEAD, clock)
    return build.offered_item()


def why(client: FlaskClient, item: OfferedItem) -> str:
    return plain(client.get(f"/coordination/offres/{item.offer_id}").text)


def test_what_is_usually_asked_for_nearby_waits_and_the_pages_say_so(
    app: Flask, awaited: OfferedItem, client: FlaskClient, clock: FrozenClock
) -> None:
    run = plan(app, clock)

    assert matches(app) == []
    said = (
        "le don attend, 2 jours au plus : d'habitude, une offre ou une demande qui convient mieux arrive vite"
    )
    takes = "Il faudrait attendre jusque-là, ou que la coordination le propose elle-même."
    assert f"{said}. {takes}" in why(client, awaited)
    assert said in plain(client.get("/coordination").text)
    assert said in plain(client.get("/coordination/pourquoi-pas").text)
    assert said in plain(client.get("/coordination/besoins/41").text)
    assert run is not None
    assert run.prices == {}, "of what has no match nobody asks for a price"


@pytest.mark.parametrize("days", range(1, LONGEST_WAIT + 1))
def test_a_day_of_the_72_hours_is_left_to_decide_on_what_has_waited(
    app: Flask, awaited: OfferedItem, coordinator: Account, client: FlaskClient, clock: FrozenClock, days: int
) -> None:
    adopt(app, coordinator, matching.Weights(ahead_days=days), clock)
    plan(app, clock)
    assert matches(app) == []

    for _hour in range(24 * days):
        clock.advance(hours=1)
        plan(app, clock)

    assert [(each.offered_item_id, each.state) for each in matches(app)] == [
        (awaited.id, MatchState.PROPOSED)
    ]


def test_whoever_asks_next_door_is_proposed_at_once_what_was_kept_for_it(
    app: Flask, awaited: OfferedItem, build: Builder, client: FlaskClient, clock: FrozenClock
) -> None:
    plan(app, clock)
    near = build.need()

    plan(app, clock)

    [match] = matches(app)
    assert match.need_id == near.id
    page = plain(client.get(f"/coordination/rapprochements/{match.id}").text)
    told = re.search(
        r"valent (\d+) points ; gardés pour ce qui vient d'habitude ici, ils en vaudraient (\d+)", page
    )
    assert told is not None
    assert int(told[1]) >= int(told[2]) - 10


def test_of_a_proposal_that_stood_before_anything_waited_it_is_not_said_that_waiting_were_better(
    app: Flask, build: Builder, coordinator: Account, far: Committee, client: FlaskClient, clock: FrozenClock
) -> None:
    usual_past(build, clock(), 20)
    build.need(far)
    build.offered_item()
    plan(app, clock)
    adopt(app, coordinator, AHEAD, clock)
    assert plan(app, clock) is not None

    [match] = matches(app)

    page = plain(client.get(f"/coordination/rapprochements/{match.id}").text)
    assert "pour ce qui vient d'habitude ici" not in page


def test_a_very_urgent_need_does_not_wait(
    app: Flask, awaited: OfferedItem, build: Builder, far: Committee, clock: FrozenClock
) -> None:
    urgent = build.need(far, urgency=Urgency.CRITICAL)

    plan(app, clock)

    assert [each.need_id for each in matches(app)] == [urgent.id]


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("ends", ["offer", "need"])
def test_what_ends_soon_is_proposed_while_there_is_an_appointment(
    app: Flask, build: Builder, coordinator: Account, far: Committee, clock: FrozenClock, ends: str, days: int
) -> None:
    usual_past(build, clock(), 20)
    adopt(app, coordinator, AHEAD, clock)
    last = clock().date() + timedelta(days=days)
    build.need(far, needed_by=last if ends == "need" else None)
    build.offered_item(
        build.offer(build.donor(), available_until=last) if ends == "offer" else build.offer(build.donor())
    )

    plan(app, clock)

    assert len(matches(app)) == 1


def test_the_plan_holds_the_prices_that_its_proposals_were_compared_with_and_no_others(
    app: Flask, awaited: OfferedItem, build: Builder, clock: FrozenClock
) -> None:
    build.need()
    plan(app, clock)

    with app.app_context():
        match = read_session().exec(select(Match)).one()
        run = read_session().get_one(PlanRun, match.plan_run_id)
        prices = matching.types.Ahead(**run.prices)
        assert [*prices.offers, *prices.needs] == [str(match.offered_item_id), str(match.need_id)]
        assert pairs.replayed(match).same
        hopes = prices.hopes(str(match.offered_item_id), str(match.need_id))
        assert hopes is not None
        assert pairs.replay(match).worth_micro / 1e6 >= hopes

        board = read_board(read_session(), clock())
        assert planning.looking_ahead(board) == planning.looking_ahead(read_board(read_session(), clock())), (
            "the same rows give the same prices"
        )


def test_a_plan_of_the_same_rows_is_the_same_plan_again(
    app: Flask, awaited: OfferedItem, clock: FrozenClock
) -> None:
    assert plan(app, clock) is not None
    clock.advance(minutes=5)
    assert plan(app, clock) is None


def test_what_was_offered_today_is_no_past_yet(app: Flask, build: Builder, clock: FrozenClock) -> None:
    usual_past(build, clock(), 2)
    build.offered_item()
    build.need()

    with app.app_context():
        found = rows.past(read_session(), clock())

    assert (len(found.offers), len(found.needs)) == (2, 4)
    assert {row.text for row in found.offers} == {""}, "words may be forgotten, prices stay the same"


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    told: list[str] = []
    with app.app_context():
        bind = read_session().get_bind()

    def hear(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    sa.event.listen(bind, "before_cursor_execute", hear)
    yield told
    sa.event.remove(bind, "before_cursor_execute", hear)


def test_the_past_is_read_in_as_many_statements_however_long_it_is_and_not_at_all_while_nothing_may_wait(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: Account, statements: list[str]
) -> None:
    def read() -> int:
        statements.clear()
        with app.app_context():
            read_board(read_session(), clock())
        return len(statements)

    usual_past(build, clock(), 2)
    off = read()
    adopt(app, coordinator, AHEAD, clock)
    short = read()
    usual_past(build, clock(), 15)

    assert read() == short
    assert 0 < short - off <= 6
    adopt(app, coordinator, matching.Weights(), clock)
    assert read() == off


def test_of_a_long_past_the_latest_is_read_and_both_sides_begin_on_one_day(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    usual_past(build, clock(), 8)

    with app.app_context():
        found = rows.past(read_session(), clock(), most=10)

    assert (len(found.offers), len(found.needs)) == (5, 10)


def test_of_one_offer_with_very_many_articles_no_more_is_read_than_of_many_offers(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    came = clock() - timedelta(weeks=2)
    offer = build.offer(build.donor(), state=OfferState.CLOSED, created_at=came, confirmed_at=came)
    for _article in range(12):
        build.offered_item(offer)

    with app.app_context():
        assert len(rows.past(read_session(), clock(), most=10).offers) == 10


@pytest.mark.parametrize(
    ("state", "thing", "aside", "weeks"),
    [
        (OfferState.CLOSED, "lave-linge", None, 20),
        (OfferState.CLOSED, "lave-linge", Aside.WITHDRAWN, 20),
        (OfferState.UNCONFIRMED, "lave-linge", None, 0),
        (OfferState.REFUSED, "lave-linge", None, 0),
        (OfferState.CLOSED, None, None, 0),
        (OfferState.CLOSED, "lave-linge", Aside.REFUSED, 0),
    ],
)
def test_only_what_prices_are_made_of_makes_a_past(
    app: Flask,
    build: Builder,
    clock: FrozenClock,
    state: OfferState,
    thing: str | None,
    aside: Aside | None,
    weeks: int,
) -> None:
    came = clock() - timedelta(weeks=20)
    offer = build.offer(build.donor(), state=state, created_at=came)
    build.offered_item(offer, item=thing, aside=aside)

    with app.app_context():
        assert rows.past_weeks(read_session(), clock()) == weeks


def test_below_thirteen_weeks_nothing_waits_and_the_page_of_the_dial_says_how_many_there_are(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock, coordinator: Account, far: Committee
) -> None:
    usual_past(build, clock(), LEAST_WEEKS - 1)
    build.need(far)
    build.offered_item()
    adopt(app, coordinator, AHEAD, clock)

    plan(app, clock)

    assert len(matches(app)) == 1
    page = plain(client.get(DIALS).text)
    assert "Sans effet pour le moment : il faut 13 semaines d'offres et de besoins" in page
    assert "le portail n'en regarde que 11 (3 000 articles et 3 000 besoins au plus)." in page


@pytest.mark.parametrize(("weeks", "patience"), [(LEAST_WEEKS - 1, 0), (20, 100)])
def test_no_day_is_promised_where_nothing_waits_for_what_usually_comes_nor_where_things_wait_for_longer(
    build: Builder, client: FlaskClient, clock: FrozenClock, coordinator: Account, weeks: int, patience: int
) -> None:
    usual_past(build, clock(), weeks)

    page = plain(client.get(DIALS, query_string={"ahead_days": 2, "patience": patience}).text)

    assert "Ce qui attend mieux" not in page


def test_what_if_learns_prices_once_where_they_are_alike_and_tries_no_more_than_it_can(
    app: Flask, awaited: OfferedItem, clock: FrozenClock
) -> None:
    with app.app_context():
        board = read_board(read_session(), clock())
        assert board.past is not None
        past = len(board.past.offers) + len(board.past.needs)
        asked = len(board.offers) + len(board.needs)
        solver = Solver(seconds=PATIENCE, largest=asked + past)
        calm, fit = replace(AHEAD, calm=0.5), replace(AHEAD, fit=0.9)
        try:
            assert solver.plans(board, [AHEAD, calm, matching.Weights()])[:2] == [(), ()]
            with pytest.raises(SolverError) as refused:
                solver.plans(board, [AHEAD, fit])
        finally:
            solver.stop()
    assert refused.value.code is SolverRefusal.TOO_LARGE


def test_prices_depend_on_nothing_that_is_left_out_where_they_are_learnt_once(
    app: Flask, awaited: OfferedItem, clock: FrozenClock
) -> None:
    with app.app_context():
        board = read_board(read_session(), clock())
    weights = matching.Weights(ahead_days=2, calm=1.5, patience=3.0, patience_days=7, longest_weeks=2)
    under = priced_as(weights)

    assert under != weights
    assert planning.looking_ahead(replace(board, weights=weights)).ahead
    assert (
        planning.looking_ahead(replace(board, weights=weights)).ahead
        == planning.looking_ahead(replace(board, weights=under)).ahead
    )


def test_what_if_shows_what_would_wait_and_until_when(
    app: Flask, build: Builder, client: FlaskClient, clock: FrozenClock, coordinator: Account, far: Committee
) -> None:
    usual_past(build, clock(), 20)
    build.need(far)
    build.offered_item()

    page = plain(client.get(f"{DIALS}?ahead_days=2").text)

    assert "1 pièce de moins serait placée." in page
    assert "Ce qui attend mieux est proposé au plus tard 2 jours après l'offre." in page
    assert "Le portail connaît 19 semaines d'offres et de besoins ;" in page
    assert client.get(f"{DIALS}?ahead_days=3").status_code == 422, "a day is left to decide"


def test_prices_are_plain_json(app: Flask, awaited: OfferedItem, build: Builder, clock: FrozenClock) -> None:
    build.need()
    run = plan(app, clock)

    assert run is not None
    assert run.prices
    assert json.loads(json.dumps(run.prices)) == run.prices


@pytest.mark.parametrize(
    ("worth", "usual", "said"),
    [
        (0.01, -0.2, "valent 1 point ; gardés pour ce qui vient d'habitude ici, ils en vaudraient −20."),
        (12.345, 0.0, "valent 1 234 points ; gardés pour ce qui vient d'habitude ici, ils en vaudraient 0."),
    ],
)
def test_what_waiting_was_compared_with_is_written_as_one_writes_figures(
    app: Flask, worth: float, usual: float, said: str
) -> None:
    with app.test_request_context():
        assert said in plain(wording.waiting_sentence(worth, usual))


def test_of_no_whole_week_it_is_said_that_there_is_none(app: Flask) -> None:
    with app.test_request_context():
        assert plain(known_past(0)).endswith("et le portail n'en connaît pas encore une entière.")
