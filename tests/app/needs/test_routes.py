"""A committee says what it lacks in a minute, sees what remains, changes its mind."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session
from app.models import Account, Committee, Decision, Match, Need
from app.models.states import Condition, MatchState, NeedState, Role, Urgency, Verb
from tests.builders import Builder
from tests.conftest import SignIn

MINUTE: dict[str, Any] = {"item": "frigo", "quantity": "2", "urgency": "normal", "minimum_condition": "fair"}


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", slug="givors")


@pytest.fixture
def member(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


def needs(app: Flask) -> list[Need]:
    with app.app_context():
        return list(session().exec(select(Need).order_by(col(Need.id))))


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def key_in(page: str) -> str:
    found = re.search(r'name="submission_key"[^>]*value="([^"]+)"', page)
    assert found
    return found[1]


def verbs(app: Flask, need_id: int | None) -> list[Verb]:
    with app.app_context():
        query = select(Decision).where(Decision.need_id == need_id).order_by(col(Decision.id))
        return [decision.verb for decision in session().exec(query)]


def test_a_need_is_declared_in_one_page(app: Flask, client: FlaskClient, member: Account) -> None:
    page = client.get("/besoins/nouveau").text

    response = client.post(
        "/besoins/nouveau", data=MINUTE | {"submission_key": key_in(page)}, follow_redirects=True
    )

    [need] = needs(app)
    assert (need.item, need.quantity, need.description) == ("refrigerateur", 2, "frigo")
    assert (need.urgency, need.minimum_condition) == (Urgency.NORMAL, Condition.FAIR)
    assert need.declared_by_id == member.id
    assert "Le besoin est déclaré : 2 × Réfrigérateur." in plain(response.text)
    assert "Il en manque 2" in plain(response.text)
    assert verbs(app, need.id) == [Verb.DECLARE]


def test_a_double_click_declares_once(app: Flask, client: FlaskClient, member: Account) -> None:
    data = MINUTE | {"submission_key": key_in(client.get("/besoins/nouveau").text)}

    statuses = [client.post("/besoins/nouveau", data=data).status_code for _ in range(3)]

    assert statuses == [303] * 3
    assert len(needs(app)) == 1


def test_everything_typed_is_kept_when_something_is_wrong(client: FlaskClient, member: Account) -> None:
    typed = MINUTE | {
        "quantity": "٣",
        "details": "sous l'évier <b>",
        "reason": "Émoji 🧺",
        "needed_by": "2026-12-24",
    }

    response = client.post("/besoins/nouveau", data=typed)

    assert response.status_code == 422
    assert "Écrivez un nombre entier en chiffres" in response.text
    assert "sous l&#39;évier &lt;b&gt;" in response.text
    for kept in ('value="frigo"', "Émoji 🧺", 'value="2026-12-24"', 'value="٣"'):
        assert kept in response.text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("item", "", "avec vos mots"),
        ("item", "   ", "avec vos mots"),
        ("item", "fri\0go", "caractère invisible"),
        ("item", "frigo\nbis", "une seule ligne"),
        ("item", "é" * 10_000, "trop long"),
        ("item", "bouteille de gaz", "ne s'occupe pas"),
        ("quantity", "0", "compris entre 1"),
        ("quantity", "-1", "nombre entier"),
        ("quantity", "1e9", "nombre entier"),
        ("quantity", "٣", "nombre entier"),
        ("quantity", "1000001", "compris entre 1"),
        ("quantity", "99999999999999999999", "nombre entier"),
        ("quantity", "", "nombre entier"),
        ("urgency", "enormous", "pressé"),
        ("urgency", "", "pressé"),
        ("minimum_condition", "<script>", "état"),
        ("needed_by", "hier", "24/12/2026"),
        ("needed_by", "2026-02-31", "24/12/2026"),
        ("needed_by", "2026-11-22", "passée"),
        ("needed_by", "9999-12-31", "24/12/2026"),
        ("details", "x" * 10_000, "trop long"),
        ("reason", "a\0b", "caractère invisible"),
        ("action_id", "999999", "action"),
        ("action_id", "1 OR 1=1", "action"),
    ],
)
def test_bad_input_gets_a_sentence(
    app: Flask, client: FlaskClient, member: Account, field: str, value: str, sentence: str
) -> None:
    response = client.post("/besoins/nouveau", data=MINUTE | {field: value})

    assert response.status_code == 422
    assert sentence in plain(response.text)
    assert f'id="{field}-error"' in response.text
    assert needs(app) == []


@pytest.mark.parametrize("key", ["", "court", "é" * 30, "x" * 10_000, "a\0b" * 8, "'; DROP TABLE need; --"])
def test_a_form_without_a_good_key_still_declares(
    app: Flask, client: FlaskClient, member: Account, key: str
) -> None:
    assert client.post("/besoins/nouveau", data=MINUTE | {"submission_key": key}).status_code == 303
    assert len(needs(app)) == 1


def test_the_largest_texts_are_kept_whole(app: Flask, client: FlaskClient, member: Account) -> None:
    typed = MINUTE | {"item": "machin " + "é" * 190, "details": "🧺" * 1500, "reason": "س" * 1500}

    assert client.post("/besoins/nouveau", data=typed).status_code == 303
    [need] = needs(app)
    assert need.item is None
    assert need.description == f"{typed['item']}\n{typed['details']}"


def test_what_is_not_recognised_waits_for_a_person(app: Flask, client: FlaskClient, member: Account) -> None:
    response = client.post("/besoins/nouveau", data=MINUTE | {"item": "truc bleu"}, follow_redirects=True)

    [need] = needs(app)
    assert (need.item, need.description) == (None, "truc bleu")
    assert "un coordinateur le précisera" in plain(response.text)


def test_an_edit_starts_from_what_was_said(app: Flask, client: FlaskClient, member: Account) -> None:
    client.post("/besoins/nouveau", data=MINUTE | {"details": "pas trop haut"})
    [need] = needs(app)

    page = client.get(f"/besoins/{need.id}/modifier").text
    assert 'value="Réfrigérateur"' in page
    assert "frigo\r\npas trop haut" in page or "frigo\npas trop haut" in page

    edited = MINUTE | {"item": "Réfrigérateur", "quantity": "3", "details": need.description}
    assert client.post(f"/besoins/{need.id}/modifier", data=edited).status_code == 303

    [after] = needs(app)
    assert (after.quantity, after.item, after.description) == (3, "refrigerateur", "frigo\npas trop haut")
    assert verbs(app, need.id) == [Verb.DECLARE, Verb.EDIT]


def test_the_quantity_does_not_go_below_what_is_promised(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee, quantity=5)
    build.match(need=need, quantity=3, state=MatchState.APPROVED)

    response = client.post(
        f"/besoins/{need.id}/modifier", data=MINUTE | {"item": "lave-linge", "quantity": "2"}
    )

    assert response.status_code == 422
    assert "3 pièces sont déjà promises" in plain(response.text)
    assert needs(app)[0].quantity == 5


def test_the_article_does_not_change_under_a_promise(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee, quantity=5)
    build.match(need=need, quantity=3, state=MatchState.SCHEDULED)

    response = client.post(f"/besoins/{need.id}/modifier", data=MINUTE | {"item": "frigo", "quantity": "5"})

    assert response.status_code == 422
    assert needs(app)[0].item == "lave-linge"


def states(app: Flask) -> list[MatchState]:
    with app.app_context():
        return [match.state for match in session().exec(select(Match).order_by(col(Match.id)))]


def test_pausing_and_withdrawing_take_proposals_off_the_board(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee)
    build.match(need=need)

    client.post(f"/besoins/{need.id}/pause")
    assert needs(app)[0].state is NeedState.PAUSED
    assert states(app) == [MatchState.SUPERSEDED]

    client.post(f"/besoins/{need.id}/reprendre")
    build.match(need=need)
    page = client.post(f"/besoins/{need.id}/retirer", follow_redirects=True)
    assert needs(app)[0].state is NeedState.WITHDRAWN
    assert states(app) == [MatchState.SUPERSEDED] * 2
    assert "Annuler le retrait" in page.text

    client.post(f"/besoins/{need.id}/retablir")
    assert needs(app)[0].state is NeedState.OPEN
    assert verbs(app, need.id) == [Verb.PAUSE, Verb.RESUME, Verb.WITHDRAW, Verb.UNDO]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (MatchState.SCHEDULED, "rendez-vous est fixé"),
        (MatchState.ACCEPTED, "don est promis"),
        (MatchState.APPROVED, "don est promis"),
    ],
)
def test_a_need_that_somebody_counts_on_is_not_withdrawn(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    member: Account,
    state: MatchState,
    sentence: str,
) -> None:
    need = build.need(committee)
    build.match(need=need, state=state)

    page = client.post(f"/besoins/{need.id}/retirer", follow_redirects=True)

    assert sentence in plain(page.text)
    assert needs(app)[0].state is NeedState.OPEN
    assert states(app) == [state]


def test_a_gesture_that_came_too_late_is_said(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee)
    client.post(f"/besoins/{need.id}/pause")

    again = client.post(f"/besoins/{need.id}/pause", follow_redirects=True)

    assert again.status_code == 200
    assert "a changé d'état" in plain(again.text)


def test_raising_a_met_need_opens_it_again(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    need = build.need(committee, quantity=2, state=NeedState.MET)
    build.match(need=need, quantity=2, state=MatchState.COMPLETED)

    data = MINUTE | {"item": "lave-linge", "quantity": "3"}
    client.post(f"/besoins/{need.id}/modifier", data=data)
    assert needs(app)[0].state is NeedState.OPEN

    client.post(f"/besoins/{need.id}/modifier", data=data | {"quantity": "2"})
    assert needs(app)[0].state is NeedState.MET


def test_last_month_is_copied(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    from datetime import UTC, datetime

    october = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)  # the first of November in Paris
    build.need(committee, item="chaise", declared_at=datetime(2026, 10, 5, tzinfo=UTC), quantity=4)
    build.need(committee, item="lit", declared_at=october)
    build.need(
        committee, item="table", declared_at=datetime(2026, 10, 6, tzinfo=UTC), state=NeedState.WITHDRAWN
    )
    build.need(item="canape", declared_at=datetime(2026, 10, 6, tzinfo=UTC))

    page = client.get("/mon-comite/besoins/recopier").text

    assert re.findall(r'name="choisi" value="(\d+)"', page) == ["1"]


def test_a_member_of_another_committee_sees_nothing_here(
    client: FlaskClient, build: Builder, member: Account
) -> None:
    other = build.need(state=NeedState.OPEN)
    client_paths = [
        f"/besoins/{other.id}/modifier",
        f"/mon-comite/besoins?comite=comite-{other.committee_id}",
    ]

    for path in client_paths:
        assert client.get(path).status_code == 404
    for gesture in ("modifier", "pause", "reprendre", "retirer", "retablir"):
        assert client.post(f"/besoins/{other.id}/{gesture}", data=MINUTE).status_code == 404
    with client.application.app_context():
        assert session().get_one(Need, other.id).state is NeedState.OPEN


def test_a_coordinator_acts_for_every_committee(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn
) -> None:
    need = build.need(committee)
    sign_in(client, build.account(Role.COORDINATOR))

    assert client.get(f"/besoins/{need.id}/modifier").status_code == 200
    assert client.post(f"/besoins/{need.id}/pause").status_code == 303
    assert client.get("/mon-comite/besoins?comite=givors").status_code == 200
    assert needs(app)[0].state is NeedState.PAUSED


def test_a_coordinator_who_acts_from_the_page_of_a_need_stays_there(
    client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn
) -> None:
    need = build.need(committee)
    sign_in(client, build.account(Role.COORDINATOR))
    here = f"/coordination/besoins/{need.id}"

    for act, next_step in (("pause", "Reprendre"), ("reprendre", "Retirer"), ("retirer", "Rétablir")):
        answer = client.post(f"/besoins/{need.id}/{act}", data={"retour": "besoin"})
        assert answer.location == here
        assert next_step in client.get(here).text


def test_a_member_without_committee_is_told_what_to_do(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    sign_in(client, build.account())

    response = client.get("/mon-comite/besoins")

    assert response.status_code == 403
    assert "Demandez à votre coordinateur" in response.text


def test_the_coordinator_filters(
    client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn
) -> None:
    build.need(committee, item="refrigerateur", urgency=Urgency.CRITICAL)
    build.need(item=None, description="truc bleu")
    build.need(item="chaise", state=NeedState.PAUSED)
    sign_in(client, build.account(Role.COORDINATOR))

    def shown(query: str) -> set[str]:
        page = client.get(f"/coordination/besoins?{query}")
        assert page.status_code == 200
        return {name for name in ("Réfrigérateur", "truc bleu", "Chaise") if f"× {name}" in plain(page.text)}

    assert shown("") == {"Réfrigérateur", "truc bleu"}
    assert shown("etat=") == {"Réfrigérateur", "truc bleu", "Chaise"}
    assert shown("etat=paused") == {"Chaise"}
    assert shown("urgence=critical") == {"Réfrigérateur"}
    assert shown("texte=frigo") == {"Réfrigérateur"}
    assert shown("texte=TRUC") == {"truc bleu"}
    assert shown("a_reconnaitre=oui") == {"truc bleu"}
    assert shown(f"comite={committee.id}") == {"Réfrigérateur"}
    assert shown(f"association={committee.organisation_id}") == {"Réfrigérateur"}
    assert shown("page=2") == {"Réfrigérateur", "truc bleu"}, "the last page"
    assert shown("texte=%25") == set()


@pytest.mark.parametrize(
    "query",
    [
        "etat=x",
        "urgence=%00",
        "comite=a",
        "comite=-1",
        "comite=999999999999999999999",
        "association=%D9%A3",
        "page=0",
        "page=-5",
        "page=1e9",
        "page=99999999999999",
        "texte=a%00b",
        f"texte={'x' * 3000}",
        "texte=%ED%A0%80",
    ],
)
def test_bad_filters_never_break_the_page(
    client: FlaskClient, build: Builder, sign_in: SignIn, query: str
) -> None:
    sign_in(client, build.account(Role.COORDINATOR))

    assert client.get(f"/coordination/besoins?{query}").status_code == 200


@pytest.mark.parametrize("path", ["/mon-comite/besoins", "/coordination/besoins"])
def test_a_long_list_takes_no_more_queries_than_a_short_one(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn, path: str
) -> None:
    import sqlalchemy as sa

    from app.db import db

    counted: list[str] = []
    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *arguments: counted.append(arguments[2]))
    account = build.account(Role.COORDINATOR if "coordination" in path else Role.MEMBER, committee=committee)
    sign_in(client, account)

    def queries_of_a_page() -> int:
        counted.clear()
        assert client.get(path).status_code == 200
        return len(counted)

    build.match(need=build.need(committee))
    few = queries_of_a_page()
    for _ in range(19):
        build.match(need=build.need(committee), state=MatchState.APPROVED)
    many = queries_of_a_page()

    assert many == few
