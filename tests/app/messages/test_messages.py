"""A coordinator writes to a donor or a committee in words of its own; the letter leaves, and the page remembers it."""

import re

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import transaction
from app.models import Account, OutboxMessage
from notifications import addresses
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

WORDS = "Nous passons jeudi.\n\nPouvez-vous être là à 18 h ?"


def letters(app: Flask) -> list[OutboxMessage]:
    with app.app_context(), transaction() as session:
        found = list(session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))
        session.expunge_all()
    return found


def send(client: FlaskClient, page: str, link: str, **typed: str) -> str:
    """From the page, by the link of that name: write, send; the page that follows."""
    found = re.search(rf'href="([^"]+)">{link}<', client.get(page).text)
    assert found is not None
    there = found[1].replace("&amp;", "&")
    form = client.get(there).text
    fields = dict(re.findall(r'name="(\w+)"[^>]* value="([^"]*)"', form.partition("<main")[2]))
    sent = fields | {"title": "Au sujet de votre lave-linge", "words": WORDS} | typed
    answer = client.post(there.partition("?")[0], data=sent, follow_redirects=True)
    return plain(answer.text)


def test_a_donor_is_written_to_from_the_page_of_the_offer(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    offer = build.offer(build.donor(name="Donatrice Exemple", email="d@essai.example"))

    page = send(client, f"/coordination/offres/{offer.id}", "Écrire au donateur")

    assert "Votre message part dans la minute." in page
    assert "Message écrit par Coordinatrice Exemple : Au sujet de votre lave-linge" in page
    assert "Pouvez-vous être là à 18 h ?" in page
    assert "E-mail à Donatrice Exemple" in page
    [letter] = letters(app)
    assert (letter.to_email, letter.party) == ("d@essai.example", f"donor:{offer.donor_id}")
    assert plain(letter.subject) == "Au sujet de votre lave-linge"
    assert "Nous passons jeudi.\n\nPouvez-vous être là à 18 h ?" in plain(letter.body_text)
    assert "jeudi.<br>" in letter.body_html.replace("<br />", "<br>")
    assert "/offre/suivi/" in letter.body_text
    assert (letter.reply_to or "") == app.extensions["desk"].contact_email
    assert "Au sujet de votre lave-linge" in plain(
        client.get(f"/coordination/donateurs/{offer.donor_id}").text
    )


def test_a_letter_to_a_stand_in_says_for_whom_it_is(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    stand_in = build.donor(name="Comité Exemple")
    offer = build.offer(
        stand_in, contact_name="Paul Exemple", contact_phone="06 11 22 33 44", recorded_by_id=coordinator.id
    )

    send(client, f"/coordination/offres/{offer.id}", "Écrire au donateur")
    send(client, f"/coordination/donateurs/{stand_in.id}", "Écrire au donateur")

    about, free = letters(app)
    assert "Paul Exemple" in about.subject
    assert "Paul Exemple" not in free.subject + free.body_text


def test_a_committee_is_written_to_in_its_language(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    committee = build.committee(name="Comité de Givors", email="givors@essai.example", language="en")
    need = build.need(committee)

    page = send(client, f"/coordination/besoins/{need.id}", "Écrire au comité")

    assert "Message écrit par Coordinatrice Exemple" in page
    [letter] = letters(app)
    assert letter.to_email == "givors@essai.example"
    assert f"/mon-comite?comite={committee.slug}" in letter.body_text
    assert "who coordinates the donations" in letter.body_text


def test_who_cannot_be_written_to_is_said_with_what_to_do(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    refused, forgotten = build.donor(email="faux@essai.example"), build.donor(anonymised_at=clock())
    silent = build.committee(email="")
    with app.app_context(), transaction() as session:
        addresses.refuse_address(session, "faux@essai.example", "550", clock())
    for path, why in (
        (f"donateur/{refused.id}", "L'adresse faux@essai.example ne reçoit pas nos e-mails."),
        (f"donateur/{forgotten.id}", "on ne peut plus lui écrire"),
        (f"comite/{silent.id}", "n'a pas d'adresse e-mail"),
    ):
        address = f"/coordination/messages/{path}"
        assert why in plain(client.get(address).text)
        answer = client.post(address, data={"submission_key": "k" * 20, "title": "Bonjour", "words": WORDS})
        assert answer.status_code == 422
        assert why in plain(answer.text)
        assert "Pouvez-vous être là" in plain(answer.text)
    assert letters(app) == []


def test_what_is_missing_is_said_by_the_field_and_the_rest_is_kept(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    address = f"/coordination/messages/donateur/{build.donor().id}"
    page = client.post(address, data={"submission_key": "k" * 20, "title": "", "words": "Des mots"})

    assert page.status_code == 422
    assert "Dites en quelques mots de quoi il s'agit." in plain(page.text)
    assert "Des mots" in page.text
    assert client.get("/coordination/messages/donateur/999").status_code == 404
