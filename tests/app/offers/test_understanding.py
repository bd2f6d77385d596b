"""The number and the size that a donor's words hold come back to the form."""

import pytest
from flask.testing import FlaskClient

from tests.app.offers.steps import fill, words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("lot de 4 chaises", "Nous avons compris : Chaise. En nombre : 4."),
        ("une demi-douzaine d'assiettes", "Nous avons compris : Assiette. En nombre : 6."),
        ("une dizaine de chaises", "Nous avons compris : Chaise. En nombre : 10."),
        ("matelas 140x190", "Nous avons compris : Matelas deux places, 140x190."),
        ("lave-linge 7 kg", "Nous avons compris : Lave-linge, 7 kg."),
        ("2 manteaux femme taille 42", ", taille 42. En nombre : 2."),
    ],
)
def test_a_donor_hears_at_once_what_was_read(client: FlaskClient, typed: str, read: str) -> None:
    page = client.get("/offrir/compris", query_string={"prefix": "articles-0", "articles-0-what": typed})

    assert read in words(page)


def test_a_donor_who_typed_one_beside_a_larger_number_is_asked(client: FlaskClient) -> None:
    said = {"articles-0-what": "lot de 4 chaises 45x90", "articles-0-quantity": "1", "articles-0-counted": ""}

    summary = words(client.post("/offrir", data=fill(client, **said) | {"review": "1"}))

    assert "Modifiez si vous en donnez 4." in summary
    assert "lot de 4 chaises 45x90" in summary


def test_what_says_no_number_asks_nothing(client: FlaskClient) -> None:
    summary = words(
        client.post("/offrir", data=fill(client, **{"articles-0-what": "frigo"}) | {"review": "1"})
    )

    assert "Modifiez si vous" not in summary
