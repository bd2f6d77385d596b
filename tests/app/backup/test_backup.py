"""A portal is backed up while people use it, and put back elsewhere: the pages and the photos are the same."""

import errno
import os
import re
import shutil
import stat
import tarfile
import threading
from datetime import datetime
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import col, select

from app import create_app
from app.backup import service
from app.db import db, transaction
from app.models import Account, Photo, RateCounter
from app.photos.picture import Picture
from app.photos.service import forget_draft, keep_draft, put
from config import Settings
from tests.app.backup.conftest import Elsewhere
from tests.conftest import FrozenClock, SignIn

PAGES = ("/", "/besoins", "/coordination", "/coordination/offres", "/coordination/offres/1", "/preferences")


def seen(settings: Settings, clock: FrozenClock, sign_in: SignIn, photo: str) -> dict[str, tuple[int, bytes]]:
    """What a coordinator sees of this portal."""
    portal = create_app(settings, clock)
    portal.config.update(TESTING=True, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    client = portal.test_client()
    with portal.app_context():
        account = db.session.scalars(
            select(Account).where(col(Account.email) == "coordination@example.org")
        ).one()
        sign_in(client, account)
    found = {}
    for path in PAGES:
        with client.get(path) as page:
            found[path] = (page.status_code, page.data)
    [address, *_] = re.findall(rf'/photos/{photo}[^"]*', found["/coordination/offres/1"][1].decode())
    with client.get(address) as page:
        found[f"/photos/{photo}"] = (page.status_code, page.data)
    with portal.app_context():
        db.engine.dispose()
    return found


def test_a_restored_portal_shows_the_same_pages_and_photos(
    settings: Settings, clock: FrozenClock, sign_in: SignIn, photo: str, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    made = service.back_up(settings, tmp_path, replace=False, now=clock())
    other = elsewhere("other")
    restored = service.restore(other, made.path, replace=False, now=clock())

    before = seen(settings, clock, sign_in, photo)
    after = seen(other, clock, sign_in, photo)
    assert made.path.name == "portail-2026-11-23-100000.tar.gz"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    assert (made.photos, restored.content.photos, restored.aside) == (1, 1, None)
    assert {status for status, _ in before.values()} == {200}
    assert after[f"/photos/{photo}"] == (200, b"a photo, say")
    assert {path: strip(page) for path, (_, page) in after.items()} == {
        path: strip(page) for path, (_, page) in before.items()
    }


def strip(page: bytes) -> bytes:
    """Without what each request draws by lot, or a portal's own secret seals."""
    drawn = (b"csrf", b"nonce", b"submission_key", b"/photos/")
    return b"\n".join(line for line in page.splitlines() if not any(word in line for word in drawn))


class Busy:
    """People at work: each transaction keeps a photo, forgets the one before, and counts twice."""

    def __init__(self, app: Flask, now: datetime) -> None:
        self.app, self.now = app, now
        self.stop, self.begun = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._work)

    def _work(self) -> None:
        last: str | None = None
        while not self.stop.is_set():
            with self.app.app_context(), transaction() as session:
                photos = self.app.extensions["photos"]
                picture = put(photos, Picture(os.urandom(300), 4, 3))
                key = keep_draft(session, "busy", 1, picture, self.now).key
                if last is not None:
                    forget_draft(session, "busy", last, photos)
                session.add_all(RateCounter(key=f"{key}{side}", expires_at=self.now) for side in "ab")
                last = key
            self.begun.set()

    def __enter__(self) -> None:
        self.thread.start()
        assert self.begun.wait(30)

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(30)


def test_a_backup_is_of_one_moment_while_people_write(
    app: Flask, settings: Settings, clock: FrozenClock, photo: str, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    with Busy(app, clock()):
        for number in range(3):
            service.back_up(settings, tmp_path / f"{number}.tar.gz", replace=False, now=clock())

    for number in range(3):
        other = elsewhere(f"other{number}")
        service.restore(other, tmp_path / f"{number}.tar.gz", replace=False, now=clock())
        portal = create_app(other, clock)
        with portal.app_context():
            keys = set(db.session.scalars(select(Photo.key)))
            counted = len(db.session.scalars(select(RateCounter.key)).all())
        with portal.app_context():
            db.engine.dispose()
        assert photo in keys
        assert len(keys) == 2
        # No row without its photo; a photo whose row came a moment later does no harm and is swept.
        assert keys <= {path.stem for path in other.photos_dir.iterdir()}
        assert counted % 2 == 0


def test_nobody_waits_while_photos_without_a_second_name_are_copied(
    app: Flask,
    settings: Settings,
    clock: FrozenClock,
    photo: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Some file systems give a file one name only; a photo may go before it is copied."""

    def refuse(source: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", str(source))

    def copied_while_people_write(source: Path, target: Path) -> None:
        with app.app_context(), transaction() as session:
            session.execute(sa.text("SET lock_timeout = 1000" if not settings.is_sqlite else "SELECT 1"))
            keep_draft(session, "late", 1, put(app.extensions["photos"], Picture(b"late", 4, 3)), clock())
        gone.unlink(missing_ok=True)
        copy(source, target)

    gone = settings.photos_dir / f"{'z' * 32}.webp"
    gone.write_bytes(b"of nobody")
    copy = shutil.copyfile
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copyfile", copied_while_people_write)
    made = service.back_up(settings, tmp_path, replace=False, now=clock())
    with tarfile.open(made.path) as opened:
        assert f"photos/{photo}.jpg" in opened.getnames()


@pytest.mark.databases("postgresql")
def test_the_owner_of_a_database_restores_it_whatever_is_in_the_password(
    settings: Settings, clock: FrozenClock, photo: str, tmp_path: Path
) -> None:
    """No rights on the server: nobody gives the portal more than its own database."""
    made = service.back_up(settings, tmp_path, replace=False, now=clock())
    address = sa.make_url(settings.database_url)
    name, password = f"owned_by_{address.database}", "un mot de passe: 1/2@3"
    with psycopg.connect(
        address.set(drivername="postgresql").render_as_string(hide_password=False), autocommit=True
    ) as server:
        server.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'".encode())
        server.execute(f"CREATE DATABASE {name} OWNER {name}".encode())
    url = address.set(username=name, password=password, database=name).render_as_string(hide_password=False)
    other = Settings.from_environ({"DATA_DIR": str(tmp_path / "other"), "DATABASE_URL": url})

    for replace in (False, True):
        assert service.restore(other, made.path, replace=replace, now=clock()).content.photos == 1
    assert not service.is_empty(other)
