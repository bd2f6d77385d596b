"""« Pourquoi pas ? » tells the truth of each need and each gift, is read by pages, and says how fresh it is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.explaining.why_not import explain_misses
from app.matches import planning
from app.models import Account, JobRun
from app.models.states import Role
from notifications.models import Outcome
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

PAGE = "/coordination/pourquoi-pas"


@pytest.fixture(autouse=True)
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR)
    sign_in(client, account)
    return account


def read(client: FlaskClient, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return plain(answer.text)


def plan(app: Flask, clock: FrozenClock) -> None:
    with app.app_context():
        planning.make_plan(clock())


def ran(app: Flask, at: datetime, outcome: Outcome) -> None:
    with app.app_context(), transaction() as work:
        work.add(JobRun(name="rapprochements", started_at=at, outcome=outcome))


def test_a_need_served_in_part_is_not_told_that_nothing_of_the_kind_exists(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    build.need(quantity=5)
    build.offered_item(quantity=2)
    plan(app, clock)

    page = read(client)

    assert "3 × Lave-linge" in page
    assert "En plus de 2 pièces déjà proposées ou promises." in page
    assert "Aucun autre don de ce genre n'est libre en ce moment." in page


def test_what_came_since_the_last_plan_is_not_judged_yet(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    ran(app, clock(), Outcome.OK)
    clock.advance(minutes=1)
    build.need()
    build.offered_item()

    for side in ("besoins", "dons"):
        page = read(client, f"{PAGE}?cote={side}")
        assert "Arrivé depuis le dernier calcul : le prochain l'examinera." in page
        assert "en ce moment" not in page
        assert "Propositions calculées il y a 1 minute." in page


def test_a_need_of_a_closed_committee_or_of_an_action_that_is_over_says_so(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    build.need(build.committee(active=False))
    over = build.action(deadline=clock().date() - timedelta(days=1))
    build.need(action_id=over.id)
    plan(app, clock)

    assert read(client).count("Le comité est fermé, ou l'action est terminée") == 2


def test_both_sides_are_paged_and_narrowed(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    vienne = build.committee(name="Comité de Vienne")
    build.need(vienne, item="chaise")
    for _ in range(22):
        build.need(item="velo-adulte")
        build.offered_item(item="table-cuisine")
    plan(app, clock)

    first, second = read(client), read(client, f"{PAGE}?page=2")
    assert ("23 besoins sans don" in first, "Page 1 sur 2" in first) == (True, True)
    assert (first.count("card unserved"), second.count("card unserved")) == (20, 3)
    assert read(client, f"{PAGE}?comite={vienne.id}").count("card unserved") == 1
    assert read(client, f"{PAGE}?texte=chaise vienne").count("card unserved") == 1
    gifts = f"{PAGE}?cote=dons"
    assert read(client, f"{gifts}&page=2&texte=table givors").count("card unserved") == 2
    assert "Rien ne correspond ici." in read(client, f"{gifts}&texte=zzz")
    assert read(client, f"{PAGE}?page=99999").count("card unserved") == 3, "the last page"
    for nonsense in ("cote=%00", "page=-1", "comite=abc&texte=%00%00", "page=99999999999999999999"):
        read(client, f"{PAGE}?{nonsense}")


def test_the_same_reason_is_told_once_with_all_that_it_kept_away() -> None:
    def miss(commune: str, **detail: Any) -> dict[str, Any]:
        size = {"size": "medium", "largest_size": "small"}
        told = {"item": "lave-linge", "commune": commune, "condition": "good"}
        return {"other": 1, "broken": ["size"], "detail": size | detail, "told": told}

    found = explain_misses([miss("Lyon"), miss("Vienne"), miss("Lyon"), miss("Givors", size="large")])

    assert len(found) == 2
    assert plain(found[0]).startswith("Lave-linge à Lyon (2), Lave-linge à Vienne : c'est trop grand")
    assert plain(found[1]).startswith("Lave-linge à Givors : ")


@pytest.mark.parametrize(
    ("outcome", "minutes", "told"),
    [
        (Outcome.FAILED, 1, "Le dernier calcul des propositions a échoué"),
        (Outcome.RUNNING, 1, "Un calcul des propositions est en cours"),
        (Outcome.RUNNING, 300, "Le dernier calcul des propositions a échoué"),
        (Outcome.OK, 3, "Propositions calculées il y a 3 minutes."),
        (Outcome.OK, 300, "la dernière fois, c'était il y a 5 heures"),
        (None, 0, "Les propositions n'ont pas encore été calculées"),
    ],
)
def test_the_board_says_how_fresh_it_is(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    clock: FrozenClock,
    outcome: Outcome | None,
    minutes: int,
    told: str,
) -> None:
    build.match()
    if outcome is not None:
        ran(app, clock(), outcome)
    clock.advance(minutes=minutes)

    for address in ("/coordination", PAGE):
        assert told in read(client, address)


def test_an_administrator_is_led_to_what_went_wrong(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    ran(app, clock(), Outcome.FAILED)
    assert "prévenez l'administrateur" in read(client, "/coordination")

    sign_in(client, build.account(Role.ADMINISTRATOR))

    page = read(client, "/coordination")
    assert "prévenez l'administrateur" not in page
    assert 'href="/administration/sante">Voir pourquoi' in page
