"""A coordinator writes down what she heard, and comes back to it."""

import re
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import transaction
from app.models import Account, Note, Offer
from app.models.states import CallOutcome, Role
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain


@pytest.fixture
def offer(build: Builder) -> Offer:
    offer = build.offer()
    build.offered_item(offer)
    return offer


def notes(app: Flask) -> list[Note]:
    with app.app_context(), transaction() as session:
        found = list(session.exec(select(Note).order_by(Note.id)))  # type: ignore[arg-type]
        session.expunge_all()
    return found


def key_of(page: str) -> str:
    """The key of the page's first form with one."""
    found = re.search(r'name="submission_key"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def write(client: FlaskClient, path: str, **typed: str) -> str:
    """On the page at `path`: fill in its note and send it; the page that follows."""
    kind, key = path.split("/")[-2:]
    word = {"offres": "offre", "besoins": "besoin", "donateurs": "donateur", "comites": "comite"}.get(
        kind, "rapprochement"
    )
    sent = {"submission_key": key_of(client.get(path).text), "person": "0", "retour": path} | typed
    answer = client.post(f"/coordination/notes/{word}/{key}", data=sent, follow_redirects=True)
    assert answer.status_code == 200, answer.text
    assert answer.request.path == path
    return plain(answer.text)


def test_a_call_is_noted_in_two_clicks_wherever_the_coordinator_is(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, offer: Offer
) -> None:
    """One opens the phrases, the second is the phrase: nothing is typed."""
    match = build.match(build.offered_item(offer))
    committee = build.committee()
    for path in (
        f"/coordination/offres/{offer.id}",
        f"/coordination/besoins/{match.need_id}",
        f"/coordination/rapprochements/{match.id}",
        f"/coordination/donateurs/{offer.donor_id}",
        f"/coordination/comites/{committee.id}",
    ):
        page = write(client, path, call="no_answer")

        assert "Appel noté par Coordinatrice Exemple : N'a pas répondu" in page, path
    assert [note.call for note in notes(app)] == [CallOutcome.NO_ANSWER] * 5


def test_a_note_may_name_a_day_and_a_person_and_is_then_done_or_not(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, offer: Offer
) -> None:
    other = build.account(Role.COORDINATOR, name="Collègue Exemple", password="x")
    path = f"/coordination/offres/{offer.id}"

    page = write(client, path, words="Rappeler après 18 h", day="2026-11-24", person=str(other.id))

    assert "C'est noté dans « À faire »." in page
    assert "à faire le 24 novembre 2026, Collègue Exemple" in page
    [note] = notes(app)
    assert (note.due_at is not None, note.for_id, note.done_at) == (True, other.id, None)

    for act, said in (
        ("faite", "fait le 23 novembre 2026 par Coordinatrice Exemple"),
        ("a-refaire", "à faire le 24 novembre 2026"),
    ):
        done = client.post(f"/coordination/notes/{note.id}/{act}", follow_redirects=True)
        assert said in plain(done.text)
    assert notes(app)[0].done_at is None


def test_its_author_changes_a_note_or_takes_it_back_and_nothing_is_lost(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, coordinator: Account, offer: Offer
) -> None:
    path = f"/coordination/offres/{offer.id}"
    write(client, path, words="Au premier étage")
    [note] = notes(app)

    form = client.get(f"/coordination/notes/{note.id}/modifier")
    assert "Au premier étage" in form.text
    changed = client.post(
        f"/coordination/notes/{note.id}/modifier",
        data={"submission_key": "k" * 20, "words": "Au deuxième étage", "person": "0"},
        follow_redirects=True,
    )
    assert "Au deuxième étage" in changed.text
    assert "Ce que la note disait avant" in changed.text
    assert "Au premier étage" in changed.text

    gone = plain(client.post(f"/coordination/notes/{note.id}/retirer", follow_redirects=True).text)
    assert ">Au deuxième étage<" not in gone
    assert "Rétablir la note" in gone
    back = client.post(f"/coordination/notes/{note.id}/remettre", follow_redirects=True)
    assert "Au deuxième étage" in back.text

    sign_in(client, build.account(Role.COORDINATOR))
    refused = client.post(f"/coordination/notes/{note.id}/retirer", follow_redirects=True)
    assert "Seule la personne qui a écrit cette note peut la changer" in plain(refused.text)
    assert notes(app)[0].removed_at is None


def test_what_cannot_be_noted_keeps_what_was_typed(
    app: Flask, client: FlaskClient, coordinator: Account, offer: Offer
) -> None:
    path = f"/coordination/notes/offre/{offer.id}"
    for typed, why in (
        ({"words": ""}, "Écrivez ce que vous voulez noter."),
        ({"words": "Rappeler", "day": "demain"}, "Écrivez une date comme 24/12/2026."),
        ({"words": "Rappeler", "person": "9999"}, "Choisissez une personne de la liste."),
    ):
        page = client.post(path, data={"person": "0", "submission_key": "k" * 20} | typed)

        assert page.status_code == 422
        assert why in plain(page.text)
        assert typed["words"] in page.text
    assert notes(app) == []
    assert client.post("/coordination/notes/offre/999", data={}).status_code == 404


def test_a_day_is_that_of_a_person_in_france(
    app: Flask, client: FlaskClient, clock: FrozenClock, coordinator: Account, offer: Offer
) -> None:
    write(client, f"/coordination/offres/{offer.id}", words="Rappeler", day="2026-11-24")
    page = client.get(f"/coordination/notes/{notes(app)[0].id}/modifier")

    assert f'value="{date(2026, 11, 24)}"' in page.text


def test_a_task_stands_once_above_what_happened(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, offer: Offer
) -> None:
    """Today's is among what waits for a call; a later one is told of apart."""
    page = f"/coordination/donateurs/{offer.donor_id}"

    build.note(coordinator, words="Rappeler", due_at=clock(), donor_id=offer.donor_id)
    assert "Encore à faire" not in plain(client.get(page).text)

    build.note(coordinator, words="Passer", due_at=clock() + timedelta(days=3), donor_id=offer.donor_id)
    later = plain(client.get(page).text).partition("Encore à faire")[2].partition("</ul>")[0]
    assert "Passer" in later
    assert "Rappeler" not in later
