"""Who is at home in this room."""

import pytest
from flask.testing import FlaskClient

from app.models import Account, Committee
from app.models.states import Role
from tests.builders import Builder
from tests.conftest import SignIn


@pytest.fixture
def committee(build: Builder) -> Committee:
    return build.committee(name="Comité de Givors", slug="givors")


@pytest.fixture
def member(build: Builder, committee: Committee, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(committee=committee)
    sign_in(client, account)
    return account


@pytest.fixture
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR)
    sign_in(client, account)
    return account
