"""Reception as it happens: any quantity, what is left, what is broken, what nobody had announced; and corrected later."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import col, select

from app.db import transaction
from app.handovers import reporting
from app.handovers.reporting import HandoverReport, Received, Says
from app.handovers.trips import HandoverError, HandoverRefusal
from app.handovers.unannounced import Unannounced
from app.matches import service as matches
from app.matches.queries import taken_from_items
from app.models import Decision, Handover, Match, Need, Offer, OfferedItem, Photo
from app.models.states import LIVE, Condition, MatchState, NeedState, OfferState, Reason, Role, Side, Verb
from app.transitions import COMMITTEE, DONOR, Actor
from app.web.links import Purpose, path_of
from tests.app.handovers.trip import Company
from tests.app.offers.steps import words
from tests.app.photos.samples import encoded
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, FrozenClock, SignIn, act

COMPLETED, FAILED = MatchState.COMPLETED, MatchState.FAILED
YES, NO = Says.YES, Says.NO


class Reception:
    """An appointment of yesterday for six chairs that a need of six asks for in a good state, and the committee's report."""

    def __init__(self, app: Flask, clock: FrozenClock, build: Builder) -> None:
        self.app, self.clock, self.build = app, clock, build
        self.committee = build.committee()
        self.need = build.need(self.committee, item="chaise", quantity=6, minimum_condition=Condition.GOOD)
        self.item = build.offered_item(item="chaise", description="chaise", quantity=6)
        self.match = build.match(
            self.item,
            self.need,
            quantity=6,
            state=MatchState.SCHEDULED,
            approved_at=clock(),
            donor_answered_at=clock(),
            committee_answered_at=clock(),
        )
        start = clock() - timedelta(days=1)
        build.handover(self.match, starts_at=start, ends_at=start + timedelta(hours=1))

    def report(self, said: HandoverReport, side: Side = Side.COMMITTEE, **more: Any) -> None:
        actor = DONOR if side is Side.DONOR else COMMITTEE
        with self.app.app_context(), transaction() as session:
            reporting.report(session, self.match.id, side, said, actor, self.clock(), **more)

    def receives(self, *received: Any, **more: Any) -> None:
        self.report(HandoverReport(YES, {self.match.id: Received(*received)}), **more)

    def told(self, extra: Unannounced) -> None:
        self.report(HandoverReport(YES, {self.match.id: Received(6, Condition.GOOD)}, extra=extra))

    def stands(self) -> tuple[MatchState, NeedState, OfferState, int]:
        """Of the match, the need and the offer; and how many pieces are still on offer."""
        with self.app.app_context(), transaction() as session:
            held = taken_from_items(session, [self.item.id], LIVE).get(self.item.id, 0)
            return (
                session.get_one(Match, self.match.id).state,
                session.get_one(Need, self.need.id).state,
                session.get_one(Offer, self.item.offer_id).state,
                session.get_one(OfferedItem, self.item.id).quantity - held,
            )


@pytest.fixture
def reception(app: Flask, clock: FrozenClock, build: Builder) -> Reception:
    return Reception(app, clock, build)


MET, OPEN = NeedState.MET, NeedState.OPEN
GOING, OVER = OfferState.OPEN, OfferState.CLOSED


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        (Received(6, Condition.GOOD), (COMPLETED, MET, OVER, 0)),
        (Received(7, Condition.GOOD), (COMPLETED, MET, OVER, 0)),
        (Received(4, Condition.GOOD), (COMPLETED, OPEN, GOING, 2)),
        (Received(4, Condition.GOOD, gone=2), (COMPLETED, OPEN, OVER, 0)),
        (Received(6, Condition.FOR_PARTS, meets_need=False), (COMPLETED, OPEN, OVER, 0)),
        (Received(0, reason=Reason.NO_SHOW), (FAILED, OPEN, GOING, 6)),
        (Received(0, reason=Reason.NOT_AS_DESCRIBED, gone=6), (FAILED, OPEN, OVER, 0)),
        (Received(0, reason=Reason.NOT_AS_DESCRIBED, gone=1), (FAILED, OPEN, GOING, 5)),
    ],
    ids=[
        "as-announced",
        "more-than-announced",
        "less-than-announced-still-there",
        "less-than-announced-gone",
        "worse-than-asked-the-need-stays",
        "no-show",
        "nothing-and-all-gone",
        "nothing-and-one-gone",
    ],
)
def test_stocks_and_needs_follow_what_came_and_what_is_left_whatever_was_said_first(
    reception: Reception, said: Received, stands: tuple[object, ...]
) -> None:
    reception.receives(said.quantity, said.condition, said.reason, said.gone, said.meets_need)
    assert reception.stands() == stands

    # Corrected to each extreme and back: no piece is lost or doubled.
    reception.receives(6, Condition.GOOD)
    assert reception.stands() == (COMPLETED, MET, OVER, 0)
    reception.receives(0, None, Reason.NO_SHOW)
    assert reception.stands() == (FAILED, OPEN, GOING, 6)
    reception.receives(said.quantity, said.condition, said.reason, said.gone, said.meets_need)
    assert reception.stands() == stands


