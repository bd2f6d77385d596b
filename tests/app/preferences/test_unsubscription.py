"""One-click unsubscription (RFC 8058): the POST that mail providers make, and what a person sees."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models.states import Role
from app.preferences.queries import digest_preferences
from app.web.links import LIFETIMES, Purpose, path_of
from tests.builders import Builder
from tests.conftest import FrozenClock


def path_for(app: Flask, party: str, clock: FrozenClock) -> str:
    token = app.extensions["links"].token(Purpose.UNSUBSCRIBE, int(party.partition(":")[2]), party, clock())
    return path_of(Purpose.UNSUBSCRIBE, token)


def is_off(app: Flask, party: str) -> bool:
    with app.app_context(), transaction() as session:
        return digest_preferences(session, [party])[party].off


@pytest.fixture
def strict(app: Flask) -> Flask:
    """As in production: forms are checked for their origin, requests are counted."""
    app.config.update(WTF_CSRF_ENABLED=True, RATELIMIT_ENABLED=True)
    return app


@pytest.fixture
def party(build: Builder) -> str:
    return f"committee:{build.committee(name='Comité de Givors').id}"


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_the_post_of_a_mail_provider_stops_the_digest(
    strict: Flask, party: str, clock: FrozenClock, content_type: str
) -> None:
    """No cookie, no token of a form, no referer; the answer is no redirect."""
    stranger = strict.test_client(use_cookies=False)

    answer = stranger.post(
        path_for(strict, party, clock),
        data={"List-Unsubscribe": "One-Click"},
        content_type=content_type,
        headers={"User-Agent": "Mail provider"},
    )

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert is_off(strict, party)


def test_twice_is_as_good_as_once(strict: Flask, party: str, clock: FrozenClock) -> None:
    path = path_for(strict, party, clock)
    for _ in range(2):
        answer = strict.test_client().post(path, data="List-Unsubscribe=One-Click", content_type="text/plain")
        assert answer.status_code in {200, 303}

    assert is_off(strict, party)


def test_looking_changes_nothing_and_the_page_has_one_button(
    client: FlaskClient, app: Flask, party: str, clock: FrozenClock
) -> None:
    path = path_for(app, party, clock)

    page = client.get(path)
    client.head(path)

    assert page.status_code == 200
    assert "Comité de Givors" in page.text
    assert page.text.split("<main")[1].split("</main")[0].count("<button") == 1
    assert not is_off(app, party)


def test_a_person_stops_and_goes_back_on_it(
    strict: Flask, client: FlaskClient, party: str, clock: FrozenClock
) -> None:
    path = path_for(strict, party, clock)

    stopped = client.post(path, follow_redirects=True).text
    assert "Le récapitulatif est arrêté" in stopped
    assert is_off(strict, party)

    again = client.post(f"{path}/reprendre", follow_redirects=True).text
    assert "Arrêter le récapitulatif" in again
    assert not is_off(strict, party)


def test_going_back_on_it_keeps_the_day_that_was_chosen(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, party: str
) -> None:
    path = path_for(app, party, clock)
    client.post(path)
    client.post(f"{path}/reprendre")

    with app.app_context(), transaction() as session:
        found = digest_preferences(session, [party])[party]
    assert (found.weekday, found.hour, found.paused_until) == (1, 8, None)


def test_a_coordinator_s_link_stops_that_coordinator_s_digest_alone(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    mine, other = (f"account:{build.account(Role.COORDINATOR).id}" for _ in range(2))

    client.post(path_for(app, mine, clock), data={"List-Unsubscribe": "One-Click"})

    assert is_off(app, mine)
    assert not is_off(app, other)


def test_the_page_tells_a_stranger_neither_name_nor_address(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    account = build.account(Role.COORDINATOR, name="Compte Secret", email="compte-secret@essai.example")

    page = client.get(path_for(app, f"account:{account.id}", clock)).text

    assert "Compte Secret" not in page
    assert "compte-secret@" not in page


def hostile(app: Flask, number: int, clock: FrozenClock) -> list[str]:
    """Tokens that must open nothing."""
    links, now = app.extensions["links"], clock()
    good = links.token(Purpose.UNSUBSCRIBE, number, f"committee:{number}", now)
    return [
        links.token(Purpose.AGENDA, number, f"committee:{number}", now),
        links.token(Purpose.COMMITTEE_ANSWER, number, f"committee:{number}", now),
        links.token(Purpose.UNSUBSCRIBE, number, f"donor:{number}", now),
        links.token(Purpose.UNSUBSCRIBE, number, f"committee:{number + 1}", now),
        links.token(Purpose.UNSUBSCRIBE, 2**31 - 1, f"committee:{2**31 - 1}", now),
        links.token(Purpose.UNSUBSCRIBE, -1, "committee:-1", now),
        good[:-1],
        good + "x",
        good.swapcase(),
        "..",
        "%00",
        "é",
        "x" * 5000,
        "[]",
    ]


def test_hostile_tokens_stop_nothing(app: Flask, client: FlaskClient, party: str, clock: FrozenClock) -> None:
    tokens = hostile(app, int(party.partition(":")[2]), clock)

    for token in tokens:
        for answer in (
            client.get(f"/desabonnement/{token}"),
            client.post(f"/desabonnement/{token}", data={"List-Unsubscribe": "One-Click"}),
            client.post(f"/desabonnement/{token}/reprendre"),
        ):
            assert answer.status_code in {404, 405, 308}, token
    assert not is_off(app, party)


def test_a_link_of_another_age_says_so(
    app: Flask, client: FlaskClient, party: str, clock: FrozenClock
) -> None:
    path = path_for(app, party, clock)
    clock.advance(seconds=LIFETIMES[Purpose.UNSUBSCRIBE].total_seconds() + 1)

    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 410
    assert not is_off(app, party)
