"""Drafts belong to their form until it is sent; what is forgotten goes away, from a folder as from a bucket."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlmodel import Session, select
from werkzeug.datastructures import FileStorage

from app import storage
from app.db import session as reading
from app.db import transaction
from app.models import Photo
from app.photos import service
from app.photos.picture import PhotoError, PhotoProblem, Picture
from app.photos.queries import drafts, of_items
from app.storage import Bucket, Storage
from tests.app.photos.samples import encoded
from tests.builders import Builder
from tests.conftest import FrozenClock

FORM, OTHER = "f" * 32, "g" * 32
PICTURE = Picture(b"jpeg", 4, 3)


@pytest.fixture
def folder(app: Flask) -> Path:
    path: Path = app.extensions["settings"].photos_dir
    return path


@pytest.fixture(params=["folder", "bucket"])
def kept_in(app: Flask, request: pytest.FixtureRequest) -> Storage:
    """Either place, empty."""
    if request.param == "bucket":
        app.extensions["photos"] = Bucket(request.getfixturevalue("bucket"))
    found: Storage = app.extensions["photos"]
    return found


def keep(session: Session, kept_in: Storage, clock: FrozenClock, *, form: str = FORM, slot: int = 0) -> Photo:
    return service.keep_draft(session, form, slot, service.put(kept_in, PICTURE), clock())


def names(kept_in: Storage) -> set[str]:
    return {each.name for each in kept_in.files()}


def test_a_draft_is_a_file_and_a_row(session: Session, kept_in: Storage, clock: FrozenClock) -> None:
    photo = keep(session, kept_in, clock)
    found = service.find(kept_in, photo.key)

    assert found is not None
    assert service.content(kept_in, found.name) == b"jpeg"
    assert drafts(session, FORM) == {0: [photo]}
    assert drafts(session, OTHER) == {}


def test_a_form_that_was_sent_takes_no_more(app: Flask, build: Builder, clock: FrozenClock) -> None:
    build.offer(submission_key=FORM)
    with app.app_context(), transaction() as session, pytest.raises(PhotoError) as refused:
        keep(session, app.extensions["photos"], clock)

    assert refused.value.problem is PhotoProblem.ALREADY_SENT


def test_photos_leave_room_on_the_disk_for_the_database(
    app: Flask, session: Session, folder: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage, "LEAST_FREE", 2**63)

    with pytest.raises(PhotoError) as refused:
        keep(session, app.extensions["photos"], clock)

    assert refused.value.problem is PhotoProblem.NO_ROOM
    assert list(folder.iterdir()) == []
    assert drafts(session, FORM) == {}


def test_what_is_more_than_an_article_may_have_is_not_even_opened(
    session: Session, kept_in: Storage, clock: FrozenClock
) -> None:
    files = [FileStorage(io.BytesIO(encoded(Image.new("RGB", (4, 3)))), f"{n}.jpg") for n in range(9)]

    upload = service.read_uploads(files, kept_in)
    problems = service.keep_uploads(session, FORM, 0, upload, clock())

    assert len(drafts(session, FORM)[0]) == service.MOST_PHOTOS
    assert problems == [(f"{n}.jpg", PhotoProblem.TOO_MANY) for n in (6, 7, 8)]
    assert [file.stream.tell() for file in files[service.MOST_PHOTOS :]] == [0, 0, 0]


def test_only_its_own_form_takes_a_draft_back(app: Flask, kept_in: Storage, clock: FrozenClock) -> None:
    with app.app_context(), transaction() as session:
        key = keep(session, kept_in, clock).key
    with app.app_context(), transaction() as session:
        service.forget_draft(session, OTHER, key, kept_in)
    assert names(kept_in) == {f"{key}.jpg"}

    with app.app_context(), transaction() as session:
        service.forget_draft(session, FORM, key, kept_in)
        session.rollback()
    assert names(kept_in) == {f"{key}.jpg"}, "what was not decided in the end"

    with app.app_context(), transaction() as session:
        service.forget_draft(session, FORM, key, kept_in)
    assert names(kept_in) == set()
    with app.app_context():
        assert drafts(reading(), FORM) == {}


def test_what_nobody_sent_within_a_week_goes(app: Flask, kept_in: Storage, clock: FrozenClock) -> None:
    with app.app_context(), transaction() as session:
        old = keep(session, kept_in, clock).key
    clock.advance(days=7, hours=1)
    with app.app_context(), transaction() as session:
        fresh = keep(session, kept_in, clock).key
        assert service.forget_unsent(session, kept_in, clock()) == 1
    stray = service.put(kept_in, PICTURE).key

    assert names(kept_in) == {f"{fresh}.jpg", f"{stray}.jpg"}, old
    with app.app_context():
        while clock().timestamp() < max(each.modified for each in kept_in.files()) + 2 * 86_400:
            clock.advance(days=30)
        assert service.sweep(reading(), kept_in, clock()) == 1
        assert [photo.key for photo in reading().exec(select(Photo))] == [fresh]
    assert names(kept_in) == {f"{fresh}.jpg"}


def test_a_file_whose_row_may_be_about_to_be_written_stays(
    app: Flask, folder: Path, clock: FrozenClock
) -> None:
    folder.mkdir()
    for letter, ending, age in (("s", "webp", 2), ("t", "part", 2), ("r", "part", 0)):
        path = folder / f"{letter * 32}.{ending}"
        path.write_bytes(b"")
        moment = (clock() - timedelta(days=age)).timestamp()
        os.utime(path, (moment, moment))

    with app.app_context():
        assert service.sweep(reading(), app.extensions["photos"], clock()) == 2

    assert [path.stem for path in folder.iterdir()] == ["r" * 32]


def test_photos_of_an_offer_stay(app: Flask, build: Builder, clock: FrozenClock) -> None:
    article, kept_in = build.offered_item(), app.extensions["photos"]
    with app.app_context(), transaction() as session:
        photo = keep(session, kept_in, clock)
        service.attach(session, FORM, 0, article.id)
        clock.advance(days=400)
        service.forget_unsent(session, kept_in, clock())

        assert of_items(session, [article.id]) == {article.id: [photo]}
        service.forget_draft(session, FORM, photo.key, kept_in)
    assert len(names(kept_in)) == 1


@pytest.mark.parametrize("key", ["", "..", "../" * 10 + "etc/passwd", "a" * 100, "a/b" + "c" * 30, "é" * 30])
def test_no_key_leads_out_of_the_folder(app: Flask, key: str) -> None:
    assert service.find(app.extensions["photos"], key) is None
