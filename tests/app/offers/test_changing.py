"""The page that keeps its word: what happens next and by when; what its donor changes, pauses, withdraws, and undoes within a day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import session
from app.matches.queries.engine import read_board
from app.models import Committee, Decision, Donor, Match, Offer, OfferedItem
from app.models.states import ActorKind, Aside, MatchState, OfferState, Transport, Verb
from app.offers import waiting
from tests.app.acting import Acting
from tests.app.offers.steps import letters, rows, words
from tests.app.offers.test_following import CONFIRM, approved, link
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock

pytestmark = pytest.mark.databases("sqlite")
Send = Callable[..., TestResponse]


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Open a page, change these values of its form, send it; the page that one is led to."""

    def send(path: str, **values: str) -> TestResponse:
        [form] = [each for each in Reader(client.get(path).text).forms if each.action.endswith(path)]
        sent = form.filled() | {name: [value] for name, value in values.items()}
        return client.post(path, data=sent, follow_redirects=True)

    return send


@pytest.fixture
def offer(build: Builder) -> Offer:
    return build.offer(build.donor(confirmed_at=MOMENT, phone="06 11 22 33 44"), street="9 rue Secrète")


def press(client: FlaskClient, page: TestResponse, ending: str) -> TestResponse:
    """The button of the page's form that leads there."""
    form = next(each for each in Reader(page.text).forms if each.action.endswith(ending))
    return client.post(form.action, data=form.filled(), follow_redirects=True)


def planned(app: Flask) -> list[int]:
    with app.app_context():
        return [int(each.id) for each in read_board(session(), MOMENT).offers]


def test_it_says_by_when_an_answer_comes_and_when_it_is_late_that_it_is(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, clock: FrozenClock
) -> None:
    build.offered_item(offer)
    there = link(app, offer)

    assert "nous vous répondons avant le jeudi 26 novembre à 10 h".replace("nous ", "") in words(
        client.get(there)
    )
    clock.advance(days=3)
    late = words(client.get(there))
    assert "Les 72 heures promises sont passées et nous n'avons pas encore de comité pour ce don." in late
    assert "jusqu'au 22 janvier 2027" in late


