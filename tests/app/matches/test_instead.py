"""A coordinator who prefers a runner-up says so in one click: it takes the place of the proposal, approved."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from app.db import db, transaction
from app.db import session as read_session
from app.matches import pairs, planning
from app.models import Account, Committee, Match, OutboxMessage
from app.models.states import MatchState, Role
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain


@pytest.fixture(autouse=True)
def coordinator(build: Builder, client: FlaskClient, sign_in: SignIn) -> Account:
    account = build.account(Role.COORDINATOR, name="Coordinatrice Exemple")
    sign_in(client, account)
    return account


def url(match: Match, verb: str) -> str:
    return f"/coordination/rapprochements/{match.id}{verb}"


def matches(app: Flask) -> list[tuple[int, int, int, MatchState]]:
    with app.app_context():
        rows = read_session().exec(select(Match).order_by(Match.id)).all()  # type: ignore[arg-type]
        return [(row.offered_item_id, row.need_id, row.quantity, row.state) for row in rows]


def test_another_committee_gets_it(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    item, first = build.offered_item(quantity=3), build.need(quantity=2)
    other = build.need(build.committee(name="Comité de Vienne"), quantity=9)
    match = build.match(item, first, quantity=2)
    assert "Donner plutôt à ce comité et écrire aux deux" in client.get(url(match, "/autres")).text

    answer = client.post(url(match, "/plutot"), data={"besoin": other.id}, follow_redirects=True)

    assert matches(app) == [
        (item.id, first.id, 2, MatchState.SUPERSEDED),
        (item.id, other.id, 3, MatchState.APPROVED),
    ]
    assert "Lave-linge pour le Comité de Vienne" in answer.text
    assert "Annuler" in answer.text
    with app.app_context():
        assert len(read_session().exec(select(OutboxMessage)).all()) == 2
        chosen = read_session().exec(select(Match).where(Match.need_id == other.id)).one()
        assert pairs.replayed(chosen).same
        chosen_id = chosen.id
    trail = plain(client.get(f"/coordination/rapprochements/{chosen_id}").text)
    assert "Proposé par Coordinatrice Exemple" in trail
    assert "Identique" in trail
    with app.app_context():
        planning.make_plan(clock())
    assert (item.id, other.id, 3, MatchState.APPROVED) in matches(app)


def test_another_gift_serves_the_need(app: Flask, client: FlaskClient, build: Builder) -> None:
    need, item, better = build.need(), build.offered_item(), build.offered_item()
    match = build.match(item, need)

    client.post(url(match, "/plutot"), data={"article": better.id})

    assert matches(app)[1] == (better.id, need.id, 1, MatchState.APPROVED)


def test_what_is_proposed_elsewhere_cannot_be_taken_and_the_proposal_stays(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    need, item, elsewhere = build.need(), build.offered_item(), build.offered_item()
    match = build.match(item, need)
    build.match(elsewhere, build.need())

    page = plain(client.get(url(match, "/autres")).text)
    answer = client.post(url(match, "/plutot"), data={"article": elsewhere.id}, follow_redirects=True)

    assert "Déjà proposé ailleurs." in page
    assert "Prendre plutôt ce don" not in page
    assert "Il ne reste plus assez de cet article" in plain(answer.text)
    assert [state for *_rest, state in matches(app)] == [MatchState.PROPOSED] * 2


def test_a_whole_lot_is_not_cut(app: Flask, client: FlaskClient, build: Builder) -> None:
    need = build.need(quantity=5)
    match = build.match(build.offered_item(quantity=2), need, quantity=2)
    build.match(build.offered_item(quantity=3), need, quantity=3)
    lot = build.offered_item(quantity=4, divisible=False)

    page = plain(client.get(url(match, "/autres")).text)
    answer = client.post(url(match, "/plutot"), data={"article": lot.id}, follow_redirects=True)

    assert "Prendre plutôt ce don" not in page
    assert "Le besoin vient d'être couvert autrement" in plain(answer.text)
    assert [state for *_rest, state in matches(app)] == [MatchState.PROPOSED] * 2


def test_a_whole_lot_is_not_offered_to_a_need_that_has_room_for_half_of_it(
    client: FlaskClient, build: Builder
) -> None:
    lot = build.offered_item(quantity=4, divisible=False)
    match = build.match(lot, build.need(quantity=4), quantity=4)
    other = build.need(quantity=5)
    build.match(build.offered_item(quantity=3), other, quantity=3)

    assert "Donner plutôt à ce comité" not in plain(client.get(url(match, "/autres")).text)


@pytest.mark.databases("postgresql")
def test_nobody_edits_a_committee_between_the_judgement_and_the_gift(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    match, other = build.match(), build.need(build.committee())
    with app.app_context(), transaction() as work:
        assert pairs.instead(work, work.get_one(Match, match.id), clock(), need_id=other.id)
        wanted = select(Committee).where(Committee.id == other.committee_id).with_for_update(nowait=True)
        with Session(db.engine) as editor, pytest.raises(OperationalError, match="could not obtain lock"):
            editor.exec(wanted).one()


@pytest.mark.parametrize(
    "typed",
    [{}, {"besoin": "0"}, {"besoin": "999999"}, {"article": "abc"}, {"besoin": "%00", "article": "1"}],
)
def test_what_is_not_permitted_changes_nothing(
    app: Flask, client: FlaskClient, build: Builder, typed: dict[str, Any]
) -> None:
    match = build.match()
    answer = client.post(url(match, "/plutot"), data=typed, follow_redirects=True)
    assert "Cela n'est plus possible" in plain(answer.text)
    assert [state for *_rest, state in matches(app)] == [MatchState.PROPOSED]


def test_a_rule_is_not_passed_over(app: Flask, client: FlaskClient, build: Builder) -> None:
    match, choosy = build.match(), build.need(minimum_condition="new")
    client.post(url(match, "/plutot"), data={"besoin": choosy.id})
    assert [state for *_rest, state in matches(app)] == [MatchState.PROPOSED]


def test_a_proposal_decided_meanwhile_is_told(app: Flask, client: FlaskClient, build: Builder) -> None:
    match, other = build.match(), build.need()
    client.post(url(match, "/ecarter"), data={"reason": "other"})
    answer = client.post(url(match, "/plutot"), data={"besoin": other.id}, follow_redirects=True)
    assert answer.status_code == 200
    assert [state for *_rest, state in matches(app)] == [MatchState.REJECTED]
