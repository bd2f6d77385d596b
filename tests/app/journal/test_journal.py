"""Every decision in one log: filtered by its address, turned by key, exported; and nobody writes in it."""

import csv
import io
import re
from html import unescape
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.journal.queries import PAGE
from app.models import Account, Committee, Need, Offer
from app.models.states import Reason, Role, Verb
from app.transitions import SYSTEM, Actor, note_decision
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

PATH = "/coordination/journal"


@pytest.fixture
def other(build: Builder) -> Account:
    return build.account(Role.COORDINATOR, name="Éléonore Exemple", email="autre@essai.example")


@pytest.fixture
def lived(
    app: Flask, build: Builder, clock: FrozenClock, coordinator: Account, other: Account
) -> tuple[Committee, Need]:
    """Decisions about one of each: an offer, a need of a committee, a match of another, a donor, an account."""
    committee = build.committee(name="Comité de Givors")
    need, offer = build.need(committee, item="chaise"), build.offer(reference="D777777")
    match = build.match(
        build.offered_item(offer, item="table"),
        build.need(build.committee(name="Comité de Vienne"), item="table"),
    )
    with app.app_context(), transaction() as session:
        mine, hers = Actor.account(coordinator.id), Actor.account(other.id)
        rows: list[Any] = [session.merge(each) for each in (need, offer, match, other)]
        a_need, an_offer, a_match, an_account = rows
        changes = {"changes": {"quantity": [3, 2]}}
        note_decision(session, a_need, Verb.EDIT, mine, clock(), data=changes, from_state="open", note="=1+1")
        note_decision(
            session,
            an_offer,
            Verb.REFUSE,
            hers,
            clock.advance(days=1),
            from_state="unconfirmed",
            reason=Reason.SPAM,
        )
        note_decision(session, a_match, Verb.PROPOSE, SYSTEM, clock.advance(days=1))
        note_decision(session, an_account, Verb.INVITE, mine, clock.advance(days=1))
    return committee, need


def read(client: FlaskClient, query: str = "") -> str:
    page = client.get(f"{PATH}?{query}")
    assert page.status_code == 200
    return " ".join(plain(re.sub(r"<[^>]+>", " ", page.text)).split())


SENTENCES = {
    "need": "Besoin modifié par",
    "offer": "Offre refusée par Éléonore Exemple : Message indésirable",
    "match": "Proposé par le portail",
    "account": "Invitation envoyée par",
}


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", {"need", "offer", "match", "account"}),
        ("qui=eleonore", {"offer"}),
        ("qui=AUTRE@essai", {"offer"}),
        ("qui=personne", set()),
        ("par=system", {"match"}),
        ("comite={committee}", {"need"}),
        ("geste=refuse", {"offer"}),
        ("raison=spam", {"offer"}),
        ("du=2026-11-24&au=2026-11-25", {"offer", "match"}),
        ("geste=invite&raison=truc&du=hier&comite=x", {"account"}),
    ],
)
def test_it_is_filtered_by_its_address(
    client: FlaskClient, lived: tuple[Committee, Need], query: str, left: set[str]
) -> None:
    page = read(client, query.format(committee=lived[0].id))

    assert {name for name, words in SENTENCES.items() if words in page} == left
    assert ("Rien de tel n'a été décidé" in page) == (not left)


def test_before_and_after_are_shown(client: FlaskClient, lived: tuple[Committee, Need]) -> None:
    page = read(client)

    assert "Quantité : 3 → 2" in page
    assert "À confirmer → Ouverte" in page
    assert "Offre D777777" in page


def links(page: str, name: str) -> list[str]:
    return [unescape(link) for link in re.findall(rf'href="([^"]+{name}=\d+[^"]*)"', page)]


def test_pages_are_turned_by_key_while_more_is_decided(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    """What is decided meanwhile moves nothing: no line is seen twice, none is missed, and the way back leads to the newest."""
    offer, numbers = build.offer(), count()

    def decide(times: int) -> None:
        with app.app_context(), transaction() as session:
            row = session.get_one(Offer, offer.id)
            for _ in range(times):
                note_decision(session, row, Verb.EXTEND, SYSTEM, clock(), note=f"mot {next(numbers)}.")
        clock.advance(days=1)

    def notes(page: str) -> list[str]:
        return re.findall(r"mot (\d+)\.", page)

    decide(PAGE + 5)
    decide(PAGE)
    first = client.get(PATH).text
    decide(3)
    second = client.get(*links(first, "avant")).text
    third = client.get(*links(second, "avant")).text

    seen = [*notes(first), *notes(second), *notes(third)]
    assert sorted(map(int, seen)) == list(range(2 * PAGE + 5))
    assert links(third, "avant") == []
    back = client.get(*links(second, "apres")).text
    assert notes(back) == notes(first)
    newest = client.get(*links(back, "apres")).text
    assert len(notes(newest)) == 3
    assert links(newest, "apres") == []


def test_the_file_holds_all_of_it_and_starts_no_formula(
    client: FlaskClient, lived: tuple[Committee, Need]
) -> None:
    answer = client.get(f"{PATH}/tableur")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")
    head, *lines = rows
    assert [row[3] for row in lines[:4]] == ["Invitation", "Proposition", "Refus", "Modification"]
    told = dict(zip(head, lines[3], strict=True))
    assert told["Quand"] == "2026-11-23 10:00:00"
    assert plain(told["Ce qui a changé"]) == "quantité : 3 → 2"
    assert told["Mots"] == "'=1+1"
    assert told["À propos de"].startswith("Besoin")
    assert "besoins" in told["Adresse"]
    only = client.get(f"{PATH}/tableur?raison=spam").text
    assert only.count("Refus;") == 1
    assert "Invitation" not in only


def test_nobody_writes_in_it(app: Flask) -> None:
    rules = [rule for rule in app.url_map.iter_rules() if str(rule.endpoint).startswith("journal.")]

    assert rules
    assert all((rule.methods or set()) <= {"GET", "HEAD", "OPTIONS"} for rule in rules)
