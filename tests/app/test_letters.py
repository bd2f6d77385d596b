"""What was decided is told at the end of its transaction, once, and with it or not at all."""

from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, col, select

from app import migrate
from app.db import transaction
from app.handovers import service as handovers
from app.matches import service
from app.models import Decision, Match, Offer, OutboxMessage
from app.models.states import MatchState, OfferState, Reason, Role, Verb
from app.offers import service as offers
from app.transitions import DONOR, Actor, note_decision
from notifications.models import State
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, act


def letters(app: Flask) -> list[tuple[str, str]]:
    """(event, message) of all there are, in the order in which they were written."""
    with app.app_context(), transaction() as session:
        rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
        return [(row.event, row.message) for row in rows]


def decisions(app: Flask, *verbs: Verb) -> list[int]:
    with app.app_context(), transaction() as session:
        query = select(Decision.id).where(col(Decision.verb).in_(verbs)).order_by(col(Decision.id))
        return list(session.exec(query))


@pytest.fixture
def offer(build: Builder) -> Offer:
    made = build.offer(build.donor(), state=OfferState.UNCONFIRMED, contact_name="Donatrice")
    build.offered_item(made)
    return made


def record(session: Session, offer_id: int, now: datetime) -> None:
    note_decision(session, session.get_one(Offer, offer_id), Verb.RECORD, DONOR, now)


def test_what_a_transaction_decides_is_told_in_its_order_under_the_decision_s_name(
    app: Flask, clock: FrozenClock, offer: Offer
) -> None:
    act(app, clock, record, offer.id)
    act(app, clock, offers.confirm_offer, offer.id, DONOR)

    recorded, confirmed = decisions(app, Verb.RECORD, Verb.CONFIRM)
    assert letters(app) == [
        (f"decision:{recorded}", "confirm_address"),
        (f"decision:{confirmed}", "offer_recorded"),
    ]


def test_a_transaction_that_fails_tells_nothing_nor_does_the_next_one(
    app: Flask, clock: FrozenClock, offer: Offer
) -> None:
    def fail(session: Session) -> None:
        record(session, offer.id, clock())
        session.flush()
        raise RuntimeError

    with app.app_context():
        with pytest.raises(RuntimeError), transaction() as session:
            fail(session)
        with transaction() as session:
            session.get_one(Offer, offer.id).street = "1 rue du Don"

    assert letters(app) == []


@pytest.mark.parametrize("flushed", [False, True])
def test_what_was_taken_back_to_a_savepoint_is_not_told_and_what_was_not_is(
    app: Flask, clock: FrozenClock, build: Builder, offer: Offer, flushed: bool
) -> None:
    other, third = (build.offer(build.donor(), state=OfferState.UNCONFIRMED) for _ in range(2))

    with app.app_context(), transaction() as session:
        with session.begin_nested():
            record(session, third.id, clock())
        with session.begin_nested() as step:
            record(session, other.id, clock())
            if flushed:
                session.flush()
            step.rollback()
        record(session, offer.id, clock())

    found = decisions(app, Verb.RECORD)
    assert len(found) == 2
    assert letters(app) == [(f"decision:{key}", "confirm_address") for key in found]


def test_what_nobody_has_said_how_to_tell_is_not_done(app: Flask, clock: FrozenClock, build: Builder) -> None:
    need = build.need()

    with pytest.raises(KeyError):
        act(app, clock, lambda session, now: note_decision(session, need, Verb.LAPSE, DONOR, now))

    assert decisions(app, Verb.LAPSE) == []


def test_two_things_said_in_one_second_are_two_letters(
    app: Flask, clock: FrozenClock, build: Builder
) -> None:
    match = build.match(state=MatchState.APPROVED, approved_at=clock(), committee_answered_at=clock())
    for words in ("Plutôt le samedi.", "Ou le lundi."):
        act(app, clock, handovers.suggest_other_time, match.id, words)

    assert [message for _event, message in letters(app)] == ["other_time_wanted"] * 2


def test_the_letters_of_an_approval_of_before_the_upgrade_are_not_written_again(
    app: Flask, clock: FrozenClock, build: Builder
) -> None:
    """Only what this transaction decides is told; what an earlier version wrote, under other names, stays and may leave."""
    actor, match = Actor.account(build.account(Role.COORDINATOR).id), build.match()
    act(app, clock, service.approve, match.id, actor)
    with app.app_context(), transaction() as session:
        for row in session.exec(select(OutboxMessage)):
            row.event = f"match:{match.id}:approved:1"
    before = letters(app)

    clock.advance(minutes=2)
    act(app, clock, handovers.donor_says_yes, match.id)

    assert letters(app) == before
    with app.app_context(), transaction() as session:
        left = select(OutboxMessage.message).where(OutboxMessage.state == State.PENDING)
        assert session.exec(left).all() == ["match_approved"]


def test_an_approval_of_a_minute_ago_is_undone_after_the_upgrade(
    app: Flask, clock: FrozenClock, build: Builder, engine: sa.Engine
) -> None:
    actor, match = Actor.account(build.account(Role.COORDINATOR).id), build.match()
    act(app, clock, service.approve, match.id, actor)
    migrate.downgrade(engine, "0013")
    with engine.begin() as connection:
        connection.execute(sa.update(OutboxMessage).values(event=f"match:{match.id}:approved:1"))
    migrate.upgrade(engine)

    act(app, clock, service.undo, match.id, actor)

    with app.app_context(), transaction() as session:
        assert {row.state for row in session.exec(select(OutboxMessage))} == {State.CANCELLED}


def test_an_offer_given_up_before_its_letter_left_is_called_back_whatever_the_letter_answered(
    app: Flask, clock: FrozenClock, offer: Offer
) -> None:
    act(app, clock, record, offer.id)
    with app.app_context(), transaction() as session:
        (row,) = session.exec(select(OutboxMessage)).all()
        session.add(
            OutboxMessage(
                **row.model_dump(exclude={"id", "event", "message_id"}),
                event=f"offer:{offer.id}:recorded",
                message_id="of-an-earlier-version",
            )
        )

    act(
        app,
        clock,
        lambda session, now: offers.withdraw_offer(session, offer.id, Reason.OTHER, "", DONOR, now),
    )

    with app.app_context(), transaction() as session:
        assert {row.state for row in session.exec(select(OutboxMessage))} == {State.CANCELLED}


def test_of_several_approvals_those_that_are_refused_leave_no_letter(
    app: Flask, clock: FrozenClock, build: Builder
) -> None:
    item = build.offered_item(quantity=1)
    rows = [build.match(item, build.need()) for _ in range(2)]
    actor = Actor.account(build.account(Role.COORDINATOR).id)

    with app.app_context(), transaction() as session:
        service.approve_many(session, [row.id for row in rows], actor, clock(), ANSWER_WITHIN)

    with app.app_context(), transaction() as session:
        assert [row.state for row in session.exec(select(Match).order_by(col(Match.id)))] == [
            MatchState.APPROVED,
            MatchState.PROPOSED,
        ]
        assert all(row.match_ids == [rows[0].id] for row in session.exec(select(OutboxMessage)))
