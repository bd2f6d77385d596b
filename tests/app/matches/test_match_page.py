"""The page of one match, and the history of all."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Account, HandoverSlot
from app.models.states import MatchState, Size
from tests.app.matches.pages import text, url
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock


def test_runners_up_are_one_click_away(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    item = build.offered_item()
    match = build.match(item)
    build.need(build.committee(name="Comité de Vienne"))
    build.need(build.committee(name="Comité de Lyon"), minimum_condition="new")
    build.need(item="refrigerateur")
    build.offered_item(build.offer(commune="Ternay"), condition="fair")

    page = text(client.get(url(match, "/autres")))

    assert "Comité de Vienne, pour son besoin « Lave-linge » : noté" in page
    assert "Comité de Lyon, pour son besoin « Lave-linge » : l'état est" in page
    assert "Lave-linge à Ternay : noté" in page
    assert "frigérateur" not in page


def test_the_history_is_read_by_state(client: FlaskClient, build: Builder, coordinator: Account) -> None:
    for state in MatchState:
        build.match(state=state)

    assert client.get("/coordination/rapprochements").text.count('<th scope="row">') == len(MatchState)
    assert client.get("/coordination/rapprochements?etat=lapsed").text.count('<th scope="row">') == 1
    assert client.get("/coordination/rapprochements?etat=xyz&page=%00").status_code == 200
    assert "Aucun rapprochement ici" in client.get("/coordination/rapprochements?page=99999999").text


def test_the_history_tells_who_did_what_last_of_one_committee(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    vienne = build.committee(name="Comité de Vienne")
    match, _other = build.match(None, build.need(vienne)), build.match()
    client.post(url(match, "/ecarter"), data={"reason": "too_far"})

    page = text(client.get(f"/coordination/rapprochements?comite={vienne.id}"))

    assert page.count('<th scope="row">') == 1
    assert "Écarté par Coordinatrice Exemple : C'est trop loin" in page
    assert client.get("/coordination/rapprochements?comite=abc&etat=%00").text.count('<th scope="row">') == 2


@pytest.mark.parametrize("state", list(MatchState))
def test_every_state_has_its_page(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, state: MatchState
) -> None:
    match = build.match(state=state, approved_at=clock(), answer_by=clock())

    assert client.get(url(match)).status_code == 200


def test_the_mail_ledger_stands_on_the_page_of_the_match(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    match = build.match()
    client.post(url(match, "/approuver"))

    page = text(client.get(url(match)))

    assert "Approuvé par Coordinatrice Exemple" in page
    assert page.count("en attente") == 2


@pytest.mark.parametrize(
    "back",
    [
        "https://ailleurs.example",
        "//ailleurs.example",
        "/coordination//x",
        "/offrir",
        "/coordination\r\nX: y",
    ],
)
def test_the_way_back_stays_in_the_coordinators_room(
    client: FlaskClient, build: Builder, coordinator: Account, back: str
) -> None:
    match = build.match()

    answer = client.post(url(match, "/approuver"), data={"retour": back})

    assert answer.location == f"/coordination?fait={match.id}"


@pytest.mark.parametrize("verb", ["", "/autres"])
def test_an_unknown_match_has_no_page(client: FlaskClient, coordinator: Account, verb: str) -> None:
    assert client.get(f"/coordination/rapprochements/999{verb}").status_code == 404
    assert client.post("/coordination/rapprochements/999/approuver").status_code == 404
    assert (
        client.post("/coordination/rapprochements/999/ecarter", data={"reason": "other"}).status_code == 404
    )
    assert client.get("/coordination/rapprochements/99999999999999999999").status_code == 404


def test_a_gift_that_is_not_there_yet_says_from_when(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    """Approved today, fetched in vain tomorrow: the card told the end alone."""
    first, last = clock().date() + timedelta(days=10), clock().date() + timedelta(days=30)
    build.match(build.offered_item(build.offer(available_from=first, available_until=last)))
    build.match()

    page = text(client.get("/coordination"))

    assert "du 3 décembre 2026 au 23 décembre 2026" in page
    assert "jusqu'au 22 janvier 2027" in page


def test_runners_up_are_told_as_long_as_there_is_something_to_decide(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    """Of what was promised the page said that nobody else was looking for it, with ten needs open."""
    match = build.match()
    build.need()
    assert "Qui d'autre ?" in text(client.get(url(match)))

    client.post(url(match, "/approuver"))

    assert "Qui d'autre ?" not in text(client.get(url(match)))


def test_the_page_of_a_match_says_what_is_missing_now_and_which_times_were_proposed(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    match = build.match(
        build.offered_item(quantity=1), build.need(quantity=2), state=MatchState.APPROVED, quantity=1
    )
    handover = build.handover(match)
    start = clock() + timedelta(days=2)
    build._save(HandoverSlot(handover_id=handover.id, starts_at=start, ends_at=start + timedelta(hours=2)))

    page = text(client.get(url(match)))

    assert "1 sur 2 demandés" in page
    assert "Moments proposés" in page
    assert "de 10 h à 12 h" in page


def test_things_are_called_the_same_with_the_same_apostrophe_everywhere(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    build.match(
        build.offered_item(item="clavier-ordinateur"),
        build.need(item="clavier-ordinateur"),
        score=0.9,
        distance_km=2.0,
    )

    for path in ("/coordination", "/coordination/evidents", "/coordination/offres"):
        page = client.get(path).text
        assert "Clavier d’ordinateur" in page, path
        assert "Clavier d&#39;ordinateur" not in page.replace("&amp;", "&"), path


def test_how_big_a_thing_is_stands_where_it_matters(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    usual = words(client.get(url(build.match())))
    narrow = words(client.get(url(build.match(need=build.need(build.committee(largest_size=Size.LARGE))))))
    large = words(client.get(url(build.match(build.offered_item(size=Size.VERY_LARGE)))))

    assert "Encombrement" not in usual
    assert "Encombrement Il faut être deux et une camionnette" in narrow
    assert "Prend au plus Il faut être deux et une camionnette" in narrow
    assert "Encombrement Il faut un camion, ou démonter" in large
