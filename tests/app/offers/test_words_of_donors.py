"""The form follows the words: how many there are, what is not taken, several things of which one is not."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import OfferedItem
from tests.app.offers.steps import fill, rows, words

AT_ONCE = {"review": "1", "send": "1"}


def piece(client: FlaskClient, typed: str, **more: str) -> str:
    query = {"prefix": "articles-0", "articles-0-what": typed, "separer": "1", **more}
    return words(client.get("/offrir/compris", query_string=query))


def number(page: str) -> tuple[str, str]:
    """What stands in the field, and what the words gave."""
    [shown] = re.findall(r'<input[^>]*name="articles-0-quantity"[^>]*>', page)
    [counted] = re.findall(r'name="articles-0-counted" value="([^"]*)"', page)
    [value] = re.findall(r'value="([^"]*)"', shown)
    return value, counted


def test_the_number_follows_the_words_until_a_person_types_another(client: FlaskClient) -> None:
    form = fill(client, what="lot de 4 chaises")
    read = client.post("/offrir", data=form | {"change": "1"}).text
    assert number(read) == ("4", "4")

    changed = form | {
        "articles-0-what": "lot de 6 chaises",
        "articles-0-quantity": "4",
        "articles-0-counted": "4",
    }
    assert number(client.post("/offrir", data=changed | {"change": "1"}).text) == ("6", "6")

    own = changed | {"articles-0-quantity": "3"}
    assert number(client.post("/offrir", data=own | {"change": "1"}).text) == ("3", "")
    kept = own | {"articles-0-what": "8 chaises", "articles-0-counted": ""}
    assert number(client.post("/offrir", data=kept | {"change": "1"}).text) == ("3", "")


def test_without_javascript_the_number_of_the_words_is_recorded(app: Flask, client: FlaskClient) -> None:
    assert client.post("/offrir", data=fill(client, what="six chaises") | AT_ONCE).status_code == 303
    assert [row.quantity for row in rows(app, OfferedItem)] == [6]


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("bouteille de gaz", "Rapportez-la là où elle a été achetée"),
        ("médicaments", "Rapportez-les à une pharmacie"),
        ("white spirit", "guichet des déchets dangereux"),
        ("fusil de chasse", "appelez le commissariat ou la gendarmerie"),
    ],
)
def test_refused_things_say_so_while_typing_and_where_to_go(
    client: FlaskClient, typed: str, where: str
) -> None:
    said = piece(client, typed)

    assert where in said
    assert "✓" not in said
    assert "Nous avons compris" not in said


@pytest.mark.parametrize("typed", ["frigo et bouteille de gaz", "bouteille de gaz et frigo"])
def test_of_several_things_at_once_what_is_not_taken_gets_its_sentence_and_the_other_is_given(
    app: Flask, client: FlaskClient, typed: str
) -> None:
    said = piece(client, typed)
    assert "Nous avons compris : Réfrigérateur." in said
    assert "Bouteille de gaz : Le portail ne s'occupe pas de cet article. Rapportez-la" in said
    assert "En faire" not in said

    assert client.post("/offrir", data=fill(client, what=typed) | AT_ONCE).status_code == 303
    assert [row.item for row in rows(app, OfferedItem)] == ["refrigerateur"]


@pytest.mark.parametrize("chosen", ["refrigerateur", "autre"])
def test_a_refused_thing_that_is_said_to_be_another_waits_for_a_person(
    app: Flask, client: FlaskClient, chosen: str
) -> None:
    form = fill(client, what="fusil de chasse", chosen=chosen, chosen_for="fusil de chasse")

    assert client.post("/offrir", data=form | AT_ONCE).status_code == 303
    assert [row.item for row in rows(app, OfferedItem)] == [None]


def test_several_things_at_once_are_parted_at_the_summary_too(client: FlaskClient) -> None:
    form = fill(client, what="6 chaises, 1 table, 1 lampe")

    summary = client.post("/offrir", data=form | {"review": "1"})

    assert "Nous lisons 3 articles : 6 chaises, 1 table, 1 lampe. En faire trois articles" in words(summary)
    assert re.search(r'name="split" value="0"[^>]*form="review-form"', summary.text)


@pytest.mark.parametrize("typed", ["imprimante hs", "lave linge en panne"])
def test_defects_contradict_a_new_thing(client: FlaskClient, typed: str) -> None:
    asked = client.post("/offrir", data=fill(client, what=typed, condition="new") | AT_ONCE)

    assert asked.status_code == 422
    assert "Vous écrivez que c'est cassé ou en panne" in words(asked)


@pytest.mark.parametrize("code", ["24380", "69700"])
def test_a_code_of_several_communes_chooses_none_and_is_asked_before_the_summary(
    client: FlaskClient, code: str
) -> None:
    piece = client.get("/offrir/communes", query_string={"postal_code": code}).text
    assert " selected" not in piece
    assert re.search(r'<select[^>]*>\s*<option value="">', piece)

    asked = client.post("/offrir", data=fill(client, postal_code=code, commune="") | {"review": "1"})

    assert asked.status_code == 422
    assert "Choisissez votre commune dans la liste." in words(asked)


def test_a_code_of_no_commune_is_asked_with_what_lies_near_and_a_town_beside_it_is_read(
    client: FlaskClient,
) -> None:
    for code, said in (
        ("69000", "Lyon 1er arrondissement"),
        ("69702 CEDEX", "Aucune commune n'a ce code postal"),
    ):
        asked = client.post("/offrir", data=fill(client, postal_code=code, commune="") | {"review": "1"})
        assert asked.status_code == 422
        assert "Choisissez votre commune dans la liste." in words(asked)
        assert said in words(asked)

    chosen = client.post("/offrir", data=fill(client, postal_code="69702", commune="69091") | {"review": "1"})
    named = client.post(
        "/offrir", data=fill(client, postal_code="69700 Échalas", commune="") | {"review": "1"}
    )

    assert "69700 Givors" in words(chosen)
    assert "69700 Échalas" in words(named)
