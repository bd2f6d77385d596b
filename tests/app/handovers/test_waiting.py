"""Around an appointment: told the day before, asked the day after, settled when one side stays silent."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import transaction
from app.handovers import reporting, service, waiting
from app.handovers.reporting import HandoverReport, Received, Says
from app.handovers.slots import Span
from app.models import Handover, HandoverSlot, Match, Need, Offer, OutboxMessage
from app.models.states import REASONS, MatchState, NeedState, Occasion, OfferState, Reason, Side, Transport
from app.transitions import COMMITTEE, DONOR
from app.web.links import Purpose, path_of
from tests.builders import Builder
from tests.conftest import FrozenClock, act

FIXED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""A Tuesday; the appointment is on Saturday at ten."""


class Stage:
    """One match of 2 with an appointment on Saturday 28 November 2026, 10 to 12 in Paris."""

    def __init__(self, app: Flask, clock: FrozenClock, build: Builder) -> None:
        self.app, self.clock = app, clock
        clock.moment = FIXED
        self.item = build.offered_item(quantity=2)
        self.need = build.need(quantity=2)
        match = build.match(
            self.item,
            self.need,
            quantity=2,
            state=MatchState.ACCEPTED,
            donor_answered_at=clock(),
            committee_answered_at=clock(),
        )
        self.match_id = match.id
        handover = build.handover(match)
        starts = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
        self.span = Span(starts, starts + timedelta(hours=2))
        with app.app_context(), transaction() as session:
            session.add(
                HandoverSlot(
                    handover_id=handover.id, starts_at=self.span.starts_at, ends_at=self.span.ends_at
                )
            )

    def do(self, work: Callable[..., Any], *values: Any) -> Any:
        return act(self.app, self.clock, work, *values)

    def fix(self) -> None:
        self.do(service.choose_time, self.match_id, self.span)

    def report(self, side: Side, told: HandoverReport) -> None:
        self.do(reporting.report, self.match_id, side, told, DONOR if side is Side.DONOR else COMMITTEE)

    def letters(self) -> list[str]:
        with self.app.app_context(), transaction() as session:
            found = session.exec(select(OutboxMessage.message).order_by(col(OutboxMessage.id))).all()
        return [
            name for name in found if not name.startswith("appointment_committee") and name != "appointment"
        ]

    def row(self, model: type[Any], key: int | None) -> Any:
        with self.app.app_context(), transaction() as session:
            found = session.get_one(model, key)
            session.expunge(found)
        return found

    @property
    def handover(self) -> Any:
        with self.app.app_context(), transaction() as session:
            found = session.get_one(Handover, session.get_one(Match, self.match_id).handover_id)
            session.expunge(found)
        return found

    @property
    def state(self) -> MatchState:
        return self.row(Match, self.match_id).state  # type: ignore[no-any-return]


@pytest.fixture
def stage(app: Flask, clock: FrozenClock, build: Builder) -> Stage:
    return Stage(app, clock, build)


TOMORROW = ["appointment_tomorrow", "appointment_tomorrow_committee"]
ASKED = ["did_it_happen", "did_it_happen_committee"]


def test_both_are_told_once_the_day_before(stage: Stage) -> None:
    stage.fix()
    for day, hour, told in ((26, 12, 0), (27, 5, 0), (27, 8, 1), (27, 9, 0), (28, 8, 0)):
        stage.clock.moment = datetime(2026, 11, day, hour, 0, tzinfo=UTC)
        assert stage.do(waiting.tell_of_tomorrow) == told

    assert stage.letters() == TOMORROW
    with stage.app.app_context(), transaction() as session:
        ends = set(
            session.exec(select(OutboxMessage.not_after).where(OutboxMessage.message == TOMORROW[0])).all()
        )
    assert ends == {datetime(2026, 11, 27, 23, 0, tzinfo=UTC)}


def test_an_appointment_fixed_today_for_tomorrow_needs_no_second_letter(stage: Stage) -> None:
    stage.clock.moment = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    stage.fix()
    stage.clock.advance(hours=4)

    assert stage.do(waiting.tell_of_tomorrow) == 0


