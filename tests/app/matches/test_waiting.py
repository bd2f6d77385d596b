"""Answers that do not come: one reminder to whoever is silent, by day; then both sides are told, and the next one has it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import db, transaction
from app.handovers import service as handovers
from app.handovers.service import Terms
from app.handovers.slots import Span
from app.matches import planning, service, waiting
from app.models import Match, OutboxMessage
from app.models.states import MatchState, Reason, Role, Side, Transport
from app.transitions import COMMITTEE, DONOR, Actor
from notifications.models import State
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn, act


class Play:
    """Acts, each in a transaction of its own at the clock's moment, and the letters that they left."""

    def __init__(self, app: Flask, clock: FrozenClock, build: Builder) -> None:
        self.app, self.clock, self.build = app, clock, build
        self.coordinator = Actor.account(build.account(Role.COORDINATOR).id)

    def do(self, work: Callable[..., Any], *values: Any) -> Any:
        return act(self.app, self.clock, work, *values)

    def approved(self, **values: Any) -> int:
        """Approved, and both letters have left."""
        match = self.build.match(**values)
        self.do(service.approve, match.id, self.coordinator)
        left = sa.update(OutboxMessage).where(
            col(OutboxMessage.message).in_(["match_found", "match_approved"])
        )
        with self.app.app_context(), transaction() as session:
            session.execute(left.values(state=State.SENT, sent_at=self.clock()))
        return match.id

    def spans(self, *days: int) -> list[Span]:
        start = self.clock().replace(hour=14)
        return [Span(start + timedelta(days=day), start + timedelta(days=day, hours=2)) for day in days]

    def accept(self, match_id: int, *days: int) -> None:
        terms = Terms(self.spans(*days or (6, 7)), Transport.COMMITTEE_COLLECTS, "1 rue du Don")
        self.do(handovers.accept_with_times, match_id, terms, COMMITTEE)

    def letters(self, state: State = State.PENDING) -> list[str]:
        """What was written beside the approval's own letters."""
        with self.app.app_context(), transaction() as session:
            query = select(OutboxMessage.message).where(col(OutboxMessage.state) == state)
            found = session.exec(query.order_by(col(OutboxMessage.id))).all()
        return [name for name in found if name not in {"match_found", "match_approved"}]

    def last_to_committee(self) -> str:
        with self.app.app_context(), transaction() as session:
            query = select(OutboxMessage.message).where(col(OutboxMessage.party).startswith("committee:"))
            return session.exec(query.order_by(col(OutboxMessage.id).desc())).first() or ""

    def state(self, match_id: int) -> MatchState:
        with self.app.app_context(), transaction() as session:
            return session.get_one(Match, match_id).state


@pytest.fixture
def play(app: Flask, clock: FrozenClock, build: Builder) -> Play:
    return Play(app, clock, build)


def test_both_are_reminded_once_half_way(play: Play) -> None:
    play.approved()
    play.clock.advance(days=2)
    assert play.do(waiting.remind) == 0

    play.clock.advance(days=1, hours=4)
    assert play.do(waiting.remind) == 1
    assert play.do(waiting.remind) == 0
    play.clock.advance(days=1)
    assert play.do(waiting.remind) == 0

    assert play.letters() == ["reminder_committee", "reminder_donor"]


def test_what_is_over_is_no_longer_reminded_of(play: Play) -> None:
    play.approved()
    play.clock.advance(days=7)
    assert play.do(waiting.remind) == 0


def test_nobody_is_reminded_at_night_or_on_a_sunday(play: Play) -> None:
    play.approved()
    for moment in (
        datetime(2026, 11, 26, 20, 30, tzinfo=UTC),  # Thursday, 21:30 in Paris
        datetime(2026, 11, 27, 6, 30, tzinfo=UTC),  # Friday, 7:30 in Paris
    ):
        play.clock.moment = moment
        assert play.do(waiting.remind) == 0
    play.clock.moment = datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
    assert play.do(waiting.remind) == 1


