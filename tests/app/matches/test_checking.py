"""No plan is written before it was verified; of a large one, a sample that moves until all was looked at."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog
from flask import Flask
from sqlmodel import select

import matching
import matching.types as engine
from app.db import session as read_session
from app.matches import checking, planning
from app.matches.queries.engine import Board, read_board
from app.models import Match, PlanRun
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
        assert 1 <= len(checking.sample(moved, plan).pairings) <= 4
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


def test_a_plan_from_memory_is_the_one_that_would_be_made_afresh(
    app: Flask, board: Board, build: Builder, clock: FrozenClock
) -> None:
    for step in range(4):
        build.offered_item(item="chaise")
        build.need(item=("chaise", "lave-linge")[step % 2], quantity=step + 1)
        clock.advance(minutes=15)
        with app.app_context():
            planning.make_plan(clock())
            now = read_board(read_session(), clock())
        assert planning.solve(now) == matching.plan(
            now.offers,
            now.needs,
            weights=now.weights,
            now=now.now,
            kept=now.kept,
            barred=now.barred,
            received=now.received,
            lessons=now.lessons,
        )
