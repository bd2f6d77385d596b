"""A committee or an association changes its name in addresses: every former one leads on for ever, and is nobody else's."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import session
from app.models import Committee, Organisation
from app.models.states import Part, Role
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import SignIn

pytestmark = pytest.mark.databases("sqlite")

ADDRESS = "/comites/givors/adresse"


@pytest.fixture
def association(
    app: Flask, build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn
) -> str:
    """The name of the association, whose coordinator is signed in."""
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=committee.organisation_id))
    with app.app_context():
        return session().get_one(Organisation, committee.organisation_id).slug


def change(client: FlaskClient, path: str, slug: str) -> str:
    """What is said where it is refused; nothing where it is not."""
    answer = client.post(path, data={"slug": slug})
    assert answer.status_code in {303, 422}
    return words(answer) if answer.status_code == 422 else ""


def test_every_former_address_leads_on_with_what_it_asked(
    app: Flask, client: FlaskClient, committee: Committee, association: str
) -> None:
    rename = f"/coordination/associations/{association}/adresse"
    assert not change(client, ADDRESS, "spf-givors")
    assert not change(client, "/comites/spf-givors/adresse", "Givors-69")
    assert not change(client, rename, "spf")

    visitor = app.test_client()
    for old in ("givors", "spf-givors"):
        for kind in ("/comites/{}", "/integrer/{}"):
            for rest in (
                "",
                "/affiche",
                "/besoins.atom?x=1&y=a+b",
                "/ouverture.ics",
                "/impact",
                "/carte.png",
            ):
                if kind == "/comites/{}" or not rest:
                    moved = visitor.get(kind.format(old) + rest)
                    assert moved.status_code == 301
                    assert moved.location == kind.format("givors-69") + rest
                    assert visitor.get(moved.location).status_code == 200
        assert visitor.get(f"/api/v1/committees/{old}").location == "/api/v1/committees/givors-69"
        gift = visitor.get(f"/offrir?article=lave-linge&comite={old}")
        assert gift.location == "/offrir?article=lave-linge&comite=givors-69"
    for path in (
        "/associations/{}",
        "/associations/{}/besoins.json",
        "/associations/{}/impact",
        "/comites?association={}",
        "/api/v1/associations/{}",
    ):
        assert visitor.get(path.format(association)).location == path.format("spf")
    sent = client.post(ADDRESS, data={"slug": "givors-70"})
    assert (sent.status_code, sent.location) == (308, "/comites/givors-69/adresse")
    assert visitor.get("/comites/jamais-vu").status_code == 404
    assert "Autrefois" in words(client.get("/comites/givors-69/adresse"))
    assert "Adresse sur le site changée par" in words(client.get(f"/coordination/comites/{committee.id}"))


def test_who_works_there_meanwhile_goes_on_with_the_same_committee(
    client: FlaskClient, build: Builder, committee: Committee, association: str, sign_in: SignIn
) -> None:
    member = client.application.test_client()
    account = build.account(committee=build.committee(name="Avant", slug="avant"))
    build.joins(account, committee)
    sign_in(member, account)
    assert "besoin" in words(member.get("/mon-comite/besoins?comite=givors"))
    assert not change(client, ADDRESS, "spf-givors")

    assert committee.name in words(member.get("/mon-comite/espace-numerique"))
    said = {"shown": "y", "computers": "3"}
    assert member.post("/mon-comite/espace-numerique?comite=givors", data=said).status_code == 303
    assert member.get("/comites/spf-givors/espace-numerique").status_code == 200


def test_no_former_address_breaks_what_leads_on(
    client: FlaskClient, committee: Committee, association: str
) -> None:
    assert not change(client, ADDRESS, "spf-givors")
    for path in ("/x%0Ay/comites/givors", "/%0A?comite=givors", "/x%3Fy/comites/givors"):
        moved = client.get(path)
        assert moved.status_code == 301
        assert moved.location.startswith(path.partition("comites")[0].partition("?")[0])
    program = client.get("/api/v1/committees/givors")
    assert program.headers["Access-Control-Allow-Origin"] == "*"


def test_a_former_address_is_nobody_elses_but_its_own_again(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, association: str
) -> None:
    other = build.committee(slug="autre", organisation_id=committee.organisation_id)
    change(client, ADDRESS, "spf-givors")

    assert "prise, ou l'a été" in change(client, "/comites/autre/adresse", "givors")
    assert "prise, ou l'a été" in change(client, "/comites/autre/adresse", "spf-givors")
    founded = {"name": "Givors", "organisation_id": str(committee.organisation_id), "country": "FR", "postal_code": "69700", "email": "g@essai.example", "language": "fr", "collects_km": "0", "collects_at_once": "1", "largest_size": "small"}  # fmt: skip
    assert client.post("/coordination/comites/nouveau", data=founded).status_code == 303
    with app.app_context():
        names = session().exec(select(Committee.slug).where(Committee.id != other.id)).all()
        assert sorted(names) == ["givors-2", "spf-givors"]

    assert not change(client, "/comites/spf-givors/adresse", "givors")
    assert client.get("/comites/givors").status_code == 200
    assert client.get("/comites/spf-givors").location == "/comites/givors"


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("", "Écrivez l'adresse"),
        ("secours populaire", "sans accent"),
        ("-givors", "sans accent"),
        ("givors--ville", "sans accent"),
        ("évry", "sans accent"),
        ("../admin", "sans accent"),
        ("a" * 71, "70 signes au plus"),
        ("nouveau", "se sert de ce mot"),
    ],
)
def test_what_is_no_address_gets_a_sentence(
    client: FlaskClient, association: str, slug: str, said: str
) -> None:
    for path in (ADDRESS, f"/coordination/associations/{association}/adresse"):
        assert said in change(client, path, slug)
    assert client.get("/comites/givors").status_code == 200


def test_only_who_answers_for_it_changes_it(
    client: FlaskClient, build: Builder, committee: Committee, association: str, sign_in: SignIn
) -> None:
    sign_in(client, build.account(Role.COORDINATOR, organisation_id=build.organisation().id))
    assert client.post(ADDRESS, data={"slug": "pirate"}).status_code == 404
    path = f"/coordination/associations/{association}/adresse"
    assert client.post(path, data={"slug": "pirate"}).status_code == 404
    sign_in(client, build.account(committee=committee, part=Part.RESPONSIBLE))
    assert client.post(path, data={"slug": "pirate"}).status_code == 403
    assert not change(client, ADDRESS, "spf-givors")
