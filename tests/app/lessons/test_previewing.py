"""Before rejecting, a coordinator reads what the portal would learn; afterwards, what it learnt. It is the same."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import session
from app.lessons import queries
from app.matches.queries import board as reads
from app.models import Committee, Match
from app.models.states import Condition, Reason, Role, Transport
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn
from tests.reading import plain

NOTHING = "Rien d'autre ne change : ce rapprochement ne revient pas, c'est tout."


@pytest.fixture
def committee(build: Builder, client: FlaskClient, sign_in: SignIn) -> Committee:
    sign_in(client, build.account(Role.COORDINATOR))
    return build.committee(name="Comité de Givors", collects_km=30)


@pytest.fixture
def propose(build: Builder, committee: Committee) -> Any:
    def make(**values: Any) -> Match:
        item = build.offered_item(condition=values.pop("condition", Condition.FAIR))
        return build.match(item, build.need(committee), **{"distance_km": 20.0} | values)

    return make


def told(app: Flask, clock: FrozenClock, match: Match) -> dict[Reason, str]:
    with app.app_context():
        current = session()
        cards = reads.cards(current, [match.id])
        sides = [(card.match, card.item, card.need, card.committee) for card in cards]
        found = queries.would_teach(current, clock(), sides)[match.id]
    return {reason: plain(sentence) for reason, sentence in found.items()}


def test_each_reason_says_what_it_would_teach(app: Flask, clock: FrozenClock, propose: Any) -> None:
    found = told(app, clock, propose())

    assert (
        found[Reason.TOO_FAR]
        == "Comité de Givors : « Lave-linge » jusqu'à 18 km seulement, au lieu de 30 km."
    )
    assert found[Reason.CONDITION] == (
        "Comité de Givors : « Lave-linge » n'est plus proposé qu'en « Bon état » ou mieux."
    )
    assert found[Reason.NOT_NOW].endswith("n'est plus proposé avant le 23 décembre 2026.")
    assert found[Reason.WRONG_ITEM].startswith("Comité de Givors : « Article")


def test_what_teaches_nothing_says_so(
    app: Flask, client: FlaskClient, clock: FrozenClock, propose: Any
) -> None:
    """The donor would have brought it, and it is in good state: once is no rule."""
    match = propose(transport=Transport.DONOR_BRINGS, condition=Condition.GOOD)
    assert {Reason.TOO_FAR, Reason.CONDITION}.isdisjoint(told(app, clock, match))

    page = plain(client.get("/coordination").text)

    assert page.count(NOTHING) == 3  # too far, its condition, another reason
    assert "Le portail retiendra : Comité de Givors" in page


@pytest.mark.parametrize("reason", [Reason.TOO_FAR, Reason.CONDITION, Reason.NOT_NOW, Reason.WRONG_ITEM])
def test_what_was_told_before_is_what_is_told_after(
    app: Flask, client: FlaskClient, clock: FrozenClock, propose: Any, reason: Reason
) -> None:
    earlier = propose(distance_km=25.0, condition=Condition.FOR_PARTS)
    client.post(f"/coordination/rapprochements/{earlier.id}/ecarter", data={"reason": reason.value})
    match = propose()
    before = told(app, clock, match)[reason]

    answer = client.post(
        f"/coordination/rapprochements/{match.id}/ecarter",
        data={"reason": reason.value},
        follow_redirects=True,
    )

    assert f"Le portail en retient : {before}" in plain(answer.text)


def test_a_rejection_of_the_card_alone_tells_it_too(client: FlaskClient, propose: Any) -> None:
    match = propose()
    answer = client.post(
        f"/coordination/rapprochements/{match.id}/ecarter",
        data={"reason": "too_far"},
        headers={"HX-Request": "true"},
    )
    assert "Le portail en retient : Comité de Givors" in plain(answer.text)
    assert "Le portail en retient" in plain(client.get(f"/coordination/rapprochements/{match.id}").text)
