"""A second factor: asked for, shown once, lost, removed by somebody else, and told to its owner each time."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from passlib.totp import TOTP
from sqlmodel import col, select

from app.accounts.factors import service
from app.accounts.factors.codes import Codes
from app.accounts.factors.service import FactorError, FactorRefusal
from app.db import session, transaction
from app.models import Account, Decision, Factor, OutboxMessage, RecoveryCode
from app.models.states import Role, Verb
from app.web.links import Purpose
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock, SignIn

EMAIL, PASSWORD, OTHER = "marie@essai.example", "girafe parapluie lundi", "tabouret nuage quatorze"
OWN = "/preferences/double-authentification"
CODES = Codes("tests-only-0123456789-abcdefghijklmnop", "Portail des dons")


@pytest.fixture
def marie(app: Flask, build: Builder) -> Account:
    with app.test_request_context():
        hashed = hash_password(PASSWORD)
    return build.account(Role.COORDINATOR, password=hashed, email=EMAIL, name="Marie Exemple")


def shown(key: str, moment: datetime) -> str:
    """What an application with this key shows at that moment."""
    return str(TOTP(key=key.replace(" ", "")).generate(moment).token)


class Telephone:
    """Marie's, with an application of codes on it, and the sheet with her recovery codes."""

    def __init__(self, app: Flask, clock: FrozenClock, account: Account) -> None:
        self.app, self.clock = app, clock
        secret = CODES.new_secret()
        self._key = CODES.enrolment(secret, EMAIL).key
        with app.app_context(), transaction() as current:
            self.sheet = service.add_application(
                current, account.id, secret, self.shows(), "Téléphone de Marie", CODES, clock()
            )
        clock.advance(minutes=2)

    def shows(self) -> str:
        return shown(self._key, self.clock())


@pytest.fixture
def telephone(app: Flask, clock: FrozenClock, marie: Account) -> Telephone:
    return Telephone(app, clock, marie)


def knock(client: FlaskClient, password: str = PASSWORD, **ticked: str) -> str:
    """Where the password leads."""
    typed = {"email": EMAIL, "password": password, **ticked}
    return str(client.post("/connexion", data=typed).headers.get("Location", ""))


def show(client: FlaskClient, code: str, **ticked: str) -> int:
    return client.post("/connexion/code", data={"code": code, **ticked}).status_code


def is_in(client: FlaskClient) -> bool:
    return client.get("/coordination/offres").status_code == 200


def told(app: Flask) -> list[str]:
    with app.app_context():
        rows = session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id))).all()
        assert {row.to_email for row in rows} <= {EMAIL}
        return [row.subject for row in rows]


def decided(app: Flask) -> list[str]:
    with app.app_context():
        return [row.verb for row in session().exec(select(Decision).order_by(col(Decision.id)))]


def test_the_password_alone_opens_nothing_and_a_code_is_good_once(
    client: FlaskClient, telephone: Telephone
) -> None:
    assert knock(client) == "/connexion/code"
    assert not is_in(client)
    code = telephone.shows()
    assert show(client, f" {code[:3]} {code[3:]} ") == 303
    assert is_in(client)

    client.post("/deconnexion")
    knock(client)
    assert show(client, code) == 422
    assert not is_in(client)


@pytest.mark.parametrize(("late", "right"), [(-29, True), (29, True), (-75, False), (75, False)])
def test_a_telephone_may_be_half_a_minute_slow_or_fast(late: int, right: bool) -> None:
    secret = CODES.new_secret()
    code = shown(CODES.enrolment(secret, EMAIL).key, MOMENT + timedelta(seconds=late))

    assert (CODES.period_of(secret, code, 0, MOMENT) is not None) == right


def test_a_wrong_code_gets_a_sentence(client: FlaskClient, telephone: Telephone, clock: FrozenClock) -> None:
    knock(client)
    for code in ("", "12345", "abcdef", "000000", "0" * 12, "\0" * 6, "٣٣٣٣٣٣", "9" * 50_000, "\r\n1"):
        clock.advance(minutes=20)
        knock(client)
        page = client.post("/connexion/code", data={"code": code})
        assert page.status_code == 422
        assert "Ce n’est pas le bon code" in page.text or "Écrivez un code." in page.text
    assert not is_in(client)


@pytest.mark.parametrize("printed", [False, True])
def test_of_four_who_enter_one_code_at_once_one_gets_in(
    app: Flask, marie: Account, telephone: Telephone, clock: FrozenClock, printed: bool
) -> None:
    code, together = telephone.sheet[0] if printed else telephone.shows(), Barrier(4)

    def one(_number: int) -> bool:
        together.wait()
        with app.app_context(), transaction() as current:
            return service.enter_code(current, marie.id, code, CODES, clock()).right

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(one, range(4))) == 1