def test_sundays_are_left_in_peace(play: Play) -> None:
    play.clock.moment = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    play.approved()
    play.clock.moment = datetime(2026, 11, 29, 11, 0, tzinfo=UTC)
    assert play.do(waiting.remind) == 0
    play.clock.advance(days=1)
    assert play.do(waiting.remind) == 1


def test_who_has_answered_is_not_reminded(play: Play) -> None:
    match_id = play.approved()
    play.do(handovers.donor_says_yes, match_id)
    play.clock.advance(days=3, hours=4)
    play.do(waiting.remind)

    assert play.letters() == ["reminder_committee"]


def test_a_reminder_that_has_not_left_is_called_back_by_the_answer(play: Play) -> None:
    match_id = play.approved()
    play.clock.advance(days=3, hours=4)
    play.do(waiting.remind)
    play.do(handovers.donor_says_yes, match_id)

    assert play.letters(State.CANCELLED) == ["reminder_donor"]
    play.accept(match_id)
    assert play.letters(State.CANCELLED) == ["reminder_committee", "reminder_donor"]


def test_the_donor_who_picks_no_time_is_reminded_and_then_the_article_is_free(play: Play) -> None:
    match_id = play.approved()
    play.do(handovers.donor_says_yes, match_id)
    play.accept(match_id)
    assert play.state(match_id) is MatchState.ACCEPTED

    play.clock.advance(days=3, hours=4)
    assert play.do(waiting.remind) == 1
    assert play.letters() == ["times_proposed", "reminder_times"]

    play.clock.advance(days=3)
    with play.app.app_context():
        planning.lapse_now(play.clock())
    assert play.state(match_id) is MatchState.FAILED
    assert play.letters()[-2:] == ["match_lapsed", "match_lapsed_committee"]


def test_a_committee_that_owes_other_times_is_reminded_of_what_suits(play: Play) -> None:
    match_id = play.approved()
    play.accept(match_id)
    play.clock.advance(days=1)
    play.do(handovers.suggest_other_time, match_id, "Le samedi matin.")
    play.clock.advance(days=3, hours=4)
    play.do(waiting.remind)

    assert play.letters().count("other_time_wanted") == 2


def test_when_every_proposed_time_has_passed_it_is_the_committee_s_turn(play: Play) -> None:
    match_id = play.approved()
    play.accept(match_id, 1)
    play.clock.advance(days=3, hours=4)
    play.do(waiting.remind)

    assert play.letters() == ["times_proposed", "reminder_committee"]


def test_the_last_day_is_good_until_midnight_and_letters_wait_for_the_morning(play: Play) -> None:
    match_id = play.approved()  # Monday; five days: Saturday is good
    play.clock.moment = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)
    assert play.do(waiting.lapse_overdue) == []

    play.clock.advance(hours=1)
    play.do(waiting.lapse_overdue)
    play.do(waiting.lapse_overdue)

    assert play.state(match_id) is MatchState.LAPSED
    assert play.letters() == ["match_lapsed", "match_lapsed_committee"]
    with play.app.app_context(), transaction() as session:
        assert session.get_one(Match, match_id).closed_at == play.clock()
        query = select(OutboxMessage).where(col(OutboxMessage.message).startswith("match_lapsed"))
        mornings = {row.not_before for row in session.exec(query)}
    assert mornings == {datetime(2026, 11, 29, 9, 0, tzinfo=UTC)}  # ten o'clock on a Sunday


def test_what_was_answered_in_time_stays(play: Play) -> None:
    match_id = play.approved()
    play.do(handovers.donor_says_yes, match_id)
    play.accept(match_id)
    play.do(handovers.choose_time, match_id, play.spans(6)[0])
    play.clock.advance(days=30)
    assert play.do(waiting.lapse_overdue) == []


