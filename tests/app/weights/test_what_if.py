"""Move a weight, see who would receive what, decide, come back."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

import matching
from app.db import session as read_session
from app.matches import planning
from app.matches.queries.engine import read_board
from app.models import Account, Match, PlanRun, WeightsChoice, WeightsVersion
from app.models.states import MatchState, Urgency
from app.solving.solver import PlannedPair, Solver, SolverError, SolverRefusal
from app.weights import forms
from app.weights.comparing import Share, compare
from app.weights.queries import current_weights
from tests.builders import Builder
from tests.conftest import PATIENCE, FrozenClock, SignIn
from tests.reading import plain

PAGE = "/coordination/reglages"
LYON: dict[str, Any] = {"postal_code": "69001", "commune": "Lyon", "latitude": 45.767, "longitude": 4.834}


@pytest.fixture(scope="module")
def solver() -> Iterator[Solver]:
    """One child for all of these tests: starting it is what takes time."""
    made = Solver(seconds=PATIENCE)
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def shared_child(app: Flask, solver: Solver) -> None:
    app.extensions["what_if"] = solver


@pytest.fixture
def dilemma(build: Builder) -> None:
    """One washing machine: the near committee can wait, the far one cannot."""
    build.need(build.committee(name="Comité proche"), urgency=Urgency.LOW)
    build.need(build.committee(name="Comité lointain", **LYON), urgency=Urgency.CRITICAL)
    build.offered_item()


def figures(page: str) -> dict[str, list[str]]:
    table = re.search(r'<table class="effect">.*?</table>', page, re.DOTALL)
    assert table is not None
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', table[0])
    return {name: re.findall(r"<td>(.*?)</td>", cells) for name, cells in rows}


def chosen(app: Flask) -> list[tuple[str, int | None, str]]:
    with app.app_context():
        rows = read_session().exec(
            select(WeightsVersion.version, WeightsChoice.account_id, WeightsChoice.note)
            .join(WeightsVersion, WeightsChoice.weights_version_id == WeightsVersion.id)  # type: ignore[arg-type]
            .order_by(WeightsChoice.id)  # type: ignore[arg-type]
        )
        return [(version, account, note) for version, account, note in rows]


def in_force(app: Flask) -> matching.Weights:
    with app.app_context():
        return current_weights(read_session())


def test_the_page_names_who_would_gain_and_who_would_lose(
    client: FlaskClient, dilemma: None, coordinator: Account
) -> None:
    page = plain(client.get(f"{PAGE}?fit=0&urgency=0&nearness=100").text)

    assert "1 besoin recevrait plus, 1 moins" in page
    gains, losses = page.split("Recevraient plus")[1].split("Recevraient moins")
    assert "Lave-linge</strong>, Comité proche : 1 au lieu de 0" in gains
    assert "Lave-linge</strong>, Comité lointain : 0 au lieu de 1" in losses
    told = figures(page)
    assert told["Pièces placées"] == ["1", "1"]
    assert told["Kilomètres en tout"] == ["21", "0"]
    assert "Adopter ces réglages…" in page


def test_without_a_change_the_page_shows_the_plan_as_it_is(
    client: FlaskClient, dilemma: None, coordinator: Account
) -> None:
    page = plain(client.get(PAGE).text)

    assert "Voici le plan avec les réglages en vigueur" in page
    assert figures(page)["Pièces placées"] == ["1"]
    assert 'name="fit" type="number"' in page
    assert "Adopter ces réglages…" not in page


def test_what_is_proposed_stays_only_where_that_is_asked_for(
    app: Flask, client: FlaskClient, dilemma: None, coordinator: Account, clock: FrozenClock
) -> None:
    with app.app_context():
        planning.make_plan(clock())
    asked = f"{PAGE}?fit=0&urgency=0&nearness=10&fairness=90&calm=200"

    assert "1 besoin recevrait plus" in plain(client.get(asked).text)
    assert "chacun recevrait la même chose" in plain(client.get(f"{asked}&garder=oui").text)


def test_an_empty_board_breaks_nothing(client: FlaskClient, coordinator: Account) -> None:
    assert figures(client.get(f"{PAGE}?fit=1").text)["Pièces placées"] == ["0", "0"]


def test_htmx_gets_the_effect_alone(client: FlaskClient, dilemma: None, coordinator: Account) -> None:
    answer = client.get(f"{PAGE}?nearness=100", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "En chiffres" in answer.text


def test_looking_decides_nothing(
    app: Flask, client: FlaskClient, dilemma: None, coordinator: Account, clock: FrozenClock
) -> None:
    for path in (f"{PAGE}?fit=0&nearness=100", f"{PAGE}/adopter?fit=0&nearness=100"):
        assert client.get(path).status_code == 200
    assert chosen(app) == []
    assert in_force(app) == matching.Weights()
    with app.app_context():
        assert read_session().exec(select(Match)).all() == []


def test_confirming_saves_who_decided_and_the_next_plan_obeys(
    app: Flask, client: FlaskClient, dilemma: None, coordinator: Account, clock: FrozenClock
) -> None:
    confirmation = plain(client.get(f"{PAGE}/adopter?fit=0&urgency=0&nearness=100").text)
    assert "Le besoin presse</strong> : 25 devient 0" in confirmation
    sent = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([0-9.]+)">', confirmation))

    answer = client.post(f"{PAGE}/adopter", data={**sent, "note": "Les vans sont en panne"})

    assert answer.status_code == 303
    page = plain(client.get(answer.location).text)
    assert "Le prochain plan s'en servira" in page
    assert "Décision de Coordinatrice Exemple" in page
    assert "Les vans sont en panne" in page
    weights = in_force(app)
    assert (weights.fit, weights.urgency, weights.nearness) == (0, 0, 1)
    assert chosen(app) == [(weights.version, coordinator.id, "Les vans sont en panne")]
    with app.app_context():
        [version] = read_session().exec(select(WeightsVersion)).all()
        assert (version.created_by_id, version.note) == (coordinator.id, "Les vans sont en panne")
        planning.make_plan(clock())
        [match] = read_session().exec(select(Match).where(Match.state == MatchState.PROPOSED)).all()
        assert match.distance_km == 0
        assert match.weights_version == weights.version
        assert read_session().exec(select(PlanRun)).one().weights_version == weights.version


def test_a_return_to_earlier_weights_is_a_decision_too(
    app: Flask, client: FlaskClient, dilemma: None, coordinator: Account, clock: FrozenClock
) -> None:
    original = matching.Weights()
    for data in ({"nearness": "100"}, {"nearness": "50"}, {"nearness": "100"}):
        client.post(f"{PAGE}/adopter", data=data)
        with app.app_context():
            planning.make_plan(clock())
    page = plain(client.get(f"{PAGE}/versions").text)
    assert page.count("en vigueur") == 1
    back = re.findall(r'href="([^"]+)">Revenir aux réglages d\'origine', page)

    confirmation = plain(client.get(back[0].replace("&amp;", "&")).text)
    sent = dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([0-9.]+)">', confirmation))
    client.post(f"{PAGE}/adopter", data=sent)

    assert in_force(app) == original
    assert len(chosen(app)) == 4
    assert len({version for version, *_ in chosen(app)}) == 3


def test_what_is_in_force_is_not_adopted_again(app: Flask, client: FlaskClient, coordinator: Account) -> None:
    for _ in range(2):
        client.post(f"{PAGE}/adopter", data={"fit": "77"})
    assert len(chosen(app)) == 1
    answer = client.get(f"{PAGE}/adopter?fit=77", follow_redirects=True)
    assert "déjà en vigueur" in plain(answer.text)


@pytest.mark.parametrize(
    "sent",
    [
        {"fit": "-1"},
        {"fit": "101"},
        {"fit": "1e3"},
        {"fit": "NaN"},
        {"fit": "inf"},
        {"fit": ""},
        {"fit": "٣"},
        {"fit": "9" * 5000},
        {"fit": "\x00"},
        {"fit": "<script>"},
        {"patience_days": "1.5"},
        {"patience_days": "0"},
        {"half_km": "0"},
        {"fit": "0", "urgency": "0", "nearness": "0", "fairness": "0", "wholeness": "0"},
    ],
)
def test_a_dial_out_of_range_gets_a_sentence(
    app: Flask, client: FlaskClient, coordinator: Account, sent: dict[str, str]
) -> None:
    page = client.get(PAGE, query_string=sent)
    assert page.status_code == 422
    assert "Corrigez d'abord" in plain(page.text)
    assert 'aria-invalid="true"' in page.text
    assert client.get(PAGE, query_string=sent, headers={"HX-Request": "true"}).status_code == 422
    assert client.get(f"{PAGE}/adopter", query_string=sent).status_code == 303
    assert client.post(f"{PAGE}/adopter", data=sent).status_code == 303
    assert chosen(app) == []


@pytest.mark.parametrize("note", ["a" * 2001, "a\x00b"])
def test_a_note_that_cannot_be_kept_gets_a_sentence(
    app: Flask, client: FlaskClient, coordinator: Account, note: str
) -> None:
    answer = client.post(f"{PAGE}/adopter", data={"fit": "50", "note": note})
    assert answer.status_code == 422
    assert "Il reste quelque chose à corriger" in plain(answer.text)
    assert chosen(app) == []


def test_members_do_not_enter(app: Flask, build: Builder, sign_in: SignIn) -> None:
    client = app.test_client()
    sign_in(client, build.account(committee=build.committee()))
    for path in (PAGE, f"{PAGE}/adopter", f"{PAGE}/versions"):
        assert client.get(path).status_code == 403
    assert client.post(f"{PAGE}/adopter").status_code == 403


def test_a_board_that_is_too_large_gets_a_sentence(
    app: Flask, client: FlaskClient, dilemma: None, coordinator: Account
) -> None:
    app.extensions["what_if"] = Solver(largest=2)
    page = client.get(f"{PAGE}?fit=1")
    assert page.status_code == 200
    assert "Le tableau est trop grand" in plain(page.text)


def test_a_solver_that_takes_too_long_is_stopped_and_another_one_answers(
    app: Flask, build: Builder, dilemma: None, clock: FrozenClock
) -> None:
    solver = Solver(seconds=0)
    with app.app_context():
        board = read_board(read_session(), clock())
        with pytest.raises(SolverError) as told:
            solver.plans(board, [matching.Weights()])
        assert told.value.code is SolverRefusal.TOO_LONG
        # Its late answer would be taken for that to the next question.
        left: object = solver._child
        assert left is None
        solver.seconds = PATIENCE
        try:
            [pairs] = solver.plans(board, [matching.Weights()])
            assert len(pairs) == 1
            child = solver._child
            assert child is not None
            child.kill()
            child.wait()
            assert solver.plans(board, [matching.Weights()]) == [pairs]
        finally:
            solver.stop()


def test_what_was_learnt_counts_as_in_the_plan_itself(
    app: Flask, solver: Solver, build: Builder, clock: FrozenClock
) -> None:
    silent = build.need(build.committee(name="Comité muet"), urgency=Urgency.HIGH)
    answers = build.need(build.committee(name="Comité qui répond"), urgency=Urgency.LOW)
    build.offered_item()
    chances = matching.Chances(300, 3.0, {"committee": {str(silent.committee_id): 0.01}})
    with app.app_context():
        board = replace(read_board(read_session(), clock()), chances=chances)

    heard, deaf = solver.plans(board, [matching.Weights(chance=1), matching.Weights(chance=0)])

    assert [[each.need for each in pairs] for pairs in (heard, deaf)] == [[str(answers.id)], [str(silent.id)]]


def test_a_child_that_hangs_up_is_replaced_before_anybody_notices(
    app: Flask, dilemma: None, clock: FrozenClock
) -> None:
    solver = Solver(seconds=PATIENCE)
    hangs_up = "import os, sys; os.close(1); sys.stdin.read()"
    solver._child = subprocess.Popen(
        [sys.executable, "-c", hangs_up], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with app.app_context():
        board = read_board(read_session(), clock())
    try:
        assert len(solver.plans(board, [matching.Weights()])[0]) == 1
    finally:
        solver.stop()


@pytest.mark.parametrize("hangs", ["", "sys.stdin.buffer.read(1); os.write(1, pickle.dumps([])[:-1]);"])
def test_a_child_that_hangs_is_ended_when_its_time_is_over(
    app: Flask, dilemma: None, clock: FrozenClock, hangs: str
) -> None:
    solver = Solver(seconds=0.3)
    solver._child = subprocess.Popen(
        [sys.executable, "-c", f"import os, pickle, sys, time; {hangs} time.sleep(3600)"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with app.app_context():
        board = read_board(read_session(), clock())
    with pytest.raises(SolverError) as told:
        solver.plans(board, [matching.Weights()])
    assert told.value.code is SolverRefusal.TOO_LONG
    assert solver._child is None


def test_the_child_plans_what_the_scheduler_would(
    app: Flask, dilemma: None, clock: FrozenClock, solver: Solver
) -> None:
    with app.app_context():
        board = read_board(read_session(), clock())
        [pairs] = solver.plans(board, [board.weights])
        plan = planning.solve(board)
    assert pairs == tuple(
        PlannedPair(each.offer, each.need, each.quantity, each.distance_km) for each in plan.pairings
    )


def test_fairness_is_how_far_shares_lie_apart(
    app: Flask, build: Builder, clock: FrozenClock, dilemma: None
) -> None:
    with app.app_context():
        board = read_board(read_session(), clock())
    [offer], (near, far) = board.offers, board.needs
    found = compare(board, [PlannedPair(offer.id, near.id, 1, 0.0)], [PlannedPair(offer.id, far.id, 1, 21.0)])

    assert [each.committee for each in found.shares] == ["Comité proche", "Comité lointain"]
    assert [each.share_now for each in found.shares] == [1.0, 0.0]
    assert found.now.gap == found.then.gap == 0.5
    assert compare(board, [], []).now.gap == 0
    moved = compare(board, [PlannedPair(offer.id, near.id, 1, 0.0)], [PlannedPair("99", near.id, 1, 0.0)])
    assert (moved.moved, moved.gained, moved.same) == (1, (), False)


def test_a_need_that_receives_more_is_gained_not_moved_and_whole_only_with_all_of_it(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    build.need(quantity=2)
    with app.app_context():
        board = read_board(read_session(), clock())
    [need] = board.needs

    found = compare(board, [PlannedPair("1", need.id, 1, 0.0)], [PlannedPair("2", need.id, 2, 0.0)])

    assert ([(each.now, each.then) for each in found.gained], found.moved) == ([(1, 2)], 0)
    assert (found.now.needs, found.now.whole, found.then.whole) == (1, 0, 1)


def test_what_a_committee_received_lately_is_part_of_its_share() -> None:
    share = Share("Comité d'exemple", asked=1, received=3, now=0, then=1)
    assert (share.share_now, share.share_then) == (0.75, 1.0)


def test_every_weight_has_a_dial_that_says_the_same_again() -> None:
    weights = matching.Weights(fit=0.125, half_km=33.5, patience_days=20)
    assert set(forms.DIALS) == set(matching.Weights.__slots__)
    shown = forms.shown(weights)
    assert (shown["fit"], shown["half_km"], shown["patience_days"]) == ("12.5", "33.5", "20")
    assert all(forms.sentence(trouble) for trouble in SolverRefusal)
