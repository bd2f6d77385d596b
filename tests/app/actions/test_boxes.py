"""An action's boxes: what is in them, on which papers, and how far they are."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlmodel import col, select

from app.actions.box_forms import _read
from app.db import session
from app.models import Account, Box, Decision
from app.models.states import BoxState, Part, Role, Verb
from tests.builders import Builder
from tests.conftest import SignIn
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")
ROOT = "/mon-comite/actions/nioro/colis"
TYPED = {
    "number": "1",
    "contents": "12 ordinateurs portables\n2 x trucs bleus",
    "condition": "good",
    "kilograms": "30,5",
    "measure": "60 × 40 × 40 cm",
    "euros": "600",
}


@pytest.fixture
def packer(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    """Somebody of the committee that collects for the action."""
    committee = build.committee(slug="givors", name="Comité de Givors")
    build.action(committee, slug="nioro", title="Nioro", consignee="École, Nioro du Sahel")
    account = build.account(Role.MEMBER, committee=committee, part=Part.RECEIVES)
    sign_in(client, account)
    return account


def boxes(app: Flask) -> list[Box]:
    with app.app_context():
        return list(session().exec(select(Box).order_by(col(Box.number))))


def test_boxes_go_their_way_a_step_at_a_time_and_the_last_one_can_be_taken_back(
    app: Flask, client: FlaskClient, packer: Account
) -> None:
    for _ in range(2):
        client.post(f"{ROOT}/nouveau", data=TYPED)
    client.post(f"{ROOT}/nouveau", data=TYPED | {"number": "2", "contents": "4 chaises", "kilograms": ""})
    taken = client.post(f"{ROOT}/nouveau", data=TYPED | {"contents": "1 table"})
    first, second = boxes(app)
    assert (first.grams, first.litres, first.cents) == (30_500, 96, 60_000)
    assert first.contents == [[12, "ordinateur-portable", "ordinateurs portables"], [2, None, "trucs bleus"]]
    assert second.grams is not None
    assert (taken.status_code, "Un autre colis de cette action a ce numéro" in plain(taken.text)) == (
        422,
        True,
    )

    client.post(f"{ROOT}/etape", data={"box": [first.id, second.id], "state": "packed"})
    client.post(f"{ROOT}/etape", data={"box": [first.id], "state": "sent"})
    said = client.post(f"{ROOT}/etape", data={"box": [second.id], "state": "arrived"}, follow_redirects=True)
    assert "on avance ou on recule d'une étape à la fois" in plain(said.text)
    assert [box.state for box in boxes(app)] == [BoxState.SENT, BoxState.PACKED]
    client.post(f"{ROOT}/{first.id}/retirer")
    client.post(f"{ROOT}/annuler")
    assert [box.state for box in boxes(app)] == [BoxState.PACKED, BoxState.PACKED]
    client.post(f"{ROOT}/annuler")  # of what was before the last step, nothing
    client.post(f"{ROOT}/etape", data={"box": [first.id], "state": "sent"})
    client.post(f"{ROOT}/{first.id}/arrivee", data={"received-1": "11", "received-2": "2"})

    assert [(box.state, box.received) for box in boxes(app)] == [
        (BoxState.ARRIVED, [11, 2]),
        (BoxState.PACKED, []),
    ]
    told = plain(client.get("/actions/nioro").text)
    assert "1 colis arrivé sur 2" in told
    assert "1 emballé" in told
    assert " en route" not in told
    assert (
        client.post(f"{ROOT}/{first.id}/arrivee", data={"received-1": "11", "received-2": "x"}).status_code
        == 422
    )
    with app.app_context():
        verbs = session().exec(select(Decision.verb).order_by(col(Decision.id))).all()
    assert verbs == [Verb.REPORT] * 3 + [Verb.UNDO] + [Verb.REPORT] * 2


def test_papers_for_the_customs_say_the_same_in_both_languages(client: FlaskClient, packer: Account) -> None:
    client.post(f"{ROOT}/nouveau", data=TYPED)

    french, english = (
        PdfReader(BytesIO(client.get(f"{ROOT}/liste.pdf{asked}").data)).pages[0].extract_text()
        for asked in ("", "?en=oui")
    )
    for page, words in (
        (french, ("Liste de colisage", "12 × Ordinateur portable", "30,5", "0,096", "École, Nioro du Sahel")),
        (english, ("Packing list", "12 × Laptop", "30.5", "0.096", "trucs bleus", "Mali")),
    ):
        assert [each for each in words if each not in plain(page)] == []
    sheet = client.get(f"{ROOT}/liste.ods?en=oui")
    assert sheet.data[:2] == b"PK"
    assert "colis-nioro-en.ods" in sheet.headers["Content-Disposition"]
    labels = client.get(f"{ROOT}/etiquettes").text
    assert labels.count("data:image/svg+xml") == 1


def test_strangers_see_no_box(client: FlaskClient, build: Builder, packer: Account, sign_in: SignIn) -> None:
    client.post(f"{ROOT}/nouveau", data=TYPED)
    sign_in(client, build.account(Role.MEMBER, committee=build.committee()))

    for path in ("", "/1", "/1/arrivee", "/etiquettes", "/liste.pdf"):
        assert client.get(f"{ROOT}{path}").status_code == 404
    assert client.post(f"{ROOT}/etape", data={"box": ["1"], "state": "packed"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", "0"),
        ("contents", ""),
        ("contents", "x\n" * 61),
        ("contents", "é" * 201),
        ("kilograms", "-1"),
        ("kilograms", "0"),
        ("kilograms", "1e9"),
        ("measure", "60 x 40"),
        ("measure", "0 x 0 x 0"),
        ("measure", "9999 x 9999 x 9999"),
        ("euros", "beaucoup"),
        ("condition", "x"),
    ],
)
def test_a_bad_box_gets_a_sentence(
    app: Flask, client: FlaskClient, packer: Account, field: str, value: str
) -> None:
    answer = client.post(f"{ROOT}/nouveau", data=TYPED | {field: value})

    assert (answer.status_code, boxes(app)) == (422, [])


def test_a_line_says_how_many_whatever_stands_between(app: Flask) -> None:
    with app.app_context():
        for typed in ("14 chaises", "14 x chaises", "14 × chaises", "14x chaises"):
            assert _read(typed) == [14, "chaise", "chaises"]
        assert _read("chaises") == [1, "chaise", "chaises"]
