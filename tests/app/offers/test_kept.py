"""Nothing typed is lost: a gift that is not sent is kept for whoever asks for its link, and its photos with it."""

import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from app.db import transaction
from app.models import KeptForm, Photo
from app.models.states import Role
from app.offers import kept
from app.photos.service import forget_unsent
from app.web.devices import DEVICE
from tests.app.offers.steps import fill, letters, path_in, rows, submission_key, words
from tests.app.photos.samples import encoded
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

pytestmark = pytest.mark.databases("sqlite")
DAYS = 14


def begin(client: FlaskClient, **typed: Any) -> dict[str, Any]:
    """A form with an address and little else."""
    form = {
        "submission_key": submission_key(client),
        "articles-0-slot": "0",
        "articles-0-what": "lot de 4 chaises",
        "articles-0-note": "Deux lignes\r\net des « signes »",
        "articles-1-slot": "1",
        "articles-1-what": "lampe",
        "postal_code": "6970",
        "available_from": "2026-12-24",
        "email": "Jeanne@essai.example",
    }
    return form | typed


def ask(client: FlaskClient, form: dict[str, Any]) -> TestResponse:
    return client.post("/offrir/garder", data=form | {"keep": "1"})


def photo() -> FileStorage:
    return FileStorage(io.BytesIO(encoded(Image.new("RGB", (40, 30), "red"))), "chaise.jpg")


def value(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*? value="([^"]*)"', page.text)
    return unescape(found[1]) if found else ""


def test_an_address_is_enough_and_the_link_opens_what_was_typed_with_its_photos(
    client: FlaskClient, app: Flask
) -> None:
    answer = ask(client, begin(client, **{"articles-1-photos": photo()}))

    assert answer.status_code == 200
    assert "jeanne@essai.example" in words(answer)
    assert value(answer, "articles-1-what") == "lampe"
    [letter] = letters(app)
    assert (letter.message, letter.to_email) == ("form_kept", "jeanne@essai.example")
    elsewhere = app.test_client().get(path_in(letter))
    assert value(elsewhere, "articles-0-what") == "lot de 4 chaises"
    assert value(elsewhere, "articles-1-what") == "lampe"
    assert value(elsewhere, "available_from") == "2026-12-24"
    assert value(elsewhere, "postal_code") == "6970"
    assert "et des « signes »" in unescape(elsewhere.text)
    assert rows(app, Photo)[0].key in elsewhere.text


def test_a_letter_says_nothing_of_what_was_typed(client: FlaskClient, app: Flask) -> None:
    ask(client, begin(client, name="Offre spéciale", **{"articles-0-what": "https://piege.example"}))

    [letter] = letters(app)
    assert letter.to_name == ""
    assert "piege" not in letter.body_text
    assert "spéciale" not in letter.body_text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"email": ""}, "Indiquez une adresse e-mail"),
        ({"email": "jeanne@gmial.com"}, "Vouliez-vous dire gmail.com"),
        ({"email": "hervé@exemple.fr"}, "Nous ne pouvons pas écrire"),
        ({"rappel": "robot"}, "Videz ce champ"),
        ({"articles-0-note": "x" * 60_001}, "C'est trop long pour être gardé"),
    ],
)
def test_what_cannot_be_kept_is_said_and_stays_typed(
    client: FlaskClient, app: Flask, wrong: dict[str, str], said: str
) -> None:
    answer = ask(client, begin(client) | wrong)

    assert answer.status_code == 422
    assert said in words(answer)
    assert value(answer, "articles-0-what") == "lot de 4 chaises"
    assert (letters(app), rows(app, KeptForm)) == ([], [])


def test_asked_again_the_first_link_opens_what_was_typed_since(client: FlaskClient, app: Flask) -> None:
    form = begin(client)
    ask(client, form)
    ask(client, form | {"articles-1-what": "lampadaire"})

    [letter] = letters(app)
    assert value(client.get(path_in(letter)), "articles-1-what") == "lampadaire"


def test_a_link_sent_to_a_wrong_address_shows_nothing_once_it_is_corrected(
    client: FlaskClient, app: Flask
) -> None:
    form = begin(client, email="jaenne@essai.example")
    ask(client, form)
    ask(client, form | {"email": "jeanne@essai.example"})

    wrong, right = letters(app)
    assert client.get(path_in(wrong)).status_code == 404
    assert value(client.get(path_in(right)), "articles-1-what") == "lampe"


