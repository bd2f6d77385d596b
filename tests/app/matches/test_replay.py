"""Each stored match can be scored again from what was stored with it, and gives the same figures."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app import sample
from app.db import session as read_session
from app.db import transaction
from app.matches import pairs, planning
from app.models import Match
from app.models.states import Role
from matching.items import Catalogue
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain


@pytest.fixture
def proposed(app: Flask, build: Builder, clock: FrozenClock) -> int:
    build.need(quantity=3)
    build.offered_item(quantity=2)
    with app.app_context():
        planning.make_plan(clock())
        return read_session().exec(select(Match.id)).one() or 0


def replay(app: Flask, match: object) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["replay", str(match)])
    return result.exit_code, plain(result.output)


def test_every_match_of_the_sample_datas_plan_gives_the_same_figures(app: Flask, clock: FrozenClock) -> None:
    with app.app_context():
        with transaction() as work:
            sample.load(work, clock(), "unused")
        planning.make_plan(clock())
        matches = read_session().exec(select(Match).order_by(col(Match.id))).all()

        assert len(matches) > 50
        assert [match.id for match in matches if not pairs.replayed(match).same] == []


def test_the_command_prints_both_sets_of_figures(app: Flask, proposed: int) -> None:
    code, said = replay(app, proposed)

    assert code == 0
    assert f"Rapprochement n° {proposed}" in said
    assert "Identique" in said
    lines = [line for line in said.splitlines() if "recalculé" in line and "gardé" in line]
    assert len(lines) == 6
    assert lines[0].startswith("Note : gardé 0,")


def test_a_catalogue_that_changed_since_changes_no_figure(
    app: Flask, build: Builder, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    build.need(item="ordinateur")
    build.offered_item(item="ordinateur-portable")
    with app.app_context():
        planning.make_plan(clock())
        monkeypatch.setattr(pairs, "load", lambda: Catalogue({}))

        assert pairs.replayed(read_session().exec(select(Match)).one()).same


def test_figures_that_were_tampered_with_are_told(app: Flask, proposed: int) -> None:
    with app.app_context(), transaction() as work:
        work.get_one(Match, proposed).score = 0.123456

    code, said = replay(app, proposed)

    assert code == 1
    assert "Différent" in said
    assert "Note : gardé 0,123456" in said


@pytest.mark.parametrize(
    "match", ["999", "0", "-1", "1e3", "99999999999999999999", "' OR 1=1", "", "é", "x" * 9999]
)
def test_an_unknown_match_gets_a_sentence(app: Flask, match: str) -> None:
    code, said = replay(app, match)

    assert code == 1
    assert "Aucun rapprochement ne porte le numéro" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"offer": None, "need": None},
        {"now": "hier", "offer": {}, "need": {}, "weights": {}},
    ],
)
def test_a_match_without_what_it_was_made_from_gets_a_sentence(
    app: Flask, build: Builder, inputs: dict[str, object]
) -> None:
    code, said = replay(app, build.match(inputs=inputs).id)

    assert code == 1
    assert "ne garde pas de quoi être recalculé" in said


def test_what_was_stored_but_makes_no_sense_gets_a_sentence(app: Flask, proposed: int) -> None:
    for path, value in (("offer", "condition"), ("weights", "fit"), ("need", "urgency")):
        with app.app_context(), transaction() as work:
            match = work.get_one(Match, proposed)
            match.inputs = {**match.inputs, path: {**match.inputs[path], value: "n'importe quoi"}}
        code, said = replay(app, proposed)
        assert code == 1
        assert "ne garde pas de quoi" in said


def test_the_page_of_a_match_says_whether_it_is_found_again(
    client: FlaskClient, build: Builder, sign_in: SignIn, proposed: int
) -> None:
    sign_in(client, build.account(Role.COORDINATOR))
    other = build.match(build.offered_item(item="chaise"), build.need(item="chaise"))

    assert "Identique : le calcul refait" in plain(
        client.get(f"/coordination/rapprochements/{proposed}").text
    )
    assert "le calcul refait" not in plain(client.get(f"/coordination/rapprochements/{other.id}").text)
