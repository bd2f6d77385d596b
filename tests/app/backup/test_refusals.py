"""What goes wrong is said in one sentence, and leaves the portal and the backups as they were."""

import fcntl
import gzip
import hashlib
import io
import json
import os
import resource
import sqlite3
import subprocess
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app import migrate, revision
from app.backup import service
from app.backup.errors import BackupError
from app.db import db
from config import Settings
from tests.app.backup.conftest import Elsewhere
from tests.builders import Builder
from tests.conftest import FrozenClock

Contents = dict[str, bytes]


def everything(folder: Path) -> Contents:
    """The files of a portal, those that SQLite and locks come and go with aside."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".scheduler", "-wal", "-shm"))
    }


def members(archive: Path) -> Contents:
    with tarfile.open(archive) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened}  # type: ignore[union-attr]


def rewritten(archive: Path, change: Callable[[Contents], None], *more: tarfile.TarInfo) -> Path:
    """A copy with other contents, which the list at its end does not know of."""
    contents = members(archive)
    change(contents)
    path = archive.with_name("autre.tar.gz")
    with tarfile.open(path, "w:gz") as opened:
        for entry in more:
            opened.addfile(entry, io.BytesIO(b"\0" * entry.size))
        for name, content in contents.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            opened.addfile(entry, io.BytesIO(content))
    return path


def listed(change: Callable[[dict[str, object]], object]) -> Callable[[Contents], None]:
    """Change the list at the end."""

    def inside(contents: Contents) -> None:
        said = json.loads(contents["contenu.json"])
        change(said)
        contents["contenu.json"] = json.dumps(said).encode()

    return inside


def refused(settings: Settings, source: Path, clock: FrozenClock, *, replace: bool = False) -> str:
    """What a restoration that is refused says; the portal is as it was."""
    before = everything(settings.data_dir)
    with pytest.raises(BackupError) as said:
        service.restore(settings, source, replace=replace, now=clock())
    assert everything(settings.data_dir) == before
    return str(said.value)


def test_an_archive_cut_short_anywhere_is_refused(
    archive: Path, elsewhere: Elsewhere, clock: FrozenClock, tmp_path: Path
) -> None:
    whole, other, cut = archive.read_bytes(), elsewhere("other"), tmp_path / "cut.tar.gz"
    for length in (0, 1, 20, 700, len(whole) // 2, len(whole) - 200, len(whole) - 9):
        cut.write_bytes(whole[:length])
        assert "abîmée" in (said := refused(other, cut, clock)) or "incomplète" in said, length


def same(compressed: bytes, content: bytes) -> bool:
    try:
        return gzip.decompress(compressed) == content
    except (OSError, EOFError, zlib.error):
        return False


@pytest.mark.databases("sqlite")
def test_a_byte_that_changed_is_noticed(archive: Path, elsewhere: Elsewhere, clock: FrozenClock) -> None:
    whole, other = bytearray(archive.read_bytes()), elsewhere("other")
    good = gzip.decompress(whole)
    for position in range(11, len(whole) - 8, len(whole) // 12):
        whole[position] ^= 0x10
        # Of a run of zeros, one may be repeated from one place as well as from another: nothing is changed then.
        if not same(bytes(whole), good):
            archive.write_bytes(whole)
            assert "abîmée" in (said := refused(other, archive, clock)) or "incomplète" in said, position
        whole[position] ^= 0x10


@pytest.mark.databases("sqlite")
def test_what_is_no_archive_is_refused(elsewhere: Elsewhere, clock: FrozenClock, tmp_path: Path) -> None:
    other, path = elsewhere("other"), tmp_path / "lettre.txt"
    path.write_text("Madame, Monsieur")
    assert "n'est pas une sauvegarde" in refused(other, path, clock)
    with tarfile.open(path, "w:gz") as opened:
        opened.add(__file__, "portail.sqlite3")
    assert "incomplète" in refused(other, path, clock)
    assert "n'existe pas" in refused(other, tmp_path / "absent", clock)
    assert "n'est pas un fichier" in refused(other, tmp_path, clock)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "name",
    ["../outside", "/tmp/outside", "photos/../../outside.webp", "photos/x.webp", "secret-key", "a/b", ""],
)
def test_nothing_is_written_where_an_archive_wishes(
    archive: Path, elsewhere: Elsewhere, clock: FrozenClock, name: str, tmp_path: Path
) -> None:
    bad = rewritten(archive, lambda contents: contents.update({name: b"x"}))
    before = {path.name for path in tmp_path.iterdir()} | {"other"}
    assert "ne contient pas" in refused(elsewhere("other"), bad, clock)
    assert {path.name for path in tmp_path.iterdir()} == before


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_an_archive_holds_files_and_nothing_else(
    archive: Path, elsewhere: Elsewhere, clock: FrozenClock, kind: bytes
) -> None:
    link = tarfile.TarInfo("portail.sqlite3")
    link.type, link.linkname = kind, "/etc/passwd"
    assert "ne contient pas" in refused(elsewhere("other"), rewritten(archive, lambda _: None, link), clock)


@pytest.mark.databases("sqlite")
def test_a_photo_too_many_too_few_or_twice_is_noticed(
    archive: Path, elsewhere: Elsewhere, clock: FrozenClock, photo: str
) -> None:
    other, name = elsewhere("other"), f"photos/{photo}.jpg"
    more = rewritten(archive, lambda contents: contents.update({f"photos/{'x' * 32}.webp": b"x"}))
    assert "abîmée" in refused(other, more, clock)
    fewer = rewritten(archive, lambda contents: contents.__delitem__(name))
    assert "abîmée" in refused(other, fewer, clock)
    twice = rewritten(archive, lambda _: None, tarfile.TarInfo(name))
    assert "ne contient pas" in refused(other, twice, clock)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content.update(format=2), "plus récente"),
        (lambda content: content.update(database="photos"), "abîmée"),
        (lambda content: content.update(revision="0010"), "sa liste dit le schéma 0010"),
        (lambda content: content.update(files=7), "n'est pas une sauvegarde"),
        (lambda content: content.update(more=1), "n'est pas une sauvegarde"),
        (lambda content: content.update(made_at="hier"), "n'est pas une sauvegarde"),
    ],
)
@pytest.mark.databases("sqlite")
def test_a_list_that_says_something_else_is_refused(
    archive: Path,
    elsewhere: Elsewhere,
    clock: FrozenClock,
    change: Callable[[dict[str, object]], object],
    said: str,
) -> None:
    assert said in refused(elsewhere("other"), rewritten(archive, listed(change)), clock)


def test_a_backup_of_a_newer_portal_asks_to_upgrade_first(
    app: Flask, settings: Settings, photo: str, elsewhere: Elsewhere, clock: FrozenClock, tmp_path: Path
) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    made = service.back_up(settings, tmp_path, replace=False, now=clock())

    said = refused(elsewhere("other"), made.path, clock)
    assert "9999" in said
    assert "mettez le portail à jour" in said


def test_a_backup_of_an_older_portal_is_brought_up_to_date(
    app: Flask, settings: Settings, photo: str, elsewhere: Elsewhere, clock: FrozenClock, tmp_path: Path
) -> None:
    with app.app_context():
        migrate.downgrade(db.engine, "0010")
    made = service.back_up(settings, tmp_path, replace=False, now=clock())
    other = elsewhere("other")
    assert service.restore(other, made.path, replace=False, now=clock()).content.revision == "0010"
    engine = sa.create_engine(other.database_url)
    assert revision.is_current(engine)
    engine.dispose()


def test_a_portal_in_use_is_replaced_only_on_demand_and_kept_aside(
    app: Flask, settings: Settings, archive: Path, photo: str, build: Builder, clock: FrozenClock
) -> None:
    build.need(text="Déclaré après la sauvegarde")
    with app.app_context():
        db.engine.dispose()
    assert "--replace" in refused(settings, archive, clock)

    done = service.restore(settings, archive, replace=True, now=clock())

    with app.app_context(), db.engine.connect() as connection:
        assert connection.execute(sa.text("select count(*) from need")).scalar() == 1
    with app.app_context():
        db.engine.dispose()
    assert done.aside is not None
    assert (done.aside / "photos" / f"{photo}.jpg").read_bytes() == b"a photo, say"
    if not settings.is_sqlite:
        words = subprocess.run(
            ["pg_restore", "--table=need", "--file=-", str(done.aside / "portail.dump")],
            capture_output=True,
            check=True,
        )
        assert words.stdout.count(b"\tbesoin-") == 2
    else:
        (kept,) = done.aside.glob("*.sqlite3")
        with closing(sqlite3.connect(kept)) as old:
            assert old.execute("select count(*) from need").fetchone() == (2,)


def test_a_portal_that_runs_is_not_replaced(
    app: Flask, settings: Settings, archive: Path, clock: FrozenClock
) -> None:
    with app.app_context():
        with db.engine.connect() as connection:
            connection.execute(sa.text("select 1"))
        said = refused(settings, archive, clock, replace=True)
        db.engine.dispose()
    assert "Arrêtez" in said


@pytest.mark.databases("sqlite")
def test_a_scheduler_alone_is_a_portal_that_runs(
    settings: Settings, archive: Path, clock: FrozenClock
) -> None:
    lock = service.database_file(settings).with_name(service.database_file(settings).name + ".scheduler")
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "tourne encore" in refused(settings, archive, clock, replace=True)


@pytest.mark.databases("sqlite")
def test_a_database_that_cannot_be_read_is_said_and_can_be_replaced(
    settings: Settings, archive: Path, clock: FrozenClock, tmp_path: Path
) -> None:
    database = service.database_file(settings)
    database.write_bytes(b"not a database at all" * 400)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    with pytest.raises(BackupError, match="ne se lit pas"):
        service.back_up(settings, tmp_path / "new.tar.gz", replace=False, now=clock())
    assert "--replace" in refused(settings, archive, clock)

    service.restore(settings, archive, replace=True, now=clock())
    with closing(sqlite3.connect(database)) as restored:
        assert restored.execute("select count(*) from offered_item").fetchone() == (1,)


@contextmanager
def files_up_to(length: int) -> Iterator[None]:
    """No file of this process may grow longer: what a full disk or a quota does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_no_half_backup_and_the_one_before_whole(
    settings: Settings, archive: Path, photo: str, clock: FrozenClock, tmp_path: Path
) -> None:
    before, good = {path.name for path in tmp_path.iterdir()}, archive.read_bytes()
    (settings.photos_dir / f"{'y' * 32}.webp").write_bytes(os.urandom(3_000_000))
    with files_up_to(2_000_000):
        for target, replace in ((tmp_path / "new.tar.gz", False), (archive, True)):
            with pytest.raises(BackupError, match="plus de place"):
                service.back_up(settings, target, replace=replace, now=clock())

    assert {path.name for path in tmp_path.iterdir()} == before
    assert archive.read_bytes() == good
    assert not any((settings.data_dir / ".sauvegarde").iterdir())


