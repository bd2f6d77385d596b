"""Lists that grow with the portal are read a page at a time, and found by what is typed above them."""

from collections.abc import Iterable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from app.db import transaction
from app.models import Account, Committee, Need, RefusedAddress
from app.models.states import Role
from app.web.alphabet import LONGEST_MENU
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain


@pytest.fixture(autouse=True)
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR, name="Coordinatrice Exemple")
    sign_in(client, account)
    return account


def write(app: Flask, rows: Iterable[SQLModel]) -> None:
    with app.app_context(), transaction() as session:
        session.add_all(rows)


def test_committees_are_read_by_the_page_and_found_by_name(client: FlaskClient, build: Builder) -> None:
    organisation = build.organisation(name="Association d'exemple")
    build.organisation(name="Zeste sans comité")
    for number in range(1, 61):
        build.committee(organisation_id=organisation.id, name=f"Comité {number:02}", active=number != 60)

    first, second = (plain(client.get(f"/coordination/comites?page={page}").text) for page in (1, 2))

    assert ("Comité 01" in first, "Comité 60" in first, "Page 1 sur 2" in first) == (True, False, True)
    assert ("Comité 01" in second, "Comité 60" in second, "Zeste sans comité" in second) == (
        False,
        True,
        True,
    )
    found = plain(client.get("/coordination/comites?texte=comite+60").text)
    assert ("Comité 60" in found, "Comité 59" in found, "Page suivante" in found) == (True, False, False)
    assert "Rien ne correspond ici" in client.get("/coordination/comites?texte=ailleurs").text


def test_accounts_are_read_by_the_page_and_found_by_name_or_address(
    client: FlaskClient, build: Builder
) -> None:
    for number in range(1, 56):
        build.account(name=f"Membre Émile {number:02}", email=f"membre{number:02}@exemple.example")

    first, second = (plain(client.get(f"/coordination/comptes?page={page}").text) for page in (1, 2))

    assert ("Membre Émile 01" in first, "Membre Émile 55" in first) == (True, False)
    assert ("Membre Émile 01" in second, "Membre Émile 55" in second) == (False, True)
    for typed in ("emile+55", "membre55@exemple"):
        found = plain(client.get(f"/coordination/comptes?texte={typed}").text)
        assert ("Membre Émile 55" in found, "Membre Émile 54" in found) == (True, False)
    assert "Rien ne correspond ici" in client.get("/coordination/comptes?texte=personne").text


def test_addresses_that_receive_nothing_are_all_within_reach(
    app: Flask, client: FlaskClient, clock: FrozenClock
) -> None:
    write(
        app,
        (
            RefusedAddress(
                email=f"refus{number:02}@exemple.example",
                reason="550",
                at=clock() - timedelta(hours=number),
            )
            for number in range(1, 36)
        ),
    )

    first, second = (client.get(f"/coordination/courriels?page={page}").text for page in (1, 2))

    assert ("refus01@" in first, "refus35@" in first, "Page suivante" in first) == (True, False, True)
    assert ("refus01@" in second, "refus35@" in second, "Page suivante" in second) == (False, True, False)


def test_among_hundreds_of_committees_one_is_looked_for(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    first = build.committee(name="Comité 000")
    member = build.account(name="Membre Exemple", committee=first)
    same = first.model_dump(exclude={"id", "slug", "name"})
    write(
        app,
        (
            Committee(**same, slug=f"c-{number}", name=f"Comité {number:03}")
            for number in range(1, LONGEST_MENU + 1)
        ),
    )
    key = first.id
    page = f"/coordination/comptes/{member.id}"

    opened = client.get(page).text
    assert ("Comité 000" in opened, "Comité 004" in opened) == (True, False)
    sought = {"role": "member", "committees": [str(key)], "sought": "comite 004", "chercher": "1"}
    looked = client.post(page, data=sought)
    assert looked.status_code == 200
    assert [f"Comité {number}" in looked.text for number in ("000", "004", "005")] == [True, True, False]

    saved = client.post(page, data={"role": "member", "committees": [str(key), str(key + 4)]})

    assert saved.status_code == 303
    listed = plain(client.get("/coordination/comptes?texte=membre+exemple").text)
    assert "Comité 000, Comité 004" in listed

    need = build.need(first).model_dump(exclude={"id", "submission_key", "committee_id"})
    write(
        app,
        (
            Need(**need, submission_key=f"b-{number}", committee_id=key + number)
            for number in range(1, LONGEST_MENU + 1)
        ),
    )
    menu = '<select id="comite"'
    assert menu not in client.get("/coordination/pourquoi-pas").text
    chosen = client.get(f"/coordination/pourquoi-pas?comite={key + 7}").text
    assert menu in chosen
    assert (f'value="{key + 7}" selected' in chosen, f'value="{key + 8}"' in chosen) == (True, False)
