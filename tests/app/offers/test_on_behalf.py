"""A gift recorded for somebody else: what the volunteer reads, what the person takes home, and who may see either."""

import dataclasses
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Account, Committee, Membership, Offer
from app.models.states import Role
from tests.app.offers.steps import fill, rows, words
from tests.builders import Builder
from tests.conftest import SignIn

pytestmark = pytest.mark.databases("sqlite")
PAUL = {"name": "Paul Exemple", "phone": "06 11 22 33 44", "spoken": "y", "send": "1"}
WITHOUT = PAUL | {"no_email": "y", "email": ""}


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", email="Givors@essai.example", phone="04 00 00 00 01")


@pytest.fixture
def volunteer(client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


Record = Callable[[dict[str, str]], str]


@pytest.fixture
def record(client: FlaskClient, volunteer: Account) -> Record:
    """Fills the form in and sends it; the address of the page after it."""

    def send(typed: dict[str, str]) -> str:
        return str(client.post("/offrir", data=fill(client, **typed)).location)

    return send


def test_the_page_after_sending_speaks_to_the_volunteer_of_the_person(
    client: FlaskClient, record: Record
) -> None:
    page = words(client.get(record(WITHOUT)))

    assert "Don enregistré pour Paul Exemple" in page
    assert "06 11 22 33 44" in page
    assert "dites à Paul Exemple que la réponse vient le jeudi 26 novembre au plus tard" in page
    assert "nos messages arrivent à givors@essai.example" in page


def test_with_an_address_the_volunteer_learns_who_is_written_to(client: FlaskClient, record: Record) -> None:
    page = words(client.get(record(PAUL)))
    assert "La suite est écrite à Paul Exemple, à l'adresse jeanne@essai.example." in page

    asked = words(client.get(record(PAUL | {"spoken": ""})))
    assert "Dites à Paul Exemple d'ouvrir l'e-mail que nous venons d'envoyer à jeanne@essai.example" in asked


def test_the_slip_says_what_comes_by_when_and_whom_to_call(
    client: FlaskClient, record: Record, app: Flask
) -> None:
    slip = words(client.get(record(WITHOUT) + "/fiche"))

    assert f"Votre don : {rows(app, Offer)[0].reference}" in slip
    assert "réponse le jeudi 26 novembre au plus tard" in slip
    assert "Nous vous appelons au 06 11 22 33 44" in slip
    assert "Comité de Givors 04 00 00 00 01" in slip


def with_a_telephone(app: Flask) -> None:
    said = {"phone": "04 11 11 11 11", "phone_hours": "le matin"}
    app.extensions["settings"] = settings = dataclasses.replace(app.extensions["settings"], **said)
    app.jinja_env.globals |= {"portal_phone": settings.phone, "portal_phone_hours": settings.phone_hours}


def test_who_would_rather_call_finds_where_if_the_portal_has_a_number(
    client: FlaskClient, app: Flask
) -> None:
    for path in ("/", "/offrir"):
        assert "Vous préférez le téléphone ?" not in words(client.get(path))

    with_a_telephone(app)

    for path in ("/", "/offrir"):
        assert "Vous préférez le téléphone ? 04 11 11 11 11 , le matin" in words(client.get(path))


def test_the_slip_of_who_has_no_committee_gives_the_portal_s_telephone(
    client: FlaskClient, app: Flask, build: Builder, sign_in: SignIn
) -> None:
    with_a_telephone(app)
    sign_in(client, build.account(Role.COORDINATOR))

    slip = words(client.get(str(client.post("/offrir", data=fill(client, **WITHOUT)).location) + "/fiche"))

    assert "04 11 11 11 11 le matin" in slip


def test_a_volunteer_of_two_committees_records_at_the_one_that_was_chosen(
    client: FlaskClient, record: Record, app: Flask, build: Builder, volunteer: Account
) -> None:
    other = build.committee(name="Comité de Vienne", email="vienne@essai.example", phone="04 00 00 00 02")
    with app.app_context(), transaction() as session:
        row = Membership(account_id=volunteer.id, committee_id=other.id, created_at=volunteer.created_at)
        session.add(row)
    client.get("/mon-comite", query_string={"comite": other.slug})

    key = record(WITHOUT)

    assert "nos messages arrivent à vienne@essai.example" in words(client.get(key))
    assert "Comité de Vienne 04 00 00 00 02" in words(client.get(f"{key}/fiche"))


def test_where_the_chosen_committee_has_no_address_the_volunteer_s_own_stands_in(
    client: FlaskClient, record: Record, app: Flask, build: Builder, volunteer: Account
) -> None:
    other = build.committee(name="Comité de Vienne", email="")
    with app.app_context(), transaction() as session:
        row = Membership(account_id=volunteer.id, committee_id=other.id, created_at=volunteer.created_at)
        session.add(row)
    client.get("/mon-comite", query_string={"comite": other.slug})

    assert f"nos messages arrivent à {volunteer.email.lower()}" in words(client.get(record(WITHOUT)))


def test_the_slip_names_the_committee_that_stands_in_whichever_is_chosen_since(
    client: FlaskClient, record: Record, app: Flask, build: Builder, volunteer: Account
) -> None:
    key = record(WITHOUT)
    other = build.committee(name="Comité de Vienne", email="vienne@essai.example", phone="04 00 00 00 02")
    with app.app_context(), transaction() as session:
        row = Membership(account_id=volunteer.id, committee_id=other.id, created_at=volunteer.created_at)
        session.add(row)
    client.get("/mon-comite", query_string={"comite": other.slug})

    assert "Comité de Givors 04 00 00 00 01" in words(client.get(f"{key}/fiche"))


def test_signed_out_its_address_shows_nothing(
    client: FlaskClient, record: Record, build: Builder, sign_in: SignIn, committee: Committee
) -> None:
    key = record(WITHOUT)
    client.post("/deconnexion")

    for path in (key, f"{key}/fiche"):
        page = client.get(path)
        assert (page.status_code, page.location.partition("?")[0]) == (302, "/connexion")
        assert "Paul" not in page.text

    sign_in(client, build.account(committee=build.committee()))
    assert client.get(key).status_code == client.get(f"{key}/fiche").status_code == 404
    sign_in(client, build.account(committee=committee))
    assert client.get(key).status_code == client.get(f"{key}/fiche").status_code == 200


def test_a_form_that_is_sent_again_after_signing_out_shows_nothing(
    client: FlaskClient, volunteer: Account, build: Builder, sign_in: SignIn
) -> None:
    typed = fill(client, **PAUL) | {"opened_by": str(volunteer.id), "review": "1"}
    del typed["send"]
    assert "Paul" in client.post("/offrir", data=typed).text
    client.post("/deconnexion")

    assert client.post("/offrir", data=typed).location == "/connexion"

    sign_in(client, build.account())
    assert client.post("/offrir", data=typed).location == "/offrir"


def test_what_a_donor_sent_alone_is_seen_by_its_address_as_before(client: FlaskClient) -> None:
    sent = client.post("/offrir", data=fill(client, send="1"), follow_redirects=True)

    assert re.search(r"jeanne@essai.example", sent.text)
