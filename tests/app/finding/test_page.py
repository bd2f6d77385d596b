"""The one search of a coordinator's pages."""

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models.states import Role
from tests.app.offers.steps import counted
from tests.builders import Builder
from tests.conftest import SignIn

PATH = "/coordination/chercher"


@pytest.fixture
def coordinator(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.COORDINATOR))
    return client


def says(client: FlaskClient, **query: str) -> str:
    """The words of the results."""
    answer = client.get(PATH, query_string=query, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_committee_neither_finds_donors_nor_sees_where_to_search(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    build.offer(build.donor(phone="06 00 00 00 83"))
    assert client.get(PATH).status_code == 302

    sign_in(client, build.account(committee=build.committee()))

    assert client.get(PATH, query_string={"q": "0600000083"}).status_code == 403
    assert "partout" not in client.get("/mon-comite").text


def test_a_caller_is_found_with_all_his_offers_by_a_number_with_spaces(
    coordinator: FlaskClient, build: Builder
) -> None:
    donor = build.donor(name="Jean-François Exemple", phone="06 00 00 00 83")
    part = build.donor(merged_into_id=donor.id)
    for reference, giver in (("DAAA", donor), ("DBBB", part)):
        offer = build.offer(giver, reference=reference, contact_phone="06 00 00 00 83")
        build.offered_item(offer, item="chaise", quantity=4)

    page = says(coordinator, q="06 00 00 00 83")

    assert "Donateurs : 1, Offres : 2." in page
    assert "Jean-François Exemple" in page
    assert page.count("DAAA") == page.count("DBBB") == 2
    assert "4 × Chaise" in page


def test_every_page_of_a_coordinator_has_it(coordinator: FlaskClient) -> None:
    for path in ("/coordination", "/coordination/offres", PATH):
        assert 'name="q" type="search"' in coordinator.get(path).text


def test_what_is_not_found_is_said_with_what_to_try(coordinator: FlaskClient) -> None:
    page = says(coordinator, q="introuvable ici")

    assert "Rien trouvé pour « introuvable ici »." in page
    assert "Chercher un mot seul : introuvable , ici" in page
    assert "quatre chiffres suffisent" in page
    assert "quatre chiffres suffisent" in says(coordinator)


def test_many_of_a_kind_are_paged(coordinator: FlaskClient, build: Builder) -> None:
    committee = build.committee(name="Comité de Vienne")
    for _ in range(23):
        build.need(committee)

    assert "Besoins (23)" in says(coordinator, q="vienne")
    assert says(coordinator, q="vienne").count("1 × Lave-linge") == 5
    assert says(coordinator, q="vienne", quoi="need").count("1 × Lave-linge") == 20
    assert says(coordinator, q="vienne", quoi="need", page="2").count("1 × Lave-linge") == 3


def test_it_asks_as_much_for_twenty_as_for_one(coordinator: FlaskClient, app: Flask, build: Builder) -> None:
    def live() -> None:
        match = build.match(build.offered_item(build.offer(build.donor(name="Exemple"))))
        assert match.id

    for _ in range(6):
        live()
    says(coordinator, q="exemple")
    with counted(app) as one:
        coordinator.get(PATH, query_string={"q": "exemple essai"})
    for _ in range(6):
        live()
    with counted(app) as many:
        coordinator.get(PATH, query_string={"q": "exemple essai"})

    assert len(one) == len(many)
