"""What the rooms' tests share: a coordinator at a browser."""

import pytest
from flask.testing import FlaskClient

from app.models import Account
from app.models.states import Role
from tests.builders import Builder
from tests.conftest import SignIn


@pytest.fixture
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    """Signed in with `client`."""
    account = build.account(Role.COORDINATOR, name="Coordinatrice Exemple", password="x")
    sign_in(client, account)
    return account
