"""The obvious proposals, decided together."""

from flask import Flask
from flask.testing import FlaskClient

from app.models import Account
from app.models.states import MatchState
from tests.app.matches.pages import state_of, text
from tests.builders import Builder


def test_the_obvious_ones_are_ticked_approved_and_undone_together(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    good = [build.match(score=0.9, distance_km=2.0) for _ in range(3)]
    poor = build.match(score=0.5, distance_km=2.0)
    far = build.match(score=0.9, distance_km=80.0)
    unfit = build.match(score=0.97, distance_km=2.0, parts={"fit": 0.6, "fairness": 1.0})
    page = client.get("/coordination/evidents").text
    assert page.count('type="checkbox"') == 3

    answer = client.post(
        "/coordination/evidents", data={"match": [good[0].id, good[1].id, "x", "-1", "999999"]}
    )

    after = text(client.get(answer.location))
    assert "2 rapprochements approuvés." in after
    assert "n'existe pas" in after
    assert [state_of(app, match).value for match in (*good, poor, far, unfit)] == [
        "approved",
        "approved",
        "proposed",
        "proposed",
        "proposed",
        "proposed",
    ]

    client.post("/coordination/rapprochements/annuler", data={"match": [good[0].id, good[1].id]})
    assert {state_of(app, match) for match in good} == {MatchState.PROPOSED}


def test_nothing_ticked_is_no_error_page(client: FlaskClient, coordinator: Account) -> None:
    assert "Cochez au moins un" in text(client.post("/coordination/evidents", follow_redirects=True))


def test_the_obvious_ones_are_a_part_of_what_is_to_decide(client: FlaskClient, coordinator: Account) -> None:
    assert '<a href="/coordination" aria-current="true">' in client.get("/coordination/evidents").text
