"""A company's list becomes one offer, signed in or not; undone for a day, what is promised apart."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session
from app.models import Account, Committee, Donor, Offer, OfferedItem
from app.models.states import Aside, Condition, MatchState, OfferState
from tests.app.needs.test_routes import plain
from tests.app.sheets.making import xlsx
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

STOCK = [
    ["Déstockage (exemple)"], ["Désignation", "Stock", "État", "Réf"], ["Bureaux", "12", "très bon", "B1"],
    ["Chaises", "40", "", "C2"], ["Bouteille de gaz", "1"], ["TOTAL", "53"],
]  # fmt: skip
TERMS = {
    "condition": "good", "divisible": "y", "postal_code": "69700", "commune": "69091", "transport": "sur-place",
    "available_from": "2026-11-24", "available_until": "2026-12-24", "name": "Entreprise Exemple",
    "email": "stock@essai.example", "company": "Exemple SA",
}  # fmt: skip


def send(client: FlaskClient) -> str:
    """Where the list that was sent is looked through, its wrong line left out."""
    sent = client.post("/offrir/liste", data={"file": (BytesIO(xlsx(STOCK)), "stock.xlsx")})
    where = str(sent.location)
    page = plain(client.get(where).text)
    assert "Le portail ne s'occupe pas de cet article" in page
    assert "Urgence" not in page
    client.post(where, data={"ligne": "5", "laisser-5": "on"})
    return where


def recorded(app: Flask) -> tuple[Offer, list[OfferedItem]]:
    with app.app_context():
        [offer] = session().exec(select(Offer)).all()
        return offer, list(session().exec(select(OfferedItem).order_by(col(OfferedItem.position))))


def test_whoever_has_a_list_offers_it_and_confirms_by_letter(app: Flask, client: FlaskClient) -> None:
    where = send(client)
    asked = client.post(where, data={"record": "oui"}, follow_redirects=True)
    assert "Proposer ces 2 articles" in plain(asked.text)

    give = where.replace("/listes/", "/offrir/liste/")
    refused = client.post(give, data=TERMS | {"postal_code": "1", "condition": ""})
    assert refused.status_code == 422
    assert "Choisissez l'état" in plain(refused.text)
    for _ in range(2):
        done = client.post(give, data=TERMS, follow_redirects=True)
        assert "Il reste une chose à faire" in plain(done.text)

    offer, items = recorded(app)
    assert offer.state is OfferState.UNCONFIRMED
    assert [(item.item, item.quantity, item.condition, item.description) for item in items] == [
        ("bureau", 12, Condition.VERY_GOOD, "Bureaux\nRéf : B1"),
        ("chaise", 40, Condition.GOOD, "Chaises\nRéf : C2"),
    ]
    assert "Annuler toute la liste" in client.get(where).text


def test_a_list_that_says_every_condition_is_not_asked_for_one(app: Flask, client: FlaskClient) -> None:
    sent = client.post("/offrir/liste", data={"text": "12;bureaux;neuf\n4;chaises;bon"})
    give = str(sent.location).replace("/listes/", "/offrir/liste/")
    assert "Dans quel état" not in client.get(give).text
    client.post(give, data={name: value for name, value in TERMS.items() if name != "condition"})

    assert [item.condition for item in recorded(app)[1]] == [Condition.NEW, Condition.GOOD]


@pytest.mark.parametrize("promised", [False, True])
def test_an_offer_from_a_list_is_undone_for_a_day(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, clock: FrozenClock, promised: bool
) -> None:
    where = send(client)
    client.post(where.replace("/listes/", "/offrir/liste/"), data=TERMS | {"spoken": "y"})
    offer, [desk, chair] = recorded(app)
    assert (offer.state, offer.recorded_by_id) == (OfferState.OPEN, coordinator.id)
    if promised:
        build.match(desk, build.need(item="bureau"), state=MatchState.ACCEPTED)

    clock.advance(hours=20)
    undone = client.post(f"{where}/annuler", follow_redirects=True)

    assert ("Un article est retiré" if promised else "2 articles sont retirés") in plain(undone.text)
    offer, [desk, chair] = recorded(app)
    assert offer.state is (OfferState.OPEN if promised else OfferState.WITHDRAWN)
    assert (desk.aside, chair.aside) == (None, Aside.WITHDRAWN if promised else None)


def test_a_list_of_gifts_is_for_who_sent_it(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, sign_in: SignIn
) -> None:
    where = send(client)
    committee: Committee = build.committee()
    member, nobody = app.test_client(), app.test_client()
    sign_in(member, build.account(committee=committee))

    for stranger in (member, nobody):
        assert stranger.get(where).status_code == 404
        assert stranger.post(where, data={"record": "oui"}).status_code == 404
        assert stranger.get(where.replace("/listes/", "/offrir/liste/")).status_code == 404
    with app.app_context():
        assert session().exec(select(Donor)).all() == []
