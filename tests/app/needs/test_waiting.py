"""Needs that grow old: one letter for all of a committee's, one click to keep them, set aside in silence's stead."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.handovers import service as handovers
from app.handovers.slots import Span
from app.models import Committee, Match, Need
from app.models.states import MatchState, NeedState, Transport
from app.needs import service, waiting
from app.transitions import COMMITTEE
from app.web.links import Purpose, path_of
from tests.app.acting import Acting
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

OLD = datetime(2027, 1, 22, 9, 0, tzinfo=UTC)
"""A Friday, sixty days after the needs were declared."""


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors")


def link(acting: Acting, committee: Committee) -> str:
    token = acting.app.extensions["desk"].links.token(
        Purpose.COMMITTEE_NEEDS, committee.id, f"committee:{committee.id}", acting.clock()
    )
    return path_of(Purpose.COMMITTEE_NEEDS, token)


def test_one_letter_asks_about_all_that_is_old_and_nearly_old(
    acting: Acting, build: Builder, committee: Committee
) -> None:
    build.need(committee, item="chaise", quantity=4)
    build.need(committee, confirmed_at=acting.clock() + timedelta(days=10))
    build.need(committee, item="table", confirmed_at=acting.clock() + timedelta(days=50))
    acting.clock.moment = OLD - timedelta(days=1)
    assert acting.do(waiting.ask_whether_still_true) == 0
    acting.clock.moment = OLD
    assert acting.do(waiting.ask_whether_still_true) == 2
    assert acting.do(waiting.ask_whether_still_true) == 0

    [letter] = acting.rows()
    assert letter.message == "need_still_true"
    assert "4 × Chaise" in letter.body_text.replace("\u00a0", " ")
    assert "Lave-linge" in letter.body_text
    assert "Table" not in letter.body_text
    assert "vendredi 5 février" in letter.body_text.replace("\u00a0", " ")


def test_nobody_is_asked_on_a_sunday_nor_twice_in_a_week(
    acting: Acting, build: Builder, committee: Committee
) -> None:
    build.need(committee)
    acting.clock.moment = OLD + timedelta(days=2)
    assert acting.do(waiting.ask_whether_still_true) == 0
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)
    build.need(committee, needed_by=date(2027, 1, 22))
    acting.clock.moment = OLD + timedelta(days=3)
    assert acting.do(waiting.ask_whether_still_true) == 0
    acting.clock.moment = OLD + timedelta(days=7)
    assert acting.do(waiting.ask_whether_still_true) == 1


def test_a_committee_that_has_closed_is_asked_nothing(acting: Acting, build: Builder) -> None:
    build.need(build.committee(active=False))
    acting.clock.moment = OLD
    assert acting.do(waiting.ask_whether_still_true) == 0


def test_a_need_whose_date_has_passed_is_asked_about_and_loses_the_date_when_kept(
    acting: Acting, build: Builder
) -> None:
    need = build.need(needed_by=date(2026, 11, 24))
    acting.clock.advance(days=2)
    assert acting.do(waiting.ask_whether_still_true) == 1
    acting.do(service.confirm, need.id, COMMITTEE)
    assert acting.row(Need, need.id).needed_by is None


def test_silence_sets_aside_after_the_last_day_and_one_click_brings_back(
    acting: Acting, build: Builder, committee: Committee, client: FlaskClient
) -> None:
    need = build.need(committee)
    proposed = build.match(need=need)
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)
    acting.clock.moment = datetime(2027, 2, 5, 22, 30, tzinfo=UTC)
    assert acting.do(waiting.expire_silent) == 0
    acting.clock.advance(hours=1)
    assert acting.do(waiting.expire_silent) == 1
    assert acting.do(waiting.expire_silent) == 0
    assert acting.row(Need, need.id).state is NeedState.EXPIRED
    assert acting.row(Match, proposed.id).state is MatchState.SUPERSEDED

    page = client.get(link(acting, committee))
    assert "Mis de côté faute de réponse" in words(page)
    client.post(f"{link(acting, committee)}/{need.id}/garder")
    assert acting.row(Need, need.id).state is NeedState.OPEN
    acting.clock.advance(days=30)
    assert acting.do(waiting.expire_silent) == 0


def test_the_link_shows_on_get_and_keeps_pauses_or_withdraws_on_post(
    acting: Acting, build: Builder, committee: Committee, client: FlaskClient
) -> None:
    keep, pause, withdraw = (build.need(committee) for _ in range(3))
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)
    here = link(acting, committee)
    assert "Ils sont tous toujours vrais" in words(client.get(here))
    for need, act in ((keep, "garder"), (pause, "pause"), (withdraw, "retirer")):
        assert client.get(f"{here}/{need.id}/{act}").status_code == 405
        assert client.post(f"{here}/{need.id}/{act}").status_code == 303
    states = [acting.row(Need, need.id).state for need in (keep, pause, withdraw)]
    assert states == [NeedState.OPEN, NeedState.PAUSED, NeedState.WITHDRAWN]
    assert "besoin a changé d'état" in words(
        client.post(f"{here}/{withdraw.id}/garder", follow_redirects=True)
    )


def test_one_click_keeps_them_all(
    acting: Acting, build: Builder, committee: Committee, client: FlaskClient
) -> None:
    needs = [build.need(committee) for _ in range(3)]
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)
    client.post(f"{link(acting, committee)}/tous")

    assert {acting.row(Need, need.id).confirmed_at for need in needs} == {OLD}
    assert [row.state.value for row in acting.rows()] == ["cancelled"]
    acting.clock.advance(days=15)
    assert acting.do(waiting.expire_silent) == 0


def test_a_link_reaches_no_other_committee_s_needs(
    acting: Acting, build: Builder, committee: Committee, client: FlaskClient
) -> None:
    other = build.need()
    here = link(acting, committee)
    assert client.post(f"{here}/{other.id}/retirer").status_code == 404
    assert client.get(path_of(Purpose.COMMITTEE_NEEDS, "x" * 600)).status_code == 404
    acting.clock.advance(days=91)
    assert client.get(here).status_code == 410
    assert acting.row(Need, other.id).state is NeedState.OPEN


def test_a_member_keeps_a_need_from_the_list(
    acting: Acting, build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn
) -> None:
    need = build.need(committee)
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)
    sign_in(client, build.account(committee=committee))
    assert "Toujours vrai ?" in words(client.get("/mon-comite/besoins"))
    client.post(f"/besoins/{need.id}/toujours-vrai")
    assert acting.row(Need, need.id).asked_at is None


def test_a_need_for_which_a_gift_is_on_its_way_is_left_alone(acting: Acting, build: Builder) -> None:
    need = build.need()
    match = build.match(need=need, state=MatchState.APPROVED, approved_at=acting.clock())
    acting.clock.moment = OLD
    assert acting.do(waiting.ask_whether_still_true) == 0
    span = Span(OLD + timedelta(days=1), OLD + timedelta(days=1, hours=2))
    terms = handovers.Terms([span], Transport.COMMITTEE_COLLECTS)
    acting.do(handovers.accept_with_times, match.id, terms, COMMITTEE)
    assert acting.row(Need, need.id).confirmed_at == OLD


@pytest.mark.parametrize(
    ("aside", "said"),
    [
        (1, "Personne n'a confirmé ce besoin à temps. Un clic suffit pour le rouvrir."),
        (3, "Personne n'a confirmé ces besoins à temps. Rouvrez ceux qui sont toujours vrais."),
    ],
)
def test_one_click_is_promised_for_one_need(
    client: FlaskClient, acting: Acting, build: Builder, committee: Committee, aside: int, said: str
) -> None:
    for _ in range(aside):
        build.need(committee, state=NeedState.EXPIRED)

    page = plain(client.get(link(acting, committee)).text)

    assert said in page
    assert page.count("Toujours vrai : le rouvrir") == aside


def test_two_schedulers_at_once_ask_and_set_aside_once(acting: Acting, build: Builder) -> None:
    for _ in range(4):
        build.need()
    acting.clock.moment = OLD
    assert acting.twice_at_once(waiting.ask_whether_still_true) == 4
    assert acting.letters() == ["need_still_true"] * 4
    acting.clock.moment = OLD + timedelta(days=15)
    assert acting.twice_at_once(waiting.expire_silent) == 4


def test_the_letter_counts_the_days_since_the_need_was_declared_not_since_it_was_last_confirmed(
    acting: Acting, build: Builder, committee: Committee
) -> None:
    build.need(committee, declared_at=OLD - timedelta(days=200), confirmed_at=OLD - timedelta(days=60))
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)

    [letter] = acting.rows()
    assert "il y a 200 jours" in letter.body_text.replace("\u00a0", " ")


def test_a_need_declared_yesterday_for_today_is_not_called_1_jours_old(
    acting: Acting, build: Builder, committee: Committee
) -> None:
    declared = OLD - timedelta(days=1)
    build.need(committee, declared_at=declared, confirmed_at=declared, needed_by=declared.date())
    acting.clock.moment = OLD
    acting.do(waiting.ask_whether_still_true)

    [letter] = acting.rows()
    assert "a déclaré ce besoin :" in letter.body_text.replace("\u00a0", " ")
