"""Make a backup while the portal runs; put one back while it does not. Each is done whole or not at all."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from threading import Event

import sqlalchemy as sa
from sqlmodel import SQLModel

from app import migrate
from app.backup import embedded, postgresql
from app.backup.archive import Content, pack, unpack
from app.backup.checking import Trial, tried
from app.backup.errors import BackupError, explained
from app.backup.photos import copy, fetched, link, send
from app.backup.sealing import KeyPair, sealing
from app.backup.signals import stoppable
from app.db import create_engine
from app.storage import storage_of
from app.web.clock import paris
from config import Settings
from notifications.leader import leader_for

MACHINERY = frozenset({"job_run", "rate_counter", "digest_turn", "plan_run", "health_look", "health_alarm"})
"""What a portal writes before anybody has used it."""
DATED = re.compile(r"portail-\d{4}-\d\d-\d\d-\d{6}\.tar\.gz(?:\.age)?")
DOUBTFUL = ".douteuse"
"""What the name of a backup ends with that did not pass its trial: it is not counted among those that are kept."""
FORSAKEN_SECONDS = 3600
"""How long nobody has written to a backup that its writer left unfinished."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup, how far it was tried, and whether it is encrypted."""

    path: Path
    bytes: int
    photos: int
    trial: Trial
    sealed: bool


def back_up(
    settings: Settings, target: Path, *, replace: bool, now: datetime, stop: Event | None = None
) -> Made:
    """Write a backup to the file `target`, or into the folder `target` under a name that says when, and try it.

    Once `stop` is set no further file is begun. Raises BackupError: then nothing is written, or what did not pass its trial bears another name.
    """
    target = target.absolute()
    ending = ".tar.gz.age" if settings.backup_key else ".tar.gz"
    path = target / f"portail-{paris(now):%Y-%m-%d-%H%M%S}{ending}" if target.is_dir() else target
    if not path.parent.is_dir():
        raise BackupError(f"Le dossier {path.parent} n'existe pas. Créez-le, puis recommencez.")
    if path.exists() and not replace:
        raise BackupError(f"{path} existe déjà. Choisissez un autre nom, ou ajoutez --replace.")
    with explained(), _workshop(settings.data_dir) as folder:
        _sweep_unfinished(path.parent, now)
        database = folder / (embedded.FILE if settings.is_sqlite else postgresql.FILE)
        photos = folder / "photos"
        photos.mkdir(mode=0o700)
        unlinked: list[Path] = []

        def hold() -> None:
            if not settings.photos_url:
                unlinked.extend(link(settings.photos_dir, photos))

        if settings.is_sqlite:
            revision = embedded.snapshot(database_file(settings), database, hold)
        else:
            revision = postgresql.snapshot(settings.database_url, database, hold)
        copy(unlinked, photos)
        held: Iterable[tuple[str, Path]] = (
            (f"photos/{photo.name}", photo) for photo in sorted(photos.iterdir())
        )
        if settings.photos_url:  # a photo that the copy of the database names is there, or was to go
            held = fetched(storage_of(settings), folder / "photo")
        files = chain([(database.name, database)], held)
        content = Content(now.isoformat(), revision, database.name)
        pair = _write(path, _until(stop, files), content, settings.backup_key)
        _sweep(folder)
        found = _tried(settings, path, folder, pair)
    return Made(path, path.stat().st_size, content.photos, found, bool(settings.backup_key))


def _tried(settings: Settings, path: Path, folder: Path, pair: KeyPair | None) -> Trial:
    try:
        return tried(settings, path, folder, pair).trial
    except BackupError as error:
        aside = path.with_name(path.name + DOUBTFUL)
        path.replace(aside)
        raise BackupError(
            f"La sauvegarde est écrite, mais son essai a échoué. {error} Elle est gardée dans {aside}."
        ) from error


def keep(folder: Path, copies: int) -> int:
    """Delete the oldest of the backups that `back_up` named by itself in `folder`, but for `copies`; how many went."""
    names = sorted(path for path in folder.iterdir() if DATED.fullmatch(path.name))
    with explained():
        for path in names[:-copies]:
            path.unlink(missing_ok=True)
    return len(names[:-copies])


