"""From approved to an appointment: what each side may answer, and what each answer changes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from app.days import end_of_day
from app.db import transaction
from app.handovers import service
from app.handovers.service import MOST_SLOTS, Terms
from app.handovers.slots import Span
from app.handovers.trips import HandoverError, HandoverRefusal
from app.matches import letters
from app.matches.waiting import lapse_overdue
from app.models import Decision, OutboxMessage
from app.models.states import MatchState, Reason, Side, Transport
from app.transitions import COMMITTEE, DONOR
from notifications.models import State
from tests.app.handovers.pair import Pair
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, told


def test_both_say_yes_whoever_is_first(pair: Pair) -> None:
    service.donor_says_yes(pair.session, pair.match_id, pair.clock())
    assert pair.state() is MatchState.APPROVED

    pair.accept()

    assert pair.state() is MatchState.ACCEPTED
    assert pair.letters() == [("donor", "times_proposed")]


def test_choosing_a_time_is_a_yes_and_both_get_the_appointment(pair: Pair) -> None:
    pair.accept()
    assert pair.state() is MatchState.APPROVED

    pair.choose(1)

    assert pair.state() is MatchState.SCHEDULED
    assert pair.handover.starts_at == pair.spans(2)[0].starts_at
    assert pair.letters() == [
        ("donor", "times_proposed"),
        ("donor", "appointment"),
        ("committee", "appointment_committee"),
    ]


def test_a_second_click_changes_nothing_and_writes_nothing(pair: Pair) -> None:
    pair.accept()
    pair.accept()
    pair.choose()

    with pytest.raises(HandoverError) as caught:
        pair.choose()

    assert caught.value.code is HandoverRefusal.TOO_LATE
    assert len(pair.letters()) == 3


def test_other_times_replace_the_first_ones(pair: Pair) -> None:
    pair.accept(1, 2)
    first = pair.slots()
    pair.clock.advance(minutes=5)
    pair.accept(4)

    assert len(pair.slots()) == 1
    with pytest.raises(HandoverError) as caught:
        service.choose_time(pair.session, pair.match_id, first[0], pair.clock())
    assert caught.value.code is HandoverRefusal.SLOT_GONE
    assert pair.letters() == [("donor", "times_proposed")] * 2


@pytest.mark.parametrize("hours", [29, 72])
def test_a_time_that_has_come_cannot_be_chosen(pair: Pair, hours: int) -> None:
    pair.accept(1)
    pair.clock.advance(hours=hours)

    with pytest.raises(HandoverError) as caught:
        pair.choose()

    assert caught.value.code is HandoverRefusal.SLOT_GONE


def test_the_donor_says_what_suits_and_the_committee_proposes_again(pair: Pair) -> None:
    pair.accept(1)
    service.suggest_other_time(pair.session, pair.match_id, "Le samedi matin.", pair.clock(), ANSWER_WITHIN)
    assert pair.handover.donor_note == "Le samedi matin."

    pair.clock.advance(hours=1)
    pair.accept(5)
    pair.choose()

    assert pair.state() is MatchState.SCHEDULED
    assert pair.handover.donor_note == ""
    assert ("committee", "other_time_wanted") in pair.letters()


def test_an_appointment_can_be_moved_and_keeps_its_uid(pair: Pair) -> None:
    pair.accept(1)
    pair.choose()
    uid = pair.handover.uid

    pair.clock.advance(hours=1)
    pair.accept(6)
    assert pair.state() is MatchState.ACCEPTED
    assert pair.handover.starts_at is None
    pair.choose()

    assert (pair.handover.uid, pair.handover.sequence) == (uid, 2)
    assert pair.letters().count(("donor", "appointment")) == 2


@pytest.mark.parametrize("side", list(Side))
def test_either_side_may_decline_and_the_other_is_told(pair: Pair, side: Side) -> None:
    actor = DONOR if side is Side.DONOR else COMMITTEE
    reason = Reason.GIVEN_ELSEWHERE if side is Side.DONOR else Reason.NO_ROOM

    service.decline(pair.session, pair.match_id, side, reason, "Désolé.", actor, pair.clock())

    assert pair.state() is MatchState.DECLINED
    told = ("committee", "donor_declined") if side is Side.DONOR else ("donor", "committee_declined")
    assert pair.letters() == [told]
    about = select(Decision).where(Decision.match_id == pair.match_id)
    decision = pair.session.exec(about.order_by(col(Decision.id).desc())).first()
    assert decision is not None
    assert (decision.reason, decision.note) == (reason, "Désolé.")
    assert (decision.from_state, decision.to_state) == ("approved", "declined")


def test_declining_after_the_appointment_is_a_failure_not_a_refusal(pair: Pair) -> None:
    pair.accept()
    pair.choose()

    service.decline(pair.session, pair.match_id, Side.DONOR, Reason.CHANGED_MIND, "", DONOR, pair.clock())

    assert pair.state() is MatchState.FAILED


def test_answers_to_a_match_that_moved_on_are_refused(app: Flask, build: Builder, clock: FrozenClock) -> None:
    match_id = build.match(state=MatchState.LAPSED).id
    with app.app_context(), transaction() as session:
        for number in (match_id, 999_999):
            with pytest.raises(HandoverError) as caught:
                service.donor_says_yes(session, number, clock())
            assert caught.value.code is HandoverRefusal.TOO_LATE


@pytest.mark.parametrize("side", list(Side))
def test_whoever_was_not_written_to_yet_is_told_of_no_refusal_and_offered_nothing(
    just_approved: Pair, side: Side
) -> None:
    pair = just_approved
    actor = DONOR if side is Side.DONOR else COMMITTEE

    service.decline(pair.session, pair.match_id, side, Reason.OTHER, "", actor, pair.clock())

    assert pair.waiting_to_leave() == set()


def test_a_committee_that_answers_before_its_letter_leaves_is_not_asked_and_the_donor_gets_one_letter(
    just_approved: Pair,
) -> None:
    just_approved.accept()

    assert just_approved.waiting_to_leave() == {("donor", "times_proposed")}


def test_a_donor_who_answers_before_the_letter_leaves_is_not_asked(just_approved: Pair) -> None:
    service.donor_says_yes(just_approved.session, just_approved.match_id, just_approved.clock())

    assert just_approved.waiting_to_leave() == {("committee", "match_approved")}


def test_nobody_hears_that_a_question_lapsed_which_never_left(just_approved: Pair) -> None:
    just_approved.clock.advance(days=9)

    assert lapse_overdue(just_approved.session, just_approved.clock())

    assert just_approved.waiting_to_leave() == set()


def propose(pair: Pair, spans: list[Span]) -> None:
    terms = Terms(spans, Transport.COMMITTEE_COLLECTS)
    service.accept_with_times(pair.session, pair.match_id, terms, COMMITTEE, pair.clock(), ANSWER_WITHIN)


def test_a_committee_proposes_so_many_times_at_the_most_and_each_once(pair: Pair) -> None:
    days = range(1, MOST_SLOTS + 2)
    for spans, refusal in (
        ([], HandoverRefusal.NO_SLOT),
        (pair.spans(*days), HandoverRefusal.TOO_MANY_SLOTS),
    ):
        with pytest.raises(HandoverError) as caught:
            propose(pair, spans)
        assert caught.value.code is refusal

    propose(pair, pair.spans(*days)[:-1] * 2)

    assert len(pair.slots()) == MOST_SLOTS


def test_an_appointment_is_off_even_when_the_same_times_are_proposed_again(pair: Pair) -> None:
    spans = pair.spans(1, 2)
    propose(pair, spans)
    pair.choose()
    pair.clock.advance(hours=1)

    propose(pair, spans)

    assert (pair.state(), pair.handover.starts_at) == (MatchState.ACCEPTED, None)


def test_times_proposed_again_answer_a_donor_whom_they_did_not_suit(pair: Pair) -> None:
    spans = pair.spans(1, 2)
    propose(pair, spans)
    service.suggest_other_time(pair.session, pair.match_id, "Le soir.", pair.clock(), ANSWER_WITHIN)
    pair.clock.advance(hours=1)

    propose(pair, spans)

    assert pair.handover.donor_note == ""
    assert pair.letters().count(("donor", "times_proposed")) == 2


def test_the_first_answer_of_each_side_is_the_one_that_is_dated(pair: Pair) -> None:
    first = pair.clock()
    pair.accept(1)
    service.suggest_other_time(pair.session, pair.match_id, "Le soir.", first, ANSWER_WITHIN)
    assert pair.state() is MatchState.ACCEPTED
    pair.clock.advance(hours=1)
    pair.accept(2)
    service.suggest_other_time(pair.session, pair.match_id, "Le matin.", pair.clock(), ANSWER_WITHIN)

    assert (pair.match.committee_answered_at, pair.match.donor_answered_at) == (first, first)


def test_who_accepts_a_gift_still_needs_it(pair: Pair) -> None:
    pair.need.asked_at = pair.need.confirmed_at = pair.clock() - timedelta(days=10)

    pair.accept()

    assert pair.need.confirmed_at == pair.clock()
    assert pair.need.asked_at is None


def reminded(pair: Pair) -> None:
    """Half-way, and the reminders have not left yet."""
    pair.match.answer_by = end_of_day(pair.clock() + timedelta(days=2))
    pair.match.reminded_at = pair.clock()
    pair.session.flush()
    letters.remind(pair.session, [pair.match_id], pair.desk, pair.clock())


def test_an_answer_calls_reminders_back_and_gives_the_other_side_its_time(pair: Pair) -> None:
    reminded(pair)
    assert pair.waiting_to_leave() == {("donor", "reminder_donor"), ("committee", "reminder_committee")}

    pair.accept()

    assert pair.waiting_to_leave() == {("donor", "times_proposed")}
    whole = end_of_day(pair.clock() + ANSWER_WITHIN)
    assert (pair.match.answer_by, pair.match.reminded_at) == (whole, None)


def test_an_appointment_ends_the_waiting_and_its_reminders(pair: Pair) -> None:
    pair.accept()
    reminded(pair)
    assert ("donor", "reminder_times") in pair.waiting_to_leave()

    pair.choose()

    assert pair.match.answer_by is None
    assert ("donor", "reminder_times") not in pair.waiting_to_leave()


def test_a_side_that_heard_of_the_match_hears_that_the_other_declined_before_it_was_written_to(
    just_approved: Pair,
) -> None:
    left = sa.update(OutboxMessage).where(col(OutboxMessage.message) == "match_found")
    told(just_approved.session).execute(left.values(state=State.SENT, sent_at=just_approved.clock()))

    service.decline(
        just_approved.session,
        just_approved.match_id,
        Side.COMMITTEE,
        Reason.NO_ROOM,
        "",
        COMMITTEE,
        just_approved.clock(),
    )

    assert just_approved.waiting_to_leave() == {("donor", "committee_declined")}