def test_wrong_codes_are_waited_for_longer_and_longer_and_lock_nobody_out(
    client: FlaskClient, telephone: Telephone, clock: FrozenClock
) -> None:
    knock(client)
    for _ in range(service.FREE_TRIALS):
        show(client, "000000")
    assert show(client, telephone.shows()) == 422, "right, but too soon"
    assert "Réessayez dans 15 secondes." in words(client.get("/connexion/code"))

    clock.advance(seconds=16)
    show(client, "000000")
    clock.advance(seconds=16)
    assert show(client, telephone.shows()) == 422, "thirty seconds by now"
    clock.advance(seconds=16)
    assert show(client, telephone.shows()) == 303


def test_what_was_shown_of_the_password_is_forgotten_after_ten_minutes(
    client: FlaskClient, telephone: Telephone, clock: FrozenClock
) -> None:
    assert client.get("/connexion/code").headers["Location"] == "/connexion"
    knock(client)
    clock.advance(minutes=11)

    assert show(client, telephone.shows()) == 303
    assert not is_in(client)


def test_a_recovery_code_opens_once_and_its_owner_is_told(
    app: Flask, client: FlaskClient, telephone: Telephone, clock: FrozenClock
) -> None:
    before = len(told(app))
    for number, code in enumerate(telephone.sheet[:8]):
        knock(client)
        assert show(client, code) == 303
        client.post("/deconnexion")
        clock.advance(minutes=number)
    knock(client)
    assert show(client, telephone.sheet[0]) == 422

    letters = told(app)[before:]
    assert letters == ["Un de vos codes de secours a servi"] * 8
    with app.app_context():
        last = session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc())).first()
        assert last is not None
        assert "Il vous en reste 2." in last.body_text.replace("\u00a0", " ")
        assert "Faites-en de nouveaux" in last.body_text
    assert show(client, telephone.shows()) == 303
    assert "Il vous reste 2 codes de secours. Faites-en de nouveaux." in client.get(OWN).text.replace(
        "\u00a0", " "
    )


def test_a_new_password_by_letter_does_not_stand_in_for_the_second_factor(
    app: Flask, client: FlaskClient, telephone: Telephone
) -> None:
    with app.test_request_context():
        token = app.extensions["desk"].password_token(session().exec(select(Account)).one())
    typed = {"password": OTHER, "password_confirm": OTHER}
    client.post(f"/mot-de-passe-oublie/{token}", data=typed)

    assert not is_in(client)
    assert knock(client, OTHER) == "/connexion/code"


def test_a_trusted_device_is_asked_for_the_password_alone_for_thirty_days_or_until_one_says_otherwise(
    app: Flask, client: FlaskClient, telephone: Telephone, clock: FrozenClock
) -> None:
    knock(client)
    show(client, telephone.shows(), trusted="y")
    client.post("/deconnexion")
    clock.advance(days=29)
    assert knock(client) == "/accueil"
    client.post(f"{OWN}/appareils/oublier")
    client.post("/deconnexion")
    assert knock(client) == "/connexion/code"

    show(client, telephone.shows(), trusted="y")
    client.post("/deconnexion")
    assert knock(app.test_client()) == "/connexion/code", "of another device"
    clock.advance(days=31)
    assert knock(client) == "/connexion/code"


def test_a_shared_computer_is_never_trusted(client: FlaskClient, telephone: Telephone) -> None:
    knock(client, shared="y")
    assert "trusted" not in client.get("/connexion/code").text
    show(client, telephone.shows(), trusted="y")

    assert client.get_cookie("appareil_sur", path="/connexion") is None


def test_after_the_second_factor_one_is_where_one_wanted_to_be_and_never_elsewhere(
    client: FlaskClient, telephone: Telephone
) -> None:
    client.post("/connexion?next=/coordination/offres", data={"email": EMAIL, "password": PASSWORD})
    typed = {"code": telephone.shows(), "next": "//ailleurs.example/"}
    assert client.post("/connexion/code", data=typed).headers["Location"] == "/accueil"


def test_who_changes_second_factors_has_just_typed_the_password(
    client: FlaskClient, marie: Account, sign_in: SignIn
) -> None:
    sign_in(client, marie)
    with client.session_transaction() as cookie:
        cookie["fs_paa"] -= 3600

    for answer in (
        client.get(f"{OWN}/application"),
        client.get(f"{OWN}/cle"),
        client.post(f"{OWN}/codes/renouveler"),
        client.post(f"{OWN}/1/retirer"),
        client.post(f"/coordination/comptes/{marie.id}/double-authentification/retirer"),
    ):
        assert answer.headers["Location"].startswith("/verification?next=")


def test_the_secret_of_an_application_cannot_be_read_in_the_database(
    app: Flask, telephone: Telephone
) -> None:
    with app.app_context():
        row = session().exec(select(Factor)).one()
        digests = session().exec(select(RecoveryCode.digest)).all()

    assert telephone._key.replace(" ", "") not in row.secret
    assert not set(telephone.sheet) & set(digests)
    stolen = Codes("another-key-0123456789-abcdefghijklmnop", "Portail des dons")
    assert stolen.period_of(row.secret, telephone.shows(), 0, telephone.clock()) is None