def test_each_earlier_value_of_a_report_is_kept_and_the_same_again_is_no_correction(
    reception: Reception,
) -> None:
    reception.receives(4, Condition.GOOD)
    reception.receives(5, Condition.GOOD)
    reception.receives(5, Condition.GOOD)

    with reception.app.app_context(), transaction() as session:
        found = session.exec(select(Decision).where(Decision.verb == Verb.CORRECT)).all()
        assert [each.data["was"]["received"] for each in found] == [4]


def test_the_donor_is_thanked_anew_when_a_report_is_corrected(company: Company) -> None:
    company.fix()
    company.clock.advance(days=3)
    tell(company, {company.ids[0]: Received(0, reason=Reason.NO_SHOW)})
    assert [message for _party, message, _subject in company.waiting()] == ["thank_you"]

    company.clock.advance(hours=1)
    tell(company, {company.ids[0]: Received(1, Condition.GOOD)})

    assert [message for _party, message, _subject in company.waiting()] == ["thank_you"]
    text = company.letter("thank_you").body_text
    assert "remplace le précédent" in text
    assert all(name in text for name in ("Lave-linge", "Chaise", "Table basse"))


def test_a_correction_that_brings_nothing_new_to_the_donor_writes_nothing_and_calls_nothing_back(
    company: Company,
) -> None:
    company.fix()
    company.clock.advance(days=3)
    nothing = {match_id: Received(0, reason=Reason.NO_SHOW) for match_id in company.ids}
    tell(company, nothing)
    assert [message for _party, message, _subject in company.waiting()] == ["handover_failed"]
    company.clock.advance(minutes=1)

    tell(company, nothing | {company.ids[0]: Received(0, reason=Reason.NO_SHOW, gone=1)})

    assert [message for _party, message, _subject in company.waiting()] == ["handover_failed"]
    came = {match_id: Received(1, Condition.GOOD) for match_id in company.ids}
    tell(company, came)
    company.letters_leave()
    company.clock.advance(minutes=1)
    tell(company, came | {company.ids[0]: Received(1, Condition.FAIR)})
    assert company.waiting() == []


@pytest.mark.parametrize("left", [True, False])
def test_the_record_of_a_gift_is_written_anew_without_what_did_not_come_after_all(
    company: Company, left: bool
) -> None:
    company.fix()
    company.clock.advance(days=3)
    came = {match_id: Received(1, Condition.GOOD) for match_id in company.ids}
    tell(company, came)
    if left:
        company.letters_leave()
    company.clock.advance(hours=1)

    tell(company, came | {company.ids[0]: Received(0, reason=Reason.NO_SHOW)})

    assert [message for _party, message, _subject in company.waiting()] == ["thank_you"]
    given, _, missing = company.letter("thank_you").body_text.partition("n\u2019a pas été remis")
    assert ("Lave-linge" in given, "Lave-linge" in missing) == (False, True)
    assert "remplace le précédent" in company.letter("thank_you").body_text
    tell(company, {match_id: Received(0, reason=Reason.NO_SHOW) for match_id in company.ids})
    assert [message for _party, message, _subject in company.waiting()] == ["handover_failed"]


@pytest.fixture
def company(app: Flask, clock: FrozenClock, build: Builder) -> Company:
    return Company(app, clock, build)


def tell(company: Company, lines: dict[int, Received]) -> None:
    company.do(reporting.report, company.ids[0], Side.COMMITTEE, HandoverReport(YES, lines), COMMITTEE)


def refusal(doing: Callable[[], None]) -> HandoverRefusal:
    with pytest.raises(HandoverError) as caught:
        doing()
    return caught.value.code


def test_late_or_wrong_report_a_committee_corrects_for_thirty_days_and_a_coordinator_always(
    reception: Reception,
) -> None:
    reception.receives(0, None, Reason.NO_SHOW)
    reception.clock.advance(days=31)

    late = refusal(lambda: reception.receives(6, Condition.GOOD))
    assert late is HandoverRefusal.TOO_LATE_TO_CORRECT
    reception.receives(6, Condition.GOOD, always=True)

    assert reception.stands()[:2] == (COMPLETED, MET)