def test_after_a_donor_withdraws_the_committee_reads_of_the_next(play: Play) -> None:
    need = play.build.need()
    first = play.approved(need=need)
    play.do(handovers.decline, first, Side.DONOR, Reason.CHANGED_MIND, "", DONOR)
    play.approved(need=need)

    assert play.letters() == ["donor_declined", "next_donor"]


def test_after_its_own_refusal_a_committee_reads_of_a_gift_like_any_other(play: Play) -> None:
    need = play.build.need()
    first = play.approved(need=need)
    play.do(handovers.decline, first, Side.COMMITTEE, Reason.NO_ROOM, "", COMMITTEE)
    play.approved(need=need)

    assert play.letters() == ["committee_declined"]


def test_a_gift_withdrawn_before_the_committee_heard_of_it_makes_no_next_one(play: Play) -> None:
    need = play.build.need()
    first = play.build.match(need=need).id
    play.do(service.approve, first, play.coordinator)
    play.do(handovers.decline, first, Side.DONOR, Reason.CHANGED_MIND, "", DONOR)
    play.approved(need=need)

    assert play.letters() == []


@pytest.mark.parametrize(
    ("answered", "days", "letter"),
    [(True, 7, "next_donor"), (True, 80, "match_approved"), (False, 7, "match_approved")],
)
def test_a_committee_reads_of_a_next_gift_only_soon_after_one_that_it_had_accepted(
    play: Play, answered: bool, days: int, letter: str
) -> None:
    need = play.build.need()
    first = play.approved(need=need)
    if answered:
        play.accept(first)
    play.clock.advance(days=7)
    play.do(waiting.lapse_overdue)
    play.clock.advance(days=days - 7)
    play.do(service.approve, play.build.match(need=need).id, play.coordinator)

    assert play.last_to_committee() == letter


def test_two_schedulers_at_once_remind_and_lapse_once(play: Play) -> None:
    ids = [play.approved() for _ in range(6)]
    play.clock.advance(days=3, hours=4)

    def twice(work: Callable[..., Any]) -> None:
        together = Barrier(2)

        def one(_number: int) -> None:
            together.wait()
            play.do(work)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(one, range(2)))

    twice(waiting.remind)
    assert sorted(play.letters()) == ["reminder_committee"] * 6 + ["reminder_donor"] * 6

    play.clock.advance(days=3)
    twice(waiting.lapse_overdue)
    assert {play.state(match_id) for match_id in ids} == {MatchState.LAPSED}
    assert play.letters().count("match_lapsed") == 6
    with play.app.app_context(), transaction() as session:
        told = session.execute(sa.text("select count(*) from decision where verb = 'lapse'")).scalar_one()
    assert told == 6


def test_reminding_takes_no_query_more_for_each_match_but_its_letters(play: Play) -> None:
    def reads(count: int) -> int:
        for _ in range(count):
            play.approved()
        play.clock.advance(days=3, hours=4)
        seen: list[str] = []
        with play.app.app_context():
            engine = db.engine

            def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
                if statement.lstrip().upper().startswith("SELECT"):
                    seen.append(statement)

            sa.event.listen(engine, "before_cursor_execute", note)
            try:
                with transaction() as session:
                    waiting.remind(session, play.app.extensions["desk"], play.clock())
            finally:
                sa.event.remove(engine, "before_cursor_execute", note)
        play.clock.moment = datetime(2026, 12, 14, 9, 0, tzinfo=UTC)
        return len(seen)

    assert reads(1) == reads(5)


def test_the_coordinator_sees_on_the_board_what_made_room_for_the_runner_up(
    play: Play, client: FlaskClient, sign_in: SignIn
) -> None:
    play.approved()
    play.build.need()
    play.clock.advance(days=7)
    with play.app.app_context():
        planning.lapse_now(play.clock())
    sign_in(client, play.build.account(Role.COORDINATOR))

    assert "après un rapprochement resté sans réponse" in client.get("/coordination").text
