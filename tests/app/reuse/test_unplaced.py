"""What finds no taker: said by the stated day, with what was tried and where else it may go, in the letter and on the page."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.db import transaction
from app.models import Offer, ReusePlace
from app.models.reuse import band_of
from app.models.states import Aside, MatchState, OfferState, Reason
from app.offers import service, waiting
from app.reuse.objects import mask
from app.transitions import SYSTEM
from notifications.models import OutboxMessage
from tests.app.acting import Acting
from tests.app.offers.steps import words
from tests.app.offers.test_following import link
from tests.builders import Builder
from tests.conftest import FrozenClock
from tests.reading import plain

pytestmark = pytest.mark.databases("sqlite")


def place(app: Flask, name: str, **masks: int) -> None:
    row = ReusePlace(
        identifier=name, name=name, postal_code="69700", commune="Givors", latitude=45.59, longitude=4.77, band=band_of(45.59),
        sources="ADEME, SOURCE D'EXEMPLE", **masks,  # type: ignore[arg-type]
    )  # fmt: skip
    with app.app_context(), transaction() as current:
        current.add(row)


@pytest.fixture
def acting(app: Flask, clock: FrozenClock) -> Acting:
    return Acting(app, clock)


@pytest.fixture
def over(acting: Acting, build: Builder) -> Offer:
    """An armchair offered until 30 November, which a committee at Givors could have fetched."""
    build.committee(collects_km=20)
    offer = build.offer(available_until=date(2026, 11, 30))
    build.offered_item(offer, item="armoire")
    place(acting.app, "Ressourcerie d'exemple", gives=mask(["meuble"]))
    place(acting.app, "Déchèterie d'exemple", sorts=mask(["meuble"]))
    place(acting.app, "Librairie d'exemple", gives=mask(["livre"]))
    acting.clock.advance(days=20)
    return offer


def letter(acting: Acting) -> OutboxMessage:
    [row] = [each for each in acting.rows() if each.message in {"offer_expired", "offer_refused"}]
    return row


def test_the_letter_names_the_day_what_was_tried_and_who_takes_such_things(
    acting: Acting, over: Offer
) -> None:
    acting.do(waiting.expire)

    told = plain(str(letter(acting).body_text))
    assert "jusqu'au lundi 30 novembre, comme annoncé" in told
    assert "Un comité est à portée de chez vous" in told
    assert told.index("Ressourcerie d") < told.index("Déchèterie d")
    assert "Librairie" not in told
    assert "SOURCE D" in told
    assert "Licence Ouverte" in told


def test_the_page_says_the_same(acting: Acting, over: Offer, client: FlaskClient) -> None:
    acting.do(waiting.expire)

    page = words(client.get(link(acting.app, over)))
    assert "Nous avons cherché jusqu" in page
    assert "Ressourcerie d" in page
    assert "Librairie" not in page


def test_who_is_out_of_reach_of_all_is_told_so_and_of_no_place_that_is_none(
    acting: Acting, build: Builder
) -> None:
    build.committee(collects_km=20)
    far = build.offer(available_until=date(2026, 11, 30), latitude=48.4, longitude=-4.5)
    build.offered_item(far, item="armoire")
    acting.clock.advance(days=20)
    acting.do(waiting.expire)

    told = plain(str(letter(acting).body_text))
    assert "Aucun comité n" in told
    assert "ces lieux" not in told
    assert "Licence" not in told


def test_what_found_its_taker_is_not_sent_elsewhere(
    acting: Acting, build: Builder, client: FlaskClient
) -> None:
    place(acting.app, "Ressourcerie d'exemple", gives=mask(["meuble"]))
    offer = build.offer()
    build.match(build.offered_item(offer, item="armoire"), state=MatchState.ACCEPTED)

    assert "Ressourcerie d" not in words(client.get(link(acting.app, offer)))


@pytest.mark.parametrize("state", [OfferState.REFUSED, OfferState.OPEN])
def test_what_was_refused_is(acting: Acting, build: Builder, client: FlaskClient, state: OfferState) -> None:
    place(acting.app, "Garage d'exemple", sorts=mask(["pneu"]))
    offer = build.offer(state=state)
    build.offered_item(offer, item="pneus", aside=Aside.REFUSED if state is OfferState.OPEN else None)

    page = words(client.get(link(acting.app, offer)))
    assert "Garage d" in page
    assert "Rapportez-les à un garage" in page


@pytest.mark.parametrize(
    ("reason", "given"), [(Reason.UNSAFE, False), (Reason.CONDITION, False), (Reason.NO_NEED, True)]
)
def test_what_is_fit_for_nobody_is_not_sent_to_who_takes_gifts(
    acting: Acting, build: Builder, client: FlaskClient, reason: Reason, given: bool
) -> None:
    place(acting.app, "Ressourcerie d'exemple", gives=mask(["meuble"]))
    place(acting.app, "Déchèterie d'exemple", sorts=mask(["meuble"]))
    offer = build.offer()
    build.offered_item(offer, item="armoire")

    acting.do(lambda session, now: service.refuse_offer(session, offer.id, reason, "", SYSTEM, now))

    for text in (plain(str(letter(acting).body_text)), words(client.get(link(acting.app, offer)))):
        assert ("Ressourcerie d" in text) is given
        assert "Déchèterie d" in text
    assert ("ce lieu prend" in plain(str(letter(acting).body_text))) is not given


def test_who_types_what_is_not_taken_is_shown_where_else(client: FlaskClient) -> None:
    page = client.get("/offrir/compris", query_string={"prefix": "articles-0", "articles-0-what": "pneus"})

    assert "/donner-autrement?article=Pneu" in page.text