def _sweep_unfinished(folder: Path, now: datetime) -> None:
    """Delete what dead processes left of the backups they were writing; one that lives writes again and again."""
    for path in folder.glob("portail-*.part"):
        if DATED.fullmatch(path.stem):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < now.timestamp() - FORSAKEN_SECONDS:
                    path.unlink()


def _until(stop: Event | None, files: Iterable[tuple[str, Path]]) -> Iterator[tuple[str, Path]]:
    for each in files:
        if stop is not None and stop.is_set():
            raise BackupError("La sauvegarde a été abandonnée : le portail s'arrêtait.")
        yield each


def _write(
    path: Path, files: Iterable[tuple[str, Path]], content: Content, keys: Sequence[str]
) -> KeyPair | None:
    """Whole under its name, or not at all; for its owner's eyes. With keys, what opens it for its trial."""
    passing = path.with_name(path.name + ".part")
    passing.unlink(missing_ok=True)
    pair = KeyPair() if keys else None
    try:
        with os.fdopen(os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with sealing(file, (*keys, pair.public)) if pair else nullcontext(file) as target:
                pack(target, files, content)
            file.flush()
            os.fsync(file.fileno())
        passing.replace(path)
        _keep_name(path.parent)
    except BaseException:
        passing.unlink(missing_ok=True)
        raise
    return pair


def _keep_name(folder: Path) -> None:
    """A new name outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def examine(settings: Settings, source: Path, pair: KeyPair | None = None) -> Content:
    """Try all of a restoration but the last step; `pair` opens a backup that is encrypted. Raises BackupError."""
    with explained(), _workshop(settings.data_dir) as folder:
        return _unpacked(settings, source.absolute(), folder, pair)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and the folder that keeps what was there (None: there was nothing)."""

    content: Content
    aside: Path | None


def restore(
    settings: Settings, source: Path, *, replace: bool, now: datetime, pair: KeyPair | None = None
) -> Restored:
    """Put a backup in the place of this portal's database and photos; `pair` opens one that is encrypted.

    Raises BackupError, and then nothing has changed.
    """
    with explained(), stoppable() as too_late:
        _agreed(settings, replace=replace)
        with _workshop(settings.data_dir) as folder:
            content = _unpacked(settings, source.absolute(), folder, pair)
            # Once for thousands of photos: what takes the place of the old outlives a power cut.
            os.sync()
            if (
                settings.photos_url
            ):  # nobody is shown them before rows name them, and a later tidying forgets what none does
                send(storage_of(settings), folder / "photos")
            with _loaded(settings, folder), _stopped(settings):
                # Somebody may have entered something until here.
                empty = _agreed(settings, replace=replace)
                aside = settings.data_dir / f"avant-restauration-{paris(now):%Y-%m-%d-%H%M%S}"
                with _kept(settings, aside, empty=empty):
                    too_late()
                    _put_back(settings, folder, aside)
            if empty:
                shutil.rmtree(aside, ignore_errors=True)
    return Restored(content, aside if aside.exists() else None)


def _agreed(settings: Settings, *, replace: bool) -> bool:
    """Whether the portal is empty; refuse if it is not and nobody said to replace it."""
    empty = is_empty(settings)
    if not replace and not empty:
        raise BackupError(
            "Ce portail contient déjà des données. Pour les remplacer par celles de la sauvegarde, ajoutez --replace."
        )
    return empty


@contextmanager
def _loaded(settings: Settings, folder: Path) -> Iterator[None]:
    """On PostgreSQL, have what is put back beside what is there, all that takes long behind; forget it unless it is used."""
    if settings.is_sqlite:
        yield
        return
    try:
        with _stopped(settings):
            postgresql.load(settings.database_url, folder / postgresql.FILE)
        yield
    except BaseException:
        postgresql.forget(settings.database_url)
        raise


@contextmanager
def _kept(settings: Settings, aside: Path, *, empty: bool) -> Iterator[None]:
    """The folder that keeps what was there, with a copy of PostgreSQL's database; gone if nothing is replaced."""
    copy = aside / postgresql.FILE
    aside.mkdir(mode=0o700)
    try:
        if not settings.is_sqlite and not empty:
            postgresql.dump(settings.database_url, copy)
        yield
    except BaseException:
        copy.unlink(missing_ok=True)
        with suppress(OSError):
            aside.rmdir()
        raise
    with suppress(OSError):  # all is in its place: too late to fail
        _belong(settings.data_dir, aside)


@contextmanager
def _stopped(settings: Settings) -> Iterator[None]:
    """Refuse while the portal runs; its scheduler waits if it starts meanwhile."""
    if not settings.is_sqlite:
        postgresql.alone(settings.database_url)
    leader = leader_for(settings.database_url)
    if not leader.acquire():
        raise BackupError("Le portail tourne encore. Arrêtez-le, puis recommencez.")
    try:
        if settings.is_sqlite:
            database = database_file(settings)
            _belong(settings.data_dir, *database.parent.glob(f"{database.name}.scheduler"))
        yield
    finally:
        leader.release()


def is_empty(settings: Settings) -> bool:
    """Whether nobody has used this portal yet."""
    # What a bucket holds stays there whatever is put back: only rows are replaced.
    if not settings.photos_url and next(storage_of(settings).files(), None) is not None:
        return False
    if settings.is_sqlite and not database_file(settings).exists():
        return True
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            there = set(sa.inspect(connection).get_table_names()) - MACHINERY
            return not any(
                connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
                for table in SQLModel.metadata.sorted_tables
                if table.name in there
            )
    except sa.exc.DatabaseError as error:
        if settings.is_sqlite:
            return False  # what cannot be read may be worth keeping
        raise BackupError(f"PostgreSQL ne répond pas : {str(error.orig).splitlines()[0]}") from error
    finally:
        engine.dispose()


def database_file(settings: Settings) -> Path:
    """Where the embedded database is."""
    name = sa.make_url(settings.database_url).database
    if not name or name == ":memory:":
        raise BackupError("Une base en mémoire ne se sauvegarde pas.")
    return Path(name).absolute()


def _unpacked(settings: Settings, source: Path, folder: Path, pair: KeyPair | None) -> Content:
    if not source.is_file():
        raise BackupError(f"{source} n'existe pas, ou n'est pas un fichier.")
    content = unpack(source, folder, pair)
    if settings.is_sqlite is not (content.database == embedded.FILE):
        other = "PostgreSQL" if settings.is_sqlite else "SQLite"
        raise BackupError(f"Cette sauvegarde est celle d'une base {other} : réglez DATABASE_URL de même.")
    if content.revision not in migrate.revisions():
        raise BackupError(
            f"Cette sauvegarde vient d'une version plus récente du portail (schéma {content.revision[:40]}) :"
            " mettez le portail à jour, puis recommencez."
        )
    if settings.is_sqlite:
        embedded.examine(folder / content.database, content.revision)
    else:
        postgresql.examine(folder / content.database)
    (folder / "photos").mkdir(mode=0o700, exist_ok=True)
    return content


def _put_back(settings: Settings, folder: Path, aside: Path) -> None:
    """Move what is there aside and the new in its place; undo it all if a step fails."""
    old = [] if settings.photos_url else [settings.photos_dir]
    new = [] if settings.photos_url else [(folder / "photos", settings.photos_dir)]
    if settings.is_sqlite:
        database = database_file(settings)
        embedded.let_go(database)
        old += embedded.beside(database)
        new.append((folder / embedded.FILE, database))
    moves = [(path, aside / path.name) for path in old if path.exists()] + new
    done: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(source, target)
            done.append((source, target))
        _belong(settings.data_dir, *(target for _source, target in new))
        if not settings.is_sqlite:
            postgresql.swap(settings.database_url)
    except BaseException:
        for source, target in reversed(done):
            shutil.move(target, source)
        raise


def _belong(owner: Path, *paths: Path) -> None:
    """What root has put back belongs to whom the folder belongs to: the portal must write to it."""
    if os.geteuid() != 0:
        return
    whose = owner.stat()
    for path in paths:
        for each in (path, *path.rglob("*")):
            if each.exists():
                os.chown(each, whose.st_uid, whose.st_gid)


@contextmanager
def _workshop(data_dir: Path) -> Iterator[Path]:
    """An empty folder on the portal's own disk, one process at a time in it; what a dead one left is swept."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = data_dir / ".sauvegarde"
    folder.mkdir(mode=0o700, exist_ok=True)
    _belong(data_dir, folder)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("Une autre sauvegarde ou restauration est en cours. Attendez sa fin.") from None
        _sweep(folder)
        try:
            yield folder
        finally:
            with suppress(OSError):
                _sweep(folder)
    finally:
        os.close(handle)


def _sweep(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
