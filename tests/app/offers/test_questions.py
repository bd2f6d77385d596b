"""What is asked of some kinds of article alone: a size, the data in it, how it is carried."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Offer, OfferedItem
from app.models.states import Role
from tests.app.offers.steps import fill, rows, words
from tests.builders import Builder

SIZE, SHOE, MEASURES = "Quelle taille ?", "Quelle pointure ?", "Quelles dimensions ?"
DATA, APART, FLOOR = "Vos données sont-elles effacées ?", "Est-ce démonté ?", "À quel étage ?"
ALL = {SIZE, SHOE, MEASURES, DATA, APART}
AT_ONCE = {"review": "1", "send": "1"}


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("manteau", {SIZE}),
        ("manteau taille 42", set()),
        ("chaussures", {SHOE}),
        ("drap", {MEASURES}),
        ("drap 140x190", set()),
        ("ordinateur portable", {DATA}),
        ("armoire", {MEASURES, APART}),
        ("réfrigérateur", {MEASURES}),
        ("chaise", set()),
        ("lampe", set()),
        ("médicaments", set()),
    ],
)
def test_only_what_the_kind_has_and_the_words_do_not_say_is_asked(
    client: FlaskClient, typed: str, asked: set[str]
) -> None:
    query = {"prefix": "articles-0", "articles-0-what": typed, "separer": "1"}
    said = words(client.get("/offrir/compris", query_string=query))
    again = words(client.post("/offrir", data=fill(client, what=typed) | {"change": "1"}))

    assert {question for question in ALL if question in said} == asked
    assert {question for question in ALL if question in again} == asked


def test_answers_reach_the_coordinator_and_who_fetches(
    app: Flask, client: FlaskClient, build: Builder, sign_in: Any
) -> None:
    answers = {
        "articles-0-measure": "120 × 60 × 200",
        "articles-0-dismantled": "non",
        "floor": "3",
        "lift": "oui",
    }
    form = fill(client, what="armoire") | answers
    assert client.post("/offrir", data=form | AT_ONCE).status_code == 303

    [row], [offer] = rows(app, OfferedItem), rows(app, Offer)
    assert (row.measure, row.dismantled, row.erased) == ("120 × 60 × 200", False, None)
    assert (offer.floor, offer.lift) == (3, True)
    coordinator = app.test_client()
    sign_in(coordinator, build.account(Role.COORDINATOR))
    shown = words(coordinator.get(f"/coordination/offres/{offer.id}"))
    assert "Taille 120 × 60 × 200 Démonté non" in shown
    assert "étage 3, avec ascenseur" in shown


def test_without_javascript_they_are_asked_at_the_summary_and_may_be_left(
    app: Flask, client: FlaskClient
) -> None:
    form = fill(client, what="ordinateur portable")
    summary = client.post("/offrir", data=form | {"review": "1"})
    assert DATA in words(summary)
    boxes = [each for each in re.findall(r"<input[^>]*>", summary.text) if 'name="articles-0-erased"' in each]
    assert len(boxes) == 2
    assert all('form="review-form"' in each for each in boxes)
    assert FLOOR not in words(summary)

    assert client.post("/offrir", data=form | {"articles-0-erased": "oui"} | AT_ONCE).status_code == 303
    assert [row.erased for row in rows(app, OfferedItem)] == [True]
    left = fill(client, what="frigo")
    assert FLOOR in words(client.post("/offrir", data=left | {"review": "1"}))
    assert client.post("/offrir", data=left | AT_ONCE).status_code == 303


def test_answers_to_what_is_not_asked_are_let_go(app: Flask, client: FlaskClient) -> None:
    odd = {
        "articles-0-measure": "XL",
        "articles-0-erased": "oui",
        "articles-0-dismantled": "peut-être",
        "floor": "2",
    }

    assert client.post("/offrir", data=fill(client, what="lampe") | odd | AT_ONCE).status_code == 303

    [row], [offer] = rows(app, OfferedItem), rows(app, Offer)
    assert (row.measure, row.erased, row.dismantled, offer.floor) == ("", None, None, None)
