"""What is said of a donor's changes is true: of the other articles, of a pause, of the last day, of what the page does not show."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import Offer, OfferedItem
from app.models.states import Aside, MatchState, OfferState
from app.offers import waiting
from tests.app.acting import Acting
from tests.app.offers.steps import fill, rows, words
from tests.app.offers.test_following import approved, link
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


def filled(client: FlaskClient, path: str) -> dict[str, Any]:
    [form] = [each for each in Reader(client.get(path).text).forms if each.action.endswith(path)]
    return dict(form.filled())


def test_another_last_day_is_asked_about_anew_and_the_letter_that_names_the_old_one_called_back(
    acting: Acting, build: Builder, client: FlaskClient
) -> None:
    offer = build.offer(
        available_until=MOMENT.date() + timedelta(days=6), confirmed_at=MOMENT - timedelta(days=9)
    )
    build.offered_item(offer)
    acting.do(waiting.ask_before_end)
    path = f"{link(acting.app, offer)}/corriger"
    until = MOMENT.date() + timedelta(days=20)

    client.post(path, data=filled(client, path) | {"available_until": [until.isoformat()]})

    assert [row.state for row in acting.rows()] == ["cancelled"]
    acting.clock.advance(days=15)
    assert acting.do(waiting.ask_before_end) == 1


def test_a_floor_that_is_not_asked_any_more_does_not_stop_the_form(client: FlaskClient) -> None:
    asked = client.post("/offrir", data=fill(client, what="lit") | {"floor": "2e", "review": "1"})
    hidden = client.post("/offrir", data=fill(client, what="chaise") | {"floor": "2e", "review": "1"})

    assert (asked.status_code, hidden.status_code) == (422, 200)


@pytest.mark.parametrize(
    ("received", "after"),
    [(MatchState.COMPLETED, OfferState.CLOSED), (MatchState.SCHEDULED, OfferState.OPEN)],
)
def test_an_offer_is_over_when_its_last_article_is_withdrawn_after_the_others_were_handed_over(
    app: Flask, build: Builder, client: FlaskClient, received: MatchState, after: OfferState
) -> None:
    offer = build.offer()
    approved(build, offer, state=received)
    item = build.offered_item(offer, item="chaise")

    client.post(f"{link(app, offer)}/articles/{item.id}/retirer", data={"reason": "changed_mind"})

    [over] = rows(app, Offer)
    assert (over.state, over.closed_at is None) == (after, after is OfferState.OPEN)


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ([{}, {}], "Les autres restent proposés."),
        ([{}, {"aside": Aside.PAUSED}], "L'autre reste proposé."),
        ([{"aside": Aside.PAUSED}], ""),
    ],
)
def test_only_what_is_still_offered_is_said_to_be(
    app: Flask, build: Builder, client: FlaskClient, others: list[Mapping[str, Any]], said: str
) -> None:
    offer = build.offer()
    item = build.offered_item(offer)
    for other in others:
        build.offered_item(offer, **other)
    path = f"{link(app, offer)}/articles/{item.id}/retirer"

    for page in (
        client.get(path),
        client.post(path, data={"reason": "changed_mind"}, follow_redirects=True),
    ):
        assert said in words(page)
        assert ("proposé." in words(page) or "proposés." in words(page)) is bool(said)


def test_a_pause_does_not_deny_the_committee_that_the_donor_learns_of_in_a_moment(
    app: Flask, build: Builder, client: FlaskClient
) -> None:
    offer = build.offer()
    match = approved(build, offer, approved_at=MOMENT)

    path = f"{link(app, offer)}/articles/{match.offered_item_id}/pause"
    page = words(client.post(path, follow_redirects=True))

    assert page.count("n'est plus proposé à d'autres comités") == 3
    assert "n'est proposé à personne" not in page


def test_a_pause_of_the_rest_does_not_deny_the_committee_that_counts_on_a_part(
    app: Flask, build: Builder, client: FlaskClient
) -> None:
    offer = build.offer()
    item = build.offered_item(offer, item="chaise", quantity=4)
    build.match(item, quantity=1, state=MatchState.APPROVED, approved_at=MOMENT - timedelta(hours=1))

    page = words(client.post(f"{link(app, offer)}/articles/{item.id}/pause", follow_redirects=True))

    assert page.count("ce qui reste n'est proposé à personne d'autre") == 2
    assert "n'est proposé à personne j" not in page


@pytest.mark.parametrize(
    ("articles", "ending", "said"),
    [
        (["siège auto accidenté"], "articles/{}/remettre", "un coordinateur vérifie cet article"),
        (["siège auto accidenté"], "reprendre", "un coordinateur vérifie ce qui était en pause"),
        (["siège auto accidenté", "siège auto"], "reprendre", "sauf ce qu'un coordinateur vérifie d'abord"),
    ],
)
def test_what_is_held_back_as_it_is_resumed_is_not_said_to_be_offered(
    app: Flask, build: Builder, client: FlaskClient, articles: list[str], ending: str, said: str
) -> None:
    offer = build.offer()
    items = [
        build.offered_item(offer, item="siege-auto", description=each, aside=Aside.PAUSED)
        for each in articles
    ]

    path = f"{link(app, offer)}/{ending.format(items[0].id)}"
    page = words(client.post(path, follow_redirects=True))

    assert rows(app, OfferedItem)[0].aside is Aside.HELD
    assert said in page


def test_a_stale_page_says_nothing_of_the_street_and_the_telephone_that_it_does_not_show(
    app: Flask, build: Builder, client: FlaskClient
) -> None:
    offer = build.offer(street="9 rue Secrète")
    build.offered_item(offer)
    path = f"{link(app, offer)}/corriger"
    old = filled(client, path)
    client.post(path, data=filled(client, path) | {"availability": ["le matin"]})

    typed = {"street": ["12 rue Neuve"], "phone": ["06 99 88 77 66"], "availability": ["le soir"]}
    late = words(client.post(path, data=old | typed))

    assert "Enregistré maintenant : le matin" in late
    assert "Enregistré maintenant : rien" not in late


@pytest.mark.parametrize("aside", [None, Aside.PAUSED])
def test_what_was_paused_is_not_said_to_have_been_shown_to_committees(
    acting: Acting, build: Builder, client: FlaskClient, aside: Aside | None
) -> None:
    build.committee(collects_km=20)
    offer = build.offer(available_until=date(2026, 11, 30))
    build.offered_item(offer, item="armoire", aside=aside)
    acting.clock.advance(days=20)
    acting.do(waiting.expire)

    [letter] = acting.rows()
    assert (
        "leur avons montré" in plain(str(letter.body_text))
        or "lui avons montré" in plain(str(letter.body_text))
    ) is (aside is None)
    assert ("lui avons montré" in words(client.get(link(acting.app, offer)))) is (aside is None)
