"""What coordinators see of letters, and what they do about those that did not arrive."""

import random
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import transaction
from app.models import Account, Committee, Decision, Donor, Match, OutboxMessage
from app.models.states import MatchState, Role, Verb
from notifications import addresses, outbox
from notifications.forgetting import forget_before
from notifications.messages import MESSAGES
from notifications.models import RefusedAddress, State
from notifications.outbox import Recipient
from notifications.outcomes import Outcome, Refused, Retry, Sent
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
            MESSAGES["match_found"].sample().render("fr"),
            event=to.get("event", "match:1:approved"),
            party=to.get("party", "donor:1"),
            to=Recipient("Donatrice d'exemple", to.get("email", "donor@example.org")),
            now=clock(),
            handover_id=match.handover_id if match else None,
            match_ids=[match.id] if match else [],
        )
        assert row is not None
        if outcome is not None:
            (row,) = outbox.claim(session, "w", 1, clock())
            outbox.settle(session, row, "w", outcome, clock(), random.Random(1))
        return row.id


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
    assert "Accepté par le serveur de messagerie le 23 novembre 2026 à 10 h" in shown
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
            "Retardé par le serveur, 1 fois ; prochain essai le 23 novembre 2026 à 10 h",
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


def lost(app: Flask, clock: FrozenClock, party: str, email: str = "wrnog@example.org") -> str:
    """The path of a letter to this party that was refused."""
    number = write(app, clock, None, Refused("550 5.1.1", address=True), party=party, email=email)
    return f"/coordination/courriels/{number}"


def test_a_coordinator_corrects_a_donors_address_and_vouches_for_no_more(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    donor = build.donor(email="wrnog@example.org")
    path = lost(app, clock, f"donor:{donor.id}")
    shown = page(coordinator, path)
    assert 'value="wrnog@example.org"' in shown
    assert "Corriger l'adresse et renvoyer" in shown

    response = coordinator.post(f"{path}/renvoyer", data={"email": " Right@Example.org "})

    assert response.status_code == 303
    with app.app_context(), transaction() as session:
        row = session.exec(select(OutboxMessage)).one()
        assert (row.state, row.to_email, row.attempts) == (State.PENDING, "right@example.org", 0)
        found = session.get_one(Donor, donor.id)
        assert (found.email, found.confirmed_at) == ("right@example.org", None)


def test_a_committees_and_an_accounts_addresses_are_corrected_too(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    committee, account = build.committee(email="wrnog@example.org"), build.account(email="wrnog@example.org")
    paths = []
    for party in (f"committee:{committee.id}", f"account:{account.id}"):
        paths.append(lost(app, clock, party))
        with app.app_context(), transaction() as session:
            addresses.forgive_address(session, "wrnog@example.org")
    for path, right in zip(paths, ("a@example.org", "b@example.org"), strict=True):
        assert coordinator.post(f"{path}/renvoyer", data={"email": right}).status_code == 303
    with app.app_context(), transaction() as session:
        assert session.get_one(Committee, committee.id).email == "a@example.org"
        assert session.get_one(Account, account.id).email == "b@example.org"
        of_committee, of_account = session.exec(select(Decision).order_by(col(Decision.id))).all()
        assert (of_committee.committee_id, of_committee.verb) == (committee.id, Verb.EDIT)
        assert of_committee.data == {
            "address_of": "committee",
            "email": ["wrnog@example.org", "a@example.org"],
        }
        assert (of_account.about_account_id, of_account.verb) == (account.id, Verb.EDIT)
        assert of_account.data == {"address_of": "account"}
        assert {row.party: row.to_email for row in session.exec(select(OutboxMessage))} == {
            f"committee:{committee.id}": "a@example.org",
            f"account:{account.id}": "b@example.org",
        }


def test_what_waits_follows_the_correction_and_what_arrived_is_not_sent_again(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    donor = build.donor(email="wrnog@example.org")
    party = f"donor:{donor.id}"
    write(app, clock, None, Sent("250 ok"), party=party, email="wrnog@example.org", event="offer:1:recorded")
    path = lost(app, clock, party)
    write(app, clock, None, None, party=party, email="wrnog@example.org", event="match:2:approved")
    coordinator.post(f"{path}/renvoyer", data={"email": "right@example.org"})
    with app.app_context(), transaction() as session:
        rows = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id)))
        assert [(row.event, row.to_email, row.state) for row in rows] == [
            ("offer:1:recorded", "wrnog@example.org", State.SENT),
            ("match:1:approved", "right@example.org", State.PENDING),
            ("match:2:approved", "right@example.org", State.PENDING),
        ]


