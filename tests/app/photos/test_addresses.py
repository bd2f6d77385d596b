"""The address of a gift's photo is for whom the page was made, and for two days; it opens nothing once the gift is forgotten."""

import re
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.datastructures import FileStorage

from app.db import transaction
from app.models import Photo
from app.models.states import MatchState, Role
from app.photos.service import keep_uploads, read_uploads
from app.web.links import Purpose, path_of
from tests.app.offers.test_hostile_input import jpeg
from tests.builders import Builder
from tests.conftest import FrozenClock, SignIn


def kept(app: Flask, clock: FrozenClock, **of: int) -> str:
    """A photo of that: its key."""
    form = "f" * 32
    with app.app_context(), transaction() as session:
        files = read_uploads([FileStorage(BytesIO(jpeg()), "a.jpg")], app.extensions["photos"])
        keep_uploads(session, form, 0, files, clock())
        photo = session.exec(select(Photo).where(Photo.submission_key == form)).one()
        photo.submission_key = ""
        for name, value in of.items():
            setattr(photo, name, value)
        return photo.key


def status(client: FlaskClient, path: str) -> int:
    with client.get(path) as answer:
        return answer.status_code


def addresses(page: str) -> list[str]:
    return [each.replace("&amp;", "&") for each in re.findall(r'(/photos/[^"]+)"', page)]


def test_a_photo_is_shown_to_whom_its_address_was_made(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock, sign_in: SignIn
) -> None:
    committee, offer = build.committee(), build.offer()
    item = build.offered_item(offer)
    build.match(item, build.need(committee), state=MatchState.ACCEPTED)
    key = kept(app, clock, offered_item_id=item.id)
    token = app.extensions["desk"].links.token(
        Purpose.TRACK_OFFER, offer.id, f"donor:{offer.donor_id}", clock()
    )
    coordinator = app.test_client()
    sign_in(coordinator, build.account(Role.COORDINATOR))

    [by_link, *_] = addresses(client.get(path_of(Purpose.TRACK_OFFER, token)).text)
    [of_account, *_] = addresses(coordinator.get(f"/coordination/offres/{offer.id}").text)
    assert status(client, by_link) == status(coordinator, of_account) == 200
    assert status(coordinator, by_link) == 200, "who opens a donor's page may be signed in"

    member = app.test_client()
    sign_in(member, build.account(committee=build.committee()))
    for somebody in (client, member):
        assert status(somebody, of_account) == 404
    other = kept(app, clock, offered_item_id=item.id)
    for wrong in (f"/photos/{key}", f"/photos/{key}?vu=", f"/photos/{key}?vu=999999.x", f"/photos/{key}?vu=é.é\x00", by_link.replace(key, other),
                  by_link.replace("vu=7", "vu=8")):  # fmt: skip
        assert status(client, wrong) == 404, wrong

    clock.advance(days=2)
    assert status(client, by_link) == 404
    with app.app_context(), transaction() as session:
        session.delete(session.exec(select(Photo).where(Photo.key == key)).one())
    [*left] = addresses(client.get(path_of(Purpose.TRACK_OFFER, token)).text)
    assert all(key not in each for each in left), "the file waits for the next tidying; nobody sees it"
    clock.advance(days=-2)
    assert status(client, by_link) == 404


def test_what_is_everybody_s_needs_no_more_than_its_key(
    app: Flask, client: FlaskClient, build: Builder, clock: FrozenClock
) -> None:
    assert status(client, f"/photos/{kept(app, clock, action_id=build.action().id)}") == 200
