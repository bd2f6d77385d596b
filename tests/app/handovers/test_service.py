"""From approved to completed: what each side may answer, and what each answer settles."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar
from sqlmodel import Session, col, select

from app.db import transaction
from app.handovers import service, waiting
from app.handovers.service import HandoverError, Refusal, Report, Says, Side, Terms
from app.handovers.slots import Span
from app.matches import service as matches
from app.matches.waiting import lapse_overdue
from app.models import (
    Committee,
    Decision,
    Handover,
    HandoverSlot,
    Match,
    Need,
    Offer,
    OfferedItem,
    OutboxMessage,
)
from app.models.states import Condition, MatchState, NeedState, OfferState, Reason, Transport
from app.transitions import COMMITTEE, DONOR, Actor
from notifications.models import State
from tests.builders import Builder
from tests.conftest import FrozenClock


@dataclass
class Pair:
    """An approved match of 2 out of 2, and the services bound to the test's clock."""

    session: Session
    clock: FrozenClock
    match_id: int

    @property
    def match(self) -> Match:
        return self.session.get_one(Match, self.match_id)

    def state(self) -> MatchState:
        return self.match.state

    @property
    def handover(self) -> Handover:
        return self.session.exec(select(Handover).where(Handover.match_id == self.match_id)).one()

    def spans(self, *days: int) -> list[Span]:
        start = self.clock() + timedelta(hours=5)
        return [Span(start + timedelta(days=day), start + timedelta(days=day, hours=2)) for day in days]

    def accept(self, *days: int) -> Handover:
        terms = Terms(self.spans(*days or (1, 2)), Transport.COMMITTEE_COLLECTS, "1 rue du Don", "Sonnez.")
        return service.accept_with_times(self.session, self.match_id, terms, COMMITTEE, self.clock())

    def slots(self) -> list[Span]:
        query = select(HandoverSlot).order_by(col(HandoverSlot.starts_at))
        return [Span(slot.starts_at, slot.ends_at) for slot in self.session.exec(query)]

    def choose(self, position: int = 0) -> None:
        service.choose_time(self.session, self.match_id, self.slots()[position], self.clock())

    def report(self, side: Side, says: Says, **values: object) -> MatchState:
        actor = DONOR if side is Side.DONOR else COMMITTEE
        told = Report(says, **values)  # type: ignore[arg-type]
        return service.report(self.session, self.match_id, side, told, actor, self.clock())

    def letters(self) -> list[tuple[str, str]]:
        self.session.flush()
        rows = self.session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
        return [(row.party.split(":")[0], row.message) for row in rows]


@pytest.fixture
def pair(build_pair: int, session: Session, clock: FrozenClock) -> Pair:
    return Pair(session, clock, build_pair)


@pytest.fixture
def build_pair(app: Flask, build: Builder, clock: FrozenClock) -> int:
    item = build.offered_item(quantity=2)
    match = build.match(
        item, build.need(quantity=2), quantity=2, state=MatchState.APPROVED, approved_at=clock()
    )
    return match.id or 0


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

    assert caught.value.refusal is Refusal.TOO_LATE
    assert len(pair.letters()) == 3


def test_other_times_replace_the_first_ones(pair: Pair) -> None:
    pair.accept(1, 2)
    first = pair.slots()
    pair.clock.advance(minutes=5)
    pair.accept(4)

    assert len(pair.slots()) == 1
    with pytest.raises(HandoverError) as caught:
        service.choose_time(pair.session, pair.match_id, first[0], pair.clock())
    assert caught.value.refusal is Refusal.SLOT_GONE
    assert pair.letters() == [("donor", "times_proposed")] * 2


def test_a_time_that_has_passed_cannot_be_chosen(pair: Pair) -> None:
    pair.accept(1)
    pair.clock.advance(days=3)

    with pytest.raises(HandoverError) as caught:
        pair.choose()

    assert caught.value.refusal is Refusal.SLOT_GONE


