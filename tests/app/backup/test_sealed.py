"""Encrypted backups: tried by who wrote them, opened by one key alone, in the memory of a small server whatever their size."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from flask import Flask

from app.backup import service
from app.backup.checking import Trial
from app.backup.errors import BackupError
from app.backup.sealing import MAGIC, KeyPair, read_pair, write_pair
from config import Settings
from tests.app.backup.conftest import Elsewhere
from tests.app.backup.test_backup import seen, strip
from tests.conftest import FrozenClock, SignIn

MEGABYTE = 1_000_000


@pytest.fixture
def pair(tmp_path: Path) -> KeyPair:
    return write_pair(tmp_path / "clé.txt")


def sealed(settings: Settings, pair: KeyPair, clock: FrozenClock, folder: Path) -> service.Made:
    return service.back_up(
        replace(settings, backup_key=(KeyPair().public, pair.public)), folder, replace=False, now=clock()
    )


def test_an_encrypted_backup_was_restored_once_and_comes_back_with_its_key(
    app: Flask, settings: Settings, clock: FrozenClock, sign_in: SignIn, photo: str,
    elsewhere: Elsewhere, pair: KeyPair, tmp_path: Path,
) -> None:  # fmt: skip
    made = sealed(settings, pair, clock, tmp_path)

    assert made.path.name == "portail-2026-11-23-100000.tar.gz.age"
    assert made.path.read_bytes().startswith(MAGIC)
    assert (made.trial, made.sealed) == (Trial.RESTORED, True)
    other = elsewhere("other")
    service.restore(other, made.path, replace=False, now=clock(), pair=read_pair(tmp_path / "clé.txt"))
    before, after = (seen(each, clock, sign_in, photo) for each in (settings, other))
    assert {path: strip(page) for path, (_status, page) in after.items()} == {
        path: strip(page) for path, (_status, page) in before.items()
    }


@pytest.mark.databases("sqlite")
def test_without_its_key_or_damaged_it_is_refused_in_a_sentence(
    settings: Settings, clock: FrozenClock, photo: str, elsewhere: Elsewhere, pair: KeyPair, tmp_path: Path
) -> None:
    made, other = sealed(settings, pair, clock, tmp_path), elsewhere("other")

    def refused(key: KeyPair | None) -> str:
        with pytest.raises(BackupError) as caught:
            service.restore(other, made.path, replace=False, now=clock(), pair=key)
        return str(caught.value)

    assert "est chiffrée. Donnez le fichier de la clé secrète : --key FICHIER." in refused(None)
    assert "est chiffrée pour une autre clé" in refused(KeyPair())
    whole = made.path.read_bytes()
    for damaged in (whole[:-1], whole[: len(whole) // 2], whole[:-40] + bytes(40), MAGIC):
        made.path.write_bytes(damaged)
        assert "abîmée ou incomplète" in refused(pair)
    assert service.is_empty(other)


@pytest.mark.databases("sqlite")
def test_what_does_not_come_back_is_set_aside_and_counts_for_nothing(
    settings: Settings,
    clock: FrozenClock,
    photo: str,
    pair: KeyPair,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A disk that keeps something else than what it was given."""
    monkeypatch.setattr(service, "_keep_name", lambda folder: os.truncate(next(folder.glob("*.age")), 5000))
    folder = tmp_path / "backups"
    folder.mkdir()

    with pytest.raises(BackupError, match="son essai a échoué"):
        sealed(settings, pair, clock, folder)
    assert [path.name for path in folder.iterdir()] == ["portail-2026-11-23-100000.tar.gz.age.douteuse"]
    assert service.keep(folder, 1) == 0


@pytest.mark.databases("postgresql")
def test_a_role_that_may_make_no_database_reads_its_backup_to_the_end(
    settings: Settings, clock: FrozenClock, photo: str, database_url: str, tmp_path: Path
) -> None:
    """And no trial leaves a database behind."""
    url = sa.make_url(database_url)
    plain = database_url.replace("+psycopg", "")
    with psycopg.connect(plain, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS modeste")
        server.execute("CREATE ROLE modeste LOGIN")
        server.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO modeste")
        server.execute("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO modeste")
        try:
            modest = replace(
                settings, database_url=url.set(username="modeste").render_as_string(hide_password=False)
            )
            assert service.back_up(modest, tmp_path, replace=False, now=clock()).trial is Trial.READ
            assert (
                service.back_up(settings, tmp_path / "b", replace=False, now=clock()).trial is Trial.RESTORED
            )
            names = [name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()]
        finally:
            server.execute("DROP OWNED BY modeste")
            server.execute("DROP ROLE modeste")
    assert not [name for name in names if name.endswith("_essai")]


@pytest.mark.databases("sqlite")
def test_the_commands_speak_of_keys_and_of_whole_paths(
    app: Flask, settings: Settings, photo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = app.test_cli_runner()
    made = run.invoke(args=["backup-key", "secret.txt"])
    key = made.output.strip().rpartition("PORTAIL_BACKUP_KEY=")[2]
    again = run.invoke(args=["backup-key", "secret.txt"])
    app.extensions["settings"] = replace(settings, backup_key=(key,))
    written = run.invoke(args=["backup", "nuit.age"])
    checked = run.invoke(args=["restore", "--check", "nuit.age", "--key", "secret.txt"])
    wrong = run.invoke(args=["restore", "--check", "nuit.age", "--key", "nuit.age"])

    assert key.startswith("age1")
    assert (tmp_path / "secret.txt").stat().st_mode & 0o077 == 0
    assert "existe déjà" in again.output
    assert f"Sauvegarde faite et essayée : {tmp_path / 'nuit.age'} (" in written.output
    assert "chiffrée" in written.output
    assert "Cette sauvegarde est bonne" in checked.output
    assert "ne contient pas de clé secrète" in wrong.output


WORK = """
import os, resource, sys
from pathlib import Path
from app.backup.archive import Content, pack, unpack
from app.backup.sealing import KeyPair, sealing
folder, out, number = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
pair, content = KeyPair(), Content("2026-11-23T09:00:00+00:00", "r", "portail.sqlite3")
files = [("portail.sqlite3", folder / "portail.sqlite3")]
files += [(f"photos/{name:032d}.jpg", folder / "photo.jpg") for name in range(number)]
with out.open("wb") as file, sealing(file, (pair.public,)) as target:
    pack(target, files, content)
found = unpack(out, Path(sys.argv[4]), pair, photos=False)
assert found.photos == number
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.databases("sqlite")
def test_five_hundred_megabytes_of_photos_are_written_and_tried_in_the_memory_of_five(tmp_path: Path) -> None:
    """A hundredth of 50 GB. What grows with it is the list of names, lengths and sums: under a kilobyte a photo."""
    (tmp_path / "portail.sqlite3").write_bytes(b"x")
    with (tmp_path / "photo.jpg").open("wb") as file:
        file.write(os.urandom(30_000))
        file.truncate(300_000)

    def peak(number: int) -> int:
        scratch = tmp_path / str(number)
        scratch.mkdir()
        words = [
            sys.executable,
            "-c",
            WORK,
            str(tmp_path),
            str(tmp_path / "b.age"),
            str(number),
            str(scratch),
        ]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        return int(done.stdout) * 1024

    few, many = peak(17), peak(1_700)
    assert many - few < 8 * MEGABYTE
