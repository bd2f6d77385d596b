"""Where a gift would go: who looks for it from where the donor is, and the need that they came from."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Offer
from app.models.states import MatchState, NeedState, Role
from tests.app.offers.steps import fill, rows, words
from tests.builders import Builder

AT_ONCE = {"review": "1", "send": "1"}
LYON = {"commune": "Lyon", "latitude": 45.76, "longitude": 4.84}


def piece(client: FlaskClient, typed: str, **more: str) -> str:
    return words(
        client.get("/offrir/compris", query_string={"prefix": "articles-0", "articles-0-what": typed, **more})
    )


def test_who_looks_for_it_follows_the_postal_code_and_says_why(client: FlaskClient, build: Builder) -> None:
    build.need(
        build.committee(name="Comité de Givors", collects_km=10),
        item="lave-linge",
        reason="Une famille relogée",
    )
    build.need(build.committee(name="Comité de Lyon", collects_km=10, **LYON), item="electromenager")

    assert "2 comités en cherchent." in piece(client, "lave-linge")
    near = piece(client, "lave-linge", postal_code="69700", commune="69091")
    assert "2 comités en cherchent, le plus proche à moins de 1 km." in near
    assert "Comité de Givors : « Une famille relogée »" in near
    assert "Une famille" not in piece(client, "lave-linge", postal_code="69001")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("97400", "mais il ne vient pas jusqu'à vous. Proposez-le quand même"),
        ("69001", "mais il ne vient pas jusqu'à vous. Il est à"),
    ],
)
def test_far_away_nothing_is_promised_and_it_is_said_what_then(
    client: FlaskClient, build: Builder, code: str, said: str
) -> None:
    build.need(build.committee(collects_km=5), item="lave-linge")

    far = piece(client, "lave-linge", postal_code=code)

    assert said in far
    assert "Où donner autrement" in far
    assert "8 9" not in far
    assert "à 20 km" not in piece(client, "lave-linge", postal_code="97400")


def test_the_summary_says_where_to_say_that_one_brings_it(client: FlaskClient, build: Builder) -> None:
    build.need(build.committee(collects_km=0), item="lave-linge")
    there = {"what": "lave-linge", "postal_code": "69001", "commune": "69381"}

    summary = words(client.post("/offrir", data=fill(client, **there) | {"review": "1"}))

    assert "si vous pouvez l'apporter jusque-là, choisissez « Modifier » et dites-le." in summary
    assert "plus bas" not in summary


def test_a_donor_who_brings_it_is_within_reach(client: FlaskClient, build: Builder) -> None:
    build.need(build.committee(collects_km=0), item="lave-linge")
    there = {"postal_code": "69001", "delivers_km": "50"}

    assert "ne vient pas" in piece(client, "lave-linge", **there)
    assert "1 comité en cherche, à" in piece(client, "lave-linge", transport="apporte", **there)


def test_the_nearest_that_cannot_come_is_not_called_the_nearest(client: FlaskClient, build: Builder) -> None:
    build.need(build.committee(collects_km=0), item="lave-linge")
    build.need(build.committee(collects_km=100, **LYON), item="lave-linge")

    said = piece(client, "lave-linge", postal_code="69700", commune="69091")

    assert "2 comités en cherchent ; le plus proche de ceux qui peuvent l'avoir est à" in said


def test_the_same_number_is_said_on_every_page(client: FlaskClient, build: Builder) -> None:
    givors, other = build.committee(name="Comité de Givors", slug="givors"), build.committee()
    build.need(givors, item="chaise", quantity=3)
    build.need(other, item="sieges", quantity=2)
    build.need(build.committee(active=False), item="chaise")
    build.need(item="chaise", state=NeedState.MET)
    build.match(need=build.need(item="chaise", quantity=1), quantity=1, state=MatchState.APPROVED)

    assert "Chaise 2 comités en cherchent , 5 en tout" in words(client.get("/"))
    assert "2 comités en cherchent." in piece(client, "chaise")
    assert "2 comités en cherchent." in words(client.get("/offrir?article=chaise"))
    assert "Il en manque 3" in words(client.get("/comites/givors"))
    assert "Il en manque 3" in words(client.get("/besoins?q=chaise"))


def test_the_need_comes_along_from_a_page_or_a_link_and_is_told_to_the_coordinator(
    app: Flask, client: FlaskClient, build: Builder, sign_in: Any
) -> None:
    givors = build.committee(name="Comité de Givors", slug="givors")
    action = build.action(givors, title="Salle de Nioro", slug="salle-de-nioro")
    build.need(givors, item="lave-linge", quantity=3, reason="Une famille relogée", action_id=action.id)
    for page in ("/besoins", "/comites/givors", "/actions/salle-de-nioro"):
        assert "/offrir?article=lave-linge" in client.get(page).text, page
    assert "comite=givors" in client.get("/comites/givors").text
    assert "action=salle-de-nioro" in client.get("/actions/salle-de-nioro").text

    came = client.get("/offrir?article=lave-linge&comite=Givors&action=salle-de-nioro&quantite=2")
    said = "Destinataire souhaité : Comité de Givors (Givors), action « Salle de Nioro »"
    assert said in words(came)
    assert "3 × Lave-linge. « Une famille relogée »" in words(came)
    assert 'value="2"' in came.text

    along = {"wish_committee": "givors", "wish_action": "salle-de-nioro"}
    form = fill(client, what="lave-linge", name="") | along
    assert said in words(client.post("/offrir", data=form | {"review": "1"}))
    summary = client.post("/offrir", data=form | {"name": "Exemple", "review": "1"})
    assert said in words(summary)
    assert 'name="wish_committee" value="givors"' in summary.text
    assert client.post("/offrir", data=form | {"name": "Exemple"} | AT_ONCE).status_code == 303
    [offer] = rows(app, Offer)
    assert (offer.wished_committee_id, offer.wished_action_id) == (givors.id, action.id)
    coordinator = app.test_client()
    sign_in(coordinator, build.account(Role.COORDINATOR))
    shown = words(coordinator.get(f"/coordination/offres/{offer.id}"))
    assert "Le donateur pense à Comité de Givors , Salle de Nioro" in shown


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("comite=nulle-part", "Nous ne trouvons pas le comité"),
        ("action=nulle-part", "Nous ne trouvons pas l'action"),
        ("action=finie", "L'action « Finie » est terminée"),
        ("quantite=beaucoup", "Le lien donne « beaucoup » comme nombre"),
        ("quantite=99999999", "Le lien donne « 99999999 » comme nombre"),
        ("article=%00%E2%80%AE<b>truc</b>", "Nous ne reconnaissons pas encore cet article"),
        ("comite=%00&action=%F0%9F%8E%81&quantite=-1&article=", "Nous ne trouvons pas l'action"),
    ],
)
def test_a_link_that_makes_no_sense_does_no_harm_and_says_so(
    client: FlaskClient, build: Builder, query: str, said: str
) -> None:
    build.action(build.committee(), title="Finie", slug="finie", deadline=date(2020, 1, 1))

    page = client.get(f"/offrir?{query}")

    assert page.status_code == 200
    assert said in words(page)
    assert "<b>truc" not in page.text
    sent = client.post(
        "/offrir", data=fill(client, wish_committee="nulle-part", wish_action="\x00") | AT_ONCE
    )
    assert sent.status_code == 303