def test_on_the_day_itself_it_is_too_late_to_speak_of_tomorrow(stage: Stage) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

    assert stage.do(waiting.tell_of_tomorrow) == 0


def test_a_moved_appointment_is_told_again(stage: Stage) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    stage.do(waiting.tell_of_tomorrow)
    later = Span(stage.span.starts_at + timedelta(days=3), stage.span.ends_at + timedelta(days=3))
    terms = service.Terms([later], stage.handover.transport)
    stage.do(service.accept_with_times, stage.match_id, terms, COMMITTEE)
    stage.do(service.choose_time, stage.match_id, later)
    stage.clock.moment = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)

    assert stage.do(waiting.tell_of_tomorrow) == 1
    assert stage.letters() == [*TOMORROW, "times_proposed", *TOMORROW]


def test_not_yet_leads_to_another_appointment(stage: Stage, client: FlaskClient) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.do(waiting.ask_whether_it_happened)
    stage.report(Side.COMMITTEE, HandoverReport(Says.NOT_YET))
    links = stage.app.extensions["desk"].links
    party = f"committee:{stage.need.committee_id}"
    token = links.token(Purpose.COMMITTEE_REPORT, stage.match_id, party, stage.clock())

    page = client.get(path_of(Purpose.COMMITTEE_REPORT, token)).text
    assert "/reponse/comite/" in page
    answer = links.token(Purpose.COMMITTEE_ANSWER, stage.match_id, party, stage.clock())
    client.post(
        f"{path_of(Purpose.COMMITTEE_ANSWER, answer)}/accepter",
        data={
            "day": "2026-12-02",
            "start": "14:00",
            "end": "16:00",
            "transport": "committee_collects",
        },
    )

    assert stage.state is MatchState.ACCEPTED
    assert stage.letters()[-1] == "times_proposed"


@pytest.mark.parametrize("side", list(Side))
def test_no_frees_both_quantities_and_tells_the_other_side(stage: Stage, side: Side) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.do(waiting.ask_whether_it_happened)
    stage.report(side, HandoverReport(Says.NO, reason=Reason.NO_SHOW))

    assert stage.state is MatchState.FAILED
    assert stage.row(Need, stage.need.id).state is NeedState.OPEN
    assert stage.row(Offer, stage.item.offer_id).state is OfferState.OPEN
    told = "handover_failed_committee" if side is Side.DONOR else "handover_failed"
    assert stage.letters() == [*ASKED, told]


@pytest.mark.parametrize(
    ("reason", "transport", "words"),
    [
        (Reason.NO_SHOW, Transport.DONOR_BRINGS, "il vous attendait et n’a vu personne"),
        (Reason.NO_SHOW, Transport.COMMITTEE_COLLECTS, "il est passé et n’a trouvé personne"),
        (Reason.NOT_AS_DESCRIBED, Transport.DONOR_BRINGS, "ce n’était pas ce qui était annoncé"),
        (Reason.COULD_NOT_CARRY, Transport.COMMITTEE_COLLECTS, "n’a pas pu le transporter"),
        (Reason.NO_LONGER_NEEDED, Transport.DONOR_BRINGS, "n’en a plus besoin"),
        (Reason.OTHER, Transport.DONOR_BRINGS, "ne l’a pas reçu"),
    ],
)
def test_the_donor_reads_what_the_committee_says_of_the_appointment(
    stage: Stage, reason: Reason, transport: Transport, words: str
) -> None:
    """Not that the committee declined: it had said yes."""
    stage.fix()
    with stage.app.app_context(), transaction() as session:
        session.exec(select(Handover)).one().transport = transport
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.report(Side.COMMITTEE, HandoverReport(Says.NO, reason=reason))

    with stage.app.app_context(), transaction() as session:
        letter = session.exec(select(OutboxMessage).where(OutboxMessage.message == "handover_failed")).one()
        assert letter.subject.startswith("Votre don n’a pas été remis")
        assert words in letter.body_text
        assert "rendez-vous le samedi 28 novembre" in letter.body_text
        assert letter.party.startswith("donor:")


