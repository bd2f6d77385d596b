"""What a donor writes is asked about where it names several things, a bad state, a wish, or a gift that is gone."""

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models import Decision, OfferedItem
from app.models.states import Aside, Condition, Role, Verb
from tests.app.offers.steps import fill, rows, words
from tests.app.test_every_form import Reader
from tests.builders import Builder


def articles(page: str) -> list[tuple[str, str]]:
    """The words and the number of each article of the form."""
    found = re.findall(r'name="articles-[0-9]+-(what|quantity)"[^>]*?value="([^"]*)"', page)
    found = found or re.findall(r'value="([^"]*)"[^>]*?name="articles-[0-9]+-(what|quantity)"', page)
    return [(what[1], count[1]) for what, count in zip(found[::2], found[1::2], strict=True)]


def ticked(asked: TestResponse) -> dict[str, str]:
    """The box that says that one is sure, as a browser sends it: CR LF for each line break."""
    box = re.search(r'name="articles-0-sure" value="([^"]*)"', asked.text)
    assert box is not None
    return {"articles-0-sure": unescape(box[1]).replace("\n", "\r\n")}


def piece(client: FlaskClient, typed: str) -> str:
    query = {"prefix": "articles-0", "articles-0-what": typed, "separer": "1"}
    return words(client.get("/offrir/compris", query_string=query))


def test_several_things_become_articles_of_their_own_and_nothing_typed_is_lost(
    app: Flask, client: FlaskClient
) -> None:
    typed = "Salon à vider : lot de 6 chaises + table basse, une lampe"
    said = piece(client, typed)
    assert (
        "Nous lisons 3 articles : lot de 6 chaises, table basse, une lampe. En faire trois articles" in said
    )

    form = fill(client, what=typed, condition="fair", note="Bon bois")
    page = client.post("/offrir", data=form | {"split": "0"})

    assert page.status_code == 200
    assert articles(page.text) == [("lot de 6 chaises", "6"), ("table basse", "1"), ("une lampe", "1")]
    ticked = [each for each in re.findall(r"<input[^>]*>", page.text) if "checked" in each]
    assert sum('value="fair"' in each for each in ticked) == 3
    assert typed in words(page)
    again = dict(re.findall(r'<input type="hidden" name="(articles-[0-9]-slot)" value="([0-9]+)"', page.text))
    assert sorted(again.values()) == ["0", "1", "2"]
    each = {f"articles-{at}-{name}": value for at, (what, count) in enumerate(articles(page.text)) for name, value in
            {"slot": str(at), "what": what, "quantity": count, "condition": "fair", "divisible": "y"}.items()}  # fmt: skip
    sent = client.post("/offrir", data=form | each | {"review": "1", "send": "1"})
    assert sent.status_code == 303
    assert [(row.item, row.quantity) for row in rows(app, OfferedItem)] == [
        ("chaise", 6),
        ("table-basse", 1),
        ("lampe", 1),
    ]


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        ("table et 4 chaises", [("table", "1"), ("4 chaises", "4")]),
        ("table et chaises", [("table", "5"), ("chaises", "1")]),
    ],
)
def test_the_number_typed_is_of_a_thing_only_where_the_words_give_none(
    client: FlaskClient, typed: str, made: list[tuple[str, str]]
) -> None:
    page = client.post("/offrir", data=fill(client, what=typed, quantity="5") | {"split": "0"})

    assert articles(page.text) == made


def test_what_is_not_taken_beside_something_that_is_gets_its_sentence(client: FlaskClient) -> None:
    said = piece(client, "frigo et bouteille de gaz")

    assert "Nous avons compris : Réfrigérateur." in said
    assert "Bouteille de gaz : Le portail ne s'occupe pas de cet article. Rapportez-la" in said


def test_more_articles_than_a_form_holds_are_not_made(client: FlaskClient) -> None:
    typed = "chaise, table basse, lampe, lit, armoire, commode, bureau, tapis, miroir, frigo, four"

    page = client.post("/offrir", data=fill(client, what=typed) | {"split": "0"})

    assert "Dix articles au plus" in words(page)
    assert articles(page.text) == [(typed, "1")]


@pytest.mark.parametrize(
    ("changed", "question"),
    [
        ({"what": "je cherche un frigo"}, "ce formulaire sert à donner"),
        ({"what": "RÉSERVÉ : frigo"}, "déjà donné ou réservé"),
        ({"what": "lave linge en panne", "condition": "new"}, "Vous écrivez que c'est cassé ou en panne"),
        (
            {"what": "canapé", "note": "Deux places\r\nLe tissu est déchiré", "condition": "good"},
            "choisissez « Usé mais utilisable »",
        ),
    ],
)
def test_what_contradicts_a_gift_is_asked_once_and_kept_if_it_is_meant(
    app: Flask, client: FlaskClient, changed: dict[str, Any], question: str
) -> None:
    form = fill(client, **changed)

    asked = client.post("/offrir", data=form | {"review": "1", "send": "1"})

    assert asked.status_code == 422
    assert question in words(asked)
    assert rows(app, OfferedItem) == []
    form |= ticked(asked)
    meant = client.post("/offrir", data=form | {"review": "1"})
    assert meant.status_code == 200
    assert form["articles-0-sure"] in meant.text
    assert client.post("/offrir", data=form | {"review": "1", "send": "1"}).status_code == 303
    assert rows(app, OfferedItem)[0].condition == Condition(form["articles-0-condition"])


def test_a_coordinator_who_insists_on_a_condition_corrects_the_article(
    app: Flask, client: FlaskClient, build: Builder, sign_in: Any
) -> None:
    item = build.offered_item(item="canape", description="canapé", condition=Condition.GOOD)
    sign_in(client, build.account(Role.COORDINATOR))
    path = f"/coordination/articles/{item.id}/corriger"
    [form] = [each for each in Reader(client.get(path).text).forms if each.action.endswith(path)]
    typed = form.filled() | {"articles-0-note": ["Deux places\r\nLe tissu est déchiré"]}

    asked = client.post(path, data=typed)

    assert asked.status_code == 422
    assert client.post(path, data=typed | ticked(asked)).status_code == 303
    assert rows(app, OfferedItem)[0].description == "canapé\nDeux places\nLe tissu est déchiré"


@pytest.mark.parametrize(
    "typed", ["imprimante hs", "je cherche un frigo", "frigo réservé", "siège auto accidenté"]
)
def test_what_is_doubtful_gets_no_tick(client: FlaskClient, typed: str) -> None:
    assert "✓" not in piece(client, typed)
    assert "✓" in piece(client, "frigo, aucune panne")


def test_a_danger_waits_for_a_coordinator_who_reads_why(
    app: Flask, client: FlaskClient, build: Builder, sign_in: Any
) -> None:
    form = fill(client, what="siège auto accidenté", condition="for_parts")
    assert "une personne de la coordination décidera" in piece(client, form["articles-0-what"])

    assert client.post("/offrir", data=form | {"review": "1", "send": "1"}).status_code == 303

    [row] = rows(app, OfferedItem)
    assert row.aside is Aside.HELD
    assert [each.verb for each in rows(app, Decision)] == [Verb.RECORD, Verb.SET_ASIDE]
    coordinator = app.test_client()
    sign_in(coordinator, build.account(Role.COORDINATOR))
    assert "la description dit que c'est accidenté : à prendre, à refuser ou à rendre" in words(
        coordinator.get("/coordination/a-faire")
    )
    shown = words(coordinator.get(f"/coordination/offres/{row.offer_id}"))
    assert "La description dit que c'est accidenté. Un tel article n'est proposé à personne" in shown
