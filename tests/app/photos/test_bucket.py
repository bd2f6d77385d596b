"""Photos in a bucket: sent and shown, moved there, in backups, and what is said while it does not answer."""

import io
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlmodel import select

from app.backup import service as backups
from app.db import db, session, transaction
from app.health import looking
from app.models import Photo
from app.moving import photos as moving
from app.moving.errors import MoveError
from app.photos.picture import Picture
from app.photos.service import keep_draft, put
from app.storage import Bucket, Folder, StorageError
from config import Settings
from tests import buckets
from tests.app.offers.steps import submission_key
from tests.app.photos.samples import encoded
from tests.conftest import FrozenClock
from tests.ports import reserved_port

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def settings(settings: Settings, bucket: str) -> Settings:
    return replace(settings, photos_url=bucket)


@pytest.fixture
def away() -> str:
    """The address of a bucket at a port where nobody listens."""
    with reserved_port() as port:
        return f"http://key:un-secret@127.0.0.1:{port}/photos"


def sent(client: FlaskClient) -> dict[str, object]:
    return {
        "submission_key": submission_key(client),
        "slot": "0",
        "photos": [(io.BytesIO(encoded(Image.new("RGB", (80, 60), "teal"))), "a.jpg")],
    }


def test_a_photo_is_sent_shown_in_parts_and_taken_back(client: FlaskClient, app: Flask) -> None:
    form = sent(client)
    assert client.post("/offrir/photos", data=form).status_code == 200
    with app.app_context():
        key = session().exec(select(Photo.key)).one()

    whole, small = client.get(f"/photos/{key}"), client.get(f"/photos/{key}?petite=oui")
    part = client.get(f"/photos/{key}", headers={"Range": "bytes=0-9"})
    same = client.get(f"/photos/{key}", headers={"If-None-Match": whole.headers["ETag"]})

    assert (whole.mimetype, whole.headers["Cache-Control"]) == ("image/jpeg", "private, max-age=86400")
    assert (part.status_code, part.data, same.status_code) == (206, whole.data[:10], 304)
    assert 0 < len(small.data) <= len(whole.data)
    assert not app.extensions["settings"].photos_dir.exists()
    taken = {"submission_key": form["submission_key"], "slot": "0", "photo": key}
    client.post("/offrir/photos/retirer", data=taken)
    assert client.get(f"/photos/{key}").status_code == 404


def test_while_it_is_away_a_photo_is_refused_beside_its_field_and_what_is_typed_stays(
    client: FlaskClient, app: Flask, away: str
) -> None:
    client.post("/offrir/photos", data=sent(client))
    with app.app_context():
        key = session().exec(select(Photo.key)).one()
    app.extensions["photos"] = Bucket(away)

    refused = client.post("/offrir/photos", data=sent(client))
    shown = client.get(f"/photos/{key}")
    with app.app_context():
        form = session().exec(select(Photo.submission_key)).one()
    gone = client.post("/offrir/photos/retirer", data={"submission_key": form, "slot": "0", "photo": key})

    assert refused.status_code == 422
    assert "a.jpg" in refused.text
    assert "ne répond pas" in refused.text
    assert (shown.status_code, shown.headers["Retry-After"]) == (503, "60")
    assert (gone.status_code, key in gone.text) == (200, False)


def test_health_says_what_is_wrong_with_it_and_never_the_secret(
    settings: Settings, s3: int, away: str
) -> None:
    missing = f"http://portail:un-secret-de-tests@127.0.0.1:{s3}/absent"

    assert looking.photos(settings) == {}
    assert looking.photos(replace(settings, photos_url=missing)) == {"error": "le compartiment n'existe pas"}
    said = looking.photos(replace(settings, photos_url=away))["error"]
    assert said == "le stockage ne répond pas : la connexion est refusée"
    assert "un-secret" not in f"{said}{replace(settings, photos_url=away)}"


def test_photos_move_there_go_on_after_an_interruption_and_come_back(
    settings: Settings, tmp_path: Path
) -> None:
    folder, bucket, back = Folder(tmp_path / "here"), Bucket(settings.photos_url), Folder(tmp_path / "back")
    for number in range(4):
        folder.put(f"{str(number) * 32}.{'webp' if number else 'jpg'}", io.BytesIO(bytes([number]) * 70_000))
    bucket.put(f"{'1' * 32}.webp", io.BytesIO(b"cut short"))
    with pytest.raises(MoveError, match="reprendra"):
        moving.move(back, Bucket(settings.photos_url.replace("/photos-", "/absent-")), print)

    assert moving.move(folder, bucket, print) == 4
    assert moving.move(bucket, back, print) == 4

    assert {path.name: path.read_bytes() for path in back.path.iterdir()} == {
        path.name: path.read_bytes() for path in folder.path.iterdir()
    }


def test_a_backup_holds_them_and_is_put_back_into_another_bucket(
    app: Flask, settings: Settings, clock: FrozenClock, s3: int, bucket: str, tmp_path: Path
) -> None:
    storage = app.extensions["photos"]
    with app.app_context(), transaction() as current:
        pictures = [put(storage, Picture(bytes([number]) * 1000, 4, 3)) for number in range(3)]
        for picture in pictures:
            keep_draft(current, "a-form", 0, picture, clock())
    made = backups.back_up(settings, tmp_path / "b.tar.gz", replace=False, now=clock())
    with app.app_context():
        db.engine.dispose()
    elsewhere = Settings.from_environ(
        {"DATA_DIR": str(tmp_path / "other"), "PORTAIL_PHOTOS_URL": buckets.new(s3)}
    )

    done = backups.restore(elsewhere, made.path, replace=False, now=clock())

    assert (made.photos, done.content.photos) == (3, 3)
    for picture in pictures:
        target = io.BytesIO()
        Bucket(elsewhere.photos_url).get(f"{picture.key}.jpg", target)
        assert target.getvalue() == picture.content
    assert not (elsewhere.photos_dir).exists()


def test_a_machine_that_accepts_and_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.READ_SECONDS", 0.2)
    with reserved_port() as port, socket.create_server(("127.0.0.1", port)), pytest.raises(StorageError):
        Bucket(f"http://key:secret@127.0.0.1:{port}/photos").find(f"{'a' * 32}.jpg")
