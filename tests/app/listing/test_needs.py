"""A committee's list from elsewhere becomes its needs: looked through line by line, all or nothing, undone for a day."""

import re
from datetime import date
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from app.db import session, transaction
from app.listing import service
from app.listing.waiting import work_now
from app.models import Account, Committee, Decision, Listing
from app.models.states import Condition, MatchState, NeedState, Role, Urgency, Verb
from tests.app.needs.test_routes import needs, plain
from tests.app.sheets.making import ods, xlsx
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", slug="givors")


@pytest.fixture
def member(build: Builder, client: FlaskClient, sign_in: SignIn, committee: Committee) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


def send(client: FlaskClient, content: bytes, name: str = "liste.csv") -> str:
    """Where the list that was sent is looked through."""
    answer = client.post("/besoins/coller", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def fields(page: str, number: int) -> dict[str, str]:
    """What the form of a line holds."""
    found = dict(re.findall(rf'name="([a-z]+-{number})" type="text"[^>]*? value="([^"]*)"', page))
    chosen = re.findall(
        rf'<select id="(\w+-{number})".*?(?:<option value="(\w*)" selected>.*?)?</select>', page, re.S
    )
    return found | {name: value for name, value in chosen if value} | {"ligne": str(number)}


def mend(client: FlaskClient, where: str, number: int, **said: str) -> TestResponse:
    """Put one line right, as the page shows it."""
    page = client.get(where).text
    data = fields(page, number) | {f"{name}-{number}": value for name, value in said.items()}
    return client.post(where, data=data, follow_redirects=True)


SHEET = [
    ["Inventaire", "<<", "<<"], ["Article", "Nombre", "État", "Avant le", "Urgence"], ["CUISINE"],
    ["Frigo", "2", "bon", "2027-01-15", "très urgent"], ["Chaises", "beaucoup", ""], ["truc bleu", "1", ""],
    ["Frigo", "2", "bon"], ["TOTAL", "5"],
]  # fmt: skip


@pytest.mark.parametrize("write", [xlsx, ods])
def test_a_workbook_is_looked_through_put_right_and_declared(
    app: Flask, client: FlaskClient, member: Account, write: object
) -> None:
    where = send(client, write(SHEET), "inventaire d'été.xlsx")  # type: ignore[operator]
    page = plain(client.get(where).text)
    assert "inventaire d'été.xlsx" in page
    assert "Le nombre n'est pas lisible" in page
    assert "À corriger (1)" in page
    assert "Laissées de côté (4)" in page
    assert "Répétées (1)" in page

    refused = client.post(where, data={"record": "oui"}, follow_redirects=True)
    assert "Rien n'est enregistré encore" in plain(refused.text)
    assert needs(app) == []

    mend(client, where, 5, quantite="12")
    unknown = client.get(f"{where}?voir=inconnues").text
    assert "truc bleu" in unknown
    assert 'id="ligne-4"' not in unknown
    mend(client, f"{where}?voir=comprises", 6, laisser="on")
    mend(
        client, f"{where}?voir=comprises", 7, article="Table basse", quantite="3", etat="", precisions="ronde"
    )
    done = client.post(where, data={"record": "oui"}, follow_redirects=True)

    assert "3 besoins sont déclarés" in plain(done.text)
    assert [
        (need.item, need.quantity, need.minimum_condition, need.urgency, need.needed_by, need.description)
        for need in needs(app)
    ] == [
        ("refrigerateur", 2, Condition.GOOD, Urgency.CRITICAL, date(2027, 1, 15), "Frigo"),
        ("chaise", 12, Condition.FAIR, Urgency.NORMAL, None, "Chaises"),
        ("table-basse", 3, Condition.FAIR, Urgency.NORMAL, None, "ronde"),
    ]
    client.post(where, data={"record": "oui"})
    assert len(needs(app)) == 3, "a second click declares nothing more"


def test_one_decision_tells_of_the_list_and_undoing_it_spares_what_is_promised(
    app: Flask, client: FlaskClient, build: Builder, member: Account, clock: FrozenClock, sign_in: SignIn
) -> None:
    where = send(client, b"Article;Nombre\nLits;2\nTables;3\nChaises;4")
    client.post(where, data={"record": "oui"})
    with app.app_context():
        [decision] = session().exec(select(Decision)).all()
        assert (decision.verb, decision.data, decision.account_id) == (Verb.DECLARE, {"needs": 3}, member.id)
    build.match(need=needs(app)[0], state=MatchState.ACCEPTED)
    build.match(need=needs(app)[1], state=MatchState.PROPOSED)
    desk = app.test_client()
    sign_in(desk, build.account(Role.COORDINATOR))
    told = desk.get(f"/coordination/besoins/{needs(app)[0].id}").text
    assert "Liste de besoins déclarée par" in plain(told)

    clock.advance(hours=23)
    undone = client.post(f"{where}/annuler", follow_redirects=True)

    assert "2 besoins sont retirés. Un autre reste" in plain(undone.text)
    assert [need.state for need in needs(app)] == [NeedState.OPEN, NeedState.WITHDRAWN, NeedState.WITHDRAWN]
    assert "Annuler toute la liste" not in undone.text


def test_a_list_is_not_undone_after_a_day(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    where = send(client, b"Lits;2\nTables;3")
    client.post(where, data={"record": "oui"})
    clock.advance(hours=25)

    late = client.post(f"{where}/annuler", follow_redirects=True)

    assert "pendant un jour" in plain(late.text)
    assert {need.state for need in needs(app)} == {NeedState.OPEN}


def test_columns_are_put_right(app: Flask, client: FlaskClient, member: Account) -> None:
    where = send(client, b"Type;Code;Nombre\nLits;8;3\nTables;4;1")
    client.post(
        f"{where}/colonnes", data={"colonne-0": "article", "colonne-1": "quantity", "colonne-2": "ignored"}
    )
    client.post(where, data={"record": "oui"})

    assert [(need.item, need.quantity, need.description) for need in needs(app)] == [
        ("lits", 8, "Lits"),
        ("tables", 4, "Tables"),
    ]

    where = send(client, b"Type;Code;Nombre\nLits;8;3")
    nothing = client.post(f"{where}/colonnes", data={"colonne-1": "article"}, follow_redirects=True)
    assert "il ne reste aucun article" in plain(nothing.text) or "L'article manque" in plain(nothing.text)


def test_a_long_list_is_read_by_the_clock_and_its_page_says_so(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    lines = [
        f"Chaise modèle {number};{'beaucoup' if number % 25 == 0 else 3};bon;{'x' * 10}"
        for number in range(1, 5001)
    ]
    where = send(client, "\n".join(["Article;Nombre;État;Notes", *lines]).encode())
    waiting = client.get(where)
    assert "Nous lisons votre liste" in plain(waiting.text)
    assert waiting.headers["Refresh"]

    with app.app_context():
        assert work_now(clock) == 1
    page = plain(client.get(where).text)
    assert "dont 200 à corriger" in page
    assert "Page 1 sur 4" in page
    assert page.count("Le nombre n'est pas lisible") == 50

    with app.app_context():
        assert work_now(clock) == 0


def test_a_long_list_is_declared_and_taken_back_by_the_clock(
    app: Flask, client: FlaskClient, build: Builder, member: Account, clock: FrozenClock
) -> None:
    where = send(client, "\n".join(f"Lits modèle {number};2" for number in range(400)).encode())
    during = client.post(where, data={"record": "oui"}, follow_redirects=True)
    assert "Nous déclarons les besoins" in plain(during.text)
    assert needs(app) == []

    with app.app_context():
        assert work_now(clock) == 1
    assert len(needs(app)) == 400
    build.match(need=needs(app)[0], state=MatchState.ACCEPTED)

    assert "Nous retirons les besoins" in plain(client.post(f"{where}/annuler", follow_redirects=True).text)
    with app.app_context():
        assert work_now(clock) == 1
        assert work_now(clock) == 0
    assert [need.state for need in needs(app)].count(NeedState.WITHDRAWN) == 399
    assert "Cette liste a été annulée" in plain(client.get(where).text)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "aucun article"),
        (b"%PDF-1.4 liste", "n'est pas un tableau"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ancien tableur"),
        (xlsx([["lit", "1"]])[:400], "abîmé"),
        (b"TOTAL;3\n", "aucun article"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_file_without_a_list_gets_a_sentence(
    app: Flask, client: FlaskClient, member: Account, content: bytes, why: str
) -> None:
    answer = client.post("/besoins/coller", data={"file": (BytesIO(content), "liste.xlsx"), "text": ""})

    assert answer.status_code == 422
    assert why in plain(answer.text)
    with app.app_context():
        assert session().exec(select(Listing)).all() == []


def test_a_list_for_an_action_belongs_to_it(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    action = build.action(committee, slug="nioro")
    sent = client.post(
        "/coordination/actions/nioro/liste", data={"text": "10 ordinateurs portables\n4 écrans"}
    )
    client.post(sent.location or "", data={"record": "oui"})

    assert [(need.committee_id, need.action_id) for need in needs(app)] == [(committee.id, action.id)] * 2


def test_what_is_asked_for_already_and_what_is_repeated_can_be_looked_at_alone(
    client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    build.need(committee, item="tables", quantity=3)
    where = send(client, b"Chaises;4\nTables;1\nLits;2\nChaises;4")

    already = client.get(f"{where}?voir=deja-demandees").text
    assert "Vous en demandez déjà 3" in plain(already)
    assert "ligne-2" in already
    assert "ligne-3" not in already
    repeated = client.get(f"{where}?voir=repetees").text
    assert "comme la ligne 1" in plain(repeated)
    assert "ligne-4" in repeated
    assert "ligne-3" not in repeated


def test_a_list_is_nobody_elses(
    app: Flask, client: FlaskClient, build: Builder, member: Account, sign_in: SignIn
) -> None:
    where = send(client, b"Lits;2\nTables;3")
    stranger = app.test_client()
    sign_in(stranger, build.account(committee=build.committee()))

    assert stranger.get(where).status_code == 404
    assert stranger.post(where, data={"record": "oui"}).status_code == 404
    assert needs(app) == []


def test_the_text_of_a_list_is_forgotten_after_a_week(
    app: Flask, client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    where = send(client, b"Lits;2\nTables;3")
    client.post(where, data={"record": "oui"})
    clock.advance(days=8)
    with app.app_context(), transaction() as current:
        assert service.forget(current, clock()) == 1

    assert client.get(where).status_code == 404
    assert len(needs(app)) == 2
