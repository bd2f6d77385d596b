"""Whatever is sent to any route by anybody: an answer, no fault, and nothing of a stranger's in it.

`--fuzz 10000` sends so many requests to each database; `make bench ONLY=fuzz N=1000000` goes on for hours.
"""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from sqlmodel import select

from app.db import session
from app.models import Account, Donor
from tests.app.fuzzing import Asked, Known
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.world import VISITOR, make

STRANGER = "stranger"
"""A member of a committee of another association, to which nobody has given anything."""


@pytest.fixture
def requests_sent(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz"))


def test_nothing_that_is_sent_is_a_fault_or_shows_what_is_a_strangers(
    app: Flask, clock: FrozenClock, build: Builder, sign_in: SignIn, requests_sent: int
) -> None:
    fuzz(app, clock, build, sign_in, requests_sent, seed=0)


def fuzz(app: Flask, clock: FrozenClock, build: Builder, sign_in: SignIn, count: int, seed: int) -> None:
    """So many requests to a new world; raises with the one that got what nobody should get."""
    world = make(app, clock)
    accounts = {
        **world.accounts,
        STRANGER: build.account(
            committee=build.committee(), email="ailleurs@essai.example", fs_uniquifier="ailleurs"
        ),
    }
    clients = {VISITOR: app.test_client(), **{role: app.test_client() for role in accounts}}

    def enters(role: str) -> FlaskClient:
        if role in accounts and not _is_in(clients[role]):
            sign_in(clients[role], accounts[role])
        return clients[role]

    for role in clients:
        enters(role)
    known, personal = Known.of(app, world, clients), _personal(app)

    @seeded(seed)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(known.requests())
    def sends(asked: Asked) -> None:
        status, said = asked.send(enters(asked.role))
        assert status < 500 or asked.path == "/readyz", f"{asked} is a fault: {status}"
        if asked.role in {VISITOR, STRANGER} and not _opens_something(asked):
            shown = {each for each in personal if each in said and each not in str(asked)}
            assert not shown, f"{asked} shows {shown}"

    sends()


def _is_in(client: FlaskClient) -> bool:
    with client.session_transaction() as cookie:
        return "_user_id" in cookie


def _personal(app: Flask) -> set[str]:
    """What tells who a donor or an account is."""
    with app.app_context():
        donors = session().exec(select(Donor.email, Donor.phone)).all()
        accounts = session().exec(select(Account.email)).all()
    return {each for row in donors for each in row if len(each) > 6} | set(accounts)


def _opens_something(asked: Asked) -> bool:
    """A link from a letter shows its owner's own; in development everybody reads the letters."""
    return any(len(part) > 40 for part in asked.path.split("/")) or asked.path.startswith("/courriels")
