"""« À faire »: one list of all that waits, by whom to call; each line with its age and the one thing to do."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Account, Committee, Match, Offer
from app.models.states import Aside, MatchState, OfferState, Role, Verb
from app.todo.queries import PAGE
from app.transitions import Actor, note_decision
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.models import State
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

PATH = "/coordination/a-faire"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", phone="04 72 00 00 00")


@pytest.fixture
def offer(build: Builder, clock: FrozenClock) -> Offer:
    donor = build.donor(name="Donatrice Exemple", phone="06 12 34 56 78", confirmed_at=clock())
    return build.offer(donor, confirmed_at=clock() - timedelta(days=4))


def read(client: FlaskClient, query: str = "") -> str:
    page = client.get(PATH + query)
    assert page.status_code == 200
    return " ".join(plain(page.text).split())


def lost_letter(app: Flask, clock: FrozenClock, party: str, state: State = State.FAILED) -> int:
    with app.app_context(), transaction() as session:
        row = outbox.enqueue(
            session,
            MESSAGES["match_found"].sample().render("fr"),
            event=f"match:1:{party}:{clock().isoformat()}",
            party=party,
            to=outbox.Recipient("Donatrice Exemple", "d@essai.example"),
            now=clock(),
        )
        assert row is not None
        row.state = state
        row.sent_at = clock() if state is State.SENT else None
        return row.id


def test_nothing_waits(client: FlaskClient, coordinator: Account) -> None:
    assert "Rien n'attend : tout est décidé, répondu et arrivé." in read(client)


def test_signing_in_leads_there_and_it_comes_first_in_the_menu(
    client: FlaskClient, coordinator: Account
) -> None:
    assert client.get("/accueil").headers["Location"] == PATH
    menu = client.get("/preferences").text
    assert menu.index(PATH) < menu.index('href="/coordination"')


def test_each_thing_that_waits_is_there_with_its_age_and_what_to_do(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, committee: Committee, offer: Offer
) -> None:  # fmt: skip
    """What waits, in the words of the page, and where its one action leads."""
    now = clock()

    def match(state: MatchState, **values: Any) -> Match:
        item = build.offered_item(offer, item="table")
        return build.match(item, build.need(committee, item="table"), state=state, **values)

    def met(match: Match, ends: timedelta, **says: Any) -> None:
        build.handover(match, starts_at=now - ends - timedelta(hours=2), ends_at=now - ends, **says)

    proposed = match(MatchState.PROPOSED)
    silent = match(MatchState.APPROVED, reminded_at=now - timedelta(days=2), committee_answered_at=now)
    unanswered = match(MatchState.APPROVED, reminded_at=now - timedelta(days=1), donor_answered_at=now)
    timeless = match(MatchState.ACCEPTED, reminded_at=now)
    untold = match(MatchState.SCHEDULED)
    met(untold, timedelta(days=5))
    apart = match(MatchState.COMPLETED, closed_at=now - timedelta(days=1))
    met(apart, timedelta(days=2), donor_says="no", committee_says="yes")
    unconfirmed = build.offer(
        state=OfferState.UNCONFIRMED, confirmed_at=None, created_at=now - timedelta(days=3)
    )
    strange = build.offered_item(offer, item=None, description="machin en fer")
    lacking = build.need(committee, item=None, description="truc bleu")
    letter = lost_letter(app, clock, f"donor:{offer.donor_id}")
    task = build.note(
        coordinator, words="Rappeler après 18 h", due_at=now - timedelta(hours=9), donor_id=offer.donor_id
    )

    page, html = read(client), client.get(PATH).text

    for words, link in (
        ("à décider, depuis 4 jours", f"/coordination/rapprochements/{proposed.id}"),
        ("le donateur n'a pas répondu, même relancé, depuis 2 jours", f"/coordination/rapprochements/{silent.id}/donateur"),
        ("le comité n'a pas répondu, même relancé, depuis 1 jour", f"/mon-comite/dons/{unanswered.id}"),
        ("mais pas de rendez-vous, aujourd'hui", f"/coordination/rapprochements/{timeless.id}/donateur"),
        ("rendez-vous passé, personne n'a rien dit, depuis 5 jours", f"/mon-comite/dons/{untold.id}/bilan"),
        ("l'un dit que c'est remis, l'autre que non, depuis 1 jour", f"/coordination/rapprochements/{apart.id}"),
        ("adresse à confirmer, depuis 3 jours", f"/coordination/offres/{unconfirmed.id}#confirmer"),
        ("machin en fer", f"/coordination/a-reconnaitre/articles/{strange.id}"),
        ("truc bleu", f"/coordination/a-reconnaitre/besoins/{lacking.id}"),
        ("l'e-mail n'est pas arrivé, aujourd'hui", f"/coordination/courriels/{letter}"),
        ("Rappeler après 18 h", f"/coordination/notes/{task.id}/faite"),
    ):  # fmt: skip
        assert words in page
        assert f'"{link}"' in html, words
    assert page.count("<h2>") == 3, "one for the donor, one for the committee, one for the other donor"
    assert "06 12 34 56 78" in page
    assert "04 72 00 00 00" in page
    assert 'class="count">10<' in html


def test_what_is_settled_is_gone(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, offer: Offer
) -> None:
    """A task that is done, a letter after which another arrived, a contradiction that somebody wrote about."""
    task = build.note(coordinator, due_at=clock(), offer_id=offer.id)
    build.note(coordinator, words="Demain", due_at=clock() + timedelta(days=1), offer_id=offer.id)
    lost_letter(app, clock, f"donor:{offer.donor_id}")
    assert 'class="count">2<' in client.get(PATH).text

    client.post(f"/coordination/notes/{task.id}/faite", data={"retour": PATH})
    clock.advance(minutes=5)
    lost_letter(app, clock, f"donor:{offer.donor_id}", State.SENT)

    assert "Rien n'attend" in read(client)


def test_a_call_that_settles_several_is_noted_there_and_leads_back(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, offer: Offer
) -> None:
    build.note(coordinator, words="Rappeler", due_at=clock(), offer_id=offer.id)

    answer = client.post(
        f"/coordination/notes/donateur/{offer.donor_id}",
        data={"submission_key": "k" * 20, "person": "0", "call": "no_answer", "retour": PATH},
    )

    assert answer.headers["Location"] == PATH
    assert "N'a pas répondu" in plain(client.get(f"/coordination/donateurs/{offer.donor_id}").text)


def test_calls_come_before_what_is_decided_at_the_desk_and_many_are_turned_page_by_page(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    for _ in range(PAGE + 1):
        build.match(build.offered_item(build.offer(created_at=clock() - timedelta(days=9))))
    donor = build.donor(name="Donateur à rappeler")
    build.note(coordinator, words="Rappeler", due_at=clock(), donor_id=donor.id)

    first, second = read(client), read(client, "?page=2")

    assert first.index("Donateur à rappeler") < first.index("Décider")
    assert (first.count('class="card caller"'), second.count('class="card caller"')) == (PAGE, 2)
    only = read(client, "?quoi=task")
    assert only.count('class="card caller"') == 1
    assert read(client, "?quoi=autre").count('class="card caller"') == PAGE


def test_articles_that_go_together_wait_as_one(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, committee: Committee, offer: Offer
) -> None:  # fmt: skip
    """Three articles of one trip: one answer is late, not three."""
    trip: dict[str, Any] = {}
    for _ in range(3):
        match = build.match(
            build.offered_item(offer, item="table"),
            build.need(committee, item="table"),
            state=MatchState.APPROVED,
            reminded_at=clock(),
            committee_answered_at=clock(),
            **trip,
        )
        trip = {"handover_id": match.handover_id}

    page = read(client)
    assert "1 réponse de donateur en retard" in page
    assert "et 2 autres articles pour le Comité de Givors" in page


def test_what_is_held_waits_until_somebody_has_looked(
    client: FlaskClient, build: Builder, coordinator: Account, offer: Offer
) -> None:
    build.offered_item(offer, description="Bouteille étrange", aside=Aside.HELD)

    assert "Bouteille étrange" in read(client)
    assert "1 offre en attente" in read(client)


def test_the_pages_of_a_donor_and_of_a_committee_begin_with_what_waits_about_them(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, committee: Committee, offer: Offer
) -> None:  # fmt: skip
    build.note(coordinator, words="Rappeler la donatrice", due_at=clock(), offer_id=offer.id)
    build.need(committee, item=None, description="truc bleu")
    build.need(item=None, description="d'un autre comité")

    assert "Rappeler la donatrice" in plain(client.get(f"/coordination/donateurs/{offer.donor_id}").text)
    page = plain(client.get(f"/coordination/comites/{committee.id}").text)
    assert page.index("besoin à reconnaître") < page.index("Ce qui lui manque")
    assert "d'un autre comité" not in page


@pytest.mark.parametrize("who", [Role.MEMBER, Role.COORDINATOR])
def test_a_contradiction_waits_until_a_coordinator_has_put_it_right(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, who: Role
) -> None:
    match = build.match(state=MatchState.COMPLETED, closed_at=clock())
    build.handover(match, donor_says="no", committee_says="yes")
    assert "1 compte rendu contredit" in read(client)

    by = build.account(who)
    with app.app_context(), transaction() as session:
        row = session.get_one(Match, match.id)
        note_decision(session, row, Verb.CORRECT, Actor.account(by.id), clock.advance(minutes=5))

    assert ("1 compte rendu contredit" in read(client)) == (who is Role.MEMBER)
