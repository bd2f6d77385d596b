"""A donor reads, takes along and erases what is held of them: nothing tells of them afterwards, whoever counted on them knows, and figures stay."""

import json
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import transaction
from app.forgetting import forget_old
from app.models import Decision, Donor, Listing, Match, Offer, OutboxMessage
from app.models.personal import PERSONAL, Treatment
from app.models.states import MatchState, OfferState, Role, Verb
from app.post.bearers import bearer_of
from app.privacy import queries, service, wording
from app.privacy.people import people
from app.transitions import DONOR
from app.web.links import Purpose, path_of
from notifications import outbox
from notifications.models import NOBODY, State
from notifications.rendered import RenderedMessage
from tests.app.acting import Acting
from tests.app.offers.test_forgetting import SECRETS, everything, figures, gift  # noqa: F401
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

OF_VOLUNTEERS = {
    Treatment.LOOKUPS,
    Treatment.SIGN_INS,
    Treatment.ACCOUNTS,
    Treatment.PROGRAMS,
    Treatment.PUBLISHED,
    Treatment.LIMITS,
}


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


@pytest.fixture
def waiting(acting: Acting, build: Builder, gift: Match) -> Match:  # noqa: F811
    """The same donor has an appointment, a gift that nobody has looked at, a letter that waits, follows an action and has begun a form."""
    donor = acting.row(Donor, 1)
    now = acting.clock()
    offer = build.offer(donor, street="3 impasse Secrète", contact_name="Zébulon")
    match = build.match(
        build.offered_item(offer, description="un mot de Zébulon"), build.need(build.committee()), state=MatchState.SCHEDULED, approved_at=now,
        donor_answered_at=now, committee_answered_at=now,
    )  # fmt: skip
    build.handover(
        match,
        place="3 impasse Secrète",
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=2, hours=1),
        fixed_at=now,
    )
    build.offered_item(
        build.offer(donor, state=OfferState.UNCONFIRMED, confirmed_at=None, contact_name="Zébulon")
    )
    build.follower(action_id=build.action().id, email="Zebulon@essai.example")
    build.kept_form(email="zebulon@essai.example", typed={"name": "Zébulon"})
    sent = build.consignment(1, sent_at=now)
    with acting.app.app_context(), transaction() as session:
        session.add(
            Listing(key="k", consignment_id=sent.id, name="Zébulon.csv", rows=[["Zébulon"]], brought_at=now)
        )
        rendered = RenderedMessage("reminder_donor", "Zébulon ?", "impasse Secrète", "impasse Secrète")
        to = outbox.Recipient("Zébulon", "zebulon@essai.example")
        outbox.enqueue(session, rendered, event="match:9:x", party="donor:1", to=to, now=now)
    return match


def test_nothing_tells_of_who_was_erased_and_the_committee_knows(
    acting: Acting,
    build: Builder,
    waiting: Match,
    gift: Match,  # noqa: F811
) -> None:
    other = build.donor(name="Voisine")
    build.offered_item(build.offer(other, contact_name="Voisine"))
    before = figures(acting, gift)[5]
    with acting.app.app_context(), transaction() as session:
        assert service.foreseen(session, people(session, session.get_one(Donor, 1))[0]) == service.Erasure(
            2, 1, 0
        )
    acting.do(lambda session, now: service.erase(session, 1, DONOR, now))

    kept = everything(acting)
    assert [secret for secret in (*SECRETS, "Zébulon") if secret.lower() in kept.lower()] == []
    assert figures(acting, gift)[5] == before
    assert acting.row(Match, waiting.id).state is MatchState.FAILED
    assert acting.row(Match, gift.id).state is MatchState.COMPLETED
    assert "Voisine" in kept
    going = [row for row in acting.rows() if row.state is State.PENDING]
    assert [(row.message, row.party.partition(":")[0]) for row in going] == [
        ("appointment_cancelled_committee", "committee")
    ]
    with acting.app.app_context(), transaction() as session:
        [noted] = session.exec(select(Decision).where(Decision.verb == Verb.ERASE))
        assert (noted.donor_id, noted.note, noted.data) == (1, "", {})


def test_a_letter_that_was_under_way_is_emptied_in_the_night(acting: Acting, waiting: Match) -> None:
    with acting.app.app_context(), transaction() as session:
        for row in session.exec(select(OutboxMessage).where(OutboxMessage.state == State.PENDING)):
            row.state, row.claimed_by, row.claimed_until = (
                State.CLAIMED,
                "a",
                acting.clock() + timedelta(minutes=5),
            )
    acting.do(lambda session, now: service.erase(session, 1, DONOR, now))
    with acting.app.app_context(), transaction() as session:
        for row in session.exec(select(OutboxMessage).where(OutboxMessage.state == State.CLAIMED)):
            row.state, row.claimed_by, row.claimed_until, row.sent_at = State.SENT, None, None, acting.clock()
    acting.do(lambda session, now: forget_old(session, timedelta(days=365), now))

    assert {row.to_email for row in acting.rows() if row.party == "donor:1"} == {NOBODY}