def test_nobody_reports_before_the_day(reception: Reception) -> None:
    tomorrow = reception.clock() + timedelta(days=1)
    reception.build.handover(reception.match, starts_at=tomorrow, ends_at=tomorrow + timedelta(hours=1))
    assert refusal(lambda: reception.receives(6, Condition.GOOD)) is HandoverRefusal.TOO_EARLY

    reception.clock.moment = tomorrow.replace(hour=6)
    reception.receives(6, Condition.GOOD)
    assert reception.stands()[0] is COMPLETED


def test_what_was_promised_to_others_meanwhile_is_not_taken_back_and_what_was_proposed_is(
    reception: Reception,
) -> None:
    reception.receives(0, None, Reason.NO_SHOW)
    other = reception.build.match(reception.item, reception.build.need(item="chaise", quantity=6), quantity=6)
    coordinator = Actor.account(reception.build.account(Role.COORDINATOR).id)
    act(reception.app, reception.clock, matches.approve, other.id, coordinator)

    assert refusal(lambda: reception.receives(6, Condition.GOOD)) is HandoverRefusal.PROMISED

    with reception.app.app_context(), transaction() as session:
        matches.undo(session, other.id, coordinator, reception.clock(), ANSWER_WITHIN)
    reception.receives(6, Condition.GOOD)
    with reception.app.app_context(), transaction() as session:
        assert session.get_one(Match, other.id).state is MatchState.SUPERSEDED


def test_what_was_promised_to_others_meanwhile_cannot_be_said_to_be_gone(reception: Reception) -> None:
    reception.receives(0, None, Reason.NO_SHOW)
    reception.build.match(
        reception.item,
        reception.build.need(item="chaise", quantity=6),
        quantity=6,
        state=MatchState.APPROVED,
        approved_at=reception.clock(),
    )

    assert refusal(lambda: reception.receives(0, None, Reason.NO_SHOW, 6)) is HandoverRefusal.PROMISED


def test_what_contradicts_is_kept_of_both_sides_and_the_committee_s_word_settles(
    reception: Reception,
) -> None:
    reception.report(HandoverReport(NO, reason=Reason.NO_SHOW), Side.DONOR)
    assert reception.stands()[0] is FAILED

    reception.receives(6, Condition.GOOD)
    assert reception.stands()[:2] == (COMPLETED, MET)
    reception.report(HandoverReport(NO, reason=Reason.OTHER), Side.DONOR)
    assert reception.stands()[0] is COMPLETED
    with reception.app.app_context(), transaction() as session:
        match = session.get_one(Match, reception.match.id)
        assert (match.donor_says, match.committee_says) == ("no", "yes")


def test_what_the_donor_gave_elsewhere_is_not_on_offer_any_more(reception: Reception) -> None:
    reception.report(HandoverReport(NO, reason=Reason.GIVEN_ELSEWHERE), Side.DONOR)

    assert reception.stands() == (FAILED, OPEN, OVER, 0)


@pytest.mark.parametrize("asked", [True, False])
def test_what_nobody_announced_meets_a_need_or_is_one_that_was_met(
    reception: Reception, build: Builder, asked: bool
) -> None:
    if asked:
        build.need(reception.committee, item="table-basse", quantity=2)

    reception.told(Unannounced("Table basse", 2, Condition.GOOD, "table-basse"))

    with reception.app.app_context(), transaction() as session:
        match = session.exec(select(Match).order_by(col(Match.id).desc())).first()
        assert match is not None
        assert (match.state, match.received_quantity) == (COMPLETED, 2)
        assert match.handover_id == reception.match.handover_id
        need = session.get_one(Need, match.need_id)
        assert (need.state, need.item, need.quantity) == (MET, "table-basse", 2)
        assert session.get_one(OfferedItem, match.offered_item_id).offer_id == reception.item.offer_id
        assert len(session.exec(select(Need).where(Need.item == "table-basse")).all()) == 1
    assert reception.stands() == (COMPLETED, MET, OVER, 0)