def test_a_correction_is_in_the_history_of_the_offer_and_of_the_match_with_its_author(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    donor, committee = build.donor(), build.committee()
    offer = build.offer(donor=donor)
    match = build.match(build.offered_item(offer), build.need(committee), state=MatchState.APPROVED)
    parties = (f"donor:{donor.id}", f"committee:{committee.id}")
    letters = [write(app, clock, match, Refused("550", address=True), party=party) for party in parties]
    for number in (*letters, *letters):
        coordinator.post(f"/coordination/courriels/{number}/renvoyer", data={"email": "right@example.org"})
    shown = page(coordinator, f"/coordination/rapprochements/{match.id}")
    assert shown.count("Adresse e-mail du donateur corrigée par Compte") == 1
    assert shown.count("Adresse e-mail du comité corrigée par Compte") == 1
    shown = page(coordinator, f"/coordination/offres/{offer.id}")
    assert "Adresse e-mail du donateur corrigée par Compte" in shown
    assert "right@example.org" in shown


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Indiquez une adresse e-mail"),
        ("a" * 10_000 + "@example.org", "ne ressemble pas à une adresse"),
        ("a\x00b@example.org", "ne ressemble pas à une adresse"),
        ("a@example.org\r\nBcc: b@example.org", "ne ressemble pas à une adresse"),
    ],
)
def test_what_is_no_address_is_said_by_the_field_and_kept(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient, typed: str, said: str
) -> None:
    donor = build.donor(email="wrnog@example.org")
    path = lost(app, clock, f"donor:{donor.id}")

    response = coordinator.post(f"{path}/renvoyer", data={"email": typed})

    assert response.status_code == 422
    shown = unescape(response.get_data(as_text=True))
    assert said in shown.replace("\xa0", " ")
    assert f'value="{typed}"' in shown
    with app.app_context(), transaction() as session:
        assert session.get_one(Donor, donor.id).email == "wrnog@example.org"
        assert session.exec(select(OutboxMessage)).one().state is State.FAILED


def test_nobody_gets_the_address_of_another(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    build.donor(email="Known@example.org")
    build.account(email="known@example.org")
    donor, account = build.donor(email="wrnog@example.org"), build.account(email="wrnog@example.org")
    for party in (f"donor:{donor.id}", f"account:{account.id}"):
        path = lost(app, clock, party)
        response = coordinator.post(f"{path}/renvoyer", data={"email": "known@example.org"})
        assert response.status_code == 422
        shown = unescape(response.get_data(as_text=True)).replace("’", "'")
        assert "Quelqu'un d'autre a déjà cette adresse" in shown
        assert 'value="known@example.org"' in shown
        with app.app_context(), transaction() as session:
            addresses.forgive_address(session, "wrnog@example.org")
    with app.app_context(), transaction() as session:
        assert session.get_one(Donor, donor.id).email == "wrnog@example.org"
        assert session.get_one(Account, account.id).email == "wrnog@example.org"
        assert {row.state for row in session.exec(select(OutboxMessage))} == {State.FAILED}


def test_an_administrators_address_is_an_administrators_to_correct(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    """Whoever receives its letters can choose its password."""
    chief = build.account(Role.ADMINISTRATOR, email="wrnog@example.org")
    path = lost(app, clock, f"account:{chief.id}")
    assert coordinator.post(f"{path}/renvoyer", data={"email": "mine@example.org"}).status_code == 422
    with app.app_context(), transaction() as session:
        assert session.get_one(Account, chief.id).email == "wrnog@example.org"


def test_a_letter_on_its_way_corrects_nothing(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: FlaskClient
) -> None:
    donor = build.donor(email="good@example.org")
    number = write(app, clock, None, None, party=f"donor:{donor.id}", email="good@example.org")
    response = coordinator.post(
        f"/coordination/courriels/{number}/renvoyer", data={"email": "other@example.org"}
    )
    assert response.status_code == 303
    with app.app_context(), transaction() as session:
        assert session.get_one(Donor, donor.id).email == "good@example.org"
        assert session.exec(select(OutboxMessage)).one().to_email == "good@example.org"


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
            addresses.refuse_address(session, email, "550", clock())
    sign_in(client, member)
    assert "L'adresse du comité ne reçoit pas nos e-mails" in page(
        client, f"/mon-comite?comite={committee.slug}"
    )
    assert "Votre adresse ne reçoit pas nos e-mails" in page(client, "/preferences")
    sign_in(client, build.account(Role.COORDINATOR, password="x"))
    assert "ne reçoit pas nos e-mails" in page(client, "/coordination/comites")
    assert "ne reçoit pas nos e-mails" in page(client, "/coordination/comptes")


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
