"""A coordinator puts right what was typed: every field, what is promised kept, the old value in the history."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from app.db import session, transaction
from app.forgetting import forget
from app.matches.queries.engine import read_board
from app.models import Decision, Donor, Match, Offer, OfferedItem, OutboxMessage
from app.models.states import Aside, Condition, MatchState, OfferState, Reason, Role, Size, Verb
from app.web.links import Purpose, path_of
from notifications import outbox
from notifications.messages import MESSAGES
from notifications.models import State
from tests.app.offers.steps import path_in, words
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn

Send = Callable[..., TestResponse]


@pytest.fixture
def send(app: Flask, build: Builder, sign_in: SignIn) -> Send:
    """Open the page as a coordinator, change these values, send it; the page that one is led to."""
    client = app.test_client()
    sign_in(client, build.account(Role.COORDINATOR, name="Claire Exemple"))

    def send(path: str, **values: str) -> TestResponse:
        page = client.get(path)
        forms = Reader(page.text).forms if page.status_code == 200 else []
        found = next((each for each in forms if each.action.endswith(path)), None)
        sent = (found.filled() if found else {}) | {name: [value] for name, value in values.items()}
        return client.post(path, data=sent, follow_redirects=True)

    return send


def row(app: Flask, model: type[Any], key: int) -> Any:
    with app.app_context():
        return session().get_one(model, key)


def letters(app: Flask) -> list[OutboxMessage]:
    with app.app_context():
        return list(session().exec(select(OutboxMessage).order_by(col(OutboxMessage.id))))


def test_where_when_and_from_whom_are_corrected_and_the_history_tells(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    offer = build.offer(build.donor(name="Paule Exemple", confirmed_at=clock()), street="1 rue du Don")
    build.offered_item(offer)

    page = send(
        f"/coordination/offres/{offer.id}/corriger",
        name="Paul Exemple", street="12 rue Neuve", phone="06 12 34 56 78", postal_code="38200", commune="38544",
        transport="apporte", delivers_km="15", availability="Le soir",
    )  # fmt: skip

    after = row(app, Offer, offer.id)
    assert (after.street, after.commune, after.delivers_km) == ("12 rue Neuve", "Vienne", 15)
    assert row(app, Donor, offer.donor_id).name == "Paul Exemple"
    told = words(page)
    assert "L'offre est corrigée." in told
    assert "Rue : 1 rue du Don → 12 rue Neuve" in told
    assert "nom : Paule Exemple → Paul Exemple" in told


def test_an_article_is_corrected(app: Flask, build: Builder, send: Send) -> None:
    item = build.offered_item(build.offer(), item="lave-linge", description="Frigo", quantity=1)
    proposed = build.match(item)

    page = send(
        f"/coordination/articles/{item.id}/corriger",
        **{
            "articles-0-what": "frigo",
            "articles-0-quantity": "3",
            "articles-0-condition": "fair",
            "articles-0-note": "haut",
        },
    )

    after = row(app, OfferedItem, item.id)
    assert (after.item, after.quantity, after.condition) == ("refrigerateur", 3, Condition.FAIR)
    assert after.description == "frigo\nhaut"
    assert row(app, Match, proposed.id).state is MatchState.SUPERSEDED
    assert "quantité : 1 → 3" in words(page)
    assert "état : Bon état → Usé mais utilisable" in words(page)


def test_an_article_that_is_larger_than_its_kind_goes_to_who_can_carry_it(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    item = build.offered_item(description="lave-linge")
    build.match(item, build.need(build.committee(largest_size=Size.LARGE)))
    path = f"/coordination/articles/{item.id}/corriger"

    page = send(path, **{"articles-0-size": "very_large"})

    told = words(page)
    assert "Encombrement Il faut un camion, ou démonter" in told
    assert "ncombrement : comme d'ordinaire → Il faut un camion, ou démonter" in told
    with app.app_context():
        [offered] = read_board(session(), clock()).offers
    assert offered.size is Size.VERY_LARGE
    refused = words(send(path, **{"articles-0-quantity": "0"}))
    assert "Comme d'ordinaire (il faut être deux et une camionnette)" in refused

    assert "Encombrement Il faut" not in words(send(path, **{"articles-0-size": ""}))
    assert row(app, OfferedItem, item.id).size is None


def test_a_promise_is_no_bar_to_what_makes_it_easier(app: Flask, build: Builder, send: Send) -> None:
    committee = build.committee(largest_size=Size.SMALL)
    item = build.offered_item(description="lave-linge", condition=Condition.FOR_PARTS)
    match = build.match(
        item, build.need(committee, minimum_condition=Condition.GOOD), state=MatchState.APPROVED
    )

    send(
        f"/coordination/articles/{item.id}/corriger",
        **{"articles-0-size": "medium", "articles-0-condition": "fair"},
    )

    after = row(app, OfferedItem, item.id)
    assert (after.size, after.condition) == (Size.MEDIUM, Condition.FAIR)
    assert row(app, Match, match.id).state is MatchState.APPROVED


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"articles-0-quantity": "1"}, "Le nombre ne peut pas descendre plus bas."),
        ({"articles-0-what": "frigo", "articles-0-chosen": ""}, "L'article ne change plus"),
        ({"articles-0-condition": "for_parts"}, "Ce comité demande mieux"),
        ({"articles-0-size": "very_large"}, "Ce comité ne prend rien d'aussi grand"),
    ],
)
def test_what_is_promised_is_not_undercut(
    app: Flask, build: Builder, send: Send, values: dict[str, str], said: str
) -> None:
    committee = build.committee(name="Comité de Givors", largest_size=Size.LARGE)
    item = build.offered_item(build.offer(), quantity=3, description="lave-linge")
    match = build.match(item, build.need(committee, quantity=2), quantity=2, state=MatchState.APPROVED)

    page = send(f"/coordination/articles/{item.id}/corriger", **values)

    assert page.status_code == 422
    assert "2 pièces sont promises au Comité de Givors." in words(page)
    assert said in words(page)
    assert f'href="/coordination/rapprochements/{match.id}"' in page.text
    assert row(app, OfferedItem, item.id).quantity == 3


def test_a_mistyped_address_is_corrected_and_the_confirmation_goes_there(
    app: Flask, client: FlaskClient, build: Builder, send: Send, clock: FrozenClock
) -> None:
    offer = build.offer(
        build.donor(email="paul@essai.exmple"), state=OfferState.UNCONFIRMED, confirmed_at=None,
        contact_name="Paul Exemple",
    )  # fmt: skip
    build.offered_item(offer)
    token = app.extensions["links"].token(Purpose.CONFIRM_OFFER, offer.id, f"donor:{offer.donor_id}", clock())
    old = path_of(Purpose.CONFIRM_OFFER, token)
    assert client.get(old).status_code == 200

    send(f"/coordination/offres/{offer.id}/corriger", email="paul@essai.example")

    assert client.get(old).status_code == 404, "who got the letter by mistake is not the donor"
    [letter] = letters(app)
    assert (letter.message, letter.to_email) == ("confirm_address", "paul@essai.example")
    assert client.post(path_in(letter)).status_code == 303
    assert row(app, Offer, offer.id).state is OfferState.OPEN


def test_an_address_that_is_another_donor_s_gives_the_offer_to_that_one(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    known = build.donor(email="paul@essai.example", name="Paul Exemple", confirmed_at=clock())
    stranger = build.donor(email="paule@essai.example", confirmed_at=clock())
    theirs = build.offer(stranger)
    offer = build.offer(
        stranger, state=OfferState.UNCONFIRMED, confirmed_at=None, contact_name="Paul Exemple"
    )
    build.offered_item(offer)

    send(f"/coordination/offres/{offer.id}/corriger", email="paul@essai.example")

    assert row(app, Offer, offer.id).donor_id == known.id
    assert row(app, Offer, theirs.id).donor_id == stranger.id
    assert row(app, Donor, stranger.id).email == "paule@essai.example"
    assert [letter.to_email for letter in letters(app)] == ["paul@essai.example"]


def test_a_stranger_s_address_typed_by_mistake_stays_the_stranger_s(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    stranger = build.donor(email="paule@essai.example", confirmed_at=clock())
    build.offer(stranger)
    offer = build.offer(
        stranger, state=OfferState.UNCONFIRMED, confirmed_at=None, contact_name="Paul Exemple"
    )
    build.offered_item(offer)

    send(f"/coordination/offres/{offer.id}/corriger", email="paul@essai.example")

    made = row(app, Donor, row(app, Offer, offer.id).donor_id)
    assert (made.email, made.name) == ("paul@essai.example", "Paul Exemple")
    assert row(app, Donor, stranger.id).email == "paule@essai.example"


def test_the_donor_s_other_offers_are_reached_at_the_right_address_too(
    app: Flask, client: FlaskClient, build: Builder, send: Send, clock: FrozenClock
) -> None:
    donor = build.donor(email="anne@essai.exmple", confirmed_at=clock())
    first, second = build.offer(donor), build.offer(donor)
    build.offered_item(first)
    asked = build.match(build.offered_item(second), state=MatchState.APPROVED)
    with app.app_context(), transaction() as current:
        outbox.enqueue(
            current,
            MESSAGES["times_proposed"].sample().render("fr"),
            event="decision:99",
            party=f"donor:{donor.id}",
            to=outbox.Recipient("Anne", donor.email),
            now=clock(),
            handover_id=asked.handover_id,
        )

    send(f"/coordination/offres/{first.id}/corriger", email="anne@essai.example")

    waiting = [letter for letter in letters(app) if letter.state is State.PENDING]
    assert [(each.message, each.to_email) for each in waiting] == [
        ("offer_recorded", "anne@essai.example")
    ] * 2
    assert [
        reference
        for each, reference in zip(waiting, (first.reference, second.reference), strict=True)
        if reference in words(client.get(path_in(each)))
    ] == [first.reference, second.reference]


def test_who_is_known_under_the_right_address_gets_the_name_and_the_other_keeps_theirs(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    known = build.donor(
        email="anne@essai.example", name="A. Exemple", phone="06 12 34 56 78", confirmed_at=clock()
    )
    stranger = build.donor(email="anna@essai.example", name="Anna Exemple", confirmed_at=clock())
    offer = build.offer(stranger)
    build.offered_item(offer)

    send(f"/coordination/offres/{offer.id}/corriger", email="anne@essai.example", name="Anne Exemple")

    after = row(app, Donor, known.id)
    assert (after.name, after.phone) == ("Anne Exemple", "06 12 34 56 78")
    assert row(app, Donor, stranger.id).name == "Anna Exemple"


def test_the_telephone_left_for_an_appointment_is_shown_and_corrected(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    offer = build.offer(contact_phone="06 11 11 11 11")
    build.offered_item(offer)

    page = send(f"/coordination/offres/{offer.id}/corriger", phone="06 22 22 22 22")

    assert "06 11 11 11 11 → 06 22 22 22 22" in words(page)
    assert row(app, Offer, offer.id).contact_phone == ""
    assert row(app, Donor, offer.donor_id).phone == "06 22 22 22 22"


def test_what_stayed_with_the_donor_is_not_promised_any_more(app: Flask, build: Builder, send: Send) -> None:
    item = build.offered_item(quantity=5, description="lave-linge")
    build.match(item, quantity=5, received_quantity=3, state=MatchState.COMPLETED)
    path = f"/coordination/articles/{item.id}/corriger"

    page = send(path, **{"articles-0-quantity": "2"})
    assert page.status_code == 422
    assert "3 pièces ont été remises" in words(page)

    send(path, **{"articles-0-quantity": "4"})
    assert row(app, OfferedItem, item.id).quantity == 4


def test_an_address_that_was_forgotten_is_not_listed(
    app: Flask, client: FlaskClient, build: Builder, sign_in: SignIn, send: Send, clock: FrozenClock
) -> None:
    donor = build.donor(email="anne@essai.exmple", confirmed_at=clock())
    offer = build.offer(donor)
    build.offered_item(offer)
    send(f"/coordination/offres/{offer.id}/corriger", email="anne@essai.example")
    build.offer(donor)
    sign_in(client, build.account(Role.COORDINATOR))
    path = f"/coordination/donateurs/{donor.id}"
    assert "anne@essai.exmple corrigée depuis" in words(client.get(path))

    with app.app_context(), transaction() as current:
        forget(current, [offer.id], clock())

    assert "corrigée depuis" not in words(client.get(path))


def test_the_days_do_not_leave_out_an_appointment(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    offer = build.offer()
    match = build.match(build.offered_item(offer), state=MatchState.SCHEDULED)
    start = clock() + timedelta(days=5)
    build.handover(match, starts_at=start, ends_at=start + timedelta(hours=2))

    page = send(f"/coordination/offres/{offer.id}/corriger", available_until="2026-11-25")

    assert page.status_code == 422
    assert "Un rendez-vous est fixé un autre jour" in words(page)


@pytest.mark.parametrize(
    ("aside", "told"), [(Aside.HELD, []), (Aside.REFUSED, ["offer_refused"]), (Aside.WITHDRAWN, [])]
)
def test_an_article_is_set_aside_and_put_back(
    app: Flask, build: Builder, send: Send, clock: FrozenClock, aside: Aside, told: list[str]
) -> None:
    offer = build.offer()
    first, second = build.offered_item(offer), build.offered_item(offer)
    proposed = build.match(first)

    page = send(f"/coordination/articles/{first.id}/mettre-de-cote", aside=aside.value, reason="unsafe")

    assert row(app, OfferedItem, first.id).aside is aside
    assert "Article mis de côté par Claire Exemple" in words(page)
    assert [letter.message for letter in letters(app)] == told
    assert row(app, Match, proposed.id).state is MatchState.SUPERSEDED
    with app.app_context():
        assert [each.id for each in read_board(session(), clock()).offers] == [str(second.id)]

    send(f"/coordination/articles/{first.id}/remettre")

    assert row(app, OfferedItem, first.id).aside is None
    assert {letter.state for letter in letters(app)} <= {State.CANCELLED}
    with app.app_context():
        found = (
            session().exec(select(Decision.verb, Decision.reason).where(Decision.offer_id == offer.id)).all()
        )
    reason = Reason.UNSAFE if aside is Aside.REFUSED else None
    assert found == [(Verb.SET_ASIDE, reason), (Verb.PUT_BACK, None)]


def test_a_promised_article_is_held_back_but_not_refused(app: Flask, build: Builder, send: Send) -> None:
    item = build.offered_item()
    build.match(item, build.need(build.committee(name="Comité de Givors")), state=MatchState.ACCEPTED)
    path = f"/coordination/articles/{item.id}/mettre-de-cote"

    page = send(path, aside="refused", reason="unsafe")
    assert "1 pièce est promise au Comité de Givors. Mettez d'abord fin à ce rapprochement." in words(page)
    assert row(app, OfferedItem, item.id).aside is None

    send(path, aside="held")
    assert row(app, OfferedItem, item.id).aside is Aside.HELD


def test_the_donor_offers_again_what_was_withdrawn_and_not_what_was_refused(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    offer = build.offer()
    back, refused = (
        build.offered_item(offer, aside=Aside.WITHDRAWN),
        build.offered_item(offer, aside=Aside.REFUSED),
    )
    token = app.extensions["links"].token(Purpose.TRACK_OFFER, offer.id, f"donor:{offer.donor_id}", clock())
    path = path_of(Purpose.TRACK_OFFER, token)

    assert client.post(f"{path}/articles/{back.id}/remettre").status_code == 303
    assert client.post(f"{path}/articles/{refused.id}/remettre").status_code == 404

    assert row(app, OfferedItem, back.id).aside is None
    assert "Nous n'avons pas pu placer cet article." in words(client.get(path))


def test_what_was_corrected_is_forgotten_with_the_offer(
    app: Flask, build: Builder, send: Send, clock: FrozenClock
) -> None:
    offer = build.offer(street="1 rue du Don")
    build.offered_item(offer)
    send(f"/coordination/offres/{offer.id}/corriger", street="12 rue Neuve", name="Paul Exemple")

    with app.app_context(), transaction() as current:
        forget(current, [offer.id], clock())
    with app.app_context():
        [kept] = session().exec(select(Decision.data).where(Decision.verb == Verb.CORRECT))

    assert set(kept["changes"]) >= {"street", "name"}
    assert all(values == ["", ""] for values in kept["changes"].values())
