"""Three articles, one committee, one trip: one appointment, one letter to each side for each act, whatever drops out."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlmodel import col, select

from app import migrate
from app.db import transaction
from app.handovers import reporting, service, waiting
from app.handovers.reporting import HandoverReport, Received, Says
from app.handovers.slots import encode
from app.handovers.trips import HandoverError, HandoverRefusal
from app.matches import service as matches
from app.matches import waiting as answers
from app.models import Handover
from app.models.states import MatchState, OfferState, Reason, Side
from app.offers import service as offers
from app.transitions import COMMITTEE, DONOR
from app.web.links import Purpose, path_of
from tests.app.handovers.trip import Company
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

APPROVED, ACCEPTED, SCHEDULED = MatchState.APPROVED, MatchState.ACCEPTED, MatchState.SCHEDULED
DECLINED, FAILED, COMPLETED = MatchState.DECLINED, MatchState.FAILED, MatchState.COMPLETED


@pytest.fixture
def company(app: Flask, clock: FrozenClock, build: Builder) -> Company:
    return Company(app, clock, build)


def kinds(company: Company) -> list[tuple[str, str]]:
    return [(party, message) for party, message, _subject in company.waiting()]


def summary(company: Company, message: str) -> tuple[str, str, int]:
    calendar = Calendar.from_ical(company.letter(message).attachments[0]["content"])
    (event,) = calendar.walk("VEVENT")
    return str(calendar["METHOD"]), str(event["SUMMARY"]).replace("\u00a0", " "), int(str(event["SEQUENCE"]))


def test_what_is_approved_one_after_the_other_is_asked_in_one_letter_to_each_side(company: Company) -> None:
    for which in range(3):
        company.approve(which)
        company.clock.advance(seconds=20)

    assert len(set(company.trips())) == 1
    assert sorted(kinds(company)) == [("committee", "match_approved"), ("donor", "match_found")]
    text = company.letter("match_approved").body_text
    assert all(name in text for name in ("Lave-linge", "Chaise", "Table basse"))


def test_an_approval_that_is_undone_leaves_the_letter_and_the_others_stay_in_it(company: Company) -> None:
    company.approve()

    company.do(matches.undo, company.ids[1], company.coordinator)

    assert company.states() == [APPROVED, MatchState.PROPOSED, APPROVED]
    for message in ("match_found", "match_approved"):
        text = company.letter(message).body_text
        assert "Lave-linge" in text
        assert "Chaise" not in text
    company.letters_leave()
    company.approve(1)
    assert sorted(kinds(company)) == [("committee", "match_approved"), ("donor", "match_found")]
    assert "Lave-linge" not in company.letter("match_found").body_text
    assert len(set(company.trips())) == 1


def test_what_is_approved_once_a_time_is_fixed_is_another_trip(company: Company) -> None:
    company.approve(0, 1)
    span = company.accept()
    company.do(service.choose_time, company.ids[0], span)

    company.approve(2)

    first, second, third = company.trips()
    assert first == second != third


def test_what_is_approved_later_is_offered_the_time_at_which_they_meet_anyway(
    company: Company, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    company.approve(0)
    span = company.accept()
    company.do(service.choose_time, company.ids[0], span)
    company.approve(1)
    sign_in(client, build.account(committee=company.committee))
    page = f"/mon-comite/dons/{company.ids[1]}"
    assert encode(span) in client.get(page).text

    client.post(f"{page}/accepter", data={"slots": encode(span), "transport": "committee_collects"})
    company.do(service.choose_time, company.ids[1], span)

    assert company.states()[:2] == [SCHEDULED, SCHEDULED]


def test_an_article_that_joins_while_times_are_chosen_comes_along_once_the_committee_says_so(
    company: Company,
) -> None:
    company.approve(0)
    span = company.accept()
    company.approve(1)
    company.letters_leave()

    company.do(service.choose_time, company.ids[0], span)
    assert company.states()[:2] == [SCHEDULED, APPROVED]
    assert summary(company, "appointment") == ("PUBLISH", "Don : Lave-linge", 0)

    company.letters_leave()
    company.do(service.take_along, company.ids[1], COMMITTEE)

    assert company.states()[:2] == [SCHEDULED, SCHEDULED]
    assert sorted(kinds(company)) == [("committee", "appointment_committee"), ("donor", "appointment")]
    assert summary(company, "appointment") == ("PUBLISH", "Don : Lave-linge, Chaise", 1)


def test_the_committee_takes_some_and_says_why_not_the_rest_in_one_letter(company: Company) -> None:
    company.approve()
    company.letters_leave()

    company.accept(without=company.without(2))

    assert company.states() == [APPROVED, APPROVED, DECLINED]
    assert kinds(company) == [("donor", "times_proposed")]
    text = company.letter("times_proposed").body_text
    assert "Table basse" in text.partition("ne prend pas")[2]
    assert "Lave-linge" not in text.partition("ne prend pas")[2]


def test_an_answer_that_leaves_nothing_is_no_yes(company: Company) -> None:
    company.approve(0)

    with pytest.raises(HandoverError) as caught:
        company.accept(without=company.without(0))

    assert caught.value.code is HandoverRefusal.NOTHING_LEFT
    assert company.states()[0] is APPROVED


def test_the_donor_chooses_for_some_and_the_committee_reads_what_is_not_to_come(company: Company) -> None:
    company.approve()
    company.letters_leave()
    span = company.accept()
    company.letters_leave()

    company.do(service.choose_time, company.ids[1], span, without=company.without(1, Reason.GIVEN_ELSEWHERE))

    assert company.states() == [SCHEDULED, DECLINED, SCHEDULED]
    assert sorted(kinds(company)) == [("committee", "appointment_committee"), ("donor", "appointment")]
    assert "sans Chaise" in company.letter("appointment_committee").subject.replace("\u00a0", " ")


def test_what_drops_out_of_an_appointment_leaves_the_others_and_the_last_one_cancels_it(
    company: Company,
) -> None:
    company.fix()

    company.do(service.decline, company.ids[1], Side.DONOR, Reason.CHANGED_MIND, "", DONOR)

    assert company.states() == [SCHEDULED, FAILED, SCHEDULED]
    assert sorted(kinds(company)) == [("committee", "appointment_committee"), ("donor", "appointment")]
    assert summary(company, "appointment_committee") == ("PUBLISH", "Don : Lave-linge, Table basse", 1)
    company.letters_leave()

    company.do(
        service.decline,
        company.ids[0],
        Side.COMMITTEE,
        Reason.NO_ROOM,
        "",
        COMMITTEE,
        lines=[company.ids[0], company.ids[2]],
    )

    assert company.states() == [FAILED] * 3
    assert sorted(kinds(company)) == [
        ("committee", "appointment_cancelled_committee"),
        ("donor", "appointment_cancelled"),
    ]
    assert summary(company, "appointment_cancelled")[0] == "CANCEL"


def test_an_offer_that_is_withdrawn_is_one_letter_however_far_each_article_had_come(company: Company) -> None:
    company.fix()

    company.do(offers.withdraw_offer, company.offer.id, Reason.GIVEN_ELSEWHERE, "", DONOR)

    assert sorted(kinds(company)) == [
        ("committee", "appointment_cancelled_committee"),
        ("donor", "appointment_cancelled"),
    ]


def test_reminders_of_the_day_before_and_the_day_after_are_one_each(company: Company) -> None:
    company.fix()
    company.clock.advance(days=1)
    assert company.do(waiting.tell_of_tomorrow) == 1
    assert len(company.waiting()) == 2
    company.letters_leave()
    company.clock.advance(days=2)
    assert company.do(waiting.ask_whether_it_happened) == 1
    assert sorted(kinds(company)) == [("committee", "did_it_happen_committee"), ("donor", "did_it_happen")]


def test_silence_is_one_letter_to_each_side(company: Company) -> None:
    company.approve()
    company.letters_leave()
    company.clock.advance(days=3, hours=4)
    assert company.do(answers.remind) == 3
    assert sorted(kinds(company)) == [("committee", "reminder_committee"), ("donor", "reminder_donor")]
    company.letters_leave()
    company.clock.advance(days=5)
    company.do(answers.lapse_overdue)
    assert sorted(kinds(company)) == [("committee", "match_lapsed_committee"), ("donor", "match_lapsed")]


def test_one_report_with_a_line_for_each_article_thanks_for_one_and_frees_the_other(company: Company) -> None:
    company.fix()
    company.clock.advance(days=3)
    said = {company.ids[1]: Received(0, reason=Reason.NOT_AS_DESCRIBED)}

    company.do(reporting.report, company.ids[2], Side.COMMITTEE, HandoverReport(Says.YES, said), COMMITTEE)

    assert company.states() == [COMPLETED, FAILED, COMPLETED]
    assert kinds(company) == [("donor", "thank_you")]
    told = company.letter("thank_you").body_text
    assert "Chaise" in told.partition("n’a pas été remis")[2]
    with company.app.app_context(), transaction() as session:
        assert session.get_one(type(company.offer), company.offer.id).state is OfferState.OPEN


def test_two_coordinators_who_approve_at_once_make_one_trip(company: Company) -> None:
    together = Barrier(2)

    def approve(which: int) -> None:
        together.wait()
        company.approve(which)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(approve, range(2)))

    assert company.states()[:2] == [APPROVED, APPROVED]
    assert len(set(company.trips()[:2])) == 1
    assert sorted(kinds(company)) == [("committee", "match_approved"), ("donor", "match_found")]


def donor_page(company: Company) -> str:
    party = f"donor:{company.offer.donor_id}"
    links = company.app.extensions["desk"].links
    return path_of(
        Purpose.DONOR_ANSWER, links.token(Purpose.DONOR_ANSWER, company.ids[1], party, company.clock())
    )


def test_pages_show_the_whole_trip_whichever_article_the_link_names(
    company: Company, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    company.approve()
    sign_in(client, build.account(committee=company.committee))
    page = client.get(f"/mon-comite/dons/{company.ids[2]}")
    assert all(name in words(page) for name in ("Lave-linge", "Chaise", "Table basse"))
    day = company.clock().date() + timedelta(days=2)
    sent = {
        "shown": [str(match_id) for match_id in company.ids],
        "articles": [str(match_id) for match_id in company.ids[:2]],
        "day": day.isoformat(),
        "start": "14:00",
        "end": "16:00",
        "transport": "committee_collects",
    }

    refused = client.post(f"/mon-comite/dons/{company.ids[2]}/accepter", data=sent)
    assert (refused.status_code, "Dites pourquoi vous laissez le reste" in words(refused)) == (422, True)
    client.post(f"/mon-comite/dons/{company.ids[2]}/accepter", data={**sent, "why": "no_room"})
    assert company.states() == [APPROVED, APPROVED, DECLINED]

    page = client.get(donor_page(company))
    assert "Lave-linge, Chaise" in words(page)
    slot = re.search(r'name="slot" value="([^"]+)"', page.text)
    assert slot is not None
    client.post(f"{donor_page(company)}/moment", data={"slot": slot[1]})
    assert company.states() == [SCHEDULED, SCHEDULED, DECLINED]

    slip = words(client.get(f"/mon-comite/dons/{company.ids[0]}/bon"))
    assert "Lave-linge" in slip
    assert "Chaise" in slip
    assert "Table basse" not in slip
    gone = client.post(f"{donor_page(company)}/non", data={"reason": "changed_mind"})
    assert (gone.status_code, company.states()[0]) == (422, SCHEDULED)
    client.post(
        f"{donor_page(company)}/non", data={"reason": "changed_mind", "given_up": str(company.ids[0])}
    )
    assert company.states() == [FAILED, SCHEDULED, DECLINED]


def test_going_back_each_article_has_its_appointment_and_forward_again_each_is_a_trip(
    company: Company, engine: sa.Engine
) -> None:
    company.fix()
    before = company.trip()

    migrate.downgrade(engine, "0019")
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT match_id, starts_at, place, uid FROM handover ORDER BY match_id")
        ).all()
        times = connection.execute(sa.text("SELECT count(*) FROM handover_slot")).scalar()
    assert [row[0] for row in rows] == company.ids
    assert len({row[1] for row in rows}) == 1
    assert len({row[3] for row in rows}) == 3
    assert (rows[0][3], rows[2][2], times) == (before.uid, "1 rue du Don", 3)

    migrate.upgrade(engine)
    assert company.states() == [SCHEDULED] * 3
    assert len(set(company.trips())) == 3
    assert company.letter("appointment").match_ids == company.ids[:1]
    with company.app.app_context(), transaction() as session:
        trips = session.exec(select(Handover).order_by(col(Handover.id))).all()
        assert {trip.starts_at for trip in trips} == {before.starts_at}
        assert {(trip.offer_id, trip.committee_id) for trip in trips} == {
            (company.offer.id, company.committee.id)
        }
