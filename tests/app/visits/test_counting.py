"""Visits are counted and nobody is: by page, day and site, off the request, and none is lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col

from app.db import transaction
from app.models import Visits
from app.models.states import Role
from app.visits.counting import MOST_ORIGINS, VisitCounter
from app.visits.queries import KEPT_DAYS, forget
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TODAY = date(2026, 11, 23)


def rows(app: Flask) -> list[tuple[Any, ...]]:
    app.extensions["visits"].write()
    with app.app_context(), transaction() as session:
        found = session.execute(sa.select(*map(col, (Visits.page, Visits.day, Visits.origin, Visits.seen))))
        return sorted(map(tuple, found))


def test_people_are_counted_by_page_day_and_site_and_nothing_else_is(app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn) -> None:  # fmt: skip
    committee = build.committee(slug="givors")
    build.committee(slug="givors-plage")
    browser = {"User-Agent": BROWSER}
    for headers in (
        {},
        {},
        {"Referer": "https://www.mairie-givors.fr/agenda?qui=moi"},
        {"Referer": "http://localhost/"},
    ):
        client.get("/comites/givors?x=1", headers=browser | headers)
    client.get("/comites/givors-plage", headers=browser)
    for uncounted in ({"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, {"User-Agent": ""},
                      browser | {"Sec-Purpose": "prefetch"}, browser | {"DNT": "1"}, browser | {"Referer": "http://[bad"} | {"Sec-GPC": "1"}):  # fmt: skip
        client.get("/comites/givors", headers=uncounted)
    for path in ("/comites/nulle-part", "/robots.txt", "/connexion", "/comites/givors/carte.png"):
        client.get(path, headers=browser)
    client.head("/comites/givors", headers=browser)

    expected = [
        ("/comites/givors", TODAY, "", 3),
        ("/comites/givors", TODAY, "mairie-givors.fr", 1),
        ("/comites/givors-plage", TODAY, "", 1),
    ]
    assert rows(app) == expected

    member = app.test_client()
    sign_in(member, build.account(committee=committee))
    member.get("/comites/givors", headers=browser)
    assert rows(app) == expected
    page = member.get("/mon-comite/visites").text
    assert "mairie-givors.fr" in page
    assert "givors-plage" not in page
    assert member.get("/administration/visites").status_code == 403
    administrator = app.test_client()
    sign_in(administrator, build.account(Role.ADMINISTRATOR, password="x"))
    assert "givors-plage" in administrator.get("/administration/visites").text


def test_none_is_lost_between_workers_nor_kept_for_ever(app: Flask, clock: FrozenClock) -> None:
    workers = [VisitCounter(app) for _ in range(4)]

    def visit(number: int) -> None:
        workers[number % 4].count("/", TODAY, f"site{number % 3}.fr")
        if number % 50 == 0:
            workers[number % 4].write()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(1200)))
    for worker in workers:
        worker.write()

    assert rows(app) == [("/", TODAY, f"site{number}.fr", 400) for number in range(3)]

    with app.app_context(), transaction() as session:
        session.add(Visits(page="/", day=TODAY - timedelta(days=KEPT_DAYS + 1), origin="", seen=1))
    with app.app_context(), transaction() as session:
        assert forget(session, TODAY) == 1
    assert len(rows(app)) == 3


@pytest.mark.databases("sqlite")
def test_what_cannot_be_written_waits_and_invented_sites_fill_no_table(app: Flask) -> None:
    counter = VisitCounter(app)
    for number in range(MOST_ORIGINS + 20):
        counter.count("/", TODAY, f"s{number}.example")
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engines["default"]
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE visits RENAME TO away"))
    counter.write()
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE away RENAME TO visits"))
    counter.write()

    found = rows(app)
    assert len(found) == MOST_ORIGINS + 1
    assert ("/", TODAY, "*", 20) in found