def test_words_that_a_committee_changes_are_looked_at_anew_and_those_it_takes_back_are_read_by_nobody(
    reception: Reception, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    sign_in(client, build.account(committee=reception.committee))
    path, mine = f"/mon-comite/dons/{reception.match.id}/bilan", f"m{reception.match.id}-"
    desk, words_page = reception.app.test_client(), f"/coordination/rapprochements/{reception.match.id}/mots"
    sign_in(desk, build.account(Role.COORDINATOR))

    def said(note: str, condition: str = "good") -> tuple[bool, str]:
        """Whether its words wait for a look afterwards, and what the donor reads."""
        sent = {"says": "yes", f"{mine}quantity": "6", f"{mine}condition": condition, "note": note}
        client.post(path, data=sent)
        with reception.app.app_context(), transaction() as session:
            trip = session.get_one(Handover, reception.match.handover_id)
            return trip.words_at is not None, trip.served

    assert said("Donné à Mme Exemple, rue des Lilas") == (True, "")
    assert "rue des Lilas" in client.get(path).text, "a correction begins with what was written"
    desk.post(words_page, data={"words": "Donné à une voisine"})
    assert said("Donné à Mme Exemple, rue des Lilas", "new") == (False, "Donné à une voisine"), "read already"
    assert said("Donné à une famille", "new") == (True, "Donné à une voisine")
    assert "Donné à une famille" in desk.get(words_page).text

    assert said("", "new") == (False, "")
    assert "Donné à" not in desk.get(words_page).text


def test_the_page_asks_only_what_the_first_answers_leave_open_and_shows_the_surplus(
    reception: Reception, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    sign_in(client, build.account(committee=reception.committee))
    path, mine = f"/mon-comite/dons/{reception.match.id}/bilan", f"m{reception.match.id}-"
    assert "Et le reste" not in words(client.get(path))

    sent = {"says": "yes", f"{mine}quantity": "4", f"{mine}condition": "fair"}
    page = client.post(path, data=sent)
    assert page.status_code == 422
    for question in ("Encore 3 questions", "Le gardez-vous", "Le besoin est-il comblé", "Et le reste"):
        assert question in words(page), question
    done = client.post(
        path,
        data={**sent, f"{mine}keep": "yes", f"{mine}meets": "no", f"{mine}rest": "still"},
        follow_redirects=True,
    )
    assert "4 pièces reçues, usé mais utilisable" in words(done)
    assert "2 toujours chez le donateur" in words(done)
    assert reception.stands() == (COMPLETED, OPEN, GOING, 2)

    sent = {"says": "yes", f"{mine}quantity": "7", f"{mine}condition": "good"}
    sent |= {"extra": "Table basse", "extra_quantity": "1", "extra_condition": "good"}
    done = client.post(path, data=sent, follow_redirects=True)
    assert "1 de plus qu'annoncé" in words(done)
    assert "Table basse : 1 pièce reçue" in words(done)


def test_not_yet_leads_at_once_to_other_times(
    reception: Reception, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    sign_in(client, build.account(committee=reception.committee))

    page = client.post(
        f"/mon-comite/dons/{reception.match.id}/bilan", data={"says": "not_yet"}, follow_redirects=True
    )

    assert "Proposez d'autres moments" in words(page)
    assert "<details open>" in page.text


@pytest.mark.parametrize("typed", ["0", "1000001", "10000000", "0000001" * 1000, "1\u00b2", "-1"])
def test_how_many_came_beside_is_a_number_that_is_kept_or_is_asked_again(
    reception: Reception, client: FlaskClient, build: Builder, sign_in: SignIn, typed: str
) -> None:
    sign_in(client, build.account(committee=reception.committee))
    mine = f"m{reception.match.id}-"
    sent = {"says": "yes", f"{mine}quantity": "6", f"{mine}condition": "good", "extra": "Table basse"}

    page = client.post(
        f"/mon-comite/dons/{reception.match.id}/bilan",
        data={**sent, "extra_condition": "good", "extra_quantity": typed},
    )

    assert page.status_code == 422
    assert "Écrivez combien vous en avez reçu, en chiffres." in words(page)


@pytest.mark.parametrize("side", Side)
def test_who_received_shows_it_in_photos_and_who_gave_does_not(
    reception: Reception, client: FlaskClient, build: Builder, sign_in: SignIn, side: Side
) -> None:
    path = f"/mon-comite/dons/{reception.match.id}/bilan"
    sign_in(client, build.account(committee=reception.committee))
    if side is Side.DONOR:
        with reception.app.app_context(), transaction() as session:
            donor = session.get_one(Offer, reception.item.offer_id).donor_id
        links = reception.app.extensions["links"]
        token = links.token(Purpose.DONOR_REPORT, reception.match.id, f"donor:{donor}", reception.clock())
        path = path_of(Purpose.DONOR_REPORT, token)
    mine = f"m{reception.match.id}-"
    picture = io.BytesIO(encoded(Image.new("RGB", (40, 30))))

    answer = client.post(
        path,
        data={
            "says": "yes",
            f"{mine}quantity": "6",
            f"{mine}condition": "good",
            f"{mine}photo": (picture, "photo.jpg"),
        },
    )

    assert answer.status_code == 303
    with reception.app.app_context(), transaction() as session:
        assert len(session.exec(select(Photo)).all()) == (1 if side is Side.COMMITTEE else 0)
