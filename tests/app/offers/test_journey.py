"""A donor on a telephone: propose, look at the summary, send, confirm by the link, follow, withdraw."""

from flask import Flask
from flask.testing import FlaskClient

from app.models import Decision, Donor, Offer, OfferedItem
from app.models.states import Condition, OfferState, Verb
from tests.app.offers.steps import fill, letters, path_in, rows, words
from tests.builders import Builder


def test_from_the_form_to_the_open_offer(client: FlaskClient, app: Flask, build: Builder) -> None:
    build.need(item="refrigerateur")
    form = fill(client)

    summary = client.post("/offrir", data=form | {"review": "1"})

    assert summary.status_code == 200
    assert "1 comité en cherche" in words(summary)
    assert rows(app, Offer) == []

    sent = client.post("/offrir", data=form | {"send": "1"})

    assert sent.status_code == 303
    assert "jeanne@essai.example" in words(client.get(sent.location))
    [offer] = rows(app, Offer)
    [donor] = rows(app, Donor)
    [article] = rows(app, OfferedItem)
    assert (offer.state, offer.commune, offer.delivers_km) == (OfferState.UNCONFIRMED, "Givors", 0)
    assert (article.item, article.quantity, article.condition) == ("refrigerateur", 1, Condition.GOOD)
    assert (donor.email, donor.confirmed_at) == ("jeanne@essai.example", None)
    [letter] = letters(app)
    assert letter.message == "confirm_address"

    link = path_in(letter)
    shown = client.get(link)
    assert "Confirmer ce don" in words(shown)
    assert rows(app, Offer)[0].state is OfferState.UNCONFIRMED, "a link that is opened does nothing"

    confirmed = client.post(link)
    assert confirmed.status_code == 303
    page = client.get(confirmed.location)
    assert "Nous cherchons un comité" in words(page)
    assert rows(app, Offer)[0].state is OfferState.OPEN
    assert rows(app, Donor)[0].confirmed_at is not None
    assert [one.message for one in letters(app)] == ["confirm_address", "offer_recorded"]

    again = client.post(link, follow_redirects=True)
    assert "déjà confirmé" in words(again)
    assert len(letters(app)) == 2
    assert "déjà confirmé" in words(client.get(link))

    followed = path_in(letters(app)[1])
    assert "Réfrigérateur" in words(client.get(followed))
    asked = client.get(f"{followed}/retirer")
    assert "Retirer ce don" in words(asked)
    assert client.post(f"{followed}/retirer", data={}).status_code == 422
    left = client.post(f"{followed}/retirer", data={"reason": "given_elsewhere"}, follow_redirects=True)
    assert "Vous avez retiré ce don" in words(left)
    assert [decision.verb for decision in rows(app, Decision)] == [Verb.RECORD, Verb.CONFIRM, Verb.WITHDRAW]
