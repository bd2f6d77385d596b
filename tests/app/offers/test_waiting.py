"""Offers that time overtakes: asked once more, asked before the end, ended, opened again in one click."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Donor, Match, Offer
from app.models.states import MatchState, OfferState, Role
from app.offers import service, waiting
from app.transitions import DONOR
from tests.app.acting import Acting
from tests.app.offers.steps import words
from tests.app.offers.test_following import link
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


@pytest.fixture
def unconfirmed(build: Builder, clock: FrozenClock) -> Offer:
    donor = build.donor(email="lucie@essai.example")
    offer = build.offer(donor, state=OfferState.UNCONFIRMED, confirmed_at=None, contact_name="Donatrice")
    build.offered_item(offer)
    return offer


def test_an_offer_that_nobody_confirms_is_asked_about_once_and_then_forgotten(
    acting: Acting, unconfirmed: Offer
) -> None:
    acting.clock.advance(days=2)
    assert acting.do(waiting.remind_unconfirmed) == 0
    acting.clock.advance(days=1)
    assert acting.do(waiting.remind_unconfirmed) == 1
    assert acting.do(waiting.remind_unconfirmed) == 0
    acting.clock.advance(days=10)
    assert acting.do(waiting.forget_unconfirmed) == 0
    acting.clock.advance(days=1)
    assert acting.do(waiting.forget_unconfirmed) == 1
    assert acting.do(waiting.forget_unconfirmed) == 0

    assert acting.letters() == ["confirm_address"]
    offer, donor = acting.row(Offer, unconfirmed.id), acting.row(Donor, unconfirmed.donor_id)
    assert (offer.state, offer.contact_name, offer.street) == (OfferState.EXPIRED, "", "")
    assert (donor.name, donor.phone, "lucie" in donor.email) == ("", "", False)
    assert "lucie" not in acting.rows()[0].to_email


def test_whoever_is_about_to_be_forgotten_is_asked_nothing_more(acting: Acting, unconfirmed: Offer) -> None:
    """No scheduler ran for two weeks: the link in a reminder would be over already."""
    acting.clock.advance(days=14)
    assert acting.do(waiting.remind_unconfirmed) == 0


def test_confirming_calls_the_second_question_back(acting: Acting, unconfirmed: Offer) -> None:
    acting.clock.advance(days=3)
    acting.do(waiting.remind_unconfirmed)
    acting.do(service.confirm_offer, unconfirmed.id, DONOR)

    assert [(row.message, row.state.value) for row in acting.rows()] == [
        ("confirm_address", "cancelled"),
        ("offer_recorded", "pending"),
    ]


def test_the_donor_is_asked_a_week_before_the_end_and_told_of_the_end(
    acting: Acting, build: Builder, client: FlaskClient
) -> None:
    offer = build.offer(available_until=date(2026, 12, 15))
    build.offered_item(offer, quantity=3)
    for day, asked in ((7, 0), (8, 1), (9, 0)):
        acting.clock.moment = datetime(2026, 12, day, 10, 0, tzinfo=UTC)
        assert acting.do(waiting.ask_before_end) == asked
    assert "Votre offre se termine le 15 décembre" in words(client.get(link(acting.app, offer)))

    acting.clock.moment = datetime(2026, 12, 15, 22, 30, tzinfo=UTC)
    assert acting.do(waiting.expire) == 0  # half past eleven in Paris: the last day is good until midnight
    acting.clock.advance(minutes=40)
    assert acting.do(waiting.expire) == 1
    assert acting.do(waiting.expire) == 0

    assert acting.letters() == ["offer_ending", "offer_expired"]
    assert acting.rows()[1].not_before == datetime(2026, 12, 16, 7, 0, tzinfo=UTC)
    over = acting.row(Offer, offer.id)
    assert (over.state, over.closed_at) == (OfferState.EXPIRED, acting.clock())


def test_what_the_donor_extends_goes_on_and_is_asked_about_again(acting: Acting, build: Builder) -> None:
    offer = build.offer(available_until=date(2026, 12, 15))
    build.offered_item(offer)
    acting.clock.moment = datetime(2026, 12, 8, 10, 0, tzinfo=UTC)
    acting.do(waiting.ask_before_end)
    acting.do(service.extend_offer, offer.id, DONOR)
    assert [row.state.value for row in acting.rows()] == ["cancelled"]

    acting.clock.moment = datetime(2027, 2, 1, 10, 0, tzinfo=UTC)
    assert acting.do(waiting.expire) == 0
    assert acting.do(waiting.ask_before_end) == 1


def test_an_offer_of_a_few_days_is_not_asked_about(acting: Acting, build: Builder) -> None:
    build.offered_item(build.offer(available_until=date(2026, 11, 25)))

    assert acting.do(waiting.ask_before_end) == 0


def test_nothing_ends_while_a_committee_counts_on_a_part(acting: Acting, build: Builder) -> None:
    item = build.offered_item(build.offer(available_until=date(2026, 11, 30)), quantity=2)
    promised = build.match(item, state=MatchState.ACCEPTED)
    acting.clock.advance(days=20)
    assert acting.do(waiting.expire) == 0
    assert acting.row(Match, promised.id).state is MatchState.ACCEPTED


def test_what_is_only_proposed_leaves_the_board_with_the_offer(acting: Acting, build: Builder) -> None:
    proposed = build.match(build.offered_item(build.offer(available_until=date(2026, 11, 30))))
    acting.clock.advance(days=20)
    acting.do(waiting.expire)

    assert acting.row(Match, proposed.id).state is MatchState.SUPERSEDED


def test_an_ended_offer_is_opened_again_in_one_click_by_its_donor_or_a_coordinator(
    acting: Acting, build: Builder, client: FlaskClient, sign_in: SignIn
) -> None:
    offer = build.offer(available_until=date(2026, 11, 30))
    build.offered_item(offer)
    acting.clock.advance(days=20)
    acting.do(waiting.expire)
    page = client.get(link(acting.app, offer))
    assert "Le donner ailleurs" in words(page)
    client.post(f"{link(acting.app, offer)}/prolonger")
    assert acting.row(Offer, offer.id).state is OfferState.OPEN

    acting.clock.advance(days=70)
    acting.do(waiting.expire)
    sign_in(client, build.account(Role.COORDINATOR))
    assert "Rouvrir cette offre" in words(client.get(f"/coordination/offres/{offer.id}"))
    client.post(f"/coordination/offres/{offer.id}/rouvrir")
    assert acting.row(Offer, offer.id).state is OfferState.OPEN
    assert acting.letters() == ["offer_expired", "offer_expired"]


@pytest.mark.parametrize(
    ("work", "after", "state"),
    [
        (waiting.remind_unconfirmed, timedelta(days=3), OfferState.UNCONFIRMED),
        (waiting.forget_unconfirmed, timedelta(days=14), OfferState.UNCONFIRMED),
        (waiting.ask_before_end, timedelta(days=56), OfferState.OPEN),
        (waiting.expire, timedelta(days=70), OfferState.OPEN),
    ],
)
def test_two_schedulers_at_once_double_nothing(
    acting: Acting, build: Builder, work: Callable[..., int], after: timedelta, state: OfferState
) -> None:
    confirmed = {"confirmed_at": None} if state is OfferState.UNCONFIRMED else {}
    for _ in range(5):
        build.offered_item(build.offer(state=state, **confirmed))
    acting.clock.moment += after
    assert acting.twice_at_once(work) == 5
    assert len(acting.letters()) == (0 if work is waiting.forget_unconfirmed else 5)
