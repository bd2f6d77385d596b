"""What is paired by hand holds: quantities whoever asks, the rules that nobody set aside, and plans that come after."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app.db import session as read_session
from app.hand import service
from app.hand.judging import OVERRIDABLE
from app.hand.service import HandError, Wish
from app.matches import planning
from app.matches import service as matches
from app.matches.queries.engine import read_board
from app.matches.service import MatchRefusal
from app.models import Committee, Decision, Match, Need, OfferedItem
from app.models.states import Condition, MatchState, Reason, Role, Verb
from app.transitions import Actor
from matching.checks import check
from matching.types import RULES
from tests.app.matches.planned import LILLE, plan, states
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, UNDO_WITHIN, FrozenClock, act


@pytest.fixture
def by(build: Builder) -> Actor:
    return Actor.account(build.account(Role.COORDINATOR, name="Coordinatrice Exemple").id)


def wish(item: OfferedItem, need: Need, quantity: int, reason: Reason | None = None) -> Wish:
    return Wish(
        item_id=item.id, committee_id=need.committee_id, need_id=need.id, quantity=quantity, reason=reason
    )


def make(app: Flask, clock: FrozenClock, by: Actor, *wishes: Wish) -> list[int]:
    def work(session: Session) -> list[int]:
        made = service.make(session, wishes, by, clock(), ANSWER_WITHIN, "clef").matches
        return [match.id for match in made]

    found: list[int] = act(app, clock, work)
    return found


def refused(app: Flask, clock: FrozenClock, by: Actor, *wishes: Wish) -> tuple[MatchRefusal, int]:
    with pytest.raises(HandError) as error:
        make(app, clock, by, *wishes)
    return error.value.code, error.value.most


def board(app: Flask) -> list[tuple[int, MatchState, int]]:
    with app.app_context():
        rows = read_session().exec(select(Match).order_by(col(Match.id))).all()
        return [(row.need_id, row.state, row.quantity) for row in rows]


def test_twelve_laptops_are_split_and_the_plan_of_twelve_makes_room(
    app: Flask, build: Builder, clock: FrozenClock, by: Actor
) -> None:
    item = build.offered_item(quantity=12)
    near, other, third = build.need(quantity=12), build.need(quantity=8), build.need(quantity=20)
    plan(app, clock)

    make(app, clock, by, wish(item, near, 8), wish(item, other, 4))

    live = [row for row in board(app) if row[1] is MatchState.APPROVED]
    assert sorted(live) == [(near.id, MatchState.APPROVED, 8), (other.id, MatchState.APPROVED, 4)]
    assert all(state is not MatchState.PROPOSED for _need, state, _quantity in board(app))
    before = board(app)
    plan(app, clock)
    assert board(app) == before
    assert third.id not in {need for need, _state, _quantity in before if _state is MatchState.APPROVED}


def test_the_rest_stays_optimal_and_what_is_set_by_hand_is_never_superseded(
    app: Flask, build: Builder, clock: FrozenClock, by: Actor
) -> None:
    item, more = build.offered_item(quantity=12), build.offered_item(quantity=6)
    first, second = build.need(quantity=12), build.need(quantity=12)
    plan(app, clock)
    with app.app_context():
        match = read_session().exec(select(Match).where(Match.offered_item_id == item.id)).one()

    act(app, clock, lambda session: service.set_quantity(session, match.id, 5, by, clock()))
    for _ in range(3):
        clock.advance(minutes=10)
        plan(app, clock)

    with app.app_context():
        rows = read_session().exec(select(Match).where(Match.state == MatchState.PROPOSED)).all()
        live = {(row.offered_item_id, row.need_id): row.quantity for row in rows}
        other = second if match.need_id == first.id else first
        assert live[item.id, match.need_id] == 5
        assert live[item.id, other.id] == 7
        assert sum(quantity for (gift, _need), quantity in live.items() if gift == more.id) == 6
        found = read_board(read_session(), clock())
        rest = planning.solve(found)
        check(
            rest, found.offers, found.needs, weights=found.weights, now=found.now, kept=found.kept,
            barred=found.barred, received=found.received, lessons=found.lessons,
        )  # fmt: skip
        assert {(int(each.offer), int(each.need)) for each in rest.pairings}.isdisjoint(
            {(item.id, match.need_id)}
        )


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # rule: of the article, of its offer, of the need's committee or the need
    "reach": ({}, LILLE, {}),
    "size": ({"item": "lave-linge"}, {}, {"committee": {"largest_size": "small"}}),
    "condition": ({"condition": Condition.FOR_PARTS}, {}, {"minimum_condition": Condition.GOOD}),
    "dates": ({}, {"available_from": timedelta(days=20)}, {"needed_by": timedelta(days=5)}),
    "refusals": ({}, {}, {"committee": {"refuses": ["lave-linge"]}}),
    "takes": ({}, {}, {"committee": {"takes": ["chaise"]}}),
    "family_condition": ({}, {}, {"committee": {"minimum_conditions": {"lave-linge": "new"}}}),
    "floor": ({}, {"floor": 4, "lift": False}, {"committee": {"highest_floor": 2}}),
    "room": ({}, {}, {"committee": {"room": 0, "room_stated_at": datetime(2026, 1, 1, tzinfo=UTC)}}),
}


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_is_set_aside_with_a_reason_and_only_that_rule(
    app: Flask, build: Builder, clock: FrozenClock, by: Actor, rule: str
) -> None:
    def dated(values: dict[str, Any]) -> dict[str, Any]:
        today = clock().date()
        return {key: today + each if isinstance(each, timedelta) else each for key, each in values.items()}

    article, offer, wanted = map(dated, CASES[rule])
    item = build.offered_item(build.offer(**offer), **article)
    committee: Committee = build.committee(**wanted.pop("committee", {}))
    need = build.need(committee, **wanted)
    assert plan(app, clock) is None or not states(app)

    assert refused(app, clock, by, wish(item, need, 1)) == (MatchRefusal.RULE_BROKEN, 0)
    (made,) = make(app, clock, by, wish(item, need, 1, Reason.AGREED))

    with app.app_context():
        match = read_session().get_one(Match, made)
        said = read_session().exec(
            select(Decision).where(Decision.match_id == match.id, Decision.verb == Verb.PROPOSE)
        )
        told = said.one()
        assert match.set_aside == (rule,)
        assert match.state is MatchState.APPROVED
        assert (told.reason, told.data["overridden"]) == (Reason.AGREED, [rule])
        assert match.reasons[0]["code"] == "despite"


def test_no_rule_of_quantity_or_of_what_is_handled_is_ever_set_aside() -> None:
    assert set(RULES) - set(OVERRIDABLE) == {"handled", "whole_lot"}


def test_quantities_are_never_overridden(app: Flask, build: Builder, clock: FrozenClock, by: Actor) -> None:
    item, lot = build.offered_item(quantity=12), build.offered_item(quantity=4, divisible=False)
    need, small = build.need(quantity=20), build.need(quantity=3)
    promised = build.match(item, build.need(quantity=5), quantity=5, state=MatchState.ACCEPTED)
    mine = Reason.AGREED

    assert refused(app, clock, by, wish(item, need, 8, mine)) == (MatchRefusal.OFFER_TAKEN, 7)
    assert refused(app, clock, by, wish(item, small, 4, mine)) == (MatchRefusal.NEED_MET, 3)
    assert refused(app, clock, by, wish(item, need, 5, mine), wish(item, small, 3, mine)) == (
        MatchRefusal.OFFER_TAKEN,
        2,
    )
    assert refused(app, clock, by, wish(lot, need, 3, mine))[0] is MatchRefusal.WHOLE_LOT
    assert refused(app, clock, by, wish(lot, small, 4, mine)) == (MatchRefusal.NEED_MET, 3)
    assert board(app) == [(promised.need_id, MatchState.ACCEPTED, 5)]


def test_an_undone_pair_is_gone_and_the_plan_may_use_its_pieces(
    app: Flask, build: Builder, clock: FrozenClock, by: Actor
) -> None:
    item, need = build.offered_item(quantity=2), build.need(quantity=2)
    (made,) = make(app, clock, by, wish(item, need, 1))

    act(app, clock, lambda s: matches.undo(s, made, by, clock(), UNDO_WITHIN))
    plan(app, clock)

    assert board(app) == [(need.id, MatchState.SUPERSEDED, 1), (need.id, MatchState.PROPOSED, 2)]


def test_a_committee_that_asked_for_nothing_gets_a_need_once(
    app: Flask, build: Builder, clock: FrozenClock, by: Actor
) -> None:
    item, committee = build.offered_item(quantity=3, condition=Condition.FOR_PARTS), build.committee()
    given = Wish(item_id=item.id, committee_id=committee.id, need_id=None, quantity=2)

    (made,) = make(app, clock, by, given)

    with app.app_context():
        need = read_session().exec(select(Need)).one()
        assert (need.item, need.quantity, need.committee_id) == (item.item, 2, committee.id)
        assert (need.minimum_condition, read_session().get_one(Match, made).need_id) == (
            Condition.FOR_PARTS,
            need.id,
        )


def test_what_is_kept_for_somebody_goes_to_nobody_else_until_that_day(
    app: Flask, build: Builder, clock: FrozenClock, by: Actor
) -> None:
    item = build.offered_item(quantity=12)
    near, far = build.need(quantity=12), build.need(build.committee(), quantity=9)
    plan(app, clock)
    day = clock().date() + timedelta(days=3)

    act(app, clock, lambda s: service.earmark(s, wish(item, far, 4), day, by, clock()))

    assert sum(quantity for _need, state, quantity in board(app) if state is MatchState.PROPOSED) == 8
    plan(app, clock)
    assert sum(quantity for _need, state, quantity in board(app) if state is MatchState.PROPOSED) == 8
    assert refused(app, clock, by, wish(item, near, 9)) == (MatchRefusal.OFFER_TAKEN, 8)
    make(app, clock, by, wish(item, far, 3))
    assert refused(app, clock, by, wish(item, near, 9)) == (MatchRefusal.OFFER_TAKEN, 8)
    clock.advance(days=4)
    make(app, clock, by, wish(item, near, 9))
    assert sum(quantity for *_rest, state, quantity in board(app) if state is MatchState.APPROVED) == 12


def test_what_was_kept_is_let_go_of_once(app: Flask, build: Builder, clock: FrozenClock, by: Actor) -> None:
    item, need = build.offered_item(), build.need()
    day = clock().date() + timedelta(days=3)
    kept = act(app, clock, lambda s: service.earmark(s, wish(item, need, 1), day, by, clock()).id)
    assert plan(app, clock) is None or not states(app)

    freed = [act(app, clock, lambda s: service.release(s, kept, by, clock())) for _ in range(2)]
    plan(app, clock)

    assert freed == [True, False]
    assert states(app) == [(MatchState.PROPOSED, 1)]