def test_the_donor_says_what_suits_and_the_committee_proposes_again(pair: Pair) -> None:
    pair.accept(1)
    service.suggest_other_time(pair.session, pair.match_id, "Le samedi matin.", pair.clock())
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
    decision = pair.session.exec(select(Decision).order_by(col(Decision.id).desc())).first()
    assert decision is not None
    assert (decision.reason, decision.note) == (reason, "Désolé.")


def test_declining_after_the_appointment_is_a_failure_not_a_refusal(pair: Pair) -> None:
    pair.accept()
    pair.choose()

    service.decline(pair.session, pair.match_id, Side.DONOR, Reason.CHANGED_MIND, "", DONOR, pair.clock())

    assert pair.state() is MatchState.FAILED


def test_the_day_after_both_are_asked_once(pair: Pair) -> None:
    pair.accept(1)
    pair.choose()
    pair.clock.advance(days=1, hours=9)
    assert waiting.ask_whether_it_happened(pair.session, pair.clock()) == 0  # the same evening

    pair.clock.advance(hours=15)
    assert waiting.ask_whether_it_happened(pair.session, pair.clock()) == 1
    assert waiting.ask_whether_it_happened(pair.session, pair.clock()) == 0

    assert pair.letters()[-2:] == [("donor", "did_it_happen"), ("committee", "did_it_happen_committee")]


def test_not_yet_is_asked_again_three_days_later(pair: Pair) -> None:
    pair.accept(1)
    pair.choose()
    pair.clock.advance(days=2)
    waiting.ask_whether_it_happened(pair.session, pair.clock())
    assert pair.report(Side.COMMITTEE, Says.NOT_YET) is MatchState.SCHEDULED

    pair.clock.advance(days=2)
    assert waiting.ask_whether_it_happened(pair.session, pair.clock()) == 0
    pair.clock.advance(days=1)
    assert waiting.ask_whether_it_happened(pair.session, pair.clock()) == 1


