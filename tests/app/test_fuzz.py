"""Whatever is sent to any route by anybody: an answer, no fault, and nothing of a stranger's in it.

`--fuzz 10000` sends so many requests to each database; `make bench ONLY=fuzz N=1000000` goes on for hours.
"""

import contextlib
import dataclasses
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given
from hypothesis import seed as seeded
from hypothesis import settings as how
from hypothesis import strategies as st
from sqlmodel import select

from app.cli import COMMANDS
from app.db import session
from app.models import Account, Committee, Donor
from config import Settings, SettingsError
from tests.app.fuzzing import Asked, Known
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.world import VISITOR, make

STRANGER = "stranger"
"""A member of a committee of another association, to which nobody has given anything."""


GETS_FAR = {200, 303, 404, 422}
"""Pages, acts, refusals of what was typed: what is drawn does not end at the first check."""


@pytest.fixture
def requests_sent(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--fuzz"))


def test_nothing_that_is_sent_is_a_fault_or_shows_what_is_a_strangers(
    app: Flask, clock: FrozenClock, build: Builder, sign_in: SignIn, requests_sent: int
) -> None:
    answered = fuzz(app, clock, build, sign_in, requests_sent, seed=0)

    assert answered.keys() >= GETS_FAR


def fuzz(
    app: Flask, clock: FrozenClock, build: Builder, sign_in: SignIn, count: int, seed: int
) -> Counter[int]:
    """So many requests to a new world, counted by the status that they got; AssertionError with the one that got what nobody should."""
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
    answered: Counter[int] = Counter()
    known, personal = Known.of(app, world, clients), _personal(app) - {accounts[STRANGER].email}

    @seeded(seed)
    @how(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(known.requests())
    def sends(asked: Asked) -> None:
        status, said = asked.send(enters(asked.role))
        answered[status] += 1
        assert status < 500 or asked.path == "/readyz", f"{asked} is a fault: {status}"
        if asked.role in {VISITOR, STRANGER} and not _opens_something(asked):
            shown = {each for each in personal if each in said and each not in str(asked)}
            assert not shown, f"{asked} shows {shown}"

    sends()
    return answered


def _is_in(client: FlaskClient) -> bool:
    with client.session_transaction() as cookie:
        return "_user_id" in cookie


def _personal(app: Flask) -> set[str]:
    """What tells who a donor or an account is, and is no committee's, whose own is on its page."""
    with app.app_context():
        donors = session().exec(select(Donor.email, Donor.phone)).all()
        accounts = session().exec(select(Account.email)).all()
        public = {each for row in session().exec(select(Committee.email, Committee.phone)) for each in row}
    return ({each for row in donors for each in row if len(each) > 6} | set(accounts)) - public


def _opens_something(asked: Asked) -> bool:
    """A link from a letter shows its owner's own; in development everybody reads the letters."""
    return any(len(part) > 40 for part in asked.path.split("/")) or asked.path.startswith("/courriels")


LASTS = {"serve", "scheduler", "run", "shell", "sample-data", "downgrade", "revision"}
"""Commands that do not end by themselves, or that fill, empty or write what they are asked to."""
TYPED = ("", "-1", "9" * 400, "../../etc/passwd", "é" * 300, "a@b", "x@y.example", "{}", "a\nb")


def _commands(
    group: click.Group, before: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, (*before, name))
        elif name not in LASTS:
            yield (*before, name), command


def test_whatever_is_typed_behind_a_command_is_answered_in_words(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    wrong, commands = (
        [],
        dict(_commands(click.Group(commands=[*app.cli.commands.values(), *COMMANDS.values()]))),
    )
    for words, command in commands.items():
        arguments = sum(isinstance(each, click.Argument) for each in command.params)
        for typed in TYPED if arguments else ():
            ended = app.test_cli_runner().invoke(args=[*words, "--", *[typed] * arguments])
            if not isinstance(ended.exception, SystemExit | None) or "Traceback" in ended.output:
                wrong.append((words, typed[:20], repr(ended.exception)[:200]))

    assert wrong == []
    assert ("replay",) in commands
    assert ("create-account",) in commands


@given(
    st.dictionaries(
        st.sampled_from([each.metadata["name"] for each in dataclasses.fields(Settings)]),
        st.text(max_size=40),
    )
)
def test_whatever_the_environment_says_is_a_portal_or_a_sentence(environ: dict[str, str]) -> None:
    asked = {**environ, "DATA_DIR": tempfile.gettempdir()}
    with contextlib.suppress(SettingsError):
        assert Settings.from_environ(asked).base_url
