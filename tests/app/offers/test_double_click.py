"""The same form sent several times at once, by an impatient finger or a retrying browser, is one offer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from flask.testing import FlaskClient

from app.models import Decision, Donor, Offer, OfferedItem
from tests.app.offers.steps import fill, letters, rows, words
from tests.conftest import FrozenClock

CLICKS = 8


def test_eight_clicks_at_once_make_one_offer(app: Flask, client: FlaskClient) -> None:
    form = fill(client, send="1")
    start = Barrier(CLICKS)

    def click(_number: int) -> tuple[int, str]:
        start.wait()
        answer = app.test_client().post("/offrir", data=form)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(CLICKS) as pool:
        answers = list(pool.map(click, range(CLICKS)))

    assert {status for status, _location in answers} == {303}
    assert len({location for _status, location in answers}) == 1
    for table in (Offer, OfferedItem, Donor, Decision):
        assert len(rows(app, table)) == 1
    assert len(letters(app)) == 1


def test_eight_people_with_one_new_address_make_one_donor(app: Flask, client: FlaskClient) -> None:
    forms = [fill(client, send="1") for _ in range(CLICKS)]
    start = Barrier(CLICKS)

    def click(form: dict[str, str]) -> int:
        start.wait()
        return app.test_client().post("/offrir", data=form).status_code

    with ThreadPoolExecutor(CLICKS) as pool:
        assert set(pool.map(click, forms)) == {303}

    assert len(rows(app, Donor)) == 1
    assert len(rows(app, Offer)) == CLICKS


def test_sent_again_later_shows_the_first(client: FlaskClient, app: Flask, clock: FrozenClock) -> None:
    form = fill(client)
    first = client.post("/offrir", data=form | {"send": "1"})
    clock.advance(hours=2)

    for button in ({"send": "1"}, {"review": "1"}, {"add_article": "1"}, {}):
        again = client.post("/offrir", data=form | {"name": "Autre"} | button)
        assert (again.status_code, again.location) == (303, first.location)

    assert len(rows(app, Offer)) == 1
    assert "frigo" not in words(client.get(first.location)).lower().split("référence")[1]


def test_confirming_eight_times_at_once_sends_one_letter(app: Flask, client: FlaskClient) -> None:
    client.post("/offrir", data=fill(client, send="1"))
    from tests.app.offers.steps import path_in

    link = path_in(letters(app)[0])
    start = Barrier(CLICKS)

    def click(_number: int) -> int:
        start.wait()
        return app.test_client().post(link).status_code

    with ThreadPoolExecutor(CLICKS) as pool:
        assert set(pool.map(click, range(CLICKS))) == {303}

    assert [letter.message for letter in letters(app)] == ["confirm_address", "offer_recorded"]
