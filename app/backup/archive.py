"""The archive: a compressed tar of the database and the photos, and at its end a list of what must be in it.

The list comes last, so that an archive cut short has none.
"""

import gzip
import hashlib
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from app.backup.errors import BackupError
from app.backup.sealing import PIECE, KeyPair, opened

FORMAT = 1
LIST = "contenu.json"
LONGEST_LIST = 200_000_000
NAME = re.compile(r"portail\.sqlite3|portail\.dump|photos/[A-Za-z0-9_-]{20,64}\.(?:jpg|webp)")
"""All that an archive may hold beside its list. Names are matched, never followed."""


@dataclass(frozen=True, slots=True)
class Content:
    """What an archive holds. `files` gives the length in bytes and the SHA-256 of each, by name."""

    made_at: str
    """ISO 8601, UTC."""
    revision: str
    """The last migration that its database has had."""
    database: str
    """The name of the database's file."""
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def photos(self) -> int:
        return len(self.files) - 1


class _Read:
    """A file that counts and digests what is read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source, self.length, self.digest = source, 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.source.read(size)
        self.length += len(piece)
        self.digest.update(piece)
        return piece

    @property
    def seen(self) -> tuple[int, str]:
        return self.length, self.digest.hexdigest()


def pack(target: IO[bytes], files: Iterable[tuple[str, Path]], content: Content) -> None:
    """Write `files` (name in the archive, where it is) and the completed `content`. Raises OSError."""
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=3) as archive:
        for name, path in files:
            with path.open("rb") as source:
                reading = _Read(source)
                archive.addfile(_entry(name, os.fstat(source.fileno()).st_size), reading)
            content.files[name] = reading.seen
            _forget(archive)
        words = json.dumps({"format": FORMAT, **asdict(content)}).encode()
        archive.addfile(_entry(LIST, len(words)), BytesIO(words))


def _forget(archive: tarfile.TarFile) -> None:
    """It would remember each file for as long as it is open."""
    archive.members.clear()  # type: ignore[attr-defined]


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    return entry


def unpack(source: Path, folder: Path, pair: KeyPair | None = None, *, photos: bool = True) -> Content:
    """Write what the archive holds into `folder`, all of it checked; `pair` opens one that is encrypted.

    Without `photos` these are read and checked like the rest, and written nowhere. Raises BackupError, OSError.
    """
    found: dict[str, tuple[int, str]] = {}
    words = b""
    with (
        opened(source, pair) as file,
        _reading(source),
        gzip.open(file) as plain,
        tarfile.open(fileobj=plain, mode="r|") as archive,
    ):
        for entry in archive:
            if entry.type not in {tarfile.REGTYPE, tarfile.AREGTYPE} or entry.issparse():
                raise _unexpected(source, entry.name)
            content: Any = archive.extractfile(entry)
            if entry.name == LIST and entry.size <= LONGEST_LIST and not words:
                words = content.read()
            elif NAME.fullmatch(entry.name) and entry.name not in found:
                wanted = photos or not entry.name.startswith("photos/")
                found[entry.name] = _write(content, folder / entry.name if wanted else None)
            else:
                raise _unexpected(source, entry.name)
            _forget(archive)
        # To the very end, where the sum of all that was compressed is checked.
        while plain.read(PIECE):
            pass
    return _checked(source, words, found)


@contextmanager
def _reading(source: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, ValueError) as error:
        raise BackupError(f"{source} n'est pas une sauvegarde du portail, ou elle est abîmée.") from error


def _unexpected(source: Path, name: str) -> BackupError:
    return BackupError(
        f"{source} contient ce qu'une sauvegarde ne contient pas ({name[:80]!r}) : rien n'est restauré."
    )


def _write(content: IO[bytes], path: Path | None) -> tuple[int, str]:
    reading = _Read(content)
    if path is None:
        while reading.read(PIECE):
            pass
        return reading.seen
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        while piece := reading.read(PIECE):
            target.write(piece)
    return reading.seen


def _checked(source: Path, words: bytes, found: dict[str, tuple[int, str]]) -> Content:
    """What the list says, if that is what was found."""
    if not words:
        raise BackupError(f"{source} est incomplète : la fin manque. Prenez une autre sauvegarde.")
    try:
        said = json.loads(words)
        newer = said.pop("format") != FORMAT
        content = Content(**said)
        content.moment  # noqa: B018 - must be one
        files = {name: (int(length), str(digest)) for name, (length, digest) in content.files.items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupError(f"{source} n'est pas une sauvegarde du portail, ou elle est abîmée.") from None
    if newer:
        raise BackupError(f"{source} vient d'une version plus récente du portail : mettez-le à jour d'abord.")
    if files != found or content.database not in found:
        raise BackupError(f"{source} est abîmée : son contenu n'est pas celui qu'elle annonce.")
    return content
