"""Digests: at the reader's hour, once, never empty, not piled up; by whichever scheduler, on whichever clock."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlmodel import Session

from app.days import end_of_day
from app.db import transaction
from app.digests import issues
from app.digests.daily import send_daily
from app.digests.weekly import send_weekly
from app.matches.waiting import lapse_overdue
from app.models import Committee, Preference
from app.models.states import MatchState, NeedState, Role
from app.preferences.queries import DigestPreference
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.models import NOBODY
from notifications.outcomes import Refused, Sent
from tests.app.acting import Acting
from tests.builders import Builder
from tests.conftest import FrozenClock

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
"""Eight o'clock in Paris, when digests come by default."""


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


@pytest.fixture
def committee(build: Builder) -> Committee:
    """A committee that a gift waits for."""
    committee = build.committee(name="Comité de Givors")
    build.match(
        need=build.need(committee),
        state=MatchState.APPROVED,
        approved_at=MONDAY - timedelta(days=4),
        answer_by=end_of_day(MONDAY + timedelta(days=5)),
        reminded_at=MONDAY - timedelta(days=3),
    )
    return committee


def prefer(acting: Acting, party: str, **values: Any) -> None:
    with acting.app.app_context(), transaction() as session:
        session.add(Preference(party=party, changed_at=acting.clock(), **values))


def test_the_week_comes_on_the_chosen_day_at_the_chosen_hour_once(
    acting: Acting, committee: Committee
) -> None:
    prefer(acting, f"committee:{committee.id}", digest_weekday=3, digest_hour=18)
    sent = []
    acting.clock.moment = MONDAY
    for _ in range(7 * 24 * 4):
        if acting.do(send_weekly):
            sent.append(acting.clock())
        acting.clock.advance(minutes=15)
    assert sent == [datetime(2026, 11, 25, 17, 0, tzinfo=UTC)]
    [letter] = acting.rows()
    assert letter.message == "weekly_digest"
    assert "répondez au plus tard le samedi 28 novembre" in letter.body_text.replace("\u00a0", " ")
    assert letter.list_unsubscribe is not None
    assert letter.priority > 0


def test_changing_the_day_gives_no_second_digest_in_the_week(acting: Acting, committee: Committee) -> None:
    acting.clock.moment = MONDAY
    assert acting.do(send_weekly) == 1
    prefer(acting, f"committee:{committee.id}", digest_weekday=4)
    acting.clock.moment = MONDAY + timedelta(days=3)
    assert acting.do(send_weekly) == 0
    acting.clock.moment = MONDAY + timedelta(days=10)
    assert acting.do(send_weekly) == 1


def test_what_is_only_missing_is_no_news(acting: Acting, build: Builder) -> None:
    build.need()
    acting.clock.moment = MONDAY
    assert acting.do(send_weekly) == 0


def test_what_another_letter_has_just_said_is_no_news(acting: Acting, build: Builder) -> None:
    committee = build.committee()
    approved: dict[str, Any] = {"state": MatchState.APPROVED, "answer_by": MONDAY + timedelta(days=4)}
    build.match(need=build.need(committee), **approved)  # a letter came yesterday
    late = approved | {"answer_by": MONDAY + timedelta(days=2)}
    build.match(need=build.need(committee), **late)  # the reminder comes today
    match = build.match(need=build.need(committee), state=MatchState.SCHEDULED)
    starts = MONDAY + timedelta(days=1, hours=3)
    build.handover(
        match, starts_at=starts, ends_at=starts + timedelta(hours=1)
    )  # "it is tomorrow" comes today
    acting.clock.moment = MONDAY
    assert acting.do(send_weekly) == 0


def test_the_week_tells_what_was_set_aside_and_what_comes(acting: Acting, build: Builder) -> None:
    committee = build.committee()
    build.need(
        committee, item="chaise", quantity=6, state=NeedState.EXPIRED, asked_at=MONDAY - timedelta(days=16)
    )
    build.need(committee, item="table", asked_at=MONDAY - timedelta(days=6))
    match = build.match(need=build.need(committee, item="bureau"), state=MatchState.SCHEDULED)
    build.handover(
        match,
        starts_at=datetime(2026, 12, 1, 13, 0, tzinfo=UTC),
        ends_at=datetime(2026, 12, 1, 15, 0, tzinfo=UTC),
    )
    acting.clock.moment = MONDAY
    acting.do(send_weekly)
    text = acting.rows()[0].body_text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "6 × Chaise : mis de côté faute de réponse" in text
    assert "Un besoin ancien" in text
    assert "mardi 1er décembre, de 14 h à 16 h" in text
    assert "Table, depuis" in text


@pytest.mark.parametrize(("days", "written"), [(16, 1), (21, 1), (23, 0)])
def test_what_was_set_aside_is_said_in_one_week_only(
    acting: Acting, build: Builder, days: int, written: int
) -> None:
    build.need(state=NeedState.EXPIRED, asked_at=MONDAY - timedelta(days=days))
    acting.clock.moment = MONDAY
    assert acting.do(send_weekly) == written


