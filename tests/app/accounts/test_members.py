"""A committee's responsible invites, gives parts and removes; each part does what its row of the table says; who leaves keeps nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session
from app.models import Account, Committee, Decision, Membership, OutboxMessage
from app.models.states import MAY, MatchState, Part, Right, Role, Verb
from app.web.access import RIGHT, Who, declared
from notifications.models import RefusedAddress
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

MEMBERS = "/mon-comite/membres"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", slug="givors")


@pytest.fixture
def responsible(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(
        committee=committee, part=Part.RESPONSIBLE, name="Responsable Exemple", password="x"
    )
    sign_in(client, account)
    return account


def invited(client: FlaskClient, part: Part = Part.MEMBER, email: str = "nouvelle@essai.example") -> str:
    data = {"name": "Nouvelle Exemple", "email": email, "part": part.value}
    answer = client.post(f"{MEMBERS}/inviter?comite=givors", data=data, follow_redirects=True)
    return plain(answer.text)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def by_email(email: str) -> Account:
    return session().exec(select(Account).where(Account.email == email)).one()


def parts(committee: Committee) -> dict[str, Part]:
    query = select(Account.name, Membership.part).join(
        Membership, col(Membership.account_id) == col(Account.id)
    )
    return {
        name: Part(part)
        for name, part in session().exec(query.where(Membership.committee_id == committee.id))
    }


@pytest.mark.parametrize("part", list(Part))
def test_each_part_does_what_its_row_of_the_table_says(
    app: Flask, build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn, part: Part
) -> None:
    account = build.account(committee=committee, part=part, password="x")
    other = build.account(committee=committee, password="x")
    match = build.match(need=build.need(committee), state=MatchState.SCHEDULED)
    sign_in(client, account)
    values: dict[str, Any] = {
        "need_id": match.need_id, "match_id": match.id, "slug": committee.slug, "member_id": other.id,
    }  # fmt: skip
    of_actions = values | {"slug": build.action(committee, slug="nioro").slug}
    wrong, tried = [], 0
    with app.test_request_context():
        routes = [
            (rule.endpoint, method, app.url_map.bind("localhost").build(
                rule.endpoint, {k: (of_actions if "/actions/" in rule.rule else values)[k] for k in rule.arguments}
            ))
            for rule in app.url_map.iter_rules()
            if declared(app, str(rule.endpoint)) is Who.MEMBER and rule.arguments <= values.keys()
            for method in ("GET", "POST")
            if method in (rule.methods or ())
        ]  # fmt: skip
    for endpoint, method, path in routes:
        right: Right = getattr(app.view_functions[endpoint], RIGHT)
        allowed = right in MAY[part]
        if endpoint == "accounts.remove_member":
            allowed = Right.MANAGE in MAY[part]
        if allowed and method == "POST":
            continue
        tried += 1
        status = client.open(path, method=method, query_string={"comite": "givors"}).status_code
        if (status == 403) == allowed:
            wrong.append((endpoint, method, status))

    assert wrong == []
    assert tried > 8
    with app.app_context():
        assert session().exec(select(Decision)).all() == []


def test_every_act_of_a_member_asks_for_more_than_a_look(app: Flask) -> None:
    looks = [
        str(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if declared(app, str(rule.endpoint)) is Who.MEMBER
        and "POST" in (rule.methods or ())
        and getattr(app.view_functions[str(rule.endpoint)], RIGHT) is Right.SEE
    ]

    assert looks == ["accounts.remove_member"]  # anybody may leave


def test_the_responsible_invites_and_the_invited_comes_in(
    app: Flask, client: FlaskClient, committee: Committee, responsible: Account
) -> None:
    assert "L'invitation part à l'adresse nouvelle@essai.example" in invited(client, Part.RECEIVES)

    with app.app_context():
        assert parts(committee) == {
            "Responsable Exemple": Part.RESPONSIBLE,
            "Nouvelle Exemple": Part.RECEIVES,
        }
        [letter] = session().exec(select(OutboxMessage)).all()
    assert letter.to_email == "nouvelle@essai.example"
    link = re.search(r"/invitation/\S+", letter.body_text)
    assert link
    newcomer = app.test_client()
    password = {"password": "girafe parapluie lundi", "again": "girafe parapluie lundi"}
    assert newcomer.post(link[0], data=password).status_code == 303
    assert newcomer.get("/mon-comite").status_code == 200
    closed = newcomer.get("/besoins/nouveau")
    assert closed.status_code == 403
    assert "Cette page ne vous est pas ouverte" in plain(closed.text)
    assert "ne va pas jusque-là : déclarer les besoins." in plain(closed.text)


def test_somebody_who_has_an_account_is_told_and_keeps_it(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, responsible: Account
) -> None:
    build.account(committee=build.committee(), email="connue@essai.example", password="x", name="Connue")

    assert "avait déjà un compte" in invited(client, email="connue@essai.example")
    assert "Cette personne est déjà membre du comité." in invited(client, email="connue@essai.example")
    with app.app_context():
        [letter] = session().exec(select(OutboxMessage)).all()
    assert plain(letter.subject) == "Vous avez rejoint le Comité de Givors"


def test_who_leaves_the_last_committee_has_no_account_calendar_or_session_any_more(
    app: Flask,
    build: Builder,
    client: FlaskClient,
    committee: Committee,
    responsible: Account,
    sign_in: SignIn,
) -> None:
    leaver = build.account(committee=committee, email="partie@essai.example", password="x", name="Partie")
    theirs = app.test_client()
    sign_in(theirs, leaver)
    page = theirs.get("/mon-comite/preferences?comite=givors").text
    calendar = re.search(r"/agenda/[^\"\s]+\.ics", page)
    assert calendar
    assert theirs.get(calendar[0]).status_code == 200

    answer = client.post(f"{MEMBERS}/{leaver.id}/retirer?comite=givors", follow_redirects=True)

    assert "Partie ne fait plus partie du comité." in plain(answer.text)
    assert theirs.get(calendar[0]).status_code == 404
    assert theirs.get("/mon-comite").status_code == 302
    with app.app_context():
        assert not by_email("partie@essai.example").active
        letters = session().exec(select(OutboxMessage)).all()
        assert [plain(each.subject) for each in letters] == ["Vous n'êtes plus membre : Comité de Givors"]

    undone = client.post(f"{MEMBERS}/{leaver.id}/remettre?comite=givors", follow_redirects=True)

    assert "Partie fait de nouveau partie du comité." in plain(undone.text)
    with app.app_context():
        assert by_email("partie@essai.example").active
        assert parts(committee)["Partie"] is Part.MEMBER


def test_an_account_that_a_coordinator_closed_is_not_opened_by_an_invitation(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, responsible: Account
) -> None:
    build.account(email="fermee@essai.example", password="x", active=False)

    assert "Ce compte est fermé." in invited(client, email="fermee@essai.example")
    with app.app_context():
        assert len(parts(committee)) == 1


def test_the_last_responsible_stays_until_there_is_another(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, responsible: Account
) -> None:
    other = build.account(committee=committee, name="Autre", password="x")
    alone = "Le comité n'aurait plus de responsable"

    left = client.post(f"{MEMBERS}/{responsible.id}/retirer?comite=givors", follow_redirects=True)
    lowered = client.post(
        f"{MEMBERS}/{responsible.id}/role?comite=givors", data={"part": "reader"}, follow_redirects=True
    )
    assert alone in plain(left.text)
    assert alone in plain(lowered.text)

    client.post(f"{MEMBERS}/{other.id}/role?comite=givors", data={"part": "responsible"})
    client.post(f"{MEMBERS}/{responsible.id}/role?comite=givors", data={"part": "reader"})
    with app.app_context():
        assert parts(committee) == {"Responsable Exemple": Part.READER, "Autre": Part.RESPONSIBLE}


def test_a_coordinator_who_changes_committees_leaves_the_same_trace(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, sign_in: SignIn
) -> None:
    desk = build.account(Role.COORDINATOR, password="x", name="Coordinatrice")
    member = build.account(committee=committee, part=Part.READER, password="x", name="Membre")
    other = build.committee(slug="autre")
    sign_in(client, desk)

    client.post(
        f"/coordination/comptes/{member.id}", data={"role": "member", "committees": [committee.id, other.id]}
    )
    client.post(f"/coordination/comptes/{member.id}", data={"role": "member", "committees": [committee.id]})

    with app.app_context():
        assert parts(committee) == {"Membre": Part.READER}
        query = select(Decision.verb, Decision.committee_id).where(col(Decision.committee_id).is_not(None))
        assert session().exec(query.order_by(col(Decision.id))).all() == [
            (Verb.JOIN, other.id),
            (Verb.LEAVE, other.id),
        ]
    history = plain(client.get(f"/coordination/comites/{other.id}").text)
    assert "Nouveau membre : Membre, par Coordinatrice" in history
    assert "Membre retiré : Membre, par Coordinatrice" in history


def test_what_each_did_is_read_by_the_others(
    app: Flask, build: Builder, client: FlaskClient, committee: Committee, responsible: Account
) -> None:
    need = build.need(committee)
    client.post(f"/besoins/{need.id}/pause")
    build.account(committee=committee, name="Autre")

    page = plain(client.get(f"{MEMBERS}?comite=givors&qui={responsible.id}").text)
    assert "Besoin mis en pause par Responsable Exemple" in page
    assert "Responsable Exemple" in page


@pytest.mark.parametrize("part", list(Part))
def test_no_page_leads_where_ones_part_does_not_go(
    app: Flask,
    build: Builder,
    committee: Committee,
    client: FlaskClient,
    sign_in: SignIn,
    clock: FrozenClock,
    part: Part,
) -> None:
    sign_in(client, build.account(committee=committee, part=part, password="x"))
    build.need(committee, asked_at=clock())
    build._save(RefusedAddress(email=committee.email, reason="550", at=clock()))
    for state in (MatchState.APPROVED, MatchState.SCHEDULED, MatchState.COMPLETED):
        match = build.match(need=build.need(committee), state=state)
        starts = clock() - timedelta(hours=3)
        build.handover(match, starts_at=starts, ends_at=starts + timedelta(hours=1))
    seen: set[str] = set()
    waiting, closed = ["/mon-comite", "/preferences"], []
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        answer = client.get(path)
        if answer.status_code == 403:
            closed.append(path)
        elif answer.mimetype == "text/html":
            links = re.findall(r'href="(/[^"#]*)', answer.text.replace("&amp;", "&"))
            waiting += [
                link
                for link in links
                if "mon-comite" in link or "besoins" in link or "comites/givors" in link
            ]

    assert closed == [], closed
    assert len(seen) > 10