def test_all_received_settles_the_need_and_the_offer(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    state = pair.report(Side.COMMITTEE, Says.YES, received_quantity=2, received_condition=Condition.GOOD)

    assert state is MatchState.COMPLETED
    match = pair.match
    need = pair.session.get_one(Need, match.need_id)
    item = pair.session.get_one(OfferedItem, match.offered_item_id)
    assert need.state is NeedState.MET
    assert pair.session.get_one(Offer, item.offer_id).state is OfferState.CLOSED


def test_less_received_leaves_the_need_open_with_what_remains(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    pair.report(Side.COMMITTEE, Says.YES, received_quantity=1, received_condition=Condition.FAIR)

    assert pair.state() is MatchState.COMPLETED
    assert pair.session.get_one(Need, pair.match.need_id).state is NeedState.OPEN


def test_more_than_agreed_is_refused(pair: Pair) -> None:
    pair.accept()
    pair.choose()

    with pytest.raises(HandoverError) as caught:
        pair.report(Side.COMMITTEE, Says.YES, received_quantity=3)

    assert caught.value.refusal is Refusal.TOO_MUCH
    assert pair.state() is MatchState.SCHEDULED


def test_no_frees_the_article(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    assert pair.report(Side.COMMITTEE, Says.NO, reason=Reason.NO_SHOW) is MatchState.FAILED
    assert pair.session.get_one(Need, pair.match.need_id).state is NeedState.OPEN


def test_the_donor_s_yes_waits_for_the_committee(pair: Pair) -> None:
    pair.accept()
    pair.choose()
    pair.clock.advance(days=2)

    assert pair.report(Side.DONOR, Says.YES) is MatchState.SCHEDULED
    assert pair.handover.donor_says == "yes"


def test_answers_to_a_match_that_moved_on_are_refused(app: Flask, build: Builder, clock: FrozenClock) -> None:
    match_id = build.match(state=MatchState.LAPSED).id or 0
    with app.app_context(), transaction() as session:
        for number in (match_id, 999_999):
            with pytest.raises(HandoverError) as caught:
                service.donor_says_yes(session, number, clock())
            assert caught.value.refusal is Refusal.TOO_LATE


def calendars(pair: Pair, message: str) -> list[tuple[str, str, str, int, str]]:
    """(party, METHOD of the part, UID, SEQUENCE, STATUS) of every calendar file that went with `message`."""
    found = []
    rows = pair.session.exec(
        select(OutboxMessage).where(OutboxMessage.message == message).order_by(col(OutboxMessage.id))
    )
    for row in rows:
        for attachment in row.attachments:
            calendar = Calendar.from_ical(attachment["content"])
            (event,) = calendar.walk("VEVENT")
            kind, _, method = attachment["content_type"].rpartition("; method=")
            assert kind == "text/calendar; charset=utf-8"
            assert method == calendar["METHOD"]
            found.append(
                (
                    row.party.split(":")[0],
                    method,
                    str(event["UID"]),
                    int(str(event["SEQUENCE"])),
                    str(event["STATUS"]),
                )
            )
    return found


def test_a_moved_appointment_leaves_the_other_side_s_calendar_and_comes_back_under_its_uid(
    pair: Pair,
) -> None:
    pair.accept(1)
    pair.choose()
    uid = pair.handover.uid
    pair.clock.advance(hours=1)
    pair.accept(6)
    pair.choose()

    assert calendars(pair, "times_proposed") == [("donor", "CANCEL", uid, 1, "CANCELLED")]
    assert calendars(pair, "appointment") == [
        ("donor", "PUBLISH", uid, 0, "CONFIRMED"),
        ("donor", "PUBLISH", uid, 2, "CONFIRMED"),
    ]

    service.suggest_other_time(pair.session, pair.match_id, "Le samedi.", pair.clock())
    assert calendars(pair, "other_time_wanted") == [("committee", "CANCEL", uid, 3, "CANCELLED")]
    wanted = pair.session.exec(
        select(OutboxMessage).where(OutboxMessage.message == "other_time_wanted")
    ).one()
    assert "ne peut pas tenir le rendez-vous du" in wanted.body_text


@pytest.mark.parametrize("side", list(Side))
def test_a_cancelled_appointment_leaves_both_calendars(pair: Pair, side: Side) -> None:
    pair.accept(1)
    pair.choose()
    actor = DONOR if side is Side.DONOR else COMMITTEE
    reason = Reason.CHANGED_MIND if side is Side.DONOR else Reason.NO_ROOM

    service.decline(pair.session, pair.match_id, side, reason, "", actor, pair.clock())

    uid = pair.handover.uid
    assert calendars(pair, "appointment_cancelled") == [("donor", "CANCEL", uid, 1, "CANCELLED")]
    assert calendars(pair, "appointment_cancelled_committee") == [
        ("committee", "CANCEL", uid, 1, "CANCELLED")
    ]
    assert {message for _party, message in pair.letters()[3:]} == {
        "appointment_cancelled",
        "appointment_cancelled_committee",
    }
    told = "committee" if side is Side.DONOR else "donor"
    for row in pair.session.exec(select(OutboxMessage).where(col(OutboxMessage.message).contains("cancel"))):
        assert ("La raison" in row.body_text) == row.party.startswith(told)


@pytest.fixture
def proposed(app: Flask, build: Builder) -> tuple[int, int]:
    """A proposal, and the account that is about to approve it."""
    match = build.match(build.offered_item(quantity=2), build.need(quantity=2), quantity=2)
    return match.id or 0, build.account().id or 0


@pytest.fixture
def just_approved(proposed: tuple[int, int], session: Session, clock: FrozenClock) -> Pair:
    """Approved a moment ago: both letters wait for the coordinator who may undo."""
    match_id, account_id = proposed
    matches.approve(session, match_id, Actor.account(account_id), clock())
    return Pair(session, clock, match_id)


def waiting_to_leave(pair: Pair) -> set[tuple[str, str]]:
    rows = pair.session.exec(select(OutboxMessage).where(OutboxMessage.state == State.PENDING))
    return {(row.party.split(":")[0], row.message) for row in rows}


@pytest.mark.parametrize("side", list(Side))
def test_whoever_was_not_written_to_yet_is_told_of_no_refusal_and_offered_nothing(
    just_approved: Pair, side: Side
) -> None:
    pair = just_approved
    actor = DONOR if side is Side.DONOR else COMMITTEE

    service.decline(pair.session, pair.match_id, side, Reason.OTHER, "", actor, pair.clock())

    assert waiting_to_leave(pair) == set()


def test_a_committee_that_answers_before_its_letter_leaves_is_not_asked_and_the_donor_gets_one_letter(
    just_approved: Pair,
) -> None:
    just_approved.accept()

    assert waiting_to_leave(just_approved) == {("donor", "times_proposed")}


def test_a_donor_who_answers_before_the_letter_leaves_is_not_asked(just_approved: Pair) -> None:
    service.donor_says_yes(just_approved.session, just_approved.match_id, just_approved.clock())

    assert waiting_to_leave(just_approved) == {("committee", "match_approved")}


def test_nobody_hears_that_a_question_lapsed_which_never_left(just_approved: Pair) -> None:
    just_approved.clock.advance(days=9)

    assert lapse_overdue(just_approved.session, just_approved.clock())

    assert waiting_to_leave(just_approved) == set()


def agreed(pair: Pair, transport: Transport, place: str = "") -> dict[str, OutboxMessage]:
    """The letters of an appointment on these terms, by message."""
    terms = Terms(pair.spans(1), transport, place)
    service.accept_with_times(pair.session, pair.match_id, terms, COMMITTEE, pair.clock())
    pair.choose()
    return {row.message: row for row in pair.session.exec(select(OutboxMessage))}


def location(letter: OutboxMessage) -> str:
    (event,) = Calendar.from_ical(letter.attachments[0]["content"]).walk("VEVENT")
    return str(event["LOCATION"])


def test_a_committee_that_collects_is_sent_to_the_donor_s_address_not_to_its_own(pair: Pair) -> None:
    item = pair.session.get_one(OfferedItem, pair.match.offered_item_id)
    offer = pair.session.get_one(Offer, item.offer_id)
    offer.street = "9 rue de la Collecte"

    letters = agreed(pair, Transport.COMMITTEE_COLLECTS)

    for message in ("appointment", "appointment_committee"):
        assert "9 rue de la Collecte, 69700 Givors" in letters[message].body_text.replace("\u00a0", " ")
    assert location(letters["appointment_committee"]) == "9 rue de la Collecte, 69700 Givors"
    # The donor's own file is behind a link that may be forwarded.
    assert location(letters["appointment"]) == ""


def test_a_donor_who_brings_is_sent_to_the_committee_unless_it_wrote_another_place(pair: Pair) -> None:
    need = pair.session.get_one(Need, pair.match.need_id)
    street = pair.session.get_one(Committee, need.committee_id).street

    letters = agreed(pair, Transport.DONOR_BRINGS)
    assert location(letters["appointment"]) == f"{street}, 69700 Givors"
    assert street in letters["times_proposed"].body_text

    pair.clock.advance(hours=1)
    pair.session.delete(letters["appointment"])
    assert location(agreed(pair, Transport.DONOR_BRINGS, "Au dépôt")["appointment"]) == "Au dépôt"


def test_the_committee_reaches_the_person_for_whom_a_volunteer_s_address_stands_in(pair: Pair) -> None:
    item = pair.session.get_one(OfferedItem, pair.match.offered_item_id)
    offer = pair.session.get_one(Offer, item.offer_id)
    offer.contact_name, offer.contact_phone = "Personne sans adresse", "06 11 22 33 44"

    letters = agreed(pair, Transport.COMMITTEE_COLLECTS)

    text = letters["appointment_committee"].body_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Personne sans adresse, 06 11 22 33 44" in text
    assert letters["appointment"].to_name == "Personne sans adresse"
