"""A page remembers: all that happened to its row, the latest first, whoever did it and wherever it is kept."""

from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import SQLModel

from app.db import transaction
from app.history import wording
from app.history.queries import PAGE
from app.letters import LETTERS
from app.matches import service
from app.models import Account, Decision, Match, Need, Offer, OfferedItem
from app.models.states import ActorKind, Reason, Verb
from app.transitions import SYSTEM, Actor, note_decision
from app.web.text import speaking
from notifications.models import State
from tests.builders import Builder
from tests.conftest import ANSWER_WITHIN, MOMENT, FrozenClock
from tests.reading import plain

COLUMNS: dict[type[SQLModel], str] = {Offer: "offer_id", Need: "need_id", Match: "match_id"}


@pytest.fixture
def match(app: Flask, build: Builder, clock: FrozenClock, coordinator: Account) -> Match:
    """Approved by the coordinator, so that letters left; with a note on everything that it touches."""
    offer, committee = build.offer(), build.committee(name="Comité de Givors")
    match = build.match(build.offered_item(offer), build.need(committee))
    with app.app_context(), transaction() as session:
        note_decision(session, session.get_one(Offer, offer.id), Verb.RECORD, SYSTEM, clock())
        note_decision(session, session.get_one(Need, match.need_id), Verb.DECLARE, SYSTEM, clock())
        clock.advance(minutes=1)
        service.approve(session, match.id, Actor.account(coordinator.id), clock(), ANSWER_WITHIN)
    subjects = {
        "offer_id": offer.id,
        "need_id": match.need_id,
        "match_id": match.id,
        "donor_id": offer.donor_id,
        "committee_id": committee.id,
    }
    for column, key in subjects.items():
        clock.advance(minutes=1)
        build.note(coordinator, words=f"Note sur {column}.", **{column: key})
    return match


def test_each_page_tells_what_happened_to_all_that_it_touches(
    app: Flask, client: FlaskClient, match: Match
) -> None:
    with app.app_context(), transaction() as session:
        offer_id = session.get_one(Match, match.id).offered_item_id
        offer = session.get_one(Offer, session.get_one(OfferedItem, offer_id).offer_id)
        need = session.get_one(Need, match.need_id)
        paths = {
            "offer": f"/coordination/offres/{offer.id}",
            "need": f"/coordination/besoins/{need.id}",
            "match": f"/coordination/rapprochements/{match.id}",
            "donor": f"/coordination/donateurs/{offer.donor_id}",
            "committee": f"/coordination/comites/{need.committee_id}",
        }
    pages = {name: plain(client.get(path).text) for name, path in paths.items()}
    approved, letters = "Approuvé par Coordinatrice Exemple", "E-mail à"
    told = {
        "offer": [
            "Offre enregistrée",
            approved,
            letters,
            "Note sur offer_id",
            "Note sur match_id",
            "Note sur donor_id",
        ],
        "need": ["Besoin déclaré", approved, letters, "Note sur need_id", "Note sur match_id", "Note sur committee_id"],
        "match": [approved, letters, *(f"Note sur {each}_id" for each in ("offer", "need", "match", "donor", "committee"))],
        "donor": ["Offre enregistrée", approved, letters, "Note sur donor_id", "Note sur offer_id", "Note sur match_id"],
        "committee": ["Besoin déclaré", approved, letters, "Note sur committee_id", "Note sur need_id", "Note sur match_id"],
    }  # fmt: skip

    for name, expected in told.items():
        assert [words for words in expected if words not in pages[name]] == [], name
    assert pages["offer"].index("Note sur match_id") < pages["offer"].index(approved)
    assert pages["offer"].index(approved) < pages["offer"].index("Offre enregistrée")
    assert "Note sur committee_id" not in pages["donor"]


def test_a_long_history_is_turned_page_by_page(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    offer = build.offer()
    for number in range(PAGE + 2):
        clock.advance(minutes=1)
        build.note(coordinator, words=f"Mot {number}.", offer_id=offer.id)
    first, second = (client.get(f"/coordination/offres/{offer.id}?page={number}").text for number in (1, 2))

    assert f"Mot {PAGE + 1}." in first
    assert "Mot 1." not in first
    assert "Mot 1." in second
    assert "Mot 2." not in second
    assert "Plus ancien" in first
    assert "Plus récent" in second


def test_every_decision_can_be_told(app: Flask) -> None:
    """Whatever is done to whatever a history is about, by whomever, for whichever reason."""
    cases = product([key for key in LETTERS if key[0] in COLUMNS], ActorKind, (None, Reason.TOO_FAR))
    with app.test_request_context(), speaking("fr"):
        for (aggregate, verb), actor, reason in cases:
            subject: dict[str, Any] = {COLUMNS[aggregate]: 1}
            decision = Decision(at=MOMENT, actor=actor, verb=verb, reason=reason, **subject)
            words = wording.decision_words(decision, "")

            assert "%" not in words
            assert words[0].isupper()
            assert "de le" not in words
    assert set(wording.LETTER_STATES) == set(State)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"says": "yes", "received": 3}, "Compte rendu fait par le comité. 3 pièces reçues"),
        ({"says": "yes", "received": 1}, "Compte rendu fait par le comité. 1 pièce reçue"),
        ({"says": "yes", "received": None}, "Compte rendu fait par le comité. La remise a eu lieu"),
        ({"says": "not_yet"}, "Compte rendu fait par le comité. Pas encore"),
        ({"says": "no"}, "Compte rendu fait par le comité. La remise n'a pas eu lieu"),
    ],
)
def test_a_report_says_what_was_said(app: Flask, data: dict[str, Any], said: str) -> None:
    decision = Decision(at=MOMENT, actor=ActorKind.COMMITTEE, verb=Verb.REPORT, match_id=1, data=data)
    with app.test_request_context(), speaking("fr"):
        words = wording.decision_words(decision, "")
    assert plain(words) == said
