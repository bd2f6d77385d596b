"""The board for several at once: what is ticked, what is left for later, and what a colleague looks at."""

from flask import Flask
from flask.testing import FlaskClient

from app.models import Account
from app.models.states import MatchState, Role
from tests.app.matches.pages import state_of, text
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

MANY, LOOKS = "/coordination/plusieurs", "/coordination/regards"


def test_what_is_ticked_is_approved_or_put_aside_for_one_reason(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    matches = [build.match(build.offered_item(), build.need()) for _ in range(4)]
    ids = [match.id for match in matches]

    approved = client.post(MANY, data={"match": ids[:2], "geste": "approuver"}, follow_redirects=True)
    nothing = client.post(MANY, data={"geste": "approuver"}, follow_redirects=True)
    silent = client.post(MANY, data={"match": ids[2:], "geste": "ecarter"}, follow_redirects=True)
    aside = client.post(
        MANY, data={"match": ids[1:], "geste": "ecarter", "reason": "not_now"}, follow_redirects=True
    )

    assert "2 rapprochements approuvés." in text(approved)
    assert "Cochez au moins un rapprochement." in text(nothing)
    assert "Dites pourquoi" in text(silent)
    assert "2 rapprochements écartés." in text(aside)
    assert "1 rapprochement est resté tel quel" in text(aside)
    assert [state_of(app, match) for match in matches] == [MatchState.APPROVED] * 2 + [
        MatchState.REJECTED
    ] * 2


def test_what_is_decided_is_listed_with_its_undo_for_who_decided(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, coordinator: Account
) -> None:
    match = build.match(build.offered_item(), build.need(build.committee(name="Comité de Vienne")))
    client.post(f"/coordination/rapprochements/{match.id}/approuver")

    assert f"/coordination/rapprochements/{match.id}/annuler" in client.get("/coordination").text
    other = app.test_client()
    sign_in(other, build.account(Role.COORDINATOR))
    assert f"/coordination/rapprochements/{match.id}/annuler" not in other.get("/coordination").text


def test_what_is_left_for_later_is_not_shown_until_it_is_asked_for(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    first, second = (build.match(build.offered_item(), build.need()) for _ in range(2))

    page = text(client.get("/coordination", query_string={"passe": f"{first.id}"}))

    assert f'id="m{first.id}"' not in page
    assert f'id="m{second.id}"' in page
    assert "Vous avez laissé une proposition pour plus tard." in page
    assert f"passe={first.id}%2C{second.id}" in page


def test_a_colleague_is_seen_for_as_long_as_the_page_says_so(
    app: Flask,
    client: FlaskClient,
    build: Builder,
    sign_in: SignIn,
    clock: FrozenClock,
    coordinator: Account,
) -> None:
    match, other = (build.match(build.offered_item(), build.need()) for _ in range(2))
    colleague = app.test_client()
    sign_in(colleague, build.account(Role.COORDINATOR, name="Collègue Exemple"))
    said = "Collègue Exemple regarde aussi."

    colleague.post(LOOKS, data={"vu": match.id})
    assert said in text(client.get("/coordination"))
    assert said in text(client.get(f"/coordination/rapprochements/{match.id}"))
    assert said not in text(client.get(f"/coordination/rapprochements/{other.id}"))
    assert said not in text(colleague.get("/coordination"))
    assert client.post(LOOKS, data={"match": [match.id, other.id]}).json == {str(match.id): said}
    colleague.post(LOOKS, data={"vu": other.id})
    assert client.post(LOOKS, data={"match": [match.id, other.id]}).json == {str(other.id): said}
    colleague.post(LOOKS, data={"vu": 999_999})
    assert said not in text(client.get("/coordination"))
    colleague.post(LOOKS, data={"vu": match.id})
    clock.advance(minutes=2)
    assert said not in text(client.get("/coordination"))
