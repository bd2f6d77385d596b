"""Committees and coordinators read why not, and what it would take: what waits, what is taken, what is too far."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

import matching
from app.db import transaction
from app.matches import planning
from app.models import Committee
from app.models.states import Condition, Role, Urgency
from app.transitions import SYSTEM
from app.weights import service as weights
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

LYON: dict[str, Any] = {"postal_code": "69001", "commune": "Lyon", "latitude": 45.767, "longitude": 4.834}


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", collects_km=10)


def plan(app: Flask, clock: FrozenClock) -> None:
    with app.app_context():
        planning.make_plan(clock())


@pytest.fixture
def member_page(app: Flask, build: Builder, committee: Committee, sign_in: SignIn, clock: FrozenClock) -> Any:
    def read() -> str:
        plan(app, clock)
        client = app.test_client()
        sign_in(client, build.account(committee=committee))
        return plain(client.get("/mon-comite").text)

    return read


def test_a_committee_reads_what_it_would_take(build: Builder, committee: Committee, member_page: Any) -> None:
    build.need(committee)
    build.offered_item(build.offer(**LYON), condition=Condition.FOR_PARTS)

    page = member_page()

    assert "c'est à 21 km, et le comité va chercher jusqu'à 10 km" in page
    assert "Il faut les deux :" in page
    assert re.findall(r'<a class="button plain small"[^>]*>([^<]+)', page) == [
        "Élargir à 21 km",
        "Accepter « Pour pièces » pour ce besoin",
    ]


def test_a_gift_that_waits_for_somebody_nearer_is_told_to_those_who_wait(
    app: Flask, build: Builder, committee: Committee, member_page: Any, clock: FrozenClock
) -> None:
    with app.app_context(), transaction() as work:
        weights.choose(work, matching.Weights(patience=4.0, patience_days=10), "", SYSTEM, clock())
    build.need(committee, urgency=Urgency.LOW)
    build.offered_item()

    page = member_page()

    assert "le don attend encore, 10 jours au plus, que quelqu'un de plus proche se présente" in page
    assert "Il faudrait que le besoin soit marqué comme pressé pour ne pas attendre." in page
    clock.advance(days=11)
    assert "attend encore" not in member_page()


def test_a_pressing_need_never_waits(
    app: Flask, build: Builder, committee: Committee, member_page: Any, clock: FrozenClock
) -> None:
    with app.app_context(), transaction() as work:
        weights.choose(work, matching.Weights(patience=4.0), "", SYSTEM, clock())
    build.need(committee, urgency=Urgency.HIGH)
    build.offered_item()
    assert "attend encore" not in member_page()


def test_coordinators_read_it_of_needs_and_of_gifts(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    sign_in: SignIn,
    clock: FrozenClock,
) -> None:
    sign_in(client, build.account(Role.COORDINATOR))
    build.need(committee, quantity=2)
    build.need(build.committee(name="Comité de Vienne"), item="chaise", needed_by=clock().date())
    lot = build.offered_item(quantity=5, divisible=False)
    build.offered_item(build.offer(available_from=clock().date() + timedelta(days=3)), item="chaise")
    plan(app, clock)

    for side in ("besoins", "dons"):
        page = plain(client.get(f"/coordination/pourquoi-pas?cote={side}").text)
        assert "le lot de 5 ne se partage pas, et il en manque 2" in page
        assert "Il faudrait que le donateur partage le lot, ou que le besoin monte à 5." in page
        assert "que le besoin attende jusqu'au 26 novembre 2026" in page
    assert "que le donateur partage le lot" in plain(client.get(f"/coordination/offres/{lot.offer_id}").text)


def test_what_a_committee_received_counts_against_it_and_the_reason_is_told(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, clock: FrozenClock
) -> None:
    """Two committees alike but for what they received: the one that received less is served."""
    sign_in(client, build.account(Role.COORDINATOR))
    rich, poor = build.committee(name="Comité servi"), build.committee(name="Comité oublié")
    received = build.need(rich, item="chaise", quantity=20)
    build.match(
        build.offered_item(item="chaise", quantity=20),
        received,
        state="approved",
        quantity=20,
        approved_at=clock() - timedelta(days=10),
    )
    build.need(rich)
    build.need(poor)
    build.offered_item()
    plan(app, clock)

    board = plain(client.get("/coordination").text)

    assert "Lave-linge pour le Comité oublié" in board
    assert "Lave-linge pour le Comité servi" not in board
    shares = plain(client.get("/coordination/reglages").text).split("La part de chaque comité")[-1]
    assert shares.index("Comité oublié") > shares.index("Comité servi")
