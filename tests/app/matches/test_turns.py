"""Nobody without anything for long: who is due, what the scheduler's plan does about it, and what it says."""

from datetime import timedelta

import pytest
from flask import Flask

import matching
from app.db import session as read_session
from app.db import transaction
from app.matches.queries.engine import read_board
from app.models import Account, Committee
from app.models.states import MatchState, Role, Urgency
from app.transitions import Actor
from app.weights import service
from tests.app.matches.planned import LYON, matches, plan
from tests.builders import Builder
from tests.conftest import FrozenClock

SIX_WEEKS = matching.Weights(longest_weeks=6)


@pytest.fixture
def coordinator(build: Builder) -> Account:
    return build.account(Role.COORDINATOR)


@pytest.fixture
def far(build: Builder) -> Committee:
    return build.committee(name="Comité lointain", **LYON)


def adopt(app: Flask, coordinator: Account, weights: matching.Weights, clock: FrozenClock) -> None:
    with app.app_context(), transaction() as session:
        service.choose(session, weights, "", Actor.account(coordinator.id), clock())


def since(app: Flask, committee: Committee, clock: FrozenClock) -> int | None:
    """For how many days the committee has had nothing, as a plan would be told."""
    with app.app_context():
        board = read_board(read_session(), clock(), turns=True)
    day = board.since.get(str(committee.id))
    return None if day is None else (clock().date() - day).days


def test_what_a_committee_has_had_is_what_it_received_or_is_promised(
    app: Flask, build: Builder, clock: FrozenClock, far: Committee
) -> None:
    assert since(app, far, clock) is None, "it asks for nothing"
    old = build.need(far, declared_at=clock() - timedelta(days=100))
    assert since(app, far, clock) == 100

    given = build.need(far, declared_at=clock() - timedelta(days=200))
    for days, state, received in (
        (70, MatchState.COMPLETED, 1),
        (20, MatchState.COMPLETED, 0),
        (10, MatchState.FAILED, None),
        (5, MatchState.LAPSED, None),
    ):
        build.match(
            need=given,
            state=state,
            received_quantity=received,
            committee_answered_at=clock() - timedelta(days=days),
            closed_at=clock() - timedelta(days=days),
        )
    build.match(need=old, state=MatchState.PROPOSED)
    assert since(app, far, clock) == 70, "what failed, lapsed, came empty or is only proposed brought nothing"

    build.match(need=given, state=MatchState.ACCEPTED)
    assert since(app, far, clock) == 0


def test_a_committee_that_began_to_ask_after_its_last_gift_waits_since_then(
    app: Flask, build: Builder, clock: FrozenClock, far: Committee
) -> None:
    over = build.need(far, state="met", declared_at=clock() - timedelta(days=99))
    build.match(need=over, state=MatchState.COMPLETED, closed_at=clock() - timedelta(days=80))
    build.need(far, declared_at=clock() - timedelta(days=3))

    assert since(app, far, clock) == 3


def test_who_lets_its_turn_lapse_waits_for_the_next(
    app: Flask, build: Builder, clock: FrozenClock, far: Committee
) -> None:
    need = build.need(far, declared_at=clock() - timedelta(days=100))

    build.match(need=need, state=MatchState.LAPSED, closed_at=clock() - timedelta(days=8))

    assert since(app, far, clock) == 8


def test_the_schedulers_plan_serves_first_whoever_went_without_for_too_long_and_says_so(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: Account, far: Committee
) -> None:
    near = build.need(urgency=Urgency.CRITICAL)
    waiting = build.need(far, declared_at=clock() - timedelta(days=50), urgency=Urgency.LOW)
    build.offered_item()
    plan(app, clock)
    assert [each.need_id for each in matches(app)] == [near.id]

    adopt(app, coordinator, SIX_WEEKS, clock)
    clock.advance(minutes=5)
    plan(app, clock)

    [match] = [each for each in matches(app) if each.state is MatchState.PROPOSED]
    assert match.need_id == waiting.id
    assert {"code": "without", "value": 7} in match.reasons


def test_once_something_is_promised_it_is_no_longer_due(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: Account, far: Committee
) -> None:
    adopt(app, coordinator, SIX_WEEKS, clock)
    near = build.need(urgency=Urgency.CRITICAL)
    waiting = build.need(far, declared_at=clock() - timedelta(days=50), urgency=Urgency.LOW, quantity=2)
    build.match(need=waiting, state=MatchState.APPROVED)
    build.offered_item()

    plan(app, clock)

    [match] = [each for each in matches(app) if each.state is MatchState.PROPOSED]
    assert match.need_id == near.id


def test_the_dial_decides_the_schedulers_plan_too(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: Account, far: Committee
) -> None:
    rich = build.committee()
    for _ in range(3):
        build.match(
            need=build.need(rich, state="met"),
            state=MatchState.COMPLETED,
            approved_at=clock() - timedelta(days=20),
            closed_at=clock() - timedelta(days=10),
        )
    near, poor = build.need(rich), build.need(far)
    build.offered_item()
    plan(app, clock)
    assert [each.need_id for each in matches(app) if each.state is MatchState.PROPOSED] == [near.id]

    adopt(app, coordinator, matching.Weights(turns=1), clock)
    clock.advance(minutes=5)
    plan(app, clock)

    assert [each.need_id for each in matches(app) if each.state is MatchState.PROPOSED] == [poor.id]
