"""The menu tells how much waits, and never stands in the way of the page that says what went wrong."""

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.models.states import Role
from app.web.access import Who, access
from tests.builders import Builder
from tests.conftest import SignIn
from tests.reading import plain


def test_a_page_about_a_database_that_failed_still_comes(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn
) -> None:
    @access(Who.COORDINATOR)
    def broken() -> str:
        session().execute(sa.text("SELECT nothing FROM nowhere"))
        return ""

    app.view_functions["needs.everywhere"] = broken
    build.offered_item(item=None, description="bidulotron")
    sign_in(client, build.account(Role.COORDINATOR))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    assert 'class="count">1<' in client.get("/coordination").text

    answer = client.get("/coordination/besoins")

    assert answer.status_code == 500
    assert "Une erreur s'est produite de notre côté" in plain(answer.text)


@pytest.mark.parametrize("role", Role)
def test_each_role_finds_its_menu_on_every_page(
    client: FlaskClient, build: Builder, sign_in: SignIn, role: Role
) -> None:
    committee = build.committee()
    sign_in(client, build.account(role, committee=committee))

    page = client.get("/preferences")

    assert page.status_code == 200
    assert ("Santé" in page.text) == (role is Role.ADMINISTRATOR)
    assert ("/coordination/comptes" in page.text) == (role is not Role.MEMBER)