@pytest.mark.parametrize(
    ("needs", "more"), [(8, None), (9, "Et un autre besoin."), (11, "Et 3 autres besoins.")]
)
def test_of_many_needs_the_week_tells_eight(
    acting: Acting, build: Builder, committee: Committee, needs: int, more: str | None
) -> None:
    for _ in range(needs):
        build.need(committee, item="table")
    acting.clock.moment = MONDAY
    acting.do(send_weekly)

    text = acting.rows()[0].body_text.replace("\u00a0", " ")
    assert text.count("Table, depuis") == 8
    assert ("Et " in text) == (more is not None)
    assert more is None or more in text


def test_paused_off_or_without_an_address_nothing_comes(
    acting: Acting, build: Builder, committee: Committee
) -> None:
    prefer(acting, f"committee:{committee.id}", paused_until=date(2026, 11, 23))
    acting.clock.moment = MONDAY
    assert acting.do(send_weekly) == 0
    silent = build.committee(email="")
    build.match(need=build.need(silent), state=MatchState.APPROVED, answer_by=MONDAY)
    acting.clock.advance(days=7)
    assert acting.do(send_weekly) == 1


def test_the_day_comes_once_and_not_on_sunday_nor_when_nothing_waits(acting: Acting, build: Builder) -> None:
    build.account(Role.COORDINATOR, password="x")
    build.account(Role.ADMINISTRATOR, password="x")
    acting.clock.moment = MONDAY
    assert acting.do(send_daily) == 0
    build.match()
    sent = []
    for _ in range(7 * 24 * 4):
        if acting.do(send_daily):
            sent.append(acting.clock().isoweekday())
        acting.clock.advance(minutes=15)
    assert sent == [2, 3, 4, 5, 6]  # Monday's turn had come when nothing waited
    assert acting.letters() == ["coordinator_digest"] * 5
    assert acting.rows()[0].not_after == MONDAY + timedelta(days=1, hours=20)


def test_without_a_coordinator_the_administrator_is_told(acting: Acting, build: Builder) -> None:
    build.account(Role.ADMINISTRATOR, password="x")
    build.match()
    acting.clock.moment = MONDAY
    assert acting.do(send_daily) == 1


def test_who_has_not_taken_up_the_invitation_coordinates_nothing_yet(acting: Acting, build: Builder) -> None:
    administrator = build.account(Role.ADMINISTRATOR, password="x")
    build.account(Role.COORDINATOR)
    build.match()
    acting.clock.advance(days=1)

    assert acting.do(send_daily) == 1
    assert [row.to_email for row in acting.rows()] == [administrator.email]


def test_the_day_tells_the_oldest_first(acting: Acting, build: Builder) -> None:
    build.account(Role.COORDINATOR, password="x")
    acting.clock.moment = MONDAY - timedelta(days=2)
    build.match()
    build.offered_item(item=None, description="truc bleu")
    silent = build.match(state=MatchState.SCHEDULED, need=build.need(build.committee(name="Comité A")))
    build.handover(silent, starts_at=MONDAY - timedelta(days=9, hours=2), ends_at=MONDAY - timedelta(days=9))
    acting.clock.moment = MONDAY
    acting.do(send_daily)
    [letter] = acting.rows()
    lines = [line for line in letter.body_text.replace("\u00a0", " ").splitlines() if line.startswith("- ")]
    assert lines == [
        "- 1 compte rendu en retard, depuis 9 jours.",
        "- 1 don à reconnaître, depuis 2 jours.",
        "- 1 proposition à décider, depuis 2 jours.",
    ]
    assert "/coordination/a-faire" in letter.body_text


def test_an_appointment_that_somebody_has_spoken_of_is_not_called_silent(
    acting: Acting, build: Builder
) -> None:
    build.account(Role.COORDINATOR, password="x")
    for word in ({"donor_says": "yes"}, {"committee_says": "not_yet"}):
        match = build.match(state=MatchState.SCHEDULED)
        ended = MONDAY - timedelta(days=9)
        build.handover(match, starts_at=ended - timedelta(hours=2), ends_at=ended, **word)
    acting.clock.moment = MONDAY
    assert acting.do(send_daily) == 0


def test_monday_tells_of_what_lapsed_since_saturday(acting: Acting, build: Builder) -> None:
    build.account(Role.COORDINATOR, password="x")
    build.match(state=MatchState.APPROVED, answer_by=MONDAY - timedelta(hours=40))
    acting.clock.moment = MONDAY - timedelta(hours=39)
    acting.do(lapse_overdue)
    acting.clock.moment = MONDAY
    assert acting.do(send_daily) == 1
    assert "sans réponse à temps" in acting.rows()[-1].body_text.replace("\u00a0", " ")
    acting.clock.advance(days=1)
    assert acting.do(send_daily) == 0


def test_a_day_without_a_scheduler_piles_nothing_up(
    acting: Acting, build: Builder, committee: Committee
) -> None:
    build.account(Role.COORDINATOR, password="x")
    build.match()
    acting.clock.moment = MONDAY - timedelta(days=1)
    acting.clock.advance(days=3, hours=4)
    assert (acting.do(send_weekly), acting.do(send_daily)) == (0, 1)
    assert (acting.do(send_weekly), acting.do(send_daily)) == (0, 0)


