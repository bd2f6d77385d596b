"""No plan is written before it was verified; of a large one, a sample that moves until all was looked at."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from sqlmodel import select

import matching
import matching.types as engine
from app.db import session as read_session
from app.db import transaction
from app.matches import checking, planning, service, writing
from app.matches.queries import remembered
from app.matches.queries.engine import Board, read_board
from app.models import Committee, Match, Need, OfferedItem, PlanRun
from app.models.states import Condition, MatchState, Reason, Role, Urgency
from app.transitions import Actor
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

Sabotage = Callable[[engine.Plan], engine.Plan]


def with_first(plan: engine.Plan, **values: object) -> engine.Plan:
    first, *rest = plan.pairings
    return replace(plan, pairings=(replace(first, **values), *rest))  # type: ignore[arg-type]


KINDS = (
    "lave-linge",
    "chaise",
    "refrigerateur",
    "velo",
    "ordinateur-portable",
    "livres",
    "televiseur",
    "armoire",
)

SABOTAGES: dict[str, Sabotage] = {
    "too many": lambda plan: with_first(plan, quantity=99),
    "another distance": lambda plan: with_first(plan, distance_km=5.0),
    "another score": lambda plan: with_first(plan, score=0.01),
    "another transport": lambda plan: with_first(plan, transport=engine.Transport.DONOR_BRINGS),
}


@pytest.fixture
def board(app: Flask, build: Builder, clock: FrozenClock) -> Board:
    """Eight pairs that have nothing to do with one another."""
    for slug in KINDS:
        build.need(item=slug)
        build.offered_item(item=slug)
    with app.app_context():
        return read_board(read_session(), clock())


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if eight pairings were many."""
    monkeypatch.setattr(checking, "CHECKED_UP_TO", 4)
    monkeypatch.setattr(checking, "SAMPLED", 4)


@pytest.mark.parametrize("minutes", [1, 4])
@pytest.mark.parametrize("kind", SABOTAGES)
def test_each_pairing_of_a_large_plan_is_looked_at_however_often_plans_are_made(
    board: Board, large: None, kind: str, minutes: int
) -> None:
    bad = SABOTAGES[kind](matching.plan(board.offers, board.needs, now=board.now))
    caught = 0
    for turn in range(4):
        try:
            checking.verify(replace(board, now=board.now + timedelta(minutes=turn * minutes)), bad)
        except engine.PlanError:
            caught += 1
    assert 1 <= caught <= 2


def test_a_sample_of_a_sound_plan_is_sound_and_small(board: Board, large: None) -> None:
    plan = matching.plan(board.offers, board.needs, now=board.now)
    assert len(plan.pairings) == 8
    for minute in range(4):
        moved = replace(board, now=board.now + timedelta(minutes=minute))
        cut, offers = checking.sample(moved, plan)
        assert 1 <= len(cut.pairings) <= 4
        assert (
            {each.offer for each in cut.pairings}
            <= {row.id for row in offers}
            < {row.id for row in board.offers}
        )
        checking.verify(moved, plan)


