"""A coordinator's twenty minutes: see what is proposed and why, decide, change one's mind."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from app.db import session as read_session
from app.matches import planning
from app.models import Account, Decision, Match, OutboxMessage
from app.models.states import MatchState, Reason, Role, Urgency
from notifications.models import State
from tests.app.matches.pages import state_of, text, url
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


def test_the_coordinator_sees_a_proposal_approves_it_and_takes_it_back(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    build.offered_item(
        build.offer(commune="Grigny", availability="Plutôt le soir"), description="Marche très bien"
    )
    build.need(
        build.committee(name="Secours populaire de Givors"),
        urgency=Urgency.HIGH,
        reason="Une famille vient d'arriver",
    )
    with app.app_context():
        planning.make_plan(clock())
    clock.advance(days=4)

    page = text(client.get("/coordination"))

    for words in (
        "Lave-linge pour le Secours populaire de Givors",
        "Le donateur attend depuis 4 jours",
        "Marche très bien",
        "Grigny",
        "Une famille vient d'arriver",
        "C'est exactement l'article demandé.",
        "Le besoin est pressé.",
        "Plutôt le soir",
        "Approuver et écrire aux deux",
        "Écarter",
    ):
        assert words in page
    [match] = rows(app)

    answer = client.post(url(match, "/approuver"), data={"retour": "/coordination?texte=lave"})
    assert answer.status_code == 303
    assert answer.location == f"/coordination?texte=lave&fait={match.id}"
    after = text(client.get(answer.location))
    assert "Les e-mails partent à 10 h 01 min 00 s. Jusque-là, vous pouvez annuler." in after
    assert "Annuler" in after
    assert state_of(app, match) is MatchState.APPROVED

    client.post(url(match, "/annuler"), data={"retour": answer.location})
    assert state_of(app, match) is MatchState.PROPOSED
    with app.app_context():
        assert {row.state for row in read_session().exec(select(OutboxMessage))} == {State.CANCELLED}


def rows(app: Flask) -> list[Match]:
    with app.app_context():
        found = list(read_session().exec(select(Match).order_by(col(Match.id))))
        read_session().expunge_all()
        return found


def test_a_rejection_asks_why_and_the_trail_tells_it(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    match = build.match()

    answer = client.post(url(match, "/ecarter"), data={"reason": "too_far", "note": "Le pont est fermé"})

    assert answer.status_code == 303
    assert state_of(app, match) is MatchState.REJECTED
    page = text(client.get(url(match)))
    assert "Écarté par Coordinatrice Exemple : C'est trop loin" in page
    assert "Le pont est fermé" in page
    with app.app_context():
        assert read_session().exec(select(Decision)).one().reason is Reason.TOO_FAR


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"reason": ""},
        {"reason": "no_show"},
        {"reason": "n'importe quoi"},
        {"reason": "too_far", "note": "a" * 10_000},
        {"reason": "too_far", "note": "a\x00b"},
    ],
)
def test_a_rejection_that_is_not_complete_says_what_to_do_and_keeps_the_note(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account, sent: dict[str, str]
) -> None:
    match = build.match()

    answer = client.post(url(match, "/ecarter"), data={"note": "Une remarque"} | sent)

    assert answer.status_code == 422
    assert "Il reste quelque chose à corriger" in text(answer)
    assert sent.get("note", "Une remarque").replace("\x00", "")[:5] in answer.text.replace("\x00", "")
    assert state_of(app, match) is MatchState.PROPOSED


def test_htmx_swaps_the_card_alone(client: FlaskClient, build: Builder, coordinator: Account) -> None:
    match = build.match()
    headers = {"HX-Request": "true"}

    refused = client.post(url(match, "/ecarter"), data={}, headers=headers)
    assert refused.status_code == 422
    assert "<html" not in refused.text
    assert "choisissez une des raisons" in text(refused)

    done = client.post(url(match, "/approuver"), headers=headers)
    assert done.status_code == 200
    assert done.text.lstrip().startswith("<article") or "<article" in done.text
    assert "<html" not in done.text

    again = client.post(url(match, "/approuver"), headers=headers)
    assert again.status_code == 409
    assert "Vous avez déjà approuvé à 10 h." in text(again)

    back = client.post(url(match, "/annuler"), headers=headers)
    assert "data-card" in back.text


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        (["/approuver"], "<dt>propositions attendent</dt><dd>2</dd>"),
        (["/ecarter"], "<dt>propositions attendent</dt><dd>2</dd>"),
        (["/approuver", "/annuler"], "<dt>propositions attendent</dt><dd>3</dd>"),
        (["/approuver", "/approuver"], "<dt>propositions attendent</dt><dd>2</dd>"),
    ],
)
def test_the_board_s_counters_are_swapped_with_the_card(
    client: FlaskClient, build: Builder, coordinator: Account, acts: list[str], said: str
) -> None:
    """The board said « 85 propositions » after ten decisions."""
    match, *_others = [build.match() for _ in range(3)]
    before = text(client.get("/coordination"))
    for act in acts:
        sent = {"reason": "too_far", "retour": "/coordination?page=1"}
        card = client.post(url(match, act), data=sent, headers={"HX-Request": "true"})

    assert "<dt>propositions attendent</dt><dd>3</dd>" in before
    assert '<dl class="figures" id="figures">' in before
    assert 'id="figures" hx-swap-oob="true"' in card.text
    assert said in text(card)
    elsewhere = client.post(
        url(match, "/approuver"), data={"retour": url(match)}, headers={"HX-Request": "true"}
    )
    assert 'id="figures"' not in elsewhere.text, "the page of a match shows no counters"


def test_a_double_click_approves_once_and_says_so(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    match = build.match()
    client.post(url(match, "/approuver"))

    answer = client.post(url(match, "/approuver"), follow_redirects=True)

    assert "Vous avez déjà approuvé à 10 h." in text(answer)
    with app.app_context():
        assert len(read_session().exec(select(OutboxMessage)).all()) == 2


def test_the_loser_of_two_approvals_learns_why(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    item = build.offered_item()
    first, second = build.match(item), build.match(item)
    client.post(url(first, "/approuver"))

    answer = client.post(url(second, "/approuver"), follow_redirects=True)

    assert "Il ne reste plus assez de cet article" in text(answer)


def test_who_comes_second_learns_who_was_first_and_when(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account, sign_in: SignIn
) -> None:
    match = build.match()
    client.post(url(match, "/approuver"))
    clock.advance(seconds=20)
    other = app.test_client()
    sign_in(other, build.account(Role.COORDINATOR, name="Second Exemple"))

    card = other.post(url(match, "/ecarter"), data={"reason": "other"}, headers={"HX-Request": "true"})

    assert card.status_code == 409
    told = "Coordinatrice Exemple a approuvé à 10 h. Votre geste n'a rien changé"
    assert told in text(card)
    assert "Les e-mails partent à 10 h 01 min 00 s." in text(card)
    assert 'data-leaves="40"' in card.text
    assert state_of(app, match) is MatchState.APPROVED


def test_runners_up_that_are_free_come_first(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    match = build.match()
    for _ in range(4):
        build.match(build.offered_item(), build.need())
    build.need(build.committee(name="Comité de Vienne", latitude=45.7))

    needs = text(client.get(url(match, "/autres"))).split("Ce besoin, avec un autre don")[0]

    assert needs.index("Comité de Vienne") < needs.index("Déjà servi par une autre proposition.")


def test_what_waits_longest_and_is_most_urgent_stands_first(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    def waiting(days: int, urgency: Urgency) -> Match:
        since = clock() - timedelta(days=days)
        return build.match(build.offered_item(build.offer(confirmed_at=since)), build.need(urgency=urgency))

    expected = [
        waiting(1, Urgency.CRITICAL),
        waiting(6, Urgency.NORMAL),
        waiting(2, Urgency.HIGH),
        waiting(1, Urgency.NORMAL),
        waiting(1, Urgency.LOW),
    ]

    page = client.get("/coordination").text

    places = [page.index(f'id="m{match.id}"') for match in expected]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("comite={committee}", 1),
        ("action={action}", 1),
        ("texte=machine+%C3%A0+laver", 2),
        ("texte=LAVE-linge", 2),
        ("texte=givors+lave", 2),
        ("texte=%00", 2),
        ("texte=" + "a" * 5000, 0),
        ("comite=99999", 0),
        ("comite=%D9%A3", 2),
        ("comite=-1&action=1e9&page=0", 2),
        ("page=99999999", 2),
    ],
)
def test_the_board_is_narrowed(
    client: FlaskClient, build: Builder, coordinator: Account, query: str, found: int
) -> None:
    action = build.action()
    first = build.match(None, build.need(action_id=action.id))
    second = build.need()
    build.match(None, second)
    assert first.id is not None

    answer = client.get("/coordination?" + query.format(committee=second.committee_id, action=action.id))

    assert answer.status_code == 200
    assert answer.text.count("data-card") == found


def test_the_board_is_narrowed_to_what_presses(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    build.match(None, build.need(urgency=Urgency.CRITICAL))
    build.match(None, build.need(urgency=Urgency.LOW))

    assert client.get("/coordination?urgence=critical").text.count("data-card") == 1
    assert client.get("/coordination?urgence=normal").text.count("data-card") == 0
    assert client.get("/coordination?urgence=%00zzz").text.count("data-card") == 2


def test_an_empty_board_says_what_is_missing_and_why(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    build.need(build.committee(name="Comité de Vienne"), minimum_condition="new")
    build.offered_item()
    with app.app_context():
        planning.make_plan(clock())

    page = text(client.get("/coordination"))

    assert "Rien n'attend votre décision" in page
    assert "Comité de Vienne" in page
    assert "l'état est « Bon état » et il faut au moins « Neuf »" in page
    assert "Dons sans besoin" in text(client.get("/coordination/pourquoi-pas"))


def test_the_figures_of_the_head(
    client: FlaskClient, build: Builder, clock: FrozenClock, coordinator: Account
) -> None:
    first, second, _third = (build.match() for _ in range(3))
    clock.advance(hours=10)
    client.post(url(first, "/approuver"))
    clock.advance(hours=20)
    client.post(url(second, "/approuver"))
    clock.advance(hours=10)

    page = text(client.get("/coordination"))

    assert "<dd>1</dd>" in page
    assert "<dd>40 h</dd>" in page
    assert "<dd>20 h</dd>" in page


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/coordination"),
        ("get", "/coordination/evidents"),
        ("post", "/coordination/evidents"),
        ("get", "/coordination/rapprochements"),
        ("get", "/coordination/rapprochements/1"),
        ("get", "/coordination/rapprochements/1/autres"),
        ("post", "/coordination/rapprochements/1/approuver"),
        ("post", "/coordination/rapprochements/1/ecarter"),
        ("post", "/coordination/rapprochements/1/annuler"),
        ("post", "/coordination/rapprochements/annuler"),
        ("get", "/coordination/pourquoi-pas"),
    ],
)
def test_the_room_is_the_coordinators(
    client: FlaskClient, build: Builder, sign_in: SignIn, method: str, path: str
) -> None:
    build.match()
    assert getattr(client, method)(path).status_code == 302
    sign_in(client, build.account(Role.MEMBER, committee=build.committee()))
    assert getattr(client, method)(path).status_code == 403


def test_the_board_takes_the_same_queries_for_one_row_and_for_twenty(
    app: Flask, client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    def count(path: str) -> int:
        asked: list[Any] = []

        def note(*args: Any) -> None:
            asked.append(args[2])

        with app.app_context():
            engine = read_session().get_bind()
            sa.event.listen(engine, "before_cursor_execute", note)
            assert client.get(path).status_code == 200
            sa.event.remove(engine, "before_cursor_execute", note)
        return len(asked)

    paths = (
        "/coordination",
        "/coordination/evidents",
        "/coordination/rapprochements",
        "/coordination/pourquoi-pas",
    )
    build.match()
    one = [count(path) for path in paths]
    for _ in range(19):
        build.match()
        build.need()
        build.offered_item()

    assert [count(path) for path in paths] == one


def test_a_donor_s_name_finds_the_proposal_and_the_offer_leads_to_it(
    client: FlaskClient, build: Builder, coordinator: Account
) -> None:
    offer = build.offer(build.donor(name="Donatrice Exemple"))
    match = build.match(build.offered_item(offer), build.need())

    assert f'id="m{match.id}"' in client.get("/coordination?texte=donatrice").text
    assert f'href="{url(match)}"' in client.get(f"/coordination/offres/{offer.id}").text
