"""Suggestions while typing."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from matching.items import load


def suggested(client: FlaskClient, typed: str, **headers: str) -> list[Any]:
    response = client.get("/suggestions", query_string={"q": typed}, headers=headers)
    assert response.status_code == 200
    return list(response.json or [])


def test_frigo_offers_refrigerateur(client: FlaskClient) -> None:
    assert suggested(client, "frig")[0]["label"] == "Réfrigérateur"


def test_a_whole_text_is_recognised(client: FlaskClient) -> None:
    assert [found["item"] for found in suggested(client, "un grand frigo blanc")] == ["refrigerateur"]


@pytest.mark.parametrize("typed", ["", "\0", "<script>", "é" * 5000, "٣", "   ", "-1", "'"])
def test_nothing_breaks_it(client: FlaskClient, typed: str) -> None:
    assert suggested(client, typed) is not None


def test_english_names_on_an_english_page(client: FlaskClient) -> None:
    assert suggested(client, "frid", **{"Accept-Language": "en"})[0]["label"] == "Refrigerator"


@pytest.mark.parametrize("typed", ["réfr", "refr", "table"])
def test_no_english_words_on_a_french_page(client: FlaskClient, typed: str) -> None:
    found = suggested(client, typed)
    english = {word for item in load().values() for word in (item.en, *item.aliases_en)}
    french = {word for item in load().values() for word in (item.fr, *item.aliases)}

    assert found
    assert {each["wording"] for each in found} & (english - french) == set()


def test_english_words_for_whoever_types_english(client: FlaskClient) -> None:
    first = suggested(client, "wheelch")[0]

    assert (first["label"], first["wording"]) == ("Fauteuil roulant", "Wheelchair")