def test_a_mailbox_is_not_flooded_and_nobody_is_told(
    client: FlaskClient, app: Flask, clock: FrozenClock
) -> None:
    answers = []
    for _ in range(kept.MOST_LETTERS + 3):
        answers.append(words(ask(client, begin(client))).partition("Votre don commencé")[2][:60])
        clock.advance(minutes=20)

    assert len(letters(app)) == kept.MOST_LETTERS
    assert len(set(answers)) == 1
    assert answers[0]


def test_once_sent_the_link_shows_nothing_and_leads_on(client: FlaskClient, app: Flask) -> None:
    form = fill(client)
    ask(client, form)
    client.post("/offrir", data=form | {"review": "1", "send": "1"})

    link = path_in(letters(app)[0])
    page = client.get(link)
    assert page.status_code == 410
    assert "frigo" not in page.text
    assert "/offre/lien-perdu" in page.text
    assert [row.typed for row in rows(app, KeptForm)] == [{}]


def test_after_a_fortnight_it_is_forgotten_and_said_so(
    client: FlaskClient, app: Flask, clock: FrozenClock
) -> None:
    ask(client, begin(client, **{"articles-1-photos": photo()}))
    link = path_in(letters(app)[0])

    def tidied() -> int:
        with app.app_context(), transaction() as session:
            return kept.forget(session, clock()) + forget_unsent(session, app.extensions["photos"], clock())

    clock.advance(days=DAYS - 1)
    assert tidied() == 0
    assert value(client.get(link), "articles-1-what") == "lampe"
    clock.advance(days=1, seconds=2)
    assert "Ce lien n'est plus valable" in words(client.get(link))
    assert tidied() == 2
    assert (rows(app, KeptForm), rows(app, Photo)) == ([], [])
    assert "jeanne" not in str([letter.to_email for letter in letters(app)])


def test_everything_can_be_erased_from_the_page_of_the_link(client: FlaskClient, app: Flask) -> None:
    ask(client, begin(client, **{"articles-1-photos": photo()}))
    link = path_in(letters(app)[0])

    client.post(f"{link}/effacer")

    assert client.get(link).status_code == 410
    assert rows(app, Photo) == []


def test_the_page_of_the_link_is_read_in_another_language_with_what_was_typed(
    client: FlaskClient, app: Flask
) -> None:
    form = begin(client)
    ask(client, form)

    page = client.post(f"{path_in(letters(app)[0])}?lire_en=en", data=form | {"articles-1-what": "torch"})

    assert "No time to finish?" in page.text
    assert value(page, "articles-1-what") == "torch"
    assert rows(app, KeptForm)[0].typed["articles-1-what"] == "lampe"


def test_the_browser_keeps_nothing_on_a_shared_computer_nor_of_somebody_else(
    client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    assert "kept.js" in client.get("/offrir").text

    client.set_cookie(DEVICE, "1")
    assert "kept.js" not in client.get("/offrir").text
    client.delete_cookie(DEVICE)
    sign_in(client, build.account(Role.COORDINATOR))
    page = client.get("/offrir").text
    assert "kept.js" not in page
    assert "/offrir/garder" not in page


def test_a_photo_sent_again_under_its_key_is_kept_once(client: FlaskClient, app: Flask) -> None:
    form, key = submission_key(client), "p" * 32

    def send(of: str = form) -> TestResponse:
        said = {"submission_key": of, "slot": "0", "key": key, "photos": photo()}
        return client.post("/offrir/photos", data=said)

    first, again = send(), send()

    assert [each.key for each in rows(app, Photo)] == [key]
    assert (again.status_code, again.text) == (200, first.text)
    send(of="o" * 32)
    assert [each.submission_key for each in rows(app, Photo)] == [form, "o" * 32]


def at_once(*acts: Callable[[], TestResponse]) -> list[int]:
    """What each of the requests, sent side by side, was answered with."""
    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result().status_code for each in [pool.submit(act) for act in acts]]


@pytest.mark.databases("sqlite", "postgresql")
def test_asked_for_twice_at_once_one_letter_leaves(client: FlaskClient, app: Flask) -> None:
    form = begin(client)

    answers = at_once(*[lambda: ask(app.test_client(), form)] * 4)

    assert answers == [200] * 4
    assert len(letters(app)) == len(rows(app, KeptForm)) == 1


