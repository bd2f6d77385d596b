"""Who decides in this room."""

import pytest
from flask.testing import FlaskClient

from app.models import Account
from app.models.states import Role
from tests.builders import Builder
from tests.conftest import SignIn


@pytest.fixture
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR, name="Coordinatrice Exemple")
    sign_in(client, account)
    return account
