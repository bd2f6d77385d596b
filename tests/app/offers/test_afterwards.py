"""After a gift has come: what it amounts to and by whose figures, what it served once a coordinator has looked, and what next."""

import dataclasses
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.handovers.reporting import HandoverReport, Says, report
from app.models import Handover, Match, Offer
from app.models.states import MatchState, OfferState, Role, Side, Verb
from app.offers import service, waiting
from app.transitions import COMMITTEE, note_decision
from tests.app.acting import Acting
from tests.app.offers.steps import words
from tests.app.offers.test_following import link
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock, SignIn
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def offer(build: Builder) -> Offer:
    return build.offer()


@pytest.fixture
def came(app: Flask, build: Builder, offer: Offer, clock: FrozenClock) -> Match:
    """Three chairs of four reached a committee, which wrote what they serve for."""
    match = build.match(
        build.offered_item(offer, item="chaise", quantity=4), build.need(build.committee(name="Comité d'exemple"), quantity=4),
        quantity=4, state=MatchState.COMPLETED, received_quantity=3,
    )  # fmt: skip
    build.handover(match, starts_at=MOMENT - timedelta(days=2))
    with app.app_context(), transaction() as current:
        row = current.get_one(Match, match.id)
        said = {"text": "Elles sont déjà dans notre salle.\nMerci à Lucie."}
        note_decision(current, row, Verb.COMPLETE, COMMITTEE, clock(), from_state=row.state, data=said)
        current.info.clear()  # the letters are not what this is about
    return match


def page(app: Flask, client: FlaskClient, offer: Offer) -> str:
    return words(client.get(link(app, offer)))


def test_the_donor_reads_what_it_amounts_to_and_whose_figures_those_are(
    app: Flask, client: FlaskClient, offer: Offer, came: Match
) -> None:
    said = page(app, client, offer)

    assert "3 objets servent à nouveau" in said
    assert "rejeté jusqu'à 56 kg de CO₂" in said  # three times 18.63
    assert "ADEME, Impact CO₂, 2026" in said
    assert "Autre chose à donner ?" in said


def test_nothing_is_claimed_before_anything_came(
    app: Flask, client: FlaskClient, build: Builder, offer: Offer
) -> None:
    build.match(build.offered_item(offer), state=MatchState.SCHEDULED)

    assert "Ce que votre don a permis" not in page(app, client, offer)


def test_what_has_no_figure_gets_none(app: Flask, client: FlaskClient, build: Builder, offer: Offer) -> None:
    build.match(build.offered_item(offer, item="cage"), state=MatchState.COMPLETED, received_quantity=1)

    said = page(app, client, offer)
    assert "1 objet sert à nouveau" in said
    assert "CO₂" not in said


def test_the_committee_s_words_are_shown_once_a_coordinator_has_looked(
    app: Flask, client: FlaskClient, build: Builder, offer: Offer, came: Match, sign_in: SignIn
) -> None:
    assert "dans notre salle" not in page(app, client, offer)
    desk = app.test_client()
    sign_in(desk, build.account(Role.COORDINATOR))
    address = f"/coordination/rapprochements/{came.id}/mots"
    assert "dans notre salle" in desk.get(address).text

    desk.post(address, data={"words": "Elles sont déjà dans notre salle."})

    said = page(app, client, offer)
    assert "Elles sont déjà dans notre salle." in said
    assert "Comité d'exemple" in said
    assert "Lucie" not in said
    desk.post(address, data={"words": ""})
    assert "dans notre salle" not in page(app, client, offer)


def test_what_a_committee_wrote_waits_on_the_list_until_somebody_has_looked(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn, acting: Acting
) -> None:
    match = build.match(state=MatchState.SCHEDULED)
    build.handover(match, starts_at=MOMENT - timedelta(hours=3), fixed_at=MOMENT - timedelta(days=2))
    said = HandoverReport(Says.YES, note="Les enfants sont ravis.")
    acting.do(lambda session, now: report(session, match.id, Side.COMMITTEE, said, COMMITTEE, now))
    [letter] = [row for row in acting.rows() if row.message == "thank_you"]
    assert "ravis" not in letter.body_text, "nobody has looked"
    sign_in(client, build.account(Role.COORDINATOR))
    clock.advance(days=2)
    address = f"/coordination/rapprochements/{match.id}/mots"
    waiting = client.get("/coordination/a-faire").text
    assert f'href="{address}"' in waiting
    assert "que le donateur ne lit pas encore, depuis 2 jours" in plain(waiting)

    client.post(address, data={"words": ""})

    assert address not in client.get("/coordination/a-faire").text


