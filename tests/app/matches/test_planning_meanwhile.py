"""What people do between the reading of a plan and its writing stays, whatever the plan says; and what plans change."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app.db import session as read_session
from app.db import transaction
from app.holding import hold
from app.matches import planning, queries, service
from app.matches.queries import board
from app.matches.service import MatchError
from app.models import Decision, Match, Need, Offer, OfferedItem
from app.models.states import (
    COMMITTED,
    LIVE,
    Condition,
    MatchState,
    OfferState,
    Reason,
    Role,
    Verb,
)
from app.transitions import DONOR, Actor, move
from tests.app.matches.planned import LILLE, LYON, matches, plan, plan_around, row, states
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock


@pytest.fixture
def actor(build: Builder) -> Actor:
    return Actor.account(build.account(Role.COORDINATOR).id)


def withdraw(session: Session, item: OfferedItem, clock: FrozenClock) -> None:
    """The donor takes the offer back, as the offers' room does it."""
    held = hold(session, item_ids=[item.id])
    move(session, held.offers[item.offer_id], OfferState.WITHDRAWN, Verb.WITHDRAW, DONOR, clock())
    service.supersede_proposals(session, DONOR, clock(), item_ids=[item.id])


def test_an_offer_withdrawn_while_the_plan_is_made_is_not_proposed(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item = build.offered_item()
    build.need()

    plan_around(app, clock, lambda session: withdraw(session, item, clock))

    assert matches(app) == []


def test_an_article_edited_while_the_plan_is_made_is_not_proposed(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item = build.offered_item()
    build.need()

    def edit(session: Session) -> None:
        session.get_one(OfferedItem, item.id).condition = Condition.FOR_PARTS

    plan_around(app, clock, edit)

    assert matches(app) == []


def test_a_need_served_while_the_plan_is_made_is_not_served_twice(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    build.offered_item()
    need = build.need()
    other = build.offered_item(build.offer(**LILLE))

    def serve(session: Session) -> None:
        session.add(
            Match(
                offered_item_id=other.id,
                need_id=need.id,
                state=MatchState.APPROVED,
                weights_version="x",
                proposed_at=clock(),
            )
        )

    plan_around(app, clock, serve)

    assert states(app) == [(MatchState.APPROVED, 1)]


def test_what_is_taken_while_the_plan_is_made_is_missing_from_the_proposals_together(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item = build.offered_item(quantity=3)
    for quantity in (2, 1):
        build.need(quantity=quantity)
    elsewhere = build.need(build.committee(**LILLE))

    def take_one(session: Session) -> None:
        session.add(
            Match(
                offered_item_id=item.id,
                need_id=elsewhere.id,
                state=MatchState.APPROVED,
                weights_version="x",
                proposed_at=clock(),
            )
        )

    plan_around(app, clock, take_one)

    assert sum(quantity for _state, quantity in states(app)) in (2, 3)


def test_a_proposal_approved_while_the_plan_is_made_is_not_taken_off_the_board(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    """The plan would drop it for a better one; the coordinator was quicker."""
    item = build.offered_item()
    poor = build.match(item, build.need(build.committee(**LYON)), distance_km=20.0)
    build.need(urgency="critical")

    plan_around(app, clock, lambda session: service.approve(session, poor.id, actor, clock(), ANSWER_WITHIN))

    assert states(app) == [(MatchState.APPROVED, 1)]


def test_planners_coordinators_and_donors_at_the_same_time(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    items = [build.offered_item(quantity=3) for _ in range(6)]
    needs = [build.need(quantity=4) for _ in range(4)]
    plan(app, clock)
    together = Barrier(8)

    def work(number: int) -> None:
        together.wait()
        for turn in range(6):
            with app.app_context():
                if number < 3:
                    planning.make_plan(clock())
                elif number == 3:
                    with transaction() as session:
                        withdraw(session, items.pop(), clock) if turn % 3 == 0 else None
                else:
                    ids = board.waiting(read_session(), board.BoardFilters(), asked=1, size=99).rows
                    for match_id in ids[number % 3 :: 2]:
                        # Somebody else may have been quicker: that is what the sums below are about.
                        with suppress(MatchError), transaction() as session:
                            if turn % 2 and number == 7:
                                service.reject(session, match_id, Reason.OTHER, "", actor, clock())
                            else:
                                service.approve(session, match_id, actor, clock(), ANSWER_WITHIN)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    with app.app_context():
        session = read_session()
        assert max(queries.taken_from_items(session, None, LIVE).values(), default=0) <= 3
        assert max(queries.taken_for_needs(session, None, LIVE).values(), default=0) <= 4
        assert sum(queries.taken_for_needs(session, None, COMMITTED).values()) > 0
        gone = (
            select(Match.id)
            .join(OfferedItem, col(Match.offered_item_id) == col(OfferedItem.id))
            .join(Offer, col(OfferedItem.offer_id) == col(Offer.id))
            .where(Match.state == MatchState.PROPOSED, Offer.state == OfferState.WITHDRAWN)
        )
        assert session.exec(gone).all() == []
        session.rollback()
    assert len(needs) == 4


def test_a_proposal_approved_while_the_plan_is_made_keeps_its_quantity_and_its_reasons(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item, need = build.offered_item(quantity=1), build.need(quantity=3)
    plan(app, clock)
    [before] = matches(app)
    with app.app_context(), transaction() as session:
        session.get_one(OfferedItem, item.id).quantity = 3

    plan_around(
        app, clock, lambda session: service.approve(session, before.id, actor, clock(), ANSWER_WITHIN)
    )

    [after] = matches(app)
    assert (after.state, after.quantity, after.need_id) == (MatchState.APPROVED, 1, need.id)
    assert (after.parts, after.plan_run_id) == (before.parts, before.plan_run_id)


def test_a_proposal_whose_article_is_edited_while_the_plan_is_made_waits_for_the_next_plan(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item, _need = build.offered_item(quantity=1), build.need(quantity=3)
    plan(app, clock)
    with app.app_context(), transaction() as session:
        session.get_one(OfferedItem, item.id).quantity = 3

    def edit(session: Session) -> None:
        session.get_one(OfferedItem, item.id).condition = Condition.FAIR

    plan_around(app, clock, edit)
    assert states(app) == [(MatchState.PROPOSED, 1)]

    plan(app, clock)
    assert states(app) == [(MatchState.PROPOSED, 3)]


def test_what_shrinks_makes_room_for_what_grows(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.offered_item(quantity=3)
    small, large = build.need(quantity=1), build.need(quantity=2)
    plan(app, clock)
    with app.app_context(), transaction() as session:
        session.get_one(Need, small.id).quantity = 2
        session.get_one(Need, large.id).quantity = 1

    plan(app, clock)

    assert {match.need_id: match.quantity for match in matches(app)} == {small.id: 2, large.id: 1}


def test_what_leaves_the_board_is_proposed_elsewhere_by_the_same_plan(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    build.offered_item()
    first, second = build.need(), build.need(build.committee(**LYON))
    plan(app, clock)
    with app.app_context(), transaction() as session:
        session.get_one(Need, first.id).minimum_condition = Condition.NEW

    plan(app, clock)

    assert {match.need_id: match.state for match in matches(app)} == {
        first.id: MatchState.SUPERSEDED,
        second.id: MatchState.PROPOSED,
    }


def test_a_new_score_is_no_edit(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.offered_item()
    build.need(committee=None)
    plan(app, clock)
    [before] = matches(app)
    clock.advance(days=20)

    run = plan(app, clock)

    [after] = matches(app)
    assert run is not None
    assert after.parts["urgency"] > before.parts["urgency"]
    assert after.plan_run_id == run.id
    assert row(app, Decision, 2) is None


def test_where_nothing_lapsed_no_plan_is_made(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.offered_item(), build.need()

    with app.app_context():
        planning.lapse_now(clock())

    assert matches(app) == []


def test_a_pair_whose_first_handover_is_over_may_meet_again(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item, need = build.offered_item(quantity=3), build.need(quantity=3)
    build.match(item, need, quantity=1, state=MatchState.COMPLETED, closed_at=clock())
    again = build.match(item, need, quantity=2)

    with app.app_context(), transaction() as session:
        assert service.approve(session, again.id, actor, clock(), ANSWER_WITHIN).state is MatchState.APPROVED


def test_a_plan_that_fails_leaves_the_next_one_no_memory(
    app: Flask, build: Builder, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = planning.PlanMemory()
    with pytest.raises(RuntimeError, match="panne"), memory.known() as failing:
        raise RuntimeError("panne")

    with memory.known() as next_one:
        assert next_one is not failing


def test_a_plan_that_does_not_end_keeps_no_other_waiting() -> None:
    memory = planning.PlanMemory()

    with memory.known() as endless, memory.known() as meanwhile:
        assert meanwhile is not endless
    with memory.known() as afterwards:
        assert afterwards is endless