@pytest.mark.parametrize("reason", REASONS[Occasion.DONOR_REPORTS_FAILURE])
def test_the_committee_reads_what_the_donor_says_of_the_appointment(stage: Stage, reason: Reason) -> None:
    """Not that the donor gives up when it was the committee that did not come."""
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.report(Side.DONOR, HandoverReport(Says.NO, reason=reason))

    words = {
        Reason.NO_SHOW: "vous attendait et n’a vu personne",
        Reason.GIVEN_ELSEWHERE: "donné cet article ailleurs",
        Reason.CHANGED_MIND: "changé d’avis",
        Reason.OTHER: "la remise n’a pas eu lieu",
    }
    with stage.app.app_context(), transaction() as session:
        query = select(OutboxMessage).where(OutboxMessage.message == "handover_failed_committee")
        letter = session.exec(query).one()
        assert words[reason] in letter.body_text
        assert letter.party.startswith("committee:")


def test_the_donor_is_thanked_once_with_what_was_received(stage: Stage) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.report(
        Side.COMMITTEE,
        HandoverReport(Says.YES, {stage.match_id: Received(1)}, note="Les enfants sont ravis."),
    )

    with stage.app.app_context(), transaction() as session:
        letter = session.exec(select(OutboxMessage).where(OutboxMessage.message == "thank_you")).one()
        offer = session.get_one(Offer, stage.item.offer_id)
        assert offer.reference in letter.body_text
        assert "Les enfants sont ravis." not in letter.body_text, "a coordinator looks first"
        assert "samedi 28 novembre" in letter.body_text.replace("\u00a0", " ")


def test_the_donor_s_word_is_enough_after_seven_silent_days(stage: Stage) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.do(waiting.ask_whether_it_happened)
    stage.report(Side.DONOR, HandoverReport(Says.YES))
    stage.clock.advance(days=6)
    assert stage.do(waiting.conclude_silent) == 0
    stage.clock.advance(days=1)
    assert stage.do(waiting.conclude_silent) == 1
    assert stage.do(waiting.conclude_silent) == 0

    assert stage.state is MatchState.COMPLETED
    assert stage.row(Match, stage.match_id).received_quantity == 2
    assert stage.row(Need, stage.need.id).state is NeedState.MET
    assert stage.letters() == [*ASKED, "thank_you"]


def test_when_neither_speaks_nothing_is_presumed(stage: Stage) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.do(waiting.ask_whether_it_happened)
    stage.clock.advance(days=30)

    assert stage.do(waiting.conclude_silent) == 0
    assert stage.state is MatchState.SCHEDULED


@pytest.mark.parametrize(
    ("work", "moment", "letters"),
    [
        (waiting.tell_of_tomorrow, datetime(2026, 11, 27, 9, 0, tzinfo=UTC), TOMORROW),
        (waiting.ask_whether_it_happened, datetime(2026, 11, 29, 9, 0, tzinfo=UTC), ASKED),
    ],
)
def test_two_schedulers_at_once_write_once(
    stage: Stage, work: Callable[..., Any], moment: datetime, letters: list[str]
) -> None:
    stage.fix()
    stage.clock.moment = moment
    together = Barrier(2)

    def one(_number: int) -> int:
        together.wait()
        return int(stage.do(work))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, range(2))) == 1
    assert stage.letters() == letters


def test_two_schedulers_conclude_once(stage: Stage) -> None:
    stage.fix()
    stage.clock.moment = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
    stage.do(waiting.ask_whether_it_happened)
    stage.report(Side.DONOR, HandoverReport(Says.YES))
    stage.clock.advance(days=8)
    together = Barrier(2)

    def one(_number: int) -> int:
        together.wait()
        return int(stage.do(waiting.conclude_silent))

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, range(2))) == 1
    assert stage.letters().count("thank_you") == 1