def test_removing_the_last_one_leads_to_enrolling_again_where_one_is_asked_for(
    app: Flask, client: FlaskClient, marie: Account, telephone: Telephone, sign_in: SignIn
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], second_factor=("coordinator",))
    sign_in(client, marie)
    assert is_in(client)
    with app.app_context():
        number = session().exec(select(Factor.id)).one()
    client.post(f"{OWN}/{number}/retirer")

    assert client.get("/coordination/offres").headers["Location"] == OWN
    assert client.get("/aide").status_code == 200
    with app.app_context():
        assert session().exec(select(RecoveryCode)).all() == []
    assert decided(app) == [Verb.ADD_FACTOR, Verb.REMOVE_FACTOR]
    assert len(told(app)) == 2


def test_somebody_who_is_invited_to_coordinate_is_led_on_to_enrol(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], second_factor=("coordinator",))
    invited = build.account(Role.COORDINATOR, invited_at=clock(), password=None)
    token = app.extensions["links"].token(Purpose.INVITATION, invited.id, f"account:{invited.id}", clock())
    client.post(f"/invitation/{token}", data={"password": PASSWORD, "again": PASSWORD})

    assert client.get("/accueil").headers["Location"] == OWN
    page = client.get(f"{OWN}/application").text
    key = re.search(r'class="secret"[^>]*>([^<]*)<', page)
    assert key
    shown_by = {"name": "Téléphone", "code": shown(key[1].replace("\u00a0", " "), clock())}
    assert client.post(f"{OWN}/application", data=shown_by).headers["Location"] == f"{OWN}/codes"
    assert is_in(client)
    assert client.get(f"{OWN}/codes").text.count("<li>") > 10
    client.post(f"{OWN}/codes/gardes")
    assert client.get(f"{OWN}/codes").headers["Location"] == OWN, "shown once"


def test_whoever_sits_down_at_the_same_browser_sees_no_secret_of_who_sat_there(
    client: FlaskClient, build: Builder, sign_in: SignIn, clock: FrozenClock
) -> None:
    """Though nobody has signed out."""

    def key() -> str:
        found = re.search(r'class="secret"[^>]*>([^<]*)<', client.get(f"{OWN}/application").text)
        assert found
        return found[1].replace("\u00a0", " ")

    first, second = build.account(Role.COORDINATOR), build.account(Role.COORDINATOR)
    sign_in(client, first)
    before = key()
    assert key() == before, "looked at twice"
    sign_in(client, second)
    assert key() != before
    typed = {"name": "Téléphone", "code": shown(key(), clock())}
    assert client.post(f"{OWN}/application", data=typed).headers["Location"] == f"{OWN}/codes"
    sign_in(client, first)
    assert client.get(f"{OWN}/codes").status_code == 303


@pytest.fixture
def by(app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn) -> Callable[..., Account]:
    """Signs somebody in who helps."""

    def somebody(role: Role) -> Account:
        account = build.account(role, password="x")
        sign_in(client, account)
        return account

    return somebody


def test_who_has_lost_everything_is_helped_by_somebody_who_answers_for_them_and_is_told(
    app: Flask, client: FlaskClient, marie: Account, telephone: Telephone, by: Callable[..., Account]
) -> None:
    by(Role.COORDINATOR)
    page = client.get(f"/coordination/comptes/{marie.id}").text
    assert "Retirer sa double authentification" in page
    client.post(f"/coordination/comptes/{marie.id}/double-authentification/retirer")

    assert decided(app)[-1] is Verb.RESET_FACTORS
    assert told(app)[-1] == "Votre double authentification a été retirée"
    assert knock(app.test_client()) == "/accueil"


def test_no_coordinator_removes_an_administrators_nor_another_associations_and_nobody_their_own(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    chief, coordinator = build.account(Role.ADMINISTRATOR), build.account(Role.COORDINATOR)
    elsewhere = build.account(Role.COORDINATOR, organisation_id=build.organisation().id)
    for account in (chief, coordinator):
        build.second_factor(account)
    refused = []
    for whose, helper in ((chief, coordinator), (coordinator, elsewhere), (chief, chief)):
        with app.app_context(), pytest.raises(FactorError) as error, transaction() as current:
            service.reset(current, whose.id, helper, clock())
        refused.append(error.value.code)

    assert refused == [FactorRefusal.NOT_YOURS, FactorRefusal.NOT_YOURS, FactorRefusal.YOURSELF]


def test_the_last_administrator_is_helped_at_the_command_line(
    app: Flask, client: FlaskClient, telephone: Telephone
) -> None:
    runner = app.test_cli_runner()
    assert "Aucun compte" in runner.invoke(args=["reset-second-factor", "per\0sonne"]).output
    assert runner.invoke(args=["reset-second-factor", f" {EMAIL.upper()}"]).exit_code == 0

    assert knock(client) == "/accueil"
    assert told(app)[-1] == "Votre double authentification a été retirée"
    assert runner.invoke(args=["reset-second-factor", EMAIL]).exit_code == 1
