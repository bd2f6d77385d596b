"""What a donor sees by the links, and what nobody sees by them."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Match, Offer
from app.models.states import MatchState, OfferState, Transport
from app.web.links import Purpose, path_of
from tests.app.offers.steps import rows, words
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock

TRACK, CONFIRM = Purpose.TRACK_OFFER, Purpose.CONFIRM_OFFER


def link(app: Flask, offer: Offer, purpose: Purpose = TRACK, party: str = "") -> str:
    token = app.extensions["desk"].links.token(purpose, offer.id, party or f"donor:{offer.donor_id}", MOMENT)
    return path_of(Purpose.TRACK_OFFER, token) if purpose is TRACK else path_of(Purpose.CONFIRM_OFFER, token)


def approved(build: Builder, offer: Offer, **values: object) -> Match:
    committee = build.committee(name="Comité de Givors", phone="04 78 00 00 00", email="givors@essai.example")
    state = {"state": MatchState.APPROVED, "approved_at": MOMENT - timedelta(minutes=10)}
    return build.match(
        build.offered_item(offer, item="lave-linge", description="machine\nBosch"),
        build.need(committee),
        **state | values,
    )


def test_before_approval_the_donor_learns_of_nobody(client: FlaskClient, app: Flask, build: Builder) -> None:
    offer = build.offer()
    approved(build, offer, state=MatchState.PROPOSED, approved_at=None)

    page = words(client.get(link(app, offer)))

    assert "Lave-linge" in page
    assert "Nous cherchons un comité" in page
    assert "Givors" not in page


def test_what_a_coordinator_may_still_undo_is_not_shown(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    offer = build.offer()
    approved(build, offer, approved_at=MOMENT)

    assert "Comité de Givors" not in words(client.get(link(app, offer)))
    clock.advance(minutes=2)
    assert "Comité de Givors" in words(client.get(link(app, offer)))


def test_after_approval_the_committee_and_the_way_to_answer_are_shown(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    offer = build.offer()
    approved(build, offer)

    page = client.get(link(app, offer))

    assert "Comité de Givors" in words(page)
    assert "04 78 00 00 00" in words(page)
    assert "Répondre au comité" in words(page)
    assert "/reponse/donateur/" in page.text


def test_the_appointment_is_shown_in_paris_time(client: FlaskClient, app: Flask, build: Builder) -> None:
    offer = build.offer()
    match = approved(build, offer, state=MatchState.SCHEDULED)
    start = MOMENT + timedelta(days=2)
    build.handover(
        match,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        place="3 rue du Don",
        transport=Transport.DONOR_BRINGS,
    )

    page = words(client.get(link(app, offer)))

    assert "mercredi 25 novembre, de 10 h à 11 h" in page
    assert "3 rue du Don" in page


@pytest.mark.parametrize("state", list(OfferState))
def test_every_state_has_its_page(client: FlaskClient, app: Flask, build: Builder, state: OfferState) -> None:
    confirmed = None if state is OfferState.UNCONFIRMED else MOMENT
    offer = build.offer(state=state, confirmed_at=confirmed)
    build.offered_item(offer)

    for purpose in (TRACK, CONFIRM):
        assert client.get(link(app, offer, purpose)).status_code == 200
    assert client.get(link(app, offer) + "/retirer").status_code == 200
    assert client.post(link(app, offer, CONFIRM), follow_redirects=True).status_code == 200
    assert client.post(link(app, offer) + "/prolonger").status_code in {303, 409}
    assert client.post(link(app, offer) + "/retirer", data={"reason": "other"}).status_code == 303


def test_extending_by_the_link(client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock) -> None:
    offer = build.offer()
    clock.advance(days=50)
    assert "Le proposer jusqu'au" in words(client.get(link(app, offer)))

    client.post(link(app, offer) + "/prolonger")
    after = words(client.post(link(app, offer) + "/prolonger", follow_redirects=True))

    assert str(rows(app, Offer)[0].available_until) == "2027-03-13"
    assert "Le proposer jusqu'au" not in after


def test_a_link_opens_nothing_else(client: FlaskClient, app: Flask, build: Builder) -> None:
    mine, other = build.offer(), build.offer()
    build.offered_item(mine)
    good = link(app, mine)

    wrong = [
        good[:-1],
        good + "x",
        good.replace("/suivi/", "/confirmer/"),
        link(app, mine, party=f"donor:{other.donor_id}"),
        link(app, mine, party=f"committee:{mine.donor_id}"),
        path_of(Purpose.TRACK_OFFER, "x" * 5000),
        path_of(Purpose.TRACK_OFFER, "%00"),
        path_of(Purpose.TRACK_OFFER, "é"),
    ]

    for path in wrong:
        for ending in ("", "/retirer", "/prolonger"):
            for method in (client.get, client.post):
                assert method(path + ending).status_code in {404, 405}, path[:60] + ending
    assert {offer.state for offer in rows(app, Offer)} == {OfferState.OPEN}


def test_a_link_that_has_expired_says_so(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    path = link(app, build.offer(), CONFIRM)
    clock.advance(days=15)

    page = client.get(path)

    assert page.status_code == 410
    assert "plus valable" in words(page)
    assert client.post(path).status_code == 410


def test_several_pieces_for_a_committee_are_said_in_words(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    offer = build.offer()
    item = build.offered_item(offer, item="chaise", quantity=6)
    committee = build.committee(name="Comité de Givors", commune="Givors")
    build.match(
        item,
        build.need(committee, item="chaise", quantity=6),
        quantity=6,
        state=MatchState.APPROVED,
        approved_at=MOMENT - timedelta(minutes=10),
    )

    page = words(client.get(link(app, offer)))

    assert "6 pour le Comité de Givors, à Givors" in page
    assert "× pour" not in page