@pytest.mark.databases("sqlite", "postgresql")
def test_a_photo_sent_again_while_the_first_is_still_read_is_kept_once(
    client: FlaskClient, app: Flask
) -> None:
    said = {"submission_key": submission_key(client), "slot": "0", "key": "p" * 32}

    answers = at_once(
        *[lambda: app.test_client().post("/offrir/photos", data=said | {"photos": photo()})] * 4
    )

    assert answers == [200] * 4
    assert [each.key for each in rows(app, Photo)] == ["p" * 32]


def test_a_mailbox_is_not_flooded_by_forms_that_change_their_address(
    client: FlaskClient, app: Flask, clock: FrozenClock
) -> None:
    form = begin(client)
    for number in range(2 * kept.MOST_LETTERS + 4):
        to = "victime" if number % 2 else f"autre{number}"
        form["kept_at"] = value(ask(client, form | {"email": f"{to}@essai.example"}), "kept_at")
        clock.advance(minutes=31)

    assert [letter.to_email for letter in letters(app)].count("victime@essai.example") == kept.MOST_LETTERS


def test_what_no_letter_leads_to_is_not_kept(client: FlaskClient, app: Flask, clock: FrozenClock) -> None:
    for _ in range(kept.MOST_LETTERS):
        ask(client, begin(client))
        clock.advance(minutes=20)

    answer = ask(client, begin(client, **{"articles-0-what": "piano"}))

    assert "si cette adresse n'a pas déjà reçu plusieurs liens" in words(answer)
    assert "piano" not in str([row.typed for row in rows(app, KeptForm)])


def test_the_form_itself_erases_all_that_the_portal_keeps_of_it(client: FlaskClient, app: Flask) -> None:
    form = begin(client)
    ask(client, form | {"articles-1-photos": photo()})

    page = client.post("/offrir/effacer", data=form, follow_redirects=True)

    assert "Tout est effacé" in words(page)
    assert f'data-sent="{form["submission_key"]}"' in page.text
    assert client.get(path_in(letters(app)[0])).status_code == 410
    assert [(row.typed, row.email) for row in rows(app, KeptForm)] == [({}, "")]
    assert rows(app, Photo) == []


def test_nothing_stays_on_a_device_whose_user_says_so(client: FlaskClient) -> None:
    page = client.post("/offrir", data=begin(client) | {"keep_nothing": "1"})

    assert value(page, "articles-1-what") == "lampe"
    assert page.headers["Clear-Site-Data"] == '"cache", "storage"'
    for each in (page, client.get("/offrir")):
        assert "kept.js" not in each.text
        assert "no-store" in each.headers["Cache-Control"]


def test_another_devices_version_is_not_overwritten_unasked(
    client: FlaskClient, app: Flask, clock: FrozenClock
) -> None:
    form = begin(client)
    first = value(ask(client, form), "kept_at")
    clock.advance(minutes=20)
    ask(client, form | {"articles-1-what": "lampadaire", "kept_at": first})

    late = ask(client, form | {"articles-1-what": "bougeoir", "kept_at": first})

    assert late.status_code == 409
    assert value(late, "articles-1-what") == "bougeoir"
    assert rows(app, KeptForm)[0].typed["articles-1-what"] == "lampadaire"
    again = form | {"articles-1-what": "bougeoir", "kept_at": value(late, "kept_at")}
    assert ask(client, again).status_code == 200
    assert rows(app, KeptForm)[0].typed["articles-1-what"] == "bougeoir"


def test_what_was_added_to_a_gift_that_is_sent_is_shown_again(client: FlaskClient, app: Flask) -> None:
    form = fill(client)
    client.post("/offrir", data=form | {"review": "1", "send": "1"})
    added = {
        "articles-1-slot": "1",
        "articles-1-what": "canapé",
        "articles-1-quantity": "1",
        "articles-1-condition": "good",
    }

    page = client.post("/offrir", data=form | added | {"review": "1", "send": "1"})

    assert "ceci est en plus ?" in words(page)
    assert value(page, "articles-1-what") == "canapé"
    assert value(page, "submission_key") != form["submission_key"]
    assert client.post("/offrir", data=form | {"review": "1", "send": "1"}).status_code == 303
