"""What coordinators see of letters, and what they do about those that did not arrive."""

import random
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import transaction
from app.models import Match, OutboxMessage
from app.models.states import MatchState, Role
from notifications import outbox
from notifications.forgetting import forget_before
from notifications.models import RefusedAddress, State
from notifications.outbox import Recipient
from notifications.outcomes import Outcome, Refused, Retry, Sent
from notifications.samples import sample
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def coordinator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.COORDINATOR, password="x"))
    return client


@pytest.fixture
def match(build: Builder) -> Match:
    return build.match(state=MatchState.APPROVED)


def write(app: Flask, clock: FrozenClock, match: Match | None, outcome: Outcome | None, **to: str) -> int:
    """A letter to the donor with this outcome; its number."""
    with app.app_context(), transaction() as session:
        row = outbox.enqueue(
            session,
            sample("match_found", "fr"),
            event="match:1:approved",
            party=to.get("party", "donor:1"),
            to=Recipient("Donatrice d'exemple", to.get("email", "donor@example.org")),
            now=clock(),
            match_id=match.id if match else None,
        )
        assert row is not None
        if outcome is not None:
            (row,) = outbox.claim(session, "w", 1, clock())
            outbox.settle(session, row, "w", outcome, clock(), random.Random(1))
        return row.id or 0


def page(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return (
        unescape(response.get_data(as_text=True))
        .replace("\u202f", " ")
        .replace("\xa0", " ")
        .replace("’", "'")
    )


def test_the_ledger_of_a_match_tells_to_whom_when_and_what_was_answered(
    app: Flask, clock: FrozenClock, coordinator: FlaskClient, match: Match
) -> None:
    write(app, clock, match, Sent("250 2.0.0 taken as 7"))
    shown = page(coordinator, f"/coordination/rapprochements/{match.id}/courriels")
    assert "Donatrice d'exemple" in shown
    assert "Accepté par le serveur de courriel le 23 novembre 2026 à 10 h" in shown
    assert "250 2.0.0 taken as 7" in shown
    assert f"/coordination/rapprochements/{match.id}/courriels" in page(
        coordinator, f"/coordination/rapprochements/{match.id}"
    )


def test_the_text_is_readable_but_its_links_are_not(
    app: Flask, clock: FrozenClock, coordinator: FlaskClient, match: Match
) -> None:
    """Whoever could copy the link could answer in the donor's place."""
    number = write(app, clock, match, None)
    for path in (
        f"/coordination/rapprochements/{match.id}/courriels",
        f"/coordination/courriels/{number}",
    ):
        shown = page(coordinator, path)
        assert "Lave-linge" in shown
        assert "[lien personnel]" in shown
        assert "4Zk1sample" not in shown


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (None, "En attente."),
        (
            Retry("451 greylisted"),
            "Retardé par le serveur, 1 fois ; prochain essai le 23 novembre 2026 à 10 h 0",
        ),
        (Refused("550 5.1.1 no", address=True), "Refusé : l'envoi est abandonné après 1 essai."),
    ],
)
def test_each_state_has_its_sentence(
    app: Flask, clock: FrozenClock, coordinator: FlaskClient, match: Match, outcome: Outcome, words: str
) -> None:
    write(app, clock, match, outcome)
    assert words in page(coordinator, f"/coordination/rapprochements/{match.id}/courriels")


def test_a_match_without_letters_says_why(coordinator: FlaskClient, match: Match) -> None:
    shown = page(coordinator, f"/coordination/rapprochements/{match.id}/courriels")
    assert "ne reçoivent le premier qu'une fois le rapprochement approuvé" in shown


def test_when_all_arrives_the_page_says_so(coordinator: FlaskClient) -> None:
    assert "Tout arrive" in page(coordinator, "/coordination/courriels")


def test_a_letter_goes_out_again_to_the_address_as_corrected(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient, match: Match
) -> None:
    donor = build.donor(email="right@example.org")
    number = write(
        app,
        clock,
        match,
        Refused("550 5.1.1", address=True),
        party=f"donor:{donor.id}",
        email="wrnog@example.org",
    )
    assert "right@example.org" in page(coordinator, f"/coordination/courriels/{number}")
    assert "wrnog@example.org" in page(coordinator, "/coordination/courriels")
    for _twice in range(2):
        response = coordinator.post(f"/coordination/courriels/{number}/renvoyer")
        assert response.status_code == 303
    with app.app_context(), transaction() as session:
        row = session.get_one(OutboxMessage, number)
        assert (row.state, row.to_email, row.attempts) == (State.PENDING, "right@example.org", 0)


def test_a_coordinator_may_trust_an_address_again(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient, match: Match
) -> None:
    build.donor(email="Donor@example.org", name="Donateur d'exemple au long nom")
    write(app, clock, match, Refused("550 5.1.1", address=True))
    shown = page(coordinator, "/coordination/courriels")
    assert "Donateur d'exemple au long nom" in shown
    coordinator.post("/coordination/adresses/1/relever")
    coordinator.post("/coordination/adresses/1/relever")
    with app.app_context(), transaction() as session:
        assert session.exec(select(RefusedAddress)).all() == []


def test_those_concerned_see_that_their_address_receives_nothing(
    app: Flask, build: Builder, clock: FrozenClock, client: FlaskClient, sign_in: SignIn
) -> None:
    committee = build.committee(email="comite@example.org")
    member = build.account(committee=committee, email="membre@example.org")
    with app.app_context(), transaction() as session:
        for email in ("comite@example.org", "membre@example.org"):
            outbox.refuse_address(session, email, "550", clock())
    sign_in(client, member)
    assert "L'adresse du comité ne reçoit pas nos courriels" in page(
        client, f"/mon-comite?comite={committee.slug}"
    )
    assert "Votre adresse ne reçoit pas nos courriels" in page(client, "/preferences")
    sign_in(client, build.account(Role.COORDINATOR, password="x"))
    assert "ne reçoit pas nos courriels" in page(client, "/coordination/comites")
    assert "ne reçoit pas nos courriels" in page(client, "/coordination/comptes")


def test_only_coordinators_read_letters(
    app: Flask, build: Builder, clock: FrozenClock, client: FlaskClient, sign_in: SignIn, match: Match
) -> None:
    number = write(app, clock, match, None)
    sign_in(client, build.account(committee=build.committee()))
    for path in (
        f"/coordination/rapprochements/{match.id}/courriels",
        f"/coordination/courriels/{number}",
        "/coordination/courriels",
    ):
        assert client.get(path).status_code == 403
    assert client.post(f"/coordination/courriels/{number}/renvoyer").status_code == 403


def test_a_forgotten_letter_is_shown_as_erased_and_goes_to_nobody(
    app: Flask, coordinator: FlaskClient, match: Match, clock: FrozenClock
) -> None:
    number = write(app, clock, match, Refused("550 no such user", address=True))
    clock.advance(days=400)
    with app.app_context(), transaction() as session:
        forget_before(session, clock())

    assert "renvoyer" not in page(coordinator, f"/coordination/courriels/{number}")
    assert ">effacé</a>" in page(coordinator, f"/coordination/rapprochements/{match.id}/courriels")
    assert f"courriel-{number}" not in page(coordinator, "/coordination/courriels")
    coordinator.post(f"/coordination/courriels/{number}/renvoyer")
    with app.app_context(), transaction() as session:
        assert session.get_one(OutboxMessage, number).state is State.FAILED
