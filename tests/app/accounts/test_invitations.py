"""A coordinator invites, the invited person comes in; rights are given, taken, and never the last administrator's."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.accounts.sessions import hashed
from app.db import session, transaction
from app.models import Account, Committee, Membership, OutboxMessage
from app.models.states import Role
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

PASSWORD = "girafe parapluie lundi"


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors")


@pytest.fixture
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR, name="Camille", password="x")
    sign_in(client, account)
    return account


def who(committee: Committee, **changed: Any) -> dict[str, Any]:
    return {
        "name": "Marie",
        "email": "marie@essai.example",
        "role": "member",
        "committees": committee.id,
    } | changed


def accounts(app: Flask) -> list[Account]:
    with app.app_context():
        return list(session().exec(select(Account).order_by(col(Account.id))))


def link(app: Flask) -> str:
    with app.app_context():
        row = session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc())).first()
    assert row is not None
    found = re.search(r"http://localhost(/invitation/\S+)", row.body_text)
    assert found
    return found[1]


def sentence(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").replace("&#39;", "'")


def test_from_the_invitation_to_the_committee_page(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account
) -> None:
    assert client.post("/coordination/comptes/inviter", data=who(committee)).status_code == 303
    assert "Invité le 23 novembre 2026" in sentence(client.get("/coordination/comptes").text)

    marie = app.test_client()
    page = marie.get(link(app))
    assert "Bienvenue, Marie" in page.text
    assert accounts(app)[1].password is None, "a look changes nothing"

    entered = marie.post(link(app), data={"password": PASSWORD, "again": PASSWORD})
    assert entered.status_code == 303
    assert marie.get("/mon-comite").status_code == 200
    marie.post("/deconnexion")
    assert (
        marie.post("/connexion", data={"email": "marie@essai.example", "password": PASSWORD}).status_code
        == 302
    )


def test_an_invitation_used_twice_says_so_kindly(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account
) -> None:
    client.post("/coordination/comptes/inviter", data=who(committee))
    app.test_client().post(link(app), data={"password": PASSWORD, "again": PASSWORD})

    for again in (
        app.test_client().get(link(app)),
        app.test_client().post(
            link(app), data={"password": "autre chose de long", "again": "autre chose de long"}
        ),
    ):
        assert again.status_code == 410
        assert "a déjà servi" in again.text
    assert (
        app.test_client()
        .post("/connexion", data={"email": "marie@essai.example", "password": PASSWORD})
        .status_code
        == 302
    )


def test_an_invitation_expires_and_is_sent_again(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account, clock: FrozenClock
) -> None:
    client.post("/coordination/comptes/inviter", data=who(committee))
    old = link(app)
    clock.advance(days=15)
    assert app.test_client().get(old).status_code == 410

    assert client.post(f"/coordination/comptes/{accounts(app)[1].id}/inviter").status_code == 303
    assert link(app) != old
    assert app.test_client().get(link(app)).status_code == 200


@pytest.mark.parametrize("token", ["x", "a" * 5000, "%00", "WzEsIm", "٣"])
def test_a_cut_link_gets_a_page(client: FlaskClient, token: str) -> None:
    assert client.get(f"/invitation/{token}").status_code == 404


def test_a_link_for_something_else_opens_nothing(app: Flask, client: FlaskClient, clock: FrozenClock) -> None:
    from app.web.links import Purpose

    token = app.extensions["desk"].links.token(Purpose.TRACK_OFFER, 1, "account:1", clock())

    assert client.get(f"/invitation/{token}").status_code == 404


def test_an_invitation_to_a_closed_account_opens_nothing(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account
) -> None:
    client.post("/coordination/comptes/inviter", data=who(committee))
    client.post(f"/coordination/comptes/{accounts(app)[1].id}/fermer")

    response = app.test_client().post(link(app), data={"password": PASSWORD, "again": PASSWORD})

    assert response.status_code == 410
    assert accounts(app)[1].password is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": ""}, "Écrivez le nom"),
        ({"name": "a\0b"}, "invisible"),
        ({"name": "é" * 10_000}, "trop long"),
        ({"email": "pas une adresse"}, "adresse e-mail"),
        ({"email": "a@b.fr\nBcc: c@d.fr"}, "adresse e-mail"),
        ({"email": "é" * 10_000 + "@x.fr"}, "adresse e-mail"),
        ({"role": "king"}, "rôle"),
        ({"role": ""}, "rôle"),
        ({"committees": "999999"}, "n'existe plus"),
        ({"committees": "1 OR 1=1"}, "au moins un comité"),
        ({"committees": []}, "au moins un comité"),
        ({"committees": "99999999999999999999"}, "au moins un comité"),
    ],
)
def test_a_bad_invitation_gets_a_sentence(
    app: Flask,
    client: FlaskClient,
    committee: Committee,
    coordinator: Account,
    changed: dict[str, Any],
    said: str,
) -> None:
    response = client.post("/coordination/comptes/inviter", data=who(committee, **changed))

    assert response.status_code == 422
    assert said in sentence(response.text)
    assert len(accounts(app)) == 1


def test_an_address_is_invited_once(
    app: Flask, client: FlaskClient, committee: Committee, coordinator: Account
) -> None:
    client.post("/coordination/comptes/inviter", data=who(committee))

    again = client.post("/coordination/comptes/inviter", data=who(committee, email="MARIE@essai.example"))

    assert again.status_code == 422
    assert "existe déjà" in sentence(again.text)
    assert len(accounts(app)) == 2


def test_an_address_invited_twice_in_the_same_moment_is_invited_once(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    from app.accounts import service

    coordinator, together = build.account(Role.COORDINATOR), threading.Barrier(2)
    invited = service.Invited(name="Paule", email="paule@essai.example", role=Role.COORDINATOR)

    def invite(_number: int) -> str:
        with app.app_context():
            together.wait()
            try:
                with transaction() as current:
                    by = current.get_one(Account, coordinator.id)
                    service.invite(current, invited, by, clock())
            except service.AccountError as error:
                return error.code.value
            return "invited"

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            assert set(pool.map(invite, range(2))) <= {"invited", "known_address"}
    assert [account.email for account in accounts(app)].count("paule@essai.example") == 1
    with app.app_context():
        assert len(session().exec(select(OutboxMessage)).all()) == 1


def test_a_coordinator_makes_no_administrator(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    refused = client.post("/coordination/comptes/inviter", data=who(committee, role="administrator"))
    assert refused.status_code == 422
    assert "Seul un administrateur" in refused.text

    member = build.account(committee=committee)
    data = {"role": "administrator", "committees": committee.id}
    assert client.post(f"/coordination/comptes/{member.id}", data=data).status_code == 422
    assert [account.role for account in accounts(app)] == [Role.COORDINATOR, Role.MEMBER]


def test_a_coordinator_does_not_touch_an_administrator(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    boss = build.account(Role.ADMINISTRATOR, password="x")
    build.account(Role.ADMINISTRATOR, password="x")

    assert client.post(f"/coordination/comptes/{boss.id}/fermer").status_code == 409
    client.post(f"/coordination/comptes/{boss.id}", data={"role": "coordinator"})

    after = {account.id: account for account in accounts(app)}[boss.id]
    assert (after.active, after.role) == (True, Role.ADMINISTRATOR)


def test_roles_and_committees_change_at_once(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    coordinator: Account,
    sign_in: SignIn,
) -> None:
    other = build.committee()
    member = build.account(committee=committee)
    theirs = app.test_client()
    sign_in(theirs, member)
    assert theirs.get("/coordination/comptes").status_code == 403

    data = {"role": "coordinator", "committees": [other.id]}
    assert client.post(f"/coordination/comptes/{member.id}", data=data).status_code == 303

    assert theirs.get("/coordination/comptes").status_code == 302, "whose role changes signs in anew"
    build.session(member, key=hashed("encore"))
    with theirs.session_transaction() as cookie:
        cookie["_user_id"] = "encore"
    assert theirs.get("/coordination/comptes").status_code == 200
    with app.app_context():
        rows = session().exec(select(Membership.committee_id).where(Membership.account_id == member.id)).all()
    assert rows == [other.id]


def test_closing_an_account_ends_its_sessions_and_reopening_lets_it_in(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    coordinator: Account,
    sign_in: SignIn,
) -> None:
    member = build.account(committee=committee)
    theirs = app.test_client()
    sign_in(theirs, member)

    client.post(f"/coordination/comptes/{member.id}/fermer")
    assert theirs.get("/mon-comite").headers["Location"].startswith("/connexion")

    client.post(f"/coordination/comptes/{member.id}/rouvrir")
    assert {account.id: account.active for account in accounts(app)}[member.id]
    assert theirs.get("/mon-comite").status_code == 302, "the old session stays closed"


def test_nobody_closes_or_demotes_oneself(app: Flask, client: FlaskClient, coordinator: Account) -> None:
    assert client.post(f"/coordination/comptes/{coordinator.id}/fermer").status_code == 409
    assert client.post(
        f"/coordination/comptes/{coordinator.id}", data={"role": "administrator"}
    ).status_code in {409, 422}
    assert accounts(app)[0].active


def test_two_administrators_who_close_each_other_at_once_leave_one(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    from app.accounts import service

    first = build.account(Role.ADMINISTRATOR, password="x")
    second = build.account(Role.ADMINISTRATOR, password="x")
    ready, refused = threading.Barrier(2), []

    def close(target: Account, by: Account) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction() as current:
                    service.close(current, target.id, current.get_one(Account, by.id), clock())
            except service.AccountError as error:
                refused.append(error.code)

    threads = [threading.Thread(target=close, args=pair) for pair in ((first, second), (second, first))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(account.active for account in accounts(app)) == 1
    assert refused == [service.AccountRefusal.LAST_ADMINISTRATOR]


def test_the_last_administrator_stays(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    boss = build.account(Role.ADMINISTRATOR, password="x")
    invited = build.account(Role.ADMINISTRATOR)
    sign_in(client, invited)

    assert client.post(f"/coordination/comptes/{boss.id}/fermer").status_code == 409
    response = client.post(f"/coordination/comptes/{boss.id}", data={"role": "coordinator"})
    assert response.status_code == 409
    assert "dernier administrateur" in response.text


def test_unknown_accounts_are_not_found(client: FlaskClient, coordinator: Account) -> None:
    assert client.get("/coordination/comptes/999").status_code == 404
    for verb in ("inviter", "fermer", "rouvrir"):
        assert client.post(f"/coordination/comptes/999/{verb}").status_code == 404


def test_the_command_prints_a_link_for_the_first_administrator(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["create-account", "Chef@Essai.example", "--name", "Chef"])

    assert result.exit_code == 0, result.output
    path = result.output.strip().removeprefix("http://localhost")
    client = app.test_client()
    assert client.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 303
    [account] = accounts(app)
    assert (account.email, account.role, account.name) == ("chef@essai.example", Role.ADMINISTRATOR, "Chef")


def test_the_command_asks_for_a_password(app: Flask) -> None:
    runner = app.test_cli_runner()
    weak = runner.invoke(args=["create-account", "a@essai.example", "--password"], input="court\ncourt\n")
    made = runner.invoke(
        args=["create-account", "a@essai.example", "--password", "--role", "coordinator"],
        input=f"{PASSWORD}\n{PASSWORD}\n",
    )
    again = runner.invoke(args=["create-account", "a@essai.example"])
    bad = runner.invoke(args=["create-account", "pas une adresse"])

    assert (weak.exit_code, made.exit_code, again.exit_code, bad.exit_code) == (1, 0, 1, 1), made.output
    assert "Traceback" not in weak.output + made.output + again.output + bad.output
    assert [said.output.splitlines()[-1][:9] for said in (weak, again, bad)] == ["Erreur : "] * 3
    assert "Error" not in weak.output + again.output + bad.output
    response = app.test_client().post("/connexion", data={"email": "a@essai.example", "password": PASSWORD})
    assert response.status_code == 302


def test_a_long_list_of_accounts_takes_as_many_queries_as_a_short_one(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, coordinator: Account
) -> None:
    import sqlalchemy as sa

    from app.db import db

    counted: list[str] = []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: counted.append(given[2]))

    def queries() -> int:
        counted.clear()
        client.get("/coordination/comptes")
        return len(counted)

    few = queries()
    for _ in range(20):
        build.account(committee=committee)

    assert queries() == few
