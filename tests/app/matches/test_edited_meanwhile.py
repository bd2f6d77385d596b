"""What is edited while a plan is being solved: nothing is written by rules that no longer hold."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session

from app.matches import service
from app.models import Action, Committee, Match
from app.models.states import Condition, MatchState, NeedState, Reason, Role, Size, Verb
from app.transitions import DONOR, Actor, move
from tests.app.matches.planned import LILLE, LYON, matches, plan_around, states
from tests.builders import Builder
from tests.conftest import FrozenClock


def _describe(session: Session, committee: Committee, **values: Any) -> None:
    for name, value in values.items():
        setattr(session.get_one(Committee, committee.id), name, value)


@pytest.mark.parametrize(
    "edited",
    [
        {"refuses": ["lave-linge"]},
        {"collects_km": 0},
        {"largest_size": Size.SMALL},
        {"takes": ["chaise"]},
        {"minimum_condition": Condition.NEW},
        {"latitude": LILLE["latitude"], "longitude": LILLE["longitude"]},
        {"active": False},
    ],
    ids=lambda edited: next(iter(edited)),
)
def test_a_committee_edited_while_the_plan_is_made_gets_nothing_by_its_former_rules(
    app: Flask, build: Builder, clock: FrozenClock, edited: dict[str, Any]
) -> None:
    committee = build.committee(**LYON)
    build.need(committee)
    build.offered_item()

    plan_around(app, clock, lambda session: _describe(session, committee, **edited))

    assert matches(app) == []


def test_whoever_collects_for_an_action_counts_as_edited_too(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    collector = build.committee()
    build.need(build.committee(), action_id=build.action(collector).id)
    build.offered_item()

    plan_around(app, clock, lambda session: _describe(session, collector, collects_km=0))

    assert matches(app) == []


def test_a_committee_edited_while_the_plan_is_made_keeps_its_proposal_as_it_was(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    """The plan would make it larger; the next one looks at the new rules."""
    committee = build.committee()
    need = build.need(committee, quantity=3)
    build.match(build.offered_item(quantity=3), need)

    plan_around(app, clock, lambda session: _describe(session, committee, refuses=["lave-linge"]))

    assert states(app) == [(MatchState.PROPOSED, 1)]


def test_an_action_that_ends_while_the_plan_is_made_gets_nothing(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    action = build.action(build.committee())
    build.need(build.committee(), action_id=action.id)
    build.offered_item()

    def end(session: Session) -> None:
        session.get_one(Action, action.id).deadline = clock().date() - timedelta(days=1)

    plan_around(app, clock, end)

    assert matches(app) == []


def test_a_pair_declined_while_the_plan_is_made_is_not_proposed_again(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    """One of two pieces was promised; the plan would have added the other to the same need."""
    match = build.match(build.offered_item(quantity=2), build.need(quantity=2), state=MatchState.APPROVED)

    def decline(session: Session) -> None:
        row = session.get_one(Match, match.id)
        data = {"side": "donor"}
        move(session, row, MatchState.DECLINED, Verb.DECLINE, DONOR, clock(), reason=Reason.OTHER, data=data)

    plan_around(app, clock, decline)

    assert states(app) == [(MatchState.DECLINED, 1)]


def test_what_is_taught_while_the_plan_is_made_holds_for_it(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    actor = Actor.account(build.account(Role.COORDINATOR).id)
    committee = build.committee()
    refused = build.match(build.offered_item(), build.need(committee, state=NeedState.PAUSED))
    build.offered_item(), build.need(committee)

    plan_around(
        app,
        clock,
        lambda session: service.reject(session, refused.id, Reason.NOT_NOW, "", actor, clock()),
    )

    assert states(app) == [(MatchState.REJECTED, 1)]
