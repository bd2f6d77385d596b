"""A coordinator decides: approve, reject, undo; the clock lets go of what nobody answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlmodel import Session, col, select

from app.db import transaction
from app.handovers import service as handovers
from app.matches import service
from app.matches.service import MatchError, MatchRefusal
from app.models import Account, Decision, Match, OutboxMessage
from app.models.states import MatchState, NeedState, OfferState, Reason, Role, Verb
from app.transitions import Actor
from notifications.models import State
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, UNDO_WITHIN, FrozenClock, told

Decide = Callable[[Session], object]


@pytest.fixture
def coordinator(build: Builder) -> Account:
    return build.account(Role.COORDINATOR)


@pytest.fixture
def actor(coordinator: Account) -> Actor:
    return Actor.account(coordinator.id)


def letters(session: Session, match_id: int | None) -> list[tuple[str, str, State]]:
    rows = told(session).exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
    return [(row.event, row.party, row.state) for row in rows if match_id in row.match_ids]


def refusal(app: Flask, decide: Decide) -> MatchRefusal:
    """The code with which a decision is refused, in a transaction of its own."""
    with app.app_context(), pytest.raises(MatchError) as caught, transaction() as session:
        decide(session)
    return caught.value.code


def test_an_approval_asks_both_sides_once_and_waits_before_it_writes(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()

    with app.app_context(), transaction() as session:
        match = service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)

        assert match.state is MatchState.APPROVED
        assert match.answer_by == datetime(2026, 11, 28, 22, 59, 59, tzinfo=UTC)  # the fifth day, all of it
        written = told(session).exec(select(OutboxMessage)).all()
        assert sorted(message.message for message in written) == ["match_approved", "match_found"]
        assert {message.not_before for message in written} == {clock() + timedelta(seconds=60)}
        decision = session.exec(select(Decision).where(Decision.match_id == row.id)).one()
        assert (decision.verb, decision.account_id) == (Verb.APPROVE, actor.account_id)
        assert {message.event for message in written} == {f"decision:{decision.id}"}


def test_a_second_click_is_told_that_it_is_decided(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()
    with app.app_context(), transaction() as session:
        service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)

    assert (
        refusal(app, lambda session: service.approve(session, row.id, actor, clock(), ANSWER_WITHIN))
        is MatchRefusal.DECIDED
    )
    with app.app_context(), transaction() as session:
        assert len(letters(session, row.id)) == 2


def test_an_unknown_match_is_refused(app: Flask, build: Builder, clock: FrozenClock, actor: Actor) -> None:
    assert (
        refusal(app, lambda session: service.approve(session, 999, actor, clock(), ANSWER_WITHIN))
        is MatchRefusal.UNKNOWN
    )


@pytest.mark.parametrize("state", [OfferState.WITHDRAWN, OfferState.EXPIRED, OfferState.CLOSED])
def test_nothing_is_approved_of_an_offer_that_is_gone(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor, state: OfferState
) -> None:
    row = build.match(build.offered_item(build.offer(state=state)))

    assert (
        refusal(app, lambda session: service.approve(session, row.id, actor, clock(), ANSWER_WITHIN))
        is MatchRefusal.OFFER_GONE
    )


def test_nothing_is_approved_for_a_paused_need(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match(None, build.need(state=NeedState.PAUSED))

    assert (
        refusal(app, lambda session: service.approve(session, row.id, actor, clock(), ANSWER_WITHIN))
        is MatchRefusal.NEED_GONE
    )


def test_the_quantities_hold_on_both_sides(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item, need = build.offered_item(quantity=3), build.need(quantity=4)
    build.match(item, build.need(), state=MatchState.ACCEPTED, quantity=2)
    too_much = build.match(item, need, quantity=2)
    build.match(build.offered_item(), need, state=MatchState.APPROVED, quantity=3)
    too_many = build.match(build.offered_item(quantity=9), need, quantity=2)
    fits = build.match(item, build.need(), quantity=1)

    with app.app_context(), transaction() as session:
        outcomes = service.approve_many(
            session, [too_much.id, too_many.id, fits.id, fits.id], actor, clock(), ANSWER_WITHIN
        )

    assert [each.refused for each in outcomes] == [MatchRefusal.OFFER_TAKEN, MatchRefusal.NEED_MET, None]


def test_approving_many_never_takes_more_than_there_is(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item = build.offered_item(quantity=2)
    rows = [build.match(item, build.need()) for _ in range(4)]

    with app.app_context(), transaction() as session:
        outcomes = service.approve_many(session, [row.id for row in rows], actor, clock(), ANSWER_WITHIN)

    assert [each.refused for each in outcomes] == [
        None,
        None,
        MatchRefusal.OFFER_TAKEN,
        MatchRefusal.OFFER_TAKEN,
    ]


def test_an_approval_is_undone_while_its_letters_wait_and_may_be_given_again(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()
    with app.app_context(), transaction() as session:
        service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)

    clock.advance(seconds=59)
    with app.app_context(), transaction() as session:
        match = service.undo(session, row.id, actor, clock(), UNDO_WITHIN)
        assert (match.state, match.approved_at, match.answer_by) == (MatchState.PROPOSED, None, None)
        assert {state for _event, _party, state in letters(session, row.id)} == {State.CANCELLED}

    with app.app_context(), transaction() as session:
        service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)
        waiting = [event for event, _party, state in letters(session, row.id) if state is State.PENDING]
        decisions = session.exec(select(Decision.id).where(Decision.verb == Verb.APPROVE)).all()
        assert waiting == [f"decision:{max(decisions)}"] * 2


def test_an_approval_is_not_undone_after_its_time(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()
    with app.app_context(), transaction() as session:
        service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)

    clock.advance(seconds=61)

    assert (
        refusal(app, lambda session: service.undo(session, row.id, actor, clock(), UNDO_WITHIN))
        is MatchRefusal.TOO_LATE
    )
    clock.advance(seconds=-1)
    with app.app_context(), transaction() as session:
        assert service.undo(session, row.id, actor, clock(), UNDO_WITHIN).state is MatchState.PROPOSED


def test_an_approval_is_not_undone_once_somebody_has_answered(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()
    with app.app_context(), transaction() as session:
        service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)
        handovers.donor_says_yes(session, row.id, clock())

    why = refusal(app, lambda session: service.undo(session, row.id, actor, clock(), UNDO_WITHIN))
    assert why is MatchRefusal.DONOR_ANSWERED, "no letter has gone"


def test_of_several_approvals_each_is_undone_wholly_or_not_at_all(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    first, second = (build.match().id for _ in range(2))
    with app.app_context(), transaction() as session:
        service.approve_many(session, [first, second], actor, clock(), ANSWER_WITHIN)
        leaving = told(session).exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).first()
        assert leaving is not None
        leaving.state, leaving.claimed_by, leaving.claimed_until = State.CLAIMED, "worker", clock()

    with app.app_context(), transaction() as session:
        outcomes = service.undo_many(session, [first, second, first], actor, clock(), UNDO_WITHIN)

    assert [(each.match_id, each.refused) for each in outcomes] == [
        (first, MatchRefusal.TOO_LATE),
        (second, None),
    ]
    with app.app_context(), transaction() as session:
        assert [state for _event, _party, state in letters(session, first)] == [State.CLAIMED, State.PENDING]
        assert {state for _event, _party, state in letters(session, second)} == {State.CANCELLED}


def test_an_approval_is_not_undone_once_a_letter_is_on_its_way(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()
    with app.app_context(), transaction() as session:
        service.approve(session, row.id, actor, clock(), ANSWER_WITHIN)
        first = told(session).exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).first()
        assert first is not None
        first.state, first.claimed_by, first.claimed_until = State.CLAIMED, "worker", clock()

    assert (
        refusal(app, lambda session: service.undo(session, row.id, actor, clock(), UNDO_WITHIN))
        is MatchRefusal.TOO_LATE
    )
    with app.app_context(), transaction() as session:
        assert [state for _event, _party, state in letters(session, row.id)] == [State.CLAIMED, State.PENDING]


def test_a_rejection_keeps_its_reason_and_can_be_undone(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()
    with app.app_context(), transaction() as session:
        match = service.reject(session, row.id, Reason.TOO_FAR, "Trop de bouchons", actor, clock())
        assert (match.state, match.closed_at) == (MatchState.REJECTED, clock())
        decision = session.exec(select(Decision)).one()
        assert (decision.reason, decision.note) == (Reason.TOO_FAR, "Trop de bouchons")
        assert letters(session, row.id) == []

    with app.app_context(), transaction() as session:
        match = service.undo(session, row.id, actor, clock(), UNDO_WITHIN)
        assert (match.state, match.closed_at) == (MatchState.PROPOSED, None)


def test_a_rejection_is_not_undone_when_the_article_is_proposed_elsewhere(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item = build.offered_item()
    row = build.match(item, state=MatchState.REJECTED)
    build.match(item)

    assert (
        refusal(app, lambda session: service.undo(session, row.id, actor, clock(), UNDO_WITHIN))
        is MatchRefusal.OFFER_TAKEN
    )


def test_a_rejection_is_not_undone_when_the_offer_is_gone(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item = build.offered_item(build.offer(state=OfferState.WITHDRAWN, closed_at=clock()))
    row = build.match(item, state=MatchState.REJECTED)

    assert (
        refusal(app, lambda session: service.undo(session, row.id, actor, clock(), UNDO_WITHIN))
        is MatchRefusal.OFFER_GONE
    )


def test_a_rejection_needs_a_reason_that_coordinators_may_give(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    row = build.match()

    found = refusal(app, lambda session: service.reject(session, row.id, Reason.NO_SHOW, "", actor, clock()))

    assert found is MatchRefusal.NO_REASON


def test_proposals_leave_the_board_with_their_article(
    app: Flask, build: Builder, clock: FrozenClock, actor: Actor
) -> None:
    item = build.offered_item(quantity=2)
    proposed, approved = build.match(item), build.match(item, state=MatchState.APPROVED)

    with app.app_context(), transaction() as session:
        assert service.supersede_proposals(session, actor, clock(), item_ids=[item.id]) == 1

    with app.app_context(), transaction() as session:
        states = {match.id: match.state for match in session.exec(select(Match))}
    assert states == {proposed.id: MatchState.SUPERSEDED, approved.id: MatchState.APPROVED}
