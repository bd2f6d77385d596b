"""What whoever holds a donor's link, or knows an address, cannot do: lift a hold, flood a mailbox, fill the disk."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db import session, transaction
from app.models import Donor, Offer, OfferedItem, Photo
from app.models.states import Aside, OfferState
from app.offers import correcting
from app.photos.picture import Picture
from app.photos.service import attach, keep_draft, put
from app.transitions import DONOR
from tests.app.offers.steps import letters, rows, words
from tests.app.offers.test_following import link
from tests.app.offers.test_reaching import WAITING
from tests.app.test_every_form import Reader
from tests.builders import Builder
from tests.conftest import MOMENT, FrozenClock

pytestmark = pytest.mark.databases("sqlite")
Correct = Callable[..., TestResponse]


@pytest.fixture
def offer(build: Builder) -> Offer:
    return build.offer(build.donor(confirmed_at=MOMENT))


@pytest.fixture
def correct(client: FlaskClient, app: Flask, offer: Offer, clock: FrozenClock) -> Correct:
    """Correct an article with so many new photos, as a page with scripts uploads them."""

    def correct(item: OfferedItem, photos: int = 0, **values: str) -> TestResponse:
        path = f"{link(app, offer)}/articles/{item.id}/corriger"
        [form] = [each for each in Reader(client.get(path).text).forms if each.action.endswith(path)]
        sent = form.filled() | {name: [value] for name, value in values.items()}
        picture, photos_kept = Picture(b"jpeg", 4, 3), app.extensions["photos"]
        with app.app_context(), transaction() as current:
            for _ in range(photos):
                keep_draft(current, sent["submission_key"][0], 0, put(photos_kept, picture), clock())
        return client.post(path, data=sent, follow_redirects=True)

    return correct


def kept(app: Flask) -> list[Photo]:
    return [photo for photo in rows(app, Photo) if photo.offered_item_id is not None]


def test_a_donor_s_link_does_not_pause_and_resume_what_is_held(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    item = build.offered_item(offer, aside=Aside.HELD)
    build.offered_item(offer)
    article = f"{link(app, offer)}/articles/{item.id}"

    said = client.post(f"{article}/pause", follow_redirects=True)
    client.post(f"{article}/remettre")

    assert "Un coordinateur vérifie cet article" in words(said)
    assert rows(app, OfferedItem)[0].aside is Aside.HELD


@pytest.mark.parametrize("aside", [Aside.HELD, Aside.REFUSED, Aside.WITHDRAWN])
def test_under_the_lock_a_donor_pauses_only_what_is_offered(
    app: Flask, build: Builder, offer: Offer, aside: Aside
) -> None:
    item = build.offered_item(offer, aside=aside)
    with app.app_context():
        correcting.set_aside(session(), item.id, Aside.PAUSED, None, "", DONOR, MOMENT)
        if aside is not Aside.WITHDRAWN:
            correcting.put_back(session(), item.id, DONOR, MOMENT)
        session().commit()

    assert rows(app, OfferedItem)[0].aside is aside


def test_what_was_held_and_is_withdrawn_then_put_back_is_held_again(
    client: FlaskClient, app: Flask, build: Builder, offer: Offer
) -> None:
    item, other = build.offered_item(offer, aside=Aside.HELD), build.offered_item(offer)
    for each in (item, other, item):
        article = f"{link(app, offer)}/articles/{each.id}"
        client.post(f"{article}/retirer", data={"reason": "changed_mind"})
        said = client.post(f"{article}/remettre", follow_redirects=True)

    assert "Un coordinateur vérifie cet article" in words(said)
    assert [row.aside for row in rows(app, OfferedItem)] == [Aside.HELD, None]


def test_an_address_nobody_confirmed_gets_one_letter_a_day_and_three_in_all_without_the_sender_s_words(
    client: FlaskClient, app: Flask, build: Builder, clock: FrozenClock
) -> None:
    stranger = build.donor(name="Achetez ici", email="jeanne@essai.example")
    offer = build.offer(stranger, on_behalf_of="Payez vite", **WAITING)
    build.offered_item(offer, item=None, description="Gagnez au loto")
    sent = []
    for hours in (0, 1, 24, 25, 25, 25):
        clock.advance(hours=hours)
        client.post("/offre/lien-perdu", data={"email": stranger.email})
        sent.append(len(letters(app)))

    assert sent == [1, 1, 2, 3, 3, 3]
    text = letters(app)[0].body_text
    assert "proposé le" in text
    assert not any(said in text for said in ("Achetez", "Payez", "loto"))


def test_an_address_is_put_right_three_times_and_no_more(
    client: FlaskClient, app: Flask, build: Builder
) -> None:
    offer = build.offer(build.donor(email="a@essai.example"), submission_key="k" * 30, **WAITING)
    build.offered_item(offer)
    there = f"/offrir/{offer.submission_key}/adresse"
    for email in ("b", "a", "b", "a"):
        said = client.post(there, data={"email": f"{email}@essai.example"}, follow_redirects=True)

    assert "a déjà été corrigée trois fois" in words(said)
    assert [donor.email for donor in rows(app, Donor)] == ["b@essai.example"]
    assert len(letters(app)) == 3
    assert rows(app, Offer)[0].state is OfferState.UNCONFIRMED


def test_an_article_has_six_photos_however_often_it_is_corrected(
    app: Flask, build: Builder, offer: Offer, correct: Correct
) -> None:
    item = build.offered_item(offer)
    correct(item, 4)
    said = correct(item, 4)

    assert "un article peut avoir 6 photos au plus" in words(said)
    assert len(kept(app)) == 4
    correct(item, 2)
    assert len(kept(app)) == 6
    assert "photos au plus." in words(correct(item, 1))
    correct(item, 1, taken_off=kept(app)[0].key)
    assert len(kept(app)) == 6


def test_of_two_corrections_at_once_the_second_fills_only_what_is_left(
    app: Flask, build: Builder, clock: FrozenClock
) -> None:
    item, photos_kept = build.offered_item(), app.extensions["photos"]
    with app.app_context(), transaction() as current:
        for key in ("f" * 32, "g" * 32):
            for _ in range(4):
                keep_draft(current, key, 0, put(photos_kept, Picture(b"jpeg", 4, 3)), clock())
            attach(current, key, 0, item.id)

    assert len(kept(app)) == 6


def test_only_what_can_be_undone_is_said_to_be(
    app: Flask, build: Builder, offer: Offer, correct: Correct
) -> None:
    item = build.offered_item(offer, item="chaise", description="chaises", quantity=4)
    undo, gone = "Vous pouvez l'annuler ici pendant un jour.", "Les photos retirées ne reviennent pas."

    correct(item)  # what the form writes its own way is changed already

    photos = words(correct(item, 1))
    number = words(correct(item, **{"articles-0-quantity": "3"}))
    off = words(correct(item, taken_off=kept(app)[0].key))

    assert ("C'est changé." in photos, undo in photos, gone in photos) == (True, False, False)
    assert (undo in number, gone in number) == (True, False)
    assert ("C'est changé." in off, undo in off, gone in off) == (True, False, True)
