"""Open rows go in, proposals come out; what people decided stays, and nothing is given twice in between."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, col, select

import matching
from app.db import session as read_session
from app.db import transaction
from app.matches import pairs, planning
from app.matches.queries.engine import read_board
from app.matches.queries.storage import room_left
from app.models import Committee, Decision, Need, OfferedItem, WeightsVersion
from app.models.states import (
    ActorKind,
    Condition,
    MatchState,
    NeedState,
    OfferState,
    Role,
    Size,
    Verb,
)
from app.transitions import Actor
from tests.app.matches.planned import LILLE, LYON, matches, plan, row, states
from tests.builders import Builder
from tests.conftest import FrozenClock


@pytest.fixture
def actor(build: Builder) -> Actor:
    return Actor.account(build.account(Role.COORDINATOR).id)


@pytest.fixture
def reading(app: Flask) -> Iterator[Session]:
    """A session for looking at what a plan has written."""
    with app.app_context():
        yield read_session()


def test_a_plan_proposes_and_says_why(app: Flask, build: Builder, clock: FrozenClock) -> None:
    need = build.need(build.committee(**LYON), quantity=3)
    item = build.offered_item(quantity=2)

    run = plan(app, clock)

    assert run is not None
    assert (run.offers, run.needs, run.proposed, run.superseded) == (1, 1, 1, 0)
    [match] = matches(app)
    assert (match.offered_item_id, match.need_id, match.quantity) == (item.id, need.id, 2)
    assert (match.state, match.plan_run_id, match.proposed_at) == (MatchState.PROPOSED, run.id, clock())
    assert set(match.parts) == {"fit", "urgency", "nearness", "fairness", "wholeness"}
    assert [reason["code"] for reason in match.reasons][:2] == ["same_item", "distance_km"]
    assert match.distance_km == pytest.approx(20.6, abs=0.5)
    assert match.weights_version == matching.Weights().version
    decision = row(app, Decision, 1)
    assert (decision.verb, decision.actor, decision.match_id) == (Verb.PROPOSE, ActorKind.SYSTEM, match.id)
    assert row(app, WeightsVersion, 1).version == match.weights_version


def test_a_plan_that_changes_nothing_writes_nothing(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.match(build.offered_item(), build.need(), state=MatchState.APPROVED)
    (
        build.offered_item(quantity=2),
        build.need(),
        build.need(item="refrigerateur"),
        build.offered_item(item="chaise"),
    )
    assert plan(app, clock) is not None
    before = matches(app)

    clock.advance(minutes=5)

    assert plan(app, clock) is None
    assert [match.version for match in matches(app)] == [match.version for match in before]


def test_the_score_can_be_computed_again_from_the_row_alone(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    action = build.action(build.committee(**LYON, refuses=["congelateur"]), deadline=clock().date())
    build.need(quantity=3, action_id=action.id, needed_by=clock().date())
    build.offered_item(build.offer(delivers_km=40), quantity=2, condition=Condition.FAIR)

    plan(app, clock)

    [match] = matches(app)
    again = pairs.replay(match)
    assert (again.score, again.parts.as_dict()) == (match.score, match.parts)
    assert json.loads(json.dumps(match.inputs)) == match.inputs


@pytest.mark.parametrize(
    "state", [MatchState.REJECTED, MatchState.DECLINED, MatchState.LAPSED, MatchState.FAILED]
)
def test_a_pair_that_came_to_nothing_is_not_proposed_again_and_the_runner_up_is(
    app: Flask, build: Builder, clock: FrozenClock, state: MatchState
) -> None:
    item, near, far = build.offered_item(), build.need(), build.need(build.committee(**LYON))
    ended = build.match(item, near, state=state, closed_at=clock())

    plan(app, clock)

    proposed = [match for match in matches(app) if match.state is MatchState.PROPOSED]
    assert [(match.offered_item_id, match.need_id) for match in proposed] == [(item.id, far.id)]
    assert row(app, Decision, 1).data == {"after": ended.id}


def test_what_lapses_gives_way_to_the_runner_up(app: Flask, build: Builder, clock: FrozenClock) -> None:
    item, near, far = build.offered_item(), build.need(), build.need(build.committee(**LYON))
    build.match(item, near, state=MatchState.APPROVED, answer_by=clock())

    with app.app_context():
        did = planning.lapse_now(clock())

    assert (did["lapsed"], did["proposed"]) == (1, 1)
    assert [(match.need_id, match.state) for match in matches(app)] == [
        (near.id, MatchState.LAPSED),
        (far.id, MatchState.PROPOSED),
    ]


def test_decided_matches_take_their_quantities_out_of_the_plan(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item, need = build.offered_item(quantity=5), build.need(quantity=4)
    build.match(item, build.need(quantity=3), state=MatchState.ACCEPTED, quantity=3)
    build.match(build.offered_item(), need, state=MatchState.COMPLETED, quantity=1)

    plan(app, clock)

    assert states(app)[2:] == [(MatchState.PROPOSED, 2)]


@pytest.mark.parametrize(
    "gone",
    [
        {"state": OfferState.UNCONFIRMED},
        {"state": OfferState.WITHDRAWN},
        {
            "available_until": FrozenClock().moment.date() - timedelta(days=1),
            "available_from": FrozenClock().moment.date() - timedelta(days=9),
        },
    ],
    ids=["unconfirmed", "withdrawn", "past"],
)
def test_only_open_offers_are_planned(
    app: Flask, build: Builder, clock: FrozenClock, gone: dict[str, Any]
) -> None:
    build.offered_item(build.offer(**gone)), build.need()

    assert plan(app, clock) is None


def test_paused_needs_unknown_items_and_closed_committees_are_left_out(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    build.need(state=NeedState.PAUSED), build.need(build.committee(active=False)), build.need(item=None)
    build.need(needed_by=clock().date() - timedelta(days=1))
    (
        build.offered_item(),
        build.offered_item(item=None, description="truc bleu"),
        build.offered_item(item="disparu"),
    )

    run = plan(app, clock)

    assert run is None
    assert matches(app) == []


def test_the_rules_of_the_committee_hold(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.need(build.committee(refuses=["lave-linge"]))
    build.need(build.committee(largest_size=Size.SMALL))
    build.need(build.committee(**LILLE))
    build.need(minimum_condition=Condition.NEW)
    build.need(build.committee(takes=["chaise"]))
    build.need(build.committee(minimum_condition=Condition.FAIR, minimum_conditions={"lave-linge": "new"}))
    build.need(build.committee(highest_floor=3))
    build.need(build.committee(room=0, room_stated_at=clock()))
    build.offered_item(build.offer(floor=4, lift=False))

    plan(app, clock)

    assert matches(app) == []
    with app.app_context():
        missed = [
            need.misses[0]["broken"] for need in read_session().exec(select(Need).order_by(col(Need.id)))
        ]
        [offered] = read_session().exec(select(OfferedItem)).all()
        said = [miss["told"]["committee"] for miss in offered.misses]
    assert missed == [
        *(["refusals"], ["size"], ["reach"], ["condition"]),
        *(["takes"], ["family_condition"], ["floor"], ["room"]),
    ]
    assert len(said) == planning.MISSES_KEPT


def test_room_ends_with_what_is_promised_and_begins_again_when_it_is_stated_anew(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    committee = build.committee(room=2, room_stated_at=clock())
    need = build.need(committee, quantity=9)
    small = build.need(committee, item="chaise", quantity=3)
    build.match(
        build.offered_item(), need, state=MatchState.COMPLETED, approved_at=clock() - timedelta(days=9)
    )
    clock.advance(minutes=5)
    build.match(build.offered_item(), need, state=MatchState.APPROVED, approved_at=clock())
    build.offered_item(quantity=3), build.offered_item(item="chaise", quantity=2)

    plan(app, clock)

    proposed = [(each.need_id, each.quantity) for each in matches(app) if each.state is MatchState.PROPOSED]
    assert proposed == [(need.id, 1), (small.id, 2)]
    with app.app_context():
        assert room_left(read_session()) == {str(committee.id): 1}
        with transaction() as session:
            session.get_one(Committee, committee.id).room_stated_at = clock() + timedelta(seconds=1)
        assert room_left(read_session(), [committee.id]) == {str(committee.id): 2}
        assert room_left(read_session(), [0]) == {}


def test_an_action_is_reached_through_the_committee_that_collects_for_it(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    action = build.action(build.committee())
    need = build.need(build.committee(latitude=15.23, longitude=-9.59, country="ML"), action_id=action.id)
    build.offered_item()

    plan(app, clock)

    assert [match.need_id for match in matches(app)] == [need.id]


def test_misses_leave_the_version_of_the_row_alone(app: Flask, build: Builder, clock: FrozenClock) -> None:
    need = build.need(minimum_condition=Condition.NEW)
    item = build.offered_item()

    plan(app, clock)

    after = row(app, Need, need.id)
    assert (after.misses[0]["other"], after.version) == (item.id, need.version)
    build.offered_item(condition=Condition.NEW)
    plan(app, clock)
    assert row(app, Need, need.id).misses == []


def test_a_proposal_follows_the_quantities(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.offered_item(quantity=5)
    need = build.need(quantity=5)
    plan(app, clock)
    with app.app_context(), transaction() as session:
        session.get_one(Need, need.id).quantity = 3

    run = plan(app, clock)

    assert run is not None
    assert states(app) == [(MatchState.PROPOSED, 3)]
    assert row(app, Decision, 2).data == {"quantity": [5, 3]}


def test_a_proposal_that_the_plan_no_longer_makes_leaves_the_board(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item = build.offered_item()
    build.need()
    plan(app, clock)
    with app.app_context(), transaction() as session:
        session.get_one(OfferedItem, item.id).item = "refrigerateur"

    run = plan(app, clock)

    assert run is not None
    assert run.superseded == 1
    assert states(app) == [(MatchState.SUPERSEDED, 1)]


def test_proposals_that_together_exceed_what_there_is_are_cut_down(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item = build.offered_item(quantity=1)
    for _ in range(3):
        build.match(item, build.need())

    plan(app, clock)

    assert sorted(state for state, _quantity in states(app)) == ["proposed", "superseded", "superseded"]


def test_reading_takes_a_constant_number_of_queries(app: Flask, build: Builder, clock: FrozenClock) -> None:
    counts = []
    for _ in range(2):
        for _ in range(5):
            build.match(build.offered_item(), build.need())
        with app.app_context():
            asked: list[str] = []
            engine = read_session().get_bind()
            sa.event.listen(engine, "before_cursor_execute", lambda *args, log=asked: log.append(args[2]))
            read_board(read_session(), clock())
            counts.append(len(asked))
    assert counts[0] == counts[1] <= 15


def test_the_command_says_in_french_what_it_did(app: Flask, build: Builder) -> None:
    build.offered_item(), build.need()

    said = [app.test_cli_runner().invoke(args=["plan"]).output for _ in range(2)]

    assert "1 proposition nouvelle, 0 retirée." in said[0].replace("\u00a0", " ")
    assert "Rien de nouveau" in said[1]


def test_the_web_process_does_not_load_the_solver(tmp_path: Path) -> None:
    code = (
        "import sys, os; from app import create_app; from config import Settings;"
        "create_app(Settings.from_environ({'DATA_DIR': sys.argv[1]}));"
        "print(sorted({'ortools', 'pandas'} & set(sys.modules)))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "[]"
