"""What a company gives at once, where something goes otherwise: too much, another address, another list, another place."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session, transaction
from app.donors import service as donors
from app.models import Consignment, Decision, Listing, Photo
from app.models.states import Aside, OfferState, Verb
from app.offers.companies.waiting import send_now
from app.todo.queries import heaps
from app.todo.sources import Chore
from app.transitions import Actor
from tests.app.needs.test_routes import plain
from tests.app.offers.steps import counted
from tests.app.offers.test_companies import (
    GIVORS,
    INVENTORY,
    articles,
    begin,
    bring,
    letters,
    long_inventory,
    offers,
    path_in,
    send,
)
from tests.app.offers.test_hostile_input import jpeg
from tests.builders import Builder
from tests.conftest import FrozenClock

pytestmark = pytest.mark.databases("sqlite")


def give(client: FlaskClient, **who: str) -> str:
    key = begin(client, **who)
    bring(client, key, INVENTORY)
    send(client, key, condition="good", lots="shared")
    return key


def dear(lines: int) -> str:
    return "\n".join(["Désignation;Quantité;Valeur unitaire", *(f"Bureau {n};1;301" for n in range(lines))])


def test_what_is_held_of_an_inventory_is_written_and_told_in_one_go(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    """However long it is, the database is held for as many statements."""
    statements = []
    for lines in (310, 620):
        key = begin(client, GIVORS, kind="state", submission_key=f"form-of-{lines:020d}")
        bring(client, key, dear(lines))
        assert "Envoi en cours" in send(client, key, condition="good", lots="whole")
        with counted(app) as asked, app.app_context():
            assert send_now(clock) == 1
        statements.append(len(asked))
    assert statements[1] - statements[0] < 10

    with app.app_context():
        assert {row.aside for row in articles()} == {Aside.HELD}
        held = session().exec(select(Decision).where(Decision.verb == Verb.SET_ASIDE)).all()
        assert [each.data["others"] for each in held] == [309, 619]
        [heap] = heaps(session(), clock(), (Chore.HELD,))
        assert heap.count == 2


def test_an_address_corrected_is_that_of_all_its_sites_and_opens_no_other(
    app: Flask, client: FlaskClient
) -> None:
    key = give(client)
    page = client.get(f"/entreprises/{key}/envoye")
    there = f"/offrir/{key}-0/adresse"
    assert f'href="{there}"' in page.text
    told = plain(client.post(there, data={"email": "juste@essai.example"}, follow_redirects=True).text)
    assert "L'adresse est corrigée" in told
    assert "juste@essai.example" in told

    with app.app_context():
        [sent] = session().exec(select(Consignment)).all()
        assert {offer.donor_id for offer in offers()} == {sent.donor_id}
        assert sent.contact_email == "juste@essai.example"
    wrong, right = letters(app)
    assert client.post(path_in(wrong)).status_code == 404
    client.post(path_in(right))
    with app.app_context():
        assert {offer.state for offer in offers()} == {OfferState.OPEN}
    assert client.get(path_in(letters(app)[-1])).status_code == 200


def test_an_address_that_is_confirmed_opens_nothing_under_another(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    give(client)
    other = build.donor()
    with app.app_context():
        apart = offers()[1].id
        with transaction():
            offers()[1].donor_id = other.id
    client.post(path_in(letters(app)[0]))

    with app.app_context():
        assert {offer.id: offer.state for offer in offers()}[apart] is OfferState.UNCONFIRMED


@pytest.mark.parametrize("known", [True, False])
def test_an_address_that_others_gave_under_keeps_what_is_theirs(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, known: bool
) -> None:
    if known:
        build.donor(email="juste@essai.example", confirmed_at=clock())
    theirs = build.offer(build.donor(email="stock@essai.example", confirmed_at=clock()))
    key = give(client)
    client.post(f"/offrir/{key}-0/adresse", data={"email": "juste@essai.example"})

    with app.app_context():
        [sent] = session().exec(select(Consignment)).all()
        of_site = {offer.donor_id for offer in offers() if offer.consignment_id}
        assert of_site == {sent.donor_id}
        assert sent.donor_id != theirs.donor_id
    assert [letter.to_email for letter in letters(app)] == ["stock@essai.example", "juste@essai.example"]


def test_nothing_changes_while_it_is_being_sent_and_a_refusal_is_told(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    key = begin(client)
    where = bring(client, key, long_inventory(310))
    assert "Envoi en cours" in send(client, key)
    for page, data in (
        (where, {"ligne": "2"}),
        (f"{where}/colonnes", {}),
        (f"/entreprises/{key}/inventaire", {"text": INVENTORY}),
        (f"/entreprises/{key}/lieux/retirer", {"name": "Siège"}),
    ):
        assert client.post(page, data=data, follow_redirects=True).status_code == 200, page
    with app.app_context():
        assert len(session().exec(select(Listing)).all()) == 1
        assert len(session().exec(select(Consignment.sites)).one()) == 2
        full = build.donor(email="stock@essai.example")
        for _each in range(10):
            build.offer(full, state=OfferState.UNCONFIRMED, confirmed_at=None)
        assert send_now(clock) == 1
    told = plain(client.get(f"/entreprises/{key}/envoye", follow_redirects=True).text)
    assert "L'inventaire n'est pas parti" in told
    assert "attendent déjà une confirmation" in told


def test_an_inventory_is_no_list_that_anybody_gives(client: FlaskClient, app: Flask) -> None:
    key = begin(client, GIVORS)
    where = bring(client, key, "Désignation;Quantité\nChaises;2")
    assert client.get(f"/offrir{where.replace('listes', 'liste')}").location == where
    send(client, key, condition="good", lots="shared")
    client.post(f"{where}/annuler")
    with app.app_context():
        assert [offer.state for offer in offers()] == [OfferState.UNCONFIRMED]


def test_a_merged_giver_still_follows_what_was_sent(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    give(client)
    client.post(path_in(letters(app)[0]))
    follow = path_in(letters(app)[-1])
    into, who = build.donor(), build.account()
    with app.app_context():
        [sent] = session().exec(select(Consignment)).all()
        before = sent.donor_id or 0
        with transaction() as current:
            donors.merge(current, into.id, before, Actor.account(who.id), clock())
        merged_id = session().exec(select(Decision.id).where(Decision.verb == Verb.MERGE)).one()
        assert session().exec(select(Consignment.donor_id)).one() == into.id
    assert client.get(follow).status_code == 200
    with app.app_context():
        with transaction() as current:
            donors.part(current, merged_id, Actor.account(who.id), clock())
        assert session().exec(select(Consignment.donor_id)).one() == before


def test_the_same_thing_at_two_sites_is_not_offered_twice(app: Flask, client: FlaskClient) -> None:
    key = begin(client)
    bring(client, key, "Désignation;Quantité;Site\nChaises;2;Siège\nChaises;3;Entrepôt nord")
    send(client, key, condition="good", lots="shared")
    client.post(path_in(letters(app)[0]))
    page = client.get(path_in(letters(app)[-1]))
    for site in sorted({part for part in page.text.split('"') if part.startswith("/offre/suivi/")})[:2]:
        assert "Déjà proposé" not in plain(client.get(site.split("/articles")[0]).text)


def test_the_letter_and_the_page_that_confirm_name_what_stands_at_each_site(
    app: Flask, client: FlaskClient
) -> None:
    give(client)
    [letter] = letters(app)
    page = plain(client.get(path_in(letter)).text)
    for told in ("Entrepôt nord", "Siège", "40 × ", "12 × "):
        assert told in plain(letter.body_text)
        assert told in page
    confirmed = client.post(path_in(letter))
    assert str(confirmed.location).startswith("/entreprises/suivi/")
    assert "Siège" in plain(letters(app)[-1].body_text)


def test_an_inventory_that_takes_the_place_of_another_takes_no_photos_of_it(
    app: Flask, client: FlaskClient
) -> None:
    key = begin(client)
    first = bring(client, key, INVENTORY)
    client.post(f"/entreprises/{key}/photos", data={"photos-4": (BytesIO(jpeg()), "ecran.jpg")})
    second = bring(client, key, "Désignation;Quantité\nLampes;1\nChaises;2\nTables;3")
    assert "Les photos étaient celles de la liste d'avant" in plain(client.get(second).text)
    for answer in (client.get(first), client.post(first, data={"record": "oui"})):
        assert answer.location == second
    assert "Une autre liste a remplacé" in plain(client.get(second).text)
    send(client, key, condition="good", lots="shared")

    with app.app_context():
        assert session().exec(select(Photo.id).where(col(Photo.offered_item_id).is_not(None))).all() == []