def test_it_says_to_confirm_until_a_day_with_the_way_to_do_so(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    waits = build.offer(state=OfferState.UNCONFIRMED, confirmed_at=None)
    build.offered_item(waits)

    page = client.get(link(app, waits))

    assert "Confirmez votre adresse au plus tard le 6 décembre 2026" in words(page)
    assert "/offre/confirmer/" in page.text


@pytest.mark.parametrize(
    ("values", "said", "there"),
    [
        ({}, "Répondez au Comité de Givors au plus tard le 27 novembre 2026", "/reponse/donateur/"),
        (
            {"donor_answered_at": MOMENT},
            "Le Comité de Givors vous propose des moments au plus tard le 27 novembre 2026",
            "/reponse/donateur/",
        ),
    ],
)
def test_it_says_who_answers_by_when(
    client: FlaskClient,
    app: Flask,
    build: Builder,
    offer: Offer,
    values: dict[str, Any],
    said: str,
    there: str,
) -> None:
    approved(build, offer, answer_by=MOMENT + timedelta(days=5), **values)

    page = client.get(link(app, offer))

    assert said in words(page)
    assert there in page.text


def test_after_the_day_the_donor_says_how_it_went(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, clock: FrozenClock
) -> None:
    match = approved(build, offer, state=MatchState.SCHEDULED)
    start = MOMENT + timedelta(days=2)
    build.handover(
        match, starts_at=start, ends_at=start + timedelta(hours=1), transport=Transport.DONOR_BRINGS
    )
    assert "Vous avez rendez-vous avec le Comité de Givors" in words(client.get(link(app, offer)))
    clock.advance(days=3)

    page = client.get(link(app, offer))

    assert "Dites comment s'est passée la remise avec le Comité de Givors" in words(page)
    assert "/bilan/donateur/" in page.text


def test_an_article_is_changed_and_put_back_within_a_day(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, send: Send, clock: FrozenClock
) -> None:
    item = build.offered_item(offer, item="chaise", description="chaises\npaille", quantity=4)
    proposed = build.match(item)

    page = send(
        f"{link(app, offer)}/articles/{item.id}/corriger",
        **{"articles-0-quantity": "3", "articles-0-condition": "fair", "articles-0-note": "dossier en bois"},
    )

    [after] = rows(app, OfferedItem)
    assert (after.quantity, after.condition, after.description) == (3, "fair", "chaises\ndossier en bois")
    assert rows(app, Match)[0].state is MatchState.SUPERSEDED, f"{proposed.id} was for what it is not"
    assert "vous avez changé : description, quantité, état" in words(page)
    [change] = [each for each in rows(app, Decision) if each.verb is Verb.CORRECT]
    assert (change.actor, change.data["changes"]["quantity"]) == (ActorKind.DONOR, [4, 3])
    clock.advance(hours=23)
    told = press(client, client.get(link(app, offer)), f"/annuler/{change.id}")

    assert "C'est annulé." in words(told)
    assert "/annuler/" not in told.text
    [before] = rows(app, OfferedItem)
    assert (before.quantity, before.condition, before.description) == (4, "good", "chaises\npaille")


def test_what_was_asked_beside_the_words_is_answered_later(
    app: Flask, build: Builder, offer: Offer, send: Send
) -> None:
    item = build.offered_item(offer, item="ordinateur-portable", description="PC portable", erased=False)

    page = send(
        f"{link(app, offer)}/articles/{item.id}/corriger",
        **{"articles-0-what": "PC portable", "articles-0-erased": "oui", "articles-0-note": ""},
    )

    assert rows(app, OfferedItem)[0].erased is True
    assert "données effacées" in words(page)


def test_after_a_day_or_another_change_nothing_is_undone(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, send: Send, clock: FrozenClock
) -> None:
    item = build.offered_item(offer, item="chaise", description="chaises", quantity=4)
    path = f"{link(app, offer)}/articles/{item.id}/corriger"
    send(path, **{"articles-0-quantity": "3"})
    old = client.get(link(app, offer))
    send(path, **{"articles-0-quantity": "2"})
    first, second = [each.id for each in rows(app, Decision) if each.verb is Verb.CORRECT]

    press(client, old, f"/annuler/{first}")
    assert rows(app, OfferedItem)[0].quantity == 2
    clock.advance(hours=25)
    assert "/annuler/" not in client.get(link(app, offer)).text
    said = client.post(f"{link(app, offer)}/annuler/{second}", follow_redirects=True)

    assert "Cela ne s'annule plus" in words(said)
    assert rows(app, OfferedItem)[0].quantity == 2


def test_where_and_when_are_changed_and_put_back_and_the_page_shows_neither_street_nor_telephone(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, send: Send
) -> None:
    build.offered_item(offer)
    path = f"{link(app, offer)}/corriger"
    assert not any(secret in client.get(path).text for secret in ("rue Secrète", "06 11 22"))

    send(
        path,
        street="12 rue Neuve", phone="06 99 88 77 66", postal_code="38200", commune="38544", transport="apporte",
        delivers_km="15", available_until="2026-12-24",
    )  # fmt: skip

    [after], [donor] = rows(app, Offer), rows(app, Donor)
    assert (after.street, after.commune, after.delivers_km) == ("12 rue Neuve", "Vienne", 15)
    assert (str(after.available_until), donor.phone) == ("2026-12-24", "06 99 88 77 66")
    page = client.get(link(app, offer))
    assert not any(secret in page.text for secret in ("rue Secrète", "rue Neuve", "06 99", "06 11"))
    change = [each.id for each in rows(app, Decision) if each.verb is Verb.CORRECT][-1]
    press(client, page, f"/annuler/{change}")

    [before], [donor] = rows(app, Offer), rows(app, Donor)
    assert (before.street, before.commune, before.delivers_km) == ("9 rue Secrète", "Givors", 0)
    assert (before.available_until, donor.phone) == (offer.available_until, "06 11 22 33 44")
    assert abs(before.latitude - offer.latitude) < 0.1


def test_left_empty_the_street_and_the_telephone_stay(
    app: Flask, build: Builder, offer: Offer, send: Send
) -> None:
    build.offered_item(offer)

    said = send(f"{link(app, offer)}/corriger", street="", phone="", availability="")

    assert "Rien n'a changé." in words(said)
    assert (rows(app, Offer)[0].street, rows(app, Donor)[0].phone) == ("9 rue Secrète", "06 11 22 33 44")


def test_what_a_committee_counts_on_stays_as_it_was_promised(
    app: Flask, build: Builder, offer: Offer, send: Send
) -> None:
    match = approved(build, offer, quantity=1, answer_by=MOMENT + timedelta(days=5))
    article = f"{link(app, offer)}/articles/{match.offered_item_id}/corriger"
    with app.app_context():
        session().get_one(OfferedItem, match.offered_item_id).quantity = 3
        session().get_one(Match, match.id).quantity = 2
        session().commit()

    fewer = words(send(article, **{"articles-0-quantity": "1"}))
    other = words(send(article, **{"articles-0-what": "frigo"}))
    moved = words(send(f"{link(app, offer)}/corriger", postal_code="38200", commune="38544"))

    assert "C'est promis au Comité de Givors. Le nombre ne peut pas descendre plus bas." in fewer
    assert "rapprochement" not in fewer
    assert "L'article ne change plus." in other
    assert "compte sur ce don et verra le changement sur sa page, sans recevoir d'e-mail" in moved
    assert "La commune ne change plus" in moved
    assert [each for each in rows(app, Decision) if each.verb is Verb.CORRECT] == []
    assert "C'est changé" in words(send(f"{link(app, offer)}/corriger", street="10 rue Neuve"))


def test_what_a_coordinator_may_still_undo_is_not_told_by_a_refusal(
    app: Flask, build: Builder, offer: Offer, send: Send
) -> None:
    match = approved(build, offer, approved_at=MOMENT)

    said = words(
        send(f"{link(app, offer)}/articles/{match.offered_item_id}/corriger", **{"articles-0-what": "frigo"})
    )

    assert "L'article ne change plus." in said
    assert "Givors" not in said.replace("69700 Givors", "")


def test_a_paused_article_is_planned_for_nobody_until_it_is_resumed(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    item, other = build.offered_item(offer, item="chaise"), build.offered_item(offer, item="lave-linge")
    build.match(item)
    assert planned(app) == [item.id, other.id]

    page = press(client, client.get(link(app, offer)), f"/articles/{item.id}/pause")

    assert planned(app) == [other.id]
    assert rows(app, Match)[0].state is MatchState.SUPERSEDED
    assert "1 article est en pause" in words(page)
    page = press(client, page, f"/articles/{item.id}/remettre")
    assert planned(app) == [item.id, other.id]
    assert "est en pause" not in words(page)


def test_all_of_it_is_paused_and_resumed_at_once_and_what_a_coordinator_holds_stays_held(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    for aside in (None, None, Aside.HELD):
        build.offered_item(offer, aside=aside)

    page = press(client, client.get(link(app, offer)), f"{link(app, offer)}/pause")
    assert [row.aside for row in rows(app, OfferedItem)] == [Aside.PAUSED, Aside.PAUSED, Aside.HELD]
    assert planned(app) == []
    press(client, page, "/reprendre")

    assert [row.aside for row in rows(app, OfferedItem)] == [None, None, Aside.HELD]


def test_what_an_appointment_has_changed_since_is_not_undone(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, send: Send
) -> None:
    build.offered_item(offer)
    page = send(f"{link(app, offer)}/corriger", street="12 rue Neuve", phone="", availability="")
    with app.app_context():
        session().get_one(Offer, offer.id).street = "12 bis rue Neuve"
        session().commit()
    [change] = [each for each in rows(app, Decision) if each.verb is Verb.CORRECT]

    assert "Cela ne s'annule plus" in words(press(client, page, f"/annuler/{change.id}"))
    assert rows(app, Offer)[0].street == "12 bis rue Neuve"


def test_what_is_paused_is_asked_about_before_it_ends(app: Flask, build: Builder, clock: FrozenClock) -> None:
    acting = Acting(app, clock)
    offer = build.offer(
        available_until=MOMENT.date() + timedelta(days=10), confirmed_at=MOMENT - timedelta(days=9)
    )
    build.offered_item(offer, aside=Aside.PAUSED)
    acting.clock.advance(days=4)

    acting.do(waiting.ask_before_end)

    assert acting.letters() == ["offer_ending"]


def test_words_that_make_a_danger_are_looked_at_when_a_paused_article_is_resumed(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    item = build.offered_item(
        offer, item="siege-auto", description="siège auto accidenté", aside=Aside.PAUSED
    )

    client.post(f"{link(app, offer)}/articles/{item.id}/remettre")

    assert rows(app, OfferedItem)[0].aside is Aside.HELD


def test_a_change_of_mind_for_one_of_three_tells_its_committee_alone(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    kept, given = build.offered_item(offer, item="table"), build.offered_item(offer, item="chaise")
    match = approved(build, offer, answer_by=MOMENT + timedelta(days=5))
    path = f"{link(app, offer)}/articles/{match.offered_item_id}/retirer"
    assert "Un comité compte sur ce don" in words(client.get(path))

    page = client.post(path, data={"reason": "changed_mind"}, follow_redirects=True)

    assert "Cet article est retiré. Les autres restent proposés." in words(page)
    assert {row.id: row.aside for row in rows(app, OfferedItem)} == {
        kept.id: None,
        given.id: None,
        match.offered_item_id: Aside.WITHDRAWN,
    }
    assert rows(app, Match)[0].state is MatchState.DECLINED
    assert rows(app, Offer)[0].state is OfferState.OPEN
    assert [letter.party.partition(":")[0] for letter in letters(app)] == ["committee"]
    committee = next(each.id for each in rows(app, Committee) if each.name == "Comité de Givors")
    assert letters(app)[0].party == f"committee:{committee}"


def test_the_last_article_is_the_offer(client: FlaskClient, app: Flask, build: Builder, offer: Offer) -> None:
    build.offered_item(offer, aside=Aside.WITHDRAWN)
    item = build.offered_item(offer)

    answer = client.get(f"{link(app, offer)}/articles/{item.id}/retirer")

    assert answer.location.endswith(f"{link(app, offer)}/retirer")


@pytest.mark.parametrize("state", [OfferState.OPEN, OfferState.UNCONFIRMED])
def test_a_withdrawal_is_undone_within_a_day(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock, state: OfferState
) -> None:
    offer = build.offer(state=state, confirmed_at=MOMENT if state is OfferState.OPEN else None)
    build.offered_item(offer)
    page = client.post(f"{link(app, offer)}/retirer", data={"reason": "changed_mind"}, follow_redirects=True)
    assert "Retiré par erreur, ou trop vite ?" in words(page)
    [withdrawal] = [each for each in rows(app, Decision) if each.verb is Verb.WITHDRAW]
    clock.advance(hours=23)

    told = press(client, client.get(link(app, offer)), f"/annuler/{withdrawal.id}")

    assert "C'est annulé." in words(told)
    [back] = rows(app, Offer)
    assert (back.state, back.closed_at) == (state, None)
    assert client.get(link(app, offer, CONFIRM)).status_code == 200


def test_a_withdrawal_of_two_days_ago_or_of_a_coordinator_stays(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, clock: FrozenClock
) -> None:
    build.offered_item(offer)
    client.post(f"{link(app, offer)}/retirer", data={"reason": "changed_mind"})
    [withdrawal] = [each for each in rows(app, Decision) if each.verb is Verb.WITHDRAW]
    clock.advance(hours=25)

    said = client.post(f"{link(app, offer)}/annuler/{withdrawal.id}", follow_redirects=True)

    assert "Cela ne s'annule plus" in words(said)
    assert rows(app, Offer)[0].state is OfferState.WITHDRAWN


@pytest.mark.parametrize("aside", [Aside.REFUSED, Aside.WITHDRAWN])
def test_what_is_refused_or_withdrawn_is_not_changed_nor_paused(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer, aside: Aside
) -> None:
    build.offered_item(offer)
    item = build.offered_item(offer, aside=aside)

    for ending in ("corriger", "retirer", "pause"):
        said = client.post(f"{link(app, offer)}/articles/{item.id}/{ending}", follow_redirects=True)
        assert "il ne se change plus" in words(said)
    assert {row.aside for row in rows(app, OfferedItem)} == {None, aside}


def test_nobody_changes_an_article_of_another_offer(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    build.offered_item(offer)
    other = build.offered_item()

    for ending in ("corriger", "retirer", "pause"):
        assert client.post(f"{link(app, offer)}/articles/{other.id}/{ending}").status_code == 404


@pytest.mark.parametrize("state", list(OfferState))
def test_every_state_has_a_way_on(client: FlaskClient, app: Flask, build: Builder, state: OfferState) -> None:
    offer = build.offer(state=state, confirmed_at=None if state is OfferState.UNCONFIRMED else MOMENT)
    build.offered_item(offer)

    page = client.get(link(app, offer)).text
    main = page[page.index("<main") : page.index("</main>")]

    assert 'class="button' in main or "<form" in main