def test_a_full_disk_undoes_a_restoration(settings: Settings, archive: Path, clock: FrozenClock) -> None:
    with files_up_to(10_000):
        said = refused(settings, archive, clock, replace=True)
    assert "plus de place" in said


@pytest.mark.databases("postgresql")
def test_a_restoration_that_fails_half_way_gives_the_database_back(
    settings: Settings, archive: Path, clock: FrozenClock
) -> None:
    bad = rewritten(
        archive, lambda contents: contents.update({"portail.dump": contents["portail.dump"][:-3000]})
    )

    def relist(contents: Contents) -> None:
        dump = contents["portail.dump"]
        said = json.loads(contents["contenu.json"])
        said["files"]["portail.dump"] = [len(dump), hashlib.sha256(dump).hexdigest()]
        contents["contenu.json"] = json.dumps(said).encode()

    bad = rewritten(bad, relist)
    assert "pg_restore" in refused(settings, bad, clock, replace=True)
    address = sa.make_url(settings.database_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False)) as connection:
        assert connection.execute("select count(*) from need").fetchone() == (1,)
        schemas = connection.execute(
            "select nspname from pg_namespace where nspname like 'avant%'"
        ).fetchall()
    assert schemas == []


@pytest.mark.databases("sqlite")
def test_the_two_kinds_of_database_are_not_mixed_up(
    archive: Path, clock: FrozenClock, tmp_path: Path, settings: Settings
) -> None:
    other = Settings.from_environ(
        {"DATA_DIR": str(tmp_path / "other"), "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    )
    with pytest.raises(BackupError, match="base SQLite"):
        service.examine(other, archive)
    with pytest.raises(BackupError, match="PostgreSQL ne répond pas"):
        service.restore(other, archive, replace=False, now=clock())


@pytest.mark.databases("postgresql")
def test_without_the_programs_of_postgresql_it_says_what_to_install(
    settings: Settings, photo: str, clock: FrozenClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"pg_dump est introuvable.*postgresql-client"):
        service.back_up(settings, tmp_path, replace=False, now=clock())


@pytest.mark.databases("sqlite")
def test_one_at_a_time_and_what_a_dead_one_left_is_swept(
    settings: Settings, archive: Path, clock: FrozenClock, tmp_path: Path
) -> None:
    workshop = settings.data_dir / ".sauvegarde"
    (workshop / "photos").mkdir()
    (workshop / "photos" / "left.webp").write_bytes(b"x")
    handle = os.open(workshop, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(BackupError, match="en cours"):
        service.back_up(settings, tmp_path / "new.tar.gz", replace=False, now=clock())
    os.close(handle)

    assert service.back_up(settings, tmp_path / "new.tar.gz", replace=False, now=clock()).photos == 1
    assert list(workshop.iterdir()) == []


@pytest.mark.databases("sqlite")
def test_the_commands_say_one_sentence_and_their_status(app: Flask, photo: str, tmp_path: Path) -> None:
    run = app.test_cli_runner().invoke
    path = tmp_path / "a.tar.gz"
    good = run(args=["backup", str(path)])
    assert (good.exit_code, good.output) == (0, f"Sauvegarde faite et essayée : {path} (0,1 Mo, 1 photo).\n")
    again = run(args=["backup", str(path)])
    assert (again.exit_code, again.output.count("\n")) == (1, 1)
    assert "existe déjà" in again.output
    assert run(args=["backup", str(path), "--replace"]).exit_code == 0
    assert "Créez-le" in run(args=["backup", str(tmp_path / "nowhere" / "a.tar.gz")]).output
    check = run(args=["restore", "--check", str(path)])
    assert (check.exit_code, check.output[:29]) == (0, "Cette sauvegarde est bonne : ")
    refused = run(args=["restore", str(path)])
    assert (refused.exit_code, refused.output.count("\n")) == (1, 1)
