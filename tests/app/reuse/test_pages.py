"""Where else to give, as anybody reads it; and what coordinators change of it by hand."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session, transaction
from app.models import ReuseImport, ReusePlace
from app.models.reuse import band_of
from app.models.states import PlaceKind, Role
from app.reuse.objects import mask
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")
FORM = {
    "name": "Recyclerie d'exemple",
    "kind": "recyclery",
    "postal_code": "69700",
    "commune": "Givors",
    "gives": "meuble",
}


@pytest.fixture
def recyclery(app: Flask, clock: FrozenClock) -> int:
    """A place at Givors that takes furniture, as the data says."""
    place = ReusePlace(
        identifier="a", name="Ressourcerie d'exemple", kind=PlaceKind.RECYCLERY, postal_code="69700", commune="GIVORS CEDEX",
        latitude=45.59, longitude=4.77, band=band_of(45.59), gives=mask(["meuble"]), sources="ADEME, SOURCE D'EXEMPLE",
        website="https://exemple.example", phone="04 78 00 00 00",
    )  # fmt: skip
    with app.app_context(), transaction() as current:
        current.add(place)
        current.add(ReuseImport(at=clock(), places=1, newest=clock().date()))
        current.flush()
        return place.id


@pytest.fixture
def desk(client: FlaskClient, build: Builder, sign_in: SignIn) -> FlaskClient:
    sign_in(client, build.account(Role.COORDINATOR))
    return client


def elsewhere(client: FlaskClient, article: str = "une armoire", code: str = "69700") -> str:
    return client.get("/donner-autrement", query_string={"article": article, "code_postal": code}).text


def was(page: str) -> str:
    return str(re.findall(r'name="was" value="([^"]*)"', page)[-1])


def test_the_nearest_are_named_with_whom_the_data_comes_from(client: FlaskClient, recyclery: int) -> None:
    page = elsewhere(client)

    assert "Ressourcerie d’exemple" in page or "Ressourcerie d&#39;exemple" in page
    assert "moins de 1" in page
    assert "tel:0478000000" in page
    assert "Licence Ouverte 2.0" in page
    assert "SOURCE D&#39;EXEMPLE" in page
    assert "23 novembre 2026" in page
    assert "Ecomaison" in page


@pytest.mark.parametrize(
    ("article", "code"), [("armoire", ""), ("", "69700"), ("zzzz", "69700"), ("armoire", "00000"), ("armoire", "33000"), ("", "")]
)  # fmt: skip
def test_where_none_is_known_the_kinds_are_told(
    client: FlaskClient, recyclery: int, article: str, code: str
) -> None:
    page = elsewhere(client, article, code)

    assert "cherchez «" in page
    assert "Ressourcerie d" not in page


def test_what_the_portal_refuses_has_its_own_place_to_go(client: FlaskClient) -> None:
    assert "garage" in elsewhere(client, "pneus")


def test_a_place_is_added_by_hand_and_once(desk: FlaskClient, app: Flask) -> None:
    for _ in range(2):
        assert desk.post("/coordination/lieux/nouveau", data=FORM).status_code == 303

    with app.app_context():
        [place] = session().exec(select(ReusePlace)).all()
    assert (place.by_hand, place.identifier, place.gives, place.band) == (
        True,
        None,
        1,
        band_of(place.latitude),
    )
    page = elsewhere(desk)
    assert "Recyclerie d" in page
    assert "Licence Ouverte" not in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"gives": ""}, "Cochez au moins"), ({"name": ""}, "Écrivez le nom"), ({"kind": "x"}, "Choisissez dans la liste"),
        ({"website": "javascript:alert(1)"}, "adresse entière"), ({"postal_code": "99999"}, "code postal"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_kept(desk: FlaskClient, wrong: dict[str, str], sentence: str) -> None:
    answer = desk.post("/coordination/lieux/nouveau", data=FORM | wrong)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_correction_keeps_what_the_data_knows_better(desk: FlaskClient, app: Flask, recyclery: int) -> None:
    """Its name of a commune is none of ours, and its coordinates are more than a postal code tells."""
    path = f"/coordination/lieux/{recyclery}"
    said = FORM | {"name": "Corrigée", "commune": "GIVORS CEDEX", "was": was(desk.get(path).text)}

    assert desk.post(path, data=said).status_code == 303

    with app.app_context():
        place = session().get_one(ReusePlace, recyclery)
        assert (place.name, place.latitude, place.by_hand, place.sources) == (
            "Corrigée",
            45.59,
            True,
            "ADEME, SOURCE D'EXEMPLE",
        )


def test_who_corrects_what_somebody_has_changed_is_told(
    desk: FlaskClient, app: Flask, recyclery: int
) -> None:
    path = f"/coordination/lieux/{recyclery}"
    stale = was(desk.get(path).text)
    with app.app_context(), transaction() as current:
        current.get_one(ReusePlace, recyclery).phone = "04 78 11 11 11"

    desk.post(path, data=FORM | {"name": "Perdue", "commune": "GIVORS CEDEX", "was": stale})

    with app.app_context():
        assert session().exec(select(col(ReusePlace.name))).one() == "Ressourcerie d'exemple"


def test_nobody_is_sent_to_what_was_removed_until_it_is_handed_back(
    desk: FlaskClient, app: Flask, recyclery: int
) -> None:
    desk.post(f"/coordination/lieux/{recyclery}/retirer")
    assert "Ressourcerie d" not in elsewhere(desk)
    assert "Retiré" in desk.get("/coordination/lieux").text

    desk.post(f"/coordination/lieux/{recyclery}/rendre")
    assert "Ressourcerie d" in elsewhere(desk)
    with app.app_context():
        assert not session().get_one(ReusePlace, recyclery).by_hand


def test_what_was_added_by_hand_is_deleted(desk: FlaskClient, app: Flask) -> None:
    desk.post("/coordination/lieux/nouveau", data=FORM)
    with app.app_context():
        key = session().exec(select(col(ReusePlace.id))).one()

    assert desk.post(f"/coordination/lieux/{key}/rendre").status_code == 404
    assert desk.post(f"/coordination/lieux/{key}/retirer").status_code == 303
    with app.app_context():
        assert session().exec(select(ReusePlace)).all() == []


def test_the_page_of_health_says_how_old_the_data_is(
    client: FlaskClient, build: Builder, sign_in: SignIn, recyclery: int, clock: FrozenClock
) -> None:
    sign_in(client, build.account(Role.ADMINISTRATOR))
    clock.advance(days=40)

    assert "données du 23 novembre 2026" in client.get("/administration/sante").text
