"""The number and the size that a committee's words hold are put before it, in the form and in a pasted list."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.catalogue.queries import sense
from app.models import Account
from app.models.states import Condition, Urgency
from app.sheets import cells, files
from app.sheets.lines import LineTrouble, SheetLine
from app.sheets.reading import read
from tests.app.needs.test_routes import MINUTE, key_in, needs, plain
from tests.builders import Builder
from tests.conftest import SignIn


@pytest.fixture
def member(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(committee=build.committee(name="Comité de Givors", slug="givors"))
    sign_in(client, account)
    return account


@pytest.mark.parametrize(
    ("typed", "number"), [("lot de 4 chaises", 4), ("une dizaine de chaises 45x90", 10), ("chaises x6", 6)]
)
def test_the_form_proposes_the_number_once(
    app: Flask, client: FlaskClient, member: Account, typed: str, number: int
) -> None:
    data = MINUTE | {
        "item": typed,
        "quantity": "1",
        "submission_key": key_in(client.get("/besoins/nouveau").text),
    }

    asked = client.post("/besoins/nouveau", data=data)

    assert asked.status_code == 422
    assert f"Vous avez écrit « {typed} » : nous avons mis {number}." in plain(asked.text)
    assert f'name="quantity" type="text" value="{number}"' in asked.text
    assert f'name="counted" type="hidden" value="{typed}"' in asked.text
    assert needs(app) == []

    client.post("/besoins/nouveau", data=data | {"quantity": "1", "counted": typed})
    [need] = needs(app)
    assert (need.item, need.quantity, need.description) == ("chaise", 1, typed), (
        "whoever insists has the last word"
    )


def paste(client: FlaskClient, text: str) -> TestResponse:
    """Send a list, and look at what was understood."""
    return client.post("/besoins/coller", data={"text": text}, follow_redirects=True)


def declare(client: FlaskClient, text: str) -> TestResponse:
    """Send a list, then declare it as it was understood."""
    sent = client.post("/besoins/coller", data={"text": text})
    return client.post(sent.location or "/", data={"record": "oui"})


def only(text: str) -> SheetLine:
    """The one line of a list."""
    [found] = read(files.pasted(text), sense()).lines
    return found


@pytest.mark.parametrize("quantity", ["2", "12"])
def test_a_number_that_was_typed_is_taken(
    app: Flask, client: FlaskClient, member: Account, quantity: str
) -> None:
    key = key_in(client.get("/besoins/nouveau").text)

    client.post(
        "/besoins/nouveau",
        data=MINUTE | {"item": "lot de 4 chaises", "quantity": quantity, "submission_key": key},
    )

    assert [need.quantity for need in needs(app)] == [int(quantity)]


def test_a_pasted_list_takes_the_number_from_the_words(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    text = "lot de 4 chaises\nune dizaine de draps 140x190\tbon\nchaises x6;;pliantes\n3 lits"

    declare(client, text)

    assert [(need.quantity, need.item, need.description) for need in needs(app)] == [
        (4, "chaise", "lot de 4 chaises"),
        (10, "draps", "une dizaine de draps 140x190"),
        (6, "chaise", "chaises\npliantes"),
        (3, "lits", "lits"),
    ]


def test_a_line_without_a_number_means_one_and_says_so_before_anything_is_declared(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    text = "- canapé;bon état\n- 3 lits\n\tfrigo\n"

    preview = paste(client, text)
    assert preview.status_code == 200
    assert "2 lignes ne disent pas combien : nous avons compris 1 à chaque fois" in plain(preview.text)
    assert preview.text.count("sans nombre\u00a0: 1") == 2
    assert "Déclarer ces 3 besoins" in preview.text
    assert '<span class="quiet small">canapé</span>' not in preview.text, "nothing is said twice"
    assert needs(app) == []

    assert declare(client, text).status_code == 303
    assert [(need.quantity, need.item) for need in needs(app)] == [
        (1, "canape"), (3, "lits"), (1, "refrigerateur"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "quantity"),
    [
        ("chaises, 4", 4),
        ("4, chaises", 4),
        ("chaises : 4", 4),
        ("chaises (4)", 4),
        ("x4 chaises", 4),
        ("1 000 chaises", 1000),
        ("chaises;4 pièces;bon", 4),
        ("12. chaises", 1),
        ("chaise 1,5 m", 1),
    ],
)
def test_the_number_is_found_where_people_write_it(
    app: Flask, client: FlaskClient, member: Account, line: str, quantity: int
) -> None:
    declare(client, line)

    assert [(need.quantity, need.item) for need in needs(app)] == [(quantity, "chaise")]


@pytest.mark.parametrize(
    ("line", "understood"),
    [
        ("3 frigos urgent", (3, "frigos", None, Urgency.HIGH)),
        ("URGENT : 3 frigos", (3, "frigos", None, Urgency.HIGH)),
        ("3 frigos (très urgent !)", (3, "frigos", None, Urgency.CRITICAL)),
        ("3\tfrigos\turgent", (3, "frigos", None, Urgency.HIGH)),
        ("3 frigos, pas urgent", (3, "frigos", None, Urgency.LOW)),
        ("3 lits pour accueil urgent de familles", (3, "lits pour accueil urgent de familles", None, None)),
        ("5 PC portables, état correct", (5, "PC portables", Condition.FAIR, None)),
        ("5 PC portables en très bon état", (5, "PC portables", Condition.VERY_GOOD, None)),
        ("5 PC portables, neufs", (5, "PC portables", Condition.NEW, None)),
        ("5 PC portables, bonnes batteries", (5, "PC portables, bonnes batteries", None, None)),
        ("5 PC portables en état de marche", (5, "PC portables en état de marche", None, None)),
        ("Chaises 12", (12, "Chaises", None, None)),
        ("Chaises pliantes 12 urgent", (12, "Chaises pliantes", None, Urgency.HIGH)),
        ("Couettes 10", (10, "Couettes", None, None)),
        ("lit 140", (1, "lit 140", None, None)),
        ("lits 2 places 14", (1, "lits 2 places 14", None, None)),
        ("draps 140x190", (1, "draps 140x190", None, None)),
        ("draps 90", (1, "draps 90", None, None)),
        ("chaussures 38", (1, "chaussures 38", None, None)),
        ("vélos 26", (1, "vélos 26", None, None)),
        ("écrans 24", (1, "écrans 24", None, None)),
        ("chaises 1960", (1, "chaises 1960", None, None)),
    ],
)
def test_what_stands_beside_the_article_is_understood(
    app: Flask, line: str, understood: tuple[int, str, Condition | None, Urgency | None]
) -> None:
    with app.app_context():
        found = only(line)

    assert found.trouble is None
    assert (found.quantity, found.name, found.condition, found.urgency) == understood


def test_a_condition_that_is_not_understood_is_told(app: Flask) -> None:
    with app.app_context():
        found = only("5 PC portables, état impeccable")

    assert (found.name, found.trouble) == ("PC portables", LineTrouble.CONDITION)


def test_urgency_is_shown_and_declared(app: Flask, client: FlaskClient, member: Account) -> None:
    page = paste(client, "3 frigos urgent").text

    assert '<span class="tag orange">Pressé</span>' in page
    declare(client, "3 frigos urgent")
    assert [(need.quantity, need.urgency, need.description) for need in needs(app)] == [
        (3, Urgency.HIGH, "frigos")
    ]


@pytest.mark.parametrize("path", ["/besoins/nouveau", "/besoins/coller"])
def test_what_is_asked_for_already_is_told_before_anything_is_declared(
    app: Flask, client: FlaskClient, member: Account, path: str
) -> None:
    declare(client, "10 couettes")
    key = key_in(client.get("/besoins/nouveau").text)
    form = MINUTE | {"item": "couettes", "submission_key": key}
    once = client.post(path, data=form | {"text": "10 couettes"}, follow_redirects=True)

    assert "Vous en demandez déjà 10" in plain(once.text)
    assert len(needs(app)) == 1

    if path == "/besoins/coller":
        declare(client, "10 couettes")
    else:
        for _ in range(2):
            assert client.post(path, data=form | {"warned": "couettes"}).status_code == 303
    assert len(needs(app)) == 2, "whoever insists has the last word, and a double click is one need"
    another = MINUTE | {"text": "1 table", "item": "table", "quantity": "x"}
    assert "demandez déjà" not in client.post(path, data=another, follow_redirects=True).text


def test_a_need_sent_twice_by_a_double_click_is_not_taken_for_another(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    data = MINUTE | {"submission_key": key_in(client.get("/besoins/nouveau").text)}

    assert [client.post("/besoins/nouveau", data=data).status_code for _ in range(2)] == [303, 303]
    assert len(needs(app)) == 1


@pytest.mark.parametrize(
    "line",
    ["-1 chaise", "0 chaise", "1e9 chaises", "٣ chaises", "2,5 chaises", "½ chaise", "chaises;-1;bon",
     "0;chaises", "beaucoup;chaises", "1000001 chaises"],
)  # fmt: skip
def test_a_number_that_is_none_is_never_taken_for_one(
    app: Flask, client: FlaskClient, member: Account, line: str
) -> None:
    refused = paste(client, f"2 tables\n{line}")

    assert "Le nombre n'est pas lisible" in plain(refused.text)
    declare(client, f"2 tables\n{line}")
    assert needs(app) == []


def test_a_list_is_within_reach_of_whoever_declares_a_need(client: FlaskClient, member: Account) -> None:
    for path in ("/besoins/nouveau", "/mon-comite/besoins", "/mon-comite"):
        assert 'href="/besoins/coller?comite=givors"' in client.get(path).text


def test_a_line_of_spaces_is_read_in_one_go() -> None:
    """It ends: looked through once for each of its signs, sixty thousand of them held the server for a minute."""
    assert cells.AFTER.search("a" + " " * 2_000_000 + "b") is None
    assert cells.AFTER.search("a:1" + " " * 2_000_000 + "b") is None
    assert cells.AFTER.search("(" * 2_000_000) is None
    for nasty in (
        "a" + " " * 200_000 + "b",
        "en " * 50_000,
        "très " * 50_000,
        "a" * 200_000,
        "état " * 50_000,
    ):
        assert cells.STATE.search(nasty + "!") is None
        assert cells.LAST.search(nasty + "!") is None


def test_several_things_become_needs_of_their_own(app: Flask, client: FlaskClient, member: Account) -> None:
    data = MINUTE | {
        "item": "20 draps et couvertures",
        "quantity": "5",
        "details": "Propres",
        "urgency": "high",
        "submission_key": key_in(client.get("/besoins/nouveau").text),
    }

    asked = client.post("/besoins/nouveau", data=data)

    assert asked.status_code == 422
    assert "Nous lisons : 20 draps, couvertures." in plain(asked.text)
    assert "En faire 2 besoins" in plain(asked.text)
    assert needs(app) == []
    told = data | {"separately": data["item"]}
    for _click in range(2):
        assert client.post("/besoins/nouveau", data=told | {"split": "1"}).status_code == 303
    assert [(need.item, need.quantity, need.urgency) for need in needs(app)] == [
        ("draps", 20, Urgency.HIGH),
        ("couverture", 1, Urgency.HIGH),
    ]
    assert all("Propres" in need.description for need in needs(app))


@pytest.mark.parametrize(
    ("first", "declared", "said"),
    [
        ({"split": "1"}, [("tables", 1), ("chaise", 4)], "2 besoins sont déclarés."),
        ({}, [("tables", 5)], "Le besoin est déclaré : 5 × Table."),
    ],
)
def test_of_the_buttons_of_one_form_the_one_that_came_first_counts(
    app: Flask,
    client: FlaskClient,
    member: Account,
    first: dict[str, str],
    declared: list[tuple[str, int]],
    said: str,
) -> None:
    typed = {"item": "table et 4 chaises", "separately": "table et 4 chaises", "quantity": "5"}
    data = MINUTE | typed | {"submission_key": key_in(client.get("/besoins/nouveau").text)}

    for pressed in (first, {}, {"split": "1"}):
        page = client.post("/besoins/nouveau", data=data | pressed, follow_redirects=True)
        assert said in plain(page.text)
        assert [(need.item, need.quantity) for need in needs(app)] == declared


def test_things_without_a_number_are_each_asked_for_in_the_number_typed(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    typed = {"item": "draps et couvertures", "separately": "draps et couvertures", "quantity": "5"}
    key = key_in(client.get("/besoins/nouveau").text)

    client.post("/besoins/nouveau", data=MINUTE | typed | {"submission_key": key, "split": "1"})

    assert [(need.item, need.quantity) for need in needs(app)] == [("draps", 5), ("couverture", 5)]


def test_whoever_keeps_several_things_together_does_so(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    key = key_in(client.get("/besoins/nouveau").text)
    data = MINUTE | {"item": "draps et couvertures", "submission_key": key}

    client.post("/besoins/nouveau", data=data | {"separately": "draps et couvertures"})

    assert [(need.item, need.description) for need in needs(app)] == [("draps", "draps et couvertures")]


def test_a_line_of_a_list_that_names_several_things_becomes_lines_of_its_own(
    app: Flask, client: FlaskClient, member: Account
) -> None:
    shown = paste(client, "6 chaises + table basse\n3 frigos\n2 tables et 4 chaises")
    assert "Cette ligne nomme 2 articles : chaises, table basse." in plain(shown.text)
    page = f"/listes/{shown.request.path.rsplit('/', 1)[1]}"

    client.post(page, data={"split": "3"})
    split = client.post(page, data={"split": "1"}, follow_redirects=True)

    assert "Cette ligne nomme" not in plain(split.text)
    client.post(page, data={"record": "oui"})
    assert [(need.item, need.quantity) for need in needs(app)] == [
        ("chaise", 6),
        ("table-basse", 1),
        ("refrigerateur", 3),
        ("tables", 2),
        ("chaise", 4),
    ]