def test_two_who_erase_at_once_erase_once(acting: Acting, waiting: Match) -> None:
    acting.twice_at_once(lambda session, now: int(service.erase(session, 1, DONOR, now) is not None))

    with acting.app.app_context(), transaction() as session:
        assert len(session.exec(select(Decision).where(Decision.verb == Verb.ERASE)).all()) == 1


def token_of(acting: Acting, donor: Donor) -> str:
    return str(
        acting.app.extensions["desk"].links.token(
            Purpose.OWN_DATA, donor.id, bearer_of(donor), acting.clock()
        )
    )


def test_the_link_goes_to_the_address_alone_and_shows_and_erases_everything(
    acting: Acting, build: Builder, client: FlaskClient, waiting: Match
) -> None:
    before = acting.rows()
    for email in ("zebulon@essai.example", "ZEBULON@essai.example", "personne@essai.example"):
        answer = client.post("/vos-donnees/demande", data={"email": email}, follow_redirects=True)
        assert "Si nous gardons quelque chose" in answer.text
    assert acting.rows() == before, "nothing is looked up while somebody waits"
    assert acting.do(service.answer_requests) == 2
    [letter] = [row for row in acting.rows() if row.message == "own_data"]
    own = re.search(r"http://[^/]+(/mes-donnees/\S+)", letter.body_text)[1]  # type: ignore[index]

    page = client.get(own).text
    told = json.loads(client.get(f"{own}/donnees.json").text)
    text = client.get(f"{own}/donnees.txt").text
    for secret in ("Zébulon", "06 99 88 77 66", "impasse Secrète", "un mot de Zébulon", "Zébulon rappelle"):
        assert secret in text, secret
        assert secret in json.dumps(told, ensure_ascii=False), secret
        assert secret in page.replace("&#39;", "'"), secret
    assert "mes-donnees" not in json.dumps(told.get("kept_form", ""))
    assert client.get(f"{own}/effacer").status_code == 200
    assert acting.row(Donor, 1).anonymised_at is None, "looking erases nothing"
    assert "C’est effacé" in client.post(f"{own}/effacer", follow_redirects=True).text
    assert acting.row(Donor, 1).anonymised_at is not None
    for path in (own, f"{own}/donnees.json", f"{own}/effacer"):
        assert "C’est déjà effacé" in client.get(path, follow_redirects=True).text
    assert "C’est déjà effacé" in client.post(f"{own}/effacer", follow_redirects=True).text


def test_a_link_of_before_the_address_was_corrected_shows_nothing(
    acting: Acting, build: Builder, client: FlaskClient
) -> None:
    donor = build.donor(corrected=1, name="Zébulon")
    old = acting.app.extensions["desk"].links.token(
        Purpose.OWN_DATA, donor.id, f"donor:{donor.id}", acting.clock()
    )

    assert client.get(path_of(Purpose.OWN_DATA, old)).status_code == 404
    assert client.get(path_of(Purpose.OWN_DATA, token_of(acting, donor))).status_code == 200


def test_a_coordinator_of_the_whole_portal_does_it_for_who_asks(
    acting: Acting, build: Builder, client: FlaskClient, sign_in: SignIn, waiting: Match
) -> None:
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=build.organisation().id, password="x"))
    for path in ("donnees", "donnees.json", "effacer"):
        assert client.get(f"/coordination/donateurs/1/{path}").status_code == 403
    by = build.account(Role.COORDINATOR)
    sign_in(client, by)
    assert "Zébulon" in client.get("/coordination/donateurs/1/donnees").text
    client.post("/coordination/donateurs/1/effacer")

    assert acting.row(Donor, 1).name == ""
    with acting.app.app_context(), transaction() as session:
        assert session.exec(select(Decision.account_id).where(Decision.verb == Verb.ERASE)).all() == [by.id]
        assert (
            session.exec(select(Offer.state).where(col(Offer.donor_id) == 1))
            .all()
            .count(OfferState.WITHDRAWN)
            == 2
        )
    assert client.get("/coordination/donateurs/1/donnees").status_code == 303
    assert client.get("/coordination/donateurs/1/donnees.txt").status_code == 404


def test_every_table_about_donors_is_handed_out_or_says_why_not() -> None:
    of_people = {table for table, treatment, _told in PERSONAL if treatment not in OF_VOLUNTEERS}
    assert of_people == wording.TITLES.keys() | queries.OF_OTHERS
