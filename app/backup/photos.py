"""Photos on their way into an archive and out of it: of a folder by a second name, of a bucket one by one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from app.storage import NAME, Storage


def link(source: Path, target: Path) -> list[Path]:
    """Give each photo a second name: it stays what it is under it, whoever deletes the first one; those that took none."""
    unlinked = []
    for photo in source.iterdir() if source.is_dir() else ():
        if NAME.fullmatch(photo.name):
            try:
                os.link(photo, target / photo.name)
            except FileNotFoundError:
                continue
            except OSError:  # a file system without such names
                unlinked.append(photo)
    return unlinked


def copy(photos: list[Path], target: Path) -> None:
    """Nobody waits for this: a photo is never written again, and one that has gone meanwhile was to go."""
    for photo in photos:
        with suppress(FileNotFoundError):
            shutil.copyfile(photo, target / photo.name)


def fetched(storage: Storage, passing: Path) -> Iterator[tuple[str, Path]]:
    """Each photo in turn under its name in the archive, in the file `passing`: the disk holds one at a time. Raises StorageError, OSError."""
    for name in sorted(each.name for each in storage.files()):
        with suppress(FileNotFoundError):  # gone meanwhile: it was to go
            with passing.open("wb") as file:
                storage.get(name, file)
            yield f"photos/{name}", passing


def send(storage: Storage, folder: Path) -> None:
    """Put back the photos of `folder`, over those of their names. Raises StorageError, OSError."""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            storage.put(path.name, file)
