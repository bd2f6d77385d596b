"""What PostgreSQL undid in favour of another is done again with all that was sent, and with what is left for after the page."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask, Response, request
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import db, session, transaction
from app.models import AccountSession, Organisation
from app.models.states import Role
from app.web.access import Who, access
from notifications.models import RefusedAddress
from tests.app.ledger.test_hook import HEADERS, message_id, settings
from tests.app.offers.steps import words
from tests.builders import Builder
from tests.conftest import MOMENT
from tests.notifications.reports import report

__all__ = ["message_id", "settings"]

pytestmark = pytest.mark.databases("postgresql")


def undone(app: Flask, table: str, times: int, state: str = "40P01") -> None:
    """The next `times` that a row is written to `table`, the server undoes it with this code; a sequence outlives what is undone."""
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE tries")
        connection.exec_driver_sql(
            "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF nextval('tries') <="
            f" {times} THEN RAISE EXCEPTION 'undone' USING ERRCODE = '{state}'; END IF; RETURN NEW; END $$"
        )
        connection.exec_driver_sql(
            f"CREATE TRIGGER undo BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION undo()"
        )


def number(app: Flask, table: type) -> int:
    with app.app_context():
        return session().scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_every_file_of_a_field_is_read_again(app: Flask, client: FlaskClient) -> None:
    undone(app, "organisation", 1)

    @access(Who.PUBLIC)
    def keep() -> str:
        read = b"+".join(file.read() for file in request.files.getlist("photos")).decode()
        with transaction() as work:
            work.add(Organisation(slug="lue", name=read, created_at=MOMENT))
        return read

    app.view_functions["needs.new"] = keep
    files = [(BytesIO(name), f"{name.decode()}.jpg") for name in (b"une", b"deux", b"trois")]

    assert client.post("/besoins/nouveau", data={"photos": files}).text == "une+deux+trois"
    with app.app_context():
        names = session().exec(select(Organisation.name).where(col(Organisation.slug) == "lue")).all()
    assert names == ["une+deux+trois"]


def test_a_delivery_report_is_read_again(app: Flask, client: FlaskClient, message_id: str) -> None:
    undone(app, RefusedAddress.__tablename__, 1)
    answer = client.post("/api/hooks/bounce", data=report(message_id=message_id), headers=HEADERS)

    assert (answer.status_code, answer.json) == (200, {"results": ["marked"]})


@pytest.mark.parametrize(("times", "state"), [(1, "40P01"), (99, "40P01"), (99, "55P03")])
def test_coming_in_is_written_down_at_another_try_or_the_page_of_trouble_is_shown_to_nobody_who_came_in(
    app: Flask, client: FlaskClient, build: Builder, times: int, state: str
) -> None:
    who = build.account(Role.MEMBER, password="tabouret nuage quatorze", committee=build.committee())
    before = number(app, AccountSession)
    undone(app, AccountSession.__tablename__, times, state)
    answer = client.post("/connexion", data={"email": who.email, "password": "tabouret nuage quatorze"})
    with client.session_transaction() as cookie:
        came_in = "_user_id" in cookie
    opened = number(app, AccountSession) - before

    if times == 1:
        assert (answer.status_code, came_in, opened) == (302, True, 1)
        return
    assert (answer.status_code, came_in, opened) == (503, False, 0)
    assert int(answer.headers["Retry-After"]) > 0
    assert "Le portail est occupé en ce moment" in words(answer)


def test_trouble_that_comes_once_the_page_is_made_has_its_own_page_too(
    app: Flask, client: FlaskClient
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def write(response: Response) -> Response:
        if request.endpoint == "public.home" and response.status_code == 200:
            session().connection().exec_driver_sql(
                "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '55P03'; END $$"
            )
        return response

    app.after_request_funcs[None].append(write)
    answer = client.get("/")
    assert (answer.status_code, "Retry-After" in answer.headers) == (503, True)
