"""Drafts belong to their form until it is sent; what is forgotten goes away."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlmodel import Session, select
from werkzeug.datastructures import FileStorage

from app.db import transaction
from app.models import Photo
from app.photos import service
from app.photos.picture import PhotoError, PhotoProblem, Picture
from app.photos.queries import drafts, of_items
from tests.app.photos.samples import encoded
from tests.builders import Builder
from tests.conftest import FrozenClock

FORM, OTHER = "f" * 32, "g" * 32
PICTURE = Picture(b"jpeg", 4, 3)


@pytest.fixture
def folder(app: Flask) -> Path:
    path: Path = app.extensions["settings"].photos_dir
    return path


def keep(session: Session, folder: Path, clock: FrozenClock, *, form: str = FORM, slot: int = 0) -> Photo:
    return service.keep_draft(session, form, slot, PICTURE, folder, clock())


def test_a_draft_is_a_file_and_a_row(session: Session, folder: Path, clock: FrozenClock) -> None:
    photo = keep(session, folder, clock)

    assert service.path_of(folder, photo.key).read_bytes() == b"jpeg"
    assert drafts(session, FORM) == {0: [photo]}
    assert drafts(session, OTHER) == {}


def test_a_form_that_was_sent_takes_no_more(
    app: Flask, build: Builder, folder: Path, clock: FrozenClock
) -> None:
    build.offer(submission_key=FORM)
    with app.app_context(), transaction() as session, pytest.raises(PhotoError) as refused:
        keep(session, folder, clock)

    assert refused.value.problem is PhotoProblem.ALREADY_SENT


def test_photos_leave_room_on_the_disk_for_the_database(
    session: Session, folder: Path, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "LEAST_FREE", 2**63)

    with pytest.raises(PhotoError) as refused:
        keep(session, folder, clock)

    assert refused.value.problem is PhotoProblem.NO_ROOM
    assert list(folder.iterdir()) == []
    assert drafts(session, FORM) == {}


def test_what_is_more_than_an_article_may_have_is_not_even_opened(
    session: Session, folder: Path, clock: FrozenClock
) -> None:
    files = [FileStorage(io.BytesIO(encoded(Image.new("RGB", (4, 3)))), f"{n}.jpg") for n in range(9)]

    upload = service.read_uploads(files)
    problems = service.keep_uploads(session, FORM, 0, upload, folder, clock())

    assert len(drafts(session, FORM)[0]) == service.MOST_PHOTOS
    assert problems == [(f"{n}.jpg", PhotoProblem.TOO_MANY) for n in (6, 7, 8)]
    assert [file.stream.tell() for file in files[service.MOST_PHOTOS :]] == [0, 0, 0]


def test_only_its_own_form_takes_a_draft_back(session: Session, folder: Path, clock: FrozenClock) -> None:
    photo = keep(session, folder, clock)

    service.forget_draft(session, OTHER, photo.key, folder)
    assert service.path_of(folder, photo.key).exists()

    service.forget_draft(session, FORM, photo.key, folder)
    session.flush()
    assert not service.path_of(folder, photo.key).exists()
    assert drafts(session, FORM) == {}


def test_what_nobody_sent_within_a_week_goes(session: Session, folder: Path, clock: FrozenClock) -> None:
    old = keep(session, folder, clock)
    gone = service.path_of(folder, old.key)
    clock.advance(days=7, hours=1)
    fresh = keep(session, folder, clock)
    stray = folder / ("s" * 32 + ".webp")
    stray.write_bytes(b"")
    recent = folder / ("r" * 32 + ".part")
    recent.write_bytes(b"")
    for path, age in (
        (stray, timedelta(days=2)),
        (recent, timedelta(0)),
        (service.path_of(folder, fresh.key), timedelta(0)),
    ):
        moment = (clock() - age).timestamp()
        os.utime(path, (moment, moment))

    assert service.purge_orphans(session, folder, clock()) == 2

    assert not gone.exists()
    assert not stray.exists()
    assert recent.exists()
    assert session.exec(select(Photo)).all() == [fresh]
    assert service.path_of(folder, fresh.key).exists()


def test_photos_of_an_offer_stay(app: Flask, build: Builder, folder: Path, clock: FrozenClock) -> None:
    article = build.offered_item()
    with app.app_context(), transaction() as session:
        photo = keep(session, folder, clock)
        service.attach(session, FORM, 0, article.id)
        clock.advance(days=400)
        service.purge_orphans(session, folder, clock())

        assert of_items(session, [article.id]) == {article.id: [photo]}
        service.forget_draft(session, FORM, photo.key, folder)
        assert service.path_of(folder, photo.key).exists()


@pytest.mark.parametrize("key", ["", "..", "../" * 10 + "etc/passwd", "a" * 100, "a/b" + "c" * 30, "é" * 30])
def test_no_key_leads_out_of_the_folder(folder: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        service.path_of(folder, key)
