"""Somebody with several committees lands where an answer is awaited, and sees where else one is."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Account, Committee, Handover, Membership
from app.models.states import MatchState
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def committees(build: Builder) -> tuple[Committee, Committee]:
    return build.committee(name="Comité A", slug="a"), build.committee(name="Comité B", slug="b")


@pytest.fixture
def member(
    app: Flask,
    build: Builder,
    client: FlaskClient,
    sign_in: SignIn,
    clock: FrozenClock,
    committees: tuple[Committee, Committee],
) -> Account:
    account = build.account(committee=committees[0])
    with app.app_context(), transaction() as session:
        session.add(Membership(account_id=account.id, committee_id=committees[1].id, created_at=clock()))
    sign_in(client, account)
    return account


def current(page: str) -> str:
    """The committee that a page is about."""
    [found] = re.findall(r'<a href="[^"]*" aria-current="true">(Comité \w)', page)
    return str(found)


def test_one_lands_where_an_answer_is_awaited(
    client: FlaskClient, build: Builder, member: Account, committees: tuple[Committee, Committee]
) -> None:
    assert current(client.get("/mon-comite").text) == "Comité A"

    build.match(need=build.need(committees[1]), state=MatchState.APPROVED)

    page = client.get("/mon-comite")
    assert current(page.text) == "Comité B"
    assert "Un don attend votre réponse" in words(page)
    elsewhere = client.get("/mon-comite?comite=a")
    assert current(elsewhere.text) == "Comité A"
    assert "Comité B 1 à répondre" in words(elsewhere)
    assert "Mon comité 1" in words(elsewhere)
    assert current(client.get("/mon-comite").text) == "Comité A", "what was chosen stays chosen"


@pytest.mark.parametrize("path", ["/besoins/nouveau", "/mon-comite/preferences"])
def test_what_is_filled_in_for_one_committee_is_not_sent_for_the_other(
    client: FlaskClient, build: Builder, member: Account, committees: tuple[Committee, Committee], path: str
) -> None:
    """Meanwhile a colleague may answer, and the page would be about the first one again."""
    build.match(need=build.need(committees[1]), state=MatchState.APPROVED)

    page = client.get(path).text

    assert current(page) == "Comité B"
    assert f'<form method="post" action="{path}?comite=b"' in page


def test_the_pages_after_a_gift_are_about_its_committee(
    client: FlaskClient, build: Builder, member: Account, committees: tuple[Committee, Committee]
) -> None:
    match = build.match(need=build.need(committees[1]), state=MatchState.APPROVED)
    client.get("/mon-comite?comite=a")

    client.get(f"/mon-comite/dons/{match.id}")

    assert current(client.get("/mon-comite/besoins").text) == "Comité B"


@pytest.mark.parametrize("state", [MatchState.APPROVED, MatchState.ACCEPTED])
def test_a_donor_who_wants_another_time_waits_for_the_committee(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    clock: FrozenClock,
    member: Account,
    committees: tuple[Committee, Committee],
    state: MatchState,
) -> None:
    match = build.match(need=build.need(committees[0]), state=state, committee_answered_at=clock())
    handover = build.handover(match)
    assert "Un don attend votre réponse" not in words(client.get("/mon-comite"))

    with app.app_context(), transaction() as session:
        session.get_one(Handover, handover.id).donor_note = "le samedi"

    page = words(client.get("/mon-comite"))
    assert "Un don attend votre réponse" in page
    assert "Le donateur préfère un autre moment" in page
    assert "Mon comité 1" in page


def test_a_committee_sees_no_gift_before_the_coordinator_s_time_to_undo_is_over(
    client: FlaskClient,
    build: Builder,
    clock: FrozenClock,
    member: Account,
    committees: tuple[Committee, Committee],
) -> None:
    build.match(need=build.need(committees[0]), state=MatchState.APPROVED, approved_at=clock())

    clock.advance(seconds=59)
    page = words(client.get("/mon-comite"))
    assert "Un don attend votre réponse" not in page
    assert "Mon comité 1" not in page

    clock.advance(seconds=1)
    page = words(client.get("/mon-comite"))
    assert "Un don attend votre réponse" in page
    assert "Mon comité 1" in page