def test_two_schedulers_at_once_write_one(acting: Acting, build: Builder, committee: Committee) -> None:
    build.account(Role.COORDINATOR, password="x")
    build.match()
    acting.clock.moment = MONDAY
    acting.twice_at_once(send_weekly)
    acting.twice_at_once(send_daily)
    assert acting.letters() == ["weekly_digest", "coordinator_digest"]


@pytest.mark.parametrize(
    ("hour", "night"), [(2, date(2026, 3, 29)), (2, date(2026, 10, 25)), (3, date(2026, 3, 29))]
)
def test_on_the_nights_when_clocks_change_each_hour_is_good_once(hour: int, night: date) -> None:
    preference = DigestPreference(weekday=7, hour=hour)
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(hours=3)
    due = {
        issue.due_at
        for step in range(4 * 24)
        if (issue := issues.weekly(preference, start + timedelta(minutes=15 * step))) is not None
    }
    assert len(due) == 1


def test_a_clock_set_back_an_hour_gives_no_second_digest(acting: Acting, committee: Committee) -> None:
    acting.clock.moment = MONDAY + timedelta(minutes=30)
    assert acting.do(send_weekly) == 1
    for minutes in (-60, 45, 30):
        acting.clock.advance(minutes=minutes)
        assert acting.do(send_weekly) == 0


def test_the_day_counts_the_letters_that_were_refused_and_those_that_came_back(
    acting: Acting, build: Builder
) -> None:
    build.account(Role.COORDINATOR, password="x")
    acting.clock.moment = MONDAY

    def lose(session: Session, now: datetime) -> None:
        for number in range(3):
            letter = outbox.enqueue(
                session,
                MESSAGES["match_found"].sample().render("fr"),
                event=f"match:{number}:approved",
                party="donor:1",
                to=outbox.Recipient("Sans réponse", "perdu@essai.example"),
                now=now,
            )
            assert letter is not None
        refused, returned, arrived = outbox.claim(session, "w", 3, now)
        outbox.settle(session, refused, "w", Refused("550 no"), now, random.Random(1))
        for each in (returned, arrived):
            outbox.settle(session, each, "w", Sent("250 ok"), now, random.Random(1))
        returned.bounced_at = now

    acting.do(lose)
    assert acting.do(send_daily) == 1

    assert "2 e-mails ne sont pas arrivés" in acting.rows()[-1].body_text.replace("\u00a0", " ")


def test_a_lost_letter_that_was_forgotten_is_no_news(acting: Acting, build: Builder) -> None:
    build.account(Role.COORDINATOR, password="x")
    acting.clock.moment = MONDAY

    def lose(session: Session, now: datetime) -> None:
        to = outbox.Recipient("Sans réponse", "perdu@essai.example")
        outbox.enqueue(
            session, MESSAGES["match_found"].sample().render("fr"), event="e", party="donor:1", to=to, now=now
        )
        [row] = outbox.claim(session, "w", 1, now)
        outbox.settle(session, row, "w", Refused("550 no"), now, random.Random(1))
        session.refresh(row)
        row.to_email = NOBODY

    acting.do(lose)
    assert acting.do(send_daily) == 0


def test_a_lost_letter_is_news_once_to_each_reader(acting: Acting, build: Builder) -> None:
    early, late, away = (build.account(Role.COORDINATOR, password="x") for _ in range(3))
    prefer(acting, f"account:{late.id}", digest_hour=18)
    build.match()

    def lose(session: Session, now: datetime) -> None:
        letter = outbox.enqueue(
            session,
            MESSAGES["match_found"].sample().render("fr"),
            event=f"match:{now}:approved",
            party="donor:1",
            to=outbox.Recipient("Sans réponse", "perdu@essai.example"),
            now=now - timedelta(days=3),
        )
        assert letter is not None
        [claimed] = [row for row in outbox.claim(session, "w", 9, now) if row.message == "match_found"]
        outbox.settle(session, claimed, "w", Refused("550 no"), now, random.Random(1))

    said = []
    acting.clock.moment = MONDAY - timedelta(days=3)  # Friday
    for step in range(6 * 24):
        if step == 1:
            prefer(acting, f"account:{away.id}", paused_until=date(2026, 11, 21))
        if step in (5, 6, 7):  # Friday afternoon
            acting.do(lose)
        written = acting.do(send_daily)
        for letter in acting.rows()[-written:] if written else []:
            news = "3 e-mails ne sont pas arrivés" in letter.body_text.replace("\u00a0", " ")
            assert news or "pas arrivé" not in letter.body_text
            said.append((letter.to_email, acting.clock().isoweekday(), news))
        acting.clock.advance(hours=1)

    assert [(email, day) for email, day, news in said if news] == [
        (late.email, 5),
        (early.email, 6),
        (away.email, 1),
    ]
    assert {day for _email, day, _news in said} == {5, 6, 1, 2, 3}