def test_who_did_not_see_the_words_of_a_colleague_does_not_replace_them(
    app: Flask, build: Builder, came: Match, sign_in: SignIn
) -> None:
    desk = app.test_client()
    sign_in(desk, build.account(Role.COORDINATOR))
    address = f"/coordination/rapprochements/{came.id}/mots"
    stale = desk.get(address).text.partition('name="was" value="')[2].partition('"')[0]
    desk.post(address, data={"words": "Les premiers", "was": stale})

    desk.post(address, data={"words": "Les seconds", "was": stale})

    with app.app_context(), transaction() as current:
        assert current.get_one(Handover, came.handover_id).served == "Les premiers"


def test_there_are_no_words_of_what_has_not_come(app: Flask, build: Builder, sign_in: SignIn) -> None:
    desk = app.test_client()
    sign_in(desk, build.account(Role.COORDINATOR))
    match = build.match(state=MatchState.SCHEDULED)

    assert desk.get(f"/coordination/rapprochements/{match.id}/mots").status_code == 404


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


def ask(app: Flask, client: FlaskClient, offer: Offer, wanted: str) -> int:
    return client.post(f"{link(app, offer)}/dans-un-an", data={"voulu": wanted}).status_code


def test_who_asks_is_written_to_once_a_year_later(
    app: Flask, client: FlaskClient, offer: Offer, came: Match, acting: Acting
) -> None:
    assert ask(app, client, offer, "oui") == 303
    assert "le 23 novembre 2027" in page(app, client, offer)

    acting.clock.advance(days=364)
    assert acting.do(waiting.remember) == 0
    acting.clock.advance(days=1)
    assert acting.do(waiting.remember) == 1
    acting.clock.advance(days=1)
    assert acting.do(waiting.remember) == 0

    [letter] = [row for row in acting.rows() if row.message == "a_year_later"]
    assert "3 × Chaise" in plain(str(letter.body_text))
    assert "/offrir" in letter.body_text


def test_no_letter_is_promised_to_who_will_be_forgotten_by_then(
    app: Flask, client: FlaskClient, offer: Offer, came: Match
) -> None:
    assert "un an après" in page(app, client, offer)
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], retention_days=100)

    assert "un an après" not in page(app, client, offer)
    assert ask(app, client, offer, "oui") == 404


def test_who_did_not_ask_or_does_not_want_it_any_more_is_not(
    app: Flask, client: FlaskClient, offer: Offer, came: Match, acting: Acting
) -> None:
    acting.clock.advance(days=400)
    assert acting.do(waiting.remember) == 0
    acting.clock.moment = MOMENT

    ask(app, client, offer, "oui")
    ask(app, client, offer, "non")

    acting.clock.advance(days=400)
    assert acting.do(waiting.remember) == 0


def test_a_year_is_counted_anew_where_it_has_passed_already(
    app: Flask, client: FlaskClient, offer: Offer, came: Match, acting: Acting
) -> None:
    acting.clock.advance(days=400)
    with app.app_context(), transaction() as current:
        service.remember_in_a_year(current, offer.id, acting.clock(), wanted=True)

    assert acting.do(waiting.remember) == 0


def test_nobody_is_asked_who_has_given_nothing_yet_or_has_no_address(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    waits = build.offer()
    build.offered_item(waits)
    behalf = build.offer(
        recorded_by_id=build.account(Role.COORDINATOR).id, contact_name="Une voisine d'exemple"
    )
    build.match(build.offered_item(behalf), state=MatchState.COMPLETED, received_quantity=1)

    for offer in (waits, behalf):
        assert "M'écrire une fois" not in page(app, client, offer)
        assert ask(app, client, offer, "oui") == 404


def test_who_has_given_is_asked_once_for_something_else(
    app: Flask, client: FlaskClient, build: Builder
) -> None:
    over = build.offer(state=OfferState.CLOSED, closed_at=MOMENT)
    build.match(build.offered_item(over), state=MatchState.COMPLETED, received_quantity=1)

    assert client.get(link(app, over)).text.count('href="/offrir"') == 2  # the menu's, and one more
