"""What coordinators do with offers."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Donor, Offer
from app.models.states import Aside, MatchState, OfferState, Reason, Role
from app.offers import correcting, service
from app.transitions import SYSTEM
from tests.app.offers.steps import counted, fill, letters, rows, words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def coordinator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.COORDINATOR))
    return client


def test_nobody_else_enters(client: FlaskClient, build: Builder, sign_in: SignIn) -> None:
    offer = build.offer()
    for path in ("/coordination/offres", f"/coordination/offres/{offer.id}"):
        assert client.get(path).status_code == 302
    sign_in(client, build.account(committee=build.committee()))
    for path in ("/coordination/offres", f"/coordination/offres/{offer.id}"):
        assert client.get(path).status_code == 403
    assert client.post(f"/coordination/offres/{offer.id}/refuser", data={"reason": "spam"}).status_code == 403


def test_the_list_filters_by_state_and_words(coordinator: FlaskClient, build: Builder) -> None:
    build.offered_item(
        build.offer(build.donor(name="Donatrice Exemple"), reference="DAAA"), description="frigo"
    )
    build.offered_item(build.offer(reference="DBBB", commune="Vienne"), item=None, description="truc bleu")
    build.offered_item(build.offer(reference="DCCC", state=OfferState.UNCONFIRMED, confirmed_at=None))

    def found(**query: str) -> set[str]:
        page = words(coordinator.get("/coordination/offres", query_string=query))
        return {reference for reference in ("DAAA", "DBBB", "DCCC") if reference in page}

    assert found() == {"DAAA", "DBBB"}
    assert found(etat="") == {"DAAA", "DBBB", "DCCC"}
    assert found(etat="unconfirmed") == {"DCCC"}
    assert found(q="donatrice") == {"DAAA"}
    assert found(q="truc vienne") == {"DBBB"}
    assert found(q="100%") == set()
    assert found(q="_") == set()
    assert found(a_reconnaitre="1") == {"DBBB"}
    for page in ("0", "-1", "٣", "1e9", "99999999999999999999", "x"):
        assert found(page=page) == {"DAAA", "DBBB"}


def test_the_list_asks_as_much_for_twenty_offers_as_for_one(
    coordinator: FlaskClient, app: Flask, build: Builder
) -> None:
    build.offered_item(build.offer())
    with counted(app) as one:
        coordinator.get("/coordination/offres")
    for _ in range(19):
        offer = build.offer()
        build.offered_item(offer)
        build.offered_item(offer)
    with counted(app) as twenty:
        coordinator.get("/coordination/offres")

    assert len(one) == len(twenty)


def test_an_offer_with_many_articles_asks_no_more(
    coordinator: FlaskClient, app: Flask, build: Builder
) -> None:
    small, large = build.offer(), build.offer()
    build.match(build.offered_item(small), state=MatchState.APPROVED)
    for _ in range(10):
        build.match(build.offered_item(large), state=MatchState.APPROVED)
    with counted(app) as one:
        coordinator.get(f"/coordination/offres/{small.id}")
    with counted(app) as ten:
        coordinator.get(f"/coordination/offres/{large.id}")

    assert len(one) == len(ten)


def test_refusing_takes_a_reason_and_is_told(coordinator: FlaskClient, app: Flask, build: Builder) -> None:
    offer = build.offer()
    build.offered_item(offer, item="medicaments", description="boîtes")
    path = f"/coordination/offres/{offer.id}/refuser"

    for reason in ("", "too_far", "xyz"):
        page = coordinator.post(path, data={"reason": reason, "note": "gardée"})
        assert page.status_code == 422
        assert "Choisissez une raison" in words(page)
        assert "gardée" in page.text
    done = coordinator.post(path, data={"reason": "not_handled"}, follow_redirects=True)
    again = coordinator.post(path, data={"reason": "not_handled"}, follow_redirects=True)

    assert "L'offre est refusée" in words(done)
    assert "déjà terminée" in words(again)
    [letter] = letters(app)
    assert "pharmacie" in letter.body_text


def test_a_promised_offer_is_not_refused(coordinator: FlaskClient, app: Flask, build: Builder) -> None:
    offer = build.offer()
    build.match(build.offered_item(offer), state=MatchState.APPROVED)

    page = coordinator.post(f"/coordination/offres/{offer.id}/refuser", data={"reason": "condition"})

    assert page.status_code == 409
    assert rows(app, Offer)[0].state is OfferState.OPEN


def test_confirming_by_hand(coordinator: FlaskClient, app: Flask, build: Builder) -> None:
    offer = build.offer(build.donor(), state=OfferState.UNCONFIRMED, confirmed_at=None)
    build.offered_item(offer)

    for _ in range(2):
        coordinator.post(f"/coordination/offres/{offer.id}/confirmer")

    assert rows(app, Offer)[0].state is OfferState.OPEN
    assert [letter.message for letter in letters(app)] == ["offer_recorded"]


@pytest.mark.parametrize("number", ["0", "-1", "999999", "99999999999999999999", "x"])
def test_offers_that_do_not_exist(coordinator: FlaskClient, number: str) -> None:
    assert coordinator.get(f"/coordination/offres/{number}").status_code == 404
    for ending in ("refuser", "confirmer"):
        assert coordinator.post(f"/coordination/offres/{number}/{ending}").status_code == 404


def test_a_member_records_for_somebody_without_an_address(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn
) -> None:
    committee = build.committee(name="Comité de Givors", email="Givors@essai.example")
    member = build.account(committee=committee)
    sign_in(client, member)
    assert "pour quelqu'un d'autre" in words(client.get("/offrir"))
    form = fill(client, name="Madame Exemple", email="", no_email="y", send="1")

    refused = client.post("/offrir", data=form)
    assert refused.status_code == 422
    assert "confirmé de vive voix" in words(refused)
    sent = client.post("/offrir", data=form | {"spoken": "y"}, follow_redirects=True)

    assert "Don enregistré pour Madame Exemple" in words(sent)
    [offer], [donor] = rows(app, Offer), rows(app, Donor)
    assert (offer.state, offer.recorded_by_id, offer.contact_name) == (
        OfferState.OPEN,
        member.id,
        "Madame Exemple",
    )
    assert (donor.name, donor.email) == ("Comité de Givors", "givors@essai.example")


def test_the_boxes_for_volunteers_mean_nothing_from_anybody_else(client: FlaskClient, app: Flask) -> None:
    form = fill(client, spoken="y", no_email="y", send="1")

    client.post("/offrir", data=form)

    assert rows(app, Offer)[0].state is OfferState.UNCONFIRMED
    assert (
        client.post("/offrir", data=fill(client, spoken="y", no_email="y", email="", send="1")).status_code
        == 422
    )


@pytest.mark.parametrize("aside", [Aside.REFUSED, Aside.WITHDRAWN, Aside.HELD])
def test_an_offer_ends_with_its_last_article_where_the_others_were_handed_over(
    app: Flask, build: Builder, clock: FrozenClock, aside: Aside
) -> None:
    offer = build.offer()
    given, left = build.offered_item(offer), build.offered_item(offer)
    build.match(given, build.need(), state=MatchState.COMPLETED)

    with app.app_context(), transaction() as session:
        correcting.set_aside(session, left.id, aside, Reason.OTHER, "", SYSTEM, clock())

    assert rows(app, Offer)[0].state is (OfferState.OPEN if aside is Aside.HELD else OfferState.CLOSED)

    with app.app_context(), transaction() as session:
        assert correcting.put_back(session, left.id, SYSTEM, clock())
    assert rows(app, Offer)[0].state is OfferState.OPEN


def test_a_coordinator_who_refused_the_last_article_by_mistake_offers_it_again(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    offer = build.offer()
    given, left = build.offered_item(offer), build.offered_item(offer)
    build.match(given, build.need(), state=MatchState.COMPLETED)
    with app.app_context(), transaction() as session:
        correcting.set_aside(session, left.id, Aside.REFUSED, Reason.OTHER, "", SYSTEM, clock())
    sign_in(client, build.account(role=Role.COORDINATOR))

    assert "Proposer à nouveau cet article" in client.get(f"/coordination/offres/{offer.id}").text
    assert client.post(f"/coordination/articles/{left.id}/remettre").status_code == 303
    assert rows(app, Offer)[0].state is OfferState.OPEN


def test_an_offer_that_was_recorded_by_mistake_ends_where_a_part_was_handed_over(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    offer = build.offer()
    given, _left = build.offered_item(offer), build.offered_item(offer)
    build.match(given, build.need(), state=MatchState.COMPLETED)

    with app.app_context(), transaction() as session:
        assert service.take_back(session, offer.id, SYSTEM, clock()) == 1

    assert rows(app, Offer)[0].state is OfferState.CLOSED
