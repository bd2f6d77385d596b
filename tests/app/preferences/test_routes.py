"""The pages of preferences: what is kept, what is refused, and who may."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from app.db import transaction
from app.models import Account, Committee, Preference
from app.models.states import Language, Role
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

WEEKLY = {"language": "fr", "digest": "y", "weekday": "4", "hour": "18", "paused_until": ""}
DAILY = {"language": "fr", "digest": "y", "hour": "7", "paused_until": ""}


def stored(app: Flask, party: str) -> Preference | None:
    with app.app_context(), transaction() as session:
        found = session.exec(select(Preference).where(Preference.party == party)).first()
        if found is not None:
            session.expunge(found)
        return found


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(slug="givors", name="Comité de Givors")


@pytest.fixture
def member(client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


@pytest.fixture
def coordinator(client: FlaskClient, build: Builder, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR)
    sign_in(client, account)
    return account


def test_a_committee_chooses_its_day_its_hour_and_its_language(
    app: Flask, client: FlaskClient, member: Account, committee: Committee
) -> None:
    answer = client.post(
        "/mon-comite/preferences", data=WEEKLY | {"language": "en", "paused_until": "15/12/2026"}
    )

    assert answer.status_code == 303
    found = stored(app, f"committee:{committee.id}")
    assert found is not None
    assert (found.digest_weekday, found.digest_hour, found.digests_off) == (4, 18, False)
    assert found.paused_until == date(2026, 12, 15)
    with app.app_context(), transaction() as session:
        assert session.get_one(Committee, committee.id).language is Language.ENGLISH
    page = client.get(answer.location).text
    assert 'value="2026-12-15"' in page
    assert '<option selected value="18">' in page


def test_unticking_switches_the_digest_off(
    app: Flask, client: FlaskClient, member: Account, committee: Committee
) -> None:
    client.post(
        "/mon-comite/preferences", data={key: value for key, value in WEEKLY.items() if key != "digest"}
    )

    found = stored(app, f"committee:{committee.id}")
    assert found is not None
    assert found.digests_off
    assert "checked" not in client.get("/mon-comite/preferences").text.split('name="digest"')[1][:60]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("paused_until", "2026-11-22", "Ce jour est passé"),
        ("paused_until", "2028-01-01", "Choisissez un jour d’ici un an"),
        ("paused_until", "demain", "Écrivez une date comme"),
        ("paused_until", "9" * 5000, "Écrivez une date comme"),
        ("hour", "24", "Choisissez une heure"),
        ("hour", "", "Choisissez une heure"),
        ("hour", "8\x00", "Choisissez une heure"),
        ("weekday", "0", "Choisissez un jour dans la liste"),
        ("weekday", "١", "Choisissez un jour dans la liste"),
        ("language", "de", "Choisissez une langue"),
        ("language", "<script>", "Choisissez une langue"),
    ],
)
def test_a_wrong_value_gets_a_sentence_and_the_rest_is_kept(
    app: Flask,
    client: FlaskClient,
    member: Account,
    committee: Committee,
    field: str,
    value: str,
    sentence: str,
) -> None:
    answer = client.post("/mon-comite/preferences", data=WEEKLY | {field: value})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(app, f"committee:{committee.id}") is None
    if field != "hour":
        assert '<option selected value="18">' in answer.text


def test_today_may_be_the_last_silent_day_and_a_pause_that_is_over_is_not_shown(
    client: FlaskClient, member: Account, clock: FrozenClock
) -> None:
    assert (
        client.post("/mon-comite/preferences", data=WEEKLY | {"paused_until": "2026-11-23"}).status_code
        == 303
    )
    clock.advance(days=2)

    assert "2026-11-23" not in client.get("/mon-comite/preferences").text


def test_a_coordinator_chooses_an_hour_and_a_language_for_letters_and_screens(
    app: Flask, client: FlaskClient, coordinator: Account
) -> None:
    client.post("/langue", data={"language": "fr"})

    answer = client.post("/preferences", data=DAILY | {"language": "en"})

    assert answer.status_code == 303
    found = stored(app, f"account:{coordinator.id}")
    assert found is not None
    assert found.digest_hour == 7
    with app.app_context(), transaction() as session:
        assert session.get_one(Account, coordinator.id).language is Language.ENGLISH
    assert '<html lang="en"' in client.get("/preferences").text


def test_a_member_without_digest_of_their_own_chooses_a_language(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    page = client.get("/preferences").text
    assert 'name="hour"' not in page
    assert "Comité de Givors" in page

    assert client.post("/preferences", data={"language": "en"}).status_code == 303

    assert stored(app, f"account:{member.id}") is None


def test_screens_speak_the_account_s_language_on_any_browser(
    app: Flask, build: Builder, sign_in: SignIn
) -> None:
    account = build.account(Role.COORDINATOR, language=Language.ENGLISH)
    client = app.test_client()
    sign_in(client, account)

    page = client.get("/preferences", headers={"Accept-Language": "fr"}).text

    assert '<html lang="en"' in page


def test_nobody_chooses_for_another_committee(
    app: Flask, client: FlaskClient, member: Account, build: Builder
) -> None:
    other = build.committee(slug="venissieux")

    for path in ("/mon-comite/preferences", "/mon-comite/agenda/renouveler"):
        assert client.post(f"{path}?comite=venissieux", data=WEEKLY).status_code == 404

    assert stored(app, f"committee:{other.id}") is None


def test_an_account_without_committee_is_told_what_to_do(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    sign_in(client, build.account())

    answer = client.get("/mon-comite/preferences")

    assert answer.status_code == 403
    assert "Demandez à votre coordinateur" in answer.text


def test_home_and_menu_lead_to_the_preferences(client: FlaskClient, member: Account) -> None:
    home = client.get("/mon-comite").text

    assert "/mon-comite/preferences?comite=givors" in home
    assert 'href="/preferences"' in home
