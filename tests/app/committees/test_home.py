"""A committee looks at its day."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Account, Committee
from app.models.states import MatchState
from tests.app.committees.pages import appointment, plain
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


def test_the_home_page_answers_three_questions(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    need = build.need(committee, item="chaise", quantity=9, misses=[])
    answer = build.match(
        build.offered_item(item="chaise", quantity=4),
        need,
        quantity=4,
        state=MatchState.APPROVED,
        answer_by=clock() + timedelta(days=5),
    )
    fixed = build.match(
        build.offered_item(item="lit"), build.need(committee, item="lit"), state=MatchState.SCHEDULED
    )
    appointment(app, fixed, clock)
    build.match(build.offered_item(item="table"), build.need(item="table"), state=MatchState.APPROVED)

    page = plain(client.get("/mon-comite").text)

    assert "Un don attend votre réponse" in page
    assert "4 × Chaise" in page
    assert f"/mon-comite/dons/{answer.id}" in page
    assert "mercredi 25 novembre, de 14 h à 16 h" in page
    assert "Il en manque 5" in page
    assert "Table" not in page, "another committee's gift"
    assert "Donateur" not in page, "no donor's name before the page of the gift"


def test_why_nothing_came_is_said(
    client: FlaskClient, build: Builder, committee: Committee, member: Account
) -> None:
    miss = {
        "broken": ["reach"],
        "detail": {"reach": 52.0, "delivers_km": 0, "collects_km": 30},
        "told": {"item": "refrigerateur", "commune": "Lyon"},
    }
    build.need(committee, item="refrigerateur", misses=[miss])

    page = plain(client.get("/mon-comite").text)

    assert "Pourquoi rien encore ?" in page
    assert "52 km" in page


NOTHING = "Personne n'en a encore proposé près de vous."


REST = "Pour le reste, personne n'en a encore proposé près de vous."


LOOKED_AT = "Un coordinateur examine ce qui est proposé."


@pytest.mark.parametrize(
    ("states", "said", "in_english"),
    [
        ([], NOTHING, "Nobody near you has offered any yet."),
        ([MatchState.DECLINED], NOTHING, "Nobody near you has offered any yet."),
        ([MatchState.APPROVED], REST, "For the rest, nobody near you has offered any yet."),
        ([MatchState.SCHEDULED], REST, "For the rest, nobody near you has offered any yet."),
        ([MatchState.COMPLETED], REST, "For the rest, nobody near you has offered any yet."),
        ([MatchState.PROPOSED] * 3, LOOKED_AT, "A coordinator is looking at the suggestions."),
        (
            [MatchState.PROPOSED, MatchState.APPROVED],
            f"{LOOKED_AT} Pour le reste, personne n'en a encore près de vous.",
            "For the rest, nobody near you has any yet.",
        ),
        ([MatchState.PROPOSED, MatchState.APPROVED, MatchState.COMPLETED], LOOKED_AT, "A coordinator is"),
    ],
)
def test_what_is_said_of_a_need_agrees_with_what_came_of_it(
    client: FlaskClient,
    build: Builder,
    committee: Committee,
    member: Account,
    states: list[MatchState],
    said: str,
    in_english: str,
) -> None:
    """« Personne n'en a encore proposé » stood beside « 1 pièce promise »."""
    need = build.need(committee, item="chaise", quantity=3, misses=[])
    for state in states:
        build.match(build.offered_item(item="chaise"), need, state=state)

    page = plain(client.get("/mon-comite").text)

    assert f"{said}</p>" in page
    assert sum(f">{each}<" in page for each in (NOTHING, REST, LOOKED_AT)) <= 1
    with client.session_transaction() as browser:
        browser["language"] = "en"
    assert in_english in plain(client.get("/mon-comite").text)


def test_a_member_of_two_committees_switches(
    client: FlaskClient, build: Builder, committee: Committee, sign_in: SignIn, app: Flask
) -> None:
    from app.models import Membership

    other = build.committee(name="Comité de Vienne", slug="vienne")
    account = build.account(committee=committee)
    with app.app_context(), transaction() as current:
        current.add(Membership(account_id=account.id, committee_id=other.id, created_at=account.created_at))
    sign_in(client, account)

    assert "Comité de Vienne" in client.get("/mon-comite").text
    assert 'aria-current="true">Comité de Vienne' in client.get("/mon-comite?comite=vienne").text
    assert 'aria-current="true">Comité de Vienne' in client.get("/mon-comite").text, "remembered"
    assert client.get("/mon-comite?comite=nulle-part").status_code == 404


def test_what_is_over_is_asked_about_and_the_whole_list_is_stood_by(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    match = build.match(
        build.offered_item(item="lit"), build.need(committee, item="lit"), state=MatchState.SCHEDULED
    )
    appointment(app, match, clock)
    build.need(committee, item="chaise", asked_at=clock())
    assert "Comment s'est passée la remise ?" not in plain(client.get("/mon-comite").text)

    clock.advance(days=3)

    page = plain(client.get("/mon-comite").text)
    assert "Comment s'est passée la remise ?" in page
    assert f"/mon-comite/dons/{match.id}/bilan" in page
    assert "Un besoin ancien attend un mot de vous" in page


def test_an_answer_that_is_late_is_not_asked_for_by_a_day_that_is_over(
    client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    build.match(need=build.need(committee), state=MatchState.APPROVED, answer_by=clock() + timedelta(days=1))
    assert "Répondez au plus tard le" in plain(client.get("/mon-comite").text)

    clock.advance(days=2)

    page = plain(client.get("/mon-comite").text)
    assert "Répondez au plus tard le" not in page
    assert "Votre réponse est attendue depuis le" in page


def test_the_month_shows_appointments_closures_and_dates(
    app: Flask, client: FlaskClient, build: Builder, committee: Committee, member: Account, clock: FrozenClock
) -> None:
    match = build.match(
        build.offered_item(item="bureau"), build.need(committee, item="bureau"), state=MatchState.SCHEDULED
    )
    appointment(app, match, clock)
    build.need(committee, item="chaise", needed_by=clock().date() + timedelta(days=4))
    with app.app_context(), transaction() as current:
        current.get_one(Committee, committee.id).closures = [["2026-11-30", "2026-12-02"]]

    page = plain(client.get("/mon-comite/calendrier").text)

    assert "Novembre 2026" in page
    assert "1 × Bureau" in page
    assert "Au plus tard ce jour-là : 1 × Chaise" in page
    assert page.count("fermé") == 1
    december = plain(client.get("/mon-comite/calendrier?mois=2026-12").text)
    assert december.count("fermé") == 2
    assert "Rien n'est prévu ce mois-là." in december
    for wrong in ("2026-13", "hier", "9999-01", "2026-1", "%00"):
        assert "Novembre 2026" in plain(client.get(f"/mon-comite/calendrier?mois={wrong}").text)