@pytest.mark.parametrize("kind", SABOTAGES)
def test_a_plan_that_breaks_a_promise_is_told_and_not_written(
    app: Flask, board: Board, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    sound = matching.Planner.plan
    monkeypatch.setattr(
        matching.Planner, "plan", lambda *args, **kwargs: SABOTAGES[kind](sound(*args, **kwargs))
    )
    with structlog.testing.capture_logs() as logs, app.app_context():
        with pytest.raises(engine.PlanError):
            planning.make_plan(clock())
        assert read_session().exec(select(Match)).all() == []
        assert read_session().exec(select(PlanRun)).all() == []

    assert [(each["event"], each["log_level"]) for each in logs] == [("plan.refused", "error")]
    result = app.test_cli_runner().invoke(args=["plan"])
    assert result.exit_code == 1
    assert "rien n'est écrit" in plain(result.output)


def test_whoever_plans_from_memory_leaves_the_board_as_a_fresh_plan_wants_it(
    app: Flask, build: Builder, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many small things happen; after each the memory's plan has written all that one without a memory would."""
    monkeypatch.setattr(remembered, "PART", 2)
    chance, actor = random.Random(20261129), Actor.account(build.account(role=Role.COORDINATOR).id)
    committees = [build.committee(collects_km=reach) for reach in (5, 40)]
    for slug in KINDS:
        build.need(item=slug, committee_id=committees[0].id, quantity=2)
        build.offered_item(item=slug, quantity=3)

    def offered() -> None:
        build.offered_item(item=chance.choice(KINDS), condition=chance.choice(list(Condition)), quantity=3)

    def asked() -> None:
        build.need(item=chance.choice(KINDS), committee_id=chance.choice(committees).id, quantity=2)

    def edited() -> None:
        with transaction() as session:
            item = chance.choice(session.exec(select(OfferedItem)).all())
            item.quantity, item.condition = chance.randint(3, 6), chance.choice(list(Condition))
            need = chance.choice(session.exec(select(Need)).all())
            need.minimum_condition, need.item = chance.choice(list(Condition)), chance.choice(KINDS)

    def elsewhere() -> None:
        with transaction() as session:
            committee = session.get_one(Committee, committees[1].id)
            committee.collects_km, committee.name = chance.choice((10, 60)), f"Comité {chance.random()}"

    def decided() -> None:
        with transaction() as session:
            proposed = session.exec(select(Match.id).where(Match.state == MatchState.PROPOSED)).all()
            for key in proposed[:1]:
                if chance.random() < 0.5:
                    service.approve(session, key, actor, clock(), timedelta(days=2))
                else:
                    service.reject(session, key, Reason.TOO_FAR, "", actor, clock())

    for _ in range(20):
        with app.app_context():
            chance.choice((offered, asked, edited, elsewhere, decided))()
            clock.advance(minutes=5)
            planning.make_plan(clock())
            afresh = read_board(read_session(), clock())
            wanted = planning.compare(afresh, planning.solve(afresh))
            assert not wanted, wanted


def test_a_plan_is_written_in_parts_and_what_makes_room_goes_first(
    app: Flask, build: Builder, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "AT_ONCE", 1)
    taken, free = build.offered_item(quantity=1), build.offered_item(quantity=4)
    urgent = build.need(quantity=2, urgency=Urgency.CRITICAL)
    build.match(
        taken, build.need(committee_id=urgent.committee_id, quantity=9, urgency=Urgency.LOW), quantity=1
    )
    build.match(free, urgent, quantity=4)
    opened: list[bool] = []
    with app.app_context():
        sa.event.listen(read_session().get_bind(), "commit", lambda _connection: opened.append(True))
        run = planning.make_plan(clock())
        assert run is not None
        assert len(opened) > 3
        afresh = read_board(read_session(), clock())
        assert not planning.compare(afresh, planning.solve(afresh))
        live = read_session().exec(select(Match).where(Match.state == MatchState.PROPOSED)).all()
        assert {run.id} >= {each.plan_run_id for each in live} - {None}
        of_items = Counter({each.offered_item_id: 0 for each in live})
        for each in live:
            of_items[each.offered_item_id] += each.quantity
        assert of_items[taken.id] <= 1
        assert of_items[free.id] <= 4


@pytest.mark.parametrize("what", ["renamed", "declined"])
def test_misses_are_told_anew_when_what_they_speak_of_changed_though_the_plan_did_not(
    app: Flask, build: Builder, clock: FrozenClock, what: str
) -> None:
    first, second = build.committee(), build.committee()
    build.offered_item(item="chaise", quantity=1)
    build.need(item="chaise", committee_id=first.id, urgency=Urgency.CRITICAL)
    build.need(item="chaise", committee_id=second.id, urgency=Urgency.LOW)
    promised = build.match(
        build.offered_item(quantity=10),
        build.need(committee_id=first.id, quantity=6),
        quantity=3,
        state=MatchState.APPROVED,
    )
    with app.app_context():
        for _ in range(2):
            planning.make_plan(clock())
        with transaction() as session:
            if what == "renamed":
                session.get_one(Committee, first.id).name = "Un autre nom"
            else:
                session.get_one(Match, promised.id).state = MatchState.DECLINED
        for _ in range(2):
            planning.make_plan(clock())
        afresh = read_board(read_session(), clock())
        wanted = planning.compare(afresh, planning.solve(afresh))
        assert not wanted, wanted
